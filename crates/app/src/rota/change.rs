//! Putting somebody on call for a time, and ending it.

use eider_domain::{
    ChangeId, PersonId, RotaId,
    access::{Action, Actor, may},
    fact::Fact,
    person::{Role, Standing},
    rota::{Change, ChangeKind},
};
use eider_store::{Tx, person, rota};
use jiff::Timestamp;

use super::{Exceptions, existing, record};
use crate::{
    Eider, Error, Result,
    once::{self, OnceKey},
};

/// Somebody to be put on call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewChange {
    /// Who.
    pub person: PersonId,
    /// Whose time it is: then it holds only where that person would be on call. None for all.
    pub instead_of: Option<PersonId>,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// Puts somebody on call in a rota for a time, once for each key: whoever leads its squad anybody,
/// everybody else who works on tickets themselves. What is past is left out.
///
/// # Errors
/// `Invalid` names the field that cannot be used, `Forbidden`, `NotFound`.
pub async fn put_on_call(
    eider: &Eider,
    actor: &Actor,
    id: RotaId,
    new: NewChange,
    key: Option<&OnceKey>,
) -> Result<Change> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let rota = existing(&desk, id)?;
    let person = new.person;
    may(
        actor,
        Action::PutOnCall {
            squad: rota.squad,
            person,
        },
    )?;
    let change = Change {
        id: eider.ids().id(now),
        rota: id,
        kind: match new.instead_of {
            Some(_) => ChangeKind::Cover,
            None => ChangeKind::Override,
        },
        person,
        instead_of: new.instead_of,
        from: new.from.max(now.min(new.until)),
        until: new.until,
        made_at: now,
    };
    if let Some(before) = once::claim(&mut tx, key, change.id.0, now).await? {
        let before = rota::change_by_id(&mut tx, before.into()).await?;
        // The first request may share this commit: answer once it is on the disk.
        tx.commit().await?;
        return before.ok_or_else(|| Error::NotFound("This change".into()));
    }
    check(&mut tx, &change, now).await?;
    rota::put_change(&mut tx, &change).await?;
    record(eider, tx, actor, vec![changed(&change)]).await?;
    Ok(change)
}

async fn check(tx: &mut Tx, change: &Change, now: Timestamp) -> Result<()> {
    if change.until <= now {
        return Err(eider_domain::rota::ChangeError::Past.into());
    }
    Change::check_time(change.from, change.until, now)?;
    if change.instead_of == Some(change.person) {
        return Err(Error::field("person", "Choose somebody else to stand in."));
    }
    let found = person::by_id(tx, change.person).await?;
    let fits = |person: &eider_domain::person::Person| {
        person.standing == Standing::Active && person.role >= Role::Responder
    };
    if !found.as_ref().is_some_and(fits) {
        return Err(Error::field(
            "person",
            "Choose somebody who works on tickets and can sign in.",
        ));
    }
    let exceptions = Exceptions::load(tx, change.from, change.until).await?;
    if exceptions
        .absences
        .iter()
        .any(|absence| absence.person == change.person)
    {
        return Err(Error::field(
            "person",
            "They are away in this time. Choose somebody else.",
        ));
    }
    Ok(())
}

/// Ends a change now, or takes it back before it begins; then whoever would be on call is again.
/// Answers whose rota it was.
///
/// # Errors
/// `Forbidden` unless the actor leads the squad or made themselves available by it, `NotFound`.
pub async fn end_change(eider: &Eider, actor: &Actor, id: ChangeId) -> Result<RotaId> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let found = rota::change_by_id(&mut tx, id).await?;
    let mut change = found.ok_or_else(|| Error::NotFound("This change".into()))?;
    let rota = existing(&desk, change.rota)?;
    // A swap was agreed by two; neither takes it back alone.
    let squad = rota.squad;
    if change.kind == ChangeKind::Swap {
        may(actor, Action::ManageSquad { squad })?;
    } else {
        let person = change.person;
        may(actor, Action::PutOnCall { squad, person })?;
    }
    if change.until <= now {
        return Err(eider_domain::rota::ChangeError::Past.into());
    }
    if change.from >= now {
        rota::remove_change(&mut tx, id).await?;
    } else {
        change.until = now;
        rota::put_change(&mut tx, &change).await?;
    }
    let fact = Fact::DutyChangeEnded {
        change: id,
        rota: change.rota,
    };
    record(eider, tx, actor, vec![fact]).await?;
    Ok(change.rota)
}

/// The fact that a change was made.
pub(super) fn changed(change: &Change) -> Fact {
    Fact::DutyChanged {
        change: change.id,
        rota: change.rota,
        how: change.kind,
        person: change.person,
        instead_of: change.instead_of,
        from: change.from,
        until: change.until,
    }
}
