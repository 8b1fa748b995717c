//! Samples of the form, and of what becomes of it, for the gallery.

use eider_app::{desk::Desk, ticket::Written};
use eider_domain::{
    TicketNumber,
    rota::{Duty, Limits, Rota},
    ticket::Ticket,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    answers::{About, Answers, Quoted},
    file, filed,
    form::{self, Form},
    similar::{OfferedIssue, OfferedTicket, Offers},
};

/// The form in every state.
pub(crate) fn forms(desk: &Desk) -> Vec<(&'static str, Value)> {
    let nothing = Offers::default();
    let written = written();
    let platforms = Answers::from(Written {
        feature: desk.features[0].id.to_string(),
        fails_on: vec![desk.features[0].platforms[0].as_str().to_owned()],
        ..written.written.clone()
    });
    let about = about();
    let more = About {
        more: true,
        ..about.clone()
    };
    let message = About {
        channel: Some("C1".into()),
        message: Some(Quoted {
            ts: "1700000000.000100".into(),
            thread: "1700000000.000100".into(),
            author: Some("U0CLEO".into()),
        }),
        ..about.clone()
    };
    let draw = |answers, about, offers, trouble| {
        let form = Form {
            desk,
            now: crate::samples::at(30),
            answers,
            about,
            offers,
            trouble,
        };
        form.view()
    };
    let empty = Answers::default();
    let gone = "P1 is not offered any more. Choose another priority.";
    vec![
        ("form", draw(&empty, &about, &nothing, None)),
        ("form-platforms", draw(&platforms, &about, &nothing, None)),
        ("form-more", draw(&written, &more, &nothing, None)),
        ("form-similar", draw(&written, &about, &offers(), None)),
        ("form-errors", wrong(desk)),
        ("form-message", draw(&written, &message, &nothing, None)),
        ("form-trouble", draw(&written, &about, &nothing, Some(gone))),
    ]
}

/// The form at night, where somebody is on call: what wakes, what waits, and what does not call.
pub(crate) fn held(desk: &Desk) -> Value {
    let mut desk = desk.clone();
    desk.rotas = vec![Rota {
        id: uuid::Uuid::from_u128(10).into(),
        name: "Support".into(),
        squad: None,
        duty: Duty::Primary,
        zone: "Europe/London".into(),
        vital: String::new(),
        limits: Limits::default(),
        plans: Vec::new(),
        retired: false,
    }];
    let form = Form {
        desk: &desk,
        now: "2026-03-02T23:00:00Z".parse().unwrap(),
        answers: &Answers::default(),
        about: &about(),
        offers: &Offers::default(),
        trouble: None,
    };
    form.view()
}

/// What is shown once the form was sent.
pub(crate) fn outcomes(
    ticket: &Ticket,
    desk: &Desk,
    now: Timestamp,
    page: &str,
) -> Vec<(&'static str, Value)> {
    let thread = Some("https://acme.slack.com/archives/C1/p1700000000000100");
    let about = about();
    let notice = |blocks| form::notice(&about, blocks);
    let joined = super::you_joined(page, TicketNumber(1042));
    let advice = &desk.known_issues[0].advice;
    let request = uuid::Uuid::from_u128(1);
    let gone = "P1 is not offered any more. Choose another priority.";
    let (text, blocks) = file::not_filed(&written(), gone, request);
    vec![
        ("filing", form::filing(&about)),
        (
            "filed",
            notice(filed::blocks(ticket, desk, now, page, thread)),
        ),
        ("joined", notice(super::with_link(&joined, page))),
        (
            "helped",
            notice(vec![crate::kit::section(&super::it_helped(advice))]),
        ),
        (
            "link-first",
            notice(vec![crate::kit::section(file::WHO_FIRST)]),
        ),
        ("not-filed", json!({"text": text, "blocks": blocks})),
    ]
}

pub(crate) fn too_slow(request: uuid::Uuid) -> (String, Vec<Value>) {
    (super::TOO_SLOW.to_owned(), super::too_slow(request))
}

fn about() -> About {
    About {
        key: uuid::Uuid::from_u128(1).to_string(),
        ..About::default()
    }
}

fn written() -> Answers {
    Answers::from(Written {
        title: "Customers cannot pay by card".into(),
        what: "The page turns white after Pay.".into(),
        priority: "P1".into(),
        ..Written::default()
    })
}

fn offers() -> Offers {
    Offers {
        tickets: vec![OfferedTicket {
            number: TicketNumber(1042),
            title: "Card payments fail with a white page".into(),
            status: "in progress".into(),
            page: "https://desk.example/tickets/T-1042".into(),
        }],
        known_issues: vec![OfferedIssue {
            id: uuid::Uuid::from_u128(7).to_string(),
            title: "Payments pause at 03:00".into(),
            advice: "Wait five minutes and pay again; it recovers by itself.".into(),
        }],
    }
}

/// A form that says too little, and the errors that it gets.
fn wrong(desk: &Desk) -> Value {
    let platform = desk.features[0].platforms[0].as_str().to_owned();
    let answers = Answers::from(Written {
        title: String::new(),
        priority: "P1".into(),
        feature: desk.features[0].id.to_string(),
        fails_on: vec![platform.clone()],
        works_on: vec![platform],
        people_affected: "1000000000000".into(),
        links: "status.example".into(),
        ..Written::default()
    });
    let (about, offers) = (about(), Offers::default());
    let form = Form {
        desk,
        now: crate::samples::at(30),
        answers: &answers,
        about: &about,
        offers: &offers,
        trouble: None,
    };
    let view = form.view();
    let now = Timestamp::UNIX_EPOCH;
    let errors = file::errors(&answers, desk, now).unwrap();
    let errors = file::at_blocks(&errors, &json!({"view": view}));
    json!({"view": view, "errors": errors})
}
