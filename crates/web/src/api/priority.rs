//! Priorities.

use axum::{Json, extract::State};
use eider_app::configure;
use eider_domain::{access::Action, priority as rules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath},
    naming::Named,
    page::Paged,
    problem::{ListProblems, WriteProblems},
    word::{RankText, text, whole},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const PRIORITIES: &str = "/api/v1/priorities";
const ONE: &str = "/api/v1/priorities/{priority}";
const RETIRE: &str = "/api/v1/priorities/{priority}/retire";
const BRING_BACK: &str = "/api/v1/priorities/{priority}/bring-back";

pub(super) const RULES: &[Rule] = &[
    Rule::get(PRIORITIES, Access::Needs(Action::Read)),
    Rule::new("PUT", ONE, Access::Needs(Action::Configure)),
    Rule::post(RETIRE, Access::Needs(Action::Configure)),
    Rule::post(BRING_BACK, Access::Needs(Action::Configure)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(write))
        .routes(routes!(retire))
        .routes(routes!(bring_back))
}

/// A priority: what it means, and by when it is answered and put right.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Priority {
    /// The priority.
    priority: RankText,
    /// Its name in business words.
    name: String,
    /// What it means.
    meaning: String,
    /// Examples that a reporter recognises.
    examples: Vec<String>,
    /// What happens when somebody chooses it.
    consequence: String,
    /// Working time until somebody has answered.
    respond_seconds: i64,
    /// Working time until it is put right.
    resolve_seconds: i64,
    /// The hours that count; around the clock when null.
    calendar: Option<Named>,
    /// No longer offered. Tickets that have it keep it, and are measured by it.
    retired: bool,
}

impl Priority {
    fn of(priority: &rules::Priority, visitor: &Visitor) -> Self {
        let calendar = priority.calendar.map(|id| {
            let calendars = visitor.desk.calendars.iter();
            let found = calendars.clone().find(|named| named.id == id);
            Named {
                id: id.0,
                name: found
                    .map(|named| named.calendar.name().to_owned())
                    .unwrap_or_default(),
            }
        });
        Self {
            priority: RankText(priority.rank),
            name: priority.name.clone(),
            meaning: priority.meaning.clone(),
            examples: priority.examples.clone(),
            consequence: priority.consequence.clone(),
            respond_seconds: priority.respond_seconds,
            resolve_seconds: priority.resolve_seconds,
            calendar,
            retired: priority.retired,
        }
    }
}

/// List priorities
#[utoipa::path(get, path = PRIORITIES, tag = "configuration", operation_id = "listPriorities",
    responses((status = 200, description = "All priorities, the most urgent first",
        body = Paged<Priority>), ListProblems))]
async fn list(visitor: Visitor) -> Result<Json<Paged<Priority>>> {
    let priorities = visitor.desk.priorities.iter();
    let all = priorities.map(|priority| Priority::of(priority, &visitor));
    Ok(Json(Paged::whole(all.collect())))
}

/// What a priority is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WritePriority {
    /// Its name in business words; no other priority has it.
    #[serde(deserialize_with = "text::<80, _>")]
    #[schema(
        max_length = 80,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    name: String,
    /// What it means.
    #[serde(deserialize_with = "text::<4000, _>")]
    #[schema(
        max_length = 4000,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    meaning: String,
    /// Examples that a reporter recognises.
    #[serde(default)]
    examples: Vec<String>,
    /// What happens when somebody chooses it.
    #[serde(deserialize_with = "text::<4000, _>")]
    #[schema(
        max_length = 4000,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    consequence: String,
    /// Working time until somebody has answered.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 1)]
    respond_seconds: i64,
    /// Working time until it is put right.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 1)]
    resolve_seconds: i64,
    /// The id of the calendar whose hours count; around the clock when it is left out.
    calendar: Option<Uuid>,
}

/// Write a priority, new or changed
///
/// Open tickets are measured by it from now on; what was late once stays so. One that is retired
/// stays retired.
#[utoipa::path(put, path = ONE, tag = "configuration", operation_id = "writePriority",
    params(("priority" = RankText, Path, description = "The priority, such as `P1`")),
    request_body = WritePriority,
    responses((status = 200, description = "As it is now", body = Priority), WriteProblems))]
async fn write(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(rank): ApiPath<RankText>,
    ApiJson(body): ApiJson<WritePriority>,
) -> Result<Json<Priority>> {
    let priority = rules::Priority {
        rank: rank.0,
        name: body.name,
        meaning: body.meaning,
        examples: body.examples,
        consequence: body.consequence,
        respond_seconds: body.respond_seconds,
        resolve_seconds: body.resolve_seconds,
        calendar: body.calendar.map(Into::into),
        retired: false,
    };
    let priority = configure::save_priority(&web.eider, visitor.actor(), priority).await?;
    Ok(Json(Priority::of(&priority, &visitor)))
}

/// Offer a priority no longer
///
/// Tickets that have it keep it. The last one that can be chosen cannot be retired.
#[utoipa::path(post, path = RETIRE, tag = "configuration", operation_id = "retirePriority",
    params(("priority" = RankText, Path, description = "The priority, such as `P1`")),
    responses((status = 200, description = "As it is now", body = Priority), WriteProblems))]
async fn retire(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(rank): ApiPath<RankText>,
) -> Result<Json<Priority>> {
    let priority = configure::retire_priority(&web.eider, visitor.actor(), rank.0).await?;
    Ok(Json(Priority::of(&priority, &visitor)))
}

/// Offer a retired priority again
#[utoipa::path(post, path = BRING_BACK, tag = "configuration", operation_id = "bringPriorityBack",
    params(("priority" = RankText, Path, description = "The priority, such as `P1`")),
    responses((status = 200, description = "As it is now", body = Priority), WriteProblems))]
async fn bring_back(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(rank): ApiPath<RankText>,
) -> Result<Json<Priority>> {
    let priority = configure::bring_back_priority(&web.eider, visitor.actor(), rank.0).await?;
    Ok(Json(Priority::of(&priority, &visitor)))
}
