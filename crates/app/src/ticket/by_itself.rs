//! What happens to tickets without a person: monitors open them, add to them and end them. The facts
//! are handed back, to be appended last of all.

use eider_domain::{
    fact::{Fact, Happened},
    ticket::{Command, NewTicket, Situation, Ticket},
};
use eider_store::Tx;
use jiff::Timestamp;

use super::keep_applied;
use crate::{Eider, Result, desk::Desk};

/// Opens a ticket of which `told` is told at once.
pub(crate) async fn open_by_itself(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Desk,
    new: NewTicket,
    told: Fact,
    now: Timestamp,
) -> Result<(Ticket, Vec<Happened>)> {
    let (mut ticket, opened) = Ticket::open(new, now);
    let told = happened(&ticket, told, now);
    ticket.apply(&told, &desk.levels);
    let facts = keep_applied(eider, tx, desk, &mut ticket, vec![opened, told], now).await?;
    Ok((ticket, facts))
}

/// Adds `told` to the facts of a ticket and asks `command` of it. A command that the rules refuse
/// changes nothing: what a monitor says is no order.
pub(crate) async fn change_by_itself(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Desk,
    ticket: &mut Ticket,
    told: Option<Fact>,
    command: Option<Command>,
    now: Timestamp,
) -> Result<Vec<Happened>> {
    // What fell due before is recorded first, as it was.
    let mut facts = ticket.due_facts(&desk.levels, now);
    facts.extend(told.map(|fact| happened(ticket, fact, now)));
    for happened in &facts {
        ticket.apply(happened, &desk.levels);
    }
    let situation = Situation { actor: None, now };
    let decided = command.map(|command| ticket.decide(command, situation));
    for happened in decided.into_iter().flatten().flatten() {
        ticket.apply(&happened, &desk.levels);
        facts.push(happened);
    }
    if facts.is_empty() {
        return Ok(facts);
    }
    keep_applied(eider, tx, desk, ticket, facts, now).await
}

fn happened(ticket: &Ticket, fact: Fact, at: Timestamp) -> Happened {
    Happened {
        at,
        actor: None,
        ticket: Some(ticket.id),
        fact,
    }
}
