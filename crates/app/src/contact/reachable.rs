//! How well somebody can be reached when it is urgent, and saying that something came.

use eider_domain::{
    AttemptId,
    access::{Action, Actor, may},
    contact::{Arrival, AttemptState, Reach, Urgency},
    fact::Fact,
    person::Person,
    readiness::Reachable,
};
use eider_store::{Tx, contact};
use jiff::tz::TimeZone;

use super::record;
use crate::{Eider, Error, Result};

/// How well somebody can be reached. What is verified has reached them then.
pub(crate) async fn reachable(
    tx: &mut Tx,
    eider: &Eider,
    person: &Person,
    is_called: bool,
) -> Result<Reachable> {
    let plan = contact::plan_of(tx, person.id).await?;
    let methods = contact::methods_of(tx, person.id).await?;
    let zone = TimeZone::get(&person.zone).unwrap_or(TimeZone::UTC);
    let reach = Reach {
        plan: &plan,
        methods: &methods,
        account_email: person.email.as_deref(),
        zone: &zone,
        offered: &eider.offered(),
    };
    let tries = reach.tries(Urgency::High, eider.now());
    let ways = tries.iter().filter(|planned| planned.way.method.is_some());
    let good = methods.iter().filter(|method| method.is_good());
    let verified = good.filter_map(|method| method.verified_at).max();
    Ok(Reachable {
        ways: ways.count(),
        last_at: contact::delivered_at(tx, person.id).await?.max(verified),
        is_called,
    })
}

/// Notes that something came that was sent to the actor, by their own word.
///
/// # Errors
/// `NotFound` when it was not sent to them, `Conflict` when it has not gone out.
pub async fn it_came(eider: &Eider, actor: &Actor, id: AttemptId) -> Result<()> {
    may(actor, Action::OwnContact)?;
    let mut tx = eider.db().write().await?;
    let found = contact::attempt_to_change(&mut tx, id).await?;
    let mine = found.filter(|attempt| attempt.person == actor.person);
    let mut attempt = mine.ok_or_else(|| Error::NotFound("This message".into()))?;
    let reference = match &attempt.state {
        AttemptState::Delivered { .. } => return Ok(()),
        AttemptState::Accepted { reference, .. } => reference.clone(),
        _ => {
            let sentence = "This has not gone out. Send yourself a test page again.";
            return Err(Error::Conflict(sentence.into()));
        }
    };
    attempt.hear(&reference, &Arrival::Arrived, eider.now());
    contact::put_attempt(&mut tx, &attempt).await?;
    record(eider, tx, actor.person, Fact::TestPageCame).await
}
