//! Squads: their names and what an hour of theirs costs. Who belongs to them is not configured here.

use eider_domain::{
    SquadId,
    access::{Action, Actor, may},
    squad::Squad,
    text,
};

use super::{NAME_LIMIT_CHARACTERS, checked, free_name, keep, unless_taken};
use crate::{Eider, Error, Result, error::FieldErrors};

/// The dearest hour that can be kept: a million of the currency, in hundredths.
const RATE_LIMIT_CENTS: i64 = 100_000_000;

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
    may(actor, Action::ManageSquad { squad: id })?;
    let mut errors = FieldErrors::default();
    let name = text::line("The name", &edit.name, NAME_LIMIT_CHARACTERS);
    let name = errors.check("name", name);
    if !(0..=RATE_LIMIT_CENTS).contains(&edit.rate_cents_per_hour) {
        let message = "Write what an hour costs, from 0 to 1,000,000.";
        errors.add("rate_cents_per_hour", message);
    }
    errors.finish()?;
    let name = checked(name, "name")?;

    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    if id.is_some_and(|id| desk.squad(id).is_none()) {
        return Err(Error::NotFound("This squad".into()));
    }
    let others = desk.squads.iter().filter(|other| Some(other.id) != id);
    free_name("squad", &name, others.map(|other| other.name.as_str()))?;
    let squad = Squad {
        id: id.unwrap_or_else(|| eider.ids().id(eider.now())),
        name,
        rate_cents_per_hour: edit.rate_cents_per_hour,
    };
    let written = eider_store::squad::put(&mut tx, &squad).await;
    unless_taken(written, "squad", &squad.name)?;
    keep(eider, tx, actor, "squad", &squad.name).await?;
    Ok(squad)
}
