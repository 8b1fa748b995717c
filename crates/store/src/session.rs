//! Sessions of people who signed in. Only a hash of the secret is kept.

use eider_domain::PersonId;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, micros},
};

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the secret in the cookie.
    pub token_hash: [u8; 32],
    /// Who signed in.
    pub person: PersonId,
    /// When.
    pub created_at: Timestamp,
    /// When it was last used, to the minute or so.
    pub seen_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The browser, as it calls itself.
    pub device: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    token_hash: Vec<u8>,
    person_id: Uuid,
    created_at: i64,
    seen_at: i64,
    expires_at: i64,
    device: String,
}

impl Row {
    fn into_session(self) -> Result<Session> {
        Ok(Session {
            token_hash: self
                .token_hash
                .try_into()
                .map_err(|_| crate::row::unreadable("a session", ""))?,
            person: self.person_id.into(),
            created_at: instant(self.created_at)?,
            seen_at: instant(self.seen_at)?,
            expires_at: instant(self.expires_at)?,
            device: self.device,
        })
    }
}

/// Writes a new session.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, session: &Session) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO session (token_hash, person_id, created_at, seen_at, expires_at, device)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(session.token_hash.as_slice())
    .bind(session.person.0)
    .bind(micros(session.created_at))
    .bind(micros(session.seen_at))
    .bind(micros(session.expires_at))
    .bind(&session.device)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The session of that secret, unless it ended before `now`.
///
/// # Errors
/// When the database fails.
pub async fn by_hash(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Session>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT token_hash, person_id, created_at, seen_at, expires_at, device FROM session
         WHERE token_hash = $1 AND expires_at > $2",
    )
    .bind(token_hash.as_slice())
    .bind(micros(now))
    .fetch_optional(c)
    .await)?;
    row.map(Row::into_session).transpose()
}

/// Ends a session. Answers whose it was, if there was one.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<Option<PersonId>> {
    let person: Option<Uuid> = on!(tx, |c| sqlx::query_scalar(
        "DELETE FROM session WHERE token_hash = $1 RETURNING person_id"
    )
    .bind(token_hash.as_slice())
    .fetch_optional(c)
    .await)?;
    Ok(person.map(PersonId))
}

/// The sessions of a person that have not ended before `now`, the last used first.
///
/// # Errors
/// When the database fails.
pub async fn of_person(tx: &mut Tx, person: PersonId, now: Timestamp) -> Result<Vec<Session>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT token_hash, person_id, created_at, seen_at, expires_at, device FROM session
         WHERE person_id = $1 AND expires_at > $2 ORDER BY seen_at DESC, created_at DESC",
    )
    .bind(person.0)
    .bind(micros(now))
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_session).collect()
}

/// Notes that a session was used, and when it ends from now on.
///
/// # Errors
/// When the database fails.
pub async fn touch(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    seen_at: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE session SET seen_at = $2, expires_at = $3 WHERE token_hash = $1"
    )
    .bind(token_hash.as_slice())
    .bind(micros(seen_at))
    .bind(micros(expires_at))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Ends the sessions of a person, all but `kept`. Answers how many there were.
///
/// # Errors
/// When the database fails.
pub async fn delete_of_person(
    tx: &mut Tx,
    person: PersonId,
    kept: Option<&[u8; 32]>,
) -> Result<u64> {
    // No session has an empty hash.
    let kept: &[u8] = kept.map_or(&[], |hash| hash.as_slice());
    Ok(on!(tx, |c| sqlx::query(
        "DELETE FROM session WHERE person_id = $1 AND token_hash <> $2"
    )
    .bind(person.0)
    .bind(kept)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?)
}

/// Forgets sessions of a person that ended before `now`.
///
/// # Errors
/// When the database fails.
pub async fn delete_ended(tx: &mut Tx, person: PersonId, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM session WHERE person_id = $1 AND expires_at <= $2"
    )
    .bind(person.0)
    .bind(micros(now))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
