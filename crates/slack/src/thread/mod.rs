//! What people write in a ticket's thread, kept here as they write it, correct it and take it back.

mod files;
mod people;

use eider_app::slack::{Origin, edit, say, withdraw};
use eider_domain::{TicketNumber, access::Actor, text::BODY_LIMIT_CHARACTERS};
use eider_store::slack::{thread, workspace};
use jiff::SignedDuration;
use serde_json::Value;

use crate::{CallError, Slack, incident::asks_for_news, mrkdwn, request::Asked};

/// When a thread is not known yet, it is looked for again after this.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(1);

/// A message of Slack, in the thread of a ticket.
struct Spoken<'a> {
    ticket: TicketNumber,
    channel: &'a str,
    ts: &'a str,
    message: &'a Value,
}

impl Spoken<'_> {
    fn origin(&self) -> Origin<'_> {
        Origin {
            channel_id: self.channel,
            ts: self.ts,
        }
    }
}

impl Slack {
    /// Somebody wrote, corrected or deleted a message.
    pub(crate) async fn heard(&self, asked: &Asked) -> Result<(), CallError> {
        let event = &asked.body["event"];
        match event["subtype"].as_str() {
            None | Some("file_share" | "thread_broadcast" | "me_message" | "bot_message") => {
                self.heard_saying(asked, event).await
            }
            Some("message_changed") if event["message"]["subtype"] == "tombstone" => {
                self.heard_deleting(asked, &event["message"]["ts"]).await
            }
            Some("message_changed") => self.heard_correcting(asked).await,
            Some("message_deleted") => self.heard_deleting(asked, &event["deleted_ts"]).await,
            _ => Ok(()),
        }
    }

    async fn heard_saying(&self, asked: &Asked, event: &Value) -> Result<(), CallError> {
        if self.is_ours(asked, event).await? {
            return Ok(());
        }
        let Some(spoken) = self.spoken(asked, event).await? else {
            return self.nudge(asked).await;
        };
        let Some(actor) = self.actor(asked).await? else {
            return Ok(());
        };
        self.keep(asked, &actor, &spoken).await
    }

    async fn keep(
        &self,
        asked: &Asked,
        actor: &Actor,
        spoken: &Spoken<'_>,
    ) -> Result<(), CallError> {
        let files = self.shared_files(asked, spoken).await?;
        let bodies = self.bodies(asked, spoken.message).await?;
        if bodies.is_empty() && files.is_empty() {
            return Ok(());
        }
        let (eider, origin) = (self.eider(), spoken.origin());
        let said = say(eider, actor, spoken.ticket, origin, &bodies, files).await;
        let is_question = said.is_ok() && bodies.first().is_some_and(|body| asks_for_news(body));
        self.told_why_not(asked, said).await?;
        if is_question {
            self.answer_with_news(asked, actor, spoken.ticket).await?;
        }
        Ok(())
    }

    /// Keeps a message that was written elsewhere in that ticket. Answers whether it is there now.
    pub(crate) async fn add_to(
        &self,
        asked: &Asked,
        actor: &Actor,
        ticket: TicketNumber,
        message: &Value,
    ) -> Result<bool, CallError> {
        let (Some(channel), Some(ts)) = (message["channel"].as_str(), message["ts"].as_str())
        else {
            return Ok(false);
        };
        let spoken = Spoken {
            ticket,
            channel,
            ts,
            message,
        };
        let files = self.shared_files(asked, &spoken).await?;
        let bodies = self.bodies(asked, message).await?;
        let (eider, origin) = (self.eider(), spoken.origin());
        let said = say(eider, actor, ticket, origin, &bodies, files).await;
        let is_added = said.is_ok();
        if is_added {
            let mut tx = eider.db().write().await?;
            if let Some(ticket) = eider_store::ticket::by_number(&mut tx, ticket).await? {
                thread::put_root(&mut tx, ticket.id, channel, ts).await?;
            }
            tx.commit().await?;
        }
        self.told_why_not(asked, said).await?;
        Ok(is_added)
    }

    async fn heard_correcting(&self, asked: &Asked) -> Result<(), CallError> {
        let event = &asked.body["event"];
        let message = &event["message"];
        // Previews of links come as corrections too.
        let is_same = message["text"] == event["previous_message"]["text"];
        if is_same || self.is_ours(asked, message).await? {
            return Ok(());
        }
        let Some(spoken) = self.spoken(asked, message).await? else {
            return Ok(());
        };
        let Some(actor) = self.actor(asked).await? else {
            return Ok(());
        };
        let bodies = self.bodies(asked, message).await?;
        let (eider, origin) = (self.eider(), spoken.origin());
        let edited = edit(eider, &actor, spoken.ticket, origin, &bodies).await;
        match edited {
            // The correction came before the message: it is kept as it is now.
            Ok(false) => self.keep(asked, &actor, &spoken).await,
            edited => self.told_why_not(asked, edited.map(drop)).await,
        }
    }

    async fn heard_deleting(&self, asked: &Asked, ts: &Value) -> Result<(), CallError> {
        let (Some(channel), Some(ts)) = (asked.channel.as_deref(), ts.as_str()) else {
            return Ok(());
        };
        if self.heard_of_lost_card(channel, ts).await? {
            return Ok(());
        }
        let before = &asked.body["event"]["previous_message"];
        if before.is_null() || self.is_ours(asked, before).await? {
            return Ok(());
        }
        if self.spoken(asked, before).await?.is_none() {
            return Ok(());
        }
        let Some(actor) = self.actor(asked).await? else {
            return Ok(());
        };
        let origin = Origin {
            channel_id: channel,
            ts,
        };
        let withdrawn = withdraw(self.eider(), &actor, origin).await;
        self.told_why_not(asked, withdrawn).await
    }

    /// When a card was deleted, its ticket is to be told of again: it gets another.
    async fn heard_of_lost_card(&self, channel: &str, ts: &str) -> Result<bool, CallError> {
        let mut tx = self.eider().db().write().await?;
        let lost = thread::forget_card(&mut tx, channel, ts).await?;
        tx.commit().await?;
        if let Some(ticket) = lost {
            self.tell_again(ticket, self.eider().now()).await?;
        }
        Ok(lost.is_some())
    }

    /// The message as one in the thread of a ticket, if it is that.
    async fn spoken<'a>(
        &self,
        asked: &'a Asked,
        message: &'a Value,
    ) -> Result<Option<Spoken<'a>>, CallError> {
        let (Some(channel), Some(ts), Some(root)) = (
            asked.channel.as_deref(),
            message["ts"].as_str(),
            message["thread_ts"].as_str(),
        ) else {
            return Ok(None);
        };
        if root == ts {
            return Ok(None);
        }
        let mut tx = self.eider().db().read().await?;
        let ticket = thread::ticket_at(&mut tx, channel, root).await?;
        let bot = workspace::by_id(&mut tx, &asked.team).await?;
        let is_card = bot.is_some_and(|bot| message["parent_user_id"] == bot.bot_user_id.as_str());
        let is_beginning =
            ticket.is_none() && is_card && thread::is_beginning(&mut tx, channel).await?;
        drop(tx);
        if is_beginning {
            // Slack has posted the card, and its answer is still on the way.
            let now = self.eider().now();
            return Err(CallError::Later(
                now.saturating_add(LOOK_AGAIN).unwrap_or(now),
            ));
        }
        Ok(ticket.map(|ticket| Spoken {
            ticket,
            channel,
            ts,
            message,
        }))
    }

    /// Whether Eider itself wrote it.
    async fn is_ours(&self, asked: &Asked, message: &Value) -> Result<bool, CallError> {
        let mut tx = self.eider().db().read().await?;
        let workspace = workspace::by_id(&mut tx, &asked.team).await?;
        drop(tx);
        Ok(workspace.is_none_or(|ours| {
            message["user"] == ours.bot_user_id.as_str()
                || message["bot_id"] == ours.bot_id.as_str()
        }))
    }

    /// What a message says, as messages here: more than one when it is too long for one.
    async fn bodies(&self, asked: &Asked, message: &Value) -> Result<Vec<String>, CallError> {
        let text = message["text"].as_str().unwrap_or_default();
        let people = self.people_of_slack(&asked.team, text).await?;
        let markdown = mrkdwn::to_markdown(text, &people);
        if markdown.trim().is_empty() {
            return Ok(Vec::new());
        }
        let parts = mrkdwn::parts(&markdown, BODY_LIMIT_CHARACTERS);
        Ok(parts
            .into_iter()
            .filter(|part| !part.trim().is_empty())
            .collect())
    }
}
