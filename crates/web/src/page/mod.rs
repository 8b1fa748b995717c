//! Pages that call people: what is being called, the link with its buttons, having people called by
//! hand, drills.

mod answer;
mod by_hand;
mod drill;
mod link;
mod list;
mod one;
mod standing;

use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use eider_domain::{PageId, access::Action};
use maud::Markup;

use crate::{
    Visitor, Web,
    components::layout::{self, NavItem},
    door::{Access, Rule},
};

pub(crate) use by_hand::offer;
pub(crate) use standing::{of_ticket, unanswered};

const LIST: &str = "/pages";
const DRILL: &str = "/pages/drill";
const ONE: &str = "/pages/{id}";
const ON_TICKET: &str = "/tickets/{number}/page";
const LINK: &str = "/p/{secret}";

const READ: Access = Access::Needs(Action::Read);
const WORK: Access = Access::Needs(Action::Work);
const ASK: Access = Access::Needs(Action::Ask);
/// Whether the squad is theirs is decided with the squad at hand.
const LEAD: Access = Access::Needs(Action::KeepKnownIssues);

pub(crate) const RULES: &[Rule] = &[
    Rule::get(LIST, READ),
    Rule::get(DRILL, LEAD),
    Rule::post(DRILL, LEAD),
    Rule::get(ONE, READ),
    Rule::post(ONE, WORK),
    // Whether it is theirs to say is decided with the ticket at hand.
    Rule::get(ON_TICKET, ASK),
    Rule::post(ON_TICKET, ASK),
    // Whoever is called may have no session where they are; the secret is their right to answer.
    Rule::get(LINK, Access::Anyone),
    Rule::post(LINK, Access::Anyone),
];

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route(LIST, get(list::page))
        .route(DRILL, get(drill::form).post(drill::begin))
        .route(ONE, get(one::page).post(one::act))
        .route(ON_TICKET, get(by_hand::form).post(by_hand::call))
        .route(LINK, get(link::page).post(link::act))
}

/// The path of a page.
pub(crate) fn path(id: PageId) -> String {
    format!("{LIST}/{id}")
}

fn framed(visitor: &Visitor, title: &str, path: &str, body: Markup) -> Markup {
    let mut shell = visitor.shell(title, NavItem::OnCall);
    path.clone_into(&mut shell.path);
    layout::page(&shell, body)
}

/// The same form again, with what was wrong.
fn again(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
