//! Alerts that are over while somebody has their ticket: they hear of it, and decide.

use eider_domain::{
    PersonId, TicketId, TicketNumber,
    contact::{Message, Subject, Urgency},
};
use eider_store::{Tx, alert, ticket};
use jiff::Timestamp;

use crate::{Eider, Result, contact};

/// Whether monitors say that everything is over for which a ticket was opened. One that no alert
/// opened is not.
pub(crate) async fn is_over(tx: &mut Tx, number: TicketNumber) -> Result<bool> {
    let groups = alert::of_ticket(tx, number).await?;
    Ok(!groups.is_empty() && groups.iter().all(|group| group.firing == 0))
}

/// Tells whoever has a ticket that its alerts are over. It wakes nobody.
pub(super) async fn tell(
    eider: &Eider,
    tx: &mut Tx,
    owner: PersonId,
    ticket: TicketId,
    now: Timestamp,
) -> Result<()> {
    let about = Subject::AlertsOver(ticket);
    contact::call(tx, eider, owner, about, Urgency::Low, now).await?;
    Ok(())
}

/// What is said to them; nothing when they do not have it any more, or alerts fire again.
pub(crate) async fn over_words(
    tx: &mut Tx,
    id: TicketId,
    person: PersonId,
) -> Result<Option<Message>> {
    let found = ticket::by_id(tx, id).await?;
    let theirs =
        found.filter(|ticket| ticket.status.kind().is_open() && ticket.owner == Some(person));
    let Some(ticket) = theirs else {
        return Ok(None);
    };
    if !is_over(tx, ticket.number).await? {
        return Ok(None);
    }
    let number = ticket.number;
    let title = format!("{number}: its alerts are over");
    Ok(Some(Message {
        text: format!(
            "The monitors say that it is over: {}\n\nYou have {number}, so it stays open until you \
             resolve it. You are not asked about it again, unless alerts fire again.",
            ticket.title
        ),
        short: format!("Eider: {title}. You have it; resolve it when you know why."),
        spoken: format!("This is Eider. {title}."),
        title,
        keys: Vec::new(),
        link: Some(format!("/tickets/{number}")),
    }))
}
