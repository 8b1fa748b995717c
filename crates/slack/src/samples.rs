//! What the gallery draws: samples of what Slack gets, kept as JSON beside the gallery.
//!
//! The test compares them with what is drawn now. Write them anew with
//! `EIDER_WRITE_SAMPLES=1 cargo nextest run -p eider-slack -E 'test(samples)'`.

use std::path::Path;

use eider_app::{desk::Desk, slack::Digest};
use eider_domain::{
    TicketNumber,
    priority::Rank,
    ticket::{NewTicket, Report, StatusKind, Ticket},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{ask, digest, home, lines::Line, mirror};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/src/gallery/slack");
const PAGE: &str = "https://desk.example/tickets/T-1042";

fn now() -> Timestamp {
    "2026-03-02T13:27:00Z".parse().unwrap()
}

fn ticket() -> Ticket {
    let new = NewTicket {
        id: uuid::Uuid::from_u128(1).into(),
        number: TicketNumber(1042),
        title: "Customers cannot pay by card".into(),
        report: Report {
            what: "The page turns white after Pay. It is the same with three cards, since about \
                nine."
                .into(),
            links: vec!["https://status.example/payments".into()],
            ..Report::default()
        },
        priority: Rank::P1,
        feature: None,
        squad: None,
        reporter: uuid::Uuid::from_u128(2).into(),
    };
    Ticket::open(new, now()).0
}

fn line(number: i64, title: &str, status: StatusKind, late: bool) -> Line {
    let has_owner = status != StatusKind::New;
    Line {
        number: TicketNumber(number),
        title: title.into(),
        priority: Rank::P2,
        status,
        owner: has_owner.then(|| "Ada Okafor".into()),
        is_unowned: !has_owner,
        due: (status != StatusKind::WaitingForReporter).then(now),
        is_late: late,
        page: PAGE.into(),
    }
}

fn samples() -> Vec<(&'static str, Value)> {
    let desk = Desk::fresh().unwrap();
    let ticket = ticket();
    let name = |_| "<@U1>".to_owned();
    let (text, card) = mirror::drawn(&ticket, &desk, &name, PAGE.into(), now());
    let lines = [
        line(
            1042,
            "Customers cannot pay by card",
            StatusKind::InProgress,
            true,
        ),
        line(
            1043,
            "Pay slips of February are empty",
            StatusKind::New,
            false,
        ),
        line(
            1038,
            "The door of the lift does not close",
            StatusKind::WaitingForReporter,
            false,
        ),
    ];
    let digest = digest::sample(
        &Digest {
            open: 12,
            late: (1, Vec::new()),
            unowned: (1, Vec::new()),
            waiting: (1, Vec::new()),
            ..Digest::default()
        },
        &lines,
    );
    vec![
        ("form", ask::samples::form(&desk)),
        ("similar", ask::samples::similar(&desk)),
        ("filed", ask::samples::filed(&ticket, &desk, now(), PAGE)),
        ("card", json!({"text": text, "blocks": card})),
        ("home", home::sample(&lines)),
        ("digest", digest),
    ]
}

#[test]
fn the_samples_of_the_gallery_are_what_slack_gets() {
    let writes = std::env::var_os("EIDER_WRITE_SAMPLES").is_some();
    for (name, drawn) in samples() {
        let path = Path::new(FOLDER).join(format!("{name}.json"));
        let drawn = format!("{drawn:#}\n");
        if writes {
            std::fs::create_dir_all(FOLDER).unwrap();
            std::fs::write(&path, &drawn).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(kept, drawn, "write the samples of {name} anew; see above");
    }
}
