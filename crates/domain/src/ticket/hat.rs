//! Hats (F1): in an incident one person looks for the cause, and another tells how it stands.

use serde::{Deserialize, Serialize};

use super::{AlreadySo, Command, Refusal, StatusKind, Ticket};
use crate::{PersonId, fact::Fact, priority::Rank};

/// What somebody does for everybody while a ticket is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hat {
    /// Looks for the cause.
    Diagnosing,
    /// Tells how it stands, so that whoever looks for the cause is left in peace.
    Communicating,
}

/// Who wears which hat. Each is worn by one person or by nobody; taking the ticket puts on none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hats {
    /// Who looks for the cause.
    pub diagnosing: Option<PersonId>,
    /// Who tells how it stands.
    pub communicating: Option<PersonId>,
}

impl Hat {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Diagnosing, Self::Communicating];

    /// The word that is stored, sent and read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Diagnosing => "diagnosing",
            Self::Communicating => "communicating",
        }
    }

    /// The hat of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hat| hat.as_str() == word)
    }

    /// The one that somebody else had better wear.
    pub fn other(self) -> Self {
        match self {
            Self::Diagnosing => Self::Communicating,
            Self::Communicating => Self::Diagnosing,
        }
    }
}

impl Hats {
    /// Who wears `hat`.
    pub fn wearer(&self, hat: Hat) -> Option<PersonId> {
        match hat {
            Hat::Diagnosing => self.diagnosing,
            Hat::Communicating => self.communicating,
        }
    }

    /// Everybody who wears one.
    pub fn wearers(&self) -> impl Iterator<Item = PersonId> {
        self.diagnosing.into_iter().chain(self.communicating)
    }

    /// Who wears both, if one person does. It is allowed, and two people are better.
    pub fn one_wears_both(&self) -> Option<PersonId> {
        self.diagnosing
            .filter(|person| self.communicating == Some(*person))
    }

    /// The hats that nobody wears.
    pub fn free(&self) -> Vec<Hat> {
        Hat::ALL
            .into_iter()
            .filter(|hat| self.wearer(*hat).is_none())
            .collect()
    }

    pub(super) fn put(&mut self, hat: Hat, wearer: Option<PersonId>) {
        match hat {
            Hat::Diagnosing => self.diagnosing = wearer,
            Hat::Communicating => self.communicating = wearer,
        }
    }
}

impl Ticket {
    /// The hats that somebody is asked to put on: those that nobody wears on an open ticket of the
    /// most urgent priority there is.
    pub fn hats_wanted(&self, most_urgent: Rank) -> Vec<Hat> {
        if self.status.kind().is_open() && self.priority <= most_urgent {
            self.hats.free()
        } else {
            Vec::new()
        }
    }

    pub(super) fn take_hat(&self, hat: Hat, actor: Option<PersonId>) -> Result<Vec<Fact>, Refusal> {
        match (self.hats.wearer(hat), actor) {
            (Some(wearer), Some(actor)) if wearer != actor => Err(Refusal::HatWorn {
                number: self.number,
                hat,
            }),
            _ => self.give_hat(hat, actor),
        }
    }

    pub(super) fn give_hat(&self, hat: Hat, to: Option<PersonId>) -> Result<Vec<Fact>, Refusal> {
        self.only_open("worked on with hats")?;
        let from = self.hats.wearer(hat);
        match (from, to) {
            (None, None) => return Err(Refusal::AlreadySo(AlreadySo::HatFree)),
            (from, to) if from == to => return Err(Refusal::AlreadySo(AlreadySo::HatWorn)),
            _ => {}
        }
        let mut facts = vec![Fact::HatChanged { hat, from, to }];
        // Whoever looks for the cause, or tells of it, has seen it.
        if to.is_some() && matches!(self.status.kind(), StatusKind::New | StatusKind::Reopened) {
            facts.push(self.moved(StatusKind::Acknowledged, None));
        }
        Ok(facts)
    }
}

impl Command {
    /// Who would be given something by it, and so has to be somebody who works on tickets; and the
    /// name of the field that says who.
    pub fn recipient(&self) -> Option<(&'static str, PersonId)> {
        match self {
            Self::Assign { to } => Some(("owner", *to)),
            Self::GiveHat { to, .. } => Some(("person", *to)),
            _ => None,
        }
    }
}
