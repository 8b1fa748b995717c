//! What SQLite tells of itself.

use sqlx::AssertSqlSafe;

use super::Check;
use crate::{
    Result, Tx,
    db::{OLDEST_SQLITE, on},
};

pub(super) async fn examine(tx: &mut Tx) -> Result<Vec<Check>> {
    Ok(vec![
        version(tx).await?,
        journal(tx).await?,
        synchronous(tx).await?,
        integrity(tx).await?,
        references(tx).await?,
    ])
}

async fn version(tx: &mut Tx) -> Result<Check> {
    let found: String = on!(tx, |c| sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(c)
        .await)?;
    let parts: Vec<u32> = found
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect();
    let oldest = [OLDEST_SQLITE.0, OLDEST_SQLITE.1, OLDEST_SQLITE.2];
    Ok(Check::expect(
        "SQLite",
        parts.as_slice() >= oldest.as_slice(),
        format!("version {found}"),
        "Build Eider with the SQLite that comes with it: versions before 3.51.3 can lose data.",
    ))
}

async fn journal(tx: &mut Tx) -> Result<Check> {
    let found: String = pragma(tx, "journal_mode").await?;
    Ok(Check::expect(
        "journal",
        found.eq_ignore_ascii_case("wal"),
        format!("journal_mode is {found}"),
        "Move the data folder to a local disk: a write-ahead log needs shared memory, which \
         network folders lack.",
    ))
}

async fn synchronous(tx: &mut Tx) -> Result<Check> {
    const FULL: i64 = 2;
    let found: i64 = pragma(tx, "synchronous").await?;
    Ok(Check::expect(
        "durability",
        found >= FULL,
        format!("synchronous is {found}, and 2 is FULL"),
        "Use an Eider that nobody has altered: it always asks for FULL.",
    ))
}

async fn integrity(tx: &mut Tx) -> Result<Check> {
    let found: Vec<String> = on!(tx, |c| sqlx::query_scalar("PRAGMA quick_check(5)")
        .fetch_all(c)
        .await)?;
    Ok(Check::expect(
        "integrity",
        found == ["ok"],
        found.join("; "),
        "The file is damaged. Stop the server, keep the file, and run `eider restore` with the \
         last backup; then look at the disk.",
    ))
}

async fn references(tx: &mut Tx) -> Result<Check> {
    let found: Vec<String> = on!(tx, |c| sqlx::query_scalar(
        "SELECT DISTINCT \"table\" FROM pragma_foreign_key_check"
    )
    .fetch_all(c)
    .await)?;
    let told = if found.is_empty() {
        "every reference leads somewhere".to_owned()
    } else {
        format!("References lead nowhere in: {}.", found.join(", "))
    };
    Ok(Check::expect(
        "references",
        found.is_empty(),
        told,
        "Something wrote to the file besides Eider. Restore the last backup.",
    ))
}

async fn pragma<T>(tx: &mut Tx, name: &'static str) -> Result<T>
where
    T: for<'r> sqlx::Decode<'r, sqlx::Sqlite>
        + sqlx::Type<sqlx::Sqlite>
        + for<'r> sqlx::Decode<'r, sqlx::Postgres>
        + sqlx::Type<sqlx::Postgres>
        + Send
        + Unpin,
{
    let sql = format!("PRAGMA {name}");
    Ok(on!(tx, |c| sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(c)
        .await)?)
}
