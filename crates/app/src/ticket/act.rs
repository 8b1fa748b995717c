//! Everything that people ask of a ticket that is there.

use eider_domain::{
    TicketNumber,
    access::Actor,
    fact::Happened,
    person::{Role, Standing},
    ticket::{Command, Resolution, Situation, StatusKind, Ticket},
};
use eider_store::Tx;
use jiff::Timestamp;

use crate::{
    Eider, Error, Result,
    desk::Desk,
    once::{self, OnceKey},
};

use super::{keep_applied, keep_unpaged, open::not_offered, read::to_read, save, save_applied};

/// Asks `command` of the ticket `number`, on behalf of `actor`. Answers with the ticket as it is
/// afterwards.
///
/// # Errors
/// `NotFound` when there is no such ticket, `Refused` when the rules say no.
pub async fn act(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    command: Command,
) -> Result<Ticket> {
    let mut tx = eider.db().write().await?;
    let ticket = act_in(eider, &mut tx, Some(actor), number, command).await?;
    tx.commit().await?;
    eider.committed();
    Ok(ticket)
}

/// As [`act`], once for each key: a request that came before changes nothing.
///
/// # Errors
/// As [`act`], and `Invalid` when the key came with another request.
pub async fn act_once(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    command: Command,
    key: &OnceKey,
) -> Result<()> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let id = eider.ids().id(now);
    if once::claim(&mut tx, Some(key), id, now).await?.is_none() {
        act_in(eider, &mut tx, Some(actor), number, command).await?;
    }
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// Whether [`act`] would be refused, as far as can be said before it is tried. Changes nothing.
///
/// # Errors
/// As [`act`].
pub async fn would(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    command: Command,
) -> Result<()> {
    let now = eider.now();
    let mut tx = eider.db().read().await?;
    let ticket = to_read(&mut tx, number).await?;
    check_target(&mut tx, &command).await?;
    check_known_issue(&*eider.desk_in(&mut tx).await?, &command)?;
    let actor = Some(actor);
    ticket.decide(command, Situation { actor, now })?;
    Ok(())
}

pub(crate) async fn act_in(
    eider: &Eider,
    tx: &mut Tx,
    actor: Option<&Actor>,
    number: TicketNumber,
    command: Command,
) -> Result<Ticket> {
    let now = eider.now();
    let desk = eider.desk_in(tx).await?;
    let mut ticket = to_change(tx, number).await?;
    check_target(tx, &command).await?;
    check_priority(&desk, &ticket, &command)?;
    check_known_issue(&desk, &command)?;
    let absorbing = match &command {
        Command::Merge { into } => Some(*into),
        _ => None,
    };
    decide_and_save(eider, tx, &desk, actor, &mut ticket, command).await?;
    if let Some(into) = absorbing {
        let mut other = to_change(tx, into).await?;
        let fact = other.absorb(&ticket);
        let happened = Happened {
            at: now,
            actor: actor.map(|actor| actor.person),
            ticket: Some(other.id),
            fact,
        };
        save(eider, tx, &desk, &mut other, vec![happened], now).await?;
    }
    Ok(ticket)
}

/// Asks `command` of a ticket that is held to be changed, and saves what follows.
async fn decide_and_save(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Desk,
    actor: Option<&Actor>,
    ticket: &mut Ticket,
    command: Command,
) -> Result<()> {
    let now = eider.now();
    let facts = decide(desk, actor, ticket, command, now)?;
    save_applied(eider, tx, desk, ticket, facts, now).await
}

/// Gives a ticket that is held to be changed to whoever has its page. Nothing becomes of the page by
/// that, so it is not looked at. Answers with the facts, which are to be appended.
pub(crate) async fn give_to_holder(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Desk,
    holder: &Actor,
    ticket: &mut Ticket,
) -> Result<Vec<Happened>> {
    let now = eider.now();
    let to = holder.person;
    let facts = decide(desk, Some(holder), ticket, Command::Assign { to }, now)?;
    keep_unpaged(eider, tx, desk, ticket, facts, now).await
}

/// Resolves a ticket that is held to be changed. Answers with the facts, which are to be appended last
/// of all.
pub(crate) async fn resolve_held(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Desk,
    actor: &Actor,
    ticket: &mut Ticket,
    resolution: Resolution,
) -> Result<Vec<Happened>> {
    let now = eider.now();
    let command = Command::Resolve(resolution);
    check_known_issue(desk, &command)?;
    let facts = decide(desk, Some(actor), ticket, command, now)?;
    keep_applied(eider, tx, desk, ticket, facts, now).await
}

/// The facts of `command`, which the ticket has afterwards. What fell due before it is recorded
/// first, as it was.
fn decide(
    desk: &Desk,
    actor: Option<&Actor>,
    ticket: &mut Ticket,
    command: Command,
    now: Timestamp,
) -> Result<Vec<Happened>> {
    let mut facts = ticket.due_facts(&desk.levels, now);
    for happened in &facts {
        ticket.apply(happened, &desk.levels);
    }
    let decided = ticket.decide(command, Situation { actor, now })?;
    for happened in &decided {
        ticket.apply(happened, &desk.levels);
    }
    facts.extend(decided);
    Ok(facts)
}

/// The ticket of that number, to change.
pub(crate) async fn to_change(tx: &mut Tx, number: TicketNumber) -> Result<Ticket> {
    eider_store::ticket::to_change(tx, number)
        .await?
        .ok_or_else(|| Error::NotFound(number.to_string()))
}

async fn check_target(tx: &mut Tx, command: &Command) -> Result<()> {
    if let Some((field, to)) = command.recipient() {
        let person = eider_store::person::by_id(tx, to).await?;
        let works = person.as_ref().is_some_and(|person| {
            person.standing == Standing::Active && person.role >= Role::Responder
        });
        if !works {
            let message = "Choose somebody who works on tickets and can sign in.";
            return Err(Error::field(field, message));
        }
    }
    if let Command::Merge { into } = command {
        let target = to_change(tx, *into).await?;
        if target.status.kind() == StatusKind::Merged {
            let message = format!("{into} is itself merged. Name the ticket that goes on.");
            return Err(Error::field("into", message));
        }
    }
    Ok(())
}

/// A priority that nobody should choose any more is refused; the one that the ticket has is left to
/// the rules, which say that it has it already.
fn check_priority(desk: &Desk, ticket: &Ticket, command: &Command) -> Result<()> {
    match command {
        Command::Prioritise { to, .. } if *to != ticket.priority && !desk.offers(*to) => {
            Err(Error::field("priority", not_offered(*to, desk)))
        }
        _ => Ok(()),
    }
}

/// It can only have been a known issue that is in the register; one that is over since may still
/// have been it.
fn check_known_issue(desk: &Desk, command: &Command) -> Result<()> {
    match command {
        Command::Resolve(resolution)
            if resolution
                .known_issue
                .is_some_and(|id| desk.known_issue(id).is_none()) =>
        {
            let message = "Choose one of the known issues, or none.";
            Err(Error::field("known_issue", message))
        }
        _ => Ok(()),
    }
}
