//! Rotas, what changes them for a time, swaps, and the addresses of calendar feeds.

mod absence;
mod change;
mod feed;
mod notice;
mod swap;

pub use absence::{absence_by_id, absences, put_absence, remove_absence};
pub use change::{change_by_id, changes, put_change, remove_change};
pub use feed::{Feed, feed_by_hash, feeds_of, numbers, put_feed, put_number};
pub use notice::{Ledger, Notice, forget_notices, ledger, notice, put_ledger, put_notice};
pub use swap::{put_swap, swap_by_id, swap_to_read, swaps_until};

use eider_domain::rota::{Duty, Rota};
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, name_key, to_json, unreadable},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    squad_id: Option<Uuid>,
    duty: String,
    zone: String,
    vital: String,
    limits: String,
    plans: String,
    retired: bool,
}

impl Row {
    fn into_rota(self) -> Result<Rota> {
        Ok(Rota {
            id: self.id.into(),
            name: self.name,
            squad: self.squad_id.map(Into::into),
            duty: Duty::parse(&self.duty).ok_or_else(|| unreadable("a duty", &self.duty))?,
            zone: self.zone,
            vital: self.vital,
            limits: from_json("the limits of a rota", &self.limits)?,
            plans: from_json("the plans of a rota", &self.plans)?,
            retired: self.retired,
        })
    }
}

/// Every rota, by name, retired ones included.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<Rota>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT id, name, squad_id, duty, zone, vital, limits, plans, retired FROM rota
         ORDER BY name_key",
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_rota).collect()
}

/// Writes a rota, new or changed.
///
/// # Errors
/// `Conflict` when another rota has the name.
pub async fn put(tx: &mut Tx, rota: &Rota) -> Result<()> {
    let limits = to_json("the limits of a rota", &rota.limits)?;
    let plans = to_json("the plans of a rota", &rota.plans)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO rota (id, name, name_key, squad_id, duty, zone, vital, limits, plans, retired)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,
            squad_id = excluded.squad_id, duty = excluded.duty, zone = excluded.zone,
            vital = excluded.vital, limits = excluded.limits, plans = excluded.plans,
            retired = excluded.retired",
    )
    .bind(rota.id.0)
    .bind(&rota.name)
    .bind(name_key(&rota.name))
    .bind(rota.squad.map(|id| id.0))
    .bind(rota.duty.as_str())
    .bind(&rota.zone)
    .bind(&rota.vital)
    .bind(&limits)
    .bind(&plans)
    .bind(rota.retired)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
