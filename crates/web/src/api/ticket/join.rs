//! Joining: whoever finds that their question is an existing ticket says so.

use axum::{Json, extract::State};
use eider_app::Error as AppError;
use eider_domain::{
    access::Action,
    text::{self, NOTE_LIMIT_CHARACTERS},
    ticket::Command,
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        extract::{ApiPath, MaybeJson},
        problem::WriteProblems,
        word::{NumberText, maybe_text},
    },
    command::run,
    document::Ticket,
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const JOIN: &str = "/api/v1/tickets/{number}/join";

pub(super) const RULES: &[Rule] = &[Rule::post(JOIN, Access::Needs(Action::Ask))];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(join))
}

/// How it affects whoever joins.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Join {
    /// What they see of it.
    #[serde(default, deserialize_with = "maybe_text::<2000, _>")]
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Say that it affects you too, and hear of every change
#[utoipa::path(post, path = JOIN, tag = "tickets", operation_id = "joinTicket",
    params(("number" = NumberText, Path, description = "Its number")),
    request_body = Join,
    responses((status = 200, description = "As it is now", body = Ticket), WriteProblems))]
async fn join(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    MaybeJson(body): MaybeJson<Join>,
) -> Result<Json<Ticket>> {
    let note = text::optional_lines("The note", body.note.as_deref(), NOTE_LIMIT_CHARACTERS)
        .map_err(|error| AppError::field("note", error))?;
    run(&web, &visitor, number.0, Command::Join { note }).await
}
