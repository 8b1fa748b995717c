//! The queue of jobs: rows that are leased, fenced and done.

use jiff::Timestamp;
use sqlx::QueryBuilder;
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
    /// When the lease ends, in microseconds since 1970.
    pub leased_until: i64,
    /// Why it was given back, if it was since it was queued.
    pub last_error: Option<String>,
}

impl Claimed {
    /// Whether whoever had it before neither finished it nor gave it back: they died, or took longer
    /// than their lease. Of a job that failed before it is not known.
    pub fn is_taken_over(&self) -> bool {
        self.attempts > 1 && self.last_error.is_none()
    }
}

/// Puts a job into the queue. One with the same key that waits already is moved to the new time.
/// Whoever works on it just now will not remove it, and it is begun again only after they are done,
/// so that a job is never done twice at once.
///
/// # Errors
/// When the database fails.
pub async fn enqueue(tx: &mut Tx, job: &NewJob) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO job (id, kind, payload, run_at, attempts, fence, dedup_key)
         VALUES ($1, $2, $3, $4, 0, 0, $5)
         ON CONFLICT (dedup_key) DO UPDATE SET run_at = excluded.run_at,
            payload = excluded.payload, attempts = 0, fence = job.fence + 1, last_error = NULL",
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

/// Who claims jobs, and which.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The node.
    pub owner: &'a str,
    /// Of which kinds.
    pub kinds: &'a [&'a str],
    /// Of which of these kinds before all others.
    pub first: &'a [&'a str],
    /// What is due at this instant.
    pub now: Timestamp,
    /// Until when the claim holds.
    pub until: Timestamp,
}

/// Claims up to `limit` jobs that are due and that nobody holds. A claim that ends twice as far away
/// as this one was made by a clock that was ahead, and is void: otherwise nobody would do the job for
/// as long as that.
///
/// # Errors
/// When the database fails.
pub async fn claim(tx: &mut Tx, claim: &Claim<'_>, limit: usize) -> Result<Vec<Claimed>> {
    let mut jobs = Vec::new();
    if !claim.first.is_empty() {
        // Few of them wait at a time, so they are found by their kind.
        jobs = claim_some(tx, claim, "kind", claim.first, limit).await?;
    }
    let left = limit.saturating_sub(jobs.len());
    if left > 0 {
        // The index by time is the one to use, so that of kind is kept out of the choice.
        let due = claim_some(tx, claim, "kind || ''", claim.kinds, left).await?;
        jobs.extend(due);
    }
    Ok(jobs)
}

async fn claim_some(
    tx: &mut Tx,
    claim: &Claim<'_>,
    kind: &str,
    kinds: &[&str],
    limit: usize,
) -> Result<Vec<Claimed>> {
    let Claim {
        owner, now, until, ..
    } = *claim;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    // Rows that another node is just claiming are skipped; SQLite has one writer and needs not.
    let skipping = if tx.is_sqlite() {
        ""
    } else {
        " FOR UPDATE SKIP LOCKED"
    };
    Ok(on!(tx, |c| {
        let mut query = QueryBuilder::new(
            "UPDATE job SET attempts = attempts + 1, fence = fence + 1, lease_owner = ",
        );
        query.push_bind(owner).push(", leased_until = ");
        query.push_bind(micros(until));
        query.push(" WHERE id IN (SELECT id FROM job WHERE run_at <= ");
        query.push_bind(micros(now));
        query.push(" AND (leased_until IS NULL OR leased_until <= ");
        query.push_bind(micros(now)).push(" OR leased_until > ");
        query.push_bind(void_after(now, until)).push(") AND ");
        // Kinds are words of the program's own, so they need no binding.
        let words = kinds.join("', '");
        query.push(kind).push(" IN ('").push(words).push("')");
        query.push(" ORDER BY run_at LIMIT ").push_bind(limit);
        query.push(skipping);
        query.push(") RETURNING id, kind, payload, attempts, fence, leased_until, last_error");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// What is claimed for longer than this was claimed by a clock that was ahead. As long again as a
/// claim holds, so that clocks which differ by less take nothing from each other.
fn void_after(now: Timestamp, leased_until: Timestamp) -> i64 {
    micros(leased_until).saturating_add(micros(leased_until).saturating_sub(micros(now)))
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

/// Removes a job that is done. One that was moved since is kept, for whoever claims it next.
///
/// # Errors
/// When the database fails.
pub async fn finish(tx: &mut Tx, job: &Claimed) -> Result<()> {
    let removed = on!(tx, |c| sqlx::query(
        "DELETE FROM job WHERE id = $1 AND fence = $2"
    )
    .bind(job.id)
    .bind(job.fence)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    match removed {
        0 => release(tx, job).await,
        _ => Ok(()),
    }
}

/// Lets go of a job, if this claim's lease is still the one that it has.
async fn release(tx: &mut Tx, job: &Claimed) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE job SET lease_owner = NULL, leased_until = NULL
         WHERE id = $1 AND leased_until = $2"
    )
    .bind(job.id)
    .bind(job.leased_until)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Gives a job back, to be tried again at `run_at`, or when it was moved to since.
///
/// # Errors
/// When the database fails.
pub async fn retry(tx: &mut Tx, job: &Claimed, run_at: Timestamp, error: &str) -> Result<()> {
    let given_back = on!(tx, |c| sqlx::query(
        "UPDATE job SET lease_owner = NULL, leased_until = NULL, run_at = $3, last_error = $4
         WHERE id = $1 AND fence = $2",
    )
    .bind(job.id)
    .bind(job.fence)
    .bind(micros(run_at))
    .bind(error)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    match given_back {
        0 => release(tx, job).await,
        _ => Ok(()),
    }
}

/// When the next job of these kinds is due or its claim ends, if there is any. `now` and
/// `leased_until` are those of a claim that would be made, as in [`claim`].
///
/// # Errors
/// When the database fails.
pub async fn next_at(
    tx: &mut Tx,
    kinds: &[&str],
    now: Timestamp,
    leased_until: Timestamp,
) -> Result<Option<Timestamp>> {
    let void_after = void_after(now, leased_until);
    let at: Option<i64> = on!(tx, |c| {
        let mut query = QueryBuilder::new("SELECT min(at) FROM (");
        for (index, kind) in kinds.iter().enumerate() {
            query.push(if index == 0 { "" } else { " UNION ALL " });
            query.push(format!(
                "SELECT min(run_at) AS at FROM job WHERE kind = '{kind}' AND leased_until IS NULL
                 UNION ALL
                 SELECT min(CASE WHEN leased_until < run_at OR leased_until > "
            ));
            query.push_bind(void_after);
            query.push(format!(
                " THEN run_at ELSE leased_until END) AS at
                 FROM job WHERE kind = '{kind}' AND leased_until IS NOT NULL"
            ));
        }
        query.push(") AS next");
        query.build_query_scalar().fetch_one(c).await
    })?;
    crate::row::maybe_instant(at)
}

/// When the first job of all that wait is due, if any waits.
///
/// # Errors
/// When the database fails.
pub async fn oldest_due_at(tx: &mut Tx) -> Result<Option<Timestamp>> {
    let at: Option<i64> = on!(tx, |c| sqlx::query_scalar("SELECT min(run_at) FROM job")
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

/// A job that is not done yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which handler does it.
    pub kind: String,
    /// Not before this instant.
    pub run_at: Timestamp,
    /// Until when a worker holds it, if one does.
    pub leased_until: Option<Timestamp>,
}

/// The jobs whose kind begins so, the next first.
///
/// # Errors
/// When the database fails.
pub async fn waiting(tx: &mut Tx, kind_begins: &str) -> Result<Vec<Waiting>> {
    let rows: Vec<(String, i64, Option<i64>)> = on!(tx, |c| {
        sqlx::query_as(
        "SELECT kind, run_at, leased_until FROM job WHERE kind LIKE $1 || '%' ORDER BY run_at, id"
    )
    .bind(kind_begins)
    .fetch_all(c)
    .await
    })?;
    rows.into_iter()
        .map(|(kind, run_at, leased_until)| {
            Ok(Waiting {
                kind,
                run_at: crate::row::instant(run_at)?,
                leased_until: crate::row::maybe_instant(leased_until)?,
            })
        })
        .collect()
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
