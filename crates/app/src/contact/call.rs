//! Having somebody reached, and stopping that.

use eider_domain::{
    AttemptId, PersonId,
    contact::{Attempt, AttemptState, Reach, Subject, Try, Urgency},
    person::Standing,
};
use eider_jobs::NewJob;
use eider_store::{Tx, contact, job, person};
use jiff::{Timestamp, tz::TimeZone};

use super::attempt_job;
use crate::{Eider, Result};

/// Has somebody reached about `subject`, from `at` on, in the ways and at the times that they
/// want. Everything is queued in the caller's transaction. Answers how many attempts there will
/// be: none means that this person cannot be reached, and that somebody else has to be.
///
/// # Errors
/// When the database fails.
pub async fn call(
    tx: &mut Tx,
    eider: &Eider,
    person: PersonId,
    subject: Subject,
    urgency: Urgency,
    at: Timestamp,
) -> Result<usize> {
    let Some(found) = person::by_id(tx, person).await? else {
        return Ok(0);
    };
    if found.standing != Standing::Active {
        return Ok(0);
    }
    let plan = contact::plan_of(tx, person).await?;
    let methods = contact::methods_of(tx, person).await?;
    let reach = Reach {
        plan: &plan,
        methods: &methods,
        account_email: found.email.as_deref(),
        zone: &TimeZone::get(&found.zone).unwrap_or(TimeZone::UTC),
        offered: eider.offered(),
    };
    let tries = reach.tries(urgency, at);
    for planned in &tries {
        put(tx, eider, person, subject, urgency, planned).await?;
    }
    Ok(tries.len())
}

/// Stops whatever has not gone out yet about `subject`: for one person, or for everybody.
///
/// # Errors
/// When the database fails.
pub async fn stop(
    tx: &mut Tx,
    eider: &Eider,
    subject: Subject,
    person: Option<PersonId>,
) -> Result<()> {
    for id in contact::cancel_waiting(tx, subject, person, eider.now()).await? {
        job::cancel(tx, &key(id)).await?;
    }
    Ok(())
}

/// Writes an attempt with the job that sends it.
pub(super) async fn put(
    tx: &mut Tx,
    eider: &Eider,
    person: PersonId,
    subject: Subject,
    urgency: Urgency,
    planned: &Try,
) -> Result<()> {
    let now = eider.now();
    let attempt = Attempt {
        id: eider.ids().id(now),
        person,
        way: planned.way.clone(),
        subject,
        urgency,
        due_at: planned.at,
        state: AttemptState::Waiting,
        changed_at: now,
        repeats: None,
        fence: 0,
    };
    contact::put_attempt(tx, &attempt).await?;
    enqueue(tx, eider, &attempt).await
}

pub(super) async fn enqueue(tx: &mut Tx, eider: &Eider, attempt: &Attempt) -> Result<()> {
    let new = NewJob {
        id: eider.ids().id(eider.now()),
        kind: attempt_job(attempt.way.kind),
        payload: attempt.id.to_string(),
        run_at: attempt.due_at,
        dedup_key: Some(key(attempt.id)),
    };
    Ok(job::enqueue(tx, &new).await?)
}

fn key(id: AttemptId) -> String {
    format!("contact.attempt:{id}")
}
