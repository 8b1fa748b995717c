//! Priorities and the calendars that they count by.

use eider_domain::{
    CalendarId,
    priority::{NamedCalendar, Priority, Rank},
};
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, name_key, to_json, unreadable},
};

#[derive(sqlx::FromRow)]
struct Row {
    rank: i64,
    name: String,
    meaning: String,
    examples: String,
    consequence: String,
    respond_seconds: i64,
    resolve_seconds: i64,
    calendar_id: Option<Uuid>,
    retired: bool,
}

impl Row {
    fn into_priority(self) -> Result<Priority> {
        Ok(Priority {
            rank: Rank::new(self.rank).ok_or_else(|| unreadable("a priority", self.rank))?,
            name: self.name,
            meaning: self.meaning,
            examples: from_json("a priority's examples", &self.examples)?,
            consequence: self.consequence,
            respond_seconds: self.respond_seconds,
            resolve_seconds: self.resolve_seconds,
            calendar: self.calendar_id.map(CalendarId),
            retired: self.retired,
        })
    }
}

/// Every priority, the most urgent first.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<Priority>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT rank, name, meaning, examples, consequence, respond_seconds, resolve_seconds,
            calendar_id, retired FROM priority ORDER BY rank",
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_priority).collect()
}

/// Writes a priority, new or changed.
///
/// # Errors
/// `Conflict` when the calendar does not exist.
pub async fn put(tx: &mut Tx, priority: &Priority) -> Result<()> {
    let examples = to_json("a priority's examples", &priority.examples)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO priority (rank, name, meaning, examples, consequence, respond_seconds,
            resolve_seconds, calendar_id, retired) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (rank) DO UPDATE SET name = excluded.name, meaning = excluded.meaning,
            examples = excluded.examples, consequence = excluded.consequence,
            respond_seconds = excluded.respond_seconds,
            resolve_seconds = excluded.resolve_seconds, calendar_id = excluded.calendar_id,
            retired = excluded.retired",
    )
    .bind(i64::from(priority.rank.get()))
    .bind(&priority.name)
    .bind(&priority.meaning)
    .bind(&examples)
    .bind(&priority.consequence)
    .bind(priority.respond_seconds)
    .bind(priority.resolve_seconds)
    .bind(priority.calendar.map(|id| id.0))
    .bind(priority.retired)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Every calendar, by name.
///
/// # Errors
/// When the database fails.
pub async fn calendars(tx: &mut Tx) -> Result<Vec<NamedCalendar>> {
    let rows: Vec<(Uuid, String)> = on!(tx, |c| sqlx::query_as(
        "SELECT id, body FROM calendar ORDER BY name_key"
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(id, body)| {
            Ok(NamedCalendar {
                id: CalendarId(id),
                calendar: from_json("a calendar", &body)?,
            })
        })
        .collect()
}

/// Writes a calendar, new or changed.
///
/// # Errors
/// `Conflict` when another calendar has the name.
pub async fn put_calendar(tx: &mut Tx, named: &NamedCalendar) -> Result<()> {
    let body = to_json("a calendar", &named.calendar)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO calendar (id, name_key, body) VALUES ($1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET name_key = excluded.name_key, body = excluded.body",
    )
    .bind(named.id.0)
    .bind(name_key(named.calendar.name()))
    .bind(&body)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
