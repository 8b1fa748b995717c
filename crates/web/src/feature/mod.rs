//! Features: what people ask about, who looks after it, and where it can be tried.

mod form;
mod list;
mod page;

use axum::{
    Router,
    routing::{get, post},
};
use eider_domain::{
    FeatureId,
    access::{Action, may},
    feature::Feature,
};

use crate::{
    Error, Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/features";
const NEW: &str = "/features/new";
const ONE: &str = "/features/{id}";
const EDIT: &str = "/features/{id}/edit";
const RETIRE: &str = "/features/{id}/retire";
const BRING_BACK: &str = "/features/{id}/bring-back";

const READ: Access = Access::Needs(Action::Read);

pub(crate) const RULES: &[Rule] = &[
    Rule::get(LIST, READ),
    Rule::get(ONE, READ),
    Rule::get(NEW, Access::Recognised),
    Rule::post(NEW, Access::Recognised),
    Rule::get(EDIT, Access::Recognised),
    Rule::post(EDIT, Access::Recognised),
    Rule::post(RETIRE, Access::Recognised),
    Rule::post(BRING_BACK, Access::Recognised),
];

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route(LIST, get(list::page))
        .route(NEW, get(form::new).post(form::add))
        .route(ONE, get(page::page))
        .route(EDIT, get(form::edit).post(form::save))
        .route(RETIRE, post(page::retire))
        .route(BRING_BACK, post(page::bring_back))
}

/// The path of a feature's page.
fn path(id: FeatureId) -> String {
    format!("{LIST}/{id}")
}

fn found<'a>(visitor: &'a Visitor, id: &str) -> Result<&'a Feature> {
    let feature = id.parse().ok().and_then(|id| visitor.desk.feature(id));
    feature.ok_or_else(|| Error::App(eider_app::Error::NotFound("This feature".into())))
}

/// Whether the visitor may change the feature.
fn keeps(visitor: &Visitor, feature: &Feature) -> bool {
    let squad = feature.squad;
    may(visitor.actor(), Action::ManageSquad { squad }).is_ok()
}

/// Refuses whoever can add no feature at all.
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
