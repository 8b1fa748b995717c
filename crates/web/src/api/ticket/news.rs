//! "Any news?": how a ticket stands, in short.

use axum::{Json, extract::State};
use eider_app::ticket::{self as app, News};
use eider_domain::{access::Action, ticket::StatusKind};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        extract::ApiPath,
        naming::{Named, Names},
        problem::ReadProblems,
        word::{NumberText, StatusWord},
    },
    hat::HatWearers,
    update::TicketUpdate,
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const NEWS: &str = "/api/v1/tickets/{number}/news";

pub(super) const RULES: &[Rule] = &[Rule::get(NEWS, Access::Needs(Action::Read))];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(news))
}

/// How a ticket stands, in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct TicketNews {
    /// The number that people see.
    #[schema(value_type = NumberText)]
    number: NumberText,
    /// What it is about, in a line.
    title: String,
    /// Where it stands.
    #[schema(value_type = StatusWord)]
    status: StatusKind,
    /// Who has it.
    owner: Option<Named>,
    /// Who is diagnosing, and who is communicating.
    hats: HatWearers,
    /// The last update, if there was one.
    last_update: Option<TicketUpdate>,
    /// When the next update was promised for.
    next_update_at: Option<Timestamp>,
    /// An update was promised and has not come in time.
    is_late: bool,
}

impl TicketNews {
    fn of(news: &News, names: Names<'_>) -> Self {
        Self {
            number: NumberText(news.number),
            title: news.title.clone(),
            status: news.status,
            owner: news.owner.map(|id| names.person(id)),
            hats: HatWearers::of(news.hats, names),
            last_update: news.last.as_ref().map(|u| TicketUpdate::of(u, names)),
            next_update_at: news.next_at,
            is_late: news.is_late(),
        }
    }
}

/// Ask for news: the last update, and when the next one comes
#[utoipa::path(get, path = NEWS, tag = "tickets", operation_id = "readNews",
    params(("number" = NumberText, Path, description = "Its number")),
    responses((status = 200, description = "How it stands", body = TicketNews), ReadProblems))]
async fn news(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
) -> Result<Json<TicketNews>> {
    let news = app::news(&web.eider, visitor.actor(), number.0).await?;
    let names = Names {
        people: &news.names,
        desk: &visitor.desk,
    };
    Ok(Json(TicketNews::of(&news, names)))
}
