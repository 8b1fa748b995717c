//! Which messages here and in Slack are the same.

use eider_domain::MessageId;
use uuid::Uuid;

use crate::{Result, Tx, db::on};

/// Notes that the message of Slack at `ts` is this one here. Again changes nothing.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, channel_id: &str, ts: &str, message: MessageId) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO slack_message (channel_id, ts, message_id) VALUES ($1, $2, $3)
         ON CONFLICT (channel_id, ts) DO NOTHING",
    )
    .bind(channel_id)
    .bind(ts)
    .bind(message.0)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The message here that is the one of Slack at `ts`.
///
/// # Errors
/// When the database fails.
pub async fn at(tx: &mut Tx, channel_id: &str, ts: &str) -> Result<Option<MessageId>> {
    let id: Option<Uuid> = on!(tx, |c| sqlx::query_scalar(
        "SELECT message_id FROM slack_message WHERE channel_id = $1 AND ts = $2"
    )
    .bind(channel_id)
    .bind(ts)
    .fetch_optional(c)
    .await)?;
    Ok(id.map(Into::into))
}

/// Where in Slack this message stands: channel and `ts`, in the order of `ts`.
///
/// # Errors
/// When the database fails.
pub async fn of(tx: &mut Tx, message: MessageId) -> Result<Vec<(String, String)>> {
    Ok(on!(tx, |c| sqlx::query_as(
        "SELECT channel_id, ts FROM slack_message WHERE message_id = $1 ORDER BY ts"
    )
    .bind(message.0)
    .fetch_all(c)
    .await)?)
}
