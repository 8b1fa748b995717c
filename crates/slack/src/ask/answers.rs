//! What the form holds: read from what Slack sends, and made into a question.

use eider_app::{
    FieldError,
    desk::Desk,
    ticket::{Ask, Written},
};
use eider_domain::text::{self, TITLE_LIMIT_CHARACTERS};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::calls::{CANNOT_WAIT, REASON_LIMIT};
use crate::kit;

/// The answers as they were given, so that the form can come back with all of them. Each is named
/// like its block and its action in the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    pub(super) written: Written,
    pub(super) since: Option<Timestamp>,
    /// Why it cannot wait; empty when it can.
    pub(super) cannot_wait: String,
}

impl From<Written> for Answers {
    fn from(written: Written) -> Self {
        Self {
            written,
            since: None,
            cannot_wait: String::new(),
        }
    }
}

impl Answers {
    /// The answers of a form that was sent or is being written, or what a command or a message
    /// begins a form with.
    pub(super) fn of(body: &Value) -> Self {
        let words = |pointer| {
            let words = body.pointer(pointer).and_then(Value::as_str);
            words.unwrap_or_default()
        };
        match body["type"].as_str() {
            _ if body.pointer("/view/state/values/title").is_some() => {
                Self::of_state(&body["view"]["state"]["values"])
            }
            Some("message_action") => Self::of_message(words("/message/text")),
            None => Self::from(Written {
                title: kit::cut(words("/text").trim(), TITLE_LIMIT_CHARACTERS),
                ..Written::default()
            }),
            _ => Self::default(),
        }
    }

    fn of_state(values: &Value) -> Self {
        let answer = |name: &str| &values[name][name];
        let written = |name| {
            answer(name)["value"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let chosen = |name| {
            let value = answer(name).pointer("/selected_option/value");
            value.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let ticked = |name| {
            let options = answer(name)["selected_options"].as_array();
            let values = options.into_iter().flatten();
            values
                .filter_map(|option| option["value"].as_str().map(str::to_owned))
                .collect()
        };
        let since = answer("since")["selected_date_time"].as_i64();
        let written_words = written;
        let written = Written {
            title: written("title"),
            what: written("what"),
            priority: chosen("priority"),
            feature: chosen("feature"),
            fails_on: ticked("fails_on"),
            works_on: ticked("works_on"),
            network: written("network"),
            word: chosen("word"),
            steps: written("steps"),
            expected: written("expected"),
            noticed: chosen("noticed"),
            people_affected: written("people_affected"),
            links: written("links"),
        };
        Self {
            written,
            since: since.and_then(|second| Timestamp::from_second(second).ok()),
            cannot_wait: written_words(CANNOT_WAIT),
        }
    }

    /// Its first line is what it is about, all of it is what happened.
    fn of_message(text: &str) -> Self {
        let text = text
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
        let first = text.lines().map(str::trim).find(|line| !line.is_empty());
        Self::from(Written {
            title: kit::cut(first.unwrap_or_default(), TITLE_LIMIT_CHARACTERS),
            what: kit::cut(text.trim(), kit::SECTION_LIMIT),
            ..Written::default()
        })
    }

    /// Whether any question that stands behind “More details” was answered.
    pub(super) fn has_more(&self) -> bool {
        let written = &self.written;
        let texts = [
            &written.steps,
            &written.expected,
            &written.noticed,
            &written.people_affected,
            &written.links,
        ];
        self.since.is_some() || texts.iter().any(|text| !text.trim().is_empty())
    }

    /// The question, and what is wrong with answers that the use case never sees.
    pub(super) fn question(&self, desk: &Desk) -> (Ask, Vec<FieldError>) {
        let (ask, mut errors) = self.written.question(desk, self.since);
        if let Some(reason) = self.cannot_wait()
            && let Err(error) = text::line("The reason", &reason, REASON_LIMIT)
        {
            errors.push(FieldError::new(CANNOT_WAIT, error));
        }
        (ask, errors)
    }

    /// Why it cannot wait, if it cannot.
    pub(super) fn cannot_wait(&self) -> Option<String> {
        let reason = self.cannot_wait.trim();
        (!reason.is_empty()).then(|| reason.to_owned())
    }
}

/// What a form is about besides its answers; it travels with the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct About {
    /// What the same form is known by: it is filed once, however often it is sent.
    pub(super) key: String,
    /// Where it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) channel: Option<String>,
    /// The message that it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Quoted>,
    /// Whether the questions behind “More details” are shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) more: bool,
    /// Whether something that resembles it was shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) offered: bool,
}

/// A message that a question is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Quoted {
    /// Its place in the channel.
    pub(super) ts: String,
    /// The root of the thread that it stands in.
    pub(super) thread: String,
    /// Who wrote it; nobody for what a program wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) author: Option<String>,
}

impl About {
    /// What travels with a form, or what a new form begins with. `request` is how it came.
    pub(super) fn of(body: &Value, request: uuid::Uuid) -> Self {
        if let Some(kept) = body["view"]["private_metadata"].as_str()
            && let Ok(about) = serde_json::from_str::<Self>(kept)
            && !about.key.is_empty()
        {
            return about;
        }
        let words = |pointer| {
            let words = body.pointer(pointer).and_then(Value::as_str);
            words.map(str::to_owned)
        };
        let message = words("/message/ts")
            .filter(|_| body["type"] == "message_action")
            .map(|ts| Quoted {
                thread: words("/message/thread_ts").unwrap_or_else(|| ts.clone()),
                author: words("/message/user").filter(|_| words("/message/bot_id").is_none()),
                ts,
            });
        Self {
            key: request.to_string(),
            channel: words("/channel_id").or_else(|| words("/channel/id")),
            message,
            more: false,
            offered: false,
        }
    }

    /// As it travels.
    pub(super) fn kept(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
