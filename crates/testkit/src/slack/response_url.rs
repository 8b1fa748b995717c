//! `response_url`: five answers in thirty minutes to what a person did.

use axum::{
    body::Bytes,
    extract::{Path, State as Shared},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    TestSlack,
    api::{Refusal, Room},
    call::Arguments,
    chat::{self, Content},
    message::Message,
};

const MOST_USES: usize = 5;
const LIFE: SignedDuration = SignedDuration::from_mins(30);

const FIELDS: [&str; 11] = [
    "text",
    "blocks",
    "attachments",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "mrkdwn",
    "metadata",
    "unfurl_links",
    "unfurl_media",
];

/// A right to answer in a channel, given by an interaction.
#[derive(Clone)]
pub(super) struct ResponseUrl {
    pub team: String,
    pub channel: String,
    pub person: String,
    /// The message that was clicked: its ts.
    pub message: Option<String>,
    pub born: Timestamp,
    pub uses: usize,
}

impl TestSlack {
    /// Makes a response URL for what `person` just did.
    pub(super) fn response_url(
        &self,
        team: &str,
        channel: &str,
        person: &str,
        message: Option<&str>,
    ) -> String {
        let born = self.now();
        let mut state = self.state();
        let id = format!("{team}/{:012}/{:08x}", state.number(), born.as_second());
        let id = id.replace('/', "-");
        let right = ResponseUrl {
            team: team.to_owned(),
            channel: channel.to_owned(),
            person: person.to_owned(),
            message: message.map(str::to_owned),
            born,
            uses: 0,
        };
        state.response_urls.insert(id.clone(), right);
        format!("{}/respond/{id}", self.address())
    }
}

/// Answers `POST /respond/{id}`.
pub(super) async fn answer(
    Shared(slack): Shared<TestSlack>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    slack.wait_while_held("response_url").await;
    if let Some(broken) = slack.broken("response_url") {
        return broken;
    }
    let outcome = respond(&slack, &id, &body);
    slack.send_outbox();
    slack.note_change();
    match outcome {
        Ok(()) => "ok".into_response(),
        Err((status, error)) => (status, error).into_response(),
    }
}

fn respond(slack: &TestSlack, id: &str, body: &[u8]) -> Result<(), (StatusCode, String)> {
    let now = slack.now();
    let mut state = slack.state();
    let bad = |error: &str| (StatusCode::BAD_REQUEST, error.to_owned());
    let not_found = |error: &str| (StatusCode::NOT_FOUND, error.to_owned());
    let right = state
        .response_urls
        .get_mut(id)
        .ok_or_else(|| not_found("no_url"))?;
    if now.duration_since(right.born) > LIFE {
        return Err(not_found("expired_url"));
    }
    if right.uses >= MOST_USES {
        return Err(not_found("used_url"));
    }
    right.uses += 1;
    let right = right.clone();
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        state.violation("response_url: invalid_payload");
        return Err(bad("invalid_payload"));
    };
    if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        state.violation(format!("response_url: unknown field {unknown}"));
        return Err(bad("invalid_payload"));
    }
    let mut room = Room {
        state: &mut state,
        team: right.team.clone(),
        scopes: std::collections::BTreeSet::new(),
        token: String::new(),
        now,
        address: slack.address(),
    };
    apply(&mut room, &right, &Arguments(fields))
        .map_err(|refusal| (StatusCode::BAD_REQUEST, refusal.error))
}

/// Does what a body asks for: replace or delete the message that was clicked, or add one. The
/// answer to a slash command comes here too.
pub(super) fn apply(
    room: &mut Room<'_>,
    right: &ResponseUrl,
    call: &Arguments,
) -> Result<(), Refusal> {
    let clicked = right
        .message
        .as_ref()
        .and_then(|ts| find(room, &right.channel, ts));
    if call.flag("delete_original") {
        return match clicked {
            Some(message) => {
                take_away(room, &message);
                Ok(())
            }
            None => Err(Refusal::new("message_not_found")),
        };
    }
    let content = Content::read(room, "response_url", call)?;
    if call.flag("replace_original")
        && let Some(before) = clicked
    {
        let mut after = before.clone();
        content.fill(room, &mut after);
        put_back(room, &before, after);
        return Ok(());
    }
    let is_for_all = call.text("response_type").as_deref() == Some("in_channel");
    let mut message = Message {
        channel: right.channel.clone(),
        ts: room.state.tick(room.now),
        thread_ts: call.text("thread_ts"),
        user: room.workspace().bot_user.clone(),
        bot_id: Some(room.workspace().bot_id.clone()),
        only_for: (!is_for_all).then(|| right.person.clone()),
        ..Message::default()
    };
    content.fill(room, &mut message);
    if is_for_all {
        chat::keep(room, message);
    } else {
        let channel = room.workspace().channels.get_mut(&right.channel);
        channel
            .expect("the channel of an interaction exists")
            .ephemerals
            .push(message);
    }
    Ok(())
}

fn find(room: &mut Room<'_>, channel: &str, ts: &str) -> Option<Message> {
    let record = room.workspace().channels.get(channel)?;
    let ephemeral = record.ephemerals.iter().find(|one| one.ts == ts).cloned();
    ephemeral.or_else(|| room.workspace().message(channel, ts).cloned())
}

fn take_away(room: &mut Room<'_>, message: &Message) {
    if message.only_for.is_none() {
        chat::remove(room, message);
        return;
    }
    if let Some(channel) = room.workspace().channels.get_mut(&message.channel) {
        channel.ephemerals.retain(|one| one.ts != message.ts);
    }
}

fn put_back(room: &mut Room<'_>, before: &Message, after: Message) {
    if before.only_for.is_none() {
        chat::replace(room, before, after);
        return;
    }
    let channel = room.workspace().channels.get_mut(&before.channel);
    let found = channel.and_then(|channel| {
        channel
            .ephemerals
            .iter_mut()
            .find(|one| one.ts == before.ts)
    });
    if let Some(found) = found {
        *found = after;
    }
}
