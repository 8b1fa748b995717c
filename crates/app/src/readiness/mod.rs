//! Whether whoever is on call next is ready: asked the day before and an hour before, and told to
//! others while something can still be done.
//!
//! What is looked at by itself is one job with the rest of the rotas, in `rota`.

mod handover;
mod look;
mod read;
mod say;
mod words;

pub use handover::Handover;
pub(crate) use look::look;
pub use read::{Ready, Upcoming, mine, out_of_reach, upcoming};
pub(crate) use say::said_by_key;
pub use say::say_ready;
pub(crate) use words::{READY_KEY, words};

use eider_domain::readiness::{LASTS, Readiness};
use eider_store::{Tx, counter, readiness};
use jiff::{SignedDuration, Timestamp};

use crate::Result;

/// What was asked is kept this long after the shift.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The counter that grows when something is asked or said.
const CHANGED: &str = "readiness";

/// Whoever asks or says something does it alone until their transaction ends. Else one that has read
/// what was asked a moment ago could write it over what somebody has just said.
async fn alone(tx: &mut Tx) -> Result<()> {
    Ok(counter::step(tx, CHANGED).await?)
}

/// What was asked and said about shifts to come, and about those just over: what was said of one holds
/// for the next.
async fn known(tx: &mut Tx, now: Timestamp) -> Result<Vec<Readiness>> {
    let lately = now.saturating_sub(LASTS).unwrap_or(Timestamp::MIN);
    Ok(readiness::until(tx, lately).await?)
}

/// Forgets what was asked about shifts that are long over.
pub(crate) async fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<()> {
    if let Ok(before) = now.checked_sub(KEPT) {
        readiness::forget(tx, before).await?;
    }
    Ok(())
}
