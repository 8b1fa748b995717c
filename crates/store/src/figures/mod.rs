//! What figures are counted from: a short record of every ticket, packed by the dozen.
//!
//! A figure looks at every ticket of its period. Reading a million rows one by one takes more than
//! a second whatever the index, so each ticket also stands as 88 bytes in a page of
//! [`TICKETS_A_PAGE`], written in the transaction that writes the ticket. A million tickets are
//! then some twenty thousand rows, and one pass over them counts every figure at once. See
//! docs/decisions/0050-figures-from-packed-records.md.

mod packed;

use std::collections::{BTreeMap, HashMap};

use eider_domain::{
    TicketNumber,
    figures::{Outcome, Period, Record, large, small},
    priority::Rank,
};
use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row as _};
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    list::push_list,
    row::{maybe_instant, micros, unreadable},
};
use packed::Page;

/// How many tickets stand in a page: as many as fill a page of the database.
pub const TICKETS_A_PAGE: i64 = packed::TICKETS as i64;

const PAGES_A_STATEMENT: usize = 100;
const TICKETS_A_REBUILD: i64 = 5_000;

/// Pages come joined, this many in a row: handing over a row takes longer than counting its tickets.
/// Rows come as a stream, so the database joins the next ones while these are counted.
macro_rules! joined_pages {
    ($join:literal) => {
        concat!(
            "WITH RECURSIVE stretch (page) AS (
                SELECT min(page) FROM figure_page
                UNION ALL SELECT page + 64 FROM stretch
                    WHERE page + 64 <= (SELECT max(page) FROM figure_page))
             SELECT (SELECT ",
            $join,
            " FROM figure_page WHERE figure_page.page >= stretch.page
                AND figure_page.page < stretch.page + 64
                AND last_opened_at >= $1 AND first_opened_at < $2)
             FROM stretch"
        )
    };
}

/// Writes the records of tickets, new or changed. Called wherever tickets are written.
///
/// # Errors
/// When the database fails.
pub(crate) async fn put(tx: &mut Tx, records: &[Record]) -> Result<()> {
    let mut by_page: BTreeMap<i64, Vec<&Record>> = BTreeMap::new();
    for record in records {
        let page = packed::page_of(record.number);
        by_page.entry(page).or_default().push(record);
    }
    let numbers: Vec<i64> = by_page.keys().copied().collect();
    for batch in numbers.chunks(PAGES_A_STATEMENT) {
        let mut pages = load(tx, batch).await?;
        for number in batch {
            let page = pages.entry(*number).or_insert_with(|| Page::empty(*number));
            for record in by_page.get(number).into_iter().flatten() {
                page.set(record);
            }
        }
        save(tx, &pages).await?;
    }
    Ok(())
}

/// Calls `with` for the record of every ticket that was asked in `period`, and perhaps of others,
/// nearly in the order of their numbers.
///
/// # Errors
/// When the database fails, or a record cannot be read.
pub async fn each(tx: &mut Tx, period: &Period, mut with: impl FnMut(&Record)) -> Result<()> {
    let from = period.from.map_or(i64::MIN, micros);
    let to = period.to.map_or(i64::MAX, micros);
    // SQLite joins texts, and takes bytes for one until they are made bytes again.
    let joined = if tx.is_sqlite() {
        joined_pages!("CAST(group_concat(records, '') AS BLOB)")
    } else {
        joined_pages!("string_agg(records, ''::bytea)")
    };
    on!(tx, |c| {
        let mut rows = sqlx::query(joined).bind(from).bind(to).fetch(c);
        while let Some(row) = rows.try_next().await? {
            if let Some(pages) = row.try_get::<Option<&[u8]>, _>(0)? {
                packed::each(pages, &mut with)?;
            }
        }
    });
    Ok(())
}

/// Writes the record of every ticket anew, from the tickets themselves; for whoever wrote tickets
/// by other ways than [`crate::ticket::put`]. Answers how many there are.
///
/// # Errors
/// When the database fails.
pub async fn rebuild(tx: &mut Tx) -> Result<i64> {
    on!(tx, |c| sqlx::query("DELETE FROM figure_page")
        .execute(c)
        .await
        .map(drop))?;
    let mut after = i64::MIN;
    let mut count = 0;
    loop {
        let rows: Vec<TicketRow> = on!(tx, |c| sqlx::query_as(
            "SELECT number, priority, feature_id, squad_id, opened_at, resolved_at, closed_at,
                respond_breached_at, respond_difference_seconds, resolve_breached_at,
                resolve_difference_seconds, change_needed, merged_into, replies, people,
                hands_on_seconds, hand_offs, ping_pong, reopened, unowned_seconds,
                unowned_since_at
             FROM ticket WHERE number > $1 ORDER BY number LIMIT $2"
        )
        .bind(after)
        .bind(TICKETS_A_REBUILD)
        .fetch_all(c)
        .await)?;
        let Some(last) = rows.last() else {
            return Ok(count);
        };
        after = last.number;
        count += rows.len() as i64;
        let records: Result<Vec<Record>> = rows.into_iter().map(TicketRow::into_record).collect();
        put(tx, &records?).await?;
    }
}

/// The titles of tickets, for a figure that names them.
///
/// # Errors
/// When the database fails.
pub async fn titles(
    tx: &mut Tx,
    numbers: &[TicketNumber],
) -> Result<HashMap<TicketNumber, String>> {
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, String)> = on!(tx, |c| {
        let mut query = QueryBuilder::new("SELECT number, title FROM ticket WHERE number IN ");
        push_list(&mut query, numbers.iter().map(|number| number.0));
        query.build_query_as().fetch_all(c).await
    })?;
    let named = rows
        .into_iter()
        .map(|(number, title)| (TicketNumber(number), title));
    Ok(named.collect())
}

async fn load(tx: &mut Tx, numbers: &[i64]) -> Result<BTreeMap<i64, Page>> {
    let is_sqlite = tx.is_sqlite();
    let mut pages = BTreeMap::new();
    on!(tx, |c| {
        let mut query = QueryBuilder::new("SELECT page, records FROM figure_page WHERE page IN ");
        push_list(&mut query, numbers.iter().copied());
        query.push(" ORDER BY page");
        if !is_sqlite {
            query.push(" FOR UPDATE");
        }
        let rows = query
            .build()
            .persistent(numbers.len() == 1)
            .fetch_all(c)
            .await?;
        for row in &rows {
            pages.insert(row.try_get(0)?, Page::read(row.try_get(1)?)?);
        }
    });
    Ok(pages)
}

async fn save(tx: &mut Tx, pages: &BTreeMap<i64, Page>) -> Result<()> {
    Ok(on!(tx, |c| {
        let mut query = QueryBuilder::new(
            "INSERT INTO figure_page (page, first_opened_at, last_opened_at, records) ",
        );
        query.push_values(pages, |mut row, (number, page)| {
            let (first, last) = page.opened_between();
            row.push_bind(*number)
                .push_bind(first)
                .push_bind(last)
                .push_bind(page.bytes());
        });
        query.push(
            " ON CONFLICT (page) DO UPDATE SET first_opened_at = excluded.first_opened_at,
                last_opened_at = excluded.last_opened_at, records = excluded.records",
        );
        query
            .build()
            .persistent(pages.len() == 1)
            .execute(c)
            .await
            .map(drop)
    })?)
}

#[derive(sqlx::FromRow)]
struct TicketRow {
    number: i64,
    priority: i64,
    feature_id: Option<Uuid>,
    squad_id: Option<Uuid>,
    opened_at: i64,
    resolved_at: Option<i64>,
    closed_at: Option<i64>,
    respond_breached_at: Option<i64>,
    respond_difference_seconds: Option<i64>,
    resolve_breached_at: Option<i64>,
    resolve_difference_seconds: Option<i64>,
    change_needed: Option<bool>,
    merged_into: Option<i64>,
    replies: i64,
    people: i64,
    hands_on_seconds: i64,
    hand_offs: i64,
    ping_pong: i64,
    reopened: i64,
    unowned_seconds: i64,
    unowned_since_at: Option<i64>,
}

impl TicketRow {
    fn into_record(self) -> Result<Record> {
        let outcome = |breached_at: Option<i64>, difference_seconds| -> Result<Outcome> {
            let breached_at: Option<Timestamp> = maybe_instant(breached_at)?;
            Ok(Outcome::of(breached_at, difference_seconds))
        };
        Ok(Record {
            number: TicketNumber(self.number),
            is_merged: self.merged_into.is_some(),
            priority: Rank::new(self.priority)
                .ok_or_else(|| unreadable("a ticket's priority", self.priority))?,
            feature: self.feature_id.map(Into::into),
            squad: self.squad_id.map(Into::into),
            opened_micros: self.opened_at,
            resolved_micros: self.resolved_at,
            closed_micros: self.closed_at,
            respond: outcome(self.respond_breached_at, self.respond_difference_seconds)?,
            resolve: outcome(self.resolve_breached_at, self.resolve_difference_seconds)?,
            change_needed: self.change_needed,
            replies: large(self.replies),
            people: small(self.people),
            hands_on_seconds: large(self.hands_on_seconds),
            hand_offs: small(self.hand_offs),
            ping_pong: small(self.ping_pong),
            reopened: small(self.reopened),
            unowned_seconds: large(self.unowned_seconds),
            unowned_since_micros: self.unowned_since_at,
        })
    }
}
