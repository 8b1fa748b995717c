//! Alerts and the groups that they form. Many come at once, so every statement takes many.

mod group;
mod list;

pub use group::{by_id, groups, heard_last_at, is_in_trouble, put_group, quiet_of};
pub use list::{Listed, alerts_of, list, of_ticket};

use std::collections::HashMap;

use eider_domain::{AlertGroupId, AlertId, ServiceId, service::Severity};
use jiff::{SignedDuration, Timestamp};
use sqlx::QueryBuilder;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    list::push_list,
    row::{instant, maybe_instant, micros},
};

/// How many rows one statement takes: SQLite takes 32,766 parameters, PostgreSQL 65,535.
const ROWS_A_STATEMENT: usize = 500;

/// What a monitor says again within this time is not written again. Monitors that keep saying it do
/// so every minute at most, unless many of them say the same.
pub const SAID_ONCE_WITHIN: SignedDuration = SignedDuration::from_secs(10);

/// An alert as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Identity.
    pub id: AlertId,
    /// What it belongs to.
    pub group: AlertGroupId,
    /// What the monitor knows it by.
    pub key: String,
    /// What is wrong, in a line.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub place: Option<String>,
    /// What else the monitor tells.
    pub detail: String,
    /// Where it shows more.
    pub link: Option<String>,
    /// Since when it fires, or fired last.
    pub began_at: Timestamp,
    /// When the monitor last said so.
    pub seen_at: Timestamp,
    /// How often the monitor said so since it began. What it says again within
    /// [`SAID_ONCE_WITHIN`] counts once.
    pub times: i64,
    /// When it ended; absent while it fires.
    pub ended_at: Option<Timestamp>,
}

/// What is known of an alert that is heard of again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// What it belongs to.
    pub group: AlertGroupId,
    /// Whether it fires.
    pub is_firing: bool,
    /// How bad it is.
    pub severity: Severity,
    /// When the monitor last said so.
    pub seen_at: Timestamp,
    /// Since when the ticket of its group is over, if it is and nothing else keeps the group quiet.
    pub over_at: Option<Timestamp>,
}

impl Known {
    /// Whether what is said again at `now` need not be written: it was, only just.
    pub fn is_just_seen(&self, now: Timestamp) -> bool {
        let ago = now.duration_since(self.seen_at);
        !ago.is_negative() && ago < SAID_ONCE_WITHIN
    }
}

/// Holds the services against other nodes until the transaction ends, so that two never open a
/// ticket for the same thing. SQLite has one writer and needs not.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut Tx, service: ServiceId) -> Result<()> {
    if tx.is_sqlite() {
        return Ok(());
    }
    on!(tx, |c| sqlx::query(
        "SELECT id FROM service WHERE id = $1 FOR NO KEY UPDATE"
    )
    .bind(service.0)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

type KnownRow = (Uuid, Uuid, bool, String, i64, Option<i64>);

/// What is known of these alerts; nothing of those that were never heard of.
///
/// # Errors
/// When the database fails.
pub async fn known(tx: &mut Tx, ids: &[AlertId]) -> Result<HashMap<AlertId, Known>> {
    let mut known = HashMap::with_capacity(ids.len());
    for batch in ids.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<KnownRow> = on!(tx, |c| {
            let mut query = QueryBuilder::new(
                "SELECT a.id, a.group_id, a.is_firing, a.severity, a.seen_at,
                    coalesce(t.resolved_at, t.closed_at)
                 FROM alert a JOIN alert_group g ON g.id = a.group_id
                 LEFT JOIN ticket o ON o.number = g.ticket_number AND NOT o.is_open
                    AND g.quiet IS NULL
                 LEFT JOIN ticket t ON t.number = coalesce(o.merged_into, o.number)
                    AND NOT t.is_open
                 WHERE a.id IN ",
            );
            push_list(&mut query, batch.iter().map(|id| id.0));
            query.build_query_as().fetch_all(c).await
        })?;
        for (id, group, is_firing, severity, seen_at, over_at) in rows {
            let one = Known {
                group: group.into(),
                is_firing,
                severity: group::severity(&severity)?,
                seen_at: instant(seen_at)?,
                over_at: maybe_instant(over_at)?,
            };
            known.insert(id.into(), one);
        }
    }
    Ok(known)
}

/// Notes that alerts which fire were heard of again.
///
/// # Errors
/// When the database fails.
pub async fn heard_again(tx: &mut Tx, ids: &[AlertId], now: Timestamp) -> Result<()> {
    for batch in ids.chunks(ROWS_A_STATEMENT) {
        on!(tx, |c| {
            let mut query = QueryBuilder::new("UPDATE alert SET times = times + 1, seen_at = ");
            query.push_bind(micros(now)).push(" WHERE id IN ");
            push_list(&mut query, batch.iter().map(|id| id.0));
            query.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Notes that an alert which fires became worse: what its monitor says of it now.
///
/// # Errors
/// When the database fails.
pub async fn worsen(tx: &mut Tx, alert: &Alert) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE alert SET severity = $2, title = $3, place = $4, detail = $5, link = $6,
            seen_at = $7, times = times + 1 WHERE id = $1",
    )
    .bind(alert.id.0)
    .bind(alert.severity.as_str())
    .bind(&alert.title)
    .bind(&alert.place)
    .bind(&alert.detail)
    .bind(&alert.link)
    .bind(micros(alert.seen_at))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Writes alerts that began to fire, whether they were heard of before or not.
///
/// # Errors
/// When the database fails.
pub async fn begin(tx: &mut Tx, alerts: &[Alert]) -> Result<()> {
    for batch in alerts.chunks(ROWS_A_STATEMENT) {
        on!(tx, |c| {
            let mut query = QueryBuilder::new(
                "INSERT INTO alert (id, group_id, alert_key, title, severity, place, detail, link,
                    is_firing, times, began_at, seen_at) ",
            );
            query.push_values(batch, |mut row, alert| {
                row.push_bind(alert.id.0)
                    .push_bind(alert.group.0)
                    .push_bind(&alert.key)
                    .push_bind(&alert.title)
                    .push_bind(alert.severity.as_str())
                    .push_bind(&alert.place)
                    .push_bind(&alert.detail)
                    .push_bind(&alert.link)
                    .push_bind(true)
                    .push_bind(alert.times)
                    .push_bind(micros(alert.began_at))
                    .push_bind(micros(alert.seen_at));
            });
            query.push(
                " ON CONFLICT (id) DO UPDATE SET group_id = excluded.group_id,
                    title = excluded.title, severity = excluded.severity,
                    place = excluded.place, detail = excluded.detail, link = excluded.link,
                    is_firing = excluded.is_firing, times = excluded.times,
                    began_at = excluded.began_at, seen_at = excluded.seen_at, ended_at = NULL",
            );
            query.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Notes that alerts ended.
///
/// # Errors
/// When the database fails.
pub async fn end(tx: &mut Tx, ids: &[AlertId], now: Timestamp) -> Result<()> {
    for batch in ids.chunks(ROWS_A_STATEMENT) {
        on!(tx, |c| {
            let mut query = QueryBuilder::new("UPDATE alert SET is_firing = ");
            query.push_bind(false).push(", ended_at = ");
            query.push_bind(micros(now)).push(" WHERE id IN ");
            push_list(&mut query, batch.iter().map(|id| id.0));
            query.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// The service of an alert and what its monitor knows it by, if it is there.
///
/// # Errors
/// When the database fails.
pub async fn known_by(tx: &mut Tx, id: AlertId) -> Result<Option<(ServiceId, String)>> {
    let found: Option<(Uuid, String)> = on!(tx, |c| sqlx::query_as(
        "SELECT g.service_id, a.alert_key FROM alert a JOIN alert_group g ON g.id = a.group_id
         WHERE a.id = $1"
    )
    .bind(id.0)
    .fetch_optional(c)
    .await)?;
    Ok(found.map(|(service, key)| (service.into(), key)))
}

/// Forgets alerts that ended before that, and groups that have none left.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM alert WHERE ended_at < $1")
            .bind(micros(before))
            .execute(&mut *c)
            .await?;
        sqlx::query(
            "DELETE FROM alert_group WHERE firing = 0 AND changed_at < $1
             AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.group_id = alert_group.id)",
        )
        .bind(micros(before))
        .execute(&mut *c)
        .await
        .map(drop)
    })?;
    Ok(())
}
