//! Overrides, covers and swaps that were agreed.

use eider_domain::{
    ChangeId,
    rota::{Change, ChangeKind},
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, micros, unreadable},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    rota_id: Uuid,
    kind: String,
    person_id: Uuid,
    instead_of_id: Option<Uuid>,
    from_at: i64,
    until_at: i64,
    made_at: i64,
}

impl Row {
    fn into_change(self) -> Result<Change> {
        Ok(Change {
            id: self.id.into(),
            rota: self.rota_id.into(),
            kind: ChangeKind::parse(&self.kind)
                .ok_or_else(|| unreadable("a change of who is on call", &self.kind))?,
            person: self.person_id.into(),
            instead_of: self.instead_of_id.map(Into::into),
            from: instant(self.from_at)?,
            until: instant(self.until_at)?,
            made_at: instant(self.made_at)?,
        })
    }
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, rota_id, kind, person_id, instead_of_id, from_at, until_at, made_at
             FROM duty_change ",
            $rest
        )
    };
}

/// The changes of all rotas that hold at any time from `from` until `until`.
///
/// # Errors
/// When the database fails.
pub async fn changes(tx: &mut Tx, from: Timestamp, until: Timestamp) -> Result<Vec<Change>> {
    let sql = columns!("WHERE until_at > $1 AND from_at < $2 ORDER BY made_at, id");
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(micros(from))
        .bind(micros(until))
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(Row::into_change).collect()
}

/// The change of that id, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn change_by_id(tx: &mut Tx, id: ChangeId) -> Result<Option<Change>> {
    let sql = columns!("WHERE id = $1");
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(id.0)
        .fetch_optional(c)
        .await)?;
    row.map(Row::into_change).transpose()
}

/// Writes a change, new or ended early.
///
/// # Errors
/// When the database fails.
pub async fn put_change(tx: &mut Tx, change: &Change) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO duty_change (id, rota_id, kind, person_id, instead_of_id, from_at, until_at,
            made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET until_at = excluded.until_at",
    )
    .bind(change.id.0)
    .bind(change.rota.0)
    .bind(change.kind.as_str())
    .bind(change.person.0)
    .bind(change.instead_of.map(|id| id.0))
    .bind(micros(change.from))
    .bind(micros(change.until))
    .bind(micros(change.made_at))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets a change that never began. The facts tell that it was.
///
/// # Errors
/// When the database fails.
pub async fn remove_change(tx: &mut Tx, id: ChangeId) -> Result<()> {
    on!(tx, |c| sqlx::query("DELETE FROM duty_change WHERE id = $1")
        .bind(id.0)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
