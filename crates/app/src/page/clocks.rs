//! A clock that was ahead and was put right: what was to follow soon by it is not left for later.
//!
//! Each wait is written as the instant at which it ends. Where the clock that wrote it was four hours
//! ahead, nothing would happen for four hours once it is right again. What was written in the future
//! is therefore looked for every now and then, and waits as long as it was to, from now on.

use eider_domain::page::CLOCKS_DIFFER_SECONDS;
use eider_store::job;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::step;
use crate::{Eider, Result, contact};

/// How often it is looked for.
pub(crate) const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// Nobody looks for so long, unless their process stood still.
const STOOD_STILL: SignedDuration = SignedDuration::from_secs(5);

/// Looks every now and then, and at once when the clock was put back, until `stop`.
pub(crate) async fn run(eider: &Eider, stop: CancellationToken) {
    let mut looked_at: Option<Timestamp> = None;
    while !stop.is_cancelled() {
        let now = eider.now();
        let next = looked_at.map_or(now, |at| at.saturating_add(LOOK_EVERY).unwrap_or(at));
        if now >= next || looked_at.is_some_and(|at| now < at) {
            if let Err(error) = put_right(eider).await {
                tracing::warn!(%error, "what clocks left cannot be looked for; trying again");
            }
            looked_at = Some(now);
            continue;
        }
        tokio::select! {
            () = eider.clock().wait_towards(Some(next)) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// What was written after this was written by a clock that is ahead.
fn ahead_of(now: Timestamp) -> Timestamp {
    let differ = SignedDuration::from_secs(CLOCKS_DIFFER_SECONDS);
    now.saturating_add(differ).unwrap_or(now)
}

/// Has everything looked at again that was written by a clock that was ahead, and sends what was
/// not to wait.
///
/// # Errors
/// When the database fails.
pub async fn put_right(eider: &Eider) -> Result<()> {
    let now = eider.now();
    let ahead = ahead_of(now);
    let mut tx = eider.db().read().await?;
    let pages = eider_store::page::changed_after(&mut tx, ahead).await?;
    let is_waiting = eider_store::contact::is_any_made_after(&mut tx, ahead).await?;
    drop(tx);
    if is_waiting {
        let mut tx = eider.db().write().await?;
        let now = eider.now();
        contact::put_right(&mut tx, eider, now, ahead_of(now)).await?;
        // A process that stood still meanwhile takes what others wrote since for the future.
        if eider.now() < now.saturating_add(STOOD_STILL).unwrap_or(now) {
            tx.commit().await?;
        }
    }
    if !pages.is_empty() {
        let mut tx = eider.db().write().await?;
        for id in pages {
            job::enqueue(&mut tx, &step(eider, id, now)).await?;
        }
        tx.commit().await?;
        eider.committed();
    }
    Ok(())
}
