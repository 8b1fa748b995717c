//! Etiquette (A10): a message outside of the threads gets a private nudge, and a good report is
//! thanked.

use eider_app::slack::{Who, settings};
use eider_domain::ticket::Report;
use eider_store::slack::{channel, person, request};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    CallError, Slack,
    kit::{self, Style},
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
        let text = "Here each question has a thread of its own, so that it is not lost and \
            somebody is sure to look at it. Shall I make a ticket of your message?";
        let button = kit::button(
            "Make a ticket of it",
            MAKE_OF_MESSAGE,
            &asked.request.to_string(),
            Style::Primary,
        );
        let blocks = vec![kit::section(text), kit::actions("nudge", vec![button])];
        self.tell_privately(asked, text, blocks).await
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

/// Whether a report tells everything that helps.
pub(crate) fn is_good(report: &Report) -> bool {
    report.steps.is_some() && report.expected.is_some() && !report.tried.is_empty()
}
