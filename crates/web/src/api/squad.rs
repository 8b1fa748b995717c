//! Squads: the people who look after some features.

use axum::{Json, extract::State};
use eider_app::Error as AppError;
use eider_domain::{SquadId, access::Action};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiPath, ApiQuery},
    message::PageQuery,
    naming::Named,
    page::{self, Paged},
    problem::{ListProblems, ReadProblems},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/squads";
const ONE: &str = "/api/v1/squads/{id}";

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::get(ONE, Access::Needs(Action::Read)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
}

/// A squad.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Squad {
    /// Identity.
    id: Uuid,
    /// Its name.
    name: String,
    /// What an hour of one of its people costs, in hundredths of the currency.
    rate_cents_per_hour: i64,
}

/// A squad with its people.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct SquadWithMembers {
    /// Identity.
    id: Uuid,
    /// Its name.
    name: String,
    /// What an hour of one of its people costs, in hundredths of the currency.
    rate_cents_per_hour: i64,
    /// Its people, by name.
    members: Vec<Named>,
}

/// List squads
#[utoipa::path(get, path = LIST, tag = "people", operation_id = "listSquads", params(PageQuery),
    responses((status = 200, description = "A page of squads, by name", body = Paged<Squad>),
        ListProblems))]
async fn list(
    visitor: Visitor,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<Paged<Squad>>> {
    let all = visitor.desk.squads.iter().map(|squad| Squad {
        id: squad.id.0,
        name: squad.name.clone(),
        rate_cents_per_hour: squad.rate_cents_per_hour,
    });
    let limit = page::checked_limit(query.limit)?;
    let after = query.cursor.map(|id| id.to_string());
    Paged::cut(all.collect(), limit, after.as_deref(), |squad| {
        squad.id.to_string()
    })
    .map(Json)
}

/// Read a squad
#[utoipa::path(get, path = ONE, tag = "people", operation_id = "readSquad",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The squad", body = SquadWithMembers), ReadProblems))]
async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<SquadId>,
) -> Result<Json<SquadWithMembers>> {
    let squad = visitor.desk.squad(id);
    let squad = squad.ok_or_else(|| AppError::NotFound("This squad".into()))?;
    let people = eider_app::person::all(&web.eider, visitor.actor()).await?;
    let members = people.iter().filter(|person| person.squads.contains(&id));
    Ok(Json(SquadWithMembers {
        id: squad.id.0,
        name: squad.name.clone(),
        rate_cents_per_hour: squad.rate_cents_per_hour,
        members: members
            .map(|person| Named {
                id: person.id.0,
                name: person.name.clone(),
            })
            .collect(),
    }))
}
