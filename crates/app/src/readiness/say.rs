//! Saying that one is ready.

use eider_domain::{
    PersonId, ReadinessId, RotaId,
    access::{Action, Actor, may},
    contact::Subject,
    fact::{Fact, Happened},
    readiness::{Event, Readiness, Start},
};
use eider_store::{fact, readiness};
use jiff::Timestamp;

use super::{alone, look::beginning};
use crate::{Eider, Error, Result, contact, rota::watch::Scene};

/// Notes that the actor is ready for their shift in a rota that begins at `from`. Said twice, it is
/// said once.
///
/// # Errors
/// `NotFound` when no shift of theirs begins there within a week, `Forbidden` when they do not work
/// on tickets.
pub async fn say_ready(
    eider: &Eider,
    actor: &Actor,
    rota: RotaId,
    from: Timestamp,
) -> Result<Start> {
    may(actor, Action::Work)?;
    let is_meant = |start: &Start| start.rota == rota && start.from == from;
    said(eider, actor.person, is_meant).await
}

/// Notes that somebody is ready, as they answered to what they were asked by `id`. Answers whether
/// there is still a shift that begins.
pub(crate) async fn said_by_key(eider: &Eider, person: PersonId, id: ReadinessId) -> Result<bool> {
    let mut tx = eider.db().read().await?;
    let asked = readiness::by_id(&mut tx, id).await?;
    drop(tx);
    let Some(asked) = asked.filter(|asked| asked.person == person) else {
        return Ok(false);
    };
    match said(eider, person, |start: &Start| asked.is_of(start)).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn said(eider: &Eider, person: PersonId, is_meant: impl Fn(&Start) -> bool) -> Result<Start> {
    let mut tx = eider.db().write().await?;
    alone(&mut tx).await?;
    let scene = Scene::load(eider, &mut tx).await?;
    let mut starts = beginning(&scene).into_iter();
    let start = starts.find(|start| start.person == person && is_meant(start));
    let start = start.ok_or_else(|| Error::NotFound("This shift of yours".into()))?;
    let now = scene.now;
    let known = readiness::until(&mut tx, now).await?;
    let before = known.into_iter().find(|one| one.is_of(&start));
    let mut one = before.unwrap_or_else(|| Readiness::of(eider.ids().id(now), &start));
    if one.ready_at.is_some() {
        return Ok(start);
    }
    (one.from, one.until, one.ready_at) = (start.from, start.until, Some(now));
    readiness::put(&mut tx, &one).await?;
    // What others are told is looked at again when it goes out.
    contact::stop(&mut tx, eider, Subject::Readiness(one.id), Some(person)).await?;
    let happened = Happened {
        at: now,
        actor: Some(person),
        ticket: None,
        fact: Fact::ReadinessChanged {
            rota: start.rota,
            person,
            from: start.from,
            event: Event::Said,
        },
    };
    fact::append(&mut tx, &[happened], now).await?;
    tx.commit().await?;
    eider.committed();
    Ok(start)
}
