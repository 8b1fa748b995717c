//! Links by which somebody of Slack says who they are here.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, micros},
};

/// A link that was given to somebody of Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// SHA-256 of the secret in its address.
    pub token_hash: [u8; 32],
    /// The workspace.
    pub team_id: String,
    /// To whom.
    pub user_id: String,
    /// What they were about to do, to be done once it is known who they are.
    pub request: Option<Uuid>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Keeps a link.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, link: &Link) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO slack_link (token_hash, team_id, user_id, request_id, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(link.token_hash.as_slice())
    .bind(&link.team_id)
    .bind(&link.user_id)
    .bind(link.request)
    .bind(micros(link.expires_at))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The link of that hash, if it has not ended at `now`.
///
/// # Errors
/// When the database fails.
pub async fn by_hash(tx: &mut Tx, token_hash: [u8; 32], now: Timestamp) -> Result<Option<Link>> {
    let row: Option<(String, String, Option<Uuid>, i64)> = on!(tx, |c| sqlx::query_as(
        "SELECT team_id, user_id, request_id, expires_at FROM slack_link
         WHERE token_hash = $1 AND expires_at > $2"
    )
    .bind(token_hash.as_slice())
    .bind(micros(now))
    .fetch_optional(c)
    .await)?;
    row.map(|(team_id, user_id, request, expires_at)| {
        Ok(Link {
            token_hash,
            team_id,
            user_id,
            request,
            expires_at: instant(expires_at)?,
        })
    })
    .transpose()
}

/// Everything that somebody was about to do when they were given links, the first first.
///
/// # Errors
/// When the database fails.
pub async fn requests_of(tx: &mut Tx, team_id: &str, user_id: &str) -> Result<Vec<Uuid>> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT request_id FROM slack_link
         WHERE team_id = $1 AND user_id = $2 AND request_id IS NOT NULL ORDER BY request_id"
    )
    .bind(team_id)
    .bind(user_id)
    .fetch_all(c)
    .await)?)
}

/// Takes away every link of somebody, and all that have ended at `now`.
///
/// # Errors
/// When the database fails.
pub async fn remove_of(tx: &mut Tx, team_id: &str, user_id: &str, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM slack_link WHERE team_id = $1 AND user_id = $2 OR expires_at <= $3"
    )
    .bind(team_id)
    .bind(user_id)
    .bind(micros(now))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
