//! The database: one of two, behind one handle.

use std::{path::Path, sync::Arc, time::Duration};

use sqlx::{
    Connection as _, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool,
    Transaction,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    Error, Result,
    moment::{self, Moment},
    writer::{WriteTurn, Writer},
};

/// Oldest SQLite without the WAL-reset bug; see <https://sqlite.org/wal.html#walresetbug>.
pub const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// A connection that was not used for a while answers within this, or another is opened.
const ALIVE_WITHIN: Duration = Duration::from_secs(2);

static SQLITE_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// A database that is open. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Sqlite {
        writer: Arc<Writer>,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// Gives up asking the database after `limit`: one whose machine is gone does not even say so.
///
/// # Errors
/// `Unavailable` when it has not answered by then, and what `asking` fails with.
pub async fn answered_within<T>(
    limit: Duration,
    asking: impl Future<Output = Result<T>>,
) -> Result<T> {
    let silent = || Error::Unavailable(sqlx::Error::PoolTimedOut);
    tokio::time::timeout(limit, asking)
        .await
        .unwrap_or_else(|_| Err(silent()))
}

/// Runs a step to its end, even when whoever waits for it goes away. A database begins or commits what
/// it was asked to in any case, so that a step left half-way would not know how its connection stands,
/// and whoever has the connection next would be refused.
pub(crate) async fn to_its_end<T: Send + 'static>(
    step: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let done = tokio::spawn(step).await;
    done.unwrap_or(Err(Error::Unavailable(sqlx::Error::WorkerCrashed)))
}

/// A transaction. It sees one state of the database; what it wrote is kept by [`Tx::commit`] and
/// undone when it is dropped. One that only glances is none: see [`Db::glance`].
pub struct Tx(TxKind);

enum TxKind {
    SqliteGlance(PoolConnection<Sqlite>),
    SqliteRead(Transaction<'static, Sqlite>),
    SqliteWrite(WriteTurn),
    PostgresGlance(PoolConnection<Postgres>),
    Postgres(Transaction<'static, Postgres>),
}

/// A connection of one of the two kinds, for [`on!`].
pub(crate) enum Connection<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

/// Runs the same body on either database, with the connection named.
macro_rules! on {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match $tx.connection() {
            $crate::db::Connection::Sqlite($connection) => $body,
            $crate::db::Connection::Postgres($connection) => $body,
        }
    };
}
pub(crate) use on;

impl Db {
    /// Opens the SQLite file at `path`, making it when it is not there, and brings it to this
    /// version.
    ///
    /// # Errors
    /// When the file cannot be opened, or SQLite is older than 3.51.3.
    pub async fn open_sqlite(path: &Path) -> Result<Self> {
        let db = Self::connect_sqlite(path, 4).await?;
        db.migrate().await?;
        Ok(db)
    }

    /// As [`Db::open_sqlite`], without bringing it to this version.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub async fn connect_sqlite(path: &Path, readers: u32) -> Result<Self> {
        let options = sqlite_options(path);
        let writer = Writer::open(options.clone()).await?;
        let readers = SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(readers)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.pragma("query_only", "ON").create_if_missing(false))
            .await?;
        let db = Self(Kind::Sqlite {
            writer: Arc::new(writer),
            readers,
        });
        db.check_sqlite_version().await?;
        Ok(db)
    }

    /// Connects to PostgreSQL at `url` and brings the database to this version.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn open_postgres(url: &str) -> Result<Self> {
        let db = Self::connect_postgres(url).await?;
        db.migrate().await?;
        Ok(db)
    }

    /// As [`Db::open_postgres`], without bringing it to this version.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn connect_postgres(url: &str) -> Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(10))
            // A server whose machine is gone does not even say so; only waiting tells.
            .test_before_acquire(false)
            .before_acquire(|connection, _| {
                let asked = tokio::time::timeout(ALIVE_WITHIN, connection.ping());
                Box::pin(async move { Ok(matches!(asked.await, Ok(Ok(())))) })
            })
            .connect_with(options.application_name("eider"))
            .await?;
        Ok(Self(Kind::Postgres(pool)))
    }

    /// Brings the database to this version; does nothing when it is there already.
    ///
    /// # Errors
    /// When a migration that was applied has been altered, or a statement fails.
    pub async fn migrate(&self) -> Result<()> {
        match &self.0 {
            Kind::Sqlite { writer, .. } => writer.migrate(&SQLITE_MIGRATIONS).await,
            Kind::Postgres(pool) => Ok(POSTGRES_MIGRATIONS.run(pool).await?),
        }
    }

    /// Whether this is SQLite.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.0, Kind::Sqlite { .. })
    }

    /// Begins to read. Everything read in one transaction is of one moment.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn read(&self) -> Result<Tx> {
        Ok(Tx(match &self.0 {
            Kind::Sqlite { readers, .. } => TxKind::SqliteRead(readers.begin().await?),
            Kind::Postgres(pool) => {
                let pool = pool.clone();
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                let begun = async move { Ok(pool.begin_with(begin).await?) };
                TxKind::Postgres(to_its_end(begun).await?)
            }
        }))
    }

    /// As [`Db::read`], for whoever asks one thing: each statement sees the database as it is by then.
    /// To begin and to end would take as long as the one statement does.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn glance(&self) -> Result<Tx> {
        Ok(Tx(match &self.0 {
            Kind::Sqlite { readers, .. } => TxKind::SqliteGlance(readers.acquire().await?),
            Kind::Postgres(pool) => TxKind::PostgresGlance(pool.acquire().await?),
        }))
    }

    /// Begins to write. On SQLite one transaction writes at a time.
    ///
    /// # Errors
    /// When the database cannot be reached or written.
    pub async fn write(&self) -> Result<Tx> {
        moment::pass(Moment::BeforeWriting).await;
        Ok(Tx(match &self.0 {
            Kind::Sqlite { writer, .. } => TxKind::SqliteWrite(writer.turn().await?),
            Kind::Postgres(pool) => {
                let pool = pool.clone();
                let begun = async move { Ok(pool.begin().await?) };
                TxKind::Postgres(to_its_end(begun).await?)
            }
        }))
    }

    /// Closes every connection, after what is under way has ended.
    pub async fn close(&self) {
        match &self.0 {
            Kind::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Kind::Postgres(pool) => pool.close().await,
        }
    }

    async fn check_sqlite_version(&self) -> Result<()> {
        let mut tx = self.read().await?;
        let version: String = on!(tx, |c| sqlx::query_scalar("SELECT sqlite_version()")
            .fetch_one(c)
            .await)?;
        let parts: Vec<u32> = version
            .split('.')
            .filter_map(|part| part.parse().ok())
            .collect();
        let oldest = [OLDEST_SQLITE.0, OLDEST_SQLITE.1, OLDEST_SQLITE.2];
        if parts.as_slice() < oldest.as_slice() {
            return Err(Error::Unusable(format!(
                "This SQLite is version {version}. Versions before 3.51.3 can lose data when several connections share a file. Build Eider with the SQLite that comes with it."
            )));
        }
        Ok(())
    }
}

impl Tx {
    /// Keeps what was written. When this returns, it is on the disk.
    ///
    /// # Errors
    /// When it could not be kept; then nothing of it is.
    pub async fn commit(self) -> Result<()> {
        match self.0 {
            TxKind::SqliteGlance(_) | TxKind::PostgresGlance(_) => return Ok(()),
            TxKind::SqliteRead(tx) => return Ok(tx.commit().await?),
            TxKind::SqliteWrite(turn) => {
                moment::pass(Moment::BeforeCommit).await;
                turn.commit().await?;
            }
            TxKind::Postgres(tx) => {
                moment::pass(Moment::BeforeCommit).await;
                tx.commit().await?;
            }
        }
        moment::pass(Moment::AfterCommit).await;
        Ok(())
    }

    /// A transaction of a connection that was opened by hand.
    pub(crate) fn reading(tx: Transaction<'static, Sqlite>) -> Self {
        Self(TxKind::SqliteRead(tx))
    }

    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match &mut self.0 {
            TxKind::SqliteGlance(connection) => Connection::Sqlite(&mut *connection),
            TxKind::SqliteRead(tx) => Connection::Sqlite(&mut *tx),
            TxKind::SqliteWrite(turn) => Connection::Sqlite(turn.connection()),
            TxKind::PostgresGlance(connection) => Connection::Postgres(&mut *connection),
            TxKind::Postgres(tx) => Connection::Postgres(&mut *tx),
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        !matches!(self.0, TxKind::PostgresGlance(_) | TxKind::Postgres(_))
    }
}

/// The version of the last migration that this version of Eider knows.
pub(crate) fn latest_migration(is_sqlite: bool) -> i64 {
    let migrations = migrations(is_sqlite).iter();
    migrations
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

/// The migrations of one kind of database.
pub(crate) fn migrations(is_sqlite: bool) -> &'static sqlx::migrate::Migrator {
    if is_sqlite {
        &SQLITE_MIGRATIONS
    } else {
        &POSTGRES_MIGRATIONS
    }
}

fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(256)
        .pragma("cache_size", "-4000")
        .pragma("mmap_size", "1073741824")
        .pragma("temp_store", "MEMORY")
}
