//! Asking for help: a form that anybody can finish in a minute (A5, A6, A10).

mod answers;
mod calls;
mod form;

use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use eider_app::{FieldError, ticket};
use eider_domain::{access::Action, ticket::Report};
use maud::Markup;
use serde::Deserialize;

use crate::{
    Error, Result, Visitor, Web,
    components::tickets,
    door::{Access, Rule},
    outcome::Outcome,
    similar,
    ticket::shown,
    upload::Upload,
};

use answers::Answers;
pub(crate) use answers::instant;
pub(crate) use form::priority_cards;

pub(crate) const RULES: &[Rule] = &[
    Rule::get("/ask", Access::Needs(Action::Ask)),
    Rule::post("/ask", Access::Needs(Action::Ask)),
    Rule::get("/ask/similar", Access::Needs(Action::Read)),
];

/// The key of the draft that is kept on the device.
pub(crate) const DRAFT: &str = "ask";
/// How many suggestions are made.
const SIMILAR_LIMIT: usize = 5;

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/ask", get(page).post(ask))
        .route("/ask/similar", get(suggestions))
}

/// `GET /ask`. Other tools may fill in `title`, `what`, `feature` and more by the address.
async fn page(visitor: Visitor, query: Query<Vec<(String, String)>>) -> Markup {
    let answers = Answers::from_pairs(&query.0, &visitor.desk);
    form::page(&visitor, &answers, &[], None)
}

/// `POST /ask`.
async fn ask(State(web): State<Web>, visitor: Visitor, upload: Upload) -> Result<Response> {
    let answers = Answers::from_upload(&upload);
    if !upload.text("look").is_empty() {
        // Without the script nothing is found while somebody writes.
        let words = format!("{} {}", answers.written.title, answers.written.what);
        let feature = answers.written.feature();
        let found = similar::of_words(&web, &visitor, &words, feature, SIMILAR_LIMIT).await?;
        return Ok(form::page(&visitor, &answers, &[], Some(&found)).into_response());
    }
    let reader = visitor.reader();
    let (question, mut errors) = answers.question(&visitor.desk, &reader);
    // Everything that is wrong is told at once: what is wrong here, and what the use case finds.
    let outcome = if is_well_told(&question.report) {
        Outcome::AskedWell
    } else {
        Outcome::Asked
    };
    let had_files = !upload.files.is_empty();
    let asked = if errors.is_empty() {
        ticket::open_with_files(&web.eider, visitor.actor(), question, upload.files).await
    } else {
        // What was found above is enough to send it back.
        ticket::check(question, &visitor.desk, visitor.now)
            .and(Err(eider_app::Error::Invalid(Vec::new())))
    };
    let found = match asked {
        Ok(ticket) => return Ok(outcome.redirect(&web, &shown::path(ticket.number))),
        Err(eider_app::Error::Invalid(found)) => found,
        Err(error) => return Err(Error::from(error)),
    };
    for error in found {
        let field = if error.field == "file" {
            "files"
        } else {
            error.field
        };
        if !errors.iter().any(|known| known.field == field) {
            errors.push(FieldError { field, ..error });
        }
    }
    if had_files && !errors.iter().any(|error| error.field == "files") {
        let message = "A browser cannot keep files: choose them once more.";
        errors.push(FieldError::new("files", message));
    }
    errors.sort_by_key(|error| form::place_of(error.field));
    let page = form::page(&visitor, &answers, &errors, None);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What a responder thanks for: it says step by step what happens, since when, and what it is.
fn is_well_told(report: &Report) -> bool {
    report.steps.is_some()
        && report.since.is_some()
        && (report.expected.is_some() || report.word.is_some())
}

#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    q: String,
    /// The id of the feature, once one is chosen.
    #[serde(default)]
    feature: String,
}

/// `GET /ask/similar?q=&feature=`: a fragment.
async fn suggestions(
    State(web): State<Web>,
    visitor: Visitor,
    Query(typed): Query<Typed>,
) -> Result<Markup> {
    let feature = typed.feature.parse().ok();
    let found = similar::of_words(&web, &visitor, &typed.q, feature, SIMILAR_LIMIT).await?;
    Ok(tickets::similar(&found, &visitor.reader()))
}
