//! Tickets: asking, listing, reading. What is asked of one is in `command.rs`.

mod command;
mod document;
mod hat;
mod join;
mod news;
mod update;

use axum::{Json, extract::State, response::Response};
use eider_app::{Error as AppError, ticket as app};
use eider_domain::{
    access::Action,
    feature::Platform,
    ticket::{Noticed, Report, StatusKind, Tried},
};
use eider_store::ticket::{Filter, Order, Page};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) use command::{Resolve, resolution};
pub(super) use document::{Ticket, TicketSummary};

use super::{
    extract::{ApiPath, ApiQuery, Creates, KeyHeader, created},
    naming::{Names, find_feature, find_squad},
    page::{self, Paged},
    problem::{ListProblems, ReadProblems, WriteProblems},
    word::{
        NoticedWord, NumberText, PlatformWord, RankText, Several, StatusWord, maybe_text,
        maybe_whole, text,
    },
};
use crate::{
    Error, Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/tickets";
/// Longest text to look for, in characters.
const TEXT_LIMIT_CHARACTERS: usize = 1_000;
const ONE: &str = "/api/v1/tickets/{number}";

const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::post(LIST, Access::Needs(Action::Ask)),
    Rule::get(ONE, Access::Needs(Action::Read)),
];

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        RULES,
        command::RULES,
        hat::RULES,
        join::RULES,
        news::RULES,
        update::RULES,
    ]
    .into_iter()
    .flatten()
}

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, open))
        .routes(routes!(show))
        .merge(command::router())
        .merge(hat::router())
        .merge(join::router())
        .merge(news::router())
        .merge(update::router())
}

/// A ticket to open.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OpenTicket {
    /// What it is about, in a line.
    #[serde(deserialize_with = "text::<200, _>")]
    #[schema(
        max_length = 200,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    title: String,
    /// What happened.
    #[serde(deserialize_with = "text::<40000, _>")]
    #[schema(
        max_length = 40000,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    what: String,
    /// What was expected instead.
    #[serde(default, deserialize_with = "maybe_text::<40000, _>")]
    #[schema(max_length = 40000)]
    expected: Option<String>,
    /// The key of the word of the glossary that fits, such as `crash`.
    #[serde(default, deserialize_with = "maybe_text::<200, _>")]
    #[schema(max_length = 200)]
    word: Option<String>,
    /// The least urgent one, when it is left out.
    priority: Option<RankText>,
    /// The name or id of the feature that it is about.
    #[serde(default, deserialize_with = "maybe_text::<200, _>")]
    #[schema(max_length = 200)]
    feature: Option<String>,
    /// Where it was tried.
    #[serde(default)]
    #[schema(max_items = 20)]
    tried: Vec<TriedAt>,
    /// On which network.
    #[serde(default, deserialize_with = "maybe_text::<200, _>")]
    #[schema(max_length = 200)]
    network: Option<String>,
    /// Who noticed, and how.
    #[schema(value_type = Option<NoticedWord>)]
    noticed: Option<Noticed>,
    /// How many people it concerns.
    #[serde(default, deserialize_with = "maybe_whole")]
    #[schema(minimum = 0, maximum = 10_000_000_000_i64)]
    people_affected: Option<i64>,
    /// Since when.
    since: Option<Timestamp>,
    /// Steps with their timing.
    #[serde(default, deserialize_with = "maybe_text::<40000, _>")]
    #[schema(max_length = 40000)]
    steps: Option<String>,
    /// Web addresses that show it.
    #[serde(default)]
    #[schema(max_items = 20)]
    links: Vec<String>,
}

/// Where something was tried.
#[derive(Clone, Copy, Debug, Deserialize, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TriedAt {
    /// Where.
    #[schema(value_type = PlatformWord)]
    platform: Platform,
    /// Whether it works there.
    works: bool,
}

/// Open a ticket
#[utoipa::path(post, path = LIST, tag = "tickets", operation_id = "openTicket",
    params(KeyHeader), request_body = OpenTicket,
    responses((status = 201, description = "It is open", body = Ticket,
        headers(("Location" = String, description = "Where it is"))), WriteProblems))]
async fn open(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Creates<OpenTicket>,
) -> Result<Response> {
    let ask = ask(&visitor, asked.body)?;
    let ticket = app::open_once(&web.eider, visitor.actor(), ask, asked.key.as_ref()).await?;
    let location = format!("{LIST}/{}", ticket.number);
    let body = document::of_change(&web, &visitor, &ticket).await?;
    Ok(created(location, body))
}

fn ask(visitor: &Visitor, asked: OpenTicket) -> Result<app::Ask> {
    let feature = asked.feature.as_deref();
    let feature = feature.map(|text| find_feature(&visitor.desk, text));
    let tried = asked.tried.into_iter().map(|tried| Tried {
        platform: tried.platform,
        works: tried.works,
    });
    Ok(app::Ask {
        title: asked.title,
        priority: asked.priority.map(|rank| rank.0),
        feature: feature.transpose()?,
        report: Report {
            what: asked.what,
            expected: asked.expected,
            word: asked.word,
            tried: tried.collect(),
            network: asked.network,
            noticed: asked.noticed,
            people_affected: asked.people_affected,
            since: asked.since,
            steps: asked.steps,
            links: asked.links,
        },
    })
}

/// Read a ticket
#[utoipa::path(get, path = ONE, tag = "tickets", operation_id = "readTicket",
    params(("number" = NumberText, Path, description = "Its number")),
    responses((status = 200, description = "The ticket", body = Ticket), ReadProblems))]
async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
) -> Result<Json<Ticket>> {
    let card = app::card(&web.eider, visitor.actor(), number.0).await?;
    let names = Names {
        people: &card.names,
        desk: &visitor.desk,
    };
    Ok(Json(Ticket::of(&card.ticket, names, visitor.now)))
}

/// Which tickets are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// In one of these statuses, with commas between them.
    #[param(value_type = Vec<StatusWord>, required = false, style = Form, explode = false)]
    status: Option<Several<StatusKind>>,
    /// Only those to which somebody still has to do something, or only the others.
    #[param(value_type = bool, required = false)]
    open: Option<bool>,
    /// Only those that are past the time to answer or to put right.
    #[param(value_type = bool, required = false)]
    late: Option<bool>,
    /// Of one of these priorities, with commas between them.
    #[param(value_type = Vec<RankText>, required = false, style = Form, explode = false)]
    priority: Option<Several<RankText>>,
    /// The name or id of a feature.
    #[param(value_type = String, required = false)]
    feature: Option<String>,
    /// The name or id of a squad.
    #[param(value_type = String, required = false)]
    squad: Option<String>,
    /// The id or address of a person, `me`, or `none` for what nobody owns.
    #[param(value_type = String, required = false)]
    owner: Option<String>,
    /// The id or address of a person, or `me`.
    #[param(value_type = String, required = false)]
    reporter: Option<String>,
    /// Open ones that have to be put right before this instant.
    #[param(value_type = String, format = DateTime, required = false)]
    due_before: Option<Timestamp>,
    /// Asked at or after this instant.
    #[param(value_type = String, format = DateTime, required = false)]
    opened_from: Option<Timestamp>,
    /// Asked before this instant.
    #[param(value_type = String, format = DateTime, required = false)]
    opened_to: Option<Timestamp>,
    /// Containing all of these words.
    #[param(value_type = String, required = false, max_length = 1000)]
    text: Option<String>,
    /// `newest` (the usual one), or `urgency`: open tickets only, in one page without a cursor.
    #[param(value_type = ListOrder, required = false, inline)]
    order: Option<ListOrder>,
    /// How many a page has.
    #[param(value_type = i64, required = false, minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    #[param(value_type = NumberText, required = false)]
    cursor: Option<NumberText>,
}

/// In which order tickets are listed.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ListOrder {
    /// The newest first.
    Newest,
    /// The most urgent first.
    Urgency,
}

/// List tickets
#[utoipa::path(get, path = LIST, tag = "tickets", operation_id = "listTickets",
    params(ListQuery),
    responses((status = 200, description = "A page of tickets", body = Paged<TicketSummary>),
        ListProblems))]
async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(query): ApiQuery<ListQuery>,
) -> Result<Json<Paged<TicketSummary>>> {
    let limit = page::checked_limit(query.limit)?;
    let order = match query.order {
        Some(ListOrder::Urgency) if query.cursor.is_some() => return Err(page::bad_cursor()),
        Some(ListOrder::Urgency) => Order::Urgency,
        Some(ListOrder::Newest) | None => Order::Newest,
    };
    let part = Page {
        before: query.cursor.map(|cursor| cursor.0),
        limit: limit + 1,
        ..Page::default()
    };
    let filter = filter(&web, &visitor, query).await?;
    let listed = app::list(&web.eider, visitor.actor(), &filter, order, part).await?;
    let names = Names {
        people: &listed.names,
        desk: &visitor.desk,
    };
    let cursor = |ticket: &eider_store::ticket::Summary| ticket.number.to_string();
    let mut page = Paged::with_one_more(listed.tickets, limit, cursor);
    if order == Order::Urgency {
        page.next_cursor = None;
    }
    Ok(Json(page.map(|ticket| TicketSummary::of(&ticket, names))))
}

async fn filter(web: &Web, visitor: &Visitor, query: ListQuery) -> Result<Filter> {
    let length_characters = query.text.as_deref().map_or(0, |text| text.chars().count());
    if length_characters > TEXT_LIMIT_CHARACTERS {
        return Err(Error::BadRequest(format!(
            "“text” is too long: at most {TEXT_LIMIT_CHARACTERS} characters are looked for."
        )));
    }
    let (desk, actor) = (&visitor.desk, visitor.actor());
    let ranks = query.priority.into_iter().flat_map(|several| several.0);
    let mut filter = Filter {
        statuses: query.status.map(|several| several.0).unwrap_or_default(),
        priorities: ranks.map(|rank| rank.0).collect(),
        due_before: query.due_before,
        opened_from: query.opened_from,
        opened_to: query.opened_to,
        text: query
            .text
            .map(|text| text.replace(char::is_control, " "))
            .filter(|text| !text.trim().is_empty()),
        ..Filter::default()
    };
    match query.open {
        Some(true) => filter.only_open = true,
        Some(false) if filter.statuses.is_empty() => {
            let over = StatusKind::ALL
                .into_iter()
                .filter(|status| !status.is_open());
            filter.statuses = over.collect();
        }
        Some(false) => {
            let message = "“open=false” cannot stand beside “status”. Leave one of them out.";
            return Err(AppError::field("open", message).into());
        }
        None => {}
    }
    if query.late == Some(true) {
        filter.late_at = Some(visitor.now);
    }
    if let Some(text) = &query.feature {
        filter.feature = Some(find_feature(desk, text)?);
    }
    if let Some(text) = &query.squad {
        filter.squad = Some(find_squad(desk, text)?);
    }
    match query.owner.as_deref() {
        None => {}
        Some("none") => filter.only_unowned = true,
        Some(text) => {
            let owner = eider_app::person::find(&web.eider, actor, "owner", text).await?;
            filter.owner = Some(owner);
        }
    }
    if let Some(text) = &query.reporter {
        let reporter = eider_app::person::find(&web.eider, actor, "reporter", text).await?;
        filter.reporter = Some(reporter);
    }
    Ok(filter)
}
