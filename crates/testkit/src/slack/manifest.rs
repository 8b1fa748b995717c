//! Checks of an app manifest, by Slack's published schema and by what its events need.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{blocks::told, limits::Complaints};

/// Events, and the scopes of which one is needed to hear of them.
const EVENTS: &[(&str, &[&str])] = &[
    ("app_home_opened", &[]),
    ("app_mention", &["app_mentions:read"]),
    ("app_uninstalled", &[]),
    ("channel_archive", &["channels:read"]),
    ("channel_created", &["channels:read"]),
    ("channel_deleted", &["channels:read"]),
    ("channel_id_changed", &["channels:read"]),
    ("channel_left", &["channels:read"]),
    ("channel_rename", &["channels:read"]),
    ("channel_unarchive", &["channels:read"]),
    ("file_change", &["files:read"]),
    ("file_deleted", &["files:read"]),
    ("file_shared", &["files:read"]),
    ("group_archive", &["groups:read"]),
    ("group_deleted", &["groups:read"]),
    ("group_left", &["groups:read"]),
    ("group_rename", &["groups:read"]),
    ("group_unarchive", &["groups:read"]),
    ("link_shared", &["links:read"]),
    ("member_joined_channel", &["channels:read", "groups:read"]),
    ("member_left_channel", &["channels:read", "groups:read"]),
    ("message.channels", &["channels:history"]),
    ("message.groups", &["groups:history"]),
    ("message.im", &["im:history"]),
    ("message.mpim", &["mpim:history"]),
    ("reaction_added", &["reactions:read"]),
    ("reaction_removed", &["reactions:read"]),
    ("subteam_created", &["usergroups:read"]),
    ("subteam_members_changed", &["usergroups:read"]),
    ("subteam_updated", &["usergroups:read"]),
    ("team_join", &["users:read"]),
    ("tokens_revoked", &[]),
    ("user_change", &["users:read"]),
];

/// Says what real Slack would refuse in an app manifest, or what in it could not work.
///
/// # Errors
/// Every complaint, one a line.
pub fn check_manifest(manifest: &Value) -> Result<(), String> {
    let mut complaints = Complaints::default();
    let information = &manifest["display_information"];
    let at = |name: &str| format!("/display_information/{name}");
    complaints.text(&at("name"), &information["name"], 35);
    complaints.text_if_any(&at("description"), &information["description"], 140);
    let long = &information["long_description"];
    complaints.text_if_any(&at("long_description"), long, 4000);
    if long.as_str().is_some_and(|text| text.chars().count() < 175) {
        complaints.add(&at("long_description"), "must be more than 174 characters");
    }
    let bot = &manifest["features"]["bot_user"];
    if !bot.is_null() {
        let place = "/features/bot_user/display_name";
        complaints.text(place, &bot["display_name"], 80);
    }
    let scopes = strings(&manifest["oauth_config"]["scopes"]["bot"]);
    if scopes.is_empty() {
        complaints.add("/oauth_config/scopes/bot", "must ask for a scope");
    }
    check_features(&mut complaints, manifest, &scopes);
    check_events(&mut complaints, manifest, &scopes);
    told(complaints)
}

fn strings(list: &Value) -> BTreeSet<&str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn is_by_socket(manifest: &Value) -> bool {
    manifest["settings"]["socket_mode_enabled"] == true
}

fn check_features(complaints: &mut Complaints, manifest: &Value, scopes: &BTreeSet<&str>) {
    let empty = json!([]);
    let list = |name: &str| manifest["features"].get(name).unwrap_or(&empty);
    let commands = complaints.list("/features/slash_commands", list("slash_commands"), 0, 50);
    for (index, command) in commands.iter().enumerate() {
        let at = |name: &str| format!("/features/slash_commands/{index}/{name}");
        complaints.text(&at("command"), &command["command"], 32);
        if !command["command"]
            .as_str()
            .is_some_and(|name| name.len() > 1 && name.starts_with('/'))
        {
            complaints.add(&at("command"), "must begin with /");
        }
        complaints.text(&at("description"), &command["description"], 2000);
        complaints.text_if_any(&at("usage_hint"), &command["usage_hint"], 1000);
        if !is_by_socket(manifest) {
            complaints.text(&at("url"), &command["url"], 3000);
        }
    }
    let shortcuts = complaints.list("/features/shortcuts", list("shortcuts"), 0, 10);
    for (index, shortcut) in shortcuts.iter().enumerate() {
        let at = |name: &str| format!("/features/shortcuts/{index}/{name}");
        for (name, longest) in [("name", 24), ("callback_id", 255), ("description", 150)] {
            complaints.text(&at(name), &shortcut[name], longest);
        }
        if shortcut["type"] != "global" && shortcut["type"] != "message" {
            complaints.add(&at("type"), "must be global or message");
        }
    }
    let has_any = !commands.is_empty() || !shortcuts.is_empty();
    if has_any && !scopes.contains("commands") {
        complaints.add(
            "/oauth_config/scopes/bot",
            "commands and shortcuts need commands",
        );
    }
    let interactivity = &manifest["settings"]["interactivity"];
    let place = "/settings/interactivity";
    if !shortcuts.is_empty() && interactivity["is_enabled"] != true {
        complaints.add(place, "shortcuts need interactivity");
    }
    if interactivity["is_enabled"] == true && !is_by_socket(manifest) {
        let place = format!("{place}/request_url");
        complaints.text(&place, &interactivity["request_url"], 3500);
    }
}

fn check_events(complaints: &mut Complaints, manifest: &Value, scopes: &BTreeSet<&str>) {
    let subscriptions = &manifest["settings"]["event_subscriptions"];
    let place = "/settings/event_subscriptions/bot_events";
    let events = strings(&subscriptions["bot_events"]);
    for event in &events {
        match EVENTS.iter().find(|(name, _)| name == event) {
            None => complaints.add(place, format!("no such event: {event}")),
            Some((_, any)) if any.is_empty() || any.iter().any(|one| scopes.contains(one)) => {}
            Some((_, any)) => complaints.add(place, format!("{event} needs {}", any.join(" or "))),
        }
    }
    if !events.is_empty() && !is_by_socket(manifest) {
        let place = "/settings/event_subscriptions/request_url";
        complaints.text(place, &subscriptions["request_url"], 3500);
    }
}
