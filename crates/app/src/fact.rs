//! Facts as a stream, in the order in which they were recorded.

use std::collections::HashMap;

use eider_domain::{
    PersonId, TicketId, TicketNumber,
    access::{Action, Actor, may},
};
use eider_store::{
    fact::{self, Recorded},
    person::{self, PersonName},
    ticket,
};

use crate::{Eider, Result};

/// Some facts in their order, with the names and numbers in them.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The facts.
    pub facts: Vec<Recorded>,
    /// Names of who did something.
    pub names: HashMap<PersonId, PersonName>,
    /// Numbers of the tickets that something was done to.
    pub numbers: HashMap<TicketId, TicketNumber>,
}

/// Up to `limit` facts after place `seq`.
///
/// # Errors
/// `Forbidden` when the actor may not read facts.
pub async fn after(eider: &Eider, actor: &Actor, seq: i64, limit: i64) -> Result<Facts> {
    may(actor, Action::ReadFacts)?;
    let mut tx = eider.db().read().await?;
    let facts = fact::after(&mut tx, seq, limit).await?;
    let mut people: Vec<_> = facts
        .iter()
        .filter_map(|fact| fact.happened.actor)
        .collect();
    people.sort_unstable();
    people.dedup();
    let mut tickets: Vec<_> = facts
        .iter()
        .filter_map(|fact| fact.happened.ticket)
        .collect();
    tickets.sort_unstable();
    tickets.dedup();
    let names = person::names(&mut tx, &people).await?;
    let numbers = ticket::numbers(&mut tx, &tickets).await?;
    Ok(Facts {
        facts,
        names,
        numbers,
    })
}

/// The place of the last fact; 0 when there is none.
///
/// # Errors
/// `Forbidden` when the actor may not read facts.
pub async fn last(eider: &Eider, actor: &Actor) -> Result<i64> {
    may(actor, Action::ReadFacts)?;
    let mut tx = eider.db().read().await?;
    Ok(fact::last_seq(&mut tx).await?)
}
