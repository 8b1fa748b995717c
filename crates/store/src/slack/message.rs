//! Which messages and files here and in Slack are the same.

use eider_domain::{AttachmentId, MessageId};
use uuid::Uuid;

use crate::{Result, Tx, db::on, row::unreadable};

/// How a message stands in Slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Eider posted it, and can change it.
    Posted,
    /// A person wrote it there, and only they can change it.
    Said,
    /// It was taken back.
    Gone,
}

impl Standing {
    fn as_str(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Said => "said",
            Self::Gone => "gone",
        }
    }

    fn parse(text: &str) -> Result<Self> {
        [Self::Posted, Self::Said, Self::Gone]
            .into_iter()
            .find(|standing| standing.as_str() == text)
            .ok_or_else(|| unreadable("how a message stands in Slack", text))
    }
}

/// A message here and one in Slack that are the same, wholly or in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Same {
    /// The channel.
    pub channel_id: String,
    /// Its place there.
    pub ts: String,
    /// The message here.
    pub message: MessageId,
    /// Which part of the message in Slack it is here, from 0.
    pub part: i64,
    /// How it stands in Slack.
    pub standing: Standing,
    /// A digest of what it says on both sides.
    pub body_hash: String,
}

type Row = (String, String, Uuid, i64, String, String);

fn same(row: Row) -> Result<Same> {
    let (channel_id, ts, message, part, standing, body_hash) = row;
    Ok(Same {
        channel_id,
        ts,
        message: message.into(),
        part,
        standing: Standing::parse(&standing)?,
        body_hash,
    })
}

/// Writes that two messages are the same, new or changed.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, same: &Same) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO slack_message (channel_id, ts, message_id, part, standing, body_hash)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (channel_id, ts, message_id) DO UPDATE SET part = excluded.part,
            standing = excluded.standing, body_hash = excluded.body_hash",
    )
    .bind(&same.channel_id)
    .bind(&same.ts)
    .bind(same.message.0)
    .bind(same.part)
    .bind(same.standing.as_str())
    .bind(&same.body_hash)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The messages here that are the one of Slack at `ts`, its first part first.
///
/// # Errors
/// When the database fails.
pub async fn at(tx: &mut Tx, channel_id: &str, ts: &str) -> Result<Vec<Same>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT channel_id, ts, message_id, part, standing, body_hash FROM slack_message
         WHERE channel_id = $1 AND ts = $2 ORDER BY part"
    )
    .bind(channel_id)
    .bind(ts)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(same).collect()
}

/// Where in Slack this message stands, in the order of `ts`.
///
/// # Errors
/// When the database fails.
pub async fn of(tx: &mut Tx, message: MessageId) -> Result<Vec<Same>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT channel_id, ts, message_id, part, standing, body_hash FROM slack_message
         WHERE message_id = $1 ORDER BY ts"
    )
    .bind(message.0)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(same).collect()
}

/// Notes that a file was shared in Slack, with the message at `ts`.
///
/// # Errors
/// When the database fails.
pub async fn put_file(
    tx: &mut Tx,
    attachment: AttachmentId,
    channel_id: &str,
    ts: &str,
) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO slack_file (attachment_id, channel_id, ts) VALUES ($1, $2, $3)
         ON CONFLICT (attachment_id) DO NOTHING",
    )
    .bind(attachment.0)
    .bind(channel_id)
    .bind(ts)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The channel in which a file was shared, if it was shared in Slack.
///
/// # Errors
/// When the database fails.
pub async fn file_channel(tx: &mut Tx, attachment: AttachmentId) -> Result<Option<String>> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT channel_id FROM slack_file WHERE attachment_id = $1"
    )
    .bind(attachment.0)
    .fetch_optional(c)
    .await)?)
}
