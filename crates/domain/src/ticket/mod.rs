//! Tickets: one question, one thread, one owner, and a clock.
//!
//! [`Ticket::decide`] answers a [`Command`] with the facts that follow from it, or refuses it with
//! a sentence. [`Ticket::apply`] is the only thing that changes a ticket: it makes a fact true.
//! Imported history goes through `apply` as well, so a ticket is always what its facts say.

mod apply;
mod command;
mod decide;
mod hat;
mod join;
mod report;
mod status;
mod update;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use command::Command;
use decide::OPEN;
pub use decide::{AlreadySo, Refusal, Situation};
pub use hat::{Hat, Hats};
pub use report::{Noticed, Report, Tried};
pub use status::{Change, Resolution, Status, StatusKind};
pub use update::{ExpectedUpdate, NEXT_UPDATE_LIMIT_HOURS, NextUpdate, Update};

use crate::{
    FeatureId, PersonId, SquadId, TicketId, TicketNumber,
    cost::Tally,
    fact::{Fact, Happened},
    priority::Rank,
    sla::Clock,
};

/// A question with all that is true of it now.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticket {
    /// Identity.
    pub id: TicketId,
    /// The number that people see.
    pub number: TicketNumber,
    /// What it is about, in a line.
    pub title: String,
    /// What the reporter told.
    pub report: Report,
    /// How urgent it is held to be.
    pub priority: Rank,
    /// What it is about, if that is known.
    pub feature: Option<FeatureId>,
    /// Who looks after it.
    pub squad: Option<SquadId>,
    /// Who asked.
    pub reporter: PersonId,
    /// Who has it.
    pub owner: Option<PersonId>,
    /// Who looks for the cause, and who tells how it stands; nobody once it is over.
    pub hats: Hats,
    /// How it stood when somebody last told.
    pub update: Option<Update>,
    /// The update that was promised; none once it is over.
    pub next_update: Option<ExpectedUpdate>,
    /// Where it stands.
    pub status: Status,
    /// When it was asked.
    pub opened_at: Timestamp,
    /// When somebody first said that it is seen.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was last resolved; absent once it is reopened.
    pub resolved_at: Option<Timestamp>,
    /// When it was closed or merged; absent once it is reopened.
    pub closed_at: Option<Timestamp>,
    /// When the last fact happened.
    pub changed_at: Timestamp,
    /// The clock until somebody answers.
    pub respond: Clock,
    /// The clock until it is put right.
    pub resolve: Clock,
    /// What it has cost.
    pub tally: Tally,
    /// Who did something on it.
    pub contributions: Vec<Contribution>,
    /// Who wants to hear of every change, besides its reporter and owner.
    pub followers: Vec<PersonId>,
    /// Whom it affects besides its reporter, as far as they said so.
    pub joined: Vec<PersonId>,
    /// Every owner it has had, in the order in which they first had it.
    pub past_owners: Vec<PersonId>,
    /// Every squad it has been with, in the order in which it first came there.
    pub past_squads: Vec<SquadId>,
}

/// What one person did on a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// Who.
    pub person: PersonId,
    /// Messages they wrote.
    pub replies: i64,
    /// Hands-on time, in seconds; nothing for the reporter.
    pub hands_on_seconds: i64,
    /// When they last did something.
    pub last_at: Timestamp,
}

/// What is needed to open a ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTicket {
    /// Identity.
    pub id: TicketId,
    /// Its number.
    pub number: TicketNumber,
    /// What it is about, in a line.
    pub title: String,
    /// What the reporter told.
    pub report: Report,
    /// How urgent the reporter holds it to be.
    pub priority: Rank,
    /// What it is about.
    pub feature: Option<FeatureId>,
    /// Who looks after that.
    pub squad: Option<SquadId>,
    /// Who asked.
    pub reporter: PersonId,
}

impl Ticket {
    /// Everybody besides its reporter whom a short account of it names: its owner, who wears a hat,
    /// and who gave the last update.
    pub fn people_on_it(&self) -> impl Iterator<Item = PersonId> {
        let told = self.update.as_ref().and_then(|update| update.by);
        self.owner
            .into_iter()
            .chain(self.hats.wearers())
            .chain(told)
    }

    /// Opens a ticket at `now`: the ticket, and the fact that it was opened.
    pub fn open(new: NewTicket, now: Timestamp) -> (Self, Happened) {
        let fact = Fact::TicketOpened {
            number: new.number,
            title: new.title.clone(),
            priority: new.priority,
            feature: new.feature,
            squad: new.squad,
            reporter: new.reporter,
        };
        let happened = Happened {
            at: now,
            actor: Some(new.reporter),
            ticket: Some(new.id),
            fact,
        };
        let mut ticket = Self {
            id: new.id,
            number: new.number,
            title: new.title,
            report: new.report,
            priority: new.priority,
            feature: new.feature,
            squad: new.squad,
            reporter: new.reporter,
            owner: None,
            hats: Hats::default(),
            update: None,
            next_update: None,
            status: Status::New,
            opened_at: now,
            acknowledged_at: None,
            resolved_at: None,
            closed_at: None,
            changed_at: now,
            respond: Clock::start(now),
            resolve: Clock::start(now),
            tally: Tally::default(),
            contributions: Vec::new(),
            followers: Vec::new(),
            joined: Vec::new(),
            past_owners: Vec::new(),
            past_squads: new.squad.into_iter().collect(),
        };
        ticket.tally.unowned_from(now);
        ticket.count(Some(new.reporter), now);
        (ticket, happened)
    }
}
