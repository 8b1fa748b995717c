//! In an incident: who is diagnosing, who is communicating, and whoever asks for news is answered.

mod news;
#[cfg(test)]
pub(crate) mod samples;

use std::collections::BTreeSet;

use eider_app::desk::Desk;
use eider_domain::{
    TicketId,
    fact::Fact,
    ticket::{Hat, StatusKind, Ticket},
};
use eider_jobs::{Again, Claimed, Handlers, NewJob};
use eider_store::{Tx, fact::Recorded, job, slack::thread, ticket};
use jiff::SignedDuration;
use serde_json::{Value, json};

pub(crate) use news::asks_for_news;

use crate::{
    CallError, Slack,
    kit::{self, Style},
    mirror::post::Post,
};

/// The kind of job that asks in a thread who wears the hats; its payload is the id of the ticket.
const HATS_JOB: &str = "slack.hats";
/// Whoever sees it first has this long to put one on before anybody is asked.
const HATS_AFTER: SignedDuration = SignedDuration::from_mins(3);

pub(crate) fn handlers(slack: &Slack, handlers: Handlers) -> Handlers {
    let slack = slack.clone();
    handlers.with(HATS_JOB, move |claimed| {
        let slack = slack.clone();
        async move { slack.ask_for_hats(&claimed).await.map_err(Again::from) }
    })
}

/// Queues that the thread of an urgent ticket is asked who wears the hats, unless somebody does by
/// then: with the facts that make it urgent, so that nothing that happens to this process comes in
/// between.
pub(crate) async fn queue(slack: &Slack, tx: &mut Tx, facts: &[Recorded]) -> eider_app::Result<()> {
    let urgent: BTreeSet<TicketId> = facts
        .iter()
        .filter(|recorded| may_be_urgent(&recorded.happened.fact))
        .filter_map(|recorded| recorded.happened.ticket)
        .collect();
    if urgent.is_empty() {
        return Ok(());
    }
    let desk = slack.eider().desk_in(tx).await?;
    for id in urgent {
        let Some(ticket) = ticket::by_id(tx, id).await? else {
            continue;
        };
        let key = key(id);
        let is_to_ask = !hats_wanted(&desk, &ticket).is_empty()
            && thread::of(tx, id).await?.is_some()
            && !job::is_queued(tx, &key).await?;
        if is_to_ask {
            enqueue(slack, tx, id).await?;
        }
    }
    Ok(())
}

fn may_be_urgent(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::TicketOpened { .. }
            | Fact::PriorityChanged { .. }
            | Fact::TicketMoved {
                to: StatusKind::Reopened,
                ..
            }
    )
}

fn key(id: TicketId) -> String {
    format!("{HATS_JOB}:{}", id.0)
}

async fn enqueue(slack: &Slack, tx: &mut Tx, id: TicketId) -> eider_store::Result<()> {
    let now = slack.eider().now();
    let asks = NewJob {
        id: slack.eider().ids().id(now),
        kind: HATS_JOB,
        payload: id.0.to_string(),
        run_at: now.saturating_add(HATS_AFTER).unwrap_or(now),
        dedup_key: Some(key(id)),
    };
    job::enqueue(tx, &asks).await
}

/// The hats that nobody wears, where they are wanted.
fn hats_wanted(desk: &Desk, ticket: &Ticket) -> Vec<Hat> {
    let most_urgent = desk.priorities.first().map(|priority| priority.rank);
    most_urgent.map_or_else(Vec::new, |rank| ticket.hats_wanted(rank))
}

impl Slack {
    /// Asks later: the thread is not there yet.
    async fn ask_for_hats_later(&self, id: TicketId) -> Result<(), CallError> {
        let mut tx = self.eider().db().write().await?;
        enqueue(self, &mut tx, id).await?;
        tx.commit().await?;
        self.eider().committed();
        Ok(())
    }

    async fn ask_for_hats(&self, claimed: &Claimed) -> Result<(), CallError> {
        let Ok(id) = claimed.payload.parse::<uuid::Uuid>() else {
            return Ok(());
        };
        let id = TicketId::from(id);
        let mut tx = self.eider().db().read().await?;
        let (Some(ticket), Some(thread)) = (
            ticket::by_id(&mut tx, id).await?,
            thread::of(&mut tx, id).await?,
        ) else {
            return Ok(());
        };
        drop(tx);
        let wanted = hats_wanted(&*self.eider().desk().await?, &ticket);
        if wanted.is_empty() {
            return Ok(());
        }
        if thread.ts.is_none() {
            return self.ask_for_hats_later(id).await;
        }
        let number = ticket.number.to_string();
        let post = Post {
            channel: thread.channel_id,
            thread_ts: thread.ts,
            key: format!("hats {number} {}", ticket.tally.reopened),
            text: question(&wanted).to_owned(),
            blocks: asking(&wanted, &number),
        };
        // It is asked once, even when an answer of Slack's was lost.
        match self.post_once(&thread.team_id, &post, true).await {
            Err(error @ CallError::Refused { .. }) => {
                tracing::info!(%error, "a thread cannot be asked who wears the hats");
                Ok(())
            }
            Ok(asked) if asked.is_outside => {
                // The root was deleted, and the thread is about to begin anew.
                let stray = json!({"channel": post.channel, "ts": asked.ts});
                let _gone = self.call(&thread.team_id, "chat.delete", &stray).await;
                self.ask_for_hats_later(id).await
            }
            asked => asked.map(drop),
        }
    }
}

/// Asks who wears these hats, with a button for each.
pub(crate) fn asking(wanted: &[Hat], number: &str) -> Vec<Value> {
    let button = |hat: &Hat| {
        let word = hat.as_str();
        let (label, action) = (format!("I am {word}"), format!("hat-{word}"));
        kit::button(&label, &action, number, Style::Plain)
    };
    let buttons = wanted.iter().map(button).collect();
    vec![
        kit::section(question(wanted)),
        kit::actions("hats", buttons),
    ]
}

fn question(wanted: &[Hat]) -> &'static str {
    match wanted {
        [Hat::Diagnosing] => "Who looks for the cause? Say so with a button, and everybody knows.",
        [Hat::Communicating] => {
            "Who tells how it stands, so that whoever looks for the cause is left in peace?"
        }
        _ => {
            "This is urgent. Who looks for the cause, and who tells how it stands? Two people do \
            it better than one."
        }
    }
}
