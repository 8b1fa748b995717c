//! Tells open pages what happened, on whichever node it did.

use std::{sync::Arc, time::Duration};

use eider_store::{
    answered_within,
    fact::{self, Recorded},
};
use tokio_util::sync::CancellationToken;

use crate::{Eider, Result};

/// Another node may have recorded something: look this often. A commit here is told at once.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// A database that says nothing for this long is asked again, by another connection.
const ANSWERS_WITHIN: Duration = Duration::from_secs(15);
const FACTS_A_LOOK: i64 = 500;
/// Of a longer leap (an import) the facts are not told one by one.
const LEAP: i64 = 5_000;
/// A page that missed more than this looks at the present instead.
const MISSED_LIMIT: i64 = 500;

/// What those who listen are told.
#[derive(Clone, Debug)]
pub enum Told {
    /// Something happened.
    Fact(Arc<Recorded>),
    /// So much happened at once that it is not told: whatever somebody looks at may have changed.
    Leap,
}

/// What happened after place `seq`, for a page that was made then and listens only now; nothing
/// when it is too much to tell. Listen first and ask then, so that no fact falls between.
///
/// # Errors
/// When the database fails.
pub async fn missed_since(eider: &Eider, seq: i64) -> Result<Option<Vec<Recorded>>> {
    if eider.newest_fact() <= seq {
        return Ok(Some(Vec::new()));
    }
    let mut tx = eider.db().read().await?;
    let facts = fact::after(&mut tx, seq, MISSED_LIMIT + 1).await?;
    let is_all = i64::try_from(facts.len()).is_ok_and(|count| count <= MISSED_LIMIT);
    Ok(is_all.then_some(facts))
}

/// Passes on every new fact to those who listen, until `stop`.
pub(crate) async fn run(eider: &Eider, stop: CancellationToken) {
    let mut commits = eider.commits();
    let mut seen = None;
    while !stop.is_cancelled() {
        match answered_within(ANSWERS_WITHIN, look(eider, seen)).await {
            Ok((last, more)) => {
                seen = Some(last);
                if more {
                    continue;
                }
            }
            Err(error) => tracing::warn!(%error, "new facts cannot be read; trying again"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            Ok(()) = commits.changed() => {}
            () = stop.cancelled() => {}
        }
    }
    eider.shared().end_listening();
}

async fn look(eider: &Eider, seen: Option<i64>) -> eider_store::Result<(i64, bool)> {
    let shared = eider.shared();
    let mut tx = shared.db.glance().await?;
    let last = fact::last_seq(&mut tx).await?;
    shared.saw_fact(last);
    // Whoever listened before the first look may have missed something.
    let seen = seen.unwrap_or_default();
    let listeners = shared.facts();
    if last == seen || listeners.receiver_count() == 0 {
        return Ok((last, false));
    }
    if last - seen > LEAP {
        let _told = listeners.send(Told::Leap);
        return Ok((last, false));
    }
    let facts = fact::after(&mut tx, seen, FACTS_A_LOOK).await?;
    let reached = facts.last().map_or(last, |recorded| recorded.seq);
    for recorded in facts {
        // Nobody listening is fine.
        let _told = listeners.send(Told::Fact(Arc::new(recorded)));
    }
    Ok((reached, reached < last))
}
