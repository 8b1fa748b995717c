//! One ticket with everything that its page shows.

use std::collections::HashMap;

use eider_domain::{
    MessageId, PersonId, TicketNumber,
    access::{Action, Actor, may},
    fact::Fact,
    sla::Reading,
    ticket::Ticket,
};
use eider_store::{
    Tx,
    attachment::{self, Attachment},
    fact::{self, Recorded},
    message::{self, Message},
    person::{self, PersonName},
};

use crate::{Eider, Error, Result};

/// A ticket with its clocks read, its thread and its timeline.
#[derive(Clone, Debug)]
pub struct TicketView {
    /// The ticket.
    pub ticket: Ticket,
    /// The clock until somebody answers.
    pub respond: Reading,
    /// The clock until it is put right.
    pub resolve: Reading,
    /// Messages, oldest first.
    pub thread: Vec<Message>,
    /// Files, oldest first.
    pub attachments: Vec<Attachment>,
    /// Facts, oldest first.
    pub timeline: Vec<Recorded>,
    /// Names of everybody who appears in it.
    pub names: HashMap<PersonId, PersonName>,
}

/// The ticket `number` with everything that its page shows, as of now.
///
/// # Errors
/// `NotFound` when there is no such ticket.
pub async fn view(eider: &Eider, actor: &Actor, number: TicketNumber) -> Result<TicketView> {
    may(actor, Action::Read)?;
    let now = eider.now();
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let ticket = to_read(&mut tx, number).await?;
    let thread = message::of_ticket(&mut tx, ticket.id).await?;
    let attachments = attachment::of_ticket(&mut tx, ticket.id).await?;
    let timeline = fact::of_ticket(&mut tx, ticket.id).await?;
    let names = person::names(&mut tx, &people_of(&ticket, &timeline)).await?;
    let goals = desk.levels.of(ticket.priority);
    Ok(TicketView {
        respond: ticket.respond.reading(goals.respond, now),
        resolve: ticket.resolve.reading(goals.resolve, now),
        ticket,
        thread,
        attachments,
        timeline,
        names,
    })
}

/// A ticket with the names on it: its reporter's, its owner's, and those of who wears a hat or gave
/// the last update.
#[derive(Clone, Debug)]
pub struct Card {
    /// The ticket.
    pub ticket: Ticket,
    /// Names.
    pub names: HashMap<PersonId, PersonName>,
}

/// The ticket `number`, without its thread and timeline.
///
/// # Errors
/// `NotFound` when there is no such ticket.
pub async fn card(eider: &Eider, actor: &Actor, number: TicketNumber) -> Result<Card> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let ticket = to_read(&mut tx, number).await?;
    let names = names_of(&mut tx, &ticket).await?;
    Ok(Card { ticket, names })
}

/// The names on a ticket that was just changed.
///
/// # Errors
/// When the database fails.
pub async fn names_on(eider: &Eider, ticket: &Ticket) -> Result<HashMap<PersonId, PersonName>> {
    let mut tx = eider.db().read().await?;
    names_of(&mut tx, ticket).await
}

/// The thread of ticket `number`, oldest first, with the names of who wrote.
///
/// # Errors
/// `NotFound` when there is no such ticket.
pub async fn thread(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
) -> Result<(Vec<Message>, HashMap<PersonId, PersonName>)> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let ticket = to_read(&mut tx, number).await?;
    let thread = message::of_ticket(&mut tx, ticket.id).await?;
    let names = person::names(&mut tx, &distinct(thread.iter().map(|m| m.author))).await?;
    Ok((thread, names))
}

/// One message with the number of its ticket and the name of who wrote it.
///
/// # Errors
/// `NotFound` when it is not there or was taken back.
pub async fn message(
    eider: &Eider,
    actor: &Actor,
    id: MessageId,
) -> Result<(Message, TicketNumber, HashMap<PersonId, PersonName>)> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let found = message::by_id(&mut tx, id).await?;
    let message = found
        .filter(|message| message.withdrawn_at.is_none())
        .ok_or_else(|| Error::NotFound("This message".into()))?;
    let numbers = eider_store::ticket::numbers(&mut tx, &[message.ticket]).await?;
    let number = numbers.get(&message.ticket).copied();
    let number = number.ok_or_else(|| Error::NotFound("The ticket of this message".into()))?;
    let names = person::names(&mut tx, &[message.author]).await?;
    Ok((message, number, names))
}

/// The files of ticket `number`, oldest first, with the names of who added them.
///
/// # Errors
/// `NotFound` when there is no such ticket.
pub async fn files(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
) -> Result<(Vec<Attachment>, HashMap<PersonId, PersonName>)> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let ticket = to_read(&mut tx, number).await?;
    let files = attachment::of_ticket(&mut tx, ticket.id).await?;
    let names = person::names(&mut tx, &distinct(files.iter().map(|f| f.author))).await?;
    Ok((files, names))
}

/// The facts of ticket `number`, oldest first, with the names of who did what.
///
/// # Errors
/// `NotFound` when there is no such ticket.
pub async fn timeline(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
) -> Result<(Vec<Recorded>, HashMap<PersonId, PersonName>)> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let ticket = to_read(&mut tx, number).await?;
    let facts = fact::of_ticket(&mut tx, ticket.id).await?;
    let actors = facts.iter().filter_map(|fact| fact.happened.actor);
    let names = person::names(&mut tx, &distinct(actors)).await?;
    Ok((facts, names))
}

pub(super) async fn to_read(tx: &mut Tx, number: TicketNumber) -> Result<Ticket> {
    eider_store::ticket::by_number(tx, number)
        .await?
        .ok_or_else(|| Error::NotFound(number.to_string()))
}

pub(super) async fn names_of(
    tx: &mut Tx,
    ticket: &Ticket,
) -> Result<HashMap<PersonId, PersonName>> {
    let people = distinct(ticket.people_on_it().chain([ticket.reporter]));
    Ok(person::names(tx, &people).await?)
}

fn distinct(people: impl Iterator<Item = PersonId>) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = people.collect();
    people.sort_unstable();
    people.dedup();
    people
}

fn people_of(ticket: &Ticket, timeline: &[Recorded]) -> Vec<PersonId> {
    let mut people = vec![ticket.reporter];
    people.extend(ticket.owner);
    people.extend(
        ticket
            .contributions
            .iter()
            .map(|contribution| contribution.person),
    );
    for recorded in timeline {
        people.extend(recorded.happened.actor);
        match &recorded.happened.fact {
            Fact::OwnerChanged { from, to } | Fact::HatChanged { from, to, .. } => {
                people.extend(from.iter().chain(to));
            }
            Fact::TicketAbsorbed {
                joined, followers, ..
            } => people.extend(joined.iter().chain(followers)),
            Fact::ActionAgreed { owner, .. } => people.push(*owner),
            Fact::PageChanged { event, .. } => people.extend(event.people()),
            _ => {}
        }
    }
    people.sort_unstable();
    people.dedup();
    people
}
