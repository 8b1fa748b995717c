//! Squads.

use eider_domain::{PersonId, SquadId, squad::Squad};
use uuid::Uuid;

use crate::{Result, Tx, db::on, row::name_key};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    rate_cents_per_hour: i64,
}

/// Every squad, by name.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<Squad>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT id, name, rate_cents_per_hour FROM squad ORDER BY name_key"
    )
    .fetch_all(c)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|row| Squad {
            id: row.id.into(),
            name: row.name,
            rate_cents_per_hour: row.rate_cents_per_hour,
        })
        .collect())
}

/// Writes a squad, new or changed.
///
/// # Errors
/// `Conflict` when another squad has the name.
pub async fn put(tx: &mut Tx, squad: &Squad) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO squad (id, name, name_key, rate_cents_per_hour) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,
            rate_cents_per_hour = excluded.rate_cents_per_hour",
    )
    .bind(squad.id.0)
    .bind(&squad.name)
    .bind(name_key(&squad.name))
    .bind(squad.rate_cents_per_hour)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The members of a squad, by name.
///
/// # Errors
/// When the database fails.
pub async fn members(tx: &mut Tx, squad: SquadId) -> Result<Vec<PersonId>> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(
        "SELECT m.person_id FROM squad_member m JOIN person p ON p.id = m.person_id
         WHERE m.squad_id = $1 ORDER BY p.name, p.id",
    )
    .bind(squad.0)
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(PersonId).collect())
}
