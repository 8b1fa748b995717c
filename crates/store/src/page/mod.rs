//! Pages: the people who are being called, and the links with which they answer.

mod link;

use std::collections::HashSet;

pub use link::{forget_links, link_of, put_link};

use eider_domain::{
    PageId, SquadId, TicketId, TicketNumber,
    page::{Notes, Page, Paged, State},
    priority::Rank,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{Recent, from_json, instant, maybe_instant, micros, to_json, unreadable},
};

macro_rules! page_columns {
    ($rest:literal) => {
        concat!(
            "SELECT page.id, page.squad_id, page.is_drill, page.opened_at, page.changed_at,
                page.state, page.notes FROM page ",
            $rest
        )
    };
}

static STATES: Recent<State> = Recent::new();
static NOTES: Recent<Notes> = Recent::new();

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    squad_id: Option<Uuid>,
    is_drill: bool,
    opened_at: i64,
    changed_at: i64,
    state: String,
    notes: String,
}

impl Row {
    async fn into_page(self, tx: &mut Tx) -> Result<Page> {
        let tickets = tickets_of(tx, self.id.into()).await?;
        Ok(Page {
            id: self.id.into(),
            squad: self.squad_id.map(Into::into),
            is_drill: self.is_drill,
            tickets,
            state: STATES.read("the state of a page", self.state)?,
            opened_at: instant(self.opened_at)?,
            changed_at: instant(self.changed_at)?,
            notes: NOTES.read("the notes of a page", self.notes)?,
        })
    }
}

/// The page of that id, to read.
///
/// # Errors
/// When the database fails.
pub async fn by_id(tx: &mut Tx, id: PageId) -> Result<Option<Page>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(page_columns!("WHERE id = $1"))
        .bind(id.0)
        .fetch_optional(c)
        .await)?;
    one(tx, row).await
}

/// The page of that id, to change: nobody else changes it until the transaction ends. Whoever
/// changes tickets too takes these first.
///
/// # Errors
/// When the database fails.
pub async fn to_change(tx: &mut Tx, id: PageId) -> Result<Option<Page>> {
    let sql = if tx.is_sqlite() {
        page_columns!("WHERE id = $1")
    } else {
        page_columns!("WHERE id = $1 FOR NO KEY UPDATE")
    };
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(id.0)
        .fetch_optional(c)
        .await)?;
    one(tx, row).await
}

/// The open page that a ticket is in, to change.
///
/// # Errors
/// When the database fails.
pub async fn open_of_ticket_to_change(tx: &mut Tx, ticket: TicketId) -> Result<Option<Page>> {
    let sql = if tx.is_sqlite() {
        page_columns!(
            "JOIN page_ticket ON page_ticket.page_id = page.id
             WHERE page_ticket.ticket_id = $1 AND page.is_open"
        )
    } else {
        page_columns!(
            "JOIN page_ticket ON page_ticket.page_id = page.id
             WHERE page_ticket.ticket_id = $1 AND page.is_open FOR NO KEY UPDATE OF page"
        )
    };
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(ticket.0)
        .fetch_optional(c)
        .await)?;
    one(tx, row).await
}

/// The page that a ticket is in or was in last, to read; the open one first.
///
/// # Errors
/// When the database fails.
pub async fn of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Option<Page>> {
    let sql = page_columns!(
        "JOIN page_ticket ON page_ticket.page_id = page.id WHERE page_ticket.ticket_id = $1
         ORDER BY page.is_open DESC, page.opened_at DESC, page.id DESC LIMIT 1"
    );
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(ticket.0)
        .fetch_optional(c)
        .await)?;
    one(tx, row).await
}

/// The ids of open pages of a squad that are held or being called, the newest first: those that a
/// ticket may come into.
///
/// # Errors
/// When the database fails.
pub async fn joinable_of(tx: &mut Tx, squad: Option<SquadId>, limit: i64) -> Result<Vec<PageId>> {
    newest_of(tx, squad, ["held", "calling"], limit).await
}

/// The ids of open pages of a squad that somebody has, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn had_of(tx: &mut Tx, squad: Option<SquadId>, limit: i64) -> Result<Vec<PageId>> {
    newest_of(tx, squad, ["acknowledged", "asking"], limit).await
}

async fn newest_of(
    tx: &mut Tx,
    squad: Option<SquadId>,
    standings: [&str; 2],
    limit: i64,
) -> Result<Vec<PageId>> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(
        "SELECT id FROM page WHERE is_open AND standing IN ($1, $2)
             AND squad_id IS NOT DISTINCT FROM $3
         ORDER BY opened_at DESC, id DESC LIMIT $4"
    )
    .bind(standings[0])
    .bind(standings[1])
    .bind(squad.map(|id| id.0))
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(PageId).collect())
}

/// The ids of the pages of one squad that are held and released by an instant, in their order: all
/// that may go out in one call with the page of that id. None when this one is not released.
///
/// # Errors
/// When the database fails.
pub async fn released_with(
    tx: &mut Tx,
    id: PageId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<PageId>> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(
        "SELECT other.id FROM page AS own
         JOIN page AS other ON other.squad_id IS NOT DISTINCT FROM own.squad_id
         WHERE own.id = $1 AND own.standing = 'held' AND own.next_at <= $2 AND NOT own.is_drill
             AND other.is_open AND other.standing = 'held' AND other.next_at <= $2
             AND NOT other.is_drill
         ORDER BY other.id LIMIT $3"
    )
    .bind(id.0)
    .bind(micros(now))
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(PageId).collect())
}

/// The ids of open pages that stand so, in their order.
///
/// # Errors
/// When the database fails.
pub async fn standing(tx: &mut Tx, standing: &str) -> Result<Vec<PageId>> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(
        "SELECT id FROM page WHERE is_open AND standing = $1 ORDER BY id"
    )
    .bind(standing)
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(PageId).collect())
}

/// The ids of open pages to which something happens by itself and which changed after an instant.
///
/// # Errors
/// When the database fails.
pub async fn changed_after(tx: &mut Tx, at: Timestamp) -> Result<Vec<PageId>> {
    let ids: Vec<Uuid> = on!(tx, |c| {
        sqlx::query_scalar(
        "SELECT id FROM page WHERE is_open AND next_at IS NOT NULL AND changed_at > $1 ORDER BY id"
    )
    .bind(micros(at))
    .fetch_all(c)
    .await
    })?;
    Ok(ids.into_iter().map(PageId).collect())
}

/// Open pages, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn open(tx: &mut Tx, limit: i64) -> Result<Vec<Page>> {
    let sql = page_columns!("WHERE is_open ORDER BY opened_at DESC, id DESC LIMIT $1");
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql).bind(limit).fetch_all(c).await)?;
    many(tx, rows).await
}

/// Pages that should have been answered and have not been, and those that somebody has while others
/// were called besides; the newest first of each.
///
/// # Errors
/// When the database fails.
pub async fn unanswered(tx: &mut Tx, limit: i64) -> Result<Vec<Page>> {
    let sql = page_columns!(
        "WHERE is_open AND (standing IN ('calling', 'asking', 'last_resort')
            OR (standing = 'acknowledged' AND notes LIKE '%\"helpers\":[{%'))
         ORDER BY CASE WHEN standing = 'acknowledged' THEN 1 ELSE 0 END, opened_at DESC, id DESC
         LIMIT $1"
    );
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql).bind(limit).fetch_all(c).await)?;
    many(tx, rows).await
}

/// Drills, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn drills(tx: &mut Tx, limit: i64) -> Result<Vec<Page>> {
    let sql = page_columns!("WHERE is_drill ORDER BY opened_at DESC, id DESC LIMIT $1");
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql).bind(limit).fetch_all(c).await)?;
    many(tx, rows).await
}

/// Writes a page, new or changed, with its tickets. `next_at` is when something happens to it by
/// itself.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, page: &Page, next_at: Option<Timestamp>) -> Result<()> {
    let state = to_json("the state of a page", &page.state)?;
    let notes = to_json("the notes of a page", &page.notes)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO page (id, squad_id, is_drill, standing, is_open, opened_at, changed_at,
            next_at, state, notes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (id) DO UPDATE SET standing = excluded.standing,
            is_open = excluded.is_open, changed_at = excluded.changed_at,
            next_at = excluded.next_at, state = excluded.state, notes = excluded.notes",
    )
    .bind(page.id.0)
    .bind(page.squad.map(|id| id.0))
    .bind(page.is_drill)
    .bind(page.state.as_str())
    .bind(page.is_open())
    .bind(micros(page.opened_at))
    .bind(micros(page.changed_at))
    .bind(next_at.map(micros))
    .bind(&state)
    .bind(&notes)
    .execute(c)
    .await
    .map(drop))?;
    put_tickets(tx, page).await
}

async fn put_tickets(tx: &mut Tx, page: &Page) -> Result<()> {
    let before = tickets_of(tx, page.id).await?;
    let ids = |tickets: &[Paged]| tickets.iter().map(|one| one.ticket).collect::<HashSet<_>>();
    let (were, are) = (ids(&before), ids(&page.tickets));
    on!(tx, |c| {
        for gone in before.iter().filter(|one| !are.contains(&one.ticket)) {
            sqlx::query("DELETE FROM page_ticket WHERE page_id = $1 AND ticket_id = $2")
                .bind(page.id.0)
                .bind(gone.ticket.0)
                .execute(&mut *c)
                .await?;
        }
        // What comes in comes last, so that nothing else has to move.
        for new in page
            .tickets
            .iter()
            .filter(|one| !were.contains(&one.ticket))
        {
            sqlx::query(
                "INSERT INTO page_ticket (page_id, ticket_id, place)
                 SELECT $1, $2, coalesce(max(place), -1) + 1 FROM page_ticket WHERE page_id = $1",
            )
            .bind(page.id.0)
            .bind(new.ticket.0)
            .execute(&mut *c)
            .await?;
        }
        Ok::<(), sqlx::Error>(())
    })?;
    Ok(())
}

/// A page that people are called for and that nobody has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeingCalled {
    /// Which.
    pub page: PageId,
    /// When calling began; at its last resort, when that was first called.
    pub since: Timestamp,
    /// Whether it has called its last resort.
    pub is_last_resort: bool,
}

/// The pages that people are called for and that nobody has answered, drills left out: those that
/// have stood longest first.
///
/// # Errors
/// When the database fails.
pub async fn being_called(tx: &mut Tx, limit: i64) -> Result<Vec<BeingCalled>> {
    let rows: Vec<(Uuid, String, String, i64)> = on!(tx, |c| sqlx::query_as(
        "SELECT id, state, notes, opened_at FROM page
         WHERE is_open AND standing IN ('calling', 'last_resort') AND NOT is_drill
         ORDER BY opened_at, id LIMIT $1"
    )
    .bind(limit)
    .fetch_all(c)
    .await)?;
    let mut pages = Vec::with_capacity(rows.len());
    for (id, state, notes, opened_at) in rows {
        let state: State = from_json("the state of a page", &state)?;
        let notes: Notes = from_json("the notes of a page", &notes)?;
        let (since, is_last_resort) = match state {
            State::LastResort { since, .. } => (since, true),
            _ => (notes.calls_at.unwrap_or(instant(opened_at)?), false),
        };
        pages.push(BeingCalled {
            page: id.into(),
            since,
            is_last_resort,
        });
    }
    Ok(pages)
}

/// How many pages there are, and how late they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Open ones, drills among them.
    pub open: i64,
    /// Those that wait for hours to start.
    pub held: i64,
    /// Those that are being called, or were in vain; no drills.
    pub unanswered: i64,
    /// When the oldest thing that has not been done yet should have been done.
    pub oldest_next_at: Option<Timestamp>,
}

/// How pages fare: what is open, and what should happen next.
///
/// # Errors
/// When the database fails.
pub async fn health(tx: &mut Tx) -> Result<Health> {
    let (open, held, unanswered, next): (i64, i64, i64, Option<i64>) =
        on!(tx, |c| sqlx::query_as(
            "SELECT count(*), count(CASE WHEN standing = 'held' THEN 1 END),
            count(CASE WHEN standing IN ('calling', 'asking', 'last_resort') AND NOT is_drill
                THEN 1 END),
            min(next_at) FROM page WHERE is_open"
        )
        .fetch_one(c)
        .await)?;
    Ok(Health {
        open,
        held,
        unanswered,
        oldest_next_at: maybe_instant(next)?,
    })
}

async fn one(tx: &mut Tx, row: Option<Row>) -> Result<Option<Page>> {
    match row {
        Some(row) => Ok(Some(row.into_page(tx).await?)),
        None => Ok(None),
    }
}

async fn many(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Page>> {
    let mut pages = Vec::with_capacity(rows.len());
    for row in rows {
        pages.push(row.into_page(tx).await?);
    }
    Ok(pages)
}

async fn tickets_of(tx: &mut Tx, page: PageId) -> Result<Vec<Paged>> {
    let rows: Vec<(Uuid, i64, i64)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT ticket.id, ticket.number, ticket.priority FROM page_ticket
             JOIN ticket ON ticket.id = page_ticket.ticket_id
             WHERE page_ticket.page_id = $1 ORDER BY page_ticket.place",
        )
        .bind(page.0)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(id, number, rank)| {
            Ok(Paged {
                ticket: id.into(),
                number: TicketNumber(number),
                rank: Rank::new(rank).ok_or_else(|| unreadable("a priority", rank))?,
            })
        })
        .collect()
}
