//! What was asked and said about whether people are ready to be on call.

use eider_domain::{ReadinessId, readiness::Readiness};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, maybe_instant, micros},
};

macro_rules! readiness_columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, rota_id, person_id, from_at, until_at, asked_at, again_at, told_at, ready_at
             FROM readiness ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    rota_id: Uuid,
    person_id: Uuid,
    from_at: i64,
    until_at: i64,
    asked_at: Option<i64>,
    again_at: Option<i64>,
    told_at: Option<i64>,
    ready_at: Option<i64>,
}

impl Row {
    fn into_readiness(self) -> Result<Readiness> {
        Ok(Readiness {
            id: self.id.into(),
            rota: self.rota_id.into(),
            person: self.person_id.into(),
            from: instant(self.from_at)?,
            until: instant(self.until_at)?,
            asked_at: maybe_instant(self.asked_at)?,
            again_at: maybe_instant(self.again_at)?,
            told_at: maybe_instant(self.told_at)?,
            ready_at: maybe_instant(self.ready_at)?,
        })
    }
}

/// What was asked and said about shifts that are not over at `now`, by their start.
///
/// # Errors
/// When the database fails.
pub async fn until(tx: &mut Tx, now: Timestamp) -> Result<Vec<Readiness>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(readiness_columns!(
        "WHERE until_at > $1 ORDER BY from_at, id"
    ))
    .bind(micros(now))
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_readiness).collect()
}

/// That of one shift, if anything was asked or said about it.
///
/// # Errors
/// When the database fails.
pub async fn by_id(tx: &mut Tx, id: ReadinessId) -> Result<Option<Readiness>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(readiness_columns!("WHERE id = $1"))
        .bind(id.0)
        .fetch_optional(c)
        .await)?;
    row.map(Row::into_readiness).transpose()
}

/// Writes what was asked or said, new or changed.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, readiness: &Readiness) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO readiness (id, rota_id, person_id, from_at, until_at, asked_at, again_at,
            told_at, ready_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (id) DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at,
            asked_at = excluded.asked_at, again_at = excluded.again_at,
            told_at = excluded.told_at, ready_at = excluded.ready_at",
    )
    .bind(readiness.id.0)
    .bind(readiness.rota.0)
    .bind(readiness.person.0)
    .bind(micros(readiness.from))
    .bind(micros(readiness.until))
    .bind(readiness.asked_at.map(micros))
    .bind(readiness.again_at.map(micros))
    .bind(readiness.told_at.map(micros))
    .bind(readiness.ready_at.map(micros))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets what was asked about a shift that is no longer theirs. The facts tell that it was.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, id: ReadinessId) -> Result<()> {
    on!(tx, |c| sqlx::query("DELETE FROM readiness WHERE id = $1")
        .bind(id.0)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets what was asked about shifts that were over before `before`.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM readiness WHERE until_at < $1"
    )
    .bind(micros(before))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
