//! Claims what is due, hands it out, and tries again what failed.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use eider_store::{
    Db, Tx, answered_within,
    job::{self, Claim, Claimed},
};
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::watch, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::Clock;

/// For how long a claim holds. A node that dies gives up its jobs after this.
pub const LEASE: SignedDuration = SignedDuration::from_secs(15);

/// How many jobs a worker does at once, unless it was told otherwise.
const JOBS_AT_ONCE: usize = 32;

/// A database that says nothing for as long as a lease has gone away without a word: a claim that it
/// would still answer is worth nothing by then.
const ANSWERS_WITHIN: Duration = LEASE.unsigned_abs();

/// Nothing takes this long. A handler that does waits for somebody who has gone away.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(600);

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
pub struct Handlers {
    by_kind: HashMap<&'static str, Handler>,
    first: Vec<&'static str>,
}

impl Handlers {
    /// Adds the handler of a kind. It answers why, when the job is to be begun again.
    #[must_use]
    pub fn with<F, Answer>(mut self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Claimed) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<(), Again>> + Send + 'static,
    {
        self.by_kind
            .insert(kind, Arc::new(move |job| Box::pin(handler(job))));
        self
    }

    /// As [`Handlers::with`], for a kind that is begun before all others that are due.
    #[must_use]
    pub fn with_first<F, Answer>(mut self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Claimed) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<(), Again>> + Send + 'static,
    {
        self.first.push(kind);
        self.with(kind, handler)
    }

    fn is_first(&self, kind: &str) -> bool {
        self.first.contains(&kind)
    }
}

/// How many jobs were taken over from workers that died, or took longer than their lease. Cheap to
/// clone; clones count together.
#[derive(Clone, Debug, Default)]
pub struct Takeovers(Arc<AtomicU64>);

impl Takeovers {
    /// How many there were.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
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
    at_once: usize,
    commits: watch::Receiver<()>,
    takeovers: Takeovers,
}

type Running = JoinSet<()>;

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
        let kinds = handlers.by_kind.keys().copied().collect();
        Self {
            db,
            clock,
            node,
            handlers,
            kinds,
            at_once: JOBS_AT_ONCE,
            commits,
            takeovers: Takeovers::default(),
        }
    }

    /// Counts there what it takes over from others.
    #[must_use]
    pub fn counting(mut self, takeovers: &Takeovers) -> Self {
        self.takeovers = takeovers.clone();
        self
    }

    /// The same worker, doing so many jobs at once.
    #[must_use]
    pub fn doing_at_once(mut self, jobs: usize) -> Self {
        self.at_once = jobs;
        self
    }

    /// Works until `stop`, then finishes what is under way.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut running = Running::new();
        while !stop.is_cancelled() {
            let now = self.clock.now();
            let begun = answered_within(ANSWERS_WITHIN, self.begin(&mut running, now));
            let next = match begun.await {
                Ok(next) => next,
                Err(error) => {
                    tracing::warn!(%error, "the queue of jobs cannot be read; trying again");
                    self.next_at(self.clock.now()).await
                }
            };
            let is_busy = running.len() >= self.at_once;
            tokio::select! {
                // What ended together shares a commit, and leaves room to claim as much at once.
                Some(_) = running.join_next() => while running.try_join_next().is_some() {},
                () = self.clock.wait_towards(next), if !is_busy => {}
                Ok(()) = self.commits.changed(), if !is_busy => {}
                () = stop.cancelled() => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Claims what is due at `now` and works it off. Answers how many jobs that were.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn work_off(&self, now: Timestamp) -> eider_store::Result<usize> {
        let mut running = Running::new();
        self.begin(&mut running, now).await?;
        let count = running.len();
        while running.join_next().await.is_some() {}
        Ok(count)
    }

    /// Claims what is due at `now` and begins it. Answers when there may be something to do next, if
    /// ever.
    async fn begin(
        &self,
        running: &mut Running,
        now: Timestamp,
    ) -> eider_store::Result<Option<Timestamp>> {
        // Most of the time nothing is due; a look does not keep others from writing.
        let next = self.next_at(now).await;
        let is_due = next.is_some_and(|next| next <= now);
        let free = self.at_once.saturating_sub(running.len());
        if !is_due || free == 0 {
            return Ok(next);
        }
        let mut tx = self.db.write().await?;
        // Whoever waited long for their turn would take a claim of another's for one of a wrong clock.
        let now = now.max(self.clock.now());
        let until = leased_until(now);
        let claim = Claim {
            owner: &self.node,
            kinds: &self.kinds,
            first: &self.handlers.first,
            now,
            until,
        };
        let jobs = job::claim(&mut tx, &claim, free).await?;
        tx.commit().await?;
        for claimed in jobs {
            if claimed.is_taken_over() {
                tracing::warn!(
                    kind = claimed.kind,
                    "a job is taken over, its lease was over"
                );
                self.takeovers.add_one();
            }
            // Only kinds with a handler are claimed.
            if let Some(handler) = self.handlers.by_kind.get(claimed.kind.as_str()) {
                let work = handler(claimed.clone());
                let (db, clock) = (self.db.clone(), self.clock.clone());
                let is_first = self.handlers.is_first(&claimed.kind);
                // One whose handler panics keeps its lease, and is tried again when that ends.
                running.spawn(async move {
                    let done = timeout(GIVEN_UP_AFTER, work).await;
                    let given_up = || Err(Again::because("it did not come to an end"));
                    let outcome = done.unwrap_or_else(|_| given_up());
                    end(&db, &clock, &claimed, is_first, outcome).await;
                });
            }
        }
        Ok(self.next_at(self.clock.now()).await)
    }

    /// When there may be something to do, as it looks at `now`, if ever.
    async fn next_at(&self, now: Timestamp) -> Option<Timestamp> {
        let looking = async {
            let mut tx = self.db.glance().await?;
            job::next_at(&mut tx, &self.kinds, now, leased_until(now)).await
        };
        let found = answered_within(ANSWERS_WITHIN, looking).await;
        found.ok().flatten()
    }
}

/// Takes note of how a job ended.
async fn end(
    db: &Db,
    clock: &Clock,
    claimed: &Claimed,
    is_first: bool,
    outcome: Result<(), Again>,
) {
    let noting = async {
        let mut tx = db.write().await?;
        match &outcome {
            Ok(()) => job::finish(&mut tx, claimed).await?,
            Err(again) => give_back(&mut tx, clock, claimed, is_first, again).await?,
        }
        tx.commit().await
    };
    if let Err(error) = answered_within(ANSWERS_WITHIN, noting).await {
        tracing::warn!(%error, "how a job ended cannot be noted; it is done again later");
    }
}

async fn give_back(
    tx: &mut Tx,
    clock: &Clock,
    claimed: &Claimed,
    is_first: bool,
    again: &Again,
) -> eider_store::Result<()> {
    let exponent = u32::try_from(claimed.attempts.clamp(0, 8)).unwrap_or(8);
    let delay = SignedDuration::from_secs(2_i64.pow(exponent));
    let (from, delay, reason) = match again {
        Again::Failed(error) => {
            tracing::warn!(
                kind = claimed.kind,
                error,
                "a job failed; trying again later"
            );
            (clock.now(), delay, error.as_str())
        }
        // Many may wait for the same instant, when only a few of them can be done.
        Again::At(at) => {
            tracing::debug!(kind = claimed.kind, %at, "a job waits");
            let limit = match is_first {
                true => SignedDuration::ZERO,
                false => delay.min(SPREAD_LIMIT),
            };
            (*at, spread(claimed, limit), "")
        }
    };
    let run_at = from.saturating_add(delay).unwrap_or(Timestamp::MAX);
    job::retry(tx, claimed, run_at, reason).await
}

/// When a claim that is made at `now` ends.
fn leased_until(now: Timestamp) -> Timestamp {
    now.saturating_add(LEASE).unwrap_or(now)
}

/// Some part of `limit`, another one for each job and each time that it is begun.
fn spread(claimed: &Claimed, limit: SignedDuration) -> SignedDuration {
    let mut hasher = DefaultHasher::new();
    (claimed.id, claimed.attempts).hash(&mut hasher);
    let millis = u128::from(hasher.finish()) % limit.as_millis().unsigned_abs().max(1);
    SignedDuration::from_millis(i64::try_from(millis).unwrap_or_default())
}
