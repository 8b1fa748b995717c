//! Settings: small values by name, as JSON.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, to_json},
};

/// The setting of that name, if it was ever written.
///
/// # Errors
/// When the database fails, or the stored value is of another shape.
pub async fn get<T: DeserializeOwned>(tx: &mut Tx, name: &str) -> Result<Option<T>> {
    let value: Option<String> = on!(tx, |c| sqlx::query_scalar(
        "SELECT value FROM setting WHERE name = $1"
    )
    .bind(name)
    .fetch_optional(c)
    .await)?;
    value
        .map(|value| from_json("a setting", &value))
        .transpose()
}

/// Writes the setting of that name unless there is one, and answers the one that holds: of several
/// that are written at once, the first.
///
/// # Errors
/// When the database fails, or the stored value is of another shape.
pub async fn put_first<T: Serialize + DeserializeOwned>(
    tx: &mut Tx,
    name: &str,
    value: T,
) -> Result<T> {
    let json = to_json("a setting", &value)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"
    )
    .bind(name)
    .bind(json)
    .execute(c)
    .await
    .map(drop))?;
    Ok(get(tx, name).await?.unwrap_or(value))
}

/// Writes the setting of that name.
///
/// # Errors
/// When the database fails.
pub async fn put<T: Serialize>(tx: &mut Tx, name: &str, value: &T) -> Result<()> {
    let value = to_json("a setting", value)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO setting (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
