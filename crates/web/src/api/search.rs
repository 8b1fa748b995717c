//! Finding: what contains some words, and what resembles a question.

use axum::{Json, extract::State};
use eider_app::search::{self as app, SimilarQuery};
use eider_domain::{
    access::Action,
    ticket::{self as rules, StatusKind},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::ApiQuery,
    feature::Feature,
    known_issue::KnownIssue,
    naming::{self, Named, find_feature},
    problem::ListProblems,
    word::{NumberText, RankText, StatusWord},
};
use crate::{
    Error, Result, Visitor, Web,
    door::{Access, Rule},
};

const SEARCH: &str = "/api/v1/search";
const SIMILAR: &str = "/api/v1/similar";

/// How many tickets are found when nothing was asked, and at most.
const DEFAULT_LIMIT: usize = 20;
const LARGEST_LIMIT: usize = 100;
/// Longest text to look for, in characters: more does not fit into an address.
const TEXT_LIMIT_CHARACTERS: usize = 2_000;

pub(super) const RULES: &[Rule] = &[
    Rule::get(SEARCH, Access::Needs(Action::Read)),
    Rule::get(SIMILAR, Access::Needs(Action::Read)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(search))
        .routes(routes!(similar))
}

/// A ticket that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct FoundTicket {
    /// Identity.
    id: Uuid,
    /// The number that people see.
    number: NumberText,
    /// What it is about, in a line.
    title: String,
    /// Where it stands.
    #[schema(value_type = StatusWord)]
    status: StatusKind,
    /// How urgent it is held to be.
    priority: RankText,
    /// What it is about.
    feature: Option<Named>,
    /// What made it happen, once it was resolved.
    cause: Option<String>,
}

impl FoundTicket {
    fn of(ticket: &rules::Ticket, visitor: &Visitor) -> Self {
        let feature = ticket.feature.map(|id| naming::feature(&visitor.desk, id));
        let resolution = ticket.status.resolution();
        Self {
            id: ticket.id.0,
            number: NumberText(ticket.number),
            title: ticket.title.clone(),
            status: ticket.status.kind(),
            priority: RankText(ticket.priority),
            feature,
            cause: resolution.map(|resolution| resolution.cause.clone()),
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Found {
    /// Tickets, the best first; the one whose number was written before all.
    tickets: Vec<FoundTicket>,
    /// No ticket contains all the words; these contain some of them.
    only_some_words: bool,
    /// Known issues, the best first.
    known_issues: Vec<KnownIssue>,
    /// Features.
    features: Vec<Feature>,
}

/// What to find.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// The words, or the number of a ticket.
    #[param(max_length = 2000)]
    text: String,
    /// How many tickets at most.
    #[param(value_type = i64, required = false, minimum = 1, maximum = 100)]
    limit: Option<usize>,
}

/// Find tickets, known issues and features by words
#[utoipa::path(get, path = SEARCH, tag = "finding", operation_id = "search", params(SearchQuery),
    responses((status = 200, description = "What was found", body = Found), ListProblems))]
async fn search(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(query): ApiQuery<SearchQuery>,
) -> Result<Json<Found>> {
    let limit = limit(query.limit)?;
    let text = plain("text", &query.text)?;
    let found = app::search(&web.eider, visitor.actor(), &text, limit).await?;
    let number = found.by_number.as_ref().map(|ticket| ticket.number);
    let others = found.tickets.iter();
    let others = others.filter(|ticket| Some(ticket.number) != number);
    let tickets = found.by_number.iter().chain(others).take(limit);
    Ok(Json(Found {
        tickets: tickets.map(|one| FoundTicket::of(one, &visitor)).collect(),
        only_some_words: found.only_some_words,
        known_issues: known_issues(&found.known_issues, &visitor),
        features: found
            .features
            .iter()
            .map(|feature| Feature::of(feature, &visitor))
            .collect(),
    }))
}

/// What resembles a question.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Similar {
    /// Tickets, the likeliest first.
    tickets: Vec<FoundTicket>,
    /// Known issues that may be it, the likeliest first.
    known_issues: Vec<KnownIssue>,
}

/// A question as far as it is written.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct QuestionQuery {
    /// The title.
    #[serde(default)]
    #[param(required = false, max_length = 2000)]
    title: String,
    /// What happened; the first 2,000 characters tell enough.
    #[serde(default)]
    #[param(required = false, max_length = 2000)]
    what: String,
    /// The name or id of the feature.
    #[param(value_type = String, required = false)]
    feature: Option<String>,
    /// A ticket that is left out.
    #[param(value_type = NumberText, required = false)]
    except: Option<NumberText>,
    /// How many tickets at most.
    #[param(value_type = i64, required = false, minimum = 1, maximum = 100)]
    limit: Option<usize>,
}

/// Find what resembles a question
#[utoipa::path(get, path = SIMILAR, tag = "finding", operation_id = "findSimilar",
    params(QuestionQuery),
    responses((status = 200, description = "What resembles it", body = Similar), ListProblems))]
async fn similar(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(query): ApiQuery<QuestionQuery>,
) -> Result<Json<Similar>> {
    let limit = limit(query.limit)?;
    let feature = query.feature.as_deref();
    let feature = feature.map(|text| find_feature(&visitor.desk, text));
    let question = SimilarQuery {
        title: plain("title", &query.title)?,
        what: plain("what", &query.what)?,
        feature: feature.transpose()?,
        except: query.except.map(|number| number.0),
    };
    let found = app::similar(&web.eider, visitor.actor(), &question, limit).await?;
    let tickets = found.tickets.iter();
    Ok(Json(Similar {
        tickets: tickets.map(|one| FoundTicket::of(one, &visitor)).collect(),
        known_issues: known_issues(&found.known_issues, &visitor),
    }))
}

fn known_issues(
    issues: &[eider_domain::known_issue::KnownIssue],
    visitor: &Visitor,
) -> Vec<KnownIssue> {
    let issues = issues.iter();
    issues.map(|issue| KnownIssue::of(issue, visitor)).collect()
}

fn limit(limit: Option<usize>) -> Result<usize> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if (1..=LARGEST_LIMIT).contains(&limit) {
        return Ok(limit);
    }
    Err(Error::BadRequest(format!(
        "“limit” is how many tickets are found: a number from 1 to {LARGEST_LIMIT}."
    )))
}

/// The text without control characters, which one of the databases does not take.
fn plain(field: &str, text: &str) -> Result<String> {
    if text.chars().count() > TEXT_LIMIT_CHARACTERS {
        return Err(Error::BadRequest(format!(
            "“{field}” is too long: at most {TEXT_LIMIT_CHARACTERS} characters are looked for."
        )));
    }
    Ok(text.replace(char::is_control, " "))
}
