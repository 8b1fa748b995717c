//! Alerts: taken in from monitors, shown to people, looked at again.
//!
//! What a monitor sends is on the disk with all that follows from it when [`take()`] answers.

mod change;
mod follow;
mod heartbeat;
mod known;
mod list;
mod look;
mod over;
mod take;

use eider_jobs::{Again, Handlers};
use eider_store::Tx;
use jiff::{SignedDuration, Timestamp};

pub use change::note_change;
pub(crate) use heartbeat::no_longer_expected;
pub use heartbeat::{beat, never_heard};
pub use list::{GroupView, Listing, group, list, of_ticket};
pub(crate) use look::look_at_service;
pub(crate) use over::{is_over, over_words};
pub use take::{Taken, key_of, key_of_alert, take};

use crate::{Eider, Result};

/// For how long an alert that ended is kept. The facts of it are kept for ever.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24 * 90);

pub(crate) fn handlers(eider: &Eider, handlers: Handlers) -> Handlers {
    let (looker, listener) = (eider.clone(), eider.clone());
    handlers
        .with(look::KIND, move |claimed| {
            let eider = looker.clone();
            async move { look::run(&eider, &claimed).await.map_err(Again::because) }
        })
        .with(heartbeat::KIND, move |claimed| {
            let eider = listener.clone();
            async move {
                heartbeat::run(&eider, &claimed)
                    .await
                    .map_err(Again::because)
            }
        })
}

/// Forgets alerts that ended long ago.
pub(crate) async fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<()> {
    if let Ok(before) = now.checked_sub(KEPT_FOR) {
        eider_store::alert::forget(tx, before).await?;
    }
    Ok(())
}
