//! The words of a report.

use axum::Json;
use eider_domain::access::Action;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{page::Paged, problem::ListProblems};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/glossary";

pub(super) const RULES: &[Rule] = &[Rule::get(LIST, Access::Needs(Action::Read))];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A word that reporters choose, and what it means here.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Term {
    /// The word that is sent, such as `crash`.
    key: String,
    /// The word as it is shown.
    word: String,
    /// What it means.
    meaning: String,
}

/// List the words of a report
#[utoipa::path(get, path = LIST, tag = "configuration", operation_id = "listWords",
    responses((status = 200, description = "All words", body = Paged<Term>), ListProblems))]
async fn list(visitor: Visitor) -> Result<Json<Paged<Term>>> {
    let terms = visitor.desk.glossary.iter().map(|term| Term {
        key: term.key.clone(),
        word: term.word.clone(),
        meaning: term.meaning.clone(),
    });
    Ok(Json(Paged::whole(terms.collect())))
}
