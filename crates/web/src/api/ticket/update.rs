//! Updates: how it stands, and when the next one comes.

use axum::{Json, extract::State};
use eider_app::Error as AppError;
use eider_domain::{
    access::Action,
    text::{self, UPDATE_LIMIT_CHARACTERS},
    ticket::{self as rules, Command, NextUpdate},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        extract::{ApiJson, ApiPath},
        naming::{Named, Names},
        problem::WriteProblems,
        word::{NumberText, maybe_whole, text},
    },
    command::run,
    document::Ticket,
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const GIVE: &str = "/api/v1/tickets/{number}/update";

pub(super) const RULES: &[Rule] = &[Rule::post(GIVE, Access::Needs(Action::Work))];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(give_update))
}

/// How a ticket stood when somebody last told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct TicketUpdate {
    /// When it was told.
    at: Timestamp,
    /// Who told it.
    by: Option<Named>,
    /// What is known.
    known: String,
    /// What is being done.
    doing: String,
}

impl TicketUpdate {
    pub(super) fn of(update: &rules::Update, names: Names<'_>) -> Self {
        Self {
            at: update.at,
            by: update.by.map(|id| names.person(id)),
            known: update.known.clone(),
            doing: update.doing.clone(),
        }
    }
}

/// How it stands. Of the three ways to say when the next update comes one is needed, unless the
/// ticket is resolved or closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GiveUpdate {
    /// What is known.
    #[serde(deserialize_with = "text::<2000, _>")]
    #[schema(
        max_length = 2000,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    known: String,
    /// What is being done.
    #[serde(deserialize_with = "text::<2000, _>")]
    #[schema(
        max_length = 2000,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    doing: String,
    /// The next update comes at this instant, at most a day ahead.
    next_at: Option<Timestamp>,
    /// The next update comes in so many minutes.
    #[serde(default, deserialize_with = "maybe_whole")]
    #[schema(minimum = 1, maximum = 1440)]
    next_in_minutes: Option<i64>,
    /// No further update is planned.
    #[serde(default)]
    no_next_update: bool,
}

impl GiveUpdate {
    fn next(&self, now: Timestamp) -> Result<Option<NextUpdate>> {
        match (self.next_at, self.next_in_minutes, self.no_next_update) {
            (None, None, false) => Ok(None),
            (None, None, true) => Ok(Some(NextUpdate::NotPlanned)),
            (Some(at), None, false) => Ok(Some(NextUpdate::At(at))),
            (None, Some(minutes @ 1..=1_440), false) => {
                let at = now.checked_add(SignedDuration::from_mins(minutes)).ok();
                Ok(at.map(NextUpdate::At))
            }
            (None, Some(_), false) => {
                let message = "Write from 1 to 1440 minutes.";
                Err(AppError::field("next_in_minutes", message).into())
            }
            _ => {
                let message =
                    "Say it in one way: “next_at”, “next_in_minutes” or “no_next_update”.";
                Err(AppError::field("next_at", message).into())
            }
        }
    }
}

/// Tell everybody how it stands
#[utoipa::path(post, path = GIVE, tag = "tickets", operation_id = "giveUpdate",
    params(("number" = NumberText, Path, description = "Its number")),
    request_body = GiveUpdate,
    responses((status = 200, description = "As it is now", body = Ticket), WriteProblems))]
async fn give_update(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    ApiJson(body): ApiJson<GiveUpdate>,
) -> Result<Json<Ticket>> {
    let next = body.next(visitor.now)?;
    let part = |field, name, value: &str| {
        text::lines(name, value, UPDATE_LIMIT_CHARACTERS)
            .map_err(|error| AppError::field(field, error))
    };
    let command = Command::Update {
        known: part("known", "What is known", &body.known)?,
        doing: part("doing", "What is being done", &body.doing)?,
        next,
    };
    run(&web, &visitor, number.0, command).await
}
