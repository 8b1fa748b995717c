//! Messages in the threads of tickets.

use eider_domain::{MessageId, PersonId, TicketId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, maybe_instant, micros},
};

/// A message as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Identity.
    pub id: MessageId,
    /// The thread it stands in.
    pub ticket: TicketId,
    /// Who wrote it.
    pub author: PersonId,
    /// When.
    pub at: Timestamp,
    /// What, in Markdown; empty once it was withdrawn.
    pub body: String,
    /// When it was last corrected.
    pub edited_at: Option<Timestamp>,
    /// When it was taken back.
    pub withdrawn_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    ticket_id: Uuid,
    author_id: Uuid,
    at: i64,
    body: String,
    edited_at: Option<i64>,
    withdrawn_at: Option<i64>,
}

impl Row {
    fn into_message(self) -> Result<Message> {
        Ok(Message {
            id: self.id.into(),
            ticket: self.ticket_id.into(),
            author: self.author_id.into(),
            at: instant(self.at)?,
            body: self.body,
            edited_at: maybe_instant(self.edited_at)?,
            withdrawn_at: maybe_instant(self.withdrawn_at)?,
        })
    }
}

macro_rules! message_columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, ticket_id, author_id, at, body, edited_at, withdrawn_at FROM message ",
            $rest
        )
    };
}

/// The thread of a ticket, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Message>> {
    let sql = message_columns!("WHERE ticket_id = $1 ORDER BY at, id");
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(ticket.0)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(Row::into_message).collect()
}

/// What was last said in the thread of a ticket, the newest first, at most `limit` messages.
///
/// # Errors
/// When the database fails.
pub async fn newest_texts(tx: &mut Tx, ticket: TicketId, limit: i64) -> Result<Vec<String>> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT body FROM message WHERE ticket_id = $1 ORDER BY at DESC, id DESC LIMIT $2"
    )
    .bind(ticket.0)
    .bind(limit)
    .fetch_all(c)
    .await)?)
}

/// The message of that id, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn by_id(tx: &mut Tx, id: MessageId) -> Result<Option<Message>> {
    let sql = message_columns!("WHERE id = $1");
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(id.0)
        .fetch_optional(c)
        .await)?;
    row.map(Row::into_message).transpose()
}

/// Writes a message, new or changed.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, message: &Message) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO message (id, ticket_id, author_id, at, body, edited_at, withdrawn_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET body = excluded.body, edited_at = excluded.edited_at,
            withdrawn_at = excluded.withdrawn_at",
    )
    .bind(message.id.0)
    .bind(message.ticket.0)
    .bind(message.author.0)
    .bind(micros(message.at))
    .bind(&message.body)
    .bind(message.edited_at.map(micros))
    .bind(message.withdrawn_at.map(micros))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// How many rows one statement inserts: SQLite takes 32,766 parameters.
const ROWS_A_STATEMENT: usize = 500;

/// Writes many new messages.
///
/// # Errors
/// When the database fails.
pub async fn put_all(tx: &mut Tx, messages: &[Message]) -> Result<()> {
    for batch in messages.chunks(ROWS_A_STATEMENT) {
        on!(tx, |c| {
            let mut query = sqlx::QueryBuilder::new(
                "INSERT INTO message (id, ticket_id, author_id, at, body, edited_at,
                    withdrawn_at) ",
            );
            query.push_values(batch, |mut row, message| {
                row.push_bind(message.id.0)
                    .push_bind(message.ticket.0)
                    .push_bind(message.author.0)
                    .push_bind(micros(message.at))
                    .push_bind(message.body.as_str())
                    .push_bind(message.edited_at.map(micros))
                    .push_bind(message.withdrawn_at.map(micros));
            });
            query.build().persistent(false).execute(c).await.map(drop)
        })?;
    }
    Ok(())
}
