//! A message as Slack keeps it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{mrkdwn, words};

/// A message that somebody sees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// The id of the channel or direct message that it is in.
    pub channel: String,
    /// Its timestamp, which is its id.
    pub ts: String,
    /// The timestamp of the message that began its thread.
    pub thread_ts: Option<String>,
    /// The id of the person or bot user who wrote it.
    pub user: String,
    /// The id of the bot, when the app wrote it.
    pub bot_id: Option<String>,
    /// The name under which the app wrote it.
    pub username: Option<String>,
    /// Its text; with blocks, what notifications say.
    pub text: String,
    /// Its blocks.
    pub blocks: Vec<Value>,
    /// Its attachments, in which blocks may have a colour at their side.
    pub attachments: Vec<Value>,
    /// What the app keeps with it.
    pub metadata: Option<Value>,
    /// Whether people see that it was edited.
    pub is_edited: bool,
    /// Such as `file_share`, `bot_message` or `tombstone`.
    pub subtype: Option<String>,
    /// Files that were shared with it.
    pub files: Vec<Value>,
    /// Who reacted, by the name of the emoji.
    pub reactions: BTreeMap<String, BTreeSet<String>>,
    /// The only person who sees it, when it is ephemeral.
    pub only_for: Option<String>,
    /// Whether a reply is shown in the channel too.
    pub is_broadcast: bool,
}

impl Message {
    /// What a person reads, a line for each block; what can be pressed stands in brackets.
    pub fn words(&self) -> String {
        words::of_message(self)
    }

    /// The element labelled `label`: a button, an option or a placeholder of a menu.
    pub fn button(&self, label: &str) -> Option<Button> {
        self.buttons()
            .into_iter()
            .find(|button| button.label == label)
    }

    /// Every element that can be pressed.
    pub fn buttons(&self) -> Vec<Button> {
        words::buttons(&self.all_blocks())
    }

    /// Whether it is a reply in a thread.
    pub fn is_reply(&self) -> bool {
        self.thread_ts
            .as_ref()
            .is_some_and(|parent| *parent != self.ts)
    }

    /// Its blocks with those of its attachments.
    pub fn all_blocks(&self) -> Vec<Value> {
        let mut blocks = self.blocks.clone();
        for attachment in &self.attachments {
            blocks.extend(attachment["blocks"].as_array().cloned().unwrap_or_default());
        }
        blocks
    }

    pub(super) fn is_tombstone(&self) -> bool {
        self.subtype.as_deref() == Some("tombstone")
    }

    /// As the Web API and events tell it. `thread` are the replies, if it began a thread.
    pub(super) fn to_json(&self, context: &Context<'_>) -> Value {
        let mut told = json!({
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "text": self.text,
            "team": context.team,
        });
        if let Some(bot) = &self.bot_id {
            told["bot_id"] = json!(bot);
            told["app_id"] = json!(context.app);
            told["bot_profile"] = json!({
                "id": bot, "app_id": context.app, "name": "eider",
                "deleted": false, "team_id": context.team,
            });
        }
        let optional = [
            ("thread_ts", self.thread_ts.as_ref().map(|ts| json!(ts))),
            ("username", self.username.as_ref().map(|name| json!(name))),
            ("subtype", self.subtype.as_ref().map(|kind| json!(kind))),
            ("metadata", self.metadata.clone()),
            (
                "edited",
                self.is_edited
                    .then(|| json!({"user": self.user, "ts": self.ts})),
            ),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                told[name] = value;
            }
        }
        for (name, list) in [
            ("blocks", &self.blocks),
            ("attachments", &self.attachments),
            ("files", &self.files),
        ] {
            if !list.is_empty() {
                told[name] = json!(list);
            }
        }
        if self.bot_id.is_none() && !self.text.is_empty() && !self.is_tombstone() {
            // Slack's composer sends what people type as rich text too.
            told["blocks"] = mrkdwn::rich_text(&self.text);
            told["client_msg_id"] = json!(format!("client-{}", self.ts));
        }
        if self.is_tombstone() {
            told["hidden"] = json!(true);
            told["parent_user_id"] = json!(self.user);
        }
        if self.subtype.as_deref() == Some("bot_message")
            && let Some(fields) = told.as_object_mut()
        {
            fields.remove("user");
        }
        if !self.reactions.is_empty() {
            told["reactions"] = self
                .reactions
                .iter()
                .map(|(name, users)| json!({"name": name, "users": users, "count": users.len()}))
                .collect();
        }
        told
    }
}

/// What a message does not know of itself.
pub(super) struct Context<'a> {
    pub team: &'a str,
    pub app: &'a str,
}

/// Something that can be pressed, found by what stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// The id of its action.
    pub action_id: String,
    /// The block that it is in.
    pub block_id: String,
    /// The value that it carries.
    pub value: Option<String>,
    /// The page that it opens.
    pub url: Option<String>,
    /// `primary`, `danger` or nothing.
    pub style: Option<String>,
}
