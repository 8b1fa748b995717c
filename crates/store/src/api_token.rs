//! API tokens. Only a hash of the secret is kept.

use eider_domain::{
    PersonId, SquadId, TokenId,
    access::Scope,
    person::{Person, Role, Standing},
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, instant, maybe_instant, micros, to_json, unreadable},
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

#[derive(sqlx::FromRow)]
struct OwnedRow {
    #[sqlx(flatten)]
    token: Row,
    owner_name: String,
    owner_email: Option<String>,
    owner_role: String,
    owner_standing: String,
    owner_zone: String,
    owner_initials: String,
    owner_address_as: Option<String>,
    /// Hexadecimal ids with commas between them.
    owner_squads: Option<String>,
}

impl OwnedRow {
    fn into_parts(self) -> Result<(ApiToken, Person)> {
        let token = self.token.into_token()?;
        let squads = self.owner_squads.unwrap_or_default();
        let squads = squads.split(',').filter(|id| !id.is_empty()).map(|id| {
            let id = id.parse().map_err(|_| unreadable("a squad's id", id));
            id.map(SquadId)
        });
        let owner = Person {
            id: token.person,
            name: self.owner_name,
            email: self.owner_email,
            role: Role::parse(&self.owner_role)
                .ok_or_else(|| unreadable("a role", &self.owner_role))?,
            standing: Standing::parse(&self.owner_standing)
                .ok_or_else(|| unreadable("a person's standing", &self.owner_standing))?,
            zone: self.owner_zone,
            initials: self.owner_initials,
            address_as: self.owner_address_as,
            squads: squads.collect::<Result<_>>()?,
        };
        Ok((token, owner))
    }
}

macro_rules! with_owner {
    ($squads:literal) => {
        concat!(
            "SELECT t.id, t.person_id, t.name, t.scopes, t.created_at, t.expires_at, t.used_at,
                t.revoked_at, p.name AS owner_name, p.email AS owner_email,
                p.role AS owner_role, p.standing AS owner_standing, p.zone AS owner_zone,
                p.initials AS owner_initials, p.address_as AS owner_address_as,
                (SELECT ",
            $squads,
            " FROM squad_member m WHERE m.person_id = p.id) AS owner_squads
             FROM api_token t JOIN person p ON p.id = t.person_id
             WHERE t.token_hash = $1 AND t.revoked_at IS NULL
                AND (t.expires_at IS NULL OR t.expires_at > $2)"
        )
    };
}

/// The token of that secret with its owner, unless it was withdrawn or ended before `now`. One
/// request, because every request of a program asks it.
///
/// # Errors
/// When the database fails.
pub async fn with_owner(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<(ApiToken, Person)>> {
    let sql = if tx.is_sqlite() {
        with_owner!("group_concat(hex(m.squad_id) ORDER BY m.squad_id)")
    } else {
        with_owner!("string_agg(m.squad_id::text, ',' ORDER BY m.squad_id)")
    };
    let row: Option<OwnedRow> = on!(tx, |c| sqlx::query_as(sql)
        .bind(token_hash.as_slice())
        .bind(micros(now))
        .fetch_optional(c)
        .await)?;
    row.map(OwnedRow::into_parts).transpose()
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
