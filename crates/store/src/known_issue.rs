//! The register of known issues.

use eider_domain::known_issue::KnownIssue;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{Result, Tx, db::on, row::micros};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    title: String,
    description: String,
    advice: String,
    feature_id: Option<Uuid>,
    is_over: bool,
}

impl From<Row> for KnownIssue {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            title: row.title,
            description: row.description,
            advice: row.advice,
            feature: row.feature_id.map(Into::into),
            over: row.is_over,
        }
    }
}

/// Every known issue, those that are over included, newest first.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<KnownIssue>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT id, title, description, advice, feature_id, is_over FROM known_issue
         ORDER BY created_at DESC, id",
    )
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Writes a known issue, new or changed, and makes it findable unless it is over.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, issue: &KnownIssue, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO known_issue (id, title, description, advice, feature_id, is_over, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET title = excluded.title,
            description = excluded.description, advice = excluded.advice,
            feature_id = excluded.feature_id, is_over = excluded.is_over",
    )
    .bind(issue.id.0)
    .bind(&issue.title)
    .bind(&issue.description)
    .bind(&issue.advice)
    .bind(issue.feature.map(|id| id.0))
    .bind(issue.over)
    .bind(micros(now))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
