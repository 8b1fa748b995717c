//! The queue of jobs: rows that are leased, fenced and done.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{Result, Tx, db::on, row::micros};

/// A job to be done later. Its payload holds ids only; what is to be done is derived from state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// Identity.
    pub id: Uuid,
    /// Which handler does it.
    pub kind: &'static str,
    /// Ids, as text.
    pub payload: String,
    /// Not before this instant.
    pub run_at: Timestamp,
    /// Of jobs with the same key there is one: a later request moves its time.
    pub dedup_key: Option<String>,
}

/// A job that was claimed until its lease ends.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Claimed {
    /// Identity.
    pub id: Uuid,
    /// Which handler does it.
    pub kind: String,
    /// Ids, as text.
    pub payload: String,
    /// How often it was begun, this time included.
    pub attempts: i64,
    /// Grows with every claim and every change of the job; only the latest may finish it.
    pub fence: i64,
}

/// Puts a job into the queue. One with the same key that waits already is moved to the new time,
/// and whoever works on it just now will not remove it.
///
/// # Errors
/// When the database fails.
pub async fn enqueue(tx: &mut Tx, job: &NewJob) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO job (id, kind, payload, run_at, attempts, fence, dedup_key)
         VALUES ($1, $2, $3, $4, 0, 0, $5)
         ON CONFLICT (dedup_key) DO UPDATE SET run_at = excluded.run_at,
            payload = excluded.payload, attempts = 0, fence = job.fence + 1,
            lease_owner = NULL, leased_until = NULL, last_error = NULL",
    )
    .bind(job.id)
    .bind(job.kind)
    .bind(&job.payload)
    .bind(micros(job.run_at))
    .bind(&job.dedup_key)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Takes the job of that key out of the queue, if it is there.
///
/// # Errors
/// When the database fails.
pub async fn cancel(tx: &mut Tx, dedup_key: &str) -> Result<()> {
    on!(tx, |c| sqlx::query("DELETE FROM job WHERE dedup_key = $1")
        .bind(dedup_key)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Claims up to `limit` jobs that are due at `now` and that nobody holds, until `leased_until`.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    tx: &mut Tx,
    owner: &str,
    now: Timestamp,
    leased_until: Timestamp,
    limit: i64,
) -> Result<Vec<Claimed>> {
    // Rows that another node is just claiming are skipped; SQLite has one writer and needs not.
    let sql = if tx.is_sqlite() {
        "UPDATE job SET lease_owner = $1, leased_until = $3, attempts = attempts + 1,
            fence = fence + 1
         WHERE id IN (SELECT id FROM job WHERE run_at <= $2
            AND (leased_until IS NULL OR leased_until <= $2) ORDER BY run_at LIMIT $4)
         RETURNING id, kind, payload, attempts, fence"
    } else {
        "UPDATE job SET lease_owner = $1, leased_until = $3, attempts = attempts + 1,
            fence = fence + 1
         WHERE id IN (SELECT id FROM job WHERE run_at <= $2
            AND (leased_until IS NULL OR leased_until <= $2) ORDER BY run_at LIMIT $4
            FOR UPDATE SKIP LOCKED)
         RETURNING id, kind, payload, attempts, fence"
    };
    Ok(on!(tx, |c| sqlx::query_as(sql)
        .bind(owner)
        .bind(micros(now))
        .bind(micros(leased_until))
        .bind(limit)
        .fetch_all(c)
        .await)?)
}

/// Whether this claim still holds: nobody has claimed or moved the job since. Ask it in the
/// transaction that does the job's work.
///
/// # Errors
/// When the database fails.
pub async fn holds(tx: &mut Tx, job: &Claimed) -> Result<bool> {
    let sql = if tx.is_sqlite() {
        "SELECT fence FROM job WHERE id = $1"
    } else {
        "SELECT fence FROM job WHERE id = $1 FOR UPDATE"
    };
    let fence: Option<i64> = on!(tx, |c| sqlx::query_scalar(sql)
        .bind(job.id)
        .fetch_optional(c)
        .await)?;
    Ok(fence == Some(job.fence))
}

/// Removes a job that is done, unless it was claimed or moved since.
///
/// # Errors
/// When the database fails.
pub async fn finish(tx: &mut Tx, job: &Claimed) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM job WHERE id = $1 AND fence = $2"
    )
    .bind(job.id)
    .bind(job.fence)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Gives a job back, to be tried again at `run_at`, unless it was claimed or moved since.
///
/// # Errors
/// When the database fails.
pub async fn retry(tx: &mut Tx, job: &Claimed, run_at: Timestamp, error: &str) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE job SET lease_owner = NULL, leased_until = NULL, run_at = $3, last_error = $4
         WHERE id = $1 AND fence = $2",
    )
    .bind(job.id)
    .bind(job.fence)
    .bind(micros(run_at))
    .bind(error)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// When the next job is due or its lease ends, if there is any.
///
/// # Errors
/// When the database fails.
pub async fn next_at(tx: &mut Tx) -> Result<Option<Timestamp>> {
    let at: Option<i64> = on!(tx, |c| sqlx::query_scalar(
        "SELECT min(CASE WHEN leased_until IS NULL OR leased_until < run_at THEN run_at
            ELSE leased_until END) FROM job"
    )
    .fetch_one(c)
    .await)?;
    crate::row::maybe_instant(at)
}

/// Whether a job of that key waits or is being done.
///
/// # Errors
/// When the database fails.
pub async fn is_queued(tx: &mut Tx, dedup_key: &str) -> Result<bool> {
    let found: Option<i64> = on!(tx, |c| sqlx::query_scalar(
        "SELECT attempts FROM job WHERE dedup_key = $1"
    )
    .bind(dedup_key)
    .fetch_optional(c)
    .await)?;
    Ok(found.is_some())
}

/// How many jobs wait.
///
/// # Errors
/// When the database fails.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, |c| sqlx::query_scalar("SELECT count(*) FROM job")
        .fetch_one(c)
        .await)?)
}
