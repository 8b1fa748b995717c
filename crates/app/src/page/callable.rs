//! Everybody who may be called one day, so that ways to reach them are found before that.

use crate::{Eider, Result};
use eider_domain::{
    PersonId,
    escalation::{Member, Target},
    person::Role,
};

/// Whoever works on tickets and has turns in a rota, is meant by a policy, leads or administrates.
///
/// # Errors
/// When the database fails.
pub async fn may_be_called(eider: &Eider) -> Result<Vec<PersonId>> {
    let now = eider.now();
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let rotas = desk.rotas.iter().filter(|rota| !rota.retired);
    let turns: Vec<PersonId> = rotas.flat_map(|rota| rota.people_from(now)).collect();
    let plans = desk.policies.iter().map(|policy| &policy.plan);
    let targets: Vec<Target> = plans
        .flat_map(|plan| {
            let levels = plan.levels.iter().flat_map(|level| &level.targets);
            levels.chain(&plan.last_resort)
        })
        .copied()
        .collect();
    let is_meant = |member: &Member| {
        targets.iter().any(|target| match target {
            Target::Person { person } => member.person == *person,
            Target::Squad { squad: Some(squad) } => member.squads.contains(squad),
            // Whose page it will be is not known yet.
            Target::Squad { squad: None } => !member.squads.is_empty(),
            _ => false,
        })
    };
    let members = eider.members_in(&mut tx).await?;
    let is_callable = |member: &&Member| {
        member.role >= Role::Lead || turns.contains(&member.person) || is_meant(member)
    };
    let callable = members.all.iter().filter(is_callable);
    Ok(callable.map(|member| member.person).collect())
}
