//! API tokens. Only a hash of the secret is kept.

use eider_domain::{PersonId, TokenId, access::Scope};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, instant, maybe_instant, micros, to_json},
};

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Identity.
    pub id: TokenId,
    /// Whose rights it has, at most.
    pub person: PersonId,
    /// What its owner calls it.
    pub name: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute or so.
    pub used_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub revoked_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    name: String,
    scopes: String,
    created_at: i64,
    expires_at: Option<i64>,
    used_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl Row {
    fn into_token(self) -> Result<ApiToken> {
        Ok(ApiToken {
            id: self.id.into(),
            person: self.person_id.into(),
            name: self.name,
            scopes: from_json("a token's scopes", &self.scopes)?,
            created_at: instant(self.created_at)?,
            expires_at: maybe_instant(self.expires_at)?,
            used_at: maybe_instant(self.used_at)?,
            revoked_at: maybe_instant(self.revoked_at)?,
        })
    }
}

/// Writes a new token with the SHA-256 of its secret.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, token: &ApiToken, token_hash: &[u8; 32]) -> Result<()> {
    let scopes = to_json("a token's scopes", &token.scopes)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO api_token (id, person_id, name, token_hash, scopes, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(token.id.0)
    .bind(token.person.0)
    .bind(&token.name)
    .bind(token_hash.as_slice())
    .bind(scopes)
    .bind(micros(token.created_at))
    .bind(token.expires_at.map(micros))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The token of that secret, unless it was withdrawn or ended before `now`.
///
/// # Errors
/// When the database fails.
pub async fn by_hash(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<ApiToken>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT id, person_id, name, scopes, created_at, expires_at, used_at, revoked_at
         FROM api_token WHERE token_hash = $1 AND revoked_at IS NULL
            AND (expires_at IS NULL OR expires_at > $2)",
    )
    .bind(token_hash.as_slice())
    .bind(micros(now))
    .fetch_optional(c)
    .await)?;
    row.map(Row::into_token).transpose()
}

/// The tokens of a person, the newest first, withdrawn and ended ones included.
///
/// # Errors
/// When the database fails.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<ApiToken>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT id, person_id, name, scopes, created_at, expires_at, used_at, revoked_at
         FROM api_token WHERE person_id = $1 ORDER BY created_at DESC, id DESC",
    )
    .bind(person.0)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_token).collect()
}

/// Notes that a token was used.
///
/// # Errors
/// When the database fails.
pub async fn touch(tx: &mut Tx, id: TokenId, used_at: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE api_token SET used_at = $2 WHERE id = $1"
    )
    .bind(id.0)
    .bind(micros(used_at))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Withdraws a token of that person. Answers its name, unless there is none that was still good.
///
/// # Errors
/// When the database fails.
pub async fn revoke(
    tx: &mut Tx,
    person: PersonId,
    id: TokenId,
    at: Timestamp,
) -> Result<Option<String>> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "UPDATE api_token SET revoked_at = $3
         WHERE id = $1 AND person_id = $2 AND revoked_at IS NULL RETURNING name"
    )
    .bind(id.0)
    .bind(person.0)
    .bind(micros(at))
    .fetch_optional(c)
    .await)?)
}

/// Withdraws every token of a person. Answers their names.
///
/// # Errors
/// When the database fails.
pub async fn revoke_of_person(tx: &mut Tx, person: PersonId, at: Timestamp) -> Result<Vec<String>> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "UPDATE api_token SET revoked_at = $2
         WHERE person_id = $1 AND revoked_at IS NULL RETURNING name"
    )
    .bind(person.0)
    .bind(micros(at))
    .fetch_all(c)
    .await)?)
}
