//! People.

use axum::{Json, extract::State};
use eider_app::{account, person as app};
use eider_domain::{
    PersonId,
    access::Action,
    person::{self as rules, Role, Standing},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath, ApiQuery},
    message::PageQuery,
    naming::{self, Named, find_squad},
    page::{self, Paged},
    problem::{ListProblems, ReadProblems, WriteProblems},
    word::{RoleWord, StandingWord},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/people";
const ONE: &str = "/api/v1/people/{id}";
const ROLE: &str = "/api/v1/people/{id}/role";
const SQUADS: &str = "/api/v1/people/{id}/squads";
const DISABLE: &str = "/api/v1/people/{id}/disable";
const ENABLE: &str = "/api/v1/people/{id}/enable";

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::get(ONE, Access::Needs(Action::Read)),
    Rule::new("PUT", ROLE, Access::Needs(Action::ManagePeople)),
    Rule::new("PUT", SQUADS, Access::Needs(Action::ManagePeople)),
    Rule::post(DISABLE, Access::Needs(Action::ManagePeople)),
    Rule::post(ENABLE, Access::Needs(Action::ManagePeople)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(change_role))
        .routes(routes!(set_squads))
        .routes(routes!(disable))
        .routes(routes!(enable))
}

/// A person.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Person {
    /// Identity.
    id: Uuid,
    /// Full name.
    name: String,
    /// Where they sign in; null for people known only from imported history.
    email: Option<String>,
    /// What they do here.
    #[schema(value_type = RoleWord)]
    role: Role,
    /// Whether they can sign in.
    #[schema(value_type = StandingWord)]
    standing: Standing,
    /// The IANA name of the zone they live in.
    zone: String,
    /// One to three letters.
    initials: String,
    /// How they like to be addressed.
    address_as: Option<String>,
    /// The squads they belong to.
    squads: Vec<Named>,
}

impl Person {
    fn of(person: rules::Person, visitor: &Visitor) -> Self {
        let squads = person.squads.iter();
        Self {
            id: person.id.0,
            name: person.name,
            email: person.email,
            role: person.role,
            standing: person.standing,
            zone: person.zone,
            initials: person.initials,
            address_as: person.address_as,
            squads: squads.map(|id| naming::squad(&visitor.desk, *id)).collect(),
        }
    }
}

/// List people
///
/// Those who can sign in or could; people known only from imported history are not among them.
#[utoipa::path(get, path = LIST, tag = "people", operation_id = "listPeople", params(PageQuery),
    responses((status = 200, description = "A page of people, by name", body = Paged<Person>),
        ListProblems))]
async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<Paged<Person>>> {
    let limit = page::checked_limit(query.limit)?;
    let people = app::all(&web.eider, visitor.actor()).await?;
    let after = query.cursor.map(|id| id.to_string());
    let page = Paged::cut(people, limit, after.as_deref(), |person| {
        person.id.to_string()
    })?;
    Ok(Json(page.map(|person| Person::of(person, &visitor))))
}

/// Read a person
#[utoipa::path(get, path = ONE, tag = "people", operation_id = "readPerson",
    params(("id" = Uuid, Path, description = "Their id")),
    responses((status = 200, description = "The person", body = Person), ReadProblems))]
async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PersonId>,
) -> Result<Json<Person>> {
    let person = app::by_id(&web.eider, visitor.actor(), id).await?;
    Ok(Json(Person::of(person, &visitor)))
}

/// What somebody will do here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteRole {
    /// The role.
    #[schema(value_type = RoleWord)]
    role: Role,
}

/// The squads that somebody belongs to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteSquads {
    /// Their names or ids, all of them.
    squads: Vec<String>,
}

/// Give somebody a role
#[utoipa::path(put, path = ROLE, tag = "people", operation_id = "changeRole",
    params(("id" = Uuid, Path, description = "Their id")), request_body = WriteRole,
    responses((status = 200, description = "As they are now", body = Person), WriteProblems))]
async fn change_role(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PersonId>,
    ApiJson(body): ApiJson<WriteRole>,
) -> Result<Json<Person>> {
    let person = account::change_role(&web.eider, visitor.actor(), id, body.role).await?;
    Ok(Json(Person::of(person, &visitor)))
}

/// Say which squads somebody belongs to
#[utoipa::path(put, path = SQUADS, tag = "people", operation_id = "setSquads",
    params(("id" = Uuid, Path, description = "Their id")), request_body = WriteSquads,
    responses((status = 200, description = "As they are now", body = Person), WriteProblems))]
async fn set_squads(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PersonId>,
    ApiJson(body): ApiJson<WriteSquads>,
) -> Result<Json<Person>> {
    let squads = body.squads.iter();
    let squads = squads.map(|text| find_squad(&visitor.desk, text));
    let squads = squads.collect::<Result<Vec<_>>>()?;
    let person = account::set_squads(&web.eider, visitor.actor(), id, &squads).await?;
    Ok(Json(Person::of(person, &visitor)))
}

/// Switch somebody off
///
/// Their sessions, tokens and links end at once; their history stays.
#[utoipa::path(post, path = DISABLE, tag = "people", operation_id = "disablePerson",
    params(("id" = Uuid, Path, description = "Their id")),
    responses((status = 200, description = "As they are now", body = Person), WriteProblems))]
async fn disable(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PersonId>,
) -> Result<Json<Person>> {
    let person = account::disable(&web.eider, visitor.actor(), id).await?;
    Ok(Json(Person::of(person, &visitor)))
}

/// Let somebody sign in again
#[utoipa::path(post, path = ENABLE, tag = "people", operation_id = "enablePerson",
    params(("id" = Uuid, Path, description = "Their id")),
    responses((status = 200, description = "As they are now", body = Person), WriteProblems))]
async fn enable(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PersonId>,
) -> Result<Json<Person>> {
    let person = account::enable(&web.eider, visitor.actor(), id).await?;
    Ok(Json(Person::of(person, &visitor)))
}
