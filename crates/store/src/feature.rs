//! Features.

use eider_domain::feature::Feature;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, name_key, to_json},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    description: String,
    squad_id: Option<Uuid>,
    platforms: String,
    links: String,
    retired: bool,
}

impl Row {
    fn into_feature(self) -> Result<Feature> {
        Ok(Feature {
            id: self.id.into(),
            name: self.name,
            description: self.description,
            squad: self.squad_id.map(Into::into),
            platforms: from_json("a feature's platforms", &self.platforms)?,
            links: from_json("a feature's links", &self.links)?,
            retired: self.retired,
        })
    }
}

/// Every feature, retired ones included, by name.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<Feature>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT id, name, description, squad_id, platforms, links, retired FROM feature
         ORDER BY name_key",
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_feature).collect()
}

/// Writes a feature, new or changed.
///
/// # Errors
/// `Conflict` when another feature has the name, or the squad does not exist.
pub async fn put(tx: &mut Tx, feature: &Feature) -> Result<()> {
    let platforms = to_json("a feature's platforms", &feature.platforms)?;
    let links = to_json("a feature's links", &feature.links)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO feature (id, name, name_key, description, squad_id, platforms, links, retired)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,
            description = excluded.description, squad_id = excluded.squad_id,
            platforms = excluded.platforms, links = excluded.links, retired = excluded.retired",
    )
    .bind(feature.id.0)
    .bind(&feature.name)
    .bind(name_key(&feature.name))
    .bind(&feature.description)
    .bind(feature.squad.map(|id| id.0))
    .bind(&platforms)
    .bind(&links)
    .bind(feature.retired)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
