//! Having people called by hand, and drills.

use eider_domain::{
    SquadId, TicketNumber,
    access::{Action, Actor, may},
    page::{Ending, Event, Page, Paged, Refusal, State, Way, Why},
    priority::Rank,
    ticket::Ticket,
};
use eider_store::{Tx, fact, page};
use jiff::Timestamp;

use super::{
    act::{Answer, act_in, checked_reason, unknown},
    follow::{look_at, start},
    record::Record,
};
use crate::{
    Eider, Error, Result,
    once::{self, OnceKey},
    ticket,
};

/// Has people called about a ticket now, whatever the hour: what was held is released, and where
/// nobody is called a page begins. The reason is kept.
///
/// # Errors
/// `NotFound` when there is no such ticket, `Invalid` when no reason is given, `Conflict` when
/// people are called already, somebody has it or it is over.
pub async fn call_on_ticket(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    reason: &str,
    way: Way,
) -> Result<Page> {
    let mut tx = eider.db().write().await?;
    let page = call_if_allowed(eider, &mut tx, actor, number, reason, way).await?;
    tx.commit().await?;
    eider.committed();
    Ok(page)
}

/// As [`call_on_ticket`], once for each key: a request that came before changes nothing.
///
/// # Errors
/// As [`call_on_ticket`], and `Invalid` when the key came with another request.
pub async fn call_once(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    reason: &str,
    way: Way,
    key: &OnceKey,
) -> Result<()> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    if once::claim(&mut tx, Some(key), eider.ids().id(now), now)
        .await?
        .is_none()
    {
        call_if_allowed(eider, &mut tx, actor, number, reason, way).await?;
    }
    tx.commit().await?;
    eider.committed();
    Ok(())
}

async fn call_if_allowed(
    eider: &Eider,
    tx: &mut Tx,
    actor: &Actor,
    number: TicketNumber,
    reason: &str,
    way: Way,
) -> Result<Page> {
    let found = ticket::to_change(tx, number).await?;
    let reporter = found.reporter;
    may(actor, Action::Wake { reporter })?;
    call_in(eider, tx, actor, &found, reason, way).await
}

/// As [`call_on_ticket`], in the caller's transaction, where the caller knows that `actor` may. The
/// ticket was taken to be changed.
pub(crate) async fn call_in(
    eider: &Eider,
    tx: &mut Tx,
    actor: &Actor,
    found: &Ticket,
    reason: &str,
    way: Way,
) -> Result<Page> {
    let reason = checked_reason(reason)?;
    let now = eider.now();
    if !found.status.kind().is_open() {
        return Err(Refusal::Over.into());
    }
    let mut record = Record::new(eider, now);
    let mut open = page::open_of_ticket_to_change(tx, found.id).await?;
    if let Some(page) = open.as_mut().filter(|page| is_held_with_others(page, now)) {
        // What somebody says of one of them is not said of the others, which go on waiting.
        let left = Event::Left {
            how: Ending::Retimed,
        };
        record.note_beside(page, Some(found.id), Some(actor.person), left);
        super::save(eider, tx, page, look_at(page, now)).await?;
        open = None;
    }
    let page = match open {
        Some(open) => {
            // A reporter may wake, though they work on no tickets.
            let waker = Actor {
                role: actor.role.max(eider_domain::person::Role::Responder),
                ..actor.clone()
            };
            let answer = Answer::Wake { reason };
            Some(act_in(eider, tx, &waker, open.id, answer, way).await?)
        }
        None => {
            let started = Event::Started {
                squad: found.squad,
                rank: found.priority,
                why: Why::Asked,
                until: now,
                reason: Some(reason),
            };
            let paged = Paged {
                ticket: found.id,
                number: found.number,
                rank: found.priority,
            };
            let by = Some(actor.person);
            let page = start(eider, tx, &mut record, Some(paged), by, started).await?;
            fact::append(tx, &record.facts, now).await?;
            page
        }
    };
    page.ok_or_else(unknown)
}

/// Whether calling for several tickets waits until the same time.
fn is_held_with_others(page: &Page, now: Timestamp) -> bool {
    let is_held = matches!(page.state, State::Held { until } if until > now);
    is_held && page.tickets.len() > 1
}

/// Has people of a squad called for practice. It is marked as such wherever it shows.
///
/// # Errors
/// `NotFound` when there is no such squad, `Forbidden` when it is not the actor's.
pub async fn drill(
    eider: &Eider,
    actor: &Actor,
    squad: Option<SquadId>,
    reason: &str,
) -> Result<Page> {
    let reason = checked_reason(reason)?;
    may(actor, Action::ManageSquad { squad })?;
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    if squad.is_some_and(|id| desk.squad(id).is_none()) {
        return Err(Error::NotFound("This squad".into()));
    }
    let mut record = Record::new(eider, now);
    let started = Event::Started {
        squad,
        rank: Rank::P1,
        why: Why::Drill,
        until: now,
        reason: Some(reason),
    };
    let by = Some(actor.person);
    let page = start(eider, &mut tx, &mut record, None, by, started).await?;
    fact::append(&mut tx, &record.facts, now).await?;
    tx.commit().await?;
    eider.committed();
    page.ok_or_else(unknown)
}
