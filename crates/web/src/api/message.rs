//! Messages in the threads of tickets.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use eider_app::ticket as app;
use eider_domain::{MessageId, TicketNumber, access::Action};
use eider_store::message as stored;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath, ApiQuery, Creates, KeyHeader, created},
    naming::{Named, Names},
    page::{self, Paged},
    problem::{PartProblems, ReadProblems, WriteProblems},
    word::{NumberText, text},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const THREAD: &str = "/api/v1/tickets/{number}/messages";
const ONE: &str = "/api/v1/messages/{id}";

pub(super) const RULES: &[Rule] = &[
    Rule::get(THREAD, Access::Needs(Action::Read)),
    Rule::post(THREAD, Access::Needs(Action::Reply)),
    Rule::get(ONE, Access::Needs(Action::Read)),
    // Whether it is theirs is decided with the message at hand.
    Rule::new("PATCH", ONE, Access::Needs(Action::Reply)),
    Rule::new("DELETE", ONE, Access::Needs(Action::Reply)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(thread, say))
        .routes(routes!(show, edit, withdraw))
}

/// A message in a thread.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Message {
    /// Identity.
    id: Uuid,
    /// The ticket in whose thread it stands.
    ticket: NumberText,
    /// Who wrote it.
    author: Named,
    /// When.
    at: Timestamp,
    /// What, in Markdown; empty once it was taken back.
    body: String,
    /// When it was last corrected.
    edited_at: Option<Timestamp>,
    /// When it was taken back.
    withdrawn_at: Option<Timestamp>,
}

impl Message {
    fn of(message: stored::Message, ticket: TicketNumber, author: Named) -> Self {
        Self {
            id: message.id.0,
            ticket: NumberText(ticket),
            author,
            at: message.at,
            body: message.body,
            edited_at: message.edited_at,
            withdrawn_at: message.withdrawn_at,
        }
    }
}

/// What to write in a thread.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Say {
    /// The text, in Markdown.
    #[serde(deserialize_with = "text::<40000, _>")]
    #[schema(
        max_length = 40000,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    body: String,
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// How many a page has.
    #[param(value_type = i64, required = false, minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
    /// `next_cursor` of the page before.
    #[param(value_type = Uuid, required = false)]
    pub(super) cursor: Option<Uuid>,
}

/// Read a thread
#[utoipa::path(get, path = THREAD, tag = "threads", operation_id = "readThread",
    params(("number" = NumberText, Path, description = "The ticket's number"), PageQuery),
    responses((status = 200, description = "A page of messages, the oldest first",
        body = Paged<Message>), PartProblems))]
async fn thread(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<Paged<Message>>> {
    let limit = page::checked_limit(query.limit)?;
    let (thread, people) = app::thread(&web.eider, visitor.actor(), number.0).await?;
    let names = Names {
        people: &people,
        desk: &visitor.desk,
    };
    let after = query.cursor.map(|id| id.to_string());
    let page = Paged::cut(thread, limit, after.as_deref(), |message| {
        message.id.to_string()
    })?;
    Ok(Json(page.map(|message| {
        let author = names.person(message.author);
        Message::of(message, number.0, author)
    })))
}

/// Write in a thread
#[utoipa::path(post, path = THREAD, tag = "threads", operation_id = "say",
    params(("number" = NumberText, Path, description = "The ticket's number"), KeyHeader),
    request_body = Say,
    responses((status = 201, description = "It stands in the thread", body = Message,
        headers(("Location" = String, description = "Where it is"))), WriteProblems))]
async fn say(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    asked: Creates<Say>,
) -> Result<Response> {
    let key = asked.key.as_ref();
    let actor = visitor.actor();
    let message = app::say_once(&web.eider, actor, number.0, &asked.body.body, key).await?;
    let location = format!("/api/v1/messages/{}", message.id);
    let body = Message::of(message, number.0, own_name(&visitor));
    Ok(created(location, body))
}

/// The visitor, named.
pub(super) fn own_name(visitor: &Visitor) -> Named {
    Named {
        id: visitor.who.person.id.0,
        name: visitor.who.person.name.clone(),
    }
}

/// Read a message
#[utoipa::path(get, path = ONE, tag = "threads", operation_id = "readMessage",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The message", body = Message), ReadProblems))]
async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<MessageId>,
) -> Result<Json<Message>> {
    read(&web, &visitor, id).await.map(Json)
}

/// Correct a message
#[utoipa::path(patch, path = ONE, tag = "threads", operation_id = "editMessage",
    params(("id" = Uuid, Path, description = "Its id")), request_body = Say,
    responses((status = 200, description = "As it is now", body = Message), WriteProblems))]
async fn edit(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<MessageId>,
    ApiJson(body): ApiJson<Say>,
) -> Result<Json<Message>> {
    app::edit(&web.eider, visitor.actor(), id, &body.body).await?;
    read(&web, &visitor, id).await.map(Json)
}

/// Take a message back
#[utoipa::path(delete, path = ONE, tag = "threads", operation_id = "withdrawMessage",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 204, description = "It is taken back; that it was there stays in the facts"),
        WriteProblems))]
async fn withdraw(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<MessageId>,
) -> Result<StatusCode> {
    app::withdraw(&web.eider, visitor.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn read(web: &Web, visitor: &Visitor, id: MessageId) -> Result<Message> {
    let (message, number, people) = app::message(&web.eider, visitor.actor(), id).await?;
    let names = Names {
        people: &people,
        desk: &visitor.desk,
    };
    let author = names.person(message.author);
    Ok(Message::of(message, number, author))
}
