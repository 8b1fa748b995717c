//! Tickets: the state that their facts made true, and finding them.

mod attention;
mod filter;
mod list;
mod row;
mod summary;

use std::collections::HashMap;

use eider_domain::{FeatureId, TicketId, TicketNumber, priority::ServiceLevels, ticket::Ticket};
use jiff::Timestamp;
use sqlx::QueryBuilder;
use uuid::Uuid;

pub use attention::{
    Due, asked_by, due, hats_wanted, joined_by, owned_by, to_confirm, unowned, updates_due,
};
pub use filter::Filter;
pub use list::{Order, Page, Selection, count, list};
use row::{Row, write_all};
pub use summary::Summary;

use crate::{Result, Tx, db::on, list::push_list, row::micros};

macro_rules! ticket_columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, number, title, status, priority, feature_id, squad_id, reporter_id,
                owner_id, diagnosing_id, communicating_id, opened_at, acknowledged_at, resolved_at, closed_at, changed_at,
                next_update_at, next_update_is_due, merged_into, replies, people,
                hands_on_seconds, hand_offs, ping_pong, reopened,
                unowned_seconds, unowned_since_at, detail FROM ticket ",
            $rest
        )
    };
}

/// The number for a new ticket. Numbers are never given twice; a number is lost when its
/// transaction is.
///
/// # Errors
/// When the database fails.
pub async fn next_number(tx: &mut Tx, how_many: i64) -> Result<TicketNumber> {
    let last: i64 = on!(tx, |c| sqlx::query_scalar(
        "UPDATE counter SET value = value + $1 WHERE name = 'ticket' RETURNING value"
    )
    .bind(how_many)
    .fetch_one(c)
    .await)?;
    Ok(TicketNumber(last - how_many + 1))
}

/// The ticket of that number, to read.
///
/// # Errors
/// When the database fails.
pub async fn by_number(tx: &mut Tx, number: TicketNumber) -> Result<Option<Ticket>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(ticket_columns!("WHERE number = $1"))
        .bind(number.0)
        .fetch_optional(c)
        .await)?;
    row.map(Row::into_ticket).transpose()
}

/// The ticket of that id, to read.
///
/// # Errors
/// When the database fails.
pub async fn by_id(tx: &mut Tx, id: TicketId) -> Result<Option<Ticket>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(ticket_columns!("WHERE id = $1"))
        .bind(id.0)
        .fetch_optional(c)
        .await)?;
    row.map(Row::into_ticket).transpose()
}

/// The tickets of these numbers, to read, in no order.
///
/// # Errors
/// When the database fails.
pub async fn by_numbers(tx: &mut Tx, numbers: &[TicketNumber]) -> Result<Vec<Ticket>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = on!(tx, |c| {
        let mut query = QueryBuilder::new(ticket_columns!("WHERE number IN "));
        push_list(&mut query, numbers.iter().map(|number| number.0));
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(Row::into_ticket).collect()
}

/// The ticket of that number, to change: nobody else changes it until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn to_change(tx: &mut Tx, number: TicketNumber) -> Result<Option<Ticket>> {
    let sql = if tx.is_sqlite() {
        ticket_columns!("WHERE number = $1")
    } else {
        ticket_columns!("WHERE number = $1 FOR UPDATE")
    };
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(number.0)
        .fetch_optional(c)
        .await)?;
    row.map(Row::into_ticket).transpose()
}

/// Up to `limit` tickets whose numbers come after `after`, in their order.
///
/// # Errors
/// When the database fails.
pub async fn after(tx: &mut Tx, after: TicketNumber, limit: i64) -> Result<Vec<Ticket>> {
    let sql = ticket_columns!("WHERE number > $1 ORDER BY number LIMIT $2");
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(after.0)
        .bind(limit)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(Row::into_ticket).collect()
}

/// Writes tickets, new or changed. Due times and outcomes are read from their clocks by `levels`
/// at `now`, so that lists and figures find them in columns.
///
/// # Errors
/// `Conflict` when a person, feature or squad does not exist.
pub async fn put(
    tx: &mut Tx,
    tickets: &[Ticket],
    levels: &ServiceLevels,
    now: Timestamp,
) -> Result<()> {
    write_all(tx, tickets, levels, now).await
}

/// The numbers of those tickets, in one request.
///
/// # Errors
/// When the database fails.
pub async fn numbers(tx: &mut Tx, ids: &[TicketId]) -> Result<HashMap<TicketId, TicketNumber>> {
    let mut numbers = HashMap::new();
    for batch in ids.chunks(500) {
        let rows: Vec<(Uuid, i64)> = on!(tx, |c| {
            let mut query = sqlx::QueryBuilder::new("SELECT id, number FROM ticket WHERE id IN ");
            push_list(&mut query, batch.iter().map(|id| id.0));
            query.build_query_as().fetch_all(c).await
        })?;
        numbers.extend(
            rows.into_iter()
                .map(|(id, number)| (id.into(), TicketNumber(number))),
        );
    }
    Ok(numbers)
}

/// Numbers of the tickets above `after` that are open, or resolved and not closed yet: those whose
/// clocks or closing follow from the configuration. The lowest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn unclosed_numbers(
    tx: &mut Tx,
    after: TicketNumber,
    limit: i64,
) -> Result<Vec<TicketNumber>> {
    let numbers: Vec<i64> = on!(tx, |c| sqlx::query_scalar(
        "SELECT number FROM ticket WHERE number > $1 AND (is_open OR status = 'resolved')
         ORDER BY number LIMIT $2"
    )
    .bind(after.0)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(numbers.into_iter().map(TicketNumber).collect())
}

/// The open tickets of something, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenCount {
    /// All of them.
    pub open: i64,
    /// Those that nobody has.
    pub unowned: i64,
    /// Those past the time to answer or to resolve, which do not wait for their reporter.
    pub late: i64,
}

/// How many open tickets there are about each feature at `now`.
///
/// # Errors
/// When the database fails.
pub async fn open_by_feature(tx: &mut Tx, now: Timestamp) -> Result<HashMap<FeatureId, OpenCount>> {
    let rows: Vec<(Uuid, i64, i64, i64)> = on!(tx, |c| sqlx::query_as(
        "SELECT feature_id, count(*), count(CASE WHEN owner_id IS NULL THEN 1 END),
             count(CASE WHEN status <> 'waiting_for_reporter' AND (resolve_due_at <= $1
                 OR respond_difference_seconds IS NULL AND respond_due_at <= $1) THEN 1 END)
         FROM ticket WHERE is_open AND feature_id IS NOT NULL GROUP BY feature_id"
    )
    .bind(micros(now))
    .fetch_all(c)
    .await)?;
    let counted = rows.into_iter().map(|(feature, open, unowned, late)| {
        let count = OpenCount {
            open,
            unowned,
            late,
        };
        (feature.into(), count)
    });
    Ok(counted.collect())
}
