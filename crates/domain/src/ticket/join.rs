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

    /// That `merged` turned out to be the same and ended here, with the people who come along: whom
    /// it affects, and who wants to hear of it. Nobody is counted twice, and whoever follows this
    /// ticket no more is not made to again.
    pub fn absorb(&self, merged: &Self) -> Fact {
        let is_on_it = |person: &PersonId| *person == self.reporter || self.joined.contains(person);
        let affected = [merged.reporter]
            .into_iter()
            .chain(merged.joined.iter().copied());
        let following = [merged.reporter]
            .into_iter()
            .chain(merged.followers.iter().copied());
        Fact::TicketAbsorbed {
            number: merged.number,
            joined: distinct(affected.filter(|person| !is_on_it(person))),
            followers: distinct(
                following.filter(|person| !is_on_it(person) && !self.followers.contains(person)),
            ),
        }
    }

    pub(super) fn add_joined(&mut self, people: &[PersonId]) {
        add(&mut self.joined, people);
    }

    pub(super) fn add_followers(&mut self, people: &[PersonId]) {
        add(&mut self.followers, people);
    }
}

fn add(to: &mut Vec<PersonId>, people: &[PersonId]) {
    for person in people {
        if !to.contains(person) {
            to.push(*person);
        }
    }
}

/// Each of them once, in their order.
fn distinct(people: impl Iterator<Item = PersonId>) -> Vec<PersonId> {
    let people: Vec<PersonId> = people.collect();
    let mut distinct = Vec::with_capacity(people.len());
    add(&mut distinct, &people);
    distinct
}
