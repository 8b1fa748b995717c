//! The register of known issues.

use axum::{Json, extract::State, response::Response};
use eider_app::{
    Error as AppError,
    configure::{self, KnownIssueEdit},
};
use eider_domain::{
    KnownIssueId,
    access::Action,
    known_issue::{self as rules, Matcher, Then},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath, ApiQuery, Creates, KeyHeader, created},
    message::PageQuery,
    naming::{self, Named, find_feature},
    page::{self, Paged},
    problem::{ListProblems, ReadProblems, WriteProblems},
    service::find_service,
    word::text,
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/known-issues";
const ONE: &str = "/api/v1/known-issues/{id}";

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::get(ONE, Access::Needs(Action::Read)),
    Rule::post(LIST, Access::Needs(Action::KeepKnownIssues)),
    Rule::new("PUT", ONE, Access::Needs(Action::KeepKnownIssues)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change))
}

/// A known issue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct KnownIssue {
    /// Identity.
    id: Uuid,
    /// What people see.
    title: String,
    /// What is known about it.
    description: String,
    /// What to do meanwhile.
    advice: String,
    /// The feature that it is about.
    feature: Option<Named>,
    /// Over: kept for the record and not offered any more.
    over: bool,
    /// Which alerts it explains, if it explains some.
    alerts: Option<KnownAlerts>,
}

/// Which alerts a known issue explains.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct KnownAlerts {
    /// All of these words stand in the alert, whatever their case.
    words: String,
    /// The id of the service; any when null.
    service: Option<Uuid>,
    /// Whether nobody is bothered by them.
    sleep: bool,
}

impl KnownIssue {
    pub(super) fn of(issue: &rules::KnownIssue, visitor: &Visitor) -> Self {
        let feature = issue.feature.map(|id| naming::feature(&visitor.desk, id));
        Self {
            id: issue.id.0,
            title: issue.title.clone(),
            description: issue.description.clone(),
            advice: issue.advice.clone(),
            feature,
            over: issue.over,
            alerts: issue.alerts.as_ref().map(|alerts| KnownAlerts {
                words: alerts.words.clone(),
                service: alerts.service.map(|id| id.0),
                sleep: alerts.then == Then::Sleep,
            }),
        }
    }
}

/// List known issues
#[utoipa::path(get, path = LIST, tag = "configuration", operation_id = "listKnownIssues",
    params(PageQuery),
    responses((status = 200, description = "A page of known issues, the newest first",
        body = Paged<KnownIssue>), ListProblems))]
async fn list(
    visitor: Visitor,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<Paged<KnownIssue>>> {
    let issues = visitor.desk.known_issues.iter();
    let all = issues
        .map(|issue| KnownIssue::of(issue, &visitor))
        .collect();
    let limit = page::checked_limit(query.limit)?;
    let after = query.cursor.map(|id| id.to_string());
    Paged::cut(all, limit, after.as_deref(), |issue| issue.id.to_string()).map(Json)
}

/// Read a known issue
#[utoipa::path(get, path = ONE, tag = "configuration", operation_id = "readKnownIssue",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The known issue", body = KnownIssue), ReadProblems))]
async fn show(visitor: Visitor, ApiPath(id): ApiPath<KnownIssueId>) -> Result<Json<KnownIssue>> {
    let issue = visitor
        .desk
        .known_issues
        .iter()
        .find(|issue| issue.id == id);
    let issue = issue.ok_or_else(|| AppError::NotFound("This known issue".into()))?;
    Ok(Json(KnownIssue::of(issue, &visitor)))
}

/// What is written about a known issue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteKnownIssue {
    /// What people see.
    #[serde(deserialize_with = "text::<200, _>")]
    #[schema(
        max_length = 200,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    title: String,
    /// What is known about it.
    #[serde(deserialize_with = "text::<4000, _>")]
    #[schema(
        max_length = 4000,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    description: String,
    /// What to do meanwhile.
    #[serde(deserialize_with = "text::<4000, _>")]
    #[schema(
        max_length = 4000,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    advice: String,
    /// The name or id of the feature that it is about.
    feature: Option<String>,
    /// Over: kept for the record and not offered any more.
    #[serde(default)]
    over: bool,
    /// Which alerts it explains, if it explains some.
    alerts: Option<WriteKnownAlerts>,
}

/// Which alerts a known issue is to explain.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteKnownAlerts {
    /// All of these words stand in the alert, whatever their case.
    #[serde(deserialize_with = "text::<200, _>")]
    #[schema(
        max_length = 200,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    words: String,
    /// The name or id of the service; any when it is left out.
    service: Option<String>,
    /// Whether nobody is bothered by them.
    #[serde(default)]
    sleep: bool,
}

fn edit(body: WriteKnownIssue, visitor: &Visitor) -> Result<KnownIssueEdit> {
    let feature = body.feature.map(|text| find_feature(&visitor.desk, &text));
    let alerts = body.alerts.map(|alerts| {
        let service = alerts.service.as_deref();
        let service = service.map(|text| find_service(visitor, "alert_service", text));
        let then = if alerts.sleep {
            Then::Sleep
        } else {
            Then::Annotate
        };
        Ok::<_, crate::Error>(Matcher {
            words: alerts.words,
            service: service.transpose()?,
            then,
        })
    });
    Ok(KnownIssueEdit {
        alerts: alerts.transpose()?,
        title: body.title,
        description: body.description,
        advice: body.advice,
        feature: feature.transpose()?,
        over: body.over,
    })
}

/// Add a known issue
#[utoipa::path(post, path = LIST, tag = "configuration", operation_id = "addKnownIssue",
    params(KeyHeader), request_body = WriteKnownIssue,
    responses((status = 201, description = "It is there", body = KnownIssue,
        headers(("Location" = String, description = "Where it is"))), WriteProblems))]
async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Creates<WriteKnownIssue>,
) -> Result<Response> {
    let edit = edit(asked.body, &visitor)?;
    let key = asked.key.as_ref();
    let made = configure::create_known_issue(&web.eider, visitor.actor(), edit, key).await?;
    let location = format!("{LIST}/{}", made.id);
    Ok(created(location, KnownIssue::of(&made, &visitor)))
}

/// Change a known issue
#[utoipa::path(put, path = ONE, tag = "configuration", operation_id = "writeKnownIssue",
    params(("id" = Uuid, Path, description = "Its id")), request_body = WriteKnownIssue,
    responses((status = 200, description = "As it is now", body = KnownIssue), WriteProblems))]
async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<KnownIssueId>,
    ApiJson(body): ApiJson<WriteKnownIssue>,
) -> Result<Json<KnownIssue>> {
    let edit = edit(body, &visitor)?;
    let issue = configure::save_known_issue(&web.eider, visitor.actor(), Some(id), edit).await?;
    Ok(Json(KnownIssue::of(&issue, &visitor)))
}
