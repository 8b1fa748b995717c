//! Alerts for people to look at.

use eider_domain::{AlertGroupId, ServiceId, TicketNumber, alert::Group};
use jiff::Timestamp;
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{
    Alert,
    group::{Row, severity},
};
use crate::{
    Result, Tx,
    db::on,
    row::{instant, maybe_instant, micros},
};

/// Which groups of alerts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Of this service.
    pub service: Option<ServiceId>,
    /// Only those that fire.
    pub only_firing: bool,
    /// Only those after this place in the list.
    pub after: Option<(Timestamp, AlertGroupId)>,
}

/// Up to `limit` groups, those that changed last first.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, listed: Listed, limit: i64) -> Result<Vec<Group>> {
    let rows: Vec<Row> = on!(tx, |c| {
        let mut query = QueryBuilder::new(
            "SELECT id, service_id, name, title, severity, firing, ticket_number, quiet, turns,
                changed_at, ended_at, worse_at FROM alert_group WHERE 1 = 1",
        );
        if let Some(service) = listed.service {
            query.push(" AND service_id = ").push_bind(service.0);
        }
        if listed.only_firing {
            query.push(" AND firing > 0");
        }
        if let Some((changed_at, id)) = listed.after {
            query.push(" AND (changed_at, id) < (");
            query.push_bind(micros(changed_at)).push(", ");
            query.push_bind(id.0).push(")");
        }
        query.push(" ORDER BY changed_at DESC, id DESC LIMIT ");
        query.push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(Row::into_group).collect()
}

/// The groups that share a ticket.
///
/// # Errors
/// When the database fails.
pub async fn of_ticket(tx: &mut Tx, number: TicketNumber) -> Result<Vec<Group>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
        "SELECT id, service_id, name, title, severity, firing, ticket_number, quiet, turns,
            changed_at, ended_at, worse_at FROM alert_group WHERE ticket_number = $1 ORDER BY changed_at, id
         LIMIT 100",
    )
    .bind(number.0)
    .fetch_all(c)
    .await
    })?;
    rows.into_iter().map(Row::into_group).collect()
}

#[derive(sqlx::FromRow)]
struct AlertRow {
    id: Uuid,
    group_id: Uuid,
    alert_key: String,
    title: String,
    severity: String,
    place: Option<String>,
    detail: String,
    link: Option<String>,
    times: i64,
    began_at: i64,
    seen_at: i64,
    ended_at: Option<i64>,
}

impl AlertRow {
    fn into_alert(self) -> Result<Alert> {
        Ok(Alert {
            id: self.id.into(),
            group: self.group_id.into(),
            key: self.alert_key,
            title: self.title,
            severity: severity(&self.severity)?,
            place: self.place,
            detail: self.detail,
            link: self.link,
            times: self.times,
            began_at: instant(self.began_at)?,
            seen_at: instant(self.seen_at)?,
            ended_at: maybe_instant(self.ended_at)?,
        })
    }
}

/// Up to `limit` alerts of a group, those that fire first, the newest of them first.
///
/// # Errors
/// When the database fails.
pub async fn alerts_of(tx: &mut Tx, group: AlertGroupId, limit: i64) -> Result<Vec<Alert>> {
    let rows: Vec<AlertRow> = on!(tx, |c| sqlx::query_as(
        "SELECT id, group_id, alert_key, title, severity, place, detail, link, times, began_at,
            seen_at, ended_at FROM alert WHERE group_id = $1
         ORDER BY is_firing DESC, began_at DESC, id LIMIT $2",
    )
    .bind(group.0)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(AlertRow::into_alert).collect()
}
