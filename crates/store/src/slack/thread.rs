//! The thread of a ticket in Slack, and how far it has been told.

use eider_domain::{TicketId, TicketNumber};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{maybe_instant, micros},
};

/// The thread of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// The ticket.
    pub ticket: TicketId,
    /// The workspace.
    pub team_id: String,
    /// The channel.
    pub channel_id: String,
    /// The root message, once it is posted.
    pub ts: Option<String>,
    /// A digest of the card as it was last drawn.
    pub card_hash: Option<String>,
    /// When it was last drawn.
    pub card_at: Option<Timestamp>,
    /// Facts up to this one are told.
    pub told_seq: i64,
    /// The fact that is being told, while it is not known whether it arrived.
    pub telling_seq: Option<i64>,
    /// How many messages of the fact that comes next are told already.
    pub told_parts: i64,
    /// What keeps it from being told, in words.
    pub trouble: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    ticket_id: Uuid,
    team_id: String,
    channel_id: String,
    ts: Option<String>,
    card_hash: Option<String>,
    card_at: Option<i64>,
    told_seq: i64,
    telling_seq: Option<i64>,
    told_parts: i64,
    trouble: Option<String>,
}

impl Row {
    fn into_thread(self) -> Result<Thread> {
        Ok(Thread {
            ticket: self.ticket_id.into(),
            team_id: self.team_id,
            channel_id: self.channel_id,
            ts: self.ts,
            card_hash: self.card_hash,
            card_at: maybe_instant(self.card_at)?,
            told_seq: self.told_seq,
            telling_seq: self.telling_seq,
            told_parts: self.told_parts,
            trouble: self.trouble,
        })
    }
}

/// The thread of that ticket, if it has one.
///
/// # Errors
/// When the database fails.
pub async fn of(tx: &mut Tx, ticket: TicketId) -> Result<Option<Thread>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT * FROM slack_thread WHERE ticket_id = $1"
    )
    .bind(ticket.0)
    .fetch_optional(c)
    .await)?;
    row.map(Row::into_thread).transpose()
}

/// The ticket whose thread begins with that message, or once began with it.
///
/// # Errors
/// When the database fails.
pub async fn ticket_at(tx: &mut Tx, channel_id: &str, ts: &str) -> Result<Option<TicketNumber>> {
    let number: Option<i64> = on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT ticket.number FROM ticket WHERE ticket.id IN (
                SELECT ticket_id FROM slack_thread WHERE channel_id = $1 AND ts = $2
                UNION SELECT ticket_id FROM slack_root WHERE channel_id = $1 AND ts = $2)",
        )
        .bind(channel_id)
        .bind(ts)
        .fetch_optional(c)
        .await
    })?;
    Ok(number.map(TicketNumber))
}

/// Whether the root of some thread in that channel may be posted without being known here yet.
///
/// # Errors
/// When the database fails.
pub async fn is_beginning(tx: &mut Tx, channel_id: &str) -> Result<bool> {
    let found: Option<String> = on!(tx, |c| sqlx::query_scalar(
        "SELECT channel_id FROM slack_thread
         WHERE channel_id = $1 AND ts IS NULL AND telling_seq IS NOT NULL LIMIT 1"
    )
    .bind(channel_id)
    .fetch_optional(c)
    .await)?;
    Ok(found.is_some())
}

/// Notes that what is said below that message belongs to `ticket`: its thread once began with it, or
/// somebody was told of it in private.
///
/// # Errors
/// When the database fails.
pub async fn put_root(tx: &mut Tx, ticket: TicketId, channel_id: &str, ts: &str) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO slack_root (channel_id, ts, ticket_id) VALUES ($1, $2, $3)
         ON CONFLICT (channel_id, ts) DO NOTHING",
    )
    .bind(channel_id)
    .bind(ts)
    .bind(ticket.0)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The last message with which the thread of `ticket` once began: channel and `ts`. Channels of
/// direct messages, whose ids begin with a D, hold no thread of a ticket.
///
/// # Errors
/// When the database fails.
pub async fn last_root(tx: &mut Tx, ticket: TicketId) -> Result<Option<(String, String)>> {
    Ok(on!(tx, |c| sqlx::query_as(
        "SELECT channel_id, ts FROM slack_root
         WHERE ticket_id = $1 AND channel_id NOT LIKE 'D%' ORDER BY ts DESC LIMIT 1"
    )
    .bind(ticket.0)
    .fetch_optional(c)
    .await)?)
}

/// The ticket that somebody was told of last in that channel of direct messages, at `after` or later
/// as Slack tells time.
///
/// # Errors
/// When the database fails.
pub async fn told_last(tx: &mut Tx, channel_id: &str, after: &str) -> Result<Option<TicketNumber>> {
    let number: Option<i64> = on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT ticket.number FROM slack_root JOIN ticket ON ticket.id = slack_root.ticket_id
             WHERE slack_root.channel_id = $1 AND slack_root.ts >= $2
             ORDER BY slack_root.ts DESC LIMIT 1",
        )
        .bind(channel_id)
        .bind(after)
        .fetch_optional(c)
        .await
    })?;
    Ok(number.map(TicketNumber))
}

/// The ticket whose card is that message now. Its card is taken to look like nothing, so that it
/// is drawn again.
///
/// # Errors
/// When the database fails.
pub async fn forget_card(tx: &mut Tx, channel_id: &str, ts: &str) -> Result<Option<TicketId>> {
    let ticket: Option<Uuid> = on!(tx, |c| sqlx::query_scalar(
        "UPDATE slack_thread SET card_hash = NULL, card_at = NULL
         WHERE channel_id = $1 AND ts = $2 RETURNING ticket_id"
    )
    .bind(channel_id)
    .bind(ts)
    .fetch_optional(c)
    .await)?;
    Ok(ticket.map(Into::into))
}

/// The tickets whose threads in that workspace could not be told.
///
/// # Errors
/// When the database fails.
pub async fn troubled(tx: &mut Tx, team_id: &str) -> Result<Vec<TicketId>> {
    let ids: Vec<uuid::Uuid> = on!(tx, |c| sqlx::query_scalar(
        "SELECT ticket_id FROM slack_thread WHERE team_id = $1 AND trouble IS NOT NULL"
    )
    .bind(team_id)
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Writes a thread, new or changed.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, thread: &Thread) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO slack_thread (ticket_id, team_id, channel_id, ts, card_hash, card_at,
            told_seq, telling_seq, told_parts, trouble)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (ticket_id) DO UPDATE SET team_id = excluded.team_id,
            channel_id = excluded.channel_id, ts = excluded.ts, card_hash = excluded.card_hash,
            card_at = excluded.card_at, told_seq = excluded.told_seq,
            telling_seq = excluded.telling_seq,
            told_parts = excluded.told_parts, trouble = excluded.trouble",
    )
    .bind(thread.ticket.0)
    .bind(&thread.team_id)
    .bind(&thread.channel_id)
    .bind(&thread.ts)
    .bind(&thread.card_hash)
    .bind(thread.card_at.map(micros))
    .bind(thread.told_seq)
    .bind(thread.telling_seq)
    .bind(thread.told_parts)
    .bind(&thread.trouble)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
