//! Wash-ups and what was agreed in them.

use eider_domain::{
    PersonId, TicketId, TicketNumber,
    washup::{Action, WashUp},
};
use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, instant, micros, to_json, unreadable},
};

/// A wash-up as it was last written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// What was written.
    pub wash_up: WashUp,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: PersonId,
}

/// A follow-up with the ticket that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionOfTicket {
    /// The follow-up.
    pub action: Action,
    /// The ticket's number.
    pub number: TicketNumber,
    /// The ticket's title.
    pub title: String,
}

/// The wash-up of a ticket, if one was written.
///
/// # Errors
/// When the database fails.
pub async fn of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Option<Written>> {
    let row: Option<(String, i64, Uuid)> = on!(tx, |c| sqlx::query_as(
        "SELECT body, written_at, written_by FROM wash_up WHERE ticket_id = $1"
    )
    .bind(ticket.0)
    .fetch_optional(c)
    .await)?;
    let Some((body, at, by)) = row else {
        return Ok(None);
    };
    Ok(Some(Written {
        wash_up: from_json("a wash-up", &body)?,
        at: instant(at)?,
        by: by.into(),
    }))
}

/// Writes the wash-up of a ticket, new or changed.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, ticket: TicketId, written: &Written) -> Result<()> {
    let body = to_json("a wash-up", &written.wash_up)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO wash_up (ticket_id, body, written_at, written_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (ticket_id) DO UPDATE SET body = excluded.body,
            written_at = excluded.written_at, written_by = excluded.written_by",
    )
    .bind(ticket.0)
    .bind(&body)
    .bind(micros(written.at))
    .bind(written.by.0)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    what: String,
    owner_id: Uuid,
    due_on: String,
    done_at: Option<i64>,
    number: i64,
    title: String,
}

impl Row {
    fn into_action(self) -> Result<ActionOfTicket> {
        let due_on: Date = self
            .due_on
            .parse()
            .map_err(|_| unreadable("the date of a follow-up", &self.due_on))?;
        Ok(ActionOfTicket {
            action: Action {
                id: self.id.into(),
                what: self.what,
                owner: self.owner_id.into(),
                due_on,
                done: self.done_at.is_some(),
            },
            number: TicketNumber(self.number),
            title: self.title,
        })
    }
}

macro_rules! action_columns {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.what, a.owner_id, a.due_on, a.done_at, t.number, t.title
             FROM wash_up_action a JOIN ticket t ON t.id = a.ticket_id ",
            $rest
        )
    };
}

/// What was agreed for a ticket, the earliest due first.
///
/// # Errors
/// When the database fails.
pub async fn actions_of(tx: &mut Tx, ticket: TicketId) -> Result<Vec<ActionOfTicket>> {
    let sql = action_columns!("WHERE a.ticket_id = $1 ORDER BY a.due_on, a.id");
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(ticket.0)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(Row::into_action).collect()
}

/// Follow-ups that are not done, the earliest due first.
///
/// # Errors
/// When the database fails.
pub async fn open_actions(tx: &mut Tx, limit: i64) -> Result<Vec<ActionOfTicket>> {
    let sql = action_columns!("WHERE a.done_at IS NULL ORDER BY a.due_on, a.id LIMIT $1");
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Row::into_action).collect()
}

/// Follow-ups of `owner` that are not done, the earliest due first.
///
/// # Errors
/// When the database fails.
pub async fn open_actions_of(
    tx: &mut Tx,
    owner: PersonId,
    limit: i64,
) -> Result<Vec<ActionOfTicket>> {
    let sql = action_columns!(
        "WHERE a.done_at IS NULL AND a.owner_id = $1 ORDER BY a.due_on, a.id LIMIT $2"
    );
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(owner.0)
        .bind(limit)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(Row::into_action).collect()
}

/// Writes a new follow-up of a ticket.
///
/// # Errors
/// `Conflict` when its owner does not exist.
pub async fn put_action(tx: &mut Tx, ticket: TicketId, action: &Action) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO wash_up_action (id, ticket_id, what, owner_id, due_on)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(action.id.0)
    .bind(ticket.0)
    .bind(&action.what)
    .bind(action.owner.0)
    .bind(action.due_on.to_string())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Marks a follow-up of a ticket as done; false when it was done already or is not there.
///
/// # Errors
/// When the database fails.
pub async fn finish_action(
    tx: &mut Tx,
    ticket: TicketId,
    action: eider_domain::ActionId,
    at: Timestamp,
) -> Result<bool> {
    let touched: Option<i64> = on!(tx, |c| sqlx::query_scalar(
        "UPDATE wash_up_action SET done_at = $3
         WHERE id = $1 AND ticket_id = $2 AND done_at IS NULL RETURNING done_at"
    )
    .bind(action.0)
    .bind(ticket.0)
    .bind(micros(at))
    .fetch_optional(c)
    .await)?;
    Ok(touched.is_some())
}
