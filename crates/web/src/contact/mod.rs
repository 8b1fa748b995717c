//! How somebody is reached: their contact methods, in which order they are tried, a test page.

mod add;
mod browser;
mod method;
mod page;
mod plan;
mod words;

use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use eider_app::contact::MyContact;
use eider_domain::{MethodId, access::Action, contact::Method};
use maud::Markup;

use crate::{
    Error, Result, Visitor, Web, assets,
    components::layout::{self, NavItem},
    door::{Access, Rule},
};

/// Where people see how they are reached.
pub(crate) const HOME: &str = "/my-duty/contact";
const METHODS: &str = "/my-duty/contact/methods";
const BROWSER: &str = "/my-duty/contact/browser";
const METHOD: &str = "/my-duty/contact/methods/{id}";
const CODE: &str = "/my-duty/contact/methods/{id}/code";
const REMOVE: &str = "/my-duty/contact/methods/{id}/remove";
const PLAN: &str = "/my-duty/contact/plan";
pub(crate) const TEST: &str = "/my-duty/contact/test";

const WORK: Access = Access::Needs(Action::Work);
const OWN: Access = Access::Needs(Action::OwnContact);

pub(crate) const RULES: &[Rule] = &[
    Rule::get(HOME, WORK),
    Rule::post(METHODS, OWN),
    Rule::post(BROWSER, OWN),
    Rule::get(METHOD, WORK),
    Rule::post(METHOD, OWN),
    Rule::post(CODE, OWN),
    Rule::post(REMOVE, OWN),
    Rule::get(PLAN, WORK),
    Rule::post(PLAN, OWN),
    Rule::post(TEST, OWN),
];

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route(HOME, get(page::page))
        .route(METHODS, post(add::add))
        .route(BROWSER, post(browser::add))
        .route(METHOD, get(method::page).post(method::verify))
        .route(CODE, post(method::send_code))
        .route(REMOVE, post(method::remove))
        .route(PLAN, get(plan::page).post(plan::save))
        .route(TEST, post(page::test))
}

pub(crate) use words::summary;

/// The path of one method.
fn path(id: MethodId) -> String {
    METHOD.replace("{id}", &id.to_string())
}

/// The method of the id in a path.
fn found<'a>(contact: &'a MyContact, id: &str) -> Result<&'a Method> {
    let mut methods = contact.methods.iter();
    let found = methods.find(|method| method.id.to_string() == id);
    found.ok_or_else(|| Error::App(eider_app::Error::NotFound("This contact method".into())))
}

/// A page about how somebody is reached.
fn shell(
    visitor: &Visitor,
    title: &str,
    path: &str,
    notice: Option<Markup>,
    body: Markup,
) -> Markup {
    let mut shell = visitor.shell(title, NavItem::OnCall);
    path.clone_into(&mut shell.path);
    shell.notice = notice;
    shell.own_script = (path == HOME).then(assets::contact_script_path);
    layout::page(&shell, body)
}

/// The same form again, with what was wrong.
fn again(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
