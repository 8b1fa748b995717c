//! How somebody is reached, as they see it themselves.

use eider_domain::{
    access::{Action, Actor, may},
    contact::{Attempt, Kind, Method, Plan, Reach, Try, Urgency},
};
use eider_store::{contact, person};
use jiff::tz::TimeZone;

use super::linked::methods_of;
use crate::{Eider, Error, Result};

/// How many of the latest attempts are shown.
pub const ATTEMPTS_SHOWN: i64 = 20;

/// How somebody is reached.
#[derive(Clone, Debug)]
pub struct MyContact {
    /// Their methods, the oldest first.
    pub methods: Vec<Method>,
    /// What they set.
    pub plan: Plan,
    /// What is tried when something urgent begins now.
    pub high: Vec<Try>,
    /// What is tried when something that is not urgent begins now.
    pub low: Vec<Try>,
    /// What can be added. Slack is there without being added.
    pub offered: Vec<Kind>,
    /// The latest attempts, the newest first.
    pub attempts: Vec<Attempt>,
}

/// How the actor is reached.
///
/// # Errors
/// `Forbidden` when they do not work on tickets.
pub async fn my_contact(eider: &Eider, actor: &Actor) -> Result<MyContact> {
    may(actor, Action::Work)?;
    let now = eider.now();
    let mut tx = eider.db().read().await?;
    let found = person::by_id(&mut tx, actor.person).await?;
    let found = found.ok_or_else(|| Error::NotFound("This person".into()))?;
    let methods = methods_of(&mut tx, actor.person).await?;
    let offered = eider.offered();
    let plan = contact::plan_of(&mut tx, actor.person).await?;
    let zone = TimeZone::get(&found.zone).unwrap_or(TimeZone::UTC);
    let reach = Reach {
        plan: &plan,
        methods: &methods,
        account_email: found.email.as_deref(),
        zone: &zone,
        offered: &offered,
    };
    Ok(MyContact {
        high: reach.tries(Urgency::High, now),
        low: reach.tries(Urgency::Low, now),
        offered: offered
            .iter()
            .copied()
            .filter(|kind| *kind != Kind::Slack)
            .collect(),
        attempts: contact::attempts_of(&mut tx, actor.person, ATTEMPTS_SHOWN).await?,
        methods,
        plan,
    })
}
