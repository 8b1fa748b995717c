//! When somebody is away; a person whose access ends has left.

use eider_domain::{
    AbsenceId, PersonId,
    access::{Action, Actor, may},
    fact::Fact,
    rota::{Absence, Change},
};
use eider_store::{Tx, person, rota};
use jiff::Timestamp;

use super::{record, watch};
use crate::{
    Eider, Error, Result,
    once::{self, OnceKey},
    page,
};

/// Notes that somebody is away for a time, once for each key: one's own, or anybody's for a lead.
///
/// # Errors
/// `Invalid` when the time cannot be used, `Forbidden`, `NotFound`.
pub async fn note_absence(
    eider: &Eider,
    actor: &Actor,
    person: PersonId,
    from: Timestamp,
    until: Timestamp,
    key: Option<&OnceKey>,
) -> Result<Absence> {
    may(actor, Action::KeepAbsence { person })?;
    let now = eider.now();
    Change::check_time(from, until, now)?;
    let mut tx = eider.db().write().await?;
    let known = person::by_id(&mut tx, person).await?;
    known.ok_or_else(|| Error::NotFound("This person".into()))?;
    let absence = Absence {
        id: eider.ids().id(now),
        person,
        // What is past stays as it was.
        from: from.max(now),
        until: Some(until),
    };
    if let Some(before) = once::claim(&mut tx, key, absence.id.0, now).await? {
        let before = rota::absence_by_id(&mut tx, before.into()).await?;
        // The first request may share this commit: answer once it is on the disk.
        tx.commit().await?;
        return before.ok_or_else(|| Error::NotFound("This absence".into()));
    }
    rota::put_absence(&mut tx, &absence).await?;
    let fact = Fact::AbsenceNoted {
        absence: absence.id,
        person,
        from: absence.from,
        until,
    };
    record(eider, tx, actor, vec![fact]).await?;
    Ok(absence)
}

/// Ends an absence now, or takes it back before it begins.
///
/// # Errors
/// `Forbidden`, `NotFound`; `Conflict` for somebody whose access ended.
pub async fn end_absence(eider: &Eider, actor: &Actor, id: AbsenceId) -> Result<()> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let found = rota::absence_by_id(&mut tx, id).await?;
    let mut absence = found.ok_or_else(|| Error::NotFound("This absence".into()))?;
    let person = absence.person;
    may(actor, Action::KeepAbsence { person })?;
    match absence.until {
        None => {
            let sentence = "They have left. Give them access again when they are back.";
            return Err(Error::Conflict(sentence.into()));
        }
        Some(until) if until <= now => {
            return Err(Error::Conflict("This absence is over already.".into()));
        }
        Some(_) => end(&mut tx, &mut absence, now).await?,
    }
    let absence = id;
    record(
        eider,
        tx,
        actor,
        vec![Fact::AbsenceEnded { absence, person }],
    )
    .await
}

async fn end(tx: &mut Tx, absence: &mut Absence, now: Timestamp) -> Result<()> {
    if absence.from >= now {
        rota::remove_absence(tx, absence.id).await?;
    } else {
        absence.until = Some(now);
        rota::put_absence(tx, absence).await?;
    }
    Ok(())
}

/// Somebody's access ends: from now on their turns are gaps.
pub(crate) async fn leave(eider: &Eider, tx: &mut Tx, person: PersonId) -> Result<()> {
    let now = eider.now();
    let absence = Absence {
        id: eider.ids().id(now),
        person,
        from: now,
        until: None,
    };
    rota::put_absence(tx, &absence).await?;
    page::look_again_for_leaving(eider, tx).await?;
    watch::look_again(eider, tx).await
}

/// Somebody has access again: their turns are theirs from now on.
pub(crate) async fn come_back(eider: &Eider, tx: &mut Tx, person: PersonId) -> Result<()> {
    let now = eider.now();
    for mut absence in rota::absences(tx, now, Timestamp::MAX).await? {
        if absence.person == person && absence.until.is_none() {
            end(tx, &mut absence, now).await?;
        }
    }
    page::look_again(eider, tx).await?;
    watch::look_again(eider, tx).await
}
