//! Reading wash-ups and follow-ups.

use std::collections::HashMap;

use eider_domain::{
    PersonId, TicketNumber,
    access::{Action, Actor, may},
};
use eider_store::{
    Tx,
    person::{self, PersonName},
    washup::{self, ActionOfTicket, Written},
};

use crate::{Eider, Error, Result};

/// A follow-up that is not done, with its ticket.
pub type OpenAction = ActionOfTicket;

/// How many open follow-ups are listed.
const OPEN_LIMIT: i64 = 500;
/// How many of one's own stand on the page of what needs somebody.
const OWN_LIMIT: i64 = 15;

/// The wash-up of one ticket.
#[derive(Clone, Debug, Default)]
pub struct WashUpView {
    /// What was written, if something was.
    pub written: Option<Written>,
    /// What was agreed, the earliest due first.
    pub actions: Vec<ActionOfTicket>,
    /// Names of everybody in it.
    pub names: HashMap<PersonId, PersonName>,
}

/// The wash-up of ticket `number`.
///
/// # Errors
/// `NotFound` when there is no such ticket.
pub async fn view(eider: &Eider, actor: &Actor, number: TicketNumber) -> Result<WashUpView> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let ticket = eider_store::ticket::by_number(&mut tx, number)
        .await?
        .ok_or_else(|| Error::NotFound(number.to_string()))?;
    let written = washup::of_ticket(&mut tx, ticket.id).await?;
    let actions = washup::actions_of(&mut tx, ticket.id).await?;
    let mut people = owners(&actions);
    people.extend(written.as_ref().map(|written| written.by));
    let names = person::names(&mut tx, &people).await?;
    Ok(WashUpView {
        written,
        actions,
        names,
    })
}

/// Every follow-up that is not done, the earliest due first, with the names of their owners.
///
/// # Errors
/// When the database fails.
pub async fn open(
    eider: &Eider,
    actor: &Actor,
) -> Result<(Vec<OpenAction>, HashMap<PersonId, PersonName>)> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let actions = washup::open_actions(&mut tx, OPEN_LIMIT).await?;
    let names = person::names(&mut tx, &owners(&actions)).await?;
    Ok((actions, names))
}

/// The follow-ups of one person that are not done.
pub(crate) async fn open_of(tx: &mut Tx, owner: PersonId) -> Result<Vec<OpenAction>> {
    Ok(washup::open_actions_of(tx, owner, OWN_LIMIT).await?)
}

fn owners(actions: &[ActionOfTicket]) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = actions.iter().map(|one| one.action.owner).collect();
    people.sort_unstable();
    people.dedup();
    people
}
