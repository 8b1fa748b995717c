//! What Slack sent, kept before it is answered.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, micros},
};

/// Something that Slack sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Identity.
    pub id: Uuid,
    /// `event`, `interaction` or `command`.
    pub kind: String,
    /// Slack sends some again; each is kept once.
    pub dedup_key: String,
    /// What it says: JSON.
    pub body: String,
    /// When it came.
    pub received_at: Timestamp,
}

/// Keeps a request. Answers whether it is new: Slack sends again what it thinks was not heard.
///
/// # Errors
/// When the database fails.
pub async fn keep(tx: &mut Tx, request: &Request) -> Result<bool> {
    let written = on!(tx, |c| sqlx::query(
        "INSERT INTO slack_request (id, kind, dedup_key, body, received_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (dedup_key) DO NOTHING",
    )
    .bind(request.id)
    .bind(&request.kind)
    .bind(&request.dedup_key)
    .bind(&request.body)
    .bind(micros(request.received_at))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(written > 0)
}

/// The request of that id, if it is still to be worked off.
///
/// # Errors
/// When the database fails.
pub async fn waiting(tx: &mut Tx, id: Uuid) -> Result<Option<Request>> {
    let row: Option<(String, String, String, i64)> = on!(tx, |c| sqlx::query_as(
        "SELECT kind, dedup_key, body, received_at FROM slack_request
         WHERE id = $1 AND done_at IS NULL"
    )
    .bind(id)
    .fetch_optional(c)
    .await)?;
    row.map(|(kind, dedup_key, body, received_at)| {
        Ok(Request {
            id,
            kind,
            dedup_key,
            body,
            received_at: instant(received_at)?,
        })
    })
    .transpose()
}

/// What the request of that id said, worked off or not, as long as it is kept.
///
/// # Errors
/// When the database fails.
pub async fn body(tx: &mut Tx, id: Uuid) -> Result<Option<String>> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT body FROM slack_request WHERE id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await)?)
}

/// Notes that a request is worked off.
///
/// # Errors
/// When the database fails.
pub async fn done(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE slack_request SET done_at = $2 WHERE id = $1"
    )
    .bind(id)
    .bind(micros(now))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Asks for a request to be worked off once more.
///
/// # Errors
/// When the database fails.
pub async fn reopen(tx: &mut Tx, id: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE slack_request SET done_at = NULL WHERE id = $1"
    )
    .bind(id)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets requests that were worked off before `before`.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM slack_request WHERE done_at < $1"
    )
    .bind(micros(before))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
