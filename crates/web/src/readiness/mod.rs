//! Am I ready? What to see to before a shift begins, and the one button that says so.

mod page;
mod words;

use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::{get, post},
};
use eider_app::{contact, readiness};
use eider_domain::{AttemptId, access::Action};
use jiff::Timestamp;

use crate::{
    Error, Result, Visitor, Web,
    answers::Answers,
    door::{Access, Rule},
    outcome::Outcome,
};

/// Where people say that they are ready.
pub(crate) const HOME: &str = "/my-duty/ready";
const CAME: &str = "/my-duty/ready/came/{id}";

const WORK: Access = Access::Needs(Action::Work);

pub(crate) const RULES: &[Rule] = &[
    Rule::get(HOME, WORK),
    Rule::post(HOME, WORK),
    Rule::post(CAME, Access::Needs(Action::OwnContact)),
];

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route(HOME, get(page::page).post(say))
        .route(CAME, post(came))
}

pub(crate) use page::summary;
pub(crate) use words::{OUT_OF_REACH, stands};

async fn say(State(web): State<Web>, visitor: Visitor, answers: Answers) -> Result<Response> {
    let unknown = || Error::App(eider_app::Error::NotFound("This shift of yours".into()));
    let rota = answers.text("rota").parse().map_err(|_| unknown())?;
    let from: Timestamp = answers.text("from").parse().map_err(|_| unknown())?;
    readiness::say_ready(&web.eider, visitor.actor(), rota, from).await?;
    Ok(Outcome::SaidReady.redirect(&web, HOME))
}

async fn came(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    let unknown = || Error::App(eider_app::Error::NotFound("This message".into()));
    let id: AttemptId = id.parse().map_err(|_| unknown())?;
    contact::it_came(&web.eider, visitor.actor(), id).await?;
    Ok(Outcome::TestPageCame.redirect(&web, HOME))
}
