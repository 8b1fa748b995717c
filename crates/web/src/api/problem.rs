//! How errors are described: the problem document, and which statuses may come.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::{
    IntoResponses, Modify, PartialSchema, ToSchema,
    openapi::{
        self, ContentBuilder, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder,
        schema::{ObjectBuilder, Type},
    },
};

/// Why a request was not done (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "the door writes it; this is its description")]
pub(super) struct Problem {
    /// Always `about:blank`: the status tells the kind.
    r#type: String,
    /// The status in words.
    title: String,
    /// The status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong and what to do, in sentences.
    detail: String,
    /// What is wrong with single fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    errors: Option<Vec<FieldProblem>>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "the door writes it; this is its description")]
pub(super) struct FieldProblem {
    /// The field, as it is sent.
    field: String,
    /// What is wrong with it, in a sentence.
    message: String,
}

const DESCRIPTIONS: [(u16, &str, &str); 11] = [
    (400, "Unreadable", "The request cannot be read"),
    (401, "NotSignedIn", "No token was sent, or it is not good"),
    (403, "Forbidden", "The token or its owner may not do this"),
    (404, "NotFound", "What is asked about is not here"),
    (409, "Refused", "The rules say no, as things stand now"),
    (413, "TooLarge", "The body is too large"),
    (
        415,
        "WrongKind",
        "The body is not of a kind that is read here",
    ),
    (
        422,
        "Unusable",
        "The request can be read, and a value of it cannot be used",
    ),
    (429, "TooMany", "Too often in too short a time"),
    (500, "Failed", "Something went wrong here"),
    (503, "Unavailable", "The database does not answer just now"),
];

/// Writes the descriptions of errors into the document, each once.
pub(super) struct Responses;

impl Modify for Responses {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let schemas = [
            (Problem::name(), Problem::schema()),
            (FieldProblem::name(), FieldProblem::schema()),
        ];
        for (name, schema) in schemas {
            components.schemas.insert(name.into_owned(), schema);
        }
        for (status, name, description) in DESCRIPTIONS {
            let response = response(status, description);
            components
                .responses
                .insert(name.to_owned(), response.into());
        }
    }
}

fn response(status: u16, description: &str) -> Response {
    let schema = Ref::from_schema_name(Problem::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let mut response = ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content);
    if matches!(status, 429 | 503) {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).build();
        let header = HeaderBuilder::new()
            .schema(Some(seconds))
            .description(Some("After how many seconds it may be tried again"))
            .build();
        response = response.header("Retry-After", header);
    }
    response.build()
}

fn named(statuses: &[u16]) -> BTreeMap<String, RefOr<Response>> {
    DESCRIPTIONS
        .iter()
        .filter(|(status, ..)| statuses.contains(status))
        .map(|(status, name, _)| {
            let reference = RefOr::Ref(Ref::from_response_name(*name));
            (status.to_string(), reference)
        })
        .collect()
}

/// What reading a list can be answered with, besides the list.
pub(super) struct ListProblems;

impl IntoResponses for ListProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        named(&[400, 401, 403, 422, 429, 500, 503])
    }
}

/// What reading a list of one thing can be answered with, besides the list.
pub(super) struct PartProblems;

impl IntoResponses for PartProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        named(&[400, 401, 403, 404, 422, 429, 500, 503])
    }
}

/// What reading one thing can be answered with, besides the thing.
pub(super) struct ReadProblems;

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        named(&[400, 401, 403, 404, 429, 500, 503])
    }
}

/// What a request that changes something can be answered with.
pub(super) struct WriteProblems;

impl IntoResponses for WriteProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        named(&[400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503])
    }
}
