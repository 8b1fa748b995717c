//! Secret addresses of calendar feeds, and the numbers that stand in them.

use std::collections::HashMap;

use eider_domain::{PersonId, RotaId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, micros},
};

/// A calendar feed of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Whose it is.
    pub person: PersonId,
    /// The rota; none for their own shifts.
    pub rota: Option<RotaId>,
    /// When its address was made.
    pub made_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    person_id: Uuid,
    rota_id: Option<Uuid>,
    made_at: i64,
}

impl Row {
    fn into_feed(self) -> Result<Feed> {
        Ok(Feed {
            person: self.person_id.into(),
            rota: self.rota_id.map(Into::into),
            made_at: instant(self.made_at)?,
        })
    }
}

/// The feed of the address with that hash, if its owner can still sign in.
///
/// # Errors
/// When the database fails.
pub async fn feed_by_hash(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<Option<Feed>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT f.person_id, f.rota_id, f.made_at FROM duty_feed f
         JOIN person p ON p.id = f.person_id
         WHERE f.token_hash = $1 AND p.standing = 'active'",
    )
    .bind(token_hash.as_slice())
    .fetch_optional(c)
    .await)?;
    row.map(Row::into_feed).transpose()
}

/// The feeds of somebody, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn feeds_of(tx: &mut Tx, person: PersonId) -> Result<Vec<Feed>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT person_id, rota_id, made_at FROM duty_feed WHERE person_id = $1
         ORDER BY made_at, token_hash",
    )
    .bind(person.0)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_feed).collect()
}

/// Writes a feed in the place of the one that its owner had of the same rota.
///
/// # Errors
/// When the database fails.
pub async fn put_feed(tx: &mut Tx, token_hash: &[u8; 32], feed: &Feed) -> Result<()> {
    on!(tx, |c| {
        match feed.rota {
            Some(rota) => {
                sqlx::query("DELETE FROM duty_feed WHERE person_id = $1 AND rota_id = $2")
                    .bind(feed.person.0)
                    .bind(rota.0)
                    .execute(&mut *c)
                    .await?;
            }
            None => {
                sqlx::query("DELETE FROM duty_feed WHERE person_id = $1 AND rota_id IS NULL")
                    .bind(feed.person.0)
                    .execute(&mut *c)
                    .await?;
            }
        }
        sqlx::query(
            "INSERT INTO duty_feed (token_hash, person_id, rota_id, made_at)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(token_hash.as_slice())
        .bind(feed.person.0)
        .bind(feed.rota.map(|id| id.0))
        .bind(micros(feed.made_at))
        .execute(&mut *c)
        .await?;
        Ok::<(), sqlx::Error>(())
    })?;
    Ok(())
}

/// The numbers at which people on call are reached.
///
/// # Errors
/// When the database fails.
pub async fn numbers(tx: &mut Tx) -> Result<HashMap<PersonId, String>> {
    let rows: Vec<(Uuid, String)> = on!(tx, |c| sqlx::query_as(
        "SELECT person_id, number FROM duty_number"
    )
    .fetch_all(c)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|(person, number)| (person.into(), number))
        .collect())
}

/// Writes somebody's number, or forgets it.
///
/// # Errors
/// When the database fails.
pub async fn put_number(tx: &mut Tx, person: PersonId, number: Option<&str>) -> Result<()> {
    on!(tx, |c| {
        match number {
            Some(number) => {
                sqlx::query(
                    "INSERT INTO duty_number (person_id, number) VALUES ($1, $2)
                     ON CONFLICT (person_id) DO UPDATE SET number = excluded.number",
                )
                .bind(person.0)
                .bind(number)
                .execute(&mut *c)
                .await?;
            }
            None => {
                sqlx::query("DELETE FROM duty_number WHERE person_id = $1")
                    .bind(person.0)
                    .execute(&mut *c)
                    .await?;
            }
        }
        Ok::<(), sqlx::Error>(())
    })?;
    Ok(())
}
