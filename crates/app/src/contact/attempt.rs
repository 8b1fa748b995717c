//! One attempt, as the job that sends it goes through it.

use eider_domain::{
    AttemptId, PersonId,
    contact::{Arrival, Attempt, AttemptState, Kind, Message, Others, Outcome, Subject, Then},
};
use eider_jobs::Claimed;
use eider_store::{Tx, contact, job};
use jiff::Timestamp;

use super::{call::enqueue, lost::lose, words::words};
use crate::{Eider, Result};

/// The job that sends one attempt by that kind of method. Its payload is the attempt's id. Each kind
/// has its own, so that a provider which hangs holds up no other.
pub fn attempt_job(kind: Kind) -> &'static str {
    match kind {
        Kind::Email => "contact.email",
        Kind::Sms => "contact.sms",
        Kind::Voice => "contact.voice",
        Kind::Ntfy => "contact.ntfy",
        Kind::WebPush => "contact.web_push",
        Kind::Webhook => "contact.webhook",
        Kind::Slack => "contact.slack",
    }
}

/// As [`attempt_job`], of an attempt that goes ahead of all others: the first that a page has anybody
/// called with. Where a provider takes few at a time, what begins waits for nothing that goes on.
pub fn first_attempt_job(kind: Kind) -> &'static str {
    match kind {
        Kind::Email => "contact.email.first",
        Kind::Sms => "contact.sms.first",
        Kind::Voice => "contact.voice.first",
        Kind::Ntfy => "contact.ntfy.first",
        Kind::WebPush => "contact.web_push.first",
        Kind::Webhook => "contact.webhook.first",
        Kind::Slack => "contact.slack.first",
    }
}

/// Something that is to go out now.
#[derive(Clone, Debug)]
pub struct Sending {
    /// The attempt, which is noted as being sent.
    pub attempt: Attempt,
    /// What is said.
    pub message: Message,
    /// What the method is signed or encrypted with, if it is.
    pub secret: Option<String>,
}

/// The attempt that a job is about, if it still waits or was interrupted.
///
/// # Errors
/// When the database fails.
pub async fn due(eider: &Eider, claimed: &Claimed) -> Result<Option<Attempt>> {
    let Ok(id) = claimed.payload.parse::<AttemptId>() else {
        return Ok(None);
    };
    let mut tx = eider.db().glance().await?;
    let found = contact::attempt(&mut tx, id).await?;
    Ok(found.filter(is_open))
}

fn is_open(attempt: &Attempt) -> bool {
    matches!(
        attempt.state,
        AttemptState::Waiting | AttemptState::Sending { .. }
    )
}

/// Notes that `provider` is about to be called, and says what is to be sent. Nothing, when it is
/// not wanted any more, when somebody else does it, or when whoever began it before died in the
/// middle: then another attempt says it again, marked as a possible repeat.
///
/// # Errors
/// When the database fails.
pub async fn begin(
    eider: &Eider,
    claimed: &Claimed,
    id: AttemptId,
    provider: &str,
) -> Result<Option<Sending>> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    // The attempt comes before its job here and in `stop`, so that the two never wait for each
    // other.
    let Some(mut attempt) = contact::attempt_to_change(&mut tx, id).await? else {
        return Ok(None);
    };
    if !job::holds(&mut tx, claimed).await? {
        return Ok(None);
    }
    match attempt.state {
        AttemptState::Waiting => {}
        AttemptState::Sending { .. } => {
            let then = attempt.interrupted(now);
            let silent = attempt.provider().unwrap_or_default().to_owned();
            // A node died, which says nothing against the provider: it is due since it was.
            let due_at = attempt.due_at;
            keep(eider, tx, &attempt, &silent, then, due_at).await?;
            return Ok(None);
        }
        _ => return Ok(None),
    }
    let Some(said) = words(eider, &mut tx, &attempt).await? else {
        attempt.cancel(now);
        keep(eider, tx, &attempt, provider, Then::Nothing, now).await?;
        return Ok(None);
    };
    let sealed = match attempt.way.method {
        Some(method) => contact::secret_of(&mut tx, method).await?,
        None => None,
    };
    let watcher = eider.watcher().map(|watcher| watcher.key.clone());
    let secret = match sealed.map(|sealed| eider.unseal(&sealed)).transpose() {
        Ok(secret) if attempt.subject.is_probe() => secret.or(watcher),
        Ok(secret) => secret,
        Err(error) => {
            let why = error.to_string();
            let then = attempt.end("", &Outcome::Refused { why }, Others::Exhausted, now);
            keep(eider, tx, &attempt, provider, then, now).await?;
            return Ok(None);
        }
    };
    attempt.begin(provider, now);
    contact::put_attempt(&mut tx, &attempt).await?;
    tx.commit().await?;
    let message = match &attempt.repeats {
        Some(_) => said.message.as_repeat(),
        None => said.message,
    };
    // One that a first provider did not take was called already.
    let was_due_at = said.was_due_at.filter(|_| attempt.fence == 1);
    if let Some(was_due_at) = was_due_at {
        let took = eider.now().duration_since(was_due_at);
        eider.measures().count_call(took);
    }
    Ok(Some(Sending {
        attempt,
        message,
        secret,
    }))
}

/// Notes and counts what a provider answered, and says what follows.
///
/// # Errors
/// When the database fails.
pub async fn end(
    eider: &Eider,
    sent: &Sending,
    provider: &str,
    outcome: &Outcome,
    others: Others,
) -> Result<Then> {
    let measures = eider.measures();
    if sent.attempt.subject.is_probe() {
        measures.count_probe(outcome.word());
    } else {
        measures.count_attempt(provider, outcome.word());
    }
    let mut tx = eider.db().write().await?;
    let found = contact::attempt_to_change(&mut tx, sent.attempt.id).await?;
    // Somebody else who took this over has written it off as lost, and said it again.
    let is_ours = |attempt: &Attempt| {
        attempt.fence == sent.attempt.fence && matches!(attempt.state, AttemptState::Sending { .. })
    };
    let Some(mut attempt) = found.filter(is_ours) else {
        return Ok(Then::Nothing);
    };
    let now = eider.now();
    let then = attempt.end(provider, outcome, others, now);
    if then == Then::Lost {
        lose(eider, &mut tx, &attempt).await?;
    }
    keep(eider, tx, &attempt, provider, then, now).await?;
    Ok(then)
}

/// Notes that an attempt cannot be made at all.
///
/// # Errors
/// When the database fails.
pub async fn fail(eider: &Eider, id: AttemptId, why: &str) -> Result<()> {
    let mut tx = eider.db().write().await?;
    let found = contact::attempt_to_change(&mut tx, id).await?;
    if let Some(mut attempt) = found.filter(is_open) {
        let outcome = Outcome::Refused { why: why.into() };
        let now = eider.now();
        let then = attempt.end("", &outcome, Others::Exhausted, now);
        keep(eider, tx, &attempt, "", then, now).await?;
    }
    Ok(())
}

/// Notes what a provider tells later about what it took, which it knows as `reference`.
///
/// # Errors
/// When the database fails.
pub async fn hear(eider: &Eider, id: AttemptId, reference: &str, arrival: &Arrival) -> Result<()> {
    let mut tx = eider.db().write().await?;
    let Some(mut attempt) = contact::attempt_to_change(&mut tx, id).await? else {
        return Ok(());
    };
    let provider = attempt.provider().unwrap_or_default().to_owned();
    let now = eider.now();
    let then = attempt.hear(reference, arrival, now);
    keep(eider, tx, &attempt, &provider, then, now).await
}

/// What somebody was sent about something, the latest last.
///
/// # Errors
/// When the database fails.
pub async fn about(eider: &Eider, person: PersonId, subject: Subject) -> Result<Vec<Attempt>> {
    let mut tx = eider.db().read().await?;
    Ok(contact::attempts_about(&mut tx, person, subject).await?)
}

/// Notes that what was in doubt has arrived after all, as the provider tells who knows it as
/// `reference`: what would have said it again is not wanted any more.
///
/// # Errors
/// When the database fails.
pub async fn found(
    eider: &Eider,
    claimed: &Claimed,
    in_doubt: AttemptId,
    again: AttemptId,
    reference: &str,
) -> Result<()> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    // The older first, as everywhere.
    let before = contact::attempt_to_change(&mut tx, in_doubt).await?;
    let repeat = contact::attempt_to_change(&mut tx, again).await?;
    if !job::holds(&mut tx, claimed).await? {
        return Ok(());
    }
    if let Some(mut before) = before {
        before.hear(reference, &Arrival::Arrived, now);
        contact::put_attempt(&mut tx, &before).await?;
    }
    if let Some(mut repeat) = repeat.filter(|one| one.state == AttemptState::Waiting) {
        repeat.cancel(now);
        contact::put_attempt(&mut tx, &repeat).await?;
    }
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// Keeps an attempt, and queues the one that says it again where one has to, preferably not by
/// `provider`, as due since `due_at`.
async fn keep(
    eider: &Eider,
    mut tx: Tx,
    attempt: &Attempt,
    provider: &str,
    then: Then,
    due_at: Timestamp,
) -> Result<()> {
    contact::put_attempt(&mut tx, attempt).await?;
    if then == Then::Repeat {
        let now = eider.now();
        let repeat = attempt.repeat(eider.ids().id(now), provider, due_at, now);
        contact::put_attempt(&mut tx, &repeat).await?;
        enqueue(&mut tx, eider, &repeat).await?;
    }
    tx.commit().await?;
    // Where many are called at once, nobody is woken for nothing each time that one call ends.
    if matches!(then, Then::Repeat | Then::Lost) {
        eider.committed();
    }
    Ok(())
}
