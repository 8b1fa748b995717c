//! The register of known issues.

use axum::Json;
use eider_app::Error as AppError;
use eider_domain::{KnownIssueId, access::Action, known_issue as rules};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiPath, ApiQuery},
    message::PageQuery,
    naming::{self, Named},
    page::{self, Paged},
    problem::{ListProblems, ReadProblems},
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
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
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
