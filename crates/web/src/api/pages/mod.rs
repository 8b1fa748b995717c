//! Pages: who is being called, and answering.

mod document;

use axum::{Json, extract::State, response::Response};
use eider_app::page::{self as app, Answer};
use eider_domain::{
    PageId,
    access::Action,
    page::{self as rules, Way},
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{ApiJson, ApiPath, ApiQuery, MaybeJson, created},
    naming::find_squad,
    page::Paged,
    problem::{ListProblems, ReadProblems, WriteProblems},
    ticket::{Resolve, resolution},
    word::{NumberText, maybe_text, text},
};
use crate::{
    Error, Result, Visitor, Web,
    door::{Access, Rule},
};
use document::Page;

const LIST: &str = "/api/v1/pages";
const DRILLS: &str = "/api/v1/pages/drills";
const ONE: &str = "/api/v1/pages/{id}";
const ACKNOWLEDGE: &str = "/api/v1/pages/{id}/acknowledge";
const DECLINE: &str = "/api/v1/pages/{id}/decline";
const ESCALATE: &str = "/api/v1/pages/{id}/escalate";
const BUDDY: &str = "/api/v1/pages/{id}/call-buddy";
const HAND_OVER: &str = "/api/v1/pages/{id}/hand-over";
const NOT_NOW: &str = "/api/v1/pages/{id}/not-now";
const WAKE: &str = "/api/v1/pages/{id}/wake";
const CALL_OFF: &str = "/api/v1/pages/{id}/call-off";
const RESOLVE: &str = "/api/v1/pages/{id}/resolve";
const OF_TICKET: &str = "/api/v1/tickets/{number}/page";

const WORK: Access = Access::Needs(Action::Work);

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::get(ONE, Access::Needs(Action::Read)),
    // Whether the squad is theirs is decided with the squad at hand.
    Rule::post(DRILLS, Access::Needs(Action::KeepKnownIssues)),
    Rule::post(ACKNOWLEDGE, WORK),
    Rule::post(DECLINE, WORK),
    Rule::post(ESCALATE, WORK),
    Rule::post(BUDDY, WORK),
    Rule::post(HAND_OVER, WORK),
    Rule::post(NOT_NOW, WORK),
    Rule::post(WAKE, WORK),
    Rule::post(CALL_OFF, WORK),
    Rule::post(RESOLVE, WORK),
    Rule::get(OF_TICKET, Access::Needs(Action::Read)),
    // Whether it is theirs to say is decided with the ticket at hand.
    Rule::post(OF_TICKET, Access::Needs(Action::Ask)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(drill))
        .routes(routes!(acknowledge))
        .routes(routes!(decline))
        .routes(routes!(escalate))
        .routes(routes!(call_buddy))
        .routes(routes!(hand_over))
        .routes(routes!(not_now))
        .routes(routes!(wake))
        .routes(routes!(call_off))
        .routes(routes!(resolve))
        .routes(routes!(of_ticket, call_on_ticket))
}

/// Which pages.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
struct PagesQuery {
    /// Drills, over or not, instead of what is open.
    drills: bool,
}

/// List pages
///
/// The open ones, the newest first; at most 200.
#[utoipa::path(get, path = LIST, tag = "pages", operation_id = "listPages", params(PagesQuery),
    responses((status = 200, description = "The pages", body = Paged<Page>), ListProblems))]
async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(query): ApiQuery<PagesQuery>,
) -> Result<Json<Paged<Page>>> {
    let views = if query.drills {
        app::drills(&web.eider, visitor.actor()).await?
    } else {
        app::open(&web.eider, visitor.actor()).await?
    };
    let pages = views.iter().map(|view| Page::of(view, &visitor));
    Ok(Json(Paged::whole(pages.collect())))
}

/// Read a page
#[utoipa::path(get, path = ONE, tag = "pages", operation_id = "readPage",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The page", body = Page), ReadProblems))]
async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PageId>,
) -> Result<Json<Page>> {
    let view = app::by_id(&web.eider, visitor.actor(), id).await?;
    Ok(Json(Page::of(&view, &visitor)))
}

/// Read the page of a ticket
///
/// The one that it is in, or was in last.
#[utoipa::path(get, path = OF_TICKET, tag = "pages", operation_id = "readPageOfTicket",
    params(("number" = NumberText, Path, description = "The ticket's number")),
    responses((status = 200, description = "The page", body = Page), ReadProblems))]
async fn of_ticket(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
) -> Result<Json<Page>> {
    let found = app::of_ticket(&web.eider, visitor.actor(), number.0).await?;
    let nobody = || {
        let what = format!("A page about {}", number.0);
        Error::App(eider_app::Error::NotFound(what))
    };
    Ok(Json(Page::of(&found.ok_or_else(nobody)?, &visitor)))
}

/// Have people called about a ticket now
///
/// Whatever the hour: what is held goes out, and where nobody is called a page begins.
#[utoipa::path(post, path = OF_TICKET, tag = "pages", operation_id = "pageOnCall",
    params(("number" = NumberText, Path, description = "The ticket's number")),
    request_body = Reason,
    responses((status = 200, description = "As it is now", body = Page), WriteProblems))]
async fn call_on_ticket(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    ApiJson(body): ApiJson<Reason>,
) -> Result<Json<Page>> {
    let actor = visitor.actor();
    let page = app::call_on_ticket(&web.eider, actor, number.0, &body.reason, Way::Api).await?;
    told(&web, &visitor, page).await
}

/// Call people for practice
///
/// They are told that it is a drill. Figures leave it out; the page is its report.
#[utoipa::path(post, path = DRILLS, tag = "pages", operation_id = "beginDrill",
    request_body = Drill,
    responses((status = 201, description = "It has begun", body = Page,
        headers(("Location" = String, description = "Where it is"))), WriteProblems))]
async fn drill(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<Drill>,
) -> Result<Response> {
    let squad = body.squad.as_deref();
    let squad = squad
        .map(|text| find_squad(&visitor.desk, text))
        .transpose()?;
    let page = app::drill(&web.eider, visitor.actor(), squad, &body.reason).await?;
    let Json(page) = told(&web, &visitor, page).await?;
    Ok(created(format!("{LIST}/{}", page.id), page))
}

/// Say that you have it
///
/// Its tickets are yours by that.
#[utoipa::path(post, path = ACKNOWLEDGE, tag = "pages", operation_id = "acknowledgePage",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "As it is now", body = Page), WriteProblems))]
async fn acknowledge(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PageId>,
) -> Result<Json<Page>> {
    act(&web, &visitor, id, Answer::Acknowledge).await
}

/// Say that you cannot
///
/// Others are called at once.
#[utoipa::path(post, path = DECLINE, tag = "pages", operation_id = "declinePage",
    params(("id" = Uuid, Path, description = "Its id")), request_body = MaybeReason,
    responses((status = 200, description = "As it is now", body = Page), WriteProblems))]
async fn decline(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PageId>,
    MaybeJson(body): MaybeJson<MaybeReason>,
) -> Result<Json<Page>> {
    let reason = body.reason;
    act(&web, &visitor, id, Answer::Decline { reason }).await
}

/// Call the next level now
#[utoipa::path(post, path = ESCALATE, tag = "pages", operation_id = "escalatePage",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "As it is now", body = Page), WriteProblems))]
async fn escalate(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PageId>,
) -> Result<Json<Page>> {
    act(&web, &visitor, id, Answer::Escalate).await
}

/// Call your buddy
#[utoipa::path(post, path = BUDDY, tag = "pages", operation_id = "callBuddy",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "As it is now", body = Page), WriteProblems))]
async fn call_buddy(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PageId>,
) -> Result<Json<Page>> {
    act(&web, &visitor, id, Answer::CallBuddy).await
}

/// Hand it to somebody
///
/// They are called; it is theirs when they answer.
#[utoipa::path(post, path = HAND_OVER, tag = "pages", operation_id = "handOverPage",
    params(("id" = Uuid, Path, description = "Its id")), request_body = HandOver,
    responses((status = 200, description = "As it is now", body = Page), WriteProblems))]
async fn hand_over(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PageId>,
    ApiJson(body): ApiJson<HandOver>,
) -> Result<Json<Page>> {
    let actor = visitor.actor();
    let to = eider_app::person::find(&web.eider, actor, "person", &body.person).await?;
    act(&web, &visitor, id, Answer::HandOver { to }).await
}

/// Put it off
#[utoipa::path(post, path = NOT_NOW, tag = "pages", operation_id = "putPageOff",
    params(("id" = Uuid, Path, description = "Its id")), request_body = NotNow,
    responses((status = 200, description = "As it is now", body = Page), WriteProblems))]
async fn not_now(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PageId>,
    ApiJson(body): ApiJson<NotNow>,
) -> Result<Json<Page>> {
    let NotNow { until, reason } = body;
    act(&web, &visitor, id, Answer::NotNow { until, reason }).await
}

/// Have people called although it is held
#[utoipa::path(post, path = WAKE, tag = "pages", operation_id = "wakePage",
    params(("id" = Uuid, Path, description = "Its id")), request_body = Reason,
    responses((status = 200, description = "As it is now", body = Page), WriteProblems))]
async fn wake(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PageId>,
    ApiJson(body): ApiJson<Reason>,
) -> Result<Json<Page>> {
    let reason = body.reason;
    act(&web, &visitor, id, Answer::Wake { reason }).await
}

/// Say that nobody needs to be called
#[utoipa::path(post, path = CALL_OFF, tag = "pages", operation_id = "callPageOff",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "As it is now", body = Page), WriteProblems))]
async fn call_off(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PageId>,
) -> Result<Json<Page>> {
    act(&web, &visitor, id, Answer::CallOff).await
}

/// Resolve everything that it is about
#[utoipa::path(post, path = RESOLVE, tag = "pages", operation_id = "resolvePage",
    params(("id" = Uuid, Path, description = "Its id")), request_body = Resolve,
    responses((status = 200, description = "As it is now", body = Page), WriteProblems))]
async fn resolve(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PageId>,
    ApiJson(body): ApiJson<Resolve>,
) -> Result<Json<Page>> {
    let resolution = resolution(body)?;
    let page = app::resolve(&web.eider, visitor.actor(), id, resolution).await?;
    told(&web, &visitor, page).await
}

async fn act(web: &Web, visitor: &Visitor, id: PageId, answer: Answer) -> Result<Json<Page>> {
    let page = app::act(&web.eider, visitor.actor(), id, answer, Way::Api).await?;
    told(web, visitor, page).await
}

async fn told(web: &Web, visitor: &Visitor, page: rules::Page) -> Result<Json<Page>> {
    let view = app::show(&web.eider, page).await?;
    Ok(Json(Page::of(&view, visitor)))
}

/// Why people are called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PageReason)]
struct Reason {
    /// Why it cannot wait. Whoever is called reads it.
    #[serde(deserialize_with = "text::<300, _>")]
    #[schema(
        max_length = 300,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    reason: String,
}

/// Why somebody cannot.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = DeclineReason)]
struct MaybeReason {
    /// Why.
    #[serde(default, deserialize_with = "maybe_text::<300, _>")]
    #[schema(max_length = 300)]
    reason: Option<String>,
}

/// Who shall have it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandOver {
    /// The id or address of somebody who works on tickets, or `me`.
    person: String,
}

/// Until when it can wait, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NotNow {
    /// Until when, at most four days ahead; until hours start, when it is not given.
    #[serde(default)]
    until: Option<Timestamp>,
    /// Why.
    #[serde(deserialize_with = "text::<300, _>")]
    #[schema(
        max_length = 300,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    reason: String,
}

/// Whose people are called for practice, and what for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BeginDrill)]
struct Drill {
    /// The squad, by id or name; null for the company's people.
    #[serde(default)]
    squad: Option<String>,
    /// What for.
    #[serde(deserialize_with = "text::<300, _>")]
    #[schema(
        max_length = 300,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    reason: String,
}
