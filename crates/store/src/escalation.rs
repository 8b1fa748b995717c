//! Escalation policies, and what squads decided about paging.

use eider_domain::{
    SquadId,
    escalation::{Paging, PagingRules, Policy},
};
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
    plan: String,
    retired: bool,
}

/// Every policy, by name, retired ones included.
///
/// # Errors
/// When the database fails.
pub async fn policies(tx: &mut Tx) -> Result<Vec<Policy>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT id, name, plan, retired FROM escalation_policy ORDER BY name_key"
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|row| {
            Ok(Policy {
                id: row.id.into(),
                name: row.name,
                plan: from_json("the plan of a policy", &row.plan)?,
                retired: row.retired,
            })
        })
        .collect()
}

/// Writes a policy, new or changed.
///
/// # Errors
/// `Conflict` when another policy has the name.
pub async fn put_policy(tx: &mut Tx, policy: &Policy) -> Result<()> {
    let plan = to_json("the plan of a policy", &policy.plan)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO escalation_policy (id, name, name_key, plan, retired)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,
            plan = excluded.plan, retired = excluded.retired",
    )
    .bind(policy.id.0)
    .bind(&policy.name)
    .bind(name_key(&policy.name))
    .bind(&plan)
    .bind(policy.retired)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// What every squad and the company decided about paging.
///
/// # Errors
/// When the database fails.
pub async fn rules(tx: &mut Tx) -> Result<PagingRules> {
    let rows: Vec<(Uuid, String)> =
        on!(tx, |c| sqlx::query_as("SELECT squad_id, rules FROM paging")
            .fetch_all(c)
            .await)?;
    let mut rules = PagingRules::default();
    for (squad, json) in rows {
        let paging: Paging = from_json("the rules of paging", &json)?;
        if squad.is_nil() {
            rules.company = paging;
        } else {
            rules.squads.insert(squad.into(), paging);
        }
    }
    Ok(rules)
}

/// Writes what a squad decided about paging, or the company.
///
/// # Errors
/// When the database fails.
pub async fn put_rules(tx: &mut Tx, squad: Option<SquadId>, paging: &Paging) -> Result<()> {
    let json = to_json("the rules of paging", paging)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO paging (squad_id, rules) VALUES ($1, $2)
         ON CONFLICT (squad_id) DO UPDATE SET rules = excluded.rules",
    )
    .bind(squad.map_or_else(Uuid::nil, |id| id.0))
    .bind(&json)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
