//! Asking people to join.

use axum::{Json, extract::State, http::StatusCode};
use eider_app::account::{self as app, Invite};
use eider_domain::{access::Action, person::Role};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{ApiJson, ApiPath},
    naming::{self, Named, find_squad},
    page::Paged,
    problem::{ListProblems, WriteProblems},
    word::{RoleWord, text},
};
use crate::{
    Result, Visitor, Web,
    account::welcome_path,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/invitations";
const ONE: &str = "/api/v1/invitations/{email}";

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::ManagePeople)),
    Rule::post(LIST, Access::Needs(Action::ManagePeople)),
    Rule::new("DELETE", ONE, Access::Needs(Action::ManagePeople)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, invite))
        .routes(routes!(withdraw))
}

/// An invitation that waits.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Invitation {
    /// The address that was invited.
    email: Option<String>,
    /// Their name, if it was written.
    name: Option<String>,
    /// What they will do here.
    #[schema(value_type = RoleWord)]
    role: Role,
    /// The squads that they will belong to.
    squads: Vec<Named>,
    /// When it was made.
    created_at: Timestamp,
    /// When it ends.
    expires_at: Timestamp,
}

/// An invitation that was just made.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct MadeInvitation {
    /// The address that was invited.
    email: String,
    /// The link to send them. It is shown once and not kept.
    link: String,
}

/// Whom to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MakeInvitation {
    /// Their address.
    email: String,
    /// Their name, which they may correct.
    #[serde(default, deserialize_with = "text::<100, _>")]
    #[schema(max_length = 100)]
    name: String,
    /// What they will do here.
    #[schema(value_type = RoleWord)]
    role: Role,
    /// The names or ids of the squads that they will belong to.
    #[serde(default)]
    squads: Vec<String>,
}

/// List invitations that wait
#[utoipa::path(get, path = LIST, tag = "people", operation_id = "listInvitations",
    responses((status = 200, description = "All that wait", body = Paged<Invitation>),
        ListProblems))]
async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Json<Paged<Invitation>>> {
    let invitations = app::invitations(&web.eider, visitor.actor()).await?;
    let invitations = invitations.into_iter().map(|invitation| Invitation {
        email: invitation.email,
        name: invitation.name,
        role: invitation.role,
        squads: invitation
            .squads
            .iter()
            .map(|id| naming::squad(&visitor.desk, *id))
            .collect(),
        created_at: invitation.created_at,
        expires_at: invitation.expires_at,
    });
    Ok(Json(Paged::whole(invitations.collect())))
}

/// Ask somebody to join
///
/// It takes no `Idempotency-Key`: asking the same address again makes a new link and ends the one
/// before, so nothing happens twice.
#[utoipa::path(post, path = LIST, tag = "people", operation_id = "invite",
    request_body = MakeInvitation,
    responses((status = 201, description = "The link", body = MadeInvitation), WriteProblems))]
async fn invite(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<MakeInvitation>,
) -> Result<(StatusCode, Json<MadeInvitation>)> {
    let squads = body.squads.iter();
    let squads = squads.map(|text| find_squad(&visitor.desk, text));
    let new = Invite {
        email: body.email.clone(),
        name: body.name,
        role: body.role,
        squads: squads.collect::<Result<_>>()?,
    };
    let secret = app::invite(&web.eider, visitor.actor(), new).await?;
    let made = MadeInvitation {
        email: body.email.trim().to_lowercase(),
        link: format!("{}{}", web.public_url, welcome_path(&secret)),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Take an invitation back
#[utoipa::path(delete, path = ONE, tag = "people", operation_id = "withdrawInvitation",
    params(("email" = String, Path, description = "The address that was invited")),
    responses((status = 204, description = "Its link is good for nothing"), WriteProblems))]
async fn withdraw(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(email): ApiPath<String>,
) -> Result<StatusCode> {
    // What is no address was not invited; one of the databases does not take every character.
    let email = eider_domain::person::parse_email(&email)
        .map_err(|_| eider_app::Error::NotFound("This invitation".into()))?;
    app::withdraw_invitation(&web.eider, visitor.actor(), &email).await?;
    Ok(StatusCode::NO_CONTENT)
}
