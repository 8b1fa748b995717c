//! The job that sends one attempt by Slack.

use std::time::Duration;

use eider_app::{
    contact::{self, Sending, attempt_job, first_attempt_job},
    page,
};
use eider_domain::contact::{Attempt, AttemptState, Kind, Others, Outcome, Subject, Then};
use eider_jobs::{Again, Claimed, Handlers};
use jiff::Timestamp;
use serde_json::Value;

use super::redraw::Place;
use crate::{
    CallError, Slack,
    kit::{self, Style},
    mirror::post::Post,
};

/// Shorter than the lease of a job, so that no other worker begins meanwhile.
const WORK_LIMIT: Duration = Duration::from_secs(12);
/// When Slack did not answer, it is left alone for this long.
const REST_SECONDS: i64 = 15;
/// What Slack is called in what is told of attempts.
const PROVIDER: &str = "slack";

/// What sends attempts by Slack.
pub(crate) fn handlers(slack: &Slack) -> Handlers {
    let slack = slack.clone();
    let send = move |claimed| {
        let slack = slack.clone();
        async move { slack.send_attempt(&claimed).await }
    };
    Handlers::default()
        .with(attempt_job(Kind::Slack), send.clone())
        .with_first(first_attempt_job(Kind::Slack), send)
}

/// What is to be posted, and the instant of the page that it shows.
struct Drawn {
    text: String,
    blocks: Vec<Value>,
    shows: Option<Timestamp>,
}

impl Slack {
    async fn send_attempt(&self, claimed: &Claimed) -> Result<(), Again> {
        let eider = self.eider();
        let due = contact::due(eider, claimed).await;
        let Some(attempt) = due.map_err(Again::because)? else {
            return Ok(());
        };
        let is_repeat = attempt.repeats.is_some() && attempt.state == AttemptState::Waiting;
        // What may have arrived is looked for, rather than sent twice.
        if is_repeat && eider.now() < attempt.until() {
            let found = self.found_before(claimed, &attempt).await;
            if found.map_err(Again::from)? {
                return Ok(());
            }
        }
        let begun = contact::begin(eider, claimed, attempt.id, PROVIDER).await;
        let Some(sending) = begun.map_err(Again::because)? else {
            return Ok(());
        };
        let drawn = self.draw_attempt(&sending).await.map_err(Again::from)?;
        let posted = tokio::time::timeout(WORK_LIMIT, self.post_attempt(&sending, &drawn)).await;
        let (outcome, at) = match posted {
            Ok(posted) => posted.map_err(Again::from)?,
            Err(_) => {
                let why = "Slack is slow.".to_owned();
                (Outcome::Busy { why }, Some(self.in_seconds(REST_SECONDS)))
            }
        };
        let ended = contact::end(eider, &sending, PROVIDER, &outcome, Others::Exhausted).await;
        match (ended.map_err(Again::because)?, at, &outcome) {
            (Then::Again, Some(at), _) => Err(Again::At(at)),
            (Then::Again, None, _) => Err(Again::because("Slack does not take it now")),
            (_, _, Outcome::Accepted { .. }) => {
                let told = self.catch_up(&sending.attempt, drawn.shows).await;
                told.map_err(Again::from)
            }
            (_, _, outcome) => {
                tracing::warn!(id = %attempt.id, ?outcome, "Slack refuses a call");
                Ok(())
            }
        }
    }

    /// Posts it. What could not be done here is an error; everything else is an outcome, with the
    /// instant at which Slack may be called again where it says one.
    async fn post_attempt(
        &self,
        sending: &Sending,
        drawn: &Drawn,
    ) -> Result<(Outcome, Option<Timestamp>), CallError> {
        let attempt = &sending.attempt;
        let Some((team, user)) = attempt.way.address.split_once('/') else {
            let why = "This is nobody in Slack.".to_owned();
            return Ok((Outcome::Refused { why }, None));
        };
        let channel = match self.direct_channel(team, user).await {
            Ok(channel) => channel,
            Err(error) => return outcome_of(error),
        };
        let post = post(attempt, channel, drawn);
        // What was begun before may stand there although nobody heard so.
        let is_uncertain = attempt.fence > 1;
        let ts = match self.post_once(team, &post, is_uncertain).await {
            Ok(posted) => posted.ts,
            Err(CallError::Away(why)) => match self.posted_before(team, &post).await {
                Ok(Some(ts)) => ts,
                // It is looked for once more before it is posted again.
                _ => return Ok((Outcome::Busy { why }, Some(self.in_seconds(REST_SECONDS)))),
            },
            Err(error) => return outcome_of(error),
        };
        let reference = format!("{} {ts}", post.channel);
        Ok((Outcome::Accepted { reference }, None))
    }

    /// Whether what this says again has arrived after all.
    async fn found_before(&self, claimed: &Claimed, repeat: &Attempt) -> Result<bool, CallError> {
        let Some((team, user)) = repeat.way.address.split_once('/') else {
            return Ok(false);
        };
        let sent = contact::about(self.eider(), repeat.person, repeat.subject).await?;
        let is_in_doubt = |before: &&Attempt| {
            before.way == repeat.way && matches!(before.state, AttemptState::Unknown { .. })
        };
        let Some(before) = sent.iter().rev().find(is_in_doubt) else {
            return Ok(false);
        };
        let channel = match self.direct_channel(team, user).await {
            // Whoever cannot be looked at is sent it, and that says what is wrong.
            Err(CallError::Refused { .. } | CallError::NotConnected) => return Ok(false),
            channel => channel?,
        };
        let looked_for = Post {
            channel,
            thread_ts: None,
            key: key(before),
            text: String::new(),
            blocks: Vec::new(),
        };
        let found = match self.posted_before(team, &looked_for).await {
            Err(CallError::Refused { .. } | CallError::NotConnected) => return Ok(false),
            found => found?,
        };
        let Some(ts) = found else { return Ok(false) };
        let reference = format!("{} {ts}", looked_for.channel);
        contact::found(self.eider(), claimed, before.id, repeat.id, &reference).await?;
        self.catch_up(repeat, None).await?;
        Ok(true)
    }

    async fn draw_attempt(&self, sending: &Sending) -> Result<Drawn, CallError> {
        let attempt = &sending.attempt;
        let Subject::Page(id) = attempt.subject else {
            let (text, blocks) = plain(sending);
            return Ok(Drawn {
                text,
                blocks,
                shows: None,
            });
        };
        let Some(view) = page::for_slack(self.eider(), id).await? else {
            let (text, blocks) = plain(sending);
            return Ok(Drawn {
                text,
                blocks,
                shows: None,
            });
        };
        let (text, blocks) = self.draw_page(&view, attempt);
        Ok(Drawn {
            text,
            blocks,
            shows: Some(view.page.changed_at),
        })
    }

    /// What happened to the page while its message was on its way is shown there too.
    async fn catch_up(&self, attempt: &Attempt, shows: Option<Timestamp>) -> Result<(), CallError> {
        let Subject::Page(id) = attempt.subject else {
            return Ok(());
        };
        let now_is = page::for_slack(self.eider(), id).await?;
        if now_is.is_some_and(|view| Some(view.page.changed_at) != shows) {
            self.redraw_soon(id).await?;
        }
        Ok(())
    }
}

/// What Slack answered, as an outcome: nothing was posted. What failed here is an error, and tried
/// again.
fn outcome_of(error: CallError) -> Result<(Outcome, Option<Timestamp>), CallError> {
    let why = error.to_string();
    match error {
        CallError::Later(at) => Ok((Outcome::Busy { why }, Some(at))),
        CallError::Away(_) => Ok((Outcome::Busy { why }, None)),
        CallError::Refused { .. } | CallError::NotConnected => Ok((Outcome::Refused { why }, None)),
        error @ CallError::Here(_) => Err(error),
    }
}

fn post(attempt: &Attempt, channel: String, drawn: &Drawn) -> Post {
    Post {
        channel,
        thread_ts: None,
        key: key(attempt),
        text: drawn.text.clone(),
        blocks: drawn.blocks.clone(),
    }
}

/// By what the message of an attempt is known again.
fn key(attempt: &Attempt) -> String {
    format!("attempt {}", attempt.id)
}

/// What is about no page: a test, which can be answered.
fn plain(sending: &Sending) -> (String, Vec<Value>) {
    let message = &sending.message;
    let title = kit::escape(&message.title);
    let mut blocks = vec![kit::section(&format!(
        "*{title}*\n{}",
        kit::escape(&kit::cut(&message.text, 2_000))
    ))];
    if sending.attempt.subject == Subject::TestPage {
        let id = sending.attempt.id.to_string();
        let heard = kit::button("I have seen it", "page-heard", &id, Style::Primary);
        blocks.push(kit::actions("page-test", vec![heard]));
    }
    (title, blocks)
}

/// Where the message of an attempt stands.
pub(super) fn place(attempt: &Attempt) -> Option<Place> {
    let reference = match &attempt.state {
        AttemptState::Accepted { reference, .. } | AttemptState::Delivered { reference, .. } => {
            reference
        }
        _ => return None,
    };
    if attempt.way.kind != Kind::Slack {
        return None;
    }
    let (team, _) = attempt.way.address.split_once('/')?;
    let (channel, ts) = reference.split_once(' ')?;
    Some(Place {
        team: team.to_owned(),
        channel: channel.to_owned(),
        ts: ts.to_owned(),
    })
}

/// A test page for the gallery.
#[cfg(test)]
pub(super) fn test_sample(sending: &Sending) -> (String, Vec<Value>) {
    plain(sending)
}
