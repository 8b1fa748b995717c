//! Counters that tell when something changed.

use crate::{Result, Tx, db::on};

/// The name of the counter that grows whenever a part of the configuration is written.
pub const CONFIGURATION: &str = "configuration";

/// The name of the counter that grows with every change to who may do what. Whoever steps it first
/// in a transaction changes people alone, so that two changes at once cannot remove the last
/// administrator.
pub const PEOPLE: &str = "people";

/// The name of the counter that grows whenever a person or their squads are written, so that nobody
/// need ask who there is.
pub const MEMBERS: &str = "members";

/// Where the counter stands; 0 before its first step.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, name: &str) -> Result<i64> {
    let value: Option<i64> = on!(tx, |c| sqlx::query_scalar(
        "SELECT value FROM counter WHERE name = $1"
    )
    .bind(name)
    .fetch_optional(c)
    .await)?;
    Ok(value.unwrap_or_default())
}

/// Moves the counter on by one.
///
/// # Errors
/// When the database fails.
pub async fn step(tx: &mut Tx, name: &str) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO counter (name, value) VALUES ($1, 1)
         ON CONFLICT (name) DO UPDATE SET value = counter.value + 1",
    )
    .bind(name)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
