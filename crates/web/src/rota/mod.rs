//! On call: who is now and next, a rota's calendar, overrides, swaps, my duty, calendar feeds.

mod calendar;
mod change;
mod duty;
mod feed;
mod form;
mod layer_form;
mod month;
mod on_call;
mod swap;
pub(crate) mod words;

use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use eider_domain::{RotaId, access::Action, rota::Rota};
use maud::Markup;

use crate::{
    Error, Result, Visitor, Web,
    components::layout::{self, NavItem},
    door::{Access, Rule},
};

const HOME: &str = "/on-call";
const NEW: &str = "/on-call/rotas/new";
const ROTA: &str = "/on-call/rotas/{id}";
const EDIT: &str = "/on-call/rotas/{id}/edit";
const OVERRIDE: &str = "/on-call/rotas/{id}/override";
const SWAP: &str = "/on-call/rotas/{id}/swap";
const END_CHANGE: &str = "/on-call/changes/{id}/end";
const DUTY: &str = "/my-duty";
const NUMBER: &str = "/my-duty/number";
const ABSENCES: &str = "/my-duty/absences";
const END_ABSENCE: &str = "/my-duty/absences/{id}/end";
const ANSWER: &str = "/my-duty/swaps/{id}";
const FEEDS: &str = "/my-duty/feeds";
const FEED: &str = "/feeds/{secret}";

const READ: Access = Access::Needs(Action::Read);
const WORK: Access = Access::Needs(Action::Work);
/// Whether the squad is theirs is decided with the rota at hand.
const PLAN: Access = Access::Needs(Action::KeepKnownIssues);

pub(crate) const RULES: &[Rule] = &[
    Rule::get(HOME, READ),
    Rule::get(NEW, PLAN),
    Rule::post(NEW, PLAN),
    Rule::get(ROTA, READ),
    Rule::get(EDIT, PLAN),
    Rule::post(EDIT, PLAN),
    Rule::get(OVERRIDE, WORK),
    Rule::post(OVERRIDE, WORK),
    Rule::get(SWAP, WORK),
    Rule::post(SWAP, WORK),
    Rule::post(END_CHANGE, WORK),
    Rule::get(DUTY, WORK),
    // Two rights at once: to work on tickets, and one's own account.
    Rule::post(NUMBER, Access::Recognised),
    Rule::post(ABSENCES, WORK),
    Rule::post(END_ABSENCE, WORK),
    Rule::get(ANSWER, WORK),
    Rule::post(ANSWER, WORK),
    Rule::post(FEEDS, Access::Recognised),
    // Calendars cannot sign in; whoever has the address reads it.
    Rule::get(FEED, Access::Anyone),
];

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route(HOME, get(on_call::page))
        .route(NEW, get(form::new).post(form::add))
        .route(ROTA, get(calendar::page))
        .route(EDIT, get(form::edit).post(form::save))
        .route(OVERRIDE, get(change::form).post(change::put))
        .route(SWAP, get(swap::form).post(swap::ask))
        .route(END_CHANGE, post(change::end))
        .route(DUTY, get(duty::page))
        .route(NUMBER, post(duty::number))
        .route(ABSENCES, post(duty::note_absence))
        .route(END_ABSENCE, post(duty::end_absence))
        .route(ANSWER, get(swap::offer_form).post(swap::answer))
        .route(FEEDS, post(feed::make))
        .route(FEED, get(feed::read))
}

/// The path of a rota's calendar.
fn path(id: RotaId) -> String {
    format!("/on-call/rotas/{id}")
}

/// The rota of the id in a path.
fn found<'a>(visitor: &'a Visitor, id: &str) -> Result<&'a Rota> {
    let id = id.parse().ok();
    id.and_then(|id| visitor.desk.rota(id))
        .ok_or_else(|| Error::App(eider_app::Error::NotFound("This rota".into())))
}

/// A page about who is on call.
fn page(visitor: &Visitor, title: &str, path: &str, body: Markup) -> Markup {
    let mut shell = visitor.shell(title, NavItem::OnCall);
    path.clone_into(&mut shell.path);
    layout::page(&shell, body)
}

/// The same form again, with what was wrong.
fn again(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
