//! The manifest of the app: what Slack is to show of it, and what it may do there, with the reason
//! for each.

use eider_app::slack::Wire;
use serde_json::{Value, json};

/// What the app may do, and what for.
const SCOPES: &[(&str, &str)] = &[
    ("commands", "the slash commands and the shortcuts"),
    ("chat:write", "cards, threads and private answers"),
    (
        "channels:read",
        "the names of channels, and whether Eider is in them",
    ),
    ("channels:history", "replies in the threads of tickets"),
    ("groups:read", "the same for private channels"),
    ("groups:history", "the same for private channels"),
    ("im:write", "direct messages to whoever asked or is on call"),
    ("im:history", "answers to these direct messages"),
    (
        "users:read",
        "names, time zones, and who is a guest or a bot",
    ),
    (
        "users:read.email",
        "to know by their address who somebody is in Eider",
    ),
    (
        "usergroups:read",
        "who is in groups such as @support-primary",
    ),
    (
        "usergroups:write",
        "to keep @support-primary, @support-secondary and @gardener-… with whoever is on call",
    ),
    ("app_mentions:read", "to answer whoever mentions Eider"),
    (
        "files:read",
        "files that are shared in the threads of tickets",
    ),
    ("files:write", "files that were attached on the web"),
];

/// The command about who is on call.
pub(crate) const ON_CALL_COMMAND: &str = "/oncall";

/// What Slack tells the app of.
const EVENTS: &[&str] = &[
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_left",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "tokens_revoked",
    "user_change",
];

/// The names of the scopes.
pub(crate) fn scopes() -> Vec<&'static str> {
    SCOPES.iter().map(|(scope, _)| *scope).collect()
}

/// The manifest in YAML, for an app with that slash command, reached in that way. People reach
/// Eider at `public_url`, which has no slash at its end.
pub fn yaml(command: &str, wire: Wire, public_url: &str) -> String {
    let mut text = String::from(
        "# The manifest of Eider's app in Slack. Open https://api.slack.com/apps, choose Create New\n\
         # App, From a manifest, and paste it. The reason for each scope stands beside it.\n",
    );
    write_members(&mut text, 0, &manifest(command, wire, public_url));
    text
}

/// The manifest, as [`yaml`] writes it.
pub fn manifest(command: &str, wire: Wire, public_url: &str) -> Value {
    let is_http = wire == Wire::Http;
    let at = |path: &str| format!("{public_url}/slack/{path}");
    let mut slash = json!({
        "command": command,
        "description": "Ask for support, or find a ticket",
        "usage_hint": "[mine | T-1042 | find words]",
        "should_escape": true,
    });
    let mut events = json!({"bot_events": EVENTS});
    let mut interactivity = json!({"is_enabled": true});
    let mut on_call = json!({
        "command": ON_CALL_COMMAND,
        "description": "Who is on call now and next",
        "usage_hint": "[swap | cover]",
        "should_escape": true,
    });
    if is_http {
        slash["url"] = at("commands").into();
        on_call["url"] = at("commands").into();
        events["request_url"] = at("events").into();
        interactivity["request_url"] = at("interactions").into();
        interactivity["message_menu_options_url"] = at("interactions").into();
    }
    let mut oauth = json!({"scopes": {"bot": scopes()}});
    // Slack brings nobody back to an address that is not safe.
    if public_url.starts_with("https://") {
        oauth["redirect_urls"] = json!([at("oauth")]);
    }
    let features = json!({
        "app_home": {
            "home_tab_enabled": true,
            "messages_tab_enabled": true,
            "messages_tab_read_only_enabled": false,
        },
        "bot_user": {"display_name": "Eider", "always_online": true},
        "slash_commands": [slash, on_call],
        "shortcuts": [
            {
                "name": "Ask for support",
                "type": "global",
                "callback_id": "ask",
                "description": "Ask the support desk",
            },
            // Slack takes 24 characters for a name, so it is not “Make this a support ticket”.
            {
                "name": "Make a support ticket",
                "type": "message",
                "callback_id": "make-ticket",
                "description": "Open a ticket with this message",
            },
        ],
    });
    json!({
        "display_information": {
            "name": "Eider",
            "description": "The production-support desk",
            "background_color": "#1d3b53",
        },
        "features": features,
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": false,
            "socket_mode_enabled": !is_http,
            "token_rotation_enabled": false,
        },
    })
}

/// Writes the members of an object, each on lines of its own.
fn write_members(text: &mut String, indent: usize, value: &Value) {
    for (index, (name, value)) in value.as_object().into_iter().flatten().enumerate() {
        // The first member of an item stands beside its dash.
        let is_beside_dash = index == 0 && text.ends_with("- ");
        if !is_beside_dash {
            text.push_str(&" ".repeat(indent));
        }
        text.push_str(name);
        text.push(':');
        match value {
            Value::Object(_) => {
                text.push('\n');
                write_members(text, indent + 2, value);
            }
            Value::Array(items) => {
                text.push('\n');
                for item in items {
                    text.push_str(&" ".repeat(indent + 2));
                    text.push_str("- ");
                    write_item(text, indent + 4, item);
                }
            }
            // JSON writes texts, numbers and truths as YAML reads them.
            one => text.push_str(&format!(" {one}\n")),
        }
    }
}

fn write_item(text: &mut String, indent: usize, item: &Value) {
    if item.is_object() {
        write_members(text, indent, item);
        return;
    }
    let reason = SCOPES
        .iter()
        .find(|(scope, _)| item == scope)
        .map(|(_, reason)| format!(" # {reason}"));
    text.push_str(&format!("{item}{}\n", reason.unwrap_or_default()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn socket_mode_needs_no_address() {
        let yaml = yaml("/support", Wire::Socket, "http://127.0.0.1:8080");
        assert!(yaml.contains("  socket_mode_enabled: true\n"), "{yaml}");
        assert!(!yaml.contains("http://127"), "{yaml}");
        assert!(
            yaml.contains("    - callback_id: \"make-ticket\"\n      description: "),
            "{yaml}"
        );
    }

    #[test]
    fn by_http_slack_is_told_every_address() {
        let yaml = yaml("/help", Wire::Http, "https://desk.example.com");
        for path in ["events", "interactions", "commands", "oauth"] {
            let address = format!("\"https://desk.example.com/slack/{path}\"");
            assert!(yaml.contains(&address), "{path}: {yaml}");
        }
        assert!(yaml.contains("command: \"/help\""), "{yaml}");
    }

    #[test]
    fn every_scope_stands_with_its_reason() {
        let yaml = yaml("/support", Wire::Socket, "https://desk.example.com");
        for (scope, reason) in SCOPES {
            let line = format!("      - \"{scope}\" # {reason}\n");
            assert!(yaml.contains(&line), "{line}{yaml}");
        }
    }
}
