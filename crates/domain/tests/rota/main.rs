//! Who is on call, through the public door of the rules.
#![allow(clippy::unwrap_used)]

mod daylight;
mod findings;
mod properties;
mod roster;
mod swap;

use eider_domain::rota::{Cycle, CycleUnit, Duty, Layer, Limits, Plan, Rota};
use eider_domain::sla::{TimeOfDay, WeeklyHours};
use eider_domain::{PersonId, RotaId};
use jiff::Timestamp;
use jiff::civil::DateTime;
use uuid::Uuid;

const ADA: PersonId = PersonId(Uuid::from_u128(1));
const BEN: PersonId = PersonId(Uuid::from_u128(2));
const CLEO: PersonId = PersonId(Uuid::from_u128(3));
const DAY: Cycle = Cycle {
    every: 1,
    unit: CycleUnit::Days,
};

/// The instant of a civil time like `2026-06-05T16:00` in a zone.
fn local(zone: &str, civil: &str) -> Timestamp {
    let civil: DateTime = civil.parse().unwrap();
    civil.in_tz(zone).unwrap().timestamp()
}

fn london(civil: &str) -> Timestamp {
    local("Europe/London", civil)
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn time(text: &str) -> TimeOfDay {
    text.parse().unwrap()
}

fn layer(people: &[PersonId], zone: &str, start: &str, handover: &str, cycle: Cycle) -> Layer {
    let start = start.parse().unwrap();
    Layer::new("Turns", people.to_vec(), zone, start, time(handover), cycle).unwrap()
}

/// Ada, Ben and Cleo by weeks in London from Monday 2026-01-05, handing over at 09:00.
fn weekly() -> Layer {
    let people = [ADA, BEN, CLEO];
    layer(&people, "Europe/London", "2026-01-05", "09:00", Cycle::WEEK)
}

fn hours(json: &str) -> WeeklyHours {
    serde_json::from_str(json).unwrap()
}

fn rota(layers: Vec<Layer>) -> Rota {
    duty(Duty::Primary, 1, layers)
}

fn duty(duty: Duty, id: u128, layers: Vec<Layer>) -> Rota {
    Rota {
        id: RotaId(Uuid::from_u128(id)),
        name: "Payments".into(),
        squad: None,
        duty,
        zone: "Europe/London".into(),
        vital: String::new(),
        limits: Limits::default(),
        plans: vec![Plan { from: None, layers }],
        retired: false,
    }
}
