//! Etiquette (A10): a message outside of the threads gets a private nudge, one that is written to
//! Eider alone can be moved to support, and a good report is thanked.

use eider_app::slack::{Who, settings};
use eider_domain::ticket::Report;
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
/// Nobody is nudged more often.
const NUDGE_REST: SignedDuration = SignedDuration::from_hours(1);

impl Slack {
    /// Tells whoever wrote beside the threads of a support channel how to ask so that it is not
    /// lost; in private, and not too often.
    pub(crate) async fn nudge(&self, asked: &Asked) -> Result<(), CallError> {
        let event = &asked.body["event"];
        let is_new = matches!(event["subtype"].as_str(), None | Some("file_share"));
        let is_outside = event["thread_ts"].is_null();
        let Some(channel) = asked.channel.as_deref().filter(|_| is_new && is_outside) else {
            return Ok(());
        };
        if event["channel_type"] == "im" {
            return self.offer_to_move(asked, channel).await;
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

    /// Whoever writes to Eider alone is offered to bring it to support.
    async fn offer_to_move(&self, asked: &Asked, channel: &str) -> Result<(), CallError> {
        if matches!(self.who(&asked.team, &asked.user).await?, Who::Bot) {
            return Ok(());
        }
        let post = Post {
            channel: channel.to_owned(),
            thread_ts: None,
            key: format!("move {}", asked.request),
            text: MOVE.to_owned(),
            blocks: offer_move(asked.request),
        };
        self.post_once(&asked.team, &post, true).await.map(drop)
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
