//! Copies of an SQLite file, made while it is in use and checked by opening them.

use std::path::Path;

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use crate::{
    Error, Result, Tx,
    db::on,
    doctor,
    fact::{self, ChainState},
};

/// What was found in a copy that is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// How many facts it holds.
    pub facts: i64,
    /// How many tickets it holds.
    pub tickets: i64,
}

/// Whether a file that begins with `start` is an SQLite file
/// (<https://sqlite.org/fileformat.html#magic_header_string>).
pub fn is_sqlite_file(start: &[u8]) -> bool {
    start.starts_with(b"SQLite format 3\0")
}

/// Writes a copy of the SQLite file at `from`, as of one moment, to `to`, which must not be there.
/// Others may read and write meanwhile.
///
/// # Errors
/// When the file cannot be read, or the copy not be written.
pub async fn copy_sqlite(from: &Path, to: &Path) -> Result<()> {
    let Some(to) = to.to_str() else {
        return Err(Error::Unusable(
            "The name of the copy is not UTF-8. Choose another one.".into(),
        ));
    };
    let options = SqliteConnectOptions::new()
        .filename(from)
        .create_if_missing(false)
        .busy_timeout(std::time::Duration::from_secs(10));
    let mut connection: SqliteConnection = options.connect().await?;
    let copied = sqlx::query(AssertSqlSafe("VACUUM INTO $1"))
        .bind(to)
        .execute(&mut connection)
        .await;
    connection.close().await?;
    copied?;
    Ok(())
}

/// Opens the SQLite file at `path` for reading alone, and checks all of it: its pages, its
/// references, its migrations and its chain of facts.
///
/// # Errors
/// `Unusable` with a sentence when it is not whole, or not a desk that this version can read.
pub async fn check_sqlite(path: &Path) -> Result<Copied> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .create_if_missing(false);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await?;
    let mut tx = Tx::reading(pool.begin().await?);
    let checked = check(&mut tx).await;
    drop(tx);
    pool.close().await;
    checked
}

async fn check(tx: &mut Tx) -> Result<Copied> {
    let damaged = |what: String| Err(Error::Unusable(format!("This copy is not whole: {what}.")));
    let found: Vec<String> = on!(tx, |c| sqlx::query_scalar("PRAGMA integrity_check(5)")
        .fetch_all(c)
        .await)?;
    if found != ["ok"] {
        return damaged(found.join("; "));
    }
    let loose: i64 = on!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM pragma_foreign_key_check"
    )
    .fetch_one(c)
    .await)?;
    if loose > 0 {
        return damaged(format!("{loose} references lead nowhere"));
    }
    if doctor::pending_migrations(tx).await?.contains(&1) {
        return damaged("it is not a desk of Eider".into());
    }
    let facts = match fact::verify(tx).await? {
        ChainState::Whole { facts } => facts,
        ChainState::BrokenAt { seq } => {
            return damaged(format!("its chain of facts is broken at fact {seq}"));
        }
    };
    let tickets = on!(tx, |c| sqlx::query_scalar("SELECT count(*) FROM ticket")
        .fetch_one(c)
        .await)?;
    Ok(Copied { facts, tickets })
}
