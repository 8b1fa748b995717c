//! Joining (A6): whoever finds that their question is an existing ticket says so.

use super::{AlreadySo, OPEN, Refusal, Ticket};
use crate::{PersonId, fact::Fact};

impl Ticket {
    /// How many people joined: those whom it affects besides its reporter, as far as they said so.
    pub fn joined_count(&self) -> i64 {
        i64::try_from(self.joined.len()).unwrap_or(i64::MAX)
    }

    /// Whether `person` can join: it is open, and they are neither its reporter nor counted.
    pub fn may_be_joined_by(&self, person: PersonId) -> bool {
        self.join(Some(person), None).is_ok()
    }

    /// Each person counts once, and its reporter without joining.
    pub(super) fn join(
        &self,
        actor: Option<PersonId>,
        note: Option<String>,
    ) -> Result<Vec<Fact>, Refusal> {
        self.only_unless_merged("joined", "Join the ticket that it went into.")?;
        self.only_when(&OPEN, "joined", "Ask for help, and name it there.")?;
        if actor == Some(self.reporter) {
            return Err(Refusal::AlreadySo(AlreadySo::Reporter));
        }
        if actor.is_some_and(|actor| self.joined.contains(&actor)) {
            return Err(Refusal::AlreadySo(AlreadySo::Joined));
        }
        Ok(vec![Fact::Joined { note }])
    }

    pub(super) fn add_joined(&mut self, person: PersonId) {
        for people in [&mut self.joined, &mut self.followers] {
            if !people.contains(&person) {
                people.push(person);
            }
        }
    }
}
