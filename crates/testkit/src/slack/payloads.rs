//! The shapes of what Slack sends when a person does something.

use serde_json::{Value, json};

use super::{Person, TestSlack, message::Message, state::State, views::View};

/// Where something was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On a message that everybody in the channel sees.
    Message {
        /// The channel.
        channel: String,
        /// The message.
        ts: String,
    },
    /// On a message that only one person sees.
    Ephemeral {
        /// The channel.
        channel: String,
        /// The message.
        ts: String,
    },
    /// In a modal or a Home.
    View {
        /// Its id.
        id: String,
    },
}

/// Something with elements to press: a message or a view.
pub trait Pressable {
    /// Where it is.
    fn place(&self) -> Place;
}

impl Pressable for Message {
    fn place(&self) -> Place {
        let (channel, ts) = (self.channel.clone(), self.ts.clone());
        if self.only_for.is_some() {
            Place::Ephemeral { channel, ts }
        } else {
            Place::Message { channel, ts }
        }
    }
}

impl Pressable for View {
    fn place(&self) -> Place {
        Place::View {
            id: self.id.clone(),
        }
    }
}

impl Pressable for Place {
    fn place(&self) -> Place {
        self.clone()
    }
}

impl TestSlack {
    /// What every interaction of that person tells: who, where, which app.
    pub(super) fn interaction(&self, kind: &str, person: &Person) -> Value {
        let state = self.state();
        let workspace = &state.workspaces[&person.team];
        let record = &workspace.people[&person.id];
        json!({
            "type": kind,
            "team": {"id": workspace.id, "domain": workspace.domain},
            "user": {
                "id": record.id,
                "username": record.username(),
                "name": record.username(),
                "team_id": record.home_team.as_ref().unwrap_or(&workspace.id),
            },
            "api_app_id": state.app.id,
            "token": state.app.verification_token,
            "enterprise": null,
            "is_enterprise_install": false,
        })
    }
}

impl State {
    /// The channel as interactions tell it.
    pub fn channel_in_payloads(&self, team: &str, channel: &str) -> Value {
        let record = &self.workspaces[team].channels[channel];
        json!({"id": channel, "name": record.name_in_payloads()})
    }

    /// The part of an interaction that says where it happened.
    pub fn place_in_payload(&self, team: &str, place: &Place, payload: &mut Value) {
        let workspace = &self.workspaces[team];
        match place {
            Place::View { id } => {
                let view = &workspace.views[id];
                payload["container"] = json!({"type": "view", "view_id": id});
                payload["view"] = view.to_json(&self.app.id, workspace);
            }
            Place::Message { channel, ts } | Place::Ephemeral { channel, ts } => {
                let is_ephemeral = matches!(place, Place::Ephemeral { .. });
                payload["container"] = json!({
                    "type": "message", "message_ts": ts, "channel_id": channel,
                    "is_ephemeral": is_ephemeral,
                });
                payload["channel"] = self.channel_in_payloads(team, channel);
                let record = &workspace.channels[channel];
                let message = match place {
                    Place::Ephemeral { .. } => record.ephemerals.iter().find(|one| one.ts == *ts),
                    _ => record.messages.get(ts),
                };
                let Some(message) = message else {
                    return;
                };
                if let Some(thread) = &message.thread_ts {
                    payload["container"]["thread_ts"] = json!(thread);
                }
                // Slack keeps no ephemeral message, so it cannot tell one.
                if !is_ephemeral {
                    payload["message"] = self.message_json(team, message);
                }
            }
        }
    }
}
