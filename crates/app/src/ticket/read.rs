//! One ticket with everything that its page shows.

use std::collections::HashMap;

use eider_domain::{
    PersonId, TicketNumber,
    access::{Action, Actor, may},
    fact::Fact,
    sla::Reading,
    ticket::Ticket,
};
use eider_store::{
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
    let ticket = eider_store::ticket::by_number(&mut tx, number)
        .await?
        .ok_or_else(|| Error::NotFound(number.to_string()))?;
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
            Fact::OwnerChanged { from, to } => people.extend(from.iter().chain(to)),
            Fact::ActionAgreed { owner, .. } => people.push(*owner),
            _ => {}
        }
    }
    people.sort_unstable();
    people.dedup();
    people
}
