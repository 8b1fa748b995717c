//! Claims what is due, hands it out, and tries again what failed.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    pin::Pin,
    sync::Arc,
};

use eider_store::{
    Db,
    job::{self, Claimed},
};
use jiff::{SignedDuration, Timestamp};
use tokio::{
    sync::watch,
    task::{JoinError, JoinSet},
};
use tokio_util::sync::CancellationToken;

use crate::Clock;

/// For how long a claim holds. A node that dies gives up its jobs after this.
pub const LEASE: SignedDuration = SignedDuration::from_secs(15);

/// How many jobs a worker does at once.
const JOBS_AT_ONCE: usize = 32;

/// Longer than this after the instant that its handler named no job is begun again.
const SPREAD_LIMIT: SignedDuration = SignedDuration::from_secs(30);

/// Why a job is to be begun again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Again {
    /// It failed, for a reason in words; it waits twice as long each time.
    Failed(String),
    /// Nothing is wrong, but it cannot be done before this instant.
    At(Timestamp),
}

impl Again {
    /// It failed because of that.
    pub fn because(reason: impl fmt::Display) -> Self {
        Self::Failed(reason.to_string())
    }
}

type Handler =
    Arc<dyn Fn(Claimed) -> Pin<Box<dyn Future<Output = Result<(), Again>> + Send>> + Send + Sync>;

/// The handlers, by kind of job.
#[derive(Clone, Default)]
pub struct Handlers(HashMap<&'static str, Handler>);

impl Handlers {
    /// Adds the handler of a kind. It answers why, when the job is to be begun again.
    #[must_use]
    pub fn with<F, Answer>(mut self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Claimed) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<(), Again>> + Send + 'static,
    {
        self.0
            .insert(kind, Arc::new(move |job| Box::pin(handler(job))));
        self
    }
}

/// One node's worker, for the kinds of job that it has handlers for. What is slow gets a worker of
/// its own, so that it holds up nothing else.
pub struct Runner {
    db: Db,
    clock: Clock,
    node: String,
    handlers: Handlers,
    kinds: Vec<&'static str>,
    commits: watch::Receiver<()>,
}

type Running = JoinSet<(Claimed, Result<(), Again>)>;

impl Runner {
    /// A worker for the node of that name. `commits` changes when something may have been queued;
    /// it only saves waiting.
    pub fn new(
        db: Db,
        clock: Clock,
        node: String,
        handlers: Handlers,
        commits: watch::Receiver<()>,
    ) -> Self {
        let kinds = handlers.0.keys().copied().collect();
        Self {
            db,
            clock,
            node,
            handlers,
            kinds,
            commits,
        }
    }

    /// Works until `stop`, then finishes what is under way.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut running = Running::new();
        while !stop.is_cancelled() {
            let now = self.clock.now();
            if let Err(error) = self.begin(&mut running, now).await {
                tracing::warn!(%error, "the queue of jobs cannot be read; trying again");
            }
            let next = self.next_at().await;
            let is_busy = running.len() >= JOBS_AT_ONCE;
            tokio::select! {
                Some(done) = running.join_next() => self.end(done).await,
                () = self.clock.wait_towards(next), if !is_busy => {}
                Ok(()) = self.commits.changed(), if !is_busy => {}
                () = stop.cancelled() => {}
            }
        }
        while let Some(done) = running.join_next().await {
            self.end(done).await;
        }
    }

    /// Claims what is due at `now` and works it off. Answers how many jobs that were.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn work_off(&self, now: Timestamp) -> eider_store::Result<usize> {
        let mut running = Running::new();
        self.begin(&mut running, now).await?;
        let count = running.len();
        while let Some(done) = running.join_next().await {
            self.end(done).await;
        }
        Ok(count)
    }

    /// Claims what is due at `now` and begins it.
    async fn begin(&self, running: &mut Running, now: Timestamp) -> eider_store::Result<()> {
        // Most of the time nothing is due; a look does not keep others from writing.
        let is_due = self.next_at().await.is_some_and(|next| next <= now);
        let free = JOBS_AT_ONCE.saturating_sub(running.len());
        if !is_due || free == 0 {
            return Ok(());
        }
        let mut tx = self.db.write().await?;
        let until = now.saturating_add(LEASE).unwrap_or(now);
        let limit = i64::try_from(free).unwrap_or(i64::MAX);
        let jobs = job::claim(&mut tx, &self.node, &self.kinds, now, until, limit).await?;
        tx.commit().await?;
        for claimed in jobs {
            // Only kinds with a handler are claimed.
            if let Some(handler) = self.handlers.0.get(claimed.kind.as_str()) {
                let work = handler(claimed.clone());
                running.spawn(async move { (claimed, work.await) });
            }
        }
        Ok(())
    }

    /// Takes note of how a job ended. One whose handler panicked keeps its lease, and is tried
    /// again when that ends.
    async fn end(&self, done: Result<(Claimed, Result<(), Again>), JoinError>) {
        let Ok((claimed, outcome)) = done else {
            return;
        };
        let noted = match &outcome {
            Ok(()) => self.finish(&claimed).await,
            Err(again) => self.give_back(&claimed, again).await,
        };
        if let Err(error) = noted {
            tracing::warn!(%error, "how a job ended cannot be noted; it is done again later");
        }
    }

    async fn finish(&self, claimed: &Claimed) -> eider_store::Result<()> {
        let mut tx = self.db.write().await?;
        job::finish(&mut tx, claimed).await?;
        tx.commit().await
    }

    async fn give_back(&self, claimed: &Claimed, again: &Again) -> eider_store::Result<()> {
        let exponent = u32::try_from(claimed.attempts.clamp(0, 8)).unwrap_or(8);
        let delay = SignedDuration::from_secs(2_i64.pow(exponent));
        let (from, delay, reason) = match again {
            Again::Failed(error) => {
                tracing::warn!(
                    kind = claimed.kind,
                    error,
                    "a job failed; trying again later"
                );
                (self.clock.now(), delay, error.as_str())
            }
            // Many may wait for the same instant, when only a few of them can be done.
            Again::At(at) => {
                tracing::debug!(kind = claimed.kind, %at, "a job waits");
                (*at, spread(claimed, delay.min(SPREAD_LIMIT)), "")
            }
        };
        let run_at = from.saturating_add(delay).unwrap_or(Timestamp::MAX);
        let mut tx = self.db.write().await?;
        job::retry(&mut tx, claimed, run_at, reason).await?;
        tx.commit().await
    }

    async fn next_at(&self) -> Option<Timestamp> {
        let mut tx = self.db.read().await.ok()?;
        job::next_at(&mut tx, &self.kinds).await.ok().flatten()
    }
}

/// Some part of `limit`, another one for each job and each time that it is begun.
fn spread(claimed: &Claimed, limit: SignedDuration) -> SignedDuration {
    let mut hasher = DefaultHasher::new();
    (claimed.id, claimed.attempts).hash(&mut hasher);
    let millis = u128::from(hasher.finish()) % limit.as_millis().unsigned_abs().max(1);
    SignedDuration::from_millis(i64::try_from(millis).unwrap_or_default())
}
