//! Lists of tickets.

use std::collections::HashMap;

use eider_domain::{
    PersonId,
    access::{Action, Actor, may},
};
use eider_store::{
    person::{self, PersonName},
    ticket::{Filter, Order, Page, Summary},
};

use crate::{Eider, Result};

/// A part of a list, with the names of everybody in it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The tickets, in their order.
    pub tickets: Vec<Summary>,
    /// Names of reporters and owners.
    pub names: HashMap<PersonId, PersonName>,
}

/// The tickets that `filter` means, in `order`.
///
/// # Errors
/// `Forbidden` when the actor may not read.
pub async fn list(
    eider: &Eider,
    actor: &Actor,
    filter: &Filter,
    order: Order,
    page: Page,
) -> Result<Listed> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let tickets = eider_store::ticket::list(&mut tx, filter, order, page).await?;
    let mut people: Vec<PersonId> = tickets
        .iter()
        .flat_map(|ticket| ticket.owner.into_iter().chain([ticket.reporter]))
        .collect();
    people.sort_unstable();
    people.dedup();
    let names = person::names(&mut tx, &people).await?;
    Ok(Listed { tickets, names })
}
