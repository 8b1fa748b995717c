//! Squads: their names and what an hour of theirs costs. Who belongs to them is not configured here.

use eider_domain::{
    SquadId,
    access::{Action, Actor, may},
    squad::Squad,
    text,
};

use eider_store::Tx;

use super::{
    NAME_LIMIT_CHARACTERS, Subject, checked, create, free_name, keep, subject, unless_taken,
};
use crate::{Eider, Error, Result, desk::Desk, error::FieldErrors, once::OnceKey};

/// The dearest hour that can be kept: a million of the currency, in hundredths.
const RATE_LIMIT_CENTS: i64 = 100_000_000;

/// What facts call a squad.
pub(crate) const PART: &str = "squad";

/// What somebody wants a squad to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SquadEdit {
    /// Name as people say it.
    pub name: String,
    /// What an hour of one of its people costs, in hundredths of the currency.
    pub rate_cents_per_hour: i64,
}

/// Writes a squad: the one of that id, or a new one.
///
/// # Errors
/// `Invalid` names every field that cannot be used, `Conflict` when the name is taken, `NotFound`
/// when there is no squad of that id.
pub async fn save_squad(
    eider: &Eider,
    actor: &Actor,
    id: Option<SquadId>,
    edit: SquadEdit,
) -> Result<Squad> {
    let tx = eider.db().write().await?;
    write(eider, tx, actor, subject(eider, id), edit).await
}

/// Writes a new squad, once for each key: a request that came before is answered with what it
/// made, as that is now.
///
/// # Errors
/// As [`save_squad`], and `Invalid` when the key came with another request.
pub async fn create_squad(
    eider: &Eider,
    actor: &Actor,
    edit: SquadEdit,
    key: Option<&OnceKey>,
) -> Result<Squad> {
    let new = |tx, subject| write(eider, tx, actor, subject, edit);
    create(eider, key, new, existing).await
}

async fn write(
    eider: &Eider,
    mut tx: Tx,
    actor: &Actor,
    subject: Subject<SquadId>,
    edit: SquadEdit,
) -> Result<Squad> {
    let squad = subject.there();
    may(actor, Action::ManageSquad { squad })?;
    let desk = eider.desk_in(&mut tx).await?;
    let squad = decide(&desk, subject, edit)?;
    put(&mut tx, &squad).await?;
    keep(eider, tx, actor, PART, &squad.name).await?;
    Ok(squad)
}

/// The squad that `edit` makes of `subject`, when it can be used.
pub(crate) fn decide(desk: &Desk, subject: Subject<SquadId>, edit: SquadEdit) -> Result<Squad> {
    let id = subject.there();
    let mut errors = FieldErrors::default();
    let name = text::line("The name", &edit.name, NAME_LIMIT_CHARACTERS);
    let name = errors.check("name", name);
    if !(0..=RATE_LIMIT_CENTS).contains(&edit.rate_cents_per_hour) {
        let message = "Write what an hour costs, from 0 to 1,000,000.";
        errors.add("rate_cents_per_hour", message);
    }
    errors.finish()?;
    let name = checked(name, "name")?;

    if let Some(id) = id {
        existing(desk, id)?;
    }
    let others = desk.squads.iter().filter(|other| Some(other.id) != id);
    free_name("squad", &name, others.map(|other| other.name.as_str()))?;
    Ok(Squad {
        id: subject.id(),
        name,
        rate_cents_per_hour: edit.rate_cents_per_hour,
    })
}

/// Writes a squad that was decided.
pub(crate) async fn put(tx: &mut Tx, squad: &Squad) -> Result<()> {
    let written = eider_store::squad::put(tx, squad).await;
    unless_taken(written, "squad", &squad.name)
}

fn existing(desk: &Desk, id: SquadId) -> Result<&Squad> {
    desk.squad(id)
        .ok_or_else(|| Error::NotFound("This squad".into()))
}
