//! "Any news?": how a ticket stands, in short, for whoever asks (C1).

use std::collections::HashMap;

use eider_domain::{
    PersonId, TicketNumber,
    access::{Action, Actor, may},
    ticket::{Hats, StatusKind, Update},
};
use eider_store::person::PersonName;
use jiff::Timestamp;

use super::read::{names_of, to_read};
use crate::{Eider, Result};

/// How a ticket stands, in short.
#[derive(Clone, Debug, PartialEq)]
pub struct News {
    /// Its number.
    pub number: TicketNumber,
    /// What it is about, in a line.
    pub title: String,
    /// Where it stands.
    pub status: StatusKind,
    /// Who has it.
    pub owner: Option<PersonId>,
    /// Who looks for the cause, and who tells how it stands.
    pub hats: Hats,
    /// The last update, if there was one.
    pub last: Option<Update>,
    /// When the next update was promised for; late once that has passed.
    pub next_at: Option<Timestamp>,
    /// The moment of which all this is told.
    pub as_of: Timestamp,
    /// Names of everybody in it.
    pub names: HashMap<PersonId, PersonName>,
}

impl News {
    /// Whether an update was promised and has not come in time.
    pub fn is_late(&self) -> bool {
        self.next_at.is_some_and(|next_at| next_at <= self.as_of)
    }
}

/// What there is to tell of ticket `number`, for `actor` alone: asking is no fact.
///
/// # Errors
/// `NotFound` when there is no such ticket.
pub async fn news(eider: &Eider, actor: &Actor, number: TicketNumber) -> Result<News> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let ticket = to_read(&mut tx, number).await?;
    let names = names_of(&mut tx, &ticket).await?;
    Ok(News {
        number: ticket.number,
        status: ticket.status.kind(),
        owner: ticket.owner,
        hats: ticket.hats,
        next_at: ticket.next_update.map(|next| next.at),
        title: ticket.title,
        last: ticket.update,
        as_of: eider.now(),
        names,
    })
}
