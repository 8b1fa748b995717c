//! Attempts to sign in, by a keyed hash of the account or the client they were for.

use eider_domain::account::throttle::Attempts;
use jiff::Timestamp;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, micros},
};

/// The attempts of that subject, to change: until the transaction ends, nobody else counts for it.
///
/// # Errors
/// When the database fails.
pub async fn to_change(tx: &mut Tx, subject: &[u8; 32], now: Timestamp) -> Result<Attempts> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO attempt (subject, failures, last_at) VALUES ($1, 0, $2)
         ON CONFLICT (subject) DO NOTHING",
    )
    .bind(subject.as_slice())
    .bind(micros(now))
    .execute(c)
    .await
    .map(drop))?;
    let sql = if tx.is_sqlite() {
        "SELECT failures, last_at FROM attempt WHERE subject = $1"
    } else {
        "SELECT failures, last_at FROM attempt WHERE subject = $1 FOR UPDATE"
    };
    let (failures, last_at): (i64, i64) = on!(tx, |c| sqlx::query_as(sql)
        .bind(subject.as_slice())
        .fetch_one(c)
        .await)?;
    Ok(Attempts {
        failures,
        last_at: instant(last_at)?,
    })
}

/// Writes the attempts of a subject.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, subject: &[u8; 32], attempts: Attempts) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO attempt (subject, failures, last_at) VALUES ($1, $2, $3)
         ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures,
            last_at = excluded.last_at",
    )
    .bind(subject.as_slice())
    .bind(attempts.failures)
    .bind(micros(attempts.last_at))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets the attempts of a subject.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, subject: &[u8; 32]) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM attempt WHERE subject = $1"
    )
    .bind(subject.as_slice())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Takes one attempt back from a subject, because it was a good one.
///
/// # Errors
/// When the database fails.
pub async fn take_one_back(tx: &mut Tx, subject: &[u8; 32]) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE attempt SET failures = failures - 1 WHERE subject = $1 AND failures > 0"
    )
    .bind(subject.as_slice())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets some of the subjects whose last attempt was before `before`, so that the table stays
/// small. Rows that somebody is changing are left for the next time.
///
/// # Errors
/// When the database fails.
pub async fn delete_some_before(tx: &mut Tx, before: Timestamp) -> Result<()> {
    let sql = if tx.is_sqlite() {
        "DELETE FROM attempt WHERE subject IN
            (SELECT subject FROM attempt WHERE last_at < $1 LIMIT 100)"
    } else {
        "DELETE FROM attempt WHERE subject IN
            (SELECT subject FROM attempt WHERE last_at < $1 LIMIT 100 FOR UPDATE SKIP LOCKED)"
    };
    on!(tx, |c| sqlx::query(sql)
        .bind(micros(before))
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
