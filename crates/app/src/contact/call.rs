//! Having somebody reached, and stopping that.

use eider_domain::{
    AttemptId, PersonId,
    contact::{Attempt, AttemptState, Kind, Reach, Subject, Try, Urgency, Way},
    person::Standing,
};
use eider_jobs::NewJob;
use eider_store::{Tx, contact, job, person};
use jiff::{Timestamp, tz::TimeZone};

use super::{attempt_job, first_attempt_job, linked::methods_of};
use crate::{Eider, Result};

/// Where an attempt is among those that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Ahead of all others.
    First,
    /// When its time comes.
    InTurn,
}

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
    call_placed(tx, eider, person, subject, urgency, at, Place::InTurn).await
}

/// As [`call`], with that place among what waits.
///
/// # Errors
/// When the database fails.
pub(crate) async fn call_placed(
    tx: &mut Tx,
    eider: &Eider,
    person: PersonId,
    subject: Subject,
    urgency: Urgency,
    at: Timestamp,
    place: Place,
) -> Result<usize> {
    let tries = tries_of(tx, eider, person, urgency, at).await?;
    for planned in &tries {
        put(tx, eider, person, subject, urgency, planned, place).await?;
    }
    Ok(tries.len())
}

/// Tells somebody who is awake something now, by the first of the ways in which they are called, and
/// by no other.
///
/// # Errors
/// When the database fails.
pub(crate) async fn tell(
    tx: &mut Tx,
    eider: &Eider,
    person: PersonId,
    subject: Subject,
    at: Timestamp,
) -> Result<()> {
    let urgency = Urgency::High;
    let tries = tries_of(tx, eider, person, urgency, at).await?;
    if let Some(planned) = tries.first() {
        let place = Place::InTurn;
        put(tx, eider, person, subject, urgency, planned, place).await?;
    }
    Ok(())
}

/// The ways and times in which somebody wants to be reached; none when they cannot be.
async fn tries_of(
    tx: &mut Tx,
    eider: &Eider,
    person: PersonId,
    urgency: Urgency,
    at: Timestamp,
) -> Result<Vec<Try>> {
    let found = person::by_id(tx, person).await?;
    let Some(found) = found.filter(|person| person.standing == Standing::Active) else {
        return Ok(Vec::new());
    };
    let plan = contact::plan_of(tx, person).await?;
    let methods = methods_of(tx, person).await?;
    let reach = Reach {
        plan: &plan,
        methods: &methods,
        account_email: found.email.as_deref(),
        zone: &TimeZone::get(&found.zone).unwrap_or(TimeZone::UTC),
        offered: &eider.offered(),
    };
    Ok(reach.tries(urgency, at))
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

/// Has a watcher outside answered at that address of the operator's, now and by a webhook.
///
/// # Errors
/// When the database fails.
pub(crate) async fn answer(
    tx: &mut Tx,
    eider: &Eider,
    watch: PersonId,
    subject: Subject,
    address: &str,
) -> Result<()> {
    let planned = Try {
        at: eider.now(),
        way: Way {
            method: None,
            kind: Kind::Webhook,
            address: address.to_owned(),
        },
    };
    put(
        tx,
        eider,
        watch,
        subject,
        Urgency::High,
        &planned,
        Place::InTurn,
    )
    .await
}

/// What a clock that was ahead has put off goes out as long after now as it was to go out after it
/// was queued: everything that was queued after `ahead`.
///
/// # Errors
/// When the database fails.
pub(crate) async fn put_right(
    tx: &mut Tx,
    eider: &Eider,
    now: Timestamp,
    ahead: Timestamp,
) -> Result<()> {
    for attempt in contact::put_right(tx, now, ahead).await? {
        enqueue(tx, eider, &attempt).await?;
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
    place: Place,
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
    let kind = match place {
        Place::First => first_attempt_job(attempt.way.kind),
        Place::InTurn => attempt_job(attempt.way.kind),
    };
    enqueue_as(kind, tx, eider, &attempt).await
}

/// Queues what sends an attempt; one that waits already keeps its place.
pub(super) async fn enqueue(tx: &mut Tx, eider: &Eider, attempt: &Attempt) -> Result<()> {
    enqueue_as(attempt_job(attempt.way.kind), tx, eider, attempt).await
}

async fn enqueue_as(
    kind: &'static str,
    tx: &mut Tx,
    eider: &Eider,
    attempt: &Attempt,
) -> Result<()> {
    let new = NewJob {
        id: eider.ids().id(eider.now()),
        kind,
        payload: attempt.id.to_string(),
        run_at: attempt.due_at,
        dedup_key: Some(key(attempt.id)),
    };
    Ok(job::enqueue(tx, &new).await?)
}

fn key(id: AttemptId) -> String {
    format!("contact.attempt:{id}")
}
