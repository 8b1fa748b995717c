//! When people are away, and since when they have left.

use eider_domain::{AbsenceId, rota::Absence};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, maybe_instant, micros},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    from_at: i64,
    until_at: Option<i64>,
}

impl Row {
    fn into_absence(self) -> Result<Absence> {
        Ok(Absence {
            id: self.id.into(),
            person: self.person_id.into(),
            from: instant(self.from_at)?,
            until: maybe_instant(self.until_at)?,
        })
    }
}

/// The absences of everybody that hold at any time from `from` until `until`.
///
/// # Errors
/// When the database fails.
pub async fn absences(tx: &mut Tx, from: Timestamp, until: Timestamp) -> Result<Vec<Absence>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT id, person_id, from_at, until_at FROM absence
         WHERE (until_at > $1 OR until_at IS NULL) AND from_at < $2 ORDER BY from_at, id",
    )
    .bind(micros(from))
    .bind(micros(until))
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_absence).collect()
}

/// The absence of that id, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn absence_by_id(tx: &mut Tx, id: AbsenceId) -> Result<Option<Absence>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT id, person_id, from_at, until_at FROM absence WHERE id = $1"
    )
    .bind(id.0)
    .fetch_optional(c)
    .await)?;
    row.map(Row::into_absence).transpose()
}

/// Writes an absence, new or ended early.
///
/// # Errors
/// When the database fails.
pub async fn put_absence(tx: &mut Tx, absence: &Absence) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO absence (id, person_id, from_at, until_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET until_at = excluded.until_at",
    )
    .bind(absence.id.0)
    .bind(absence.person.0)
    .bind(micros(absence.from))
    .bind(absence.until.map(micros))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets an absence that never began. The facts tell that it was.
///
/// # Errors
/// When the database fails.
pub async fn remove_absence(tx: &mut Tx, id: AbsenceId) -> Result<()> {
    on!(tx, |c| sqlx::query("DELETE FROM absence WHERE id = $1")
        .bind(id.0)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
