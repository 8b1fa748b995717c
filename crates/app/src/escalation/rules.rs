//! What a squad decides: its policy, and what is worth waking for.

use eider_domain::{
    SquadId,
    access::{Action, Actor, may},
    escalation::{Paging, Waking},
};

use eider_store::Tx;

use crate::{Eider, Error, Result, configure::keep, desk::Desk, error::FieldErrors, page};

/// What facts call the rules of a squad.
pub(crate) const PART: &str = "paging of";

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
    check(&desk, &paging)?;
    put(eider, &mut tx, squad, &paging).await?;
    keep(eider, tx, actor, PART, &name).await?;
    Ok(paging)
}

/// Whether these rules can be used.
pub(crate) fn check(desk: &Desk, paging: &Paging) -> Result<()> {
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
    errors.finish()
}

/// Writes what was decided, with the jobs that follow from it.
pub(crate) async fn put(
    eider: &Eider,
    tx: &mut Tx,
    squad: Option<SquadId>,
    paging: &Paging,
) -> Result<()> {
    eider_store::escalation::put_rules(tx, squad, paging).await?;
    page::look_again(eider, tx).await
}
