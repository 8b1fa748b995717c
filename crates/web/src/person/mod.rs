//! People and squads: who is here, what they do, and who lets them in.

mod invite;
mod list;
mod manage;
mod page;
mod role;
mod squad;
mod squad_edit;

use axum::{
    Router,
    routing::{get, post},
};
use eider_domain::{PersonId, access::Action};

use crate::{
    Error, Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/people";
const ONE: &str = "/people/{id}";
const ROLE: &str = "/people/{id}/role";
const SQUADS: &str = "/people/{id}/squads";
const DISABLE: &str = "/people/{id}/disable";
const ENABLE: &str = "/people/{id}/enable";
const PASSWORD_LINK: &str = "/people/{id}/password-link";
const INVITE: &str = "/people/invite";
const WITHDRAW: &str = "/people/invitations/withdraw";
const SQUAD: &str = "/squads/{id}";
const NEW_SQUAD: &str = "/squads/new";
const EDIT_SQUAD: &str = "/squads/{id}/edit";
const MEMBERS: &str = "/squads/{id}/members";
const REMOVE_MEMBER: &str = "/squads/{id}/members/remove";

const READ: Access = Access::Needs(Action::Read);
const MANAGE: Access = Access::Needs(Action::ManagePeople);
const FOUND_SQUADS: Access = Access::Needs(Action::ManageSquad { squad: None });

pub(crate) const RULES: &[Rule] = &[
    Rule::get(LIST, READ),
    Rule::get(ONE, READ),
    Rule::post(ROLE, MANAGE),
    Rule::post(SQUADS, MANAGE),
    Rule::post(DISABLE, MANAGE),
    Rule::post(ENABLE, MANAGE),
    Rule::post(PASSWORD_LINK, MANAGE),
    Rule::get(INVITE, MANAGE),
    Rule::post(INVITE, MANAGE),
    Rule::post(WITHDRAW, MANAGE),
    Rule::get(SQUAD, READ),
    Rule::get(NEW_SQUAD, FOUND_SQUADS),
    Rule::post(NEW_SQUAD, FOUND_SQUADS),
    Rule::get(EDIT_SQUAD, Access::Recognised),
    Rule::post(EDIT_SQUAD, Access::Recognised),
    Rule::post(MEMBERS, Access::Recognised),
    Rule::post(REMOVE_MEMBER, Access::Recognised),
];

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route(LIST, get(list::page))
        .route(ONE, get(page::page))
        .route(ROLE, post(manage::change_role))
        .route(SQUADS, post(manage::set_squads))
        .route(DISABLE, post(manage::disable))
        .route(ENABLE, post(manage::enable))
        .route(PASSWORD_LINK, post(manage::password_link))
        .route(INVITE, get(invite::page).post(invite::submit))
        .route(WITHDRAW, post(invite::withdraw))
        .route(SQUAD, get(squad::page))
        .route(NEW_SQUAD, get(squad_edit::new).post(squad_edit::found))
        .route(EDIT_SQUAD, get(squad_edit::edit).post(squad_edit::save))
        .route(MEMBERS, post(squad::add))
        .route(REMOVE_MEMBER, post(squad::remove))
}

/// The path of a person's page.
pub(crate) fn path_of(id: PersonId) -> String {
    format!("{LIST}/{id}")
}

/// The id in a path; what is none belongs to no page.
fn id<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::NoSuchPage)
}

/// Whether the visitor lets people in and gives them roles.
fn manages_people(visitor: &Visitor) -> bool {
    eider_domain::access::may(visitor.actor(), Action::ManagePeople).is_ok()
}
