//! Writing a policy. Pages that are under way go on by what it says from then on.

use eider_domain::{
    PersonId, PolicyId,
    access::{Action, Actor, may},
    escalation::{Plan, Policy, Target},
    text,
};
use eider_store::{Tx, person};

use crate::{
    Eider, Error, Result,
    configure::{Subject, checked, create, free_name, keep, subject, unless_taken},
    desk::Desk,
    error::FieldErrors,
    once::OnceKey,
    page,
};

const NAME_LIMIT_CHARACTERS: usize = 80;

/// What facts call a policy.
pub(crate) const PART: &str = "escalation policy";

/// What somebody wants a policy to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyEdit {
    /// Name as people say it.
    pub name: String,
    /// What is done.
    pub plan: Plan,
    /// No longer offered.
    pub retired: bool,
}

/// Writes a policy: the one of that id, or a new one.
///
/// # Errors
/// `Invalid` names every field that cannot be used, `Conflict` when the name is taken, `NotFound`
/// when there is no policy of that id.
pub async fn save_policy(
    eider: &Eider,
    actor: &Actor,
    id: Option<PolicyId>,
    edit: PolicyEdit,
) -> Result<Policy> {
    let tx = eider.db().write().await?;
    write(eider, tx, actor, subject(eider, id), edit).await
}

/// Writes a new policy, once for each key: a request that came before is answered with what it
/// made, as that is now.
///
/// # Errors
/// As [`save_policy`], and `Invalid` when the key came with another request.
pub async fn create_policy(
    eider: &Eider,
    actor: &Actor,
    edit: PolicyEdit,
    key: Option<&OnceKey>,
) -> Result<Policy> {
    let new = |tx, subject| write(eider, tx, actor, subject, edit);
    create(eider, key, new, existing).await
}

async fn write(
    eider: &Eider,
    mut tx: Tx,
    actor: &Actor,
    subject: Subject<PolicyId>,
    edit: PolicyEdit,
) -> Result<Policy> {
    may(actor, Action::Configure)?;
    let desk = eider.desk_in(&mut tx).await?;
    let responders = person::responders(&mut tx).await?;
    let responders: Vec<PersonId> = responders.into_iter().map(|(id, _)| id).collect();
    let policy = decide(&desk, &responders, subject, edit)?;
    put(eider, &mut tx, &policy).await?;
    keep(eider, tx, actor, PART, &policy.name).await?;
    Ok(policy)
}

/// The policy that `edit` makes of `subject`, when it can be used; `responders` are those who can be
/// called.
pub(crate) fn decide(
    desk: &Desk,
    responders: &[PersonId],
    subject: Subject<PolicyId>,
    edit: PolicyEdit,
) -> Result<Policy> {
    let id = subject.there();
    let before = id.map(|id| existing(desk, id)).transpose()?;
    let mut errors = FieldErrors::default();
    let name = text::line("The name", &edit.name, NAME_LIMIT_CHARACTERS);
    let name = errors.check("name", name);
    if let Err(error) = edit.plan.check() {
        errors.add(error.field(), error);
    }
    let known: Vec<Target> = before
        .map(|before| before.plan.targets().copied().collect())
        .unwrap_or_default();
    for target in edit.plan.targets().filter(|target| !known.contains(target)) {
        match target {
            Target::Person { person } if !responders.contains(person) => {
                errors.add(
                    "levels",
                    "Choose people who work on tickets and can sign in.",
                );
            }
            Target::Rota { rota } if desk.rota(*rota).is_none() => {
                errors.add("levels", "Choose one of the rotas that are offered.");
            }
            Target::Squad { squad: Some(squad) }
                if !desk.squads.iter().any(|one| one.id == *squad) =>
            {
                errors.add("levels", "Choose one of the squads that are offered.");
            }
            _ => {}
        }
    }
    errors.finish()?;
    let name = checked(name, "name")?;
    let others = desk.policies.iter().filter(|other| Some(other.id) != id);
    free_name("policy", &name, others.map(|other| other.name.as_str()))?;
    Ok(Policy {
        id: subject.id(),
        name,
        plan: edit.plan,
        retired: edit.retired,
    })
}

/// Writes a policy that was decided, with the jobs that follow from it.
pub(crate) async fn put(eider: &Eider, tx: &mut Tx, policy: &Policy) -> Result<()> {
    let written = eider_store::escalation::put_policy(tx, policy).await;
    unless_taken(written, "policy", &policy.name)?;
    page::look_again(eider, tx).await
}

fn existing(desk: &Desk, id: PolicyId) -> Result<&Policy> {
    desk.policy(id)
        .ok_or_else(|| Error::NotFound("This policy".into()))
}
