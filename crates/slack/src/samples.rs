//! What the gallery draws: samples of what Slack gets, kept as JSON beside the gallery.
//!
//! The test compares them with what is drawn now. Write them anew with
//! `EIDER_WRITE_SAMPLES=1 cargo nextest run -p eider-slack -E 'test(samples)'`. A new one begins as an empty
//! file, and is named in `crates/web/src/gallery/slack/samples.rs`.
//!
//! A sample is a view or a message as Slack gets it. Besides, `thread` holds messages that stand
//! below each other, `from` names a person who wrote one, `private` marks what one person sees, and
//! `view` with `errors` is a form with what is wrong at its fields.

use std::path::Path;

use eider_app::{
    Error,
    desk::Desk,
    slack::{Digest, HeldCall, OnCallNow},
};
use eider_domain::{
    PersonId, TicketNumber,
    access::Forbidden,
    feature::{Feature, Platform},
    known_issue::KnownIssue,
    person::Role,
    priority::Rank,
    ticket::{Refusal, StatusKind},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    act, ask, deed, digest, find, home, incident, lines::Line, manners, mirror, on_call, page,
    person,
};

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../web/src/gallery/slack/samples"
);
pub(crate) const PAGE: &str = "https://desk.example/tickets/T-1042";
/// The people of the samples.
pub(crate) const CLEO: u128 = 2;
pub(crate) const ADA: u128 = 3;
pub(crate) const BEN: u128 = 4;
pub(crate) const DOT: u128 = 5;

/// That minute after 12:57. The samples are looked at in minute 30.
pub(crate) fn at(minute: i64) -> Timestamp {
    let begin: Timestamp = "2026-03-02T12:57:00Z".parse().unwrap();
    begin + SignedDuration::from_mins(minute)
}

fn now() -> Timestamp {
    at(30)
}

/// Who somebody is in Slack. The gallery calls them by what follows `U0`.
pub(crate) fn user(who: PersonId) -> &'static str {
    match who.0.as_u128() {
        CLEO => "U0CLEO",
        ADA => "U0ADA",
        BEN => "U0BEN",
        _ => "U0DOT",
    }
}

fn desk() -> Desk {
    let mut desk = Desk::fresh().unwrap();
    desk.features = vec![Feature {
        id: uuid::Uuid::from_u128(6).into(),
        name: "Payments".into(),
        description: "Paying by card, by bank and by voucher.".into(),
        squad: None,
        platforms: vec![Platform::ALL[0], Platform::ALL[1], Platform::ALL[2]],
        links: Vec::new(),
        retired: false,
    }];
    desk.known_issues = vec![KnownIssue {
        id: uuid::Uuid::from_u128(7).into(),
        title: "Payments pause at 03:00".into(),
        description: "The nightly copy locks the table of payments.".into(),
        advice: "Wait five minutes and pay again; it recovers by itself.".into(),
        feature: None,
        over: false,
        alerts: None,
    }];
    desk
}

fn line(number: i64, title: &str, status: StatusKind, is_late: bool) -> Line {
    let has_owner = status != StatusKind::New;
    let due = if is_late { at(5) } else { at(75) };
    Line {
        number: TicketNumber(number),
        title: title.into(),
        priority: Rank::P2,
        status,
        owner: has_owner.then(|| "Ada Okafor".into()),
        is_unowned: !has_owner,
        due: (status != StatusKind::WaitingForReporter).then_some(due),
        is_late,
        page: PAGE.into(),
    }
}

fn lines() -> [Line; 3] {
    let waits = StatusKind::WaitingForReporter;
    [
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
        line(1038, "The door of the lift does not close", waits, false),
    ]
}

/// What stands in lists of tickets.
fn lists(desk: &Desk) -> Vec<(&'static str, Value)> {
    let lines = lines();
    let stands = Digest {
        open: 12,
        late: (1, Vec::new()),
        unowned: (1, Vec::new()),
        waiting: (1, Vec::new()),
        on_call: vec![
            OnCallNow {
                rota: "Support".into(),
                people: vec![uuid::Uuid::from_u128(ADA).into()],
            },
            OnCallNow {
                rota: "Buddies".into(),
                people: Vec::new(),
            },
        ],
        held: (
            1,
            vec![HeldCall {
                number: TicketNumber(1043),
                title: "Pay slips of February are empty".into(),
                until: at(page::samples::MORNING),
            }],
        ),
        names: page::samples::names(),
    };
    let (found, nothing) = find::samples::found(&lines, &desk.known_issues);
    let mut called = page::samples::home("Customers cannot pay by card", "Support", 2);
    called.pages.truncate(1);
    vec![
        (
            "home",
            home::sample(&lines, &called, uuid::Uuid::from_u128(ADA).into(), now()),
        ),
        ("home-stranger", home::sample_of_stranger()),
        ("digest", digest::sample(&stands, &lines)),
        ("digest-quiet", digest::quiet_sample()),
        ("mine", find::samples::mine(&lines)),
        ("found", found),
        ("found-nothing", nothing),
    ]
}

/// Answers that one person sees, one below the other.
fn private(desk: &Desk) -> Value {
    let id = uuid::Uuid::from_u128(1);
    let role = Error::Forbidden(Forbidden::Role(Role::Responder));
    let taken = Error::Refused(Refusal::Taken(TicketNumber(1042)));
    let words = |text: &str| (text.to_owned(), Vec::new());
    let mut answers = vec![
        (
            person::WHO_ARE_YOU.to_owned(),
            person::who_are_you("https://desk.example/slack/connect/secret"),
        ),
        (manners::NUDGE.to_owned(), manners::nudge(id)),
        (manners::MOVE.to_owned(), manners::offer_move(id)),
        manners::or_add_sample(id, TicketNumber(1042)),
        (manners::MENTIONED.to_owned(), manners::offer_mentioned(id)),
        words(&act::why_not(&role)),
        words(&act::why_not(&taken)),
        words(act::SWITCHED_OFF),
        words(deed::TOO_SLOW),
        ask::samples::too_slow(id),
        find::samples::help(),
    ];
    let incident = mirror::samples::incident(desk);
    answers.extend(incident::samples::news(&incident.ticket, now()));
    let messages: Vec<Value> = answers
        .into_iter()
        .map(|(text, blocks)| {
            // Where somebody writes to Eider alone, everything is between the two.
            let is_marked = !text.starts_with("Only you and I read this.");
            json!({"private": is_marked, "text": text, "blocks": blocks})
        })
        .collect();
    json!({"thread": messages})
}

fn samples() -> Vec<(&'static str, Value)> {
    let desk = desk();
    let asked = mirror::samples::Play::asked(&desk, Rank::P1, 30).ticket;
    let incident = mirror::samples::incident(&desk).ticket;
    let mut samples = ask::samples::forms(&desk);
    samples.extend(ask::samples::outcomes(&asked, &desk, now(), PAGE));
    samples.extend(mirror::samples::cards(&desk));
    samples.extend(mirror::samples::threads(&desk));
    samples.push(("private", private(&desk)));
    samples.extend(deed::samples::forms(&incident, &desk));
    samples.extend(page::samples::cards(&desk));
    samples.extend(page::samples::messages(&desk));
    samples.extend(page::samples::forms(&desk));
    samples.extend(on_call::samples::all());
    samples.push(("form-held", ask::samples::held(&desk)));
    samples.extend(lists(&desk));
    samples
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
