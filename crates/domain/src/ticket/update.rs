//! Updates (C1): what is known, what is being done, and when the next one comes.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Refusal, Situation, StatusKind, Ticket};
use crate::{
    PersonId,
    fact::{Fact, Happened},
    priority::ServiceLevels,
};

/// How far ahead the next update can be promised, in hours.
pub const NEXT_UPDATE_LIMIT_HOURS: i64 = 24;

/// How a ticket stood when somebody last told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// When it was told.
    pub at: Timestamp,
    /// Who told it.
    pub by: Option<PersonId>,
    /// What is known.
    pub known: String,
    /// What is being done.
    pub doing: String,
}

/// When the next update comes, as somebody says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextUpdate {
    /// At this instant.
    At(Timestamp),
    /// No further one is planned.
    NotPlanned,
}

/// An update that was promised and has not come yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpectedUpdate {
    /// When it comes.
    pub at: Timestamp,
    /// That its time has come is recorded.
    pub is_due: bool,
}

impl Ticket {
    /// Everything that is due at `now` and not yet recorded: warnings and breaches of both clocks,
    /// and an update that was promised. Each at the moment when it was reached.
    pub fn due_facts(&self, levels: &ServiceLevels, now: Timestamp) -> Vec<Happened> {
        let mut facts = self.service_level_facts(levels, now);
        let expected = self
            .next_update
            .filter(|next| !next.is_due && next.at <= now);
        facts.extend(expected.map(|next| {
            let fact = Fact::UpdateDue { due_at: next.at };
            self.happened(fact, None, next.at)
        }));
        facts
    }

    /// When an update that was promised falls due, if that is still to come.
    pub fn update_due_at(&self) -> Option<Timestamp> {
        let next = self.next_update.filter(|next| !next.is_due);
        next.map(|next| next.at)
    }

    /// The first word of somebody who works on a ticket shows that it is seen.
    pub(super) fn tell(
        &self,
        known: String,
        doing: String,
        next: Option<NextUpdate>,
        situation: Situation<'_>,
    ) -> Result<Vec<Fact>, Refusal> {
        let remedy = "Give it to the ticket that it went into.";
        self.only_unless_merged("given an update", remedy)?;
        let next_at = self.promised(next, situation.now)?;
        let mut facts = vec![Fact::UpdateGiven {
            known,
            doing,
            next_at,
        }];
        if self.status.kind() == StatusKind::New {
            facts.push(self.moved(StatusKind::Acknowledged, None));
        }
        Ok(facts)
    }

    fn promised(
        &self,
        next: Option<NextUpdate>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Refusal> {
        match next {
            Some(NextUpdate::At(at)) => {
                let ahead = at.duration_since(now);
                let furthest = SignedDuration::from_hours(NEXT_UPDATE_LIMIT_HOURS);
                if ahead <= SignedDuration::ZERO || ahead > furthest {
                    return Err(Refusal::NextUpdateOutOfRange);
                }
                // Instants are kept to the microsecond.
                Ok(Timestamp::from_microsecond(at.as_microsecond()).ok())
            }
            Some(NextUpdate::NotPlanned) => Ok(None),
            None if self.status.kind().is_open() => Err(Refusal::NextUpdateMissing),
            None => Ok(None),
        }
    }

    pub(super) fn told(&mut self, happened: &Happened) {
        match &happened.fact {
            Fact::UpdateGiven {
                known,
                doing,
                next_at,
            } => {
                self.update = Some(Update {
                    at: happened.at,
                    by: happened.actor,
                    known: known.clone(),
                    doing: doing.clone(),
                });
                self.next_update = next_at.map(|at| ExpectedUpdate { at, is_due: false });
            }
            Fact::UpdateDue { .. } => {
                if let Some(next) = &mut self.next_update {
                    next.is_due = true;
                }
            }
            _ => {}
        }
    }
}
