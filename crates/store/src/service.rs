//! Services that monitors watch, and the keys with which they send.

use eider_domain::service::{Service, ServiceKey, Source};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, instant, maybe_instant, micros, name_key, to_json, unreadable},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    squad_id: Option<Uuid>,
    feature_id: Option<Uuid>,
    reporter_id: Uuid,
    worth: String,
    causes: String,
    maintenance: String,
    retired: bool,
}

impl Row {
    fn into_service(self) -> Result<Service> {
        Ok(Service {
            id: self.id.into(),
            name: self.name,
            squad: self.squad_id.map(Into::into),
            feature: self.feature_id.map(Into::into),
            reporter: self.reporter_id.into(),
            worth: from_json("what the alerts of a service are worth", &self.worth)?,
            causes: from_json("the causes of a service", &self.causes)?,
            maintenance: from_json("the maintenance of a service", &self.maintenance)?,
            retired: self.retired,
        })
    }
}

/// Every service, retired ones included, by name.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<Service>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
        "SELECT id, name, squad_id, feature_id, reporter_id, worth, causes, maintenance, retired
         FROM service ORDER BY name_key",
    )
    .fetch_all(c)
    .await
    })?;
    rows.into_iter().map(Row::into_service).collect()
}

/// Writes a service, new or changed.
///
/// # Errors
/// `Conflict` when another service has the name.
pub async fn put(tx: &mut Tx, service: &Service) -> Result<()> {
    let worth = to_json("what the alerts of a service are worth", &service.worth)?;
    let causes = to_json("the causes of a service", &service.causes)?;
    let maintenance = to_json("the maintenance of a service", &service.maintenance)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO service (id, name, name_key, squad_id, feature_id, reporter_id, worth, causes,
            maintenance, retired) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,
            squad_id = excluded.squad_id, feature_id = excluded.feature_id,
            worth = excluded.worth, causes = excluded.causes,
            maintenance = excluded.maintenance, retired = excluded.retired",
    )
    .bind(service.id.0)
    .bind(&service.name)
    .bind(name_key(&service.name))
    .bind(service.squad.map(|id| id.0))
    .bind(service.feature.map(|id| id.0))
    .bind(service.reporter.0)
    .bind(&worth)
    .bind(&causes)
    .bind(&maintenance)
    .bind(service.retired)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// A key with the hash of its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptKey {
    /// The key.
    pub key: ServiceKey,
    /// The SHA-256 of its secret.
    pub token_hash: [u8; 32],
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    id: Uuid,
    service_id: Uuid,
    source: String,
    name: String,
    token_hash: Vec<u8>,
    options: String,
    made_at: i64,
    withdrawn_at: Option<i64>,
}

impl KeyRow {
    fn into_key(self) -> Result<KeptKey> {
        Ok(KeptKey {
            key: ServiceKey {
                id: self.id.into(),
                service: self.service_id.into(),
                source: Source::parse(&self.source)
                    .ok_or_else(|| unreadable("a kind of monitor", &self.source))?,
                name: self.name,
                options: from_json("the options of a key", &self.options)?,
                made_at: instant(self.made_at)?,
                withdrawn_at: maybe_instant(self.withdrawn_at)?,
            },
            token_hash: self
                .token_hash
                .try_into()
                .map_err(|_| unreadable("the hash of a key", ""))?,
        })
    }
}

/// Every key, the newest first, withdrawn ones included.
///
/// # Errors
/// When the database fails.
pub async fn keys(tx: &mut Tx) -> Result<Vec<KeptKey>> {
    let rows: Vec<KeyRow> = on!(tx, |c| sqlx::query_as(
        "SELECT id, service_id, source, name, token_hash, options, made_at, withdrawn_at
         FROM service_key
         ORDER BY made_at DESC, id DESC",
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(KeyRow::into_key).collect()
}

/// Writes a new key.
///
/// # Errors
/// When the database fails.
pub async fn put_key(tx: &mut Tx, kept: &KeptKey) -> Result<()> {
    let options = to_json("the options of a key", &kept.key.options)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO service_key (id, service_id, source, name, token_hash, options, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(kept.key.id.0)
    .bind(kept.key.service.0)
    .bind(kept.key.source.as_str())
    .bind(&kept.key.name)
    .bind(kept.token_hash.as_slice())
    .bind(&options)
    .bind(micros(kept.key.made_at))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Withdraws a key.
///
/// # Errors
/// When the database fails.
pub async fn withdraw_key(
    tx: &mut Tx,
    id: eider_domain::ServiceKeyId,
    at: Timestamp,
) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE service_key SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL"
    )
    .bind(id.0)
    .bind(micros(at))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
