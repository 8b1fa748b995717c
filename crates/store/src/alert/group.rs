//! Groups of alerts: read to decide, written with what follows.

use eider_domain::{
    AlertGroupId, ServiceId, TicketNumber,
    alert::{Group, Quiet},
    priority::Rank,
    service::Severity,
};
use jiff::Timestamp;
use sqlx::QueryBuilder;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    list::push_list,
    row::{from_json, instant, maybe_instant, micros, to_json, unreadable},
};

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    service_id: Uuid,
    name: String,
    title: String,
    severity: String,
    firing: i64,
    ticket_number: Option<i64>,
    quiet: Option<String>,
    turns: String,
    changed_at: i64,
    ended_at: Option<i64>,
    worse_at: Option<i64>,
}

impl Row {
    pub(super) fn into_group(self) -> Result<Group> {
        let turns: Vec<i64> = from_json("when alerts began", &self.turns)?;
        Ok(Group {
            id: self.id.into(),
            service: self.service_id.into(),
            name: self.name,
            title: self.title,
            severity: severity(&self.severity)?,
            firing: self.firing,
            ticket: self.ticket_number.map(TicketNumber),
            quiet: self.quiet.as_deref().map(quiet).transpose()?,
            turns: turns.into_iter().map(instant).collect::<Result<_>>()?,
            changed_at: instant(self.changed_at)?,
            ended_at: maybe_instant(self.ended_at)?,
            worse_at: maybe_instant(self.worse_at)?,
        })
    }
}

fn quiet(json: &str) -> Result<Quiet> {
    from_json("why nobody is bothered", json)
}

pub(super) fn severity(word: &str) -> Result<Severity> {
    Severity::parse(word).ok_or_else(|| unreadable("a severity", word))
}

/// The groups of those ids, as far as they are there.
///
/// # Errors
/// When the database fails.
pub async fn groups(tx: &mut Tx, ids: &[AlertGroupId]) -> Result<Vec<Group>> {
    let mut found = Vec::with_capacity(ids.len());
    for batch in ids.chunks(super::ROWS_A_STATEMENT) {
        let rows: Vec<Row> = on!(tx, |c| {
            let mut query = QueryBuilder::new(
                "SELECT id, service_id, name, title, severity, firing, ticket_number, quiet, turns,
                    changed_at, ended_at, worse_at FROM alert_group WHERE id IN ",
            );
            push_list(&mut query, batch.iter().map(|id| id.0));
            query.build_query_as().fetch_all(c).await
        })?;
        for row in rows {
            found.push(row.into_group()?);
        }
    }
    Ok(found)
}

/// The group of that id, if it is there.
///
/// # Errors
/// When the database fails.
pub async fn by_id(tx: &mut Tx, id: AlertGroupId) -> Result<Option<Group>> {
    Ok(groups(tx, &[id]).await?.pop())
}

/// Writes a group, new or changed.
///
/// # Errors
/// When the database fails.
pub async fn put_group(tx: &mut Tx, group: &Group) -> Result<()> {
    let quiet = group
        .quiet
        .map(|quiet| to_json("why nobody is bothered", &quiet));
    let quiet = quiet.transpose()?;
    let turns: Vec<i64> = group.turns.iter().map(|turn| micros(*turn)).collect();
    let turns = to_json("when alerts began", &turns)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO alert_group (id, service_id, name, title, severity, firing, ticket_number,
            quiet, turns, changed_at, ended_at, worse_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, severity = excluded.severity,
            firing = excluded.firing, ticket_number = excluded.ticket_number,
            quiet = excluded.quiet, turns = excluded.turns, changed_at = excluded.changed_at,
            ended_at = excluded.ended_at, worse_at = excluded.worse_at",
    )
    .bind(group.id.0)
    .bind(group.service.0)
    .bind(&group.name)
    .bind(&group.title)
    .bind(group.severity.as_str())
    .bind(group.firing)
    .bind(group.ticket.map(|number| number.0))
    .bind(&quiet)
    .bind(&turns)
    .bind(micros(group.changed_at))
    .bind(group.ended_at.map(micros))
    .bind(group.worse_at.map(micros))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The groups of a service that fire while nobody is bothered.
///
/// # Errors
/// When the database fails.
pub async fn quiet_of(tx: &mut Tx, service: ServiceId) -> Result<Vec<Group>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT id, service_id, name, title, severity, firing, ticket_number, quiet, turns,
            changed_at, ended_at, worse_at FROM alert_group
         WHERE service_id = $1 AND firing > 0 AND quiet IS NOT NULL ORDER BY changed_at",
    )
    .bind(service.0)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_group).collect()
}

/// When a monitor last said that alerts of the group fire, if some do.
///
/// # Errors
/// When the database fails.
pub async fn heard_last_at(tx: &mut Tx, group: AlertGroupId) -> Result<Option<Timestamp>> {
    let at: Option<i64> = on!(tx, |c| sqlx::query_scalar(
        "SELECT max(seen_at) FROM alert WHERE group_id = $1 AND is_firing"
    )
    .bind(group.0)
    .fetch_one(c)
    .await)?;
    maybe_instant(at)
}

/// Whether alerts of the service fire that have an open ticket, at least as urgent as `rank`. One
/// that somebody resolved explains nothing any more, even if its monitor never said that it is over.
///
/// # Errors
/// When the database fails.
pub async fn is_in_trouble(tx: &mut Tx, service: ServiceId, rank: Rank) -> Result<bool> {
    let found: Option<i64> = on!(tx, |c| sqlx::query_scalar(
        "SELECT g.firing FROM alert_group g JOIN ticket o ON o.number = g.ticket_number
         JOIN ticket t ON t.number = coalesce(o.merged_into, o.number)
         WHERE g.service_id = $1 AND g.firing > 0 AND t.is_open AND t.priority <= $2 LIMIT 1",
    )
    .bind(service.0)
    .bind(i64::from(rank.get()))
    .fetch_optional(c)
    .await)?;
    Ok(found.is_some())
}
