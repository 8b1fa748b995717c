//! Lists of tickets, with the names of the people in them.

use std::collections::HashMap;

use eider_domain::{
    FeatureId, PersonId,
    access::{Action, Actor, may},
};
use eider_store::{
    Tx,
    person::{self, PersonName},
    ticket::{self, Filter, OpenCount, Order, Page, Selection, Summary},
};

use crate::{Eider, Result};

/// Tickets with the names of their reporters, their owners and who wears a hat.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed {
    /// The tickets, in the order that was asked for.
    pub tickets: Vec<Summary>,
    /// Names of everybody who reported or owns one, or wears a hat on it.
    pub names: HashMap<PersonId, PersonName>,
}

/// The tickets that `filter` means.
///
/// # Errors
/// When the database fails.
pub async fn list(
    eider: &Eider,
    actor: &Actor,
    filter: &Filter,
    order: Order,
    page: Page,
) -> Result<Listed> {
    let mut selected = Selected::of(eider, actor, filter).await?;
    selected.list(order, page).await
}

/// The tickets that a filter means, at one moment: parts of the list, and how many there are.
pub struct Selected<'f> {
    tx: Tx,
    selection: Selection<'f>,
}

impl<'f> Selected<'f> {
    /// The tickets that `filter` means now. They take a connection until they are dropped.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(eider: &Eider, actor: &Actor, filter: &'f Filter) -> Result<Self> {
        may(actor, Action::Read)?;
        let mut tx = eider.db().read().await?;
        let selection = Selection::of(&mut tx, filter).await?;
        Ok(Self { tx, selection })
    }

    /// A part of the list.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&mut self, order: Order, page: Page) -> Result<Listed> {
        let tickets = self.selection.list(&mut self.tx, order, page).await?;
        let names = names_of(&mut self.tx, &tickets).await?;
        Ok(Listed { tickets, names })
    }

    /// Whether its words let the database count quickly.
    pub fn is_quickly_counted(&self) -> bool {
        self.selection.is_quickly_counted(&self.tx)
    }

    /// How many there are, counted up to `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(&mut self, limit: i64) -> Result<i64> {
        Ok(self.selection.count(&mut self.tx, limit).await?)
    }
}

/// How many open tickets there are about each feature; features without any are left out.
///
/// # Errors
/// When the database fails.
pub async fn open_by_feature(
    eider: &Eider,
    actor: &Actor,
) -> Result<HashMap<FeatureId, OpenCount>> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    Ok(ticket::open_by_feature(&mut tx, eider.now()).await?)
}

/// The people who work on tickets and can sign in, by name: those whom a ticket can be given to.
///
/// # Errors
/// When the database fails.
pub async fn responders(eider: &Eider, actor: &Actor) -> Result<Vec<(PersonId, PersonName)>> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    Ok(person::responders(&mut tx).await?)
}

/// The name of one person, if there is such a person.
///
/// # Errors
/// When the database fails.
pub async fn name(eider: &Eider, actor: &Actor, id: PersonId) -> Result<Option<PersonName>> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    Ok(person::names(&mut tx, &[id]).await?.remove(&id))
}

pub(crate) async fn names_of(
    tx: &mut Tx,
    tickets: &[Summary],
) -> Result<HashMap<PersonId, PersonName>> {
    let mut people: Vec<PersonId> = tickets
        .iter()
        .flat_map(|ticket| {
            let owner_and_reporter = ticket.owner.into_iter().chain([ticket.reporter]);
            owner_and_reporter.chain(ticket.hats.wearers())
        })
        .collect();
    people.sort_unstable();
    people.dedup();
    Ok(person::names(tx, &people).await?)
}
