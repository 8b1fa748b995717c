//! `chat.*`: posting, editing, deleting and linking messages.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    api::{Answer, Refusal, Room},
    blocks::check_message,
    call::Arguments,
    channels::Kind,
    message::Message,
    words::fill_ids,
};

/// Longer text is cut.
const LONGEST_TEXT: usize = 40_000;
/// The longest text of an edit.
const LONGEST_EDIT: usize = 4000;

/// The content of a message, checked.
pub(super) struct Content {
    pub text: Option<String>,
    pub blocks: Option<Vec<Value>>,
    pub attachments: Option<Vec<Value>>,
    pub metadata: Option<Value>,
}

impl Content {
    /// Reads and checks what a call wants a message to be.
    pub fn read(room: &mut Room<'_>, method: &str, call: &Arguments) -> Result<Self, Refusal> {
        let blocks = call.json("blocks", "invalid_blocks_format")?;
        let attachments = call.json("attachments", "invalid_attachments")?;
        let metadata = call.json("metadata", "invalid_metadata_format")?;
        let text = call.text("text");
        let whole = json!({
            // An empty message is told apart below, with an error of its own.
            "text": format!("-{}", text.as_deref().unwrap_or_default()),
            "blocks": blocks,
            "attachments": attachments,
        });
        if let Err(complaints) = check_message(&whole) {
            return Err(room.refuse_violation(method, "invalid_blocks", &complaints));
        }
        if let Some(metadata) = &metadata
            && metadata
                .as_object()
                .is_some_and(|fields| !fields.is_empty())
            && let Err(complaints) = check_message(&json!({"text": "-", "metadata": metadata}))
        {
            let error = if complaints.contains("metadata_too_large") {
                "metadata_too_large"
            } else {
                "invalid_metadata_format"
            };
            return Err(room.refuse_violation(method, error, &complaints));
        }
        let list = |value: Option<Value>| value.and_then(|value| value.as_array().cloned());
        let content = Self {
            text,
            blocks: list(blocks),
            attachments: list(attachments),
            metadata,
        };
        if content.is_empty() {
            room.state.violation(format!("{method}: no_text"));
            return Err(Refusal::new("no_text"));
        }
        Ok(content)
    }

    fn is_empty(&self) -> bool {
        let has_none = |list: &Option<Vec<Value>>| list.as_ref().is_none_or(Vec::is_empty);
        self.text.as_deref().unwrap_or_default().trim().is_empty()
            && has_none(&self.blocks)
            && has_none(&self.attachments)
    }

    /// Its text, cut where Slack cuts it.
    pub fn cut_text(&self) -> String {
        let text = self.text.as_deref().unwrap_or_default();
        text.chars().take(LONGEST_TEXT).collect()
    }

    /// Puts it into a message; ids that are missing are given.
    pub fn fill(self, room: &mut Room<'_>, message: &mut Message) {
        message.text = self.cut_text();
        message.blocks = self.blocks.unwrap_or_default();
        message.attachments = self.attachments.unwrap_or_default();
        message.metadata = self.metadata;
        give_ids(room, message);
    }
}

/// Gives ids to blocks and elements of a message that have none.
pub(super) fn give_ids(room: &mut Room<'_>, message: &mut Message) {
    let mut next = || room.state.id("b");
    fill_ids(&mut message.blocks, &mut next);
    for attachment in &mut message.attachments {
        if let Some(blocks) = attachment["blocks"].as_array_mut() {
            fill_ids(blocks, &mut next);
        }
    }
}

/// The channel that a post goes to; a person's id means their direct messages.
fn target(room: &mut Room<'_>, call: &Arguments) -> Result<String, Refusal> {
    let id = call.required("channel")?;
    let may_anywhere = room.has_scope("chat:write.public");
    let workspace = room.workspace();
    if let Some(person) = workspace.people.get(&id) {
        if person.is_bot || person.is_deleted {
            return Err(Refusal::new("channel_not_found"));
        }
        return Ok(workspace.direct(&id));
    }
    let channel = workspace.channels.get(&id);
    let channel = channel.ok_or_else(|| Refusal::new("channel_not_found"))?;
    let is_member = channel.members.contains(&workspace.bot_user);
    if channel.kind == Kind::Private && !is_member {
        return Err(Refusal::new("channel_not_found"));
    }
    if channel.is_archived {
        return Err(Refusal::new("is_archived"));
    }
    let may_as_stranger = may_anywhere && channel.kind == Kind::Public;
    if !is_member && !may_as_stranger {
        return Err(Refusal::new("not_in_channel"));
    }
    Ok(id)
}

/// The thread that a post goes to. A deleted message has none any more, and Slack says nothing.
fn thread(room: &mut Room<'_>, call: &Arguments, channel: &str) -> Result<Option<String>, Refusal> {
    let Some(ts) = call.text("thread_ts").filter(|ts| !ts.is_empty()) else {
        return Ok(None);
    };
    if !is_ts(&ts) {
        return Err(Refusal::new("invalid_thread_ts"));
    }
    match room.workspace().message(channel, &ts) {
        None => Ok(None),
        Some(parent) if parent.is_reply() => {
            room.state.violation(format!(
                "thread_ts {ts} is a reply, not the root of a thread"
            ));
            Err(Refusal::new("cannot_reply_to_message"))
        }
        Some(parent) => {
            parent.thread_ts = Some(ts.clone());
            Ok(Some(ts))
        }
    }
}

fn is_ts(text: &str) -> bool {
    text.split_once('.').is_some_and(|(seconds, micros)| {
        let are_digits =
            |part: &str| !part.is_empty() && part.chars().all(|one| one.is_ascii_digit());
        are_digits(seconds) && are_digits(micros) && micros.len() == 6
    })
}

fn check_name(room: &Room<'_>, call: &Arguments) -> Result<(), Refusal> {
    let names = ["username", "icon_emoji", "icon_url"];
    if names.iter().any(|name| call.text(name).is_some()) {
        room.need("chat:write.customize")?;
    }
    Ok(())
}

pub(super) fn post(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let channel = target(room, call)?;
    check_name(room, call)?;
    let content = Content::read(room, "chat.postMessage", call)?;
    let thread_ts = thread(room, call, &channel)?;
    let username = call.text("username");
    let mut message = Message {
        ts: room.state.tick(room.now),
        user: room.workspace().bot_user.clone(),
        bot_id: Some(room.workspace().bot_id.clone()),
        subtype: username.as_ref().map(|_| "bot_message".to_owned()),
        is_broadcast: thread_ts.is_some() && call.flag("reply_broadcast"),
        channel,
        thread_ts,
        username,
        ..Message::default()
    };
    content.fill(room, &mut message);
    Ok(keep(room, message))
}

/// Keeps a new message, tells of it, and gives what `chat.postMessage` answers.
pub(super) fn keep(room: &mut Room<'_>, message: Message) -> Value {
    let channel = message.channel.clone();
    let record = room.workspace().channels.get_mut(&channel);
    let record = record.expect("the channel was looked up before");
    record.add(message.clone());
    let told = room.state.message_json(&room.team, &message);
    tell_message(room, &message, told.clone());
    json!({"channel": channel, "ts": message.ts, "message": told})
}

/// Tells of a message, if the app is in its channel.
pub(super) fn tell_message(room: &mut Room<'_>, message: &Message, told: Value) {
    let workspace = room.workspace();
    let bot = workspace.bot_user.clone();
    let channel = &workspace.channels[&message.channel];
    if !channel.members.contains(&bot) {
        return;
    }
    let mut event = told;
    event["channel"] = json!(message.channel);
    event["channel_type"] = json!(channel.type_in_events());
    event["event_ts"] = json!(message.ts);
    let is_mention = message.bot_id.is_none()
        && channel.type_in_events() != "im"
        && message.text.contains(&format!("<@{bot}>"));
    room.tell(event.clone());
    if is_mention {
        event["type"] = json!("app_mention");
        if let Some(fields) = event.as_object_mut() {
            fields.remove("channel_type");
        }
        room.tell(event);
    }
}

/// Tells that a message is other than it was.
pub(super) fn tell_change(room: &mut Room<'_>, before: &Message, after: Option<&Message>) {
    let workspace = room.workspace();
    let channel = &workspace.channels[&before.channel];
    if !channel.members.contains(&workspace.bot_user) {
        return;
    }
    let channel_type = channel.type_in_events();
    let tick = room.state.tick(room.now);
    let mut event = json!({
        "type": "message",
        "subtype": if after.is_some() { "message_changed" } else { "message_deleted" },
        "channel": before.channel,
        "channel_type": channel_type,
        "hidden": true,
        "previous_message": room.state.message_json(&room.team, before),
        "ts": tick,
        "event_ts": tick,
    });
    match after {
        Some(after) => event["message"] = room.state.message_json(&room.team, after),
        None => event["deleted_ts"] = json!(before.ts),
    }
    room.tell(event);
}

/// The app's own message, to be edited or deleted.
fn own(room: &mut Room<'_>, call: &Arguments, error: &str) -> Result<Message, Refusal> {
    let channel = call.required("channel")?;
    let ts = call.required("ts")?;
    let workspace = room.workspace();
    let bot = workspace.bot_id.clone();
    if !workspace.channels.contains_key(&channel) {
        // A person's id lands here too: only the id of the direct messages will do.
        return Err(Refusal::new("channel_not_found"));
    }
    let is_archived = workspace.channels[&channel].is_archived;
    let message = workspace.message(&channel, &ts);
    let message = message.ok_or_else(|| Refusal::new("message_not_found"))?;
    if message.bot_id.as_deref() != Some(&bot) {
        return Err(Refusal::new(error));
    }
    if is_archived {
        return Err(Refusal::new("is_inactive"));
    }
    Ok(message.clone())
}

pub(super) fn update(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let before = own(room, call, "cant_update_message")?;
    if let Some(minutes) = room.workspace().edit_window_minutes
        && is_older(&before, room.now, minutes)
    {
        return Err(Refusal::new("edit_window_closed"));
    }
    let content = Content::read(room, "chat.update", call)?;
    let text = content.text.clone();
    if text
        .as_ref()
        .is_some_and(|text| text.encode_utf16().count() > LONGEST_EDIT)
    {
        room.state.violation("chat.update: msg_too_long");
        return Err(Refusal::new("msg_too_long"));
    }
    let mut after = before.clone();
    match content.blocks {
        Some(blocks) => {
            after.blocks = blocks;
            after.text = text.unwrap_or_default();
        }
        None => {
            if let Some(text) = text {
                // Text without blocks takes the place of the blocks that there were.
                after.blocks.clear();
                after.text = text;
                after.is_edited = true;
            }
        }
    }
    if let Some(attachments) = content.attachments {
        after.attachments = attachments;
    }
    if let Some(metadata) = content.metadata {
        after.metadata = metadata
            .as_object()
            .is_some_and(|fields| !fields.is_empty())
            .then_some(metadata);
    }
    give_ids(room, &mut after);
    replace(room, &before, after.clone());
    Ok(json!({
        "channel": after.channel, "ts": after.ts, "text": after.text,
        "message": room.state.message_json(&room.team, &after),
    }))
}

/// Puts `after` where `before` was, and tells of it.
pub(super) fn replace(room: &mut Room<'_>, before: &Message, after: Message) {
    let channel = room.workspace().channels.get_mut(&after.channel);
    let channel = channel.expect("the channel was looked up before");
    channel.messages.insert(after.ts.clone(), after.clone());
    tell_change(room, before, Some(&after));
}

fn is_older(message: &Message, now: Timestamp, minutes: i64) -> bool {
    let seconds: i64 = message
        .ts
        .split('.')
        .next()
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or_default();
    now.as_second() - seconds > SignedDuration::from_mins(minutes).as_secs()
}

pub(super) fn delete(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let message = own(room, call, "cant_delete_message")?;
    remove(room, &message);
    Ok(json!({"channel": message.channel, "ts": message.ts}))
}

/// Deletes a message. One with replies leaves a tombstone, as in Slack.
pub(super) fn remove(room: &mut Room<'_>, message: &Message) {
    let channel = room.workspace().channels.get_mut(&message.channel);
    let channel = channel.expect("the channel was looked up before");
    if !channel.has_replies(&message.ts) {
        channel.take(message);
        tell_change(room, message, None);
        return;
    }
    let tombstone = Message {
        channel: message.channel.clone(),
        ts: message.ts.clone(),
        thread_ts: Some(message.ts.clone()),
        user: "USLACKBOT".to_owned(),
        text: "This message was deleted.".to_owned(),
        subtype: Some("tombstone".to_owned()),
        ..Message::default()
    };
    // Slack tells this one as a change, not as a deletion.
    replace(room, message, tombstone);
}

pub(super) fn post_ephemeral(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let person = call.required("user")?;
    let id = call.required("channel")?;
    let workspace = room.workspace();
    let bot = workspace.bot_user.clone();
    let channel = workspace.channels.get(&id);
    let channel = channel.ok_or_else(|| Refusal::new("channel_not_found"))?;
    if !channel.members.contains(&bot) {
        return Err(Refusal::new(match channel.kind {
            Kind::Public => "not_in_channel",
            _ => "channel_not_found",
        }));
    }
    if channel.is_archived {
        return Err(Refusal::new("is_archived"));
    }
    if !channel.members.contains(&person) {
        return Err(Refusal::new("user_not_in_channel"));
    }
    check_name(room, call)?;
    let content = Content::read(room, "chat.postEphemeral", call)?;
    let length = content.text.as_deref().unwrap_or_default().chars().count();
    if length > LONGEST_TEXT {
        room.state.violation("chat.postEphemeral: msg_too_long");
        return Err(Refusal::new("msg_too_long"));
    }
    let thread_ts = thread(room, call, &id)?;
    let mut message = Message {
        ts: room.state.tick(room.now),
        user: bot,
        bot_id: Some(room.workspace().bot_id.clone()),
        username: call.text("username"),
        only_for: Some(person),
        channel: id.clone(),
        thread_ts,
        ..Message::default()
    };
    content.fill(room, &mut message);
    let ts = message.ts.clone();
    let channel = room.workspace().channels.get_mut(&id);
    channel
        .expect("it was looked up above")
        .ephemerals
        .push(message);
    Ok(json!({"message_ts": ts}))
}

pub(super) fn permalink(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let channel = call.required("channel")?;
    let ts = call.required("message_ts")?;
    let workspace = room.workspace();
    let bot = workspace.bot_user.clone();
    let is_visible = workspace.channels.get(&channel).is_some_and(|record| {
        record.type_in_events() == "channel" || record.members.contains(&bot)
    });
    if !is_visible {
        return Err(Refusal::new("channel_not_found"));
    }
    let domain = workspace.domain.clone();
    let message = workspace.message(&channel, &ts);
    let message = message.ok_or_else(|| Refusal::new("message_not_found"))?;
    let digits = ts.replace('.', "");
    let thread = match message.thread_ts.as_ref().filter(|_| message.is_reply()) {
        Some(parent) => format!("?thread_ts={parent}&cid={channel}"),
        None => String::new(),
    };
    let permalink = format!("https://{domain}.slack.com/archives/{channel}/p{digits}{thread}");
    Ok(json!({"channel": channel, "permalink": permalink}))
}
