//! Squads: the people who look after some features.

use axum::{Json, extract::State, response::Response};
use eider_app::{
    Error as AppError,
    configure::{self, SquadEdit},
};
use eider_domain::{SquadId, access::Action, squad as rules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath, ApiQuery, Creates, KeyHeader, created},
    message::PageQuery,
    naming::Named,
    page::{self, Paged},
    problem::{ListProblems, ReadProblems, WriteProblems},
    word::{text, whole},
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
    Rule::post(LIST, Access::Needs(Action::ManageSquad { squad: None })),
    // Whether the squad is theirs is decided with the squad at hand.
    Rule::new("PUT", ONE, Access::Needs(Action::KeepKnownIssues)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change))
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

impl Squad {
    fn of(squad: &rules::Squad) -> Self {
        Self {
            id: squad.id.0,
            name: squad.name.clone(),
            rate_cents_per_hour: squad.rate_cents_per_hour,
        }
    }
}

/// List squads
#[utoipa::path(get, path = LIST, tag = "people", operation_id = "listSquads", params(PageQuery),
    responses((status = 200, description = "A page of squads, by name", body = Paged<Squad>),
        ListProblems))]
async fn list(
    visitor: Visitor,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<Paged<Squad>>> {
    let all = visitor.desk.squads.iter().map(Squad::of);
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

/// What a squad is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteSquad {
    /// Its name; no other squad has it.
    #[serde(deserialize_with = "text::<80, _>")]
    #[schema(
        max_length = 80,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    name: String,
    /// What an hour of one of its people costs, in hundredths of the currency.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 100_000_000)]
    rate_cents_per_hour: i64,
}

impl From<WriteSquad> for SquadEdit {
    fn from(body: WriteSquad) -> Self {
        Self {
            name: body.name,
            rate_cents_per_hour: body.rate_cents_per_hour,
        }
    }
}

/// Add a squad
#[utoipa::path(post, path = LIST, tag = "people", operation_id = "addSquad",
    params(KeyHeader), request_body = WriteSquad,
    responses((status = 201, description = "It is there", body = Squad,
        headers(("Location" = String, description = "Where it is"))), WriteProblems))]
async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Creates<WriteSquad>,
) -> Result<Response> {
    let (edit, key) = (asked.body.into(), asked.key.as_ref());
    let made = configure::create_squad(&web.eider, visitor.actor(), edit, key).await?;
    Ok(created(format!("{LIST}/{}", made.id), Squad::of(&made)))
}

/// Change a squad
#[utoipa::path(put, path = ONE, tag = "people", operation_id = "writeSquad",
    params(("id" = Uuid, Path, description = "Its id")), request_body = WriteSquad,
    responses((status = 200, description = "As it is now", body = Squad), WriteProblems))]
async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<SquadId>,
    ApiJson(body): ApiJson<WriteSquad>,
) -> Result<Json<Squad>> {
    let (actor, edit) = (visitor.actor(), body.into());
    let squad = configure::save_squad(&web.eider, actor, Some(id), edit).await?;
    Ok(Json(Squad::of(&squad)))
}
