//! Escalation and pages, through the public door of the rules.
#![allow(clippy::unwrap_used)]

mod bundling;
mod calling;
mod escalation;
mod following;
mod giving;
mod properties;

use eider_domain::{
    PageId, PersonId, RotaId, SquadId, TicketId, TicketNumber,
    escalation::{Company, Level, Member, Plan, Target},
    page::{Circumstances, Event, Page, Paged, Why},
    person::Role,
    priority::Rank,
    rota::{Absence, Change, Cycle, Duty, Layer, Limits, Plan as Turns, Rota},
};
use jiff::Timestamp;
use uuid::Uuid;

const ADA: PersonId = PersonId(Uuid::from_u128(1));
const BEN: PersonId = PersonId(Uuid::from_u128(2));
const LIN: PersonId = PersonId(Uuid::from_u128(3));
const ROOT: PersonId = PersonId(Uuid::from_u128(4));
const PAYMENTS: SquadId = SquadId(Uuid::from_u128(11));

/// Monday 2 March 2026, one in the morning in London.
const NIGHT: &str = "2026-03-02T01:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn minutes(minutes: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_mins(minutes)
}

/// Whoever is named, always.
fn rota(number: u128, duty: Duty, squad: Option<SquadId>, people: &[PersonId]) -> Rota {
    let layer = Layer::new(
        "Turns",
        people.to_vec(),
        "Europe/London",
        "2026-01-05".parse().unwrap(),
        "09:00".parse().unwrap(),
        Cycle::WEEK,
    );
    Rota {
        id: RotaId(Uuid::from_u128(number)),
        name: format!("Rota {number}"),
        squad,
        duty,
        zone: "Europe/London".into(),
        vital: String::new(),
        limits: Limits::default(),
        plans: vec![Turns {
            from: None,
            layers: vec![layer.unwrap()],
        }],
        retired: false,
    }
}

/// Ada is primary of Payments, Ben her buddy, Lin leads, Root administers.
#[derive(Clone, Debug)]
struct World {
    rotas: Vec<Rota>,
    changes: Vec<Change>,
    absences: Vec<Absence>,
    members: Vec<Member>,
    plan: Plan,
}

impl World {
    fn new() -> Self {
        let member = |person, role| Member {
            person,
            role,
            squads: vec![PAYMENTS],
        };
        Self {
            rotas: vec![
                rota(21, Duty::Primary, Some(PAYMENTS), &[ADA]),
                rota(22, Duty::Secondary, Some(PAYMENTS), &[BEN]),
            ],
            changes: Vec::new(),
            absences: Vec::new(),
            members: vec![
                member(ADA, Role::Responder),
                member(BEN, Role::Responder),
                member(LIN, Role::Lead),
                Member {
                    person: ROOT,
                    role: Role::Administrator,
                    squads: Vec::new(),
                },
            ],
            plan: Plan {
                levels: vec![
                    level(&[duty(Duty::Primary)], 5),
                    level(&[duty(Duty::Secondary)], 5),
                ],
                rounds: 2,
                last_resort: vec![Target::Administrators],
                ask_again_seconds: 3_600,
            },
        }
    }

    fn company(&self) -> Company<'_> {
        Company {
            rotas: &self.rotas,
            changes: &self.changes,
            absences: &self.absences,
            members: &self.members,
        }
    }

    /// What happens by itself at an instant.
    fn settle(&self, page: &mut Page, now: Timestamp) -> Vec<Event> {
        let company = self.company();
        page.settle(&self.circumstances(&company, now))
    }

    /// When something happens by itself next.
    fn next_at(&self, page: &Page, now: Timestamp) -> Option<Timestamp> {
        let company = self.company();
        page.next_at(&self.circumstances(&company, now))
    }

    fn circumstances<'a>(&'a self, company: &'a Company<'a>, now: Timestamp) -> Circumstances<'a> {
        Circumstances {
            plan: &self.plan,
            company,
            now,
            calls_at: now,
            active_at: None,
            is_resting: false,
        }
    }
}

fn duty(duty: Duty) -> Target {
    Target::Duty { duty }
}

fn level(targets: &[Target], minutes: i64) -> Level {
    Level {
        targets: targets.to_vec(),
        acknowledge_seconds: minutes * 60,
    }
}

fn paged(number: i64) -> Paged {
    Paged {
        ticket: TicketId(Uuid::from_u128(1_000 + number.unsigned_abs() as u128)),
        number: TicketNumber(number),
        rank: Rank::P1,
    }
}

/// A page of Payments about T-1 that calls from `until` on.
fn page(now: Timestamp, until: Timestamp) -> Page {
    let started = Event::Started {
        squad: Some(PAYMENTS),
        rank: Rank::P1,
        why: Why::Opened,
        until,
        reason: None,
    };
    Page::start(PageId(Uuid::from_u128(99)), Some(paged(1)), &started, now).unwrap()
}

/// Whom an event calls.
fn called(event: &Event) -> Vec<PersonId> {
    match event {
        Event::Called { people, .. }
        | Event::LastResortCalled { people, .. }
        | Event::HelpCalled { people, .. } => people.clone(),
        Event::AskedAgain { person, .. } => vec![*person],
        _ => Vec::new(),
    }
}
