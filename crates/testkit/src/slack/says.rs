//! A person talks: messages, edits, files, commands, shortcuts, reactions.

use serde_json::{Value, json};

use super::{
    Channel, Person, TestSlack,
    api::Room,
    call::Arguments,
    channels::Kind,
    chat,
    deliver::{Delivery, Parcel},
    files::{FileRecord, mime_of},
    message::Message,
    mrkdwn, reactions,
    response_url::{self, ResponseUrl},
};

/// What came of a slash command.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandAnswer {
    /// What was shown at once, if anything.
    pub reply: Option<Message>,
    /// Why the person sees that it failed, if it did.
    pub failure: Option<String>,
}

impl TestSlack {
    /// Somebody's place to act from: everything that the app may, without its limits.
    pub(super) fn with_room<T>(&self, team: &str, act: impl FnOnce(&mut Room<'_>) -> T) -> T {
        let now = self.now();
        let mut state = self.state();
        let mut room = Room {
            state: &mut state,
            team: team.to_owned(),
            scopes: std::collections::BTreeSet::new(),
            token: String::new(),
            now,
            address: self.address(),
        };
        let done = act(&mut room);
        drop(state);
        self.note_change();
        done
    }

    /// That person joins a channel.
    pub async fn joins(&self, person: &Person, channel: &Channel) {
        self.with_room(&person.team, |room| join(room, &person.id, &channel.id));
        self.flush().await;
    }

    /// That person leaves a channel.
    pub async fn leaves(&self, person: &Person, channel: &Channel) {
        self.with_room(&person.team, |room| {
            let record = room.workspace().channels.get_mut(&channel.id);
            record
                .expect("the channel is of this workspace")
                .members
                .remove(&person.id);
            let team = room.team.clone();
            room.tell(json!({
                "type": "member_left_channel", "user": person.id, "channel": channel.id,
                "channel_type": "C", "team": team,
            }));
        });
        self.flush().await;
    }

    /// Somebody takes the app out of a channel.
    pub async fn removes_bot(&self, channel: &Channel) {
        self.with_room(&channel.team, |room| {
            let bot = room.workspace().bot_user.clone();
            let record = room.workspace().channels.get_mut(&channel.id);
            record
                .expect("the channel is of this workspace")
                .members
                .remove(&bot);
            room.tell(json!({"type": "channel_left", "channel": channel.id}));
        });
        self.flush().await;
    }

    /// Somebody invites the app into a channel.
    pub async fn invites_bot(&self, channel: &Channel) {
        self.with_room(&channel.team, |room| {
            let bot = room.workspace().bot_user.clone();
            join(room, &bot, &channel.id);
        });
        self.flush().await;
    }

    /// That person writes a message, in a thread or not; Eider has answered when this returns. They
    /// join a public channel first, as Slack would have them.
    ///
    /// # Panics
    /// When they may not write there.
    pub async fn says(
        &self,
        person: &Person,
        channel: &Channel,
        thread_ts: Option<&str>,
        text: &str,
    ) -> Message {
        self.shares(person, channel, thread_ts, text, Vec::new())
            .await
    }

    /// That person shares a file, with a few words.
    ///
    /// # Panics
    /// When they may not write there.
    pub async fn shares_file(
        &self,
        person: &Person,
        channel: &Channel,
        thread_ts: Option<&str>,
        file: (&str, &[u8]),
        text: &str,
    ) -> Message {
        let told = self.with_room(&person.team, |room| {
            let id = room.state.id("F");
            let record = FileRecord {
                id: id.clone(),
                name: file.0.to_owned(),
                title: file.0.to_owned(),
                mime: mime_of(file.0).to_owned(),
                person: person.id.clone(),
                bytes: file.1.to_vec(),
                created: room.now.as_second(),
                awaited: None,
                is_deleted: false,
            };
            let told = record.to_json(room.address, &room.team);
            room.workspace().files.insert(id, record);
            told
        });
        self.shares(person, channel, thread_ts, text, vec![told])
            .await
    }

    async fn shares(
        &self,
        person: &Person,
        channel: &Channel,
        thread_ts: Option<&str>,
        text: &str,
        files: Vec<Value>,
    ) -> Message {
        let message = self.with_room(&person.team, |room| {
            let record = &room.workspace().channels[&channel.id];
            assert!(!record.is_archived, "{} is archived", channel.id);
            if !record.members.contains(&person.id) {
                let is_public = record.kind == Kind::Public;
                assert!(is_public, "{} is not in {}", person.name, channel.id);
                join(room, &person.id, &channel.id);
            }
            if let Some(parent) = thread_ts {
                let root = room.workspace().message(&channel.id, parent);
                let root = root.unwrap_or_else(|| panic!("there is no message {parent}"));
                assert!(!root.is_reply(), "{parent} is a reply itself");
                root.thread_ts = Some(parent.to_owned());
            }
            let message = Message {
                channel: channel.id.clone(),
                ts: room.state.tick(room.now),
                thread_ts: thread_ts.map(str::to_owned),
                user: person.id.clone(),
                text: mrkdwn::typed(text),
                subtype: (!files.is_empty()).then(|| "file_share".to_owned()),
                files,
                ..Message::default()
            };
            chat::keep(room, message.clone());
            message
        });
        self.flush().await;
        message
    }

    /// That person edits a message of theirs.
    ///
    /// # Panics
    /// When it is not theirs, or gone.
    pub async fn edits(&self, person: &Person, message: &Message, text: &str) {
        self.with_room(&person.team, |room| {
            let before = theirs(room, person, message);
            let after = Message {
                text: mrkdwn::typed(text),
                is_edited: true,
                ..before.clone()
            };
            chat::replace(room, &before, after);
        });
        self.flush().await;
    }

    /// That person deletes a message of theirs.
    ///
    /// # Panics
    /// When it is not theirs, or gone.
    pub async fn deletes(&self, person: &Person, message: &Message) {
        self.with_room(&person.team, |room| {
            let message = theirs(room, person, message);
            chat::remove(room, &message);
        });
        self.flush().await;
    }

    /// An administrator deletes a message, whoever wrote it.
    pub async fn admin_deletes(&self, message: &Message) {
        self.with_room(self.team(), |room| chat::remove(room, message));
        self.flush().await;
    }

    /// That person reacts to a message with an emoji such as `eyes`.
    pub async fn reacts(&self, person: &Person, message: &Message, emoji: &str) {
        self.with_room(&person.team, |room| {
            let found = room.workspace().message(&message.channel, &message.ts);
            let found = found.expect("the message is there");
            found
                .reactions
                .entry(emoji.to_owned())
                .or_default()
                .insert(person.id.clone());
            let found = found.clone();
            reactions::tell(room, "reaction_added", &person.id, emoji, &found);
        });
        self.flush().await;
    }

    /// Somebody gives a channel another name.
    pub async fn renames_channel(&self, channel: &Channel, name: &str) {
        self.with_room(&channel.team, |room| {
            let record = room.workspace().channels.get_mut(&channel.id);
            let record = record.expect("the channel is of this workspace");
            name.clone_into(&mut record.name);
            let event = event_name(&record.kind, "rename");
            let created = 0;
            room.tell(json!({
                "type": event,
                "channel": {"id": channel.id, "name": name, "created": created},
            }));
        });
        self.flush().await;
    }

    /// That person archives a channel.
    pub async fn archives(&self, person: &Person, channel: &Channel) {
        self.sets_archived(person, channel, true, "archive").await;
    }

    /// That person brings an archived channel back.
    pub async fn unarchives(&self, person: &Person, channel: &Channel) {
        self.sets_archived(person, channel, false, "unarchive")
            .await;
    }

    async fn sets_archived(&self, person: &Person, channel: &Channel, is: bool, what: &str) {
        self.with_room(&channel.team, |room| {
            let record = room.workspace().channels.get_mut(&channel.id);
            let record = record.expect("the channel is of this workspace");
            record.is_archived = is;
            let event = event_name(&record.kind, what);
            room.tell(json!({"type": event, "channel": channel.id, "user": person.id}));
        });
        self.flush().await;
    }

    /// That person opens the app's Home.
    pub async fn opens_home(&self, person: &Person) -> Delivery {
        let direct = self.direct_channel(person);
        let event = self.with_room(&person.team, |room| {
            let app = room.state.app.id.clone();
            let tick = room.state.tick(room.now);
            let workspace = room.workspace();
            let home = workspace
                .homes
                .get(&person.id)
                .and_then(|id| workspace.views.get(id));
            let mut event = json!({
                "type": "app_home_opened", "user": person.id, "channel": direct.id,
                "tab": "home", "event_ts": tick,
            });
            if let Some(home) = home {
                event["view"] = home.to_json(&app, workspace);
            }
            event
        });
        self.hand_over(Parcel::event(&person.team, event)).await
    }

    /// That person types a slash command such as `/support` into a channel.
    ///
    /// # Panics
    /// When the app has no such command.
    pub async fn types_command(
        &self,
        person: &Person,
        channel: &Channel,
        command: &str,
        text: &str,
    ) -> CommandAnswer {
        let now = self.now();
        let url = self.response_url(&person.team, &channel.id, &person.id, None);
        let fields = self.with_room(&person.team, |room| {
            let known = room.state.app.commands.as_ref();
            assert!(
                known.is_none_or(|known| known.contains(command)),
                "{command} is not a valid command"
            );
            let trigger = room.state.trigger(&person.team, &person.id, None, now);
            let (token, app) = (
                room.state.app.verification_token.clone(),
                room.state.app.id.clone(),
            );
            let workspace = room.workspace();
            json!({
                "token": token,
                "team_id": workspace.id,
                "team_domain": workspace.domain,
                "channel_id": channel.id,
                "channel_name": workspace.channels[&channel.id].name_in_payloads(),
                "user_id": person.id,
                "user_name": workspace.people[&person.id].username(),
                "command": command,
                "text": text,
                "api_app_id": app,
                "is_enterprise_install": "false",
                "response_url": url,
                "trigger_id": trigger,
            })
        });
        let delivery = self.hand_over(Parcel::command(&person.team, fields)).await;
        let answer = self.shows_reply(person, channel, delivery);
        self.flush().await;
        answer
    }

    fn shows_reply(&self, person: &Person, channel: &Channel, delivery: Delivery) -> CommandAnswer {
        if let Some(reason) = delivery.reason {
            let failure = match reason.as_str() {
                "http_timeout" => "operation_timeout".to_owned(),
                _ => "dispatch_failed".to_owned(),
            };
            return CommandAnswer {
                reply: None,
                failure: Some(failure),
            };
        }
        let fields = match delivery.body {
            Value::Object(fields) if !fields.is_empty() => fields,
            Value::String(text) if !text.trim().is_empty() => {
                serde_json::Map::from_iter([("text".to_owned(), json!(text))])
            }
            _ => {
                return CommandAnswer {
                    reply: None,
                    failure: None,
                };
            }
        };
        let outcome = self.with_room(&person.team, |room| {
            let right = ResponseUrl {
                team: person.team.clone(),
                channel: channel.id.clone(),
                person: person.id.clone(),
                message: None,
                born: room.now,
                uses: 0,
            };
            let done = response_url::apply(room, &right, &Arguments(fields));
            let record = &room.workspace().channels[&channel.id];
            let shown = record
                .ephemerals
                .last()
                .into_iter()
                .chain(record.messages.values().last());
            done.map(|()| shown.max_by(|one, other| one.ts.cmp(&other.ts)).cloned())
        });
        match outcome {
            Ok(reply) => CommandAnswer {
                reply,
                failure: None,
            },
            Err(refusal) => CommandAnswer {
                reply: None,
                failure: Some(refusal.error),
            },
        }
    }

    /// That person uses a global shortcut.
    pub async fn uses_shortcut(&self, person: &Person, callback_id: &str) -> Delivery {
        let mut payload = self.interaction("shortcut", person);
        self.fills_shortcut(person, callback_id, &mut payload);
        self.hand_over(Parcel::interaction(&person.team, payload))
            .await
    }

    /// That person uses a shortcut on a message.
    ///
    /// # Panics
    /// When there is no such message.
    pub async fn uses_message_shortcut(
        &self,
        person: &Person,
        callback_id: &str,
        channel: &Channel,
        ts: &str,
    ) -> Delivery {
        let mut payload = self.interaction("message_action", person);
        self.fills_shortcut(person, callback_id, &mut payload);
        let url = self.response_url(&person.team, &channel.id, &person.id, None);
        payload["response_url"] = json!(url);
        payload["message_ts"] = json!(ts);
        {
            let state = self.state();
            let message = &state.workspaces[&person.team].channels[&channel.id].messages[ts];
            payload["message"] = state.message_json(&person.team, message);
            payload["channel"] = state.channel_in_payloads(&person.team, &channel.id);
        }
        self.hand_over(Parcel::interaction(&person.team, payload))
            .await
    }

    fn fills_shortcut(&self, person: &Person, callback_id: &str, payload: &mut Value) {
        let now = self.now();
        let mut state = self.state();
        let known = state.app.shortcuts.as_ref();
        assert!(
            known.is_none_or(|known| known.contains(callback_id)),
            "the app has no shortcut {callback_id}"
        );
        // Shortcuts tell less of the person than other interactions do, and nothing of the app.
        let is_global = payload["type"] == "shortcut";
        for (place, name) in [
            ("", "api_app_id"),
            ("/user", if is_global { "name" } else { "username" }),
        ] {
            if let Some(fields) = payload.pointer_mut(place).and_then(Value::as_object_mut) {
                fields.remove(name);
            }
        }
        payload["callback_id"] = json!(callback_id);
        payload["action_ts"] = json!(state.tick(now));
        payload["trigger_id"] = json!(state.trigger(&person.team, &person.id, None, now));
    }
}

fn join(room: &mut Room<'_>, user: &str, channel: &str) {
    let team = room.team.clone();
    let workspace = room.workspace();
    let bot = workspace.bot_user.clone();
    let record = workspace.channels.get_mut(channel);
    let record = record.expect("the channel is of this workspace");
    let is_new = record.members.insert(user.to_owned());
    if is_new && record.members.contains(&bot) {
        let kind = if record.kind == Kind::Private {
            "G"
        } else {
            "C"
        };
        room.tell(json!({
            "type": "member_joined_channel", "user": user, "channel": channel,
            "channel_type": kind, "team": team,
        }));
    }
}

fn event_name(kind: &Kind, what: &str) -> String {
    match kind {
        Kind::Private => format!("group_{what}"),
        _ => format!("channel_{what}"),
    }
}

fn theirs(room: &mut Room<'_>, person: &Person, message: &Message) -> Message {
    let found = room
        .workspace()
        .message(&message.channel, &message.ts)
        .cloned();
    let found = found.expect("the message is there");
    assert_eq!(found.user, person.id, "the message is somebody else's");
    found
}
