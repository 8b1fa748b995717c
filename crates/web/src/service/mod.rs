//! Services that monitors watch: who looks after them, what their alerts are worth, their keys.

mod form;
mod key;
mod list;
mod maintenance;
mod page;

use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use eider_domain::{
    ServiceId,
    access::{Action, may},
    service::Service,
};
use maud::Markup;

use crate::{
    Error, Result, Visitor, Web,
    components::layout::{self, NavItem},
    door::{Access, Rule},
};

pub(crate) const LIST: &str = "/services";
const NEW: &str = "/services/new";
const ONE: &str = "/services/{id}";
const EDIT: &str = "/services/{id}/edit";
const KEYS: &str = "/services/{id}/keys";
const WITHDRAW: &str = "/services/{id}/keys/{key}/withdraw";
const MAINTENANCE: &str = "/services/{id}/maintenance";
const END_MAINTENANCE: &str = "/services/{id}/maintenance/end";

const READ: Access = Access::Needs(Action::Read);

// Whether the squad is theirs is decided with the service at hand.
pub(crate) const RULES: &[Rule] = &[
    Rule::get(LIST, READ),
    Rule::get(ONE, READ),
    Rule::get(NEW, Access::Recognised),
    Rule::post(NEW, Access::Recognised),
    Rule::get(EDIT, Access::Recognised),
    Rule::post(EDIT, Access::Recognised),
    Rule::post(KEYS, Access::Recognised),
    Rule::post(WITHDRAW, Access::Recognised),
    Rule::post(MAINTENANCE, Access::Recognised),
    Rule::post(END_MAINTENANCE, Access::Recognised),
];

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route(LIST, get(list::page))
        .route(NEW, get(form::new).post(form::add))
        .route(ONE, get(page::page))
        .route(EDIT, get(form::edit).post(form::save))
        .route(KEYS, post(key::make))
        .route(WITHDRAW, post(key::withdraw))
        .route(MAINTENANCE, post(maintenance::plan))
        .route(END_MAINTENANCE, post(maintenance::end))
}

/// The path of a service's page.
pub(crate) fn path(id: ServiceId) -> String {
    format!("{LIST}/{id}")
}

fn found<'a>(visitor: &'a Visitor, id: &str) -> Result<&'a Service> {
    let service = id.parse().ok().and_then(|id| visitor.desk.service(id));
    service.ok_or_else(|| Error::App(eider_app::Error::NotFound("This service".into())))
}

/// Whether the visitor may change the service.
fn keeps(visitor: &Visitor, service: &Service) -> bool {
    let squad = service.squad;
    may(visitor.actor(), Action::ManageSquad { squad }).is_ok()
}

/// Refuses whoever can add no service at all.
fn may_add(visitor: &Visitor) -> Result<()> {
    let squads = visitor.desk.squads.iter().map(|squad| Some(squad.id));
    let mut allowed = squads
        .chain([None])
        .map(|squad| may(visitor.actor(), Action::ManageSquad { squad }));
    if allowed.clone().any(|allowed| allowed.is_ok()) {
        return Ok(());
    }
    match allowed.next_back() {
        Some(Err(forbidden)) => Err(Error::App(forbidden.into())),
        _ => Ok(()),
    }
}

/// A page about services.
fn shown(visitor: &Visitor, title: &str, path: &str, body: Markup) -> Markup {
    let mut shell = visitor.shell(title, NavItem::Settings);
    path.clone_into(&mut shell.path);
    layout::page(&shell, body)
}

/// The same page again, with what was wrong.
fn again(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
