//! Requests to swap.

use eider_domain::{SwapId, rota::Swap};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, instant, micros, to_json},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    rota_id: Uuid,
    asker_id: Uuid,
    asked_id: Option<Uuid>,
    from_at: i64,
    until_at: i64,
    made_at: i64,
    state: String,
}

impl Row {
    fn into_swap(self) -> Result<Swap> {
        Ok(Swap {
            id: self.id.into(),
            rota: self.rota_id.into(),
            asker: self.asker_id.into(),
            asked: self.asked_id.map(Into::into),
            from: instant(self.from_at)?,
            until: instant(self.until_at)?,
            made_at: instant(self.made_at)?,
            state: from_json("the state of a swap", &self.state)?,
        })
    }
}

/// The requests for time that is not over at `now`, by their time.
///
/// # Errors
/// When the database fails.
pub async fn swaps_until(tx: &mut Tx, now: Timestamp) -> Result<Vec<Swap>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
        "SELECT id, rota_id, asker_id, asked_id, from_at, until_at, made_at, state FROM duty_swap
         WHERE until_at > $1 ORDER BY from_at, id",
    )
    .bind(micros(now))
    .fetch_all(c)
    .await
    })?;
    rows.into_iter().map(Row::into_swap).collect()
}

/// The request of that id, if there is one, to read.
///
/// # Errors
/// When the database fails.
pub async fn swap_to_read(tx: &mut Tx, id: SwapId) -> Result<Option<Swap>> {
    let sql = "SELECT id, rota_id, asker_id, asked_id, from_at, until_at, made_at, state
         FROM duty_swap WHERE id = $1";
    one(tx, sql, id).await
}

/// The request of that id, if there is one; held until the end of the transaction, so that the
/// first acceptance wins.
///
/// # Errors
/// When the database fails.
pub async fn swap_by_id(tx: &mut Tx, id: SwapId) -> Result<Option<Swap>> {
    let sqlite = "SELECT id, rota_id, asker_id, asked_id, from_at, until_at, made_at, state
         FROM duty_swap WHERE id = $1";
    let postgres = "SELECT id, rota_id, asker_id, asked_id, from_at, until_at, made_at, state
         FROM duty_swap WHERE id = $1 FOR UPDATE";
    let sql = if tx.is_sqlite() { sqlite } else { postgres };
    one(tx, sql, id).await
}

async fn one(tx: &mut Tx, sql: &'static str, id: SwapId) -> Result<Option<Swap>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(id.0)
        .fetch_optional(c)
        .await)?;
    row.map(Row::into_swap).transpose()
}

/// Writes a request, new or answered.
///
/// # Errors
/// When the database fails.
pub async fn put_swap(tx: &mut Tx, swap: &Swap) -> Result<()> {
    let state = to_json("the state of a swap", &swap.state)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO duty_swap (id, rota_id, asker_id, asked_id, from_at, until_at, made_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state",
    )
    .bind(swap.id.0)
    .bind(swap.rota.0)
    .bind(swap.asker.0)
    .bind(swap.asked.map(|id| id.0))
    .bind(micros(swap.from))
    .bind(micros(swap.until))
    .bind(micros(swap.made_at))
    .bind(&state)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
