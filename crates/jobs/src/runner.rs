//! Claims what is due, hands it out, and tries again what failed.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc};

use eider_store::{
    Db,
    job::{self, Claimed},
};
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::Clock;

/// For how long a claim holds. A node that dies gives up its jobs after this.
pub const LEASE: SignedDuration = SignedDuration::from_secs(15);

const JOBS_A_CLAIM: i64 = 32;

type Handler =
    Arc<dyn Fn(Claimed) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

/// The handlers, by kind of job.
#[derive(Clone, Default)]
pub struct Handlers(HashMap<&'static str, Handler>);

impl Handlers {
    /// Adds the handler of a kind. It answers with an error in words when the job is to be tried
    /// again.
    #[must_use]
    pub fn with<F, Answer>(mut self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Claimed) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.0
            .insert(kind, Arc::new(move |job| Box::pin(handler(job))));
        self
    }
}

/// One node's worker.
pub struct Runner {
    db: Db,
    clock: Clock,
    node: String,
    handlers: Handlers,
    hint: Arc<Notify>,
}

impl Runner {
    /// A worker for the node of that name. `hint` may be notified when something was queued; it
    /// only saves waiting.
    pub fn new(db: Db, clock: Clock, node: String, handlers: Handlers, hint: Arc<Notify>) -> Self {
        Self {
            db,
            clock,
            node,
            handlers,
            hint,
        }
    }

    /// Works until `stop`, then finishes what is under way.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let now = self.clock.now();
            match self.work_off(now).await {
                Ok(0) => {
                    let next = self.next_at().await;
                    tokio::select! {
                        () = self.clock.wait_towards(next) => {}
                        () = self.hint.notified() => {}
                        () = stop.cancelled() => {}
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the queue of jobs cannot be read; trying again");
                    tokio::select! {
                        () = self.clock.wait_towards(None) => {}
                        () = stop.cancelled() => {}
                    }
                }
            }
        }
    }

    /// Claims what is due at `now` and works it off. Returns how many jobs that were.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn work_off(&self, now: Timestamp) -> eider_store::Result<usize> {
        // Most of the time nothing is due; a look does not keep others from writing.
        if self.next_at().await.is_none_or(|next| next > now) {
            return Ok(0);
        }
        let mut tx = self.db.write().await?;
        let until = now.saturating_add(LEASE).unwrap_or(now);
        let jobs = job::claim(&mut tx, &self.node, now, until, JOBS_A_CLAIM).await?;
        tx.commit().await?;
        let count = jobs.len();
        let mut running = JoinSet::new();
        for claimed in jobs {
            let Some(handler) = self.handlers.0.get(claimed.kind.as_str()) else {
                tracing::warn!(
                    kind = claimed.kind,
                    "no handler for this kind of job; left alone"
                );
                self.give_back(&claimed, "no handler on this node").await?;
                continue;
            };
            let work = handler(claimed.clone());
            running.spawn(async move { (claimed, work.await) });
        }
        while let Some(done) = running.join_next().await {
            // A handler that panicked keeps its lease, and is tried again when that ends.
            let Ok((claimed, outcome)) = done else {
                continue;
            };
            match outcome {
                Ok(()) => {
                    let mut tx = self.db.write().await?;
                    job::finish(&mut tx, &claimed).await?;
                    tx.commit().await?;
                }
                Err(error) => {
                    tracing::warn!(kind = claimed.kind, %error, "a job failed; trying again later");
                    self.give_back(&claimed, &error).await?;
                }
            }
        }
        Ok(count)
    }

    async fn give_back(&self, claimed: &Claimed, error: &str) -> eider_store::Result<()> {
        let exponent = u32::try_from(claimed.attempts.clamp(0, 8)).unwrap_or(8);
        let delay = SignedDuration::from_secs(2_i64.pow(exponent));
        let run_at = self
            .clock
            .now()
            .saturating_add(delay)
            .unwrap_or(Timestamp::MAX);
        let mut tx = self.db.write().await?;
        job::retry(&mut tx, claimed, run_at, error).await?;
        tx.commit().await
    }

    async fn next_at(&self) -> Option<Timestamp> {
        let mut tx = self.db.read().await.ok()?;
        job::next_at(&mut tx).await.ok().flatten()
    }
}
