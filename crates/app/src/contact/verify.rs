//! Proving that a contact method reaches its owner.

use eider_domain::{
    MethodId,
    access::{Action, Actor, may},
    contact::{CodeRefusal, Method, Subject, Try, Urgency, Way},
    fact::Fact,
};
use eider_store::{Tx, contact};
use jiff::SignedDuration;

use super::{Place, call::put, own, record};
use crate::{Eider, Error, Result, account::secret_hash};

/// So many codes go out to one person in so much time: messages cost money, and reach strangers
/// when a number is mistyped.
const LIMITS: [(i64, SignedDuration); 2] = [
    (3, SignedDuration::from_mins(1)),
    (12, SignedDuration::from_hours(1)),
];

/// Sends another code to a method that is not verified yet. The one before is good for nothing
/// when it goes out.
///
/// # Errors
/// `TooMany` when too many were sent, `Conflict` when it is verified, `NotFound` when it is not the
/// actor's.
pub async fn send_code(eider: &Eider, actor: &Actor, id: MethodId) -> Result<()> {
    may(actor, Action::OwnContact)?;
    let mut tx = eider.db().write().await?;
    let method = own(&mut tx, actor, id).await?;
    may_be_verified(&method)?;
    queue_code(&mut tx, eider, &method).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// Takes the code that reached the actor by a method: from now on it is used.
///
/// # Errors
/// `Invalid` when it is not the code or no longer good, `NotFound` when the method is not theirs.
pub async fn verify(eider: &Eider, actor: &Actor, id: MethodId, code: &str) -> Result<Method> {
    may(actor, Action::OwnContact)?;
    let now = eider.now();
    let typed: String = code.chars().filter(char::is_ascii_digit).collect();
    let mut tx = eider.db().write().await?;
    let mut method = own(&mut tx, actor, id).await?;
    may_be_verified(&method)?;
    let sent = contact::code_of(&mut tx, id).await?;
    let mut sent = sent.ok_or(CodeRefusal::Over)?;
    if let Err(refusal) = sent.take(&secret_hash(&typed), now) {
        // A wrong one is counted although nothing else is done.
        contact::put_code(&mut tx, id, &sent).await?;
        tx.commit().await?;
        return Err(refusal.into());
    }
    method.verified_at = Some(now);
    contact::put_method(&mut tx, &method).await?;
    contact::remove_code(&mut tx, id).await?;
    let fact = Fact::ContactMethodVerified { method: id };
    record(eider, tx, actor.person, fact).await?;
    Ok(method)
}

/// Queues a code for a method, unless too many were sent.
pub(super) async fn queue_code(tx: &mut Tx, eider: &Eider, method: &Method) -> Result<()> {
    let now = eider.now();
    let about = Subject::Verification;
    for (limit, time) in LIMITS {
        let since = now.checked_sub(time).unwrap_or(now);
        if contact::count_between(tx, method.person, about, since, now).await? >= limit {
            return Err(Error::TooMany {
                retry_after_seconds: time.as_secs(),
            });
        }
    }
    let planned = Try {
        at: now,
        way: Way::of(method),
    };
    put(
        tx,
        eider,
        method.person,
        about,
        Urgency::High,
        &planned,
        Place::InTurn,
    )
    .await
}

fn may_be_verified(method: &Method) -> Result<()> {
    let why = match (method.lost_at, method.verified_at) {
        (Some(_), _) => "Nothing arrives there any more. Take it away and add it again.",
        (None, Some(_)) => "This contact method is verified already.",
        (None, None) => return Ok(()),
    };
    Err(Error::Conflict(why.into()))
}
