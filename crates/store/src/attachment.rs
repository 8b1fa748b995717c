//! Files in the threads of tickets, kept in the database.

use eider_domain::{AttachmentId, MessageId, PersonId, TicketId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, micros},
};

/// A file, without what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Identity.
    pub id: AttachmentId,
    /// The ticket it belongs to.
    pub ticket: TicketId,
    /// The message it came with, if it came with one.
    pub message: Option<MessageId>,
    /// Who added it.
    pub author: PersonId,
    /// When.
    pub at: Timestamp,
    /// Its name.
    pub name: String,
    /// Its media type, such as `image/png`.
    pub media_type: String,
    /// Its size in bytes.
    pub size_bytes: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    ticket_id: Uuid,
    message_id: Option<Uuid>,
    author_id: Uuid,
    at: i64,
    name: String,
    media_type: String,
    size_bytes: i64,
}

impl Row {
    fn into_attachment(self) -> Result<Attachment> {
        Ok(Attachment {
            id: self.id.into(),
            ticket: self.ticket_id.into(),
            message: self.message_id.map(Into::into),
            author: self.author_id.into(),
            at: instant(self.at)?,
            name: self.name,
            media_type: self.media_type,
            size_bytes: self.size_bytes,
        })
    }
}

/// The files of a ticket, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Attachment>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT id, ticket_id, message_id, author_id, at, name, media_type, size_bytes
         FROM attachment WHERE ticket_id = $1 ORDER BY at, id",
    )
    .bind(ticket.0)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_attachment).collect()
}

/// A file without what is in it, if it is there.
///
/// # Errors
/// When the database fails.
pub async fn by_id(tx: &mut Tx, id: AttachmentId) -> Result<Option<Attachment>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT id, ticket_id, message_id, author_id, at, name, media_type, size_bytes
         FROM attachment WHERE id = $1",
    )
    .bind(id.0)
    .fetch_optional(c)
    .await)?;
    row.map(Row::into_attachment).transpose()
}

/// A file with what is in it, if it is there.
///
/// # Errors
/// When the database fails.
pub async fn with_content(tx: &mut Tx, id: AttachmentId) -> Result<Option<(Attachment, Vec<u8>)>> {
    let Some(attachment) = by_id(tx, id).await? else {
        return Ok(None);
    };
    let content: Vec<u8> = on!(tx, |c| sqlx::query_scalar(
        "SELECT content FROM attachment WHERE id = $1"
    )
    .bind(id.0)
    .fetch_one(c)
    .await)?;
    Ok(Some((attachment, content)))
}

/// Writes a new file.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, attachment: &Attachment, content: &[u8]) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO attachment (id, ticket_id, message_id, author_id, at, name, media_type,
            size_bytes, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(attachment.id.0)
    .bind(attachment.ticket.0)
    .bind(attachment.message.map(|id| id.0))
    .bind(attachment.author.0)
    .bind(micros(attachment.at))
    .bind(&attachment.name)
    .bind(&attachment.media_type)
    .bind(attachment.size_bytes)
    .bind(content)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
