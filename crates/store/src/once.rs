//! Keys that clients send so that a request sent twice is done once.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{micros, unreadable},
};

/// What a key was used for before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The SHA-256 of the request that came with it.
    pub request_hash: [u8; 32],
    /// What that request made.
    pub made: Uuid,
}

/// Keeps the key for what this transaction is about to make, or answers what it was used for
/// before. A transaction that comes second waits for the first to end.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    tx: &mut Tx,
    key_hash: &[u8; 32],
    wanted: Kept,
    now: Timestamp,
) -> Result<Option<Kept>> {
    let written: u64 = on!(tx, |c| sqlx::query(
        "INSERT INTO once_key (key_hash, request_hash, made_id, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (key_hash) DO NOTHING",
    )
    .bind(key_hash.as_slice())
    .bind(wanted.request_hash.as_slice())
    .bind(wanted.made)
    .bind(micros(now))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    if written > 0 {
        return Ok(None);
    }
    let (request_hash, made): (Vec<u8>, Uuid) = on!(tx, |c| sqlx::query_as(
        "SELECT request_hash, made_id FROM once_key WHERE key_hash = $1"
    )
    .bind(key_hash.as_slice())
    .fetch_one(c)
    .await)?;
    let request_hash = request_hash
        .try_into()
        .map_err(|_| unreadable("a key of a request", ""))?;
    Ok(Some(Kept { request_hash, made }))
}

/// Forgets the keys that were kept before `before`.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query("DELETE FROM once_key WHERE at < $1")
        .bind(micros(before))
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
