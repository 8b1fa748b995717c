//! Hats: who is diagnosing, and who is communicating.

use axum::{Json, extract::State};
use eider_domain::{
    access::Action,
    ticket::{self as rules, Command, Hat},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        extract::{ApiJson, ApiPath},
        naming::{Named, Names},
        problem::WriteProblems,
        word::{HatWord, NumberText},
    },
    command::run,
    document::Ticket,
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const TAKE: &str = "/api/v1/tickets/{number}/take-hat";
const GIVE: &str = "/api/v1/tickets/{number}/give-hat";
const LAY_DOWN: &str = "/api/v1/tickets/{number}/lay-down-hat";

pub(super) const RULES: &[Rule] = &[
    Rule::post(TAKE, Access::Needs(Action::Work)),
    Rule::post(GIVE, Access::Needs(Action::Work)),
    Rule::post(LAY_DOWN, Access::Needs(Action::Work)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(take_hat))
        .routes(routes!(give_hat))
        .routes(routes!(lay_down_hat))
}

/// Who does what for everybody while a ticket is worked on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct HatWearers {
    /// Who looks for the cause.
    diagnosing: Option<Named>,
    /// Who tells how it stands.
    communicating: Option<Named>,
}

impl HatWearers {
    pub(super) fn of(hats: rules::Hats, names: Names<'_>) -> Self {
        Self {
            diagnosing: hats.diagnosing.map(|id| names.person(id)),
            communicating: hats.communicating.map(|id| names.person(id)),
        }
    }
}

/// One of the hats.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WhichHat {
    /// Which one.
    #[schema(value_type = HatWord)]
    hat: Hat,
}

/// Who shall wear a hat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GiveHat {
    /// Which one.
    #[schema(value_type = HatWord)]
    hat: Hat,
    /// The id or address of somebody who works on tickets, or `me`.
    person: String,
}

/// Put on a hat that nobody wears
#[utoipa::path(post, path = TAKE, tag = "tickets", operation_id = "takeHat",
    params(("number" = NumberText, Path, description = "Its number")),
    request_body = WhichHat,
    responses((status = 200, description = "As it is now", body = Ticket), WriteProblems))]
async fn take_hat(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    ApiJson(WhichHat { hat }): ApiJson<WhichHat>,
) -> Result<Json<Ticket>> {
    run(&web, &visitor, number.0, Command::TakeHat { hat }).await
}

/// Give a hat to somebody, whoever wears it now
#[utoipa::path(post, path = GIVE, tag = "tickets", operation_id = "giveHat",
    params(("number" = NumberText, Path, description = "Its number")),
    request_body = GiveHat,
    responses((status = 200, description = "As it is now", body = Ticket), WriteProblems))]
async fn give_hat(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    ApiJson(GiveHat { hat, person }): ApiJson<GiveHat>,
) -> Result<Json<Ticket>> {
    let to = eider_app::person::find(&web.eider, visitor.actor(), "person", &person).await?;
    run(&web, &visitor, number.0, Command::GiveHat { hat, to }).await
}

/// Lay a hat down, so that nobody wears it
#[utoipa::path(post, path = LAY_DOWN, tag = "tickets", operation_id = "layDownHat",
    params(("number" = NumberText, Path, description = "Its number")),
    request_body = WhichHat,
    responses((status = 200, description = "As it is now", body = Ticket), WriteProblems))]
async fn lay_down_hat(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    ApiJson(WhichHat { hat }): ApiJson<WhichHat>,
) -> Result<Json<Ticket>> {
    run(&web, &visitor, number.0, Command::LayDownHat { hat }).await
}
