//! The heartbeat that goes outside: when it is due, and what became of the last.

use eider_domain::watch::Late;
use eider_jobs::{Claimed, NewJob};
use eider_store::{Db, Tx, job, setting, watch};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Eider, Result};

/// The job that sends it. There is one, however many nodes there are.
pub const HEARTBEAT_JOB: &str = "watch.heartbeat";
/// The name under which the last is kept.
const LAST_BEAT: &str = "heartbeat";
/// When it was not sent, it is looked at again after this, if not sooner.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(15);

/// What became of the heartbeat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBeat {
    /// When it was last sent and taken, if it ever was.
    pub sent_at: Option<Timestamp>,
    /// When it was last looked at whether it can be sent.
    pub looked_at: Option<Timestamp>,
    /// Why it was not sent then, in sentences; nothing when it was.
    pub trouble: Vec<String>,
}

/// What became of one beat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beat {
    /// It was sent and taken.
    Sent,
    /// It was not sent, because something is older than its time.
    Withheld(Vec<Late>),
    /// It was sent and not taken, for a reason in words.
    Failed(String),
}

/// Queues the heartbeat, or takes it out of the queue when none is configured.
///
/// # Errors
/// When the database fails.
pub async fn plan_heartbeat(eider: &Eider, is_configured: bool) -> Result<()> {
    let mut tx = eider.db().write().await?;
    if is_configured {
        enqueue(eider, &mut tx, eider.now()).await?;
    } else {
        job::cancel(&mut tx, HEARTBEAT_JOB).await?;
    }
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// What is older than its time, when a heartbeat is due; no answer when another node has it.
///
/// # Errors
/// When the database fails.
pub async fn beat_due(eider: &Eider, claimed: &Claimed) -> Result<Option<Vec<Late>>> {
    let now = eider.now();
    // To write, although nothing is: a database that cannot be written must be silent.
    let mut tx = eider.db().write().await?;
    if !job::holds(&mut tx, claimed).await? {
        return Ok(None);
    }
    let late = watch::oldest(&mut tx, now).await?.late(now);
    note(&mut tx, |last| last.looked_at = Some(now)).await?;
    tx.commit().await?;
    Ok(Some(late))
}

/// Notes what became of a beat, and queues the next.
///
/// # Errors
/// When the database fails.
pub async fn beat_done(
    eider: &Eider,
    claimed: &Claimed,
    beat: Beat,
    every: SignedDuration,
) -> Result<()> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    if !job::holds(&mut tx, claimed).await? {
        return Ok(());
    }
    let (wait, trouble) = match &beat {
        Beat::Sent => (every, Vec::new()),
        Beat::Withheld(late) => {
            let told = late.iter().map(ToString::to_string).collect();
            (every.min(LOOK_AGAIN), told)
        }
        Beat::Failed(why) => {
            let told = format!("The heartbeat was not taken: {why}");
            (every.min(LOOK_AGAIN), vec![told])
        }
    };
    note(&mut tx, |last| {
        last.trouble = trouble;
        if beat == Beat::Sent {
            last.sent_at = Some(now);
        }
    })
    .await?;
    let next = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
    enqueue(eider, &mut tx, next).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// What became of the last heartbeat, if there ever was one.
///
/// # Errors
/// When the database fails.
pub async fn last_beat(db: &Db) -> Result<Option<LastBeat>> {
    let mut tx = db.read().await?;
    last_beat_in(&mut tx).await
}

pub(super) async fn last_beat_in(tx: &mut Tx) -> Result<Option<LastBeat>> {
    Ok(setting::get(tx, LAST_BEAT).await?)
}

async fn note(tx: &mut Tx, change: impl FnOnce(&mut LastBeat)) -> Result<()> {
    let mut last = last_beat_in(tx).await?.unwrap_or_default();
    change(&mut last);
    Ok(setting::put(tx, LAST_BEAT, &last).await?)
}

async fn enqueue(eider: &Eider, tx: &mut Tx, run_at: Timestamp) -> Result<()> {
    let new = NewJob {
        id: eider.ids().id(eider.now()),
        kind: HEARTBEAT_JOB,
        payload: String::new(),
        run_at,
        dedup_key: Some(HEARTBEAT_JOB.to_owned()),
    };
    Ok(job::enqueue(tx, &new).await?)
}
