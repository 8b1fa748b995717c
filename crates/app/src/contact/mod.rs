//! Reaching people: their contact methods, calling them, and what becomes of each attempt.
//!
//! Whoever wants somebody reached calls [`call()`] in their own transaction, and [`stop`] when it is
//! not wanted any more. An attempt is sent by a job (see the crate `eider-delivery`), which asks
//! [`begin`] whether it is still wanted, and what is to be said, just before it goes out.

mod attempt;
mod call;
mod linked;
mod lost;
mod method;
mod plan;
mod reachable;
mod read;
mod reply;
mod test_page;
mod verify;
mod web_push;
mod words;

pub use attempt::{
    Sending, about, attempt_job, begin, due, end, fail, first_attempt_job, found, hear,
};
pub(crate) use call::{Place, answer, call_placed, put_right, tell};
pub use call::{call, stop};
pub use method::{Added, NewMethod, add_method, remove_method};
pub use plan::save_plan;
pub use reachable::it_came;
pub(crate) use reachable::reachable;
pub use read::{ATTEMPTS_SHOWN, MyContact, my_contact};
pub use reply::{answer_key, answer_message};
pub use test_page::test_page;
pub use verify::{send_code, verify};
pub(crate) use web_push::sealed_push_key;
pub use web_push::{BrowserKeys, PushKey, my_push_key, push_key};

use eider_domain::{
    MethodId, PersonId,
    access::Actor,
    contact::Method,
    fact::{Fact, Happened},
};
use eider_store::{Tx, contact, fact};
use jiff::{SignedDuration, Timestamp};

use crate::{Eider, Error, Result};

/// How long it is known how people were reached.
const ATTEMPTS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 180);

/// Forgets attempts that have not changed for half a year.
pub(crate) async fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<()> {
    if let Ok(before) = now.checked_sub(ATTEMPTS_KEPT) {
        contact::forget_attempts(tx, before).await?;
    }
    Ok(())
}

/// A method of the actor's own.
async fn own(tx: &mut Tx, actor: &Actor, id: MethodId) -> Result<Method> {
    let found = contact::method_by_id(tx, id).await?;
    found
        .filter(|method| method.person == actor.person)
        .ok_or_else(|| Error::NotFound("This contact method".into()))
}

/// Keeps what was written, with the fact that it was.
async fn record(eider: &Eider, mut tx: Tx, actor: PersonId, what: Fact) -> Result<()> {
    let at = eider.now();
    let happened = Happened {
        at,
        actor: Some(actor),
        ticket: None,
        fact: what,
    };
    fact::append(&mut tx, &[happened], at).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}
