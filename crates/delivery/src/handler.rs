//! The job that sends one attempt.

use eider_app::contact::{self, ATTEMPT_JOB};
use eider_domain::contact::{Attempt, Others, Outcome, Then};
use eider_jobs::{Again, Claimed, Handlers};
use jiff::Timestamp;

use crate::{Delivery, provider::Provider};

pub(crate) fn handlers(delivery: &Delivery) -> Handlers {
    let delivery = delivery.clone();
    Handlers::default().with(ATTEMPT_JOB, move |claimed| {
        let delivery = delivery.clone();
        async move { send(&delivery, &claimed).await }
    })
}

/// Asks the providers of its kind one after the other, until one takes it.
async fn send(delivery: &Delivery, claimed: &Claimed) -> Result<(), Again> {
    let eider = delivery.eider();
    let due = contact::due(eider, claimed).await;
    let Some(attempt) = due.map_err(Again::because)? else {
        return Ok(());
    };
    let providers = in_turn(delivery, &attempt);
    if providers.is_empty() {
        let why = "This desk cannot send to it any more: no provider is configured.";
        let failed = contact::fail(eider, attempt.id, why).await;
        return failed.map_err(Again::because);
    }
    let mut busy: Option<String> = None;
    let mut turn_at: Option<Timestamp> = None;
    for (place, provider) in providers.iter().enumerate() {
        let name = provider.name();
        if let Err(at) = provider.take_turn(eider.now()) {
            turn_at = Some(turn_at.map_or(at, |before| before.min(at)));
            continue;
        }
        let begun = contact::begin(eider, claimed, attempt.id, name).await;
        let Some(sending) = begun.map_err(Again::because)? else {
            return Ok(());
        };
        let mut outcome = provider.send(&sending, eider.now()).await;
        if let Outcome::Busy { why } = &outcome {
            busy = Some(why.clone());
        }
        let others = if place + 1 < providers.len() {
            Others::Remain
        } else {
            Others::Exhausted
        };
        // One that may take it later outweighs one that never will.
        if let (Others::Exhausted, Outcome::Refused { .. }, Some(why)) = (others, &outcome, &busy) {
            outcome = Outcome::Busy { why: why.clone() };
        }
        tell(&attempt, name, &outcome);
        let ended = contact::end(eider, &sending, name, &outcome, others).await;
        if ended.map_err(Again::because)? != Then::Again {
            return Ok(());
        }
    }
    // The pace of a provider is nothing wrong; that one refuses is.
    match (turn_at, busy) {
        (Some(at), _) => Err(Again::At(at)),
        (None, busy) => Err(Again::because(busy.unwrap_or_default())),
    }
}

/// The providers that send it. One that did not answer before is asked last.
fn in_turn<'a>(delivery: &'a Delivery, attempt: &Attempt) -> Vec<&'a Provider> {
    let mut providers: Vec<&Provider> = delivery
        .providers()
        .iter()
        .filter(|provider| provider.sends(attempt.way.kind))
        .collect();
    providers.sort_by_key(|provider| attempt.repeats.as_deref() == Some(provider.name()));
    providers
}

/// Addresses are people's own, so they stand in no log.
fn tell(attempt: &Attempt, provider: &str, outcome: &Outcome) {
    let id = attempt.id;
    match outcome {
        Outcome::Accepted { .. } => tracing::debug!(%id, provider, "an attempt went out"),
        Outcome::Refused { why } => tracing::warn!(%id, provider, why, "a provider refuses"),
        Outcome::Busy { why } => {
            tracing::warn!(%id, provider, why, "a provider does not take it now");
        }
        Outcome::Silent { why } => {
            tracing::warn!(%id, provider, why, "whether an attempt went out is not known");
        }
    }
}
