//! The job that sends one attempt.

use eider_app::contact::{self, attempt_job, first_attempt_job};
use eider_domain::contact::{Attempt, Kind, Others, Outcome, Then};
use eider_jobs::{Again, Claimed, Handlers};
use jiff::{SignedDuration, Timestamp};

use crate::{Delivery, provider::Provider};

/// One that did not answer is left alone for this long, where there is no other to ask.
const REST: SignedDuration = SignedDuration::from_secs(15);

/// What sends attempts by these kinds of method.
pub(crate) fn handlers(delivery: &Delivery, kinds: &[Kind]) -> Handlers {
    kinds.iter().fold(Handlers::default(), |handlers, kind| {
        let delivery = delivery.clone();
        let send = move |claimed| {
            let delivery = delivery.clone();
            async move { send(&delivery, &claimed).await }
        };
        handlers
            .with(attempt_job(*kind), send.clone())
            .with_first(first_attempt_job(*kind), send)
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
    if let Some(at) = rests_until(&attempt, &providers).filter(|at| eider.now() < *at) {
        return Err(Again::At(at));
    }
    let goes_ahead = claimed.kind == first_attempt_job(attempt.way.kind);
    let mut busy: Option<String> = None;
    let mut turn_at: Option<Timestamp> = None;
    for (place, provider) in providers.iter().enumerate() {
        let name = provider.name();
        if let Err(at) = provider.take_turn(eider.now(), goes_ahead) {
            turn_at = Some(turn_at.map_or(at, |before| before.min(at)));
            continue;
        }
        let begun = contact::begin(eider, claimed, attempt.id, name).await;
        let Some(sending) = begun.map_err(Again::because)? else {
            return Ok(());
        };
        let mut outcome = provider.send(&sending, eider.now()).await;
        if let Outcome::Busy { why } | Outcome::Broke { why } | Outcome::Later { why, .. } =
            &outcome
        {
            busy = Some(why.clone());
        }
        // One that only keeps to its pace has not been asked either.
        let others = if place + 1 < providers.len() || turn_at.is_some() {
            Others::Remain
        } else {
            Others::Exhausted
        };
        // One that may take it later outweighs one that never will.
        if let (Others::Exhausted, Outcome::Refused { .. }, Some(why)) = (others, &outcome, &busy) {
            outcome = Outcome::Busy { why: why.clone() };
        }
        if let Outcome::Later { at, .. } = &outcome {
            // It is asked a last time when the time of the attempt is over.
            let at = (*at).min(attempt.until());
            turn_at = Some(turn_at.map_or(at, |before| before.min(at)));
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

/// Until when the provider that did not answer before is left alone: asked again in the same moment,
/// it would most likely not answer either, and there is no third time. After a node that died while
/// it asked, that time is over: its lease was as long.
fn rests_until(attempt: &Attempt, providers: &[&Provider]) -> Option<Timestamp> {
    let first = providers.first()?;
    let is_the_same = attempt.repeats.as_deref() == Some(first.name());
    is_the_same.then(|| {
        attempt
            .due_at
            .saturating_add(REST)
            .unwrap_or(Timestamp::MAX)
    })
}

/// Addresses are people's own, so they stand in no log.
fn tell(attempt: &Attempt, provider: &str, outcome: &Outcome) {
    let id = attempt.id;
    match outcome {
        Outcome::Accepted { .. } => tracing::debug!(%id, provider, "an attempt went out"),
        Outcome::Refused { why } => tracing::warn!(%id, provider, why, "a provider refuses"),
        Outcome::Busy { why } | Outcome::Later { why, .. } => {
            tracing::warn!(%id, provider, why, "a provider does not take it now");
        }
        Outcome::Gone { why } => tracing::warn!(%id, provider, why, "a method is gone for good"),
        Outcome::Broke { why } | Outcome::Silent { why } => {
            tracing::warn!(%id, provider, why, "whether an attempt went out is not known");
        }
    }
}
