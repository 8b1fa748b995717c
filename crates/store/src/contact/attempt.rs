//! Each try of one method for one person.

use eider_domain::{
    AttemptId, PersonId,
    contact::{Attempt, AttemptState, Subject, Urgency, Way},
};
use jiff::Timestamp;
use uuid::Uuid;

use super::method::kind_of;
use crate::{
    Result, Tx,
    db::on,
    row::{instant, maybe_instant, micros, unreadable},
};

macro_rules! attempt_columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, person_id, method_id, kind, address, about, urgency, due_at, state,
                provider, reference, why, changed_at, repeats, fence FROM contact_attempt ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    method_id: Option<Uuid>,
    kind: String,
    address: String,
    about: String,
    urgency: String,
    due_at: i64,
    state: String,
    provider: Option<String>,
    reference: Option<String>,
    why: Option<String>,
    changed_at: i64,
    repeats: Option<String>,
    fence: i64,
}

impl Row {
    fn into_attempt(self) -> Result<Attempt> {
        let about = &self.about;
        let subject: Subject = about
            .parse()
            .map_err(|_| unreadable("what somebody is reached about", about))?;
        let urgency =
            Urgency::parse(&self.urgency).ok_or_else(|| unreadable("an urgency", &self.urgency))?;
        let provider = self.provider.unwrap_or_default();
        let reference = self.reference.unwrap_or_default();
        let state = match self.state.as_str() {
            "waiting" => AttemptState::Waiting,
            "sending" => AttemptState::Sending { provider },
            "accepted" => AttemptState::Accepted {
                provider,
                reference,
            },
            "delivered" => AttemptState::Delivered {
                provider,
                reference,
            },
            "failed" => AttemptState::Failed {
                why: self.why.unwrap_or_default(),
            },
            "unknown" => AttemptState::Unknown { provider },
            "cancelled" => AttemptState::Cancelled,
            other => return Err(unreadable("the state of an attempt", other)),
        };
        Ok(Attempt {
            id: self.id.into(),
            person: self.person_id.into(),
            way: Way {
                method: self.method_id.map(Into::into),
                kind: kind_of(&self.kind)?,
                address: self.address,
            },
            subject,
            urgency,
            due_at: instant(self.due_at)?,
            state,
            changed_at: instant(self.changed_at)?,
            repeats: self.repeats,
            fence: self.fence,
        })
    }
}

/// The attempt of that id, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn attempt(tx: &mut Tx, id: AttemptId) -> Result<Option<Attempt>> {
    one(tx, attempt_columns!("WHERE id = $1"), id).await
}

/// The attempt of that id, to change: until the transaction ends, nobody else changes it.
///
/// # Errors
/// When the database fails.
pub async fn attempt_to_change(tx: &mut Tx, id: AttemptId) -> Result<Option<Attempt>> {
    let sql = if tx.is_sqlite() {
        attempt_columns!("WHERE id = $1")
    } else {
        attempt_columns!("WHERE id = $1 FOR UPDATE")
    };
    one(tx, sql, id).await
}

async fn one(tx: &mut Tx, sql: &'static str, id: AttemptId) -> Result<Option<Attempt>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(id.0)
        .fetch_optional(c)
        .await)?;
    row.map(Row::into_attempt).transpose()
}

/// The newest attempts to reach somebody, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn attempts_of(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<Attempt>> {
    let sql = attempt_columns!(
        "WHERE person_id = $1 ORDER BY due_at DESC, repeats IS NOT NULL DESC, id DESC LIMIT $2"
    );
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(person.0)
        .bind(limit)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(Row::into_attempt).collect()
}

/// What was sent to somebody about that, in its order.
///
/// # Errors
/// When the database fails.
pub async fn attempts_about(
    tx: &mut Tx,
    person: PersonId,
    subject: Subject,
) -> Result<Vec<Attempt>> {
    let sql = attempt_columns!(
        "WHERE person_id = $1 AND about = $2 ORDER BY due_at, repeats IS NOT NULL, id"
    );
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(person.0)
        .bind(subject.to_string())
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(Row::into_attempt).collect()
}

/// How many attempts about that were due for somebody from `since` until `until`.
///
/// # Errors
/// When the database fails.
pub async fn count_between(
    tx: &mut Tx,
    person: PersonId,
    subject: Subject,
    since: Timestamp,
    until: Timestamp,
) -> Result<i64> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM contact_attempt
         WHERE person_id = $1 AND about = $2 AND due_at BETWEEN $3 AND $4 AND repeats IS NULL"
    )
    .bind(person.0)
    .bind(subject.to_string())
    .bind(micros(since))
    .bind(micros(until))
    .fetch_one(c)
    .await)?)
}

/// Forgets what was due for somebody before then, and does not wait any more.
///
/// # Errors
/// When the database fails.
pub async fn forget_attempts_of(tx: &mut Tx, person: PersonId, before: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM contact_attempt
         WHERE person_id = $1 AND due_at < $2 AND state <> 'waiting'"
    )
    .bind(person.0)
    .bind(micros(before))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Writes an attempt, new or changed.
///
/// # Errors
/// When the database fails.
pub async fn put_attempt(tx: &mut Tx, attempt: &Attempt) -> Result<()> {
    let (provider, reference, why) = match &attempt.state {
        AttemptState::Accepted {
            provider,
            reference,
        }
        | AttemptState::Delivered {
            provider,
            reference,
        } => (Some(provider), Some(reference), None),
        AttemptState::Sending { provider } | AttemptState::Unknown { provider } => {
            (Some(provider), None, None)
        }
        AttemptState::Failed { why } => (None, None, Some(why)),
        AttemptState::Waiting | AttemptState::Cancelled => (None, None, None),
    };
    on!(tx, |c| sqlx::query(
        "INSERT INTO contact_attempt (id, person_id, method_id, kind, address, about, urgency,
            due_at, state, provider, reference, why, changed_at, repeats, fence)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, provider = excluded.provider,
            reference = excluded.reference, why = excluded.why,
            changed_at = excluded.changed_at, fence = excluded.fence",
    )
    .bind(attempt.id.0)
    .bind(attempt.person.0)
    .bind(attempt.way.method.map(|id| id.0))
    .bind(attempt.way.kind.as_str())
    .bind(&attempt.way.address)
    .bind(attempt.subject.to_string())
    .bind(attempt.urgency.as_str())
    .bind(micros(attempt.due_at))
    .bind(attempt.state.as_str())
    .bind(provider)
    .bind(reference)
    .bind(why)
    .bind(micros(attempt.changed_at))
    .bind(&attempt.repeats)
    .bind(attempt.fence)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Cancels what waits about that, for one person or for all. Answers what it was.
///
/// # Errors
/// When the database fails.
pub async fn cancel_waiting(
    tx: &mut Tx,
    subject: Subject,
    person: Option<PersonId>,
    now: Timestamp,
) -> Result<Vec<AttemptId>> {
    let sql = if person.is_some() {
        "UPDATE contact_attempt SET state = 'cancelled', changed_at = $2
         WHERE about = $1 AND state = 'waiting' AND person_id = $3 RETURNING id"
    } else {
        "UPDATE contact_attempt SET state = 'cancelled', changed_at = $2
         WHERE about = $1 AND state = 'waiting' RETURNING id"
    };
    let ids: Vec<Uuid> = on!(tx, |c| {
        let query = sqlx::query_scalar(sql)
            .bind(subject.to_string())
            .bind(micros(now));
        match person {
            Some(person) => query.bind(person.0).fetch_all(c).await,
            None => query.fetch_all(c).await,
        }
    })?;
    Ok(ids.into_iter().map(AttemptId).collect())
}

/// When something is known to have arrived at somebody last.
///
/// # Errors
/// When the database fails.
pub async fn delivered_at(tx: &mut Tx, person: PersonId) -> Result<Option<Timestamp>> {
    let at: Option<i64> = on!(tx, |c| sqlx::query_scalar(
        "SELECT max(changed_at) FROM contact_attempt
         WHERE person_id = $1 AND state = 'delivered'"
    )
    .bind(person.0)
    .fetch_one(c)
    .await)?;
    maybe_instant(at)
}

/// Whether anything waits that was queued after an instant.
///
/// # Errors
/// When the database fails.
pub async fn is_any_made_after(tx: &mut Tx, at: Timestamp) -> Result<bool> {
    let found: Option<Uuid> = on!(tx, |c| sqlx::query_scalar(
        "SELECT id FROM contact_attempt WHERE changed_at > $1 AND state = 'waiting' LIMIT 1"
    )
    .bind(micros(at))
    .fetch_optional(c)
    .await)?;
    Ok(found.is_some())
}

/// What waits and was queued after `ahead` is due as long after `now` as it was to be due after it
/// was queued. Answers with what that is.
///
/// # Errors
/// When the database fails.
pub async fn put_right(tx: &mut Tx, now: Timestamp, ahead: Timestamp) -> Result<Vec<Attempt>> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(
        "UPDATE contact_attempt SET due_at = due_at - changed_at + $1, changed_at = $1
         WHERE changed_at > $2 AND state = 'waiting' RETURNING id"
    )
    .bind(micros(now))
    .bind(micros(ahead))
    .fetch_all(c)
    .await)?;
    let mut attempts = Vec::with_capacity(ids.len());
    for id in ids {
        attempts.extend(attempt(tx, AttemptId(id)).await?);
    }
    Ok(attempts)
}

/// Has an attempt that waits made at `now` instead of later. Answers it, unless it does not wait any
/// more.
///
/// # Errors
/// When the database fails.
pub async fn bring_forward(tx: &mut Tx, id: AttemptId, now: Timestamp) -> Result<Option<Attempt>> {
    let changed = on!(tx, |c| sqlx::query(
        "UPDATE contact_attempt SET due_at = $2, changed_at = $2
         WHERE id = $1 AND state = 'waiting'"
    )
    .bind(id.0)
    .bind(micros(now))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    if changed == 0 {
        return Ok(None);
    }
    attempt(tx, id).await
}

/// Forgets the attempts that have not changed since `before`.
///
/// # Errors
/// When the database fails.
pub async fn forget_attempts(tx: &mut Tx, before: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM contact_attempt WHERE changed_at < $1 AND state <> 'waiting'"
    )
    .bind(micros(before))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
