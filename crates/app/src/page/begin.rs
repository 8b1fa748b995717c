//! Having people called by hand, and drills.

use eider_domain::{
    SquadId, TicketNumber,
    access::{Action, Actor, may},
    page::{Event, Page, Paged, Refusal, Way, Why},
    priority::Rank,
};
use eider_store::{fact, page};

use super::{
    act::{Answer, act_in, checked_reason, unknown},
    follow::start,
    record::Record,
};
use crate::{Eider, Error, Result, ticket};

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
    let reason = checked_reason(reason)?;
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let found = ticket::to_change(&mut tx, number).await?;
    let reporter = found.reporter;
    may(actor, Action::Wake { reporter })?;
    if !found.status.kind().is_open() {
        return Err(Refusal::Over.into());
    }
    let open = page::open_of_ticket_to_change(&mut tx, found.id).await?;
    let id = match open {
        Some(open) => {
            // A reporter may wake, though they work on no tickets.
            let waker = Actor {
                role: actor.role.max(eider_domain::person::Role::Responder),
                ..actor.clone()
            };
            let answer = Answer::Wake { reason };
            act_in(eider, &mut tx, &waker, open.id, answer, way).await?;
            Some(open.id)
        }
        None => {
            let mut record = Record::new(eider, now);
            let started = Event::Started {
                squad: found.squad,
                rank: found.priority,
                why: Why::Asked,
                until: now,
                reason: Some(reason),
            };
            let paged = Paged {
                ticket: found.id,
                number,
                rank: found.priority,
            };
            let by = Some(actor.person);
            let id = start(eider, &mut tx, &mut record, Some(paged), by, started).await?;
            fact::append(&mut tx, &record.facts, now).await?;
            id
        }
    };
    let page = match id {
        Some(id) => page::by_id(&mut tx, id).await?,
        None => None,
    };
    tx.commit().await?;
    eider.committed();
    page.ok_or_else(unknown)
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
    let id = start(eider, &mut tx, &mut record, None, by, started).await?;
    fact::append(&mut tx, &record.facts, now).await?;
    let page = match id {
        Some(id) => page::by_id(&mut tx, id).await?,
        None => None,
    };
    tx.commit().await?;
    eider.committed();
    page.ok_or_else(unknown)
}
