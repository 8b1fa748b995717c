//! The one connection that writes to SQLite, and how commands share its commits.
//!
//! A commit with `synchronous=FULL` waits for the disk. When commands queue up for the connection,
//! each runs within a savepoint of one open transaction, and the last of them commits for all:
//! every command still waits until its own change is on the disk, but they wait together. See
//! docs/decisions/0007-group-commit.md.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sqlx::{
    ConnectOptions, Connection as _, SqliteConnection, migrate::Migrator,
    sqlite::SqliteConnectOptions,
};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use crate::{Error, Result, db::to_its_end};

/// At most this many commands share one commit, so that the first does not wait for long.
const GROUP_LIMIT: usize = 64;

#[derive(Debug)]
pub(crate) struct Writer {
    state: Arc<Mutex<State>>,
    waiting: AtomicUsize,
    options: SqliteConnectOptions,
}

#[derive(Debug)]
struct State {
    connection: Option<SqliteConnection>,
    in_transaction: bool,
    savepoint_open: bool,
    /// Commands that are done and wait for somebody to commit.
    pending: Vec<oneshot::Sender<Kept>>,
}

/// Whether a shared commit was kept.
type Kept = std::result::Result<(), Loss>;

/// Why a shared commit was not kept, as far as everybody who waited for it is told.
#[derive(Clone, Copy, Debug)]
enum Loss {
    Full,
    ReadOnly,
    Other,
}

impl From<&Error> for Loss {
    fn from(error: &Error) -> Self {
        match error {
            Error::Full => Self::Full,
            Error::ReadOnly => Self::ReadOnly,
            _ => Self::Other,
        }
    }
}

impl From<Loss> for Error {
    fn from(loss: Loss) -> Self {
        match loss {
            Loss::Full => Self::Full,
            Loss::ReadOnly => Self::ReadOnly,
            Loss::Other => Self::Unavailable(sqlx::Error::WorkerCrashed),
        }
    }
}

/// One command's turn at the connection.
pub(crate) struct WriteTurn {
    guard: Option<OwnedMutexGuard<State>>,
    writer: Arc<Writer>,
}

impl Writer {
    pub(crate) async fn open(options: SqliteConnectOptions) -> Result<Self> {
        let connection = options.connect().await?;
        let state = State {
            connection: Some(connection),
            in_transaction: false,
            savepoint_open: false,
            pending: Vec::new(),
        };
        Ok(Self {
            state: Arc::new(Mutex::new(state)),
            waiting: AtomicUsize::new(0),
            options,
        })
    }

    pub(crate) async fn migrate(&self, migrator: &Migrator) -> Result<()> {
        let mut state = self.state.lock().await;
        state.settle().await?;
        match &mut state.connection {
            Some(connection) => Ok(migrator.run_direct(None, connection, false).await?),
            None => Err(Error::Unavailable(sqlx::Error::PoolClosed)),
        }
    }

    pub(crate) async fn close(&self) {
        let mut state = self.state.lock().await;
        // A failure to settle has told those who wait; there is nobody else to tell here.
        let _told = state.settle().await;
        if let Some(connection) = state.connection.take() {
            let _closed = connection.close().await;
        }
    }

    /// Waits for the connection and begins a command.
    pub(crate) async fn turn(self: &Arc<Self>) -> Result<WriteTurn> {
        let mut queue = Queue {
            writer: self,
            served: false,
        };
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let guard = Arc::clone(&self.state).lock_owned().await;
        queue.served = true;
        drop(queue);
        let turn = WriteTurn {
            guard: Some(guard),
            writer: Arc::clone(self),
        };
        to_its_end(turn.begin()).await
    }

    /// Commits what waits, unless somebody queues who will.
    async fn settle_if_idle(&self) {
        let mut state = self.state.lock().await;
        if self.waiting.load(Ordering::SeqCst) == 0 {
            let _told = state.settle().await;
        }
    }
}

/// A place in the queue. Whoever leaves it unserved must not leave a group without its committer.
struct Queue<'a> {
    writer: &'a Arc<Writer>,
    served: bool,
}

impl Drop for Queue<'_> {
    fn drop(&mut self) {
        self.writer.waiting.fetch_sub(1, Ordering::SeqCst);
        if !self.served
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let writer = Arc::clone(self.writer);
            runtime.spawn(async move { writer.settle_if_idle().await });
        }
    }
}

impl WriteTurn {
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        self.state()
            .connection
            .as_mut()
            .expect("a turn is only handed out with an open connection")
    }

    pub(crate) async fn commit(self) -> Result<()> {
        match to_its_end(self.end()).await? {
            Some(kept) => Ok(kept.await.unwrap_or(Err(Loss::Other))?),
            None => Ok(()),
        }
    }

    /// Ends the command, and commits unless a later one does: then that answers whether it was kept.
    async fn end(mut self) -> Result<Option<oneshot::Receiver<Kept>>> {
        let has_followers = self.writer.waiting.load(Ordering::SeqCst) > 0;
        let state = self.state();
        if let Err(error) = state.run("RELEASE turn").await {
            state.give_up(Loss::from(&error)).await;
            return Err(error);
        }
        state.savepoint_open = false;
        if has_followers && state.pending.len() < GROUP_LIMIT {
            let (sender, kept) = oneshot::channel();
            state.pending.push(sender);
            self.guard = None;
            return Ok(Some(kept));
        }
        let outcome = state.settle().await;
        self.guard = None;
        outcome.map(|()| None)
    }

    async fn begin(mut self) -> Result<Self> {
        let options = self.writer.options.clone();
        let state = self.state();
        if state.connection.is_none() {
            state.connection = Some(options.connect().await?);
        }
        state.undo_savepoint().await;
        if !state.in_transaction {
            state.run("BEGIN IMMEDIATE").await?;
            state.in_transaction = true;
        }
        state.run("SAVEPOINT turn").await?;
        state.savepoint_open = true;
        Ok(self)
    }

    fn state(&mut self) -> &mut State {
        self.guard
            .as_mut()
            .expect("the guard is only given back by commit and drop")
    }
}

impl Drop for WriteTurn {
    fn drop(&mut self) {
        let Some(mut guard) = self.guard.take() else {
            return;
        };
        let writer = Arc::clone(&self.writer);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                guard.undo_savepoint().await;
                if writer.waiting.load(Ordering::SeqCst) == 0 {
                    let _told = guard.settle().await;
                }
            });
        }
    }
}

impl State {
    async fn run(&mut self, sql: &'static str) -> Result<()> {
        match &mut self.connection {
            Some(connection) => {
                sqlx::query(sql).execute(connection).await?;
                Ok(())
            }
            None => Err(Error::Unavailable(sqlx::Error::PoolClosed)),
        }
    }

    /// Undoes a command that was left before its end.
    async fn undo_savepoint(&mut self) {
        if !self.savepoint_open {
            return;
        }
        self.savepoint_open = false;
        let undone = async {
            self.run("ROLLBACK TO turn").await?;
            self.run("RELEASE turn").await
        };
        if let Err(error) = undone.await {
            self.give_up(Loss::from(&error)).await;
        }
    }

    /// Commits for everybody who waits, and tells them.
    async fn settle(&mut self) -> Result<()> {
        self.undo_savepoint().await;
        if !self.in_transaction {
            return Ok(());
        }
        match self.run("COMMIT").await {
            Ok(()) => {
                self.in_transaction = false;
                self.tell(Ok(()));
                Ok(())
            }
            Err(error) => {
                self.give_up(Loss::from(&error)).await;
                Err(error)
            }
        }
    }

    /// The transaction cannot be saved: undo it, tell everybody, and begin with a new connection,
    /// because SQLite may have ended the transaction by itself.
    async fn give_up(&mut self, loss: Loss) {
        let _undone = self.run("ROLLBACK").await;
        if let Some(connection) = self.connection.take() {
            let _closed = connection.close().await;
        }
        self.in_transaction = false;
        self.savepoint_open = false;
        self.tell(Err(loss));
    }

    fn tell(&mut self, kept: Kept) {
        for waiting in self.pending.drain(..) {
            // Whoever has gone away does not need to know.
            let _gone = waiting.send(kept);
        }
    }
}
