//! Channels and direct messages, and the methods that tell of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::{IntoFuture, Ready, ready},
};

use serde_json::{Value, json};

use super::{
    Person, TestSlack,
    api::{Answer, Refusal, Room, page},
    call::Arguments,
    message::{Context, Message},
    state::{State, Workspace},
};

/// A channel, to act in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Such as `C00000012`; a direct message begins with `D`.
    pub id: String,
    /// Its workspace.
    pub team: String,
}

/// What kind of channel it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Public,
    Private,
    /// Between the app and that person.
    Direct(String),
}

#[derive(Clone)]
pub(super) struct ChannelRecord {
    pub id: String,
    pub name: String,
    pub kind: Kind,
    pub is_archived: bool,
    pub is_shared: bool,
    pub members: BTreeSet<String>,
    pub messages: BTreeMap<String, Message>,
    /// The replies to each message that has some.
    pub replies: BTreeMap<String, BTreeSet<String>>,
    pub ephemerals: Vec<Message>,
}

impl ChannelRecord {
    pub fn direct(id: &str, person: &str, members: BTreeSet<String>) -> Self {
        Self {
            id: id.to_owned(),
            name: String::new(),
            kind: Kind::Direct(person.to_owned()),
            is_archived: false,
            is_shared: false,
            members,
            messages: BTreeMap::new(),
            replies: BTreeMap::new(),
            ephemerals: Vec::new(),
        }
    }

    /// Adds a message.
    pub fn add(&mut self, message: Message) {
        if let Some(parent) = message.thread_ts.as_ref().filter(|_| message.is_reply()) {
            let replies = self.replies.entry(parent.clone()).or_default();
            replies.insert(message.ts.clone());
        }
        self.messages.insert(message.ts.clone(), message);
    }

    /// Takes a message away, and out of its thread.
    pub fn take(&mut self, message: &Message) {
        self.messages.remove(&message.ts);
        if let Some(parent) = &message.thread_ts
            && let Some(replies) = self.replies.get_mut(parent)
        {
            replies.remove(&message.ts);
        }
    }

    /// Whether a message has replies.
    pub fn has_replies(&self, ts: &str) -> bool {
        self.replies
            .get(ts)
            .is_some_and(|replies| !replies.is_empty())
    }

    /// As events call it.
    pub fn type_in_events(&self) -> &'static str {
        match self.kind {
            Kind::Public => "channel",
            Kind::Private => "group",
            Kind::Direct(_) => "im",
        }
    }

    /// As interactions and commands call it.
    pub fn name_in_payloads(&self) -> String {
        match self.kind {
            Kind::Public => self.name.clone(),
            Kind::Private => "privategroup".to_owned(),
            Kind::Direct(_) => "directmessage".to_owned(),
        }
    }

    /// The scope that reading it needs: `history` or `read`.
    pub fn scope(&self, what: &str) -> String {
        let kind = match self.kind {
            Kind::Public => "channels",
            Kind::Private => "groups",
            Kind::Direct(_) => "im",
        };
        format!("{kind}:{what}")
    }

    fn to_json(&self, workspace: &Workspace) -> Value {
        if let Kind::Direct(person) = &self.kind {
            return json!({
                "id": self.id, "created": 0, "is_im": true, "is_org_shared": false,
                "is_archived": false, "user": person, "is_user_deleted": false, "priority": 0,
                "context_team_id": workspace.id,
            });
        }
        let is_private = self.kind == Kind::Private;
        json!({
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": !is_private,
            "is_group": is_private,
            "is_im": false,
            "is_mpim": false,
            "is_private": is_private,
            "is_archived": self.is_archived,
            "is_general": false,
            "is_shared": self.is_shared,
            "is_ext_shared": self.is_shared,
            "is_org_shared": false,
            "is_member": self.members.contains(&workspace.bot_user),
            "created": 0,
            "creator": workspace.bot_user,
            "context_team_id": workspace.id,
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        })
    }
}

/// A channel about to be made; await it.
#[must_use = "no channel is made until this is awaited"]
pub struct NewChannel {
    slack: TestSlack,
    record: ChannelRecord,
    has_bot: bool,
}

impl NewChannel {
    /// Only members know of it.
    pub fn private(mut self) -> Self {
        self.record.kind = Kind::Private;
        self
    }

    /// The app is no member of it.
    pub fn without_bot(mut self) -> Self {
        self.has_bot = false;
        self
    }

    /// Shared with another workspace (Slack Connect).
    pub fn shared(mut self) -> Self {
        self.record.is_shared = true;
        self
    }

    /// These people are members.
    pub fn with(mut self, people: &[&Person]) -> Self {
        let ids = people.iter().map(|person| person.id.clone());
        self.record.members.extend(ids);
        self
    }
}

impl IntoFuture for NewChannel {
    type Output = Channel;
    type IntoFuture = Ready<Channel>;

    fn into_future(mut self) -> Self::IntoFuture {
        let channel = Channel {
            id: self.record.id.clone(),
            team: self.slack.team().to_owned(),
        };
        let mut state = self.slack.state();
        let workspace = state.workspace(self.slack.team());
        if self.has_bot {
            self.record.members.insert(workspace.bot_user.clone());
        }
        workspace.channels.insert(channel.id.clone(), self.record);
        ready(channel)
    }
}

impl TestSlack {
    /// A new public channel with that name, of which the app is a member.
    pub fn channel(&self, name: &str) -> NewChannel {
        let record = ChannelRecord {
            name: name.to_owned(),
            kind: Kind::Public,
            ..ChannelRecord::direct(&self.state().id("C"), "", BTreeSet::new())
        };
        NewChannel {
            slack: self.clone(),
            record,
            has_bot: true,
        }
    }

    /// The direct messages between the app and that person.
    pub fn direct_channel(&self, person: &Person) -> Channel {
        let id = self.state().workspace(&person.team).direct(&person.id);
        Channel {
            id,
            team: person.team.clone(),
        }
    }
}

impl State {
    /// A message as it is told outside, with what is known of its thread.
    pub fn message_json(&self, team: &str, message: &Message) -> Value {
        let context = Context {
            team,
            app: &self.app.id,
        };
        let mut told = message.to_json(&context);
        let writer = self.workspaces[team].people.get(&message.user);
        if let Some(home) = writer.and_then(|writer| writer.home_team.as_ref()) {
            for name in ["team", "user_team", "source_team"] {
                told[name] = json!(home);
            }
        }
        let channel = &self.workspaces[team].channels[&message.channel];
        if let Some(parent) = message.thread_ts.as_ref() {
            if message.is_reply() {
                if let Some(root) = channel.messages.get(parent) {
                    told["parent_user_id"] = json!(root.user);
                }
            } else {
                let replies = channel.replies.get(parent);
                let replies: Vec<&Message> = replies
                    .into_iter()
                    .flatten()
                    .filter_map(|ts| channel.messages.get(ts))
                    .collect();
                let users: BTreeSet<&String> = replies.iter().map(|one| &one.user).collect();
                told["reply_count"] = json!(replies.len());
                told["reply_users_count"] = json!(users.len());
                told["reply_users"] = json!(users);
                told["latest_reply"] = json!(replies.last().map(|one| &one.ts));
                told["subscribed"] = json!(false);
                told["is_locked"] = json!(false);
            }
        }
        told
    }
}

/// A channel that the app may see: it is public, or the app is a member.
pub(super) fn visible<'a>(
    room: &'a mut Room<'_>,
    call: &Arguments,
    what: &str,
) -> Result<&'a ChannelRecord, Refusal> {
    let id = call.required("channel")?;
    let workspace = room.workspace();
    let bot = workspace.bot_user.clone();
    let channel = workspace.channels.get(&id);
    let is_visible =
        |channel: &&ChannelRecord| channel.kind == Kind::Public || channel.members.contains(&bot);
    let channel = channel
        .filter(is_visible)
        .ok_or_else(|| Refusal::new("channel_not_found"))?;
    let scope = channel.scope(what);
    room.need(&scope)?;
    Ok(&room.workspace().channels[&id])
}

pub(super) fn info(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let id = visible(room, call, "read")?.id.clone();
    let workspace = room.workspace();
    let channel = &workspace.channels[&id];
    let mut told = channel.to_json(workspace);
    if call.flag("include_num_members") {
        told["num_members"] = json!(channel.members.len());
    }
    Ok(json!({"channel": told}))
}

pub(super) fn list(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let types = call.text("types").unwrap_or("public_channel".to_owned());
    let types: Vec<&str> = types.split(',').map(str::trim).collect();
    for kind in &types {
        let scope = match *kind {
            "public_channel" => "channels:read",
            "private_channel" => "groups:read",
            "im" => "im:read",
            "mpim" => "mpim:read",
            _ => return Err(Refusal::new("invalid_types")),
        };
        room.need(scope)?;
    }
    let workspace = room.workspace();
    let channels: Vec<Value> = workspace
        .channels
        .values()
        .filter(|channel| match channel.kind {
            Kind::Public => types.contains(&"public_channel"),
            Kind::Private => {
                types.contains(&"private_channel") && channel.members.contains(&workspace.bot_user)
            }
            Kind::Direct(_) => types.contains(&"im"),
        })
        .filter(|channel| !(call.flag("exclude_archived") && channel.is_archived))
        .map(|channel| channel.to_json(workspace))
        .collect();
    let (channels, next) = page(call, channels, 100)?;
    Ok(json!({"channels": channels, "response_metadata": {"next_cursor": next}}))
}

pub(super) fn members(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let channel = visible(room, call, "read")?;
    let members = channel.members.iter().map(|id| json!(id)).collect();
    let (members, next) = page(call, members, 100)?;
    Ok(json!({"members": members, "response_metadata": {"next_cursor": next}}))
}

pub(super) fn open(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let users = call.required("users")?;
    if users.contains(',') {
        // Eider opens no conversations of many, so what Slack says of them is not built.
        return Err(Refusal::new("not_enough_users"));
    }
    let workspace = room.workspace();
    if users == workspace.bot_user {
        return Err(Refusal::new("cannot_dm_bot"));
    }
    let person = workspace.people.get(&users);
    let person = person.ok_or_else(|| Refusal::new("user_not_found"))?;
    if person.is_bot {
        return Err(Refusal::new("cannot_dm_bot"));
    }
    if person.is_deleted {
        return Err(Refusal::new("user_disabled"));
    }
    let was_open = workspace
        .channels
        .contains_key(&format!("D{}", &users[1..]));
    let id = workspace.direct(&users);
    let channel = if call.flag("return_im") {
        workspace.channels[&id].to_json(workspace)
    } else {
        json!({"id": id})
    };
    Ok(json!({"channel": channel, "already_open": was_open, "no_op": was_open}))
}

pub(super) fn join(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let id = call.required("channel")?;
    let team = room.team.clone();
    let workspace = room.workspace();
    let bot = workspace.bot_user.clone();
    let channel = workspace
        .channels
        .get_mut(&id)
        .ok_or_else(|| Refusal::new("channel_not_found"))?;
    match channel.kind {
        Kind::Private => return Err(Refusal::new("channel_not_found")),
        Kind::Direct(_) => return Err(Refusal::new("method_not_supported_for_channel_type")),
        Kind::Public if channel.is_archived => return Err(Refusal::new("is_archived")),
        Kind::Public => {}
    }
    let is_new = channel.members.insert(bot.clone());
    let told = workspace.channels[&id].to_json(workspace);
    if is_new {
        room.tell(json!({
            "type": "member_joined_channel", "user": bot, "channel": id, "channel_type": "C",
            "team": team,
        }));
        return Ok(json!({"channel": told}));
    }
    Ok(json!({"channel": told, "warning": "already_in_channel"}))
}

pub(super) fn history(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let found = in_window(room, call, |message| {
        !message.is_reply() || message.is_broadcast
    })?;
    // The newest come first.
    tell_page(room, call, found.into_iter().rev().collect())
}

pub(super) fn replies(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let ts = call.required("ts")?;
    let found = in_window(room, call, |message| {
        message.ts == ts || message.thread_ts.as_deref() == Some(&ts)
    })?;
    if found.is_empty() {
        return Err(Refusal::new("thread_not_found"));
    }
    tell_page(room, call, found)
}

fn in_window(
    room: &mut Room<'_>,
    call: &Arguments,
    keep: impl Fn(&Message) -> bool,
) -> Result<Vec<Message>, Refusal> {
    let id = visible(room, call, "history")?.id.clone();
    let workspace = room.workspace();
    let channel = &workspace.channels[&id];
    if !channel.members.contains(&workspace.bot_user) {
        return Err(Refusal::new("not_in_channel"));
    }
    let oldest = call.text("oldest").unwrap_or("0".to_owned());
    let latest = call.text("latest").unwrap_or("9".repeat(12));
    let is_inclusive = call.flag("inclusive");
    Ok(channel
        .messages
        .values()
        .filter(|message| keep(message))
        .filter(|message| {
            let is_edge = message.ts == oldest || message.ts == latest;
            let is_inside = message.ts > oldest && message.ts < latest;
            is_inside || (is_edge && is_inclusive)
        })
        .cloned()
        .collect())
}

fn tell_page(room: &mut Room<'_>, call: &Arguments, found: Vec<Message>) -> Answer {
    let with_metadata = call.flag("include_all_metadata");
    let messages = found
        .iter()
        .map(|message| {
            let mut told = room.state.message_json(&room.team, message);
            if !with_metadata && let Some(fields) = told.as_object_mut() {
                fields.remove("metadata");
            }
            told
        })
        .collect();
    let (messages, next) = page(call, messages, 100)?;
    Ok(json!({
        "messages": messages,
        "has_more": !next.is_empty(),
        "response_metadata": {"next_cursor": next},
    }))
}
