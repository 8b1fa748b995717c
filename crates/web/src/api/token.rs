//! One's own API tokens.

use axum::{Json, extract::State, http::StatusCode};
use eider_app::account::{self as app, NewToken};
use eider_domain::{
    TokenId,
    access::{Action, Scope},
};
use eider_store::api_token::ApiToken;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath},
    page::Paged,
    problem::{ListProblems, WriteProblems},
    word::{ScopeWord, maybe_whole, text},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/tokens";
const ONE: &str = "/api/v1/tokens/{id}";

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::OwnAccount)),
    Rule::post(LIST, Access::Needs(Action::OwnAccount)),
    Rule::new("DELETE", ONE, Access::Needs(Action::OwnAccount)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(revoke))
}

/// A token, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Token {
    /// Identity.
    id: Uuid,
    /// What its owner calls it.
    name: String,
    /// What it is good for.
    #[schema(value_type = Vec<ScopeWord>)]
    scopes: Vec<Scope>,
    /// When it was made.
    created_at: Timestamp,
    /// When it ends, if it does.
    expires_at: Option<Timestamp>,
    /// When it was last used, to the minute or so.
    used_at: Option<Timestamp>,
    /// When it was withdrawn.
    revoked_at: Option<Timestamp>,
}

/// A token that was just made.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct MadeToken {
    /// The token.
    #[serde(flatten)]
    token: Token,
    /// Its secret. It is shown once and not kept.
    secret: String,
}

/// A token to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MakeToken {
    /// What to call it.
    #[serde(deserialize_with = "text::<80, _>")]
    #[schema(
        max_length = 80,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    name: String,
    /// What it is good for; never more than its owner may, nor than the token that makes it.
    #[schema(value_type = Vec<ScopeWord>, min_items = 1, max_items = 3)]
    scopes: Vec<Scope>,
    /// After how many days it ends; never, when it is left out.
    #[serde(default, deserialize_with = "maybe_whole")]
    #[schema(minimum = 1, maximum = 3650)]
    expires_in_days: Option<i64>,
}

impl From<ApiToken> for Token {
    fn from(token: ApiToken) -> Self {
        Self {
            id: token.id.0,
            name: token.name,
            scopes: token.scopes,
            created_at: token.created_at,
            expires_at: token.expires_at,
            used_at: token.used_at,
            revoked_at: token.revoked_at,
        }
    }
}

/// List one's own tokens
#[utoipa::path(get, path = LIST, tag = "people", operation_id = "listTokens",
    responses((status = 200, description = "The newest first, withdrawn and ended ones included",
        body = Paged<Token>), ListProblems))]
async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Json<Paged<Token>>> {
    let tokens = app::tokens(&web.eider, visitor.actor()).await?;
    let tokens = tokens.into_iter().map(Token::from);
    Ok(Json(Paged::whole(tokens.collect())))
}

/// Make a token
///
/// It takes no `Idempotency-Key`: the secret is not kept, so it could not be told again. Withdraw
/// a token whose answer was lost.
#[utoipa::path(post, path = LIST, tag = "people", operation_id = "makeToken",
    request_body = MakeToken,
    responses((status = 201, description = "The token with its secret", body = MadeToken),
        WriteProblems))]
async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<MakeToken>,
) -> Result<(StatusCode, Json<MadeToken>)> {
    if body.scopes.len() > Scope::ALL.len() {
        let message = "Name each thing that it is good for once.";
        return Err(eider_app::Error::field("scopes", message).into());
    }
    let new = NewToken {
        name: body.name,
        scopes: body.scopes,
        expires_in_days: body.expires_in_days,
    };
    let (token, secret) = app::create_token(&web.eider, visitor.actor(), new).await?;
    let token = token.into();
    Ok((StatusCode::CREATED, Json(MadeToken { token, secret })))
}

/// Withdraw a token
#[utoipa::path(delete, path = ONE, tag = "people", operation_id = "withdrawToken",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 204, description = "It is good for nothing from now on"), WriteProblems))]
async fn revoke(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<TokenId>,
) -> Result<StatusCode> {
    app::revoke_token(&web.eider, visitor.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
