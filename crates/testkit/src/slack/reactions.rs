//! Reactions to messages.

use serde_json::json;

use super::{
    api::{Answer, Refusal, Room},
    call::Arguments,
    message::Message,
};

pub(super) fn add(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let name = call.required("name")?;
    if name.contains(':') || name.contains(' ') {
        return Err(Refusal::new("invalid_name"));
    }
    let bot = room.workspace().bot_user.clone();
    let message = found(room, call)?;
    if !message
        .reactions
        .entry(name.clone())
        .or_default()
        .insert(bot.clone())
    {
        return Err(Refusal::new("already_reacted"));
    }
    let message = message.clone();
    tell(room, "reaction_added", &bot, &name, &message);
    Ok(json!({}))
}

pub(super) fn remove(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let name = call.required("name")?;
    let bot = room.workspace().bot_user.clone();
    let message = found(room, call)?;
    let users = message.reactions.get_mut(&name);
    if !users.is_some_and(|users| users.remove(&bot)) {
        return Err(Refusal::new("no_reaction"));
    }
    message.reactions.retain(|_, users| !users.is_empty());
    let message = message.clone();
    tell(room, "reaction_removed", &bot, &name, &message);
    Ok(json!({}))
}

fn found<'a>(room: &'a mut Room<'_>, call: &Arguments) -> Result<&'a mut Message, Refusal> {
    let channel = call.required("channel")?;
    let ts = call.required("timestamp")?;
    let workspace = room.workspace();
    let record = workspace.channels.get(&channel);
    let record = record.ok_or_else(|| Refusal::new("channel_not_found"))?;
    if record.is_archived {
        return Err(Refusal::new("is_archived"));
    }
    if !record.members.contains(&workspace.bot_user) {
        return Err(Refusal::new("not_in_channel"));
    }
    let message = workspace.message(&channel, &ts);
    message.ok_or_else(|| Refusal::new("message_not_found"))
}

/// Tells that somebody reacted, or took it back.
pub(super) fn tell(room: &mut Room<'_>, kind: &str, person: &str, name: &str, message: &Message) {
    let tick = room.state.tick(room.now);
    room.tell(json!({
        "type": kind,
        "user": person,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.user,
        "event_ts": tick,
    }));
}
