//! The ways in which people are reached.

use eider_domain::{
    MethodId, PersonId,
    contact::{Kind, Method},
};
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, maybe_instant, micros, unreadable},
};

macro_rules! method_columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, person_id, kind, address, label, added_at, verified_at, lost_at
             FROM contact_method ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    kind: String,
    address: String,
    label: String,
    added_at: i64,
    verified_at: Option<i64>,
    lost_at: Option<i64>,
}

impl Row {
    fn into_method(self) -> Result<Method> {
        Ok(Method {
            id: self.id.into(),
            person: self.person_id.into(),
            kind: kind_of(&self.kind)?,
            address: self.address,
            label: self.label,
            added_at: instant(self.added_at)?,
            verified_at: maybe_instant(self.verified_at)?,
            lost_at: maybe_instant(self.lost_at)?,
        })
    }
}

/// The stored kind.
pub(super) fn kind_of(word: &str) -> Result<Kind> {
    Kind::parse(word).ok_or_else(|| unreadable("a kind of contact method", word))
}

/// The methods of somebody, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn methods_of(tx: &mut Tx, person: PersonId) -> Result<Vec<Method>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(method_columns!(
        "WHERE person_id = $1 ORDER BY added_at, id"
    ),)
    .bind(person.0)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_method).collect()
}

/// Whoever's methods of that kind with that address, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn methods_at(tx: &mut Tx, kind: Kind, address: &str) -> Result<Vec<Method>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(method_columns!(
        "WHERE address = $1 AND kind = $2 ORDER BY added_at, id"
    ),)
    .bind(address)
    .bind(kind.as_str())
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_method).collect()
}

/// The method of that id, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn method_by_id(tx: &mut Tx, id: MethodId) -> Result<Option<Method>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(method_columns!("WHERE id = $1"),)
        .bind(id.0)
        .fetch_optional(c)
        .await)?;
    row.map(Row::into_method).transpose()
}

/// Writes a method, new, verified or lost.
///
/// # Errors
/// `Conflict` when the person has the same one already.
pub async fn put_method(tx: &mut Tx, method: &Method) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO contact_method (id, person_id, kind, address, label, added_at, verified_at,
            lost_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET label = excluded.label,
            verified_at = excluded.verified_at, lost_at = excluded.lost_at",
    )
    .bind(method.id.0)
    .bind(method.person.0)
    .bind(method.kind.as_str())
    .bind(&method.address)
    .bind(&method.label)
    .bind(micros(method.added_at))
    .bind(method.verified_at.map(micros))
    .bind(method.lost_at.map(micros))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// What a method is signed or encrypted with, sealed.
///
/// # Errors
/// When the database fails.
pub async fn secret_of(tx: &mut Tx, id: MethodId) -> Result<Option<String>> {
    let secret: Option<Option<String>> = on!(tx, |c| sqlx::query_scalar(
        "SELECT secret FROM contact_method WHERE id = $1"
    )
    .bind(id.0)
    .fetch_optional(c)
    .await)?;
    Ok(secret.flatten())
}

/// Writes what a method is signed or encrypted with, sealed.
///
/// # Errors
/// When the database fails.
pub async fn set_secret(tx: &mut Tx, id: MethodId, sealed: &str) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE contact_method SET secret = $2 WHERE id = $1"
    )
    .bind(id.0)
    .bind(sealed)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Everything that methods are signed or encrypted with, sealed.
///
/// # Errors
/// When the database fails.
pub async fn secrets(tx: &mut Tx) -> Result<Vec<String>> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT secret FROM contact_method WHERE secret IS NOT NULL"
    )
    .fetch_all(c)
    .await)?)
}

/// Takes a method away, with its code. What was tried by it stays.
///
/// # Errors
/// When the database fails.
pub async fn remove_method(tx: &mut Tx, id: MethodId) -> Result<()> {
    super::remove_code(tx, id).await?;
    on!(tx, |c| sqlx::query(
        "DELETE FROM contact_method WHERE id = $1"
    )
    .bind(id.0)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
