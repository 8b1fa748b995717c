//! The manifest of the app: what Slack is to show of it, and what it may do there, with the reason
//! for each.

use eider_app::slack::Wire;

/// What the app may do, and what for.
const SCOPES: &[(&str, &str)] = &[
    ("commands", "the slash command and the shortcuts"),
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
    ("usergroups:read", "groups such as @on-call"),
    (
        "usergroups:write",
        "to keep a group such as @on-call up to date",
    ),
    ("reactions:read", "a reaction as a quick answer"),
    ("app_mentions:read", "to answer whoever mentions Eider"),
    ("links:read", "to show what a link to a ticket is about"),
    (
        "files:read",
        "files that are shared in the threads of tickets",
    ),
    ("files:write", "files that were attached on the web"),
];

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
    "link_shared",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
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
    let is_http = wire == Wire::Http;
    let at = |path: &str| format!("{public_url}/slack/{path}");
    let address = |key: &str, path: &str| {
        if is_http {
            format!("{key}: {}\n", quoted(&at(path)))
        } else {
            String::new()
        }
    };
    let mut text = String::from(
        "# The manifest of Eider's app. In Slack: https://api.slack.com/apps, Create New App, From a\n\
         # manifest.\n\
         display_information:\n  name: Eider\n  description: The production-support desk\n  \
         background_color: \"#1d3b53\"\n\
         features:\n  app_home:\n    home_tab_enabled: true\n    messages_tab_enabled: true\n    \
         messages_tab_read_only_enabled: false\n  bot_user:\n    display_name: Eider\n    \
         always_online: true\n  slash_commands:\n",
    );
    text.push_str(&format!("    - command: {}\n", quoted(command)));
    if is_http {
        text.push_str(&format!("      url: {}\n", quoted(&at("commands"))));
    }
    text.push_str(
        "      description: Ask for support, or find a ticket\n      \
         usage_hint: \"[mine | T-1042 | find words]\"\n      should_escape: true\n  \
         shortcuts:\n    - name: Ask for support\n      type: global\n      callback_id: ask\n      \
         description: Ask the support desk\n    - name: Make this a support ticket\n      \
         type: message\n      callback_id: make-ticket\n      \
         description: Open a ticket with this message\n",
    );
    if let Some(host) = public_url
        .split_once("://")
        .map(|(_, rest)| rest.split(['/', ':']).next().unwrap_or_default())
        .filter(|host| host.contains('.') && !host.starts_with("127."))
    {
        text.push_str(&format!("  unfurl_domains:\n    - {host}\n"));
    }
    text.push_str("oauth_config:\n");
    if public_url.starts_with("https://") {
        text.push_str(&format!(
            "  redirect_urls:\n    - {}\n",
            quoted(&at("oauth"))
        ));
    }
    text.push_str("  scopes:\n    bot:\n");
    for (scope, reason) in SCOPES {
        text.push_str(&format!("      - {scope} # {reason}\n"));
    }
    text.push_str("settings:\n  event_subscriptions:\n");
    text.push_str(&indented("    ", &address("request_url", "events")));
    text.push_str("    bot_events:\n");
    for event in EVENTS {
        text.push_str(&format!("      - {event}\n"));
    }
    text.push_str("  interactivity:\n    is_enabled: true\n");
    text.push_str(&indented("    ", &address("request_url", "interactions")));
    text.push_str(&indented(
        "    ",
        &address("message_menu_options_url", "interactions"),
    ));
    text.push_str(&format!(
        "  org_deploy_enabled: false\n  socket_mode_enabled: {}\n  token_rotation_enabled: false\n",
        !is_http
    ));
    text
}

fn indented(indent: &str, line: &str) -> String {
    if line.is_empty() {
        String::new()
    } else {
        format!("{indent}{line}")
    }
}

/// A text in double quotes, as YAML and JSON write it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn socket_mode_needs_no_address() {
        let yaml = yaml("/support", Wire::Socket, "http://127.0.0.1:8080");
        assert!(yaml.contains("socket_mode_enabled: true"), "{yaml}");
        assert!(!yaml.contains("http://127"), "{yaml}");
        assert!(yaml.contains("callback_id: make-ticket"), "{yaml}");
    }

    #[test]
    fn by_http_slack_is_told_every_address() {
        let yaml = yaml("/help", Wire::Http, "https://desk.example.com");
        for path in ["events", "interactions", "commands", "oauth"] {
            let address = format!("\"https://desk.example.com/slack/{path}\"");
            assert!(yaml.contains(&address), "{path}: {yaml}");
        }
        assert!(yaml.contains("command: \"/help\""), "{yaml}");
        assert!(yaml.contains("    - desk.example.com\n"), "{yaml}");
    }

    #[test]
    fn every_scope_has_its_reason() {
        assert!(SCOPES.iter().all(|(_, reason)| reason.len() > 10));
        assert_eq!(scopes().len(), 17);
    }
}
