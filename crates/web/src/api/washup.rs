//! Wash-ups: what was learnt from a ticket, and who follows it up.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use eider_app::washup::{self as app, NewAction, WashUpView};
use eider_domain::{ActionId, TicketNumber, access::Action as Deed, washup as rules};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath, Creates, KeyHeader},
    naming::{Named, Names},
    problem::{ReadProblems, WriteProblems},
    word::{NumberText, text},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const WASH_UP: &str = "/api/v1/tickets/{number}/wash-up";
const ACTIONS: &str = "/api/v1/tickets/{number}/actions";
const DONE: &str = "/api/v1/tickets/{number}/actions/{id}/done";

pub(super) const RULES: &[Rule] = &[
    Rule::get(WASH_UP, Access::Needs(Deed::Read)),
    Rule::new("PUT", WASH_UP, Access::Needs(Deed::Work)),
    Rule::post(ACTIONS, Access::Needs(Deed::Work)),
    Rule::post(DONE, Access::Needs(Deed::Work)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(read, write))
        .routes(routes!(agree))
        .routes(routes!(finish))
}

/// The wash-up of a ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct WashUp {
    /// What was written, once something was.
    written: Option<Written>,
    /// What was agreed, the earliest due first.
    actions: Vec<Action>,
}

/// What was learnt, by whom.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Written {
    /// Who wrote it.
    author: Named,
    /// When.
    at: Timestamp,
    /// What happened.
    what_happened: String,
    /// Who was affected, and how much.
    who_was_affected: String,
    /// What in the system made it possible.
    cause: String,
    /// How it was put right, or handed on.
    how_resolved: String,
    /// What we would do differently.
    lessons: String,
}

/// A follow-up that somebody agreed to do.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Action {
    /// Identity.
    id: Uuid,
    /// What will be done.
    what: String,
    /// Who will do it.
    owner: Named,
    /// By when, as a date where the owner lives.
    due_on: Date,
    /// Done or not.
    done: bool,
}

/// What was learnt.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteWashUp {
    /// What happened.
    #[serde(deserialize_with = "text::<40000, _>")]
    #[schema(
        max_length = 40000,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    what_happened: String,
    /// Who was affected, and how much.
    #[serde(default, deserialize_with = "text::<40000, _>")]
    #[schema(max_length = 40000)]
    who_was_affected: String,
    /// What in the system made it possible.
    #[serde(default, deserialize_with = "text::<40000, _>")]
    #[schema(max_length = 40000)]
    cause: String,
    /// How it was put right, or handed on.
    #[serde(default, deserialize_with = "text::<40000, _>")]
    #[schema(max_length = 40000)]
    how_resolved: String,
    /// What we would do differently.
    #[serde(default, deserialize_with = "text::<40000, _>")]
    #[schema(max_length = 40000)]
    lessons: String,
}

/// A follow-up to agree.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Agree {
    /// What will be done.
    #[serde(deserialize_with = "text::<200, _>")]
    #[schema(
        max_length = 200,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    what: String,
    /// The id or address of who will do it, or `me`.
    owner: String,
    /// By when, as a date where the owner lives.
    due_on: Date,
}

impl WashUp {
    fn of(view: WashUpView, visitor: &Visitor) -> Self {
        let names = Names {
            people: &view.names,
            desk: &visitor.desk,
        };
        let actions = view.actions.into_iter().map(|one| Action {
            id: one.action.id.0,
            what: one.action.what,
            owner: names.person(one.action.owner),
            due_on: one.action.due_on,
            done: one.action.done,
        });
        Self {
            actions: actions.collect(),
            written: view.written.map(|written| Written {
                author: names.person(written.by),
                at: written.at,
                what_happened: written.wash_up.what_happened,
                who_was_affected: written.wash_up.who_was_affected,
                cause: written.wash_up.cause,
                how_resolved: written.wash_up.how_resolved,
                lessons: written.wash_up.lessons,
            }),
        }
    }
}

/// Read the wash-up of a ticket
#[utoipa::path(get, path = WASH_UP, tag = "wash-ups", operation_id = "readWashUp",
    params(("number" = NumberText, Path, description = "The ticket's number")),
    responses((status = 200, description = "The wash-up", body = WashUp), ReadProblems))]
async fn read(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
) -> Result<Json<WashUp>> {
    view(&web, &visitor, number.0).await.map(Json)
}

/// Write the wash-up of a ticket
#[utoipa::path(put, path = WASH_UP, tag = "wash-ups", operation_id = "writeWashUp",
    params(("number" = NumberText, Path, description = "The ticket's number")),
    request_body = WriteWashUp,
    responses((status = 200, description = "As it is now", body = WashUp), WriteProblems))]
async fn write(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    ApiJson(body): ApiJson<WriteWashUp>,
) -> Result<Json<WashUp>> {
    let wash_up = rules::WashUp {
        what_happened: body.what_happened,
        who_was_affected: body.who_was_affected,
        cause: body.cause,
        how_resolved: body.how_resolved,
        lessons: body.lessons,
    };
    app::write(&web.eider, visitor.actor(), number.0, wash_up).await?;
    view(&web, &visitor, number.0).await.map(Json)
}

/// Agree a follow-up
#[utoipa::path(post, path = ACTIONS, tag = "wash-ups", operation_id = "agreeAction",
    params(("number" = NumberText, Path, description = "The ticket's number"), KeyHeader),
    request_body = Agree,
    responses((status = 201, description = "The wash-up as it is now", body = WashUp),
        WriteProblems))]
async fn agree(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    asked: Creates<Agree>,
) -> Result<Response> {
    let (actor, body) = (visitor.actor(), asked.body);
    let owner = eider_app::person::find(&web.eider, actor, "owner", &body.owner).await?;
    let new = NewAction {
        what: body.what,
        owner,
        due_on: body.due_on,
    };
    app::agree_once(&web.eider, actor, number.0, new, asked.key.as_ref()).await?;
    let wash_up = view(&web, &visitor, number.0).await?;
    Ok((StatusCode::CREATED, Json(wash_up)).into_response())
}

/// Say that a follow-up is done
#[utoipa::path(post, path = DONE, tag = "wash-ups", operation_id = "finishAction",
    params(("number" = NumberText, Path, description = "The ticket's number"),
        ("id" = Uuid, Path, description = "The follow-up's id")),
    responses((status = 200, description = "The wash-up as it is now", body = WashUp),
        WriteProblems))]
async fn finish(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath((number, id)): ApiPath<(NumberText, ActionId)>,
) -> Result<Json<WashUp>> {
    app::finish(&web.eider, visitor.actor(), number.0, id).await?;
    view(&web, &visitor, number.0).await.map(Json)
}

async fn view(web: &Web, visitor: &Visitor, number: TicketNumber) -> Result<WashUp> {
    let view = app::view(&web.eider, visitor.actor(), number).await?;
    Ok(WashUp::of(view, visitor))
}
