//! What a squad decides: its policy, and what is worth waking for.

use eider_domain::{
    SquadId,
    access::{Action, Actor, may},
    escalation::{Paging, Waking},
};

use crate::{Eider, Error, Result, configure::keep, error::FieldErrors, page};

/// Writes what a squad decided, or the company. What is worth waking for holds for what comes from now
/// on; pages that are under way go on by the policy that holds then.
///
/// # Errors
/// `Invalid` when it names a policy or a calendar that is not there, `NotFound` when there is no such
/// squad, `Forbidden` when it is not the actor's.
pub async fn save_rules(
    eider: &Eider,
    actor: &Actor,
    squad: Option<SquadId>,
    paging: Paging,
) -> Result<Paging> {
    may(actor, Action::ManageSquad { squad })?;
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let name = match squad {
        Some(id) => {
            let squad = desk.squad(id);
            let squad = squad.ok_or_else(|| Error::NotFound("This squad".into()))?;
            squad.name.clone()
        }
        None => desk.settings.company.clone(),
    };
    let mut errors = FieldErrors::default();
    if paging.policy.is_some_and(|id| desk.policy(id).is_none()) {
        errors.add("policy", "Choose one of the policies that are offered.");
    }
    for (index, (rank, waking)) in paging.waking.iter().enumerate() {
        let is_there = |id| desk.calendars.iter().any(|named| named.id == id);
        if matches!(waking, Waking::Hold { calendar: Some(id) } if !is_there(*id)) {
            errors.add("waking", "Choose one of the calendars that are offered.");
        }
        if paging.waking[..index]
            .iter()
            .any(|(other, _)| other == rank)
        {
            errors.add("waking", format!("{rank} is decided twice. Say it once."));
        }
    }
    errors.finish()?;
    eider_store::escalation::put_rules(&mut tx, squad, &paging).await?;
    page::look_again(eider, &mut tx).await?;
    keep(eider, tx, actor, "paging of", &name).await?;
    Ok(paging)
}
