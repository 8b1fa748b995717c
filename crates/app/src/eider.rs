//! Everything that a use case needs: the database, the time, new ids, and who listens.

use std::sync::{
    Arc, OnceLock, PoisonError, RwLock,
    atomic::{AtomicI64, Ordering},
};

use eider_domain::contact;
use eider_jobs::{Clock, Handlers, Runner};
use eider_store::Db;
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    Ids,
    account::Passwords,
    alert, configure,
    desk::Desk,
    forgetting,
    live::{self, Told},
    members::Members,
    page, rota,
    seal::SealKey,
    ticket::{self, LastNeeded},
    watch::{Measures, Watcher, handlers as watch_handlers},
};

/// How many facts a slow listener may lag behind before it is told to look again.
const LISTENER_BACKLOG: usize = 1024;

/// A running Eider, as its faces know it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Eider(Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) desk: RwLock<Option<Arc<Desk>>>,
    pub(crate) members: RwLock<Option<Arc<Members>>>,
    pub(crate) last_needed: LastNeeded,
    pub(crate) passwords: Passwords,
    facts: RwLock<broadcast::Sender<Told>>,
    newest_fact: AtomicI64,
    pub(crate) seal_key: Option<SealKey>,
    commits: watch::Sender<()>,
    offered: RwLock<Vec<contact::Kind>>,
    measures: Measures,
    watcher: OnceLock<Watcher>,
}

impl Eider {
    /// An Eider on that database, going by that clock. Without a key it keeps no secrets of others.
    pub fn new(db: Db, clock: Clock, ids: Ids, seal_key: Option<SealKey>) -> Self {
        Self(Arc::new(Shared {
            db,
            clock,
            ids,
            desk: RwLock::new(None),
            members: RwLock::new(None),
            last_needed: LastNeeded::default(),
            passwords: Passwords::default(),
            facts: RwLock::new(broadcast::Sender::new(LISTENER_BACKLOG)),
            newest_fact: AtomicI64::new(0),
            seal_key,
            commits: watch::Sender::new(()),
            offered: RwLock::default(),
            measures: Measures::default(),
            watcher: OnceLock::new(),
        }))
    }

    /// The database, for reads that need no use case.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The present instant.
    pub fn now(&self) -> jiff::Timestamp {
        self.0.clock.now()
    }

    /// The clock itself, for whoever has to wait.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// New ids and secrets.
    pub fn ids(&self) -> &Ids {
        &self.0.ids
    }

    /// Every fact from now on, whichever node recorded it, while [`Timers::run`] runs; or that there
    /// are too many to tell. It closes when that ends.
    pub fn listen(&self) -> broadcast::Receiver<Told> {
        self.0.facts().subscribe()
    }

    /// The place of the newest fact that this node knows of: what is read from now on holds it and
    /// everything before it. A page carries it, so that its stream can begin there.
    pub fn newest_fact(&self) -> i64 {
        self.0.newest_fact.load(Ordering::SeqCst)
    }

    /// Call it after a commit: wakes whoever waits for jobs or facts.
    pub fn committed(&self) {
        self.0.commits.send_replace(());
    }

    /// Changes after each commit on this node. It only saves waiting.
    pub fn commits(&self) -> watch::Receiver<()> {
        self.0.commits.subscribe()
    }

    /// Says how this desk can reach people, besides what was said before. Whoever can send says it
    /// before anybody is to be reached.
    pub fn offer(&self, kinds: &[contact::Kind]) {
        let offered = self.0.offered.write();
        let mut offered = offered.unwrap_or_else(PoisonError::into_inner);
        offered.extend(kinds);
        offered.sort_unstable();
        offered.dedup();
    }

    /// How this desk can reach people; in no way when nobody has said so.
    pub fn offered(&self) -> Vec<contact::Kind> {
        let offered = self.0.offered.read();
        offered.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says who watches from outside. Whoever reads the configuration says it once.
    pub fn be_watched(&self, watcher: Watcher) {
        // Said again, the first word holds: the configuration does not change while it runs.
        let _same = self.0.watcher.set(watcher);
    }

    /// Who watches from outside, if anybody does.
    pub fn watcher(&self) -> Option<&Watcher> {
        self.0.watcher.get()
    }

    /// What this process counts of its own work.
    pub fn measures(&self) -> &Measures {
        &self.0.measures
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }
}

impl Shared {
    /// Where facts are told.
    pub(crate) fn facts(&self) -> broadcast::Sender<Told> {
        let facts = self.facts.read();
        facts.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Call it before the facts up to `seq` are told: then whoever begins to listen either hears
    /// them or sees here that they missed them.
    pub(crate) fn saw_fact(&self, seq: i64) {
        self.newest_fact.store(seq, Ordering::SeqCst);
    }

    /// Tells whoever listens that nothing more will come.
    pub(crate) fn end_listening(&self) {
        let facts = self.facts.write();
        *facts.unwrap_or_else(PoisonError::into_inner) = broadcast::Sender::new(LISTENER_BACKLOG);
    }
}

/// What happens by itself on a node: warnings, breaches, closing, forgetting, and telling open
/// pages.
#[derive(Debug)]
pub struct Timers {
    eider: Eider,
    node: String,
}

impl Timers {
    /// The timers of the node of that name.
    pub fn new(eider: Eider, node: String) -> Self {
        Self { eider, node }
    }

    /// Runs until `stop`, then finishes what is under way.
    pub async fn run(self, stop: CancellationToken) {
        let runner = self.runner();
        tokio::join!(
            runner.run(stop.clone()),
            page::look_at_clocks(&self.eider, stop.clone()),
            live::run(&self.eider, stop)
        );
    }

    /// The worker that does what happens by itself.
    pub fn runner(&self) -> Runner {
        let handlers = ticket::handlers(&self.eider, Handlers::default());
        let handlers = configure::handlers(&self.eider, handlers);
        let handlers = forgetting::handlers(&self.eider, handlers);
        let handlers = page::handlers(&self.eider, handlers);
        let handlers = alert::handlers(&self.eider, handlers);
        let handlers = rota::handlers(&self.eider, handlers);
        let handlers = watch_handlers(&self.eider, handlers);
        let shared = self.eider.shared();
        Runner::new(
            shared.db.clone(),
            shared.clock.clone(),
            self.node.clone(),
            handlers,
            self.eider.commits(),
        )
        .counting(self.eider.measures().takeovers())
    }
}
