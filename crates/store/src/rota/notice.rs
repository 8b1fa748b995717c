//! What the leads of a squad were told of its rotas.

use eider_domain::{NoticeId, SquadId, rota::Found};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, instant, micros, to_json},
};

/// What was told to the leads of a squad, or of the company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// What they know of.
    pub told: Vec<Found>,
    /// When everything was told last that was not pressing, or when that began to be counted.
    pub digest_at: Timestamp,
}

/// What the leads of a squad are told at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Identity.
    pub id: NoticeId,
    /// The squad; none for the company.
    pub squad: Option<SquadId>,
    /// What should not be so.
    pub found: Vec<Found>,
    /// What should not have been so, and is gone.
    pub gone: Vec<Found>,
    /// When it was written.
    pub made_at: Timestamp,
}

/// The company has a ledger too.
fn key(squad: Option<SquadId>) -> String {
    squad.map_or_else(|| "company".to_owned(), |squad| squad.to_string())
}

/// What the leads of a squad were told, if anybody has looked.
///
/// # Errors
/// When the database fails.
pub async fn ledger(tx: &mut Tx, squad: Option<SquadId>) -> Result<Option<Ledger>> {
    let row: Option<(String, i64)> = on!(tx, |c| sqlx::query_as(
        "SELECT told, digest_at FROM duty_told WHERE squad_key = $1"
    )
    .bind(key(squad))
    .fetch_optional(c)
    .await)?;
    row.map(|(told, digest_at)| {
        Ok(Ledger {
            told: from_json("what leads were told", &told)?,
            digest_at: instant(digest_at)?,
        })
    })
    .transpose()
}

/// Writes what the leads of a squad were told.
///
/// # Errors
/// When the database fails.
pub async fn put_ledger(tx: &mut Tx, squad: Option<SquadId>, ledger: &Ledger) -> Result<()> {
    let told = to_json("what leads were told", &ledger.told)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO duty_told (squad_key, told, digest_at) VALUES ($1, $2, $3)
         ON CONFLICT (squad_key) DO UPDATE SET told = excluded.told,
            digest_at = excluded.digest_at",
    )
    .bind(key(squad))
    .bind(&told)
    .bind(micros(ledger.digest_at))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Writes a new notice.
///
/// # Errors
/// When the database fails.
pub async fn put_notice(tx: &mut Tx, notice: &Notice) -> Result<()> {
    let found = to_json("what was found", &notice.found)?;
    let gone = to_json("what is gone", &notice.gone)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO duty_notice (id, squad_id, found, gone, made_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(notice.id.0)
    .bind(notice.squad.map(|id| id.0))
    .bind(&found)
    .bind(&gone)
    .bind(micros(notice.made_at))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The notice of that id, if it is still kept.
///
/// # Errors
/// When the database fails.
pub async fn notice(tx: &mut Tx, id: NoticeId) -> Result<Option<Notice>> {
    let row: Option<(Option<Uuid>, String, String, i64)> = on!(tx, |c| sqlx::query_as(
        "SELECT squad_id, found, gone, made_at FROM duty_notice WHERE id = $1"
    )
    .bind(id.0)
    .fetch_optional(c)
    .await)?;
    row.map(|(squad, found, gone, made_at)| {
        Ok(Notice {
            id,
            squad: squad.map(Into::into),
            found: from_json("what was found", &found)?,
            gone: from_json("what is gone", &gone)?,
            made_at: instant(made_at)?,
        })
    })
    .transpose()
}

/// Forgets the notices that were written before `before`.
///
/// # Errors
/// When the database fails.
pub async fn forget_notices(tx: &mut Tx, before: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM duty_notice WHERE made_at < $1"
    )
    .bind(micros(before))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
