//! Etiquette (A10): a message outside of the threads gets a private nudge, one that is written to
//! Eider alone can be moved to support, and a good report is thanked.

use eider_app::slack::{Who, settings};
use eider_domain::{TicketNumber, ticket::Report};
use eider_store::slack::{channel, person, request, thread};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    CallError, Slack,
    kit::{self, Style},
    mirror::post::Post,
    request::Asked,
};

/// The button that makes a ticket of a message; its value is the request by which the message came.
pub(crate) const MAKE_OF_MESSAGE: &str = "nudge-make";
/// The button that adds a message to the ticket that its writer was told of; its value is the request
/// by which the message came, and the ticket.
pub(crate) const ADD_MESSAGE: &str = "nudge-add";
/// Whoever was told of a ticket this long ago may be answering.
const TOLD_LATELY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Nobody is nudged more often.
const NUDGE_REST: SignedDuration = SignedDuration::from_hours(1);

impl Slack {
    /// Tells whoever wrote beside the threads of a support channel how to ask so that it is not
    /// lost; in private, and not too often.
    pub(crate) async fn nudge(&self, asked: &Asked) -> Result<(), CallError> {
        let event = &asked.body["event"];
        let is_new = matches!(event["subtype"].as_str(), None | Some("file_share"));
        let Some(channel) = asked.channel.as_deref().filter(|_| is_new) else {
            return Ok(());
        };
        if event["channel_type"] == "im" {
            return self.offer_to_move(asked, channel).await;
        }
        if !event["thread_ts"].is_null() {
            return Ok(());
        }
        let mut tx = self.eider().db().read().await?;
        let is_support = channel::by_id(&mut tx, &asked.team, channel)
            .await?
            .is_some();
        drop(tx);
        if !is_support || !settings(self.eider()).await?.nudges {
            return Ok(());
        }
        if matches!(self.who(&asked.team, &asked.user).await?, Who::Bot) {
            return Ok(());
        }
        let now = self.eider().now();
        let rested = now.checked_sub(NUDGE_REST).unwrap_or(now);
        let mut tx = self.eider().db().write().await?;
        let is_due = person::nudge(&mut tx, &asked.team, &asked.user, now, rested).await?;
        tx.commit().await?;
        if !is_due {
            return Ok(());
        }
        self.tell_privately(asked, NUDGE, nudge(asked.request))
            .await
    }

    /// Whoever writes to Eider alone is offered to bring it to support; and, when they were told of a
    /// ticket there not long ago, to add it to that.
    async fn offer_to_move(&self, asked: &Asked, channel: &str) -> Result<(), CallError> {
        if matches!(self.who(&asked.team, &asked.user).await?, Who::Bot) {
            return Ok(());
        }
        let now = self.eider().now();
        let told_after = now.saturating_sub(TOLD_LATELY).unwrap_or(now).as_second();
        let mut tx = self.eider().db().read().await?;
        let told = thread::told_last(&mut tx, channel, &told_after.to_string()).await?;
        drop(tx);
        let event = &asked.body["event"];
        let (text, blocks) = match told {
            Some(ticket) => (or_add(ticket), offer_add(asked.request, ticket)),
            None => (MOVE.to_owned(), offer_move(asked.request)),
        };
        let post = Post {
            channel: channel.to_owned(),
            thread_ts: event["thread_ts"].as_str().map(str::to_owned),
            key: format!("move {}", asked.request),
            text,
            blocks,
        };
        self.post_once(&asked.team, &post, true).await.map(drop)
    }

    /// Adds a message that somebody wrote to Eider alone to the ticket that they were told of.
    pub(crate) async fn add_message(&self, asked: &Asked) -> Result<(), CallError> {
        let value = asked.body.pointer("/actions/0/value");
        let value = value.and_then(Value::as_str).unwrap_or_default();
        let Some((came, ticket)) = value.split_once(' ') else {
            return Ok(());
        };
        let (Ok(came), Ok(ticket)) = (came.parse(), ticket.parse::<TicketNumber>()) else {
            return Ok(());
        };
        let mut tx = self.eider().db().read().await?;
        let kept = request::body(&mut tx, came).await?;
        drop(tx);
        let kept: Value = kept
            .and_then(|body| serde_json::from_str(&body).ok())
            .unwrap_or_default();
        let Some(actor) = self.actor(asked).await? else {
            return Ok(());
        };
        if !self.add_to(asked, &actor, ticket, &kept["event"]).await? {
            return Ok(());
        }
        let Some(url) = &asked.response_url else {
            return Ok(());
        };
        let page = self.page(&format!("/tickets/{ticket}"));
        let text = added(&page, ticket);
        let answer = json!({
            "replace_original": true,
            "text": text,
            "blocks": [kit::section(&text)],
        });
        self.respond(url, &answer).await
    }

    /// Whoever mentions Eider where people do not ask for support is offered a ticket, in private.
    /// In channels for support, and in threads of tickets, what they wrote is heard anyway.
    pub(crate) async fn mentioned(&self, asked: &Asked) -> Result<(), CallError> {
        let event = &asked.body["event"];
        let Some(channel) = asked.channel.as_deref() else {
            return Ok(());
        };
        let root = event["thread_ts"].as_str().unwrap_or_default();
        let mut tx = self.eider().db().read().await?;
        let is_heard = channel::by_id(&mut tx, &asked.team, channel)
            .await?
            .is_some()
            || thread::ticket_at(&mut tx, channel, root).await?.is_some();
        drop(tx);
        if is_heard || matches!(self.who(&asked.team, &asked.user).await?, Who::Bot) {
            return Ok(());
        }
        self.tell_privately(asked, MENTIONED, offer_mentioned(asked.request))
            .await
    }

    /// Opens the form with the message for which somebody was nudged, as the shortcut on it would.
    pub(crate) async fn make_of_message(&self, asked: &Asked) -> Result<(), CallError> {
        let came = asked.body.pointer("/actions/0/value");
        let came = came.and_then(Value::as_str).unwrap_or_default();
        let Ok(came) = came.parse() else {
            return Ok(());
        };
        let mut tx = self.eider().db().read().await?;
        let kept = request::body(&mut tx, came).await?;
        drop(tx);
        let kept: Value = kept
            .and_then(|body| serde_json::from_str(&body).ok())
            .unwrap_or_default();
        let shortcut = json!({
            "type": "message_action",
            "message": kept["event"],
            "channel": {"id": kept["event"]["channel"]},
        });
        let asked = Asked {
            // Pressing twice makes one ticket.
            request: came,
            body: shortcut,
            ..asked.clone()
        };
        self.open_form(&asked).await
    }
}

/// What somebody is told who writes outside of the threads.
pub(crate) const NUDGE: &str = "Here each question has a thread of its own, so that it is not lost \
    and somebody is sure to look at it. Shall I make a ticket of your message?";
/// What somebody is told who writes to Eider alone.
pub(crate) const MOVE: &str = "Only you and I read this. Shall I bring it to support, so that \
    somebody is sure to look at it?";
/// As [`MOVE`], for somebody who was told of that ticket not long ago.
fn or_add(ticket: TicketNumber) -> String {
    format!(
        "Only you and I read this. Does it belong to {ticket}? Or shall I bring it to support as \
         something new?"
    )
}

/// That offer as a sample.
#[cfg(test)]
pub(crate) fn or_add_sample(came: uuid::Uuid, ticket: TicketNumber) -> (String, Vec<Value>) {
    (or_add(ticket), offer_add(came, ticket))
}

/// What stands in place of that question once it is answered.
fn added(page: &str, ticket: TicketNumber) -> String {
    format!(":white_check_mark: It stands in the thread of <{page}|{ticket}> now.")
}

/// What somebody is told who mentions Eider where nobody asks for support.
pub(crate) const MENTIONED: &str = "I look after questions to support. Shall I make a ticket of \
    your message, so that somebody is sure to look at it?";

/// As [`NUDGE`], with the button for the message that came by that request.
pub(crate) fn nudge(came: uuid::Uuid) -> Vec<Value> {
    offer(came, NUDGE, "Make a ticket of it")
}

/// As [`MOVE`], with the button for the message that came by that request.
pub(crate) fn offer_move(came: uuid::Uuid) -> Vec<Value> {
    offer(came, MOVE, "Move to support")
}

/// As [`offer_move`], with a button that adds the message to that ticket.
pub(crate) fn offer_add(came: uuid::Uuid, ticket: TicketNumber) -> Vec<Value> {
    let value = format!("{came} {ticket}");
    let add = format!("Add it to {ticket}");
    let buttons = vec![
        kit::button(&add, ADD_MESSAGE, &value, Style::Primary),
        kit::button(
            "Move to support",
            MAKE_OF_MESSAGE,
            &came.to_string(),
            Style::Plain,
        ),
    ];
    vec![
        kit::section(&or_add(ticket)),
        kit::actions("nudge", buttons),
    ]
}

/// As [`MENTIONED`], with the button for the message that came by that request.
pub(crate) fn offer_mentioned(came: uuid::Uuid) -> Vec<Value> {
    offer(came, MENTIONED, "Make a ticket of it")
}

/// The words with a button that makes a ticket of the message that came by that request.
fn offer(came: uuid::Uuid, text: &str, label: &str) -> Vec<Value> {
    let button = kit::button(label, MAKE_OF_MESSAGE, &came.to_string(), Style::Primary);
    vec![kit::section(text), kit::actions("nudge", vec![button])]
}

/// Whether a report tells everything that helps.
pub(crate) fn is_good(report: &Report) -> bool {
    report.steps.is_some() && report.expected.is_some() && !report.tried.is_empty()
}
