//! Reaching one person, through the public door of the rules.
#![allow(clippy::unwrap_used)]

mod attempt;
mod instead;
mod plan;

use eider_domain::{
    AttemptId, MethodId, PersonId,
    contact::{Attempt, AttemptState, Kind, Method, Subject, Urgency, Way},
};
use jiff::Timestamp;
use uuid::Uuid;

const ADA: PersonId = PersonId(Uuid::from_u128(1));

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn id(number: u128) -> MethodId {
    MethodId(Uuid::from_u128(number))
}

/// A verified method of Ada's.
fn method(number: u128, kind: Kind, address: &str) -> Method {
    let at = instant("2026-01-01T00:00:00Z");
    Method {
        id: id(number),
        person: ADA,
        kind,
        address: address.into(),
        label: String::new(),
        added_at: at,
        verified_at: Some(at),
        lost_at: None,
    }
}

/// An attempt that waits.
fn waiting(urgency: Urgency) -> Attempt {
    let now = instant("2026-03-02T03:00:00Z");
    Attempt {
        id: AttemptId(Uuid::from_u128(9)),
        person: ADA,
        way: Way::of(&method(1, Kind::Sms, "+447700900123")),
        subject: Subject::TestPage,
        urgency,
        due_at: now,
        state: AttemptState::Waiting,
        changed_at: now,
        repeats: None,
        fence: 0,
    }
}
