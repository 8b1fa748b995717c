//! Samples of the form for the gallery.

use eider_app::desk::Desk;
use eider_domain::{TicketNumber, ticket::Ticket};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    answers::{About, Answers},
    filed,
    form::{self, Form},
    similar::{OfferedIssue, OfferedTicket, Offers},
};

pub(crate) fn form(desk: &Desk) -> Value {
    drawn(desk, &Answers::default(), &Offers::default())
}

pub(crate) fn similar(desk: &Desk) -> Value {
    let answers = Answers {
        title: "Customers cannot pay by card".into(),
        what: "The page turns white after Pay.".into(),
        priority: "P1".into(),
        ..Answers::default()
    };
    let offers = Offers {
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
    };
    drawn(desk, &answers, &offers)
}

pub(crate) fn filed(ticket: &Ticket, desk: &Desk, now: Timestamp, page: &str) -> Value {
    let thread = Some("https://acme.slack.com/archives/C1/p1700000000000100");
    form::notice(
        &About::default(),
        filed::blocks(ticket, desk, now, page, thread),
    )
}

fn drawn(desk: &Desk, answers: &Answers, offers: &Offers) -> Value {
    let about = About {
        key: uuid::Uuid::from_u128(1).to_string(),
        ..About::default()
    };
    let form = Form {
        desk,
        answers,
        about: &about,
        offers,
        trouble: None,
    };
    form.view()
}
