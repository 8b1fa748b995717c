//! The words of a report.

use axum::{Json, extract::State};
use eider_app::configure;
use eider_domain::{access::Action, glossary as rules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::ApiJson,
    page::Paged,
    problem::{ListProblems, WriteProblems},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/glossary";

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::new("PUT", LIST, Access::Needs(Action::Configure)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(list, write))
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
    let terms = visitor.desk.glossary.iter().cloned().map(Term::from);
    Ok(Json(Paged::whole(terms.collect())))
}

/// All words of a report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteGlossary {
    /// The words, in the order in which they are offered.
    #[schema(max_items = 50)]
    items: Vec<WriteTerm>,
}

/// A word, and what it means here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteTerm {
    /// The key of a word that is there; a new word gets one from itself.
    #[serde(default)]
    key: String,
    /// The word as it is shown.
    #[schema(pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")]
    word: String,
    /// What it means.
    #[schema(pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")]
    meaning: String,
}

impl From<rules::Term> for Term {
    fn from(term: rules::Term) -> Self {
        Self {
            key: term.key,
            word: term.word,
            meaning: term.meaning,
        }
    }
}

/// Write the words of a report, all of them
#[utoipa::path(put, path = LIST, tag = "configuration", operation_id = "writeWords",
    request_body = WriteGlossary,
    responses((status = 200, description = "All words as they are now", body = Paged<Term>),
        WriteProblems))]
async fn write(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<WriteGlossary>,
) -> Result<Json<Paged<Term>>> {
    let terms = body.items.into_iter().map(|term| rules::Term {
        key: term.key,
        word: term.word,
        meaning: term.meaning,
    });
    let terms = configure::save_glossary(&web.eider, visitor.actor(), terms.collect()).await?;
    Ok(Json(Paged::whole(
        terms.into_iter().map(Term::from).collect(),
    )))
}
