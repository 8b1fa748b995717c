//! In which order people want to be reached.

use eider_domain::{PersonId, contact::Plan};

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, to_json},
};

/// What somebody set; nothing set when they have not.
///
/// # Errors
/// When the database fails.
pub async fn plan_of(tx: &mut Tx, person: PersonId) -> Result<Plan> {
    let json: Option<String> = on!(tx, |c| sqlx::query_scalar(
        "SELECT plan FROM contact_plan WHERE person_id = $1"
    )
    .bind(person.0)
    .fetch_optional(c)
    .await)?;
    json.map_or_else(
        || Ok(Plan::default()),
        |json| from_json("how somebody is reached", &json),
    )
}

/// Writes what somebody set.
///
/// # Errors
/// When the database fails.
pub async fn put_plan(tx: &mut Tx, person: PersonId, plan: &Plan) -> Result<()> {
    let json = to_json("how somebody is reached", plan)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO contact_plan (person_id, plan) VALUES ($1, $2)
         ON CONFLICT (person_id) DO UPDATE SET plan = excluded.plan",
    )
    .bind(person.0)
    .bind(&json)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
