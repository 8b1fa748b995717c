//! Tickets and known issues that may be the same, as suggestions (A6).

use eider_domain::ticket::Ticket;

use crate::{Result, Visitor, Web, components::tickets::Similar};

/// What may be the same as what somebody is writing.
pub(crate) async fn of_words(
    _web: &Web,
    _visitor: &Visitor,
    _words: &str,
    _limit: usize,
) -> Result<Vec<Similar>> {
    Ok(Vec::new())
}

/// What may be the same as a ticket.
pub(crate) async fn of_ticket(
    _web: &Web,
    _visitor: &Visitor,
    _ticket: &Ticket,
    _limit: usize,
) -> Result<Vec<Similar>> {
    Ok(Vec::new())
}
