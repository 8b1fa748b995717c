//! The few tickets that need somebody now, each found by an index of open tickets alone.

use eider_domain::{PersonId, fact::Measure, priority::Rank};
use jiff::Timestamp;
use sqlx::QueryBuilder;

use super::summary::{COLUMNS, Row, Summary};
use crate::{Result, Tx, db::on, row::micros};

/// The tickets of one priority, one of whose clocks runs out within a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which clock.
    pub measure: Measure,
    /// Which priority.
    pub rank: Rank,
    /// Due after this instant; at any time before `until` when absent.
    pub after: Option<Timestamp>,
    /// Due at or before this instant.
    pub until: Timestamp,
}

/// Open tickets that do not wait for their reporter and are `due`: up to `limit` for each of
/// them, the earliest first. One whose two clocks both run out is there twice.
///
/// # Errors
/// When the database fails.
pub async fn due(tx: &mut Tx, due: &[Due], limit: i64) -> Result<Vec<Summary>> {
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = on!(tx, |c| {
        let mut query = QueryBuilder::new("");
        for (index, one) in due.iter().enumerate() {
            let (column, unanswered) = match one.measure {
                Measure::Respond => ("respond_due_at", " AND respond_difference_seconds IS NULL"),
                Measure::Resolve => ("resolve_due_at", ""),
            };
            query
                .push(if index == 0 { "" } else { " UNION ALL " })
                .push("SELECT * FROM (")
                .push(COLUMNS)
                .push(" WHERE is_open AND status <> 'waiting_for_reporter' AND priority = ")
                .push_bind(i64::from(one.rank.get()))
                .push(unanswered);
            if let Some(after) = one.after {
                query
                    .push(format!(" AND {column} > "))
                    .push_bind(micros(after));
            }
            query
                .push(format!(" AND {column} <= "))
                .push_bind(micros(one.until))
                .push(format!(" ORDER BY {column} LIMIT "))
                .push_bind(limit)
                .push(format!(") AS due_{index}"));
        }
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(Row::into_summary).collect()
}

/// Open tickets that nobody owns, the most urgent first.
///
/// # Errors
/// When the database fails.
pub async fn unowned(tx: &mut Tx, limit: i64) -> Result<Vec<Summary>> {
    let rows: Vec<Row> = on!(tx, |c| {
        let mut query = QueryBuilder::new(COLUMNS);
        query.push(" WHERE unowned_since_at IS NOT NULL ORDER BY priority, resolve_due_at LIMIT ");
        query.push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(Row::into_summary).collect()
}

/// Open tickets at least as urgent as `rank` on which nobody wears one of the hats, the most urgent
/// first.
///
/// # Errors
/// When the database fails.
pub async fn hats_wanted(tx: &mut Tx, rank: Rank, limit: i64) -> Result<Vec<Summary>> {
    let rows: Vec<Row> = on!(tx, |c| {
        let mut query = QueryBuilder::new(COLUMNS);
        query.push(" WHERE is_open AND priority <= ");
        query.push_bind(i64::from(rank.get()));
        query.push(" AND (diagnosing_id IS NULL OR communicating_id IS NULL)");
        query.push(" ORDER BY priority, resolve_due_at LIMIT ");
        query.push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(Row::into_summary).collect()
}

/// Tickets whose next update was promised for `now` or before and has not come, the earliest first.
///
/// # Errors
/// When the database fails.
pub async fn updates_due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Summary>> {
    let rows: Vec<Row> = on!(tx, |c| {
        let mut query = QueryBuilder::new(COLUMNS);
        query
            .push(" WHERE next_update_at <= ")
            .push_bind(micros(now));
        query
            .push(" ORDER BY next_update_at LIMIT ")
            .push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(Row::into_summary).collect()
}

/// Open tickets that `person` owns, the most urgent first.
///
/// # Errors
/// When the database fails.
pub async fn owned_by(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<Summary>> {
    of_person(tx, " WHERE is_open AND owner_id = ", person, limit).await
}

/// Open tickets that `person` asked, the most urgent first.
///
/// # Errors
/// When the database fails.
pub async fn asked_by(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<Summary>> {
    of_person(tx, " WHERE is_open AND reporter_id = ", person, limit).await
}

/// Open tickets that `person` joined, the most urgent first.
///
/// # Errors
/// When the database fails.
pub async fn joined_by(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<Summary>> {
    // Who joined stands in the detail; few open tickets were joined by anybody.
    let condition = if tx.is_sqlite() {
        " WHERE is_open AND joined > 0 AND EXISTS (
            SELECT 1 FROM json_each(detail, '$.joined') AS one WHERE one.value = "
    } else {
        " WHERE is_open AND joined > 0 AND EXISTS (
            SELECT 1 FROM jsonb_array_elements_text(detail::jsonb -> 'joined') AS one
            WHERE one = "
    };
    let rows: Vec<Row> = on!(tx, |c| {
        let mut query = QueryBuilder::new(COLUMNS);
        query.push(condition).push_bind(person.0.to_string());
        query.push(") ORDER BY priority, resolve_due_at, number LIMIT ");
        query.push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(Row::into_summary).collect()
}

/// Resolved tickets that `person` asked and has not confirmed yet, the most urgent first.
///
/// # Errors
/// When the database fails.
pub async fn to_confirm(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<Summary>> {
    let condition = " WHERE status = 'resolved' AND reporter_id = ";
    of_person(tx, condition, person, limit).await
}

async fn of_person(
    tx: &mut Tx,
    condition: &'static str,
    person: PersonId,
    limit: i64,
) -> Result<Vec<Summary>> {
    let rows: Vec<Row> = on!(tx, |c| {
        let mut query = QueryBuilder::new(COLUMNS);
        query.push(condition).push_bind(person.0);
        query.push(" ORDER BY priority, resolve_due_at, number LIMIT ");
        query.push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(Row::into_summary).collect()
}
