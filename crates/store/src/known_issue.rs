//! The register of known issues.

use eider_domain::known_issue::KnownIssue;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, micros, to_json},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    title: String,
    description: String,
    advice: String,
    feature_id: Option<Uuid>,
    is_over: bool,
    alerts: Option<String>,
}

impl Row {
    fn into_issue(self) -> Result<KnownIssue> {
        let alerts = self.alerts.as_deref();
        let alerts = alerts.map(|json| from_json("the alerts of a known issue", json));
        Ok(KnownIssue {
            id: self.id.into(),
            title: self.title,
            description: self.description,
            advice: self.advice,
            feature: self.feature_id.map(Into::into),
            over: self.is_over,
            alerts: alerts.transpose()?,
        })
    }
}

/// Every known issue, those that are over included, newest first.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<KnownIssue>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT id, title, description, advice, feature_id, is_over, alerts FROM known_issue
         ORDER BY created_at DESC, id",
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_issue).collect()
}

/// Writes a known issue, new or changed, and makes it findable unless it is over.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, issue: &KnownIssue, now: Timestamp) -> Result<()> {
    let alerts = issue.alerts.as_ref();
    let alerts = alerts.map(|alerts| to_json("the alerts of a known issue", alerts));
    let alerts = alerts.transpose()?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO known_issue (id, title, description, advice, feature_id, is_over, created_at,
            alerts)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET title = excluded.title,
            description = excluded.description, advice = excluded.advice,
            feature_id = excluded.feature_id, is_over = excluded.is_over,
            alerts = excluded.alerts",
    )
    .bind(issue.id.0)
    .bind(&issue.title)
    .bind(&issue.description)
    .bind(&issue.advice)
    .bind(issue.feature.map(|id| id.0))
    .bind(issue.over)
    .bind(micros(now))
    .bind(&alerts)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
