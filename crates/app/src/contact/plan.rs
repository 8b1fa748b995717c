//! In which order somebody wants to be reached.

use eider_domain::{
    access::{Action, Actor, may},
    contact::Plan,
    fact::Fact,
};
use eider_store::contact;

use super::{linked::methods_of, record};
use crate::{Eider, Result};

/// Keeps in which order, and when, the actor is reached. An empty plan leaves it to what is
/// sensible.
///
/// # Errors
/// `Invalid` when it cannot be followed, `Forbidden` when they do not work on tickets.
pub async fn save_plan(eider: &Eider, actor: &Actor, plan: Plan) -> Result<Plan> {
    may(actor, Action::OwnContact)?;
    let mut tx = eider.db().write().await?;
    let methods = methods_of(&mut tx, actor.person).await?;
    let plan = plan.checked(&methods)?;
    contact::put_plan(&mut tx, actor.person, &plan).await?;
    record(eider, tx, actor.person, Fact::ContactPlanChanged).await?;
    Ok(plan)
}
