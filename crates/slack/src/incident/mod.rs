//! In an incident: who is diagnosing, who is communicating, and whoever asks for news is answered.

mod news;

use eider_domain::{
    TicketId,
    ticket::{Hat, Ticket},
};
use eider_jobs::{Claimed, Handlers, NewJob};
use eider_store::{job, slack::thread, ticket};
use jiff::SignedDuration;

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
        async move {
            slack
                .ask_for_hats(&claimed)
                .await
                .map_err(|e| e.to_string())
        }
    })
}

impl Slack {
    /// Queues that the thread of an urgent ticket is asked who wears the hats, unless somebody does
    /// by then.
    pub(crate) async fn will_ask_for_hats(&self, ticket: &Ticket) -> Result<(), CallError> {
        if self.hats_wanted(ticket).await?.is_empty() {
            return Ok(());
        }
        let now = self.eider().now();
        let mut tx = self.eider().db().write().await?;
        let key = format!("{HATS_JOB}:{}", ticket.id.0);
        if !job::is_queued(&mut tx, &key).await? {
            let asks = NewJob {
                id: self.eider().ids().id(now),
                kind: HATS_JOB,
                payload: ticket.id.0.to_string(),
                run_at: now.saturating_add(HATS_AFTER).unwrap_or(now),
                dedup_key: Some(key),
            };
            job::enqueue(&mut tx, &asks).await?;
        }
        tx.commit().await?;
        self.eider().committed();
        Ok(())
    }

    async fn hats_wanted(&self, ticket: &Ticket) -> Result<Vec<Hat>, CallError> {
        let desk = self.eider().desk().await?;
        let most_urgent = desk.priorities.first().map(|priority| priority.rank);
        Ok(most_urgent.map_or_else(Vec::new, |rank| ticket.hats_wanted(rank)))
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
        let wanted = self.hats_wanted(&ticket).await?;
        if wanted.is_empty() || thread.ts.is_none() {
            return Ok(());
        }
        let number = ticket.number.to_string();
        let buttons = wanted
            .iter()
            .map(|hat| {
                let action = format!("hat-{}", hat.as_str());
                kit::button(
                    &format!("I am {}", hat.as_str()),
                    &action,
                    &number,
                    Style::Plain,
                )
            })
            .collect();
        let text = question(&wanted);
        let post = Post {
            channel: thread.channel_id,
            thread_ts: thread.ts,
            key: format!("hats {number} {}", ticket.tally.reopened),
            text: text.to_owned(),
            blocks: vec![kit::section(text), kit::actions("hats", buttons)],
        };
        // It is asked once, even when an answer of Slack's was lost.
        match self.post_once(&thread.team_id, &post, true).await {
            Err(error @ CallError::Refused { .. }) => {
                tracing::info!(%error, "a thread cannot be asked who wears the hats");
                Ok(())
            }
            asked => asked.map(drop),
        }
    }
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
