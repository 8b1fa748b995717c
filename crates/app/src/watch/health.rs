//! How Eider fares, as of now.

use eider_domain::watch::{Late, Oldest};
use eider_store::{Db, fact, job, page, watch};
use jiff::Timestamp;

use super::heartbeat::{LastBeat, last_beat_in};
use crate::{Eider, Result};

/// How Eider fares.
#[derive(Clone, Debug)]
pub struct Health {
    /// Pages, and how late they are.
    pub pages: page::Health,
    /// What is oldest of all that is still to be done.
    pub oldest: Oldest,
    /// How many jobs wait.
    pub jobs: i64,
    /// When the first of all jobs that wait is due, whatever its kind.
    pub next_job_at: Option<Timestamp>,
    /// How many facts there are.
    pub facts: i64,
    /// The heartbeat that was sent outside, if one is configured.
    pub beat: Option<LastBeat>,
}

/// How Eider fares now.
///
/// # Errors
/// When the database fails.
pub async fn health(eider: &Eider) -> Result<Health> {
    let mut tx = eider.db().read().await?;
    Ok(Health {
        pages: page::health(&mut tx).await?,
        oldest: watch::oldest(&mut tx, eider.now()).await?,
        jobs: job::count(&mut tx).await?,
        next_job_at: job::oldest_due_at(&mut tx).await?,
        facts: fact::last_seq(&mut tx).await?,
        beat: last_beat_in(&mut tx).await?,
    })
}

/// What is older than its time at `now`; nothing when all is well.
///
/// # Errors
/// When the database fails.
pub async fn late(db: &Db, now: Timestamp) -> Result<Vec<Late>> {
    let mut tx = db.read().await?;
    Ok(watch::oldest(&mut tx, now).await?.late(now))
}
