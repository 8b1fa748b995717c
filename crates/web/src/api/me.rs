//! Who asks.

use axum::Json;
use eider_domain::{
    access::{Action, Scope},
    person::Role,
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    naming::{self, Named},
    problem::ListProblems,
    word::{RoleWord, ScopeWord},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const ME: &str = "/api/v1/me";

pub(super) const RULES: &[Rule] = &[Rule::get(ME, Access::Needs(Action::Read))];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(me))
}

/// Who asks, and what they may.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Me {
    /// Identity.
    id: Uuid,
    /// Full name.
    name: String,
    /// Where they sign in.
    email: Option<String>,
    /// What they do here.
    #[schema(value_type = RoleWord)]
    role: Role,
    /// The IANA name of the zone they live in.
    zone: String,
    /// One to three letters.
    initials: String,
    /// How they like to be addressed.
    address_as: Option<String>,
    /// The squads they belong to.
    squads: Vec<Named>,
    /// What the token is good for; null without a token.
    #[schema(value_type = Option<Vec<ScopeWord>>)]
    scopes: Option<Vec<Scope>>,
}

/// Who asks
#[utoipa::path(get, path = ME, tag = "people", operation_id = "me",
    responses((status = 200, description = "Who the token belongs to", body = Me), ListProblems))]
async fn me(visitor: Visitor) -> Result<Json<Me>> {
    let person = visitor.who.person;
    let squads = person.squads.iter();
    Ok(Json(Me {
        id: person.id.0,
        name: person.name,
        email: person.email,
        role: person.role,
        zone: person.zone,
        initials: person.initials,
        address_as: person.address_as,
        squads: squads.map(|id| naming::squad(&visitor.desk, *id)).collect(),
        scopes: visitor.who.actor.scopes,
    }))
}
