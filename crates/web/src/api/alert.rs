//! Alerts: what fires, in groups of what belongs together.

use axum::{Json, extract::State};
use eider_app::alert::{self as app, Listing};
use eider_domain::{
    AlertGroupId,
    access::Action,
    alert::{Group, Quiet},
};
use eider_store::alert as stored;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiPath, ApiQuery},
    naming::Named,
    page::{self, Paged},
    problem::{ListProblems, ReadProblems},
    service::find_service,
    word::NumberText,
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/alerts";
const ONE: &str = "/api/v1/alerts/{id}";

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::get(ONE, Access::Needs(Action::Read)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
}

/// Alerts that belong together, and share a ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct AlertGroup {
    /// Identity.
    id: Uuid,
    /// The service.
    service: Named,
    /// What they have in common, as the monitor names it.
    name: String,
    /// The title of the alert with which it began.
    title: String,
    /// `critical`, `error`, `warning` or `info`: how bad the worst of them is.
    severity: &'static str,
    /// How many fire.
    firing: i64,
    /// The ticket that was opened for it last.
    ticket: Option<NumberText>,
    /// Why nobody is bothered: `minor`, `maintenance`, `cause` or `known_issue`; null when somebody
    /// is, or nothing fires.
    quiet: Option<&'static str>,
    /// When something began or ended.
    changed_at: Timestamp,
    /// When the last alert ended; null while one fires.
    ended_at: Option<Timestamp>,
}

/// A group with its alerts.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct AlertGroupWithAlerts {
    /// The group.
    #[serde(flatten)]
    group: AlertGroup,
    /// Its alerts, those that fire first; at most 200.
    alerts: Vec<Alert>,
}

/// Something that a monitor found.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Alert {
    /// Identity.
    id: Uuid,
    /// What the monitor knows it by.
    key: String,
    /// What is wrong.
    title: String,
    /// `critical`, `error`, `warning` or `info`.
    severity: &'static str,
    /// Where.
    place: Option<String>,
    /// What else the monitor tells.
    detail: String,
    /// Where the monitor shows more.
    link: Option<String>,
    /// How often the monitor said so since it began. What it says again within ten seconds counts once.
    times: i64,
    /// Since when it fires, or fired last.
    began_at: Timestamp,
    /// When the monitor last said so.
    seen_at: Timestamp,
    /// When it ended; null while it fires.
    ended_at: Option<Timestamp>,
}

impl AlertGroup {
    fn of(group: &Group, visitor: &Visitor) -> Self {
        let service = visitor.desk.service(group.service);
        Self {
            id: group.id.0,
            service: Named {
                id: group.service.0,
                name: service.map(|it| it.name.clone()).unwrap_or_default(),
            },
            name: group.name.clone(),
            title: group.title.clone(),
            severity: group.severity.as_str(),
            firing: group.firing,
            ticket: group.ticket.map(NumberText),
            quiet: group.rests().map(|quiet| match quiet {
                Quiet::Minor => "minor",
                Quiet::Maintenance { .. } => "maintenance",
                Quiet::Cause { .. } => "cause",
                Quiet::KnownIssue { .. } => "known_issue",
            }),
            changed_at: group.changed_at,
            ended_at: group.ended_at,
        }
    }
}

impl Alert {
    fn of(alert: &stored::Alert) -> Self {
        Self {
            id: alert.id.0,
            key: alert.key.clone(),
            title: alert.title.clone(),
            severity: alert.severity.as_str(),
            place: alert.place.clone(),
            detail: alert.detail.clone(),
            link: alert.link.clone(),
            times: alert.times,
            began_at: alert.began_at,
            seen_at: alert.seen_at,
            ended_at: alert.ended_at,
        }
    }
}

/// Which alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AlertQuery {
    /// The name or id of a service.
    #[param(required = false)]
    service: Option<String>,
    /// Only those that fire.
    #[serde(default)]
    #[param(required = false)]
    firing: bool,
    /// How many a page has.
    #[param(value_type = i64, required = false, minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    #[param(required = false)]
    cursor: Option<String>,
}

/// List alerts, in groups
#[utoipa::path(get, path = LIST, tag = "alerts", operation_id = "listAlerts",
    params(AlertQuery),
    responses((status = 200, description = "A page of groups, those that changed last first",
        body = Paged<AlertGroup>), ListProblems))]
async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(query): ApiQuery<AlertQuery>,
) -> Result<Json<Paged<AlertGroup>>> {
    let limit = page::checked_limit(query.limit)?;
    let service = query.service.as_deref();
    let service = service.map(|text| find_service(&visitor, "service", text));
    let after = query.cursor.as_deref().map(place);
    let listing = Listing {
        service: service.transpose()?,
        only_firing: query.firing,
        after: after.transpose()?,
    };
    let groups = app::list(&web.eider, visitor.actor(), listing, limit + 1).await?;
    let page = Paged::with_one_more(groups, limit, |group| {
        format!("{}.{}", group.changed_at.as_microsecond(), group.id)
    });
    Ok(Json(page.map(|group| AlertGroup::of(&group, &visitor))))
}

/// The place in the list that a cursor means.
fn place(cursor: &str) -> Result<(Timestamp, AlertGroupId)> {
    let (micros, id) = cursor.split_once('.').ok_or_else(page::bad_cursor)?;
    let micros = micros.parse().map_err(|_| page::bad_cursor())?;
    let at = Timestamp::from_microsecond(micros).map_err(|_| page::bad_cursor())?;
    let id = id.parse().map_err(|_| page::bad_cursor())?;
    Ok((at, id))
}

/// Read a group of alerts
#[utoipa::path(get, path = ONE, tag = "alerts", operation_id = "readAlerts",
    params(("id" = Uuid, Path, description = "The group's id")),
    responses((status = 200, description = "The group with its alerts",
        body = AlertGroupWithAlerts), ReadProblems))]
async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<AlertGroupId>,
) -> Result<Json<AlertGroupWithAlerts>> {
    let view = app::group(&web.eider, visitor.actor(), id).await?;
    Ok(Json(AlertGroupWithAlerts {
        group: AlertGroup::of(&view.group, &visitor),
        alerts: view.alerts.iter().map(Alert::of).collect(),
    }))
}
