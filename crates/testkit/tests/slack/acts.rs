//! Shortcuts, menus, Homes, groups, reactions, and what becomes of channels.

use serde_json::{Value, json};

use crate::stand_in::{Desk, card, modal};

fn home(text: &str) -> Value {
    json!({"type": "home", "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": text}},
        {"type": "actions", "block_id": "acts", "elements": [
            {
                "type": "static_select", "action_id": "priority",
                "options": [
                    {"text": {"type": "plain_text", "text": "P1"}, "value": "P1"},
                    {"text": {"type": "plain_text", "text": "P2"}, "value": "P2"},
                ],
            },
            {
                "type": "overflow", "action_id": "more",
                "options": [{"text": {"type": "plain_text", "text": "Find"}, "value": "find"}],
            },
        ]},
    ]})
}

#[tokio::test]
async fn a_home_is_published_and_used() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada Lovelace", "ada@example.com").await;
    desk.slack.opens_home(&ada).await.accepted_or_panic();
    let event = desk.last("events")["event"].clone();
    assert_eq!(event["type"], "app_home_opened");
    assert_eq!(event["user"], ada.id);
    assert!(event.get("view").is_none());
    let publish = json!({"user_id": ada.id, "view": home("Nothing is open.")});
    let answer = desk.call("views.publish", publish).await;
    let hash = answer["view"]["hash"].clone();
    let view = desk.slack.home(&ada).unwrap();
    assert!(
        view.words().starts_with("Nothing is open."),
        "{}",
        view.words()
    );

    desk.slack
        .selects(&ada, &view, "priority", "P2")
        .await
        .accepted_or_panic();
    let payload = desk.last("interactions");
    assert_eq!(payload["actions"][0]["selected_option"]["value"], "P2");
    let values = &payload["view"]["state"]["values"];
    assert_eq!(values["acts"]["priority"]["selected_option"]["value"], "P2");
    assert!(payload.get("response_url").is_none());
    desk.slack
        .selects(&ada, &view, "more", "find")
        .await
        .accepted_or_panic();
    assert_eq!(
        desk.last("interactions")["actions"][0]["selected_option"]["value"],
        "find"
    );

    let publish = |hash: &Value| json!({"user_id": ada.id, "view": home("T-1"), "hash": hash});
    assert_eq!(desk.call("views.publish", publish(&hash)).await["ok"], true);
    assert_eq!(
        desk.call("views.publish", publish(&hash)).await["error"],
        "hash_conflict"
    );
    let wrong = json!({"user_id": ada.id, "view": modal()});
    assert_eq!(
        desk.call("views.publish", wrong).await["error"],
        "invalid_arguments"
    );
}

#[tokio::test]
async fn shortcuts_carry_a_trigger_and_a_message() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada Lovelace", "ada@example.com").await;
    let channel = desk.slack.channel("support").private().with(&[&ada]).await;
    let said = desk
        .slack
        .says(&ada, &channel, None, "Nobody can pay")
        .await;
    assert_eq!(desk.last("events")["event"]["channel_type"], "group");
    desk.slack
        .uses_shortcut(&ada, "ask")
        .await
        .accepted_or_panic();
    let global = desk.last("interactions");
    assert_eq!(global["type"], "shortcut");
    assert!(global.get("channel").is_none());
    let user = json!({
        "id": ada.id, "username": "ada.lovelace", "team_id": desk.slack.team(),
    });
    assert_eq!(global["user"], user);
    let open = json!({"trigger_id": global["trigger_id"], "view": modal()});
    assert_eq!(desk.call("views.open", open).await["ok"], true);

    let used = desk
        .slack
        .uses_message_shortcut(&ada, "quote", &channel, &said.ts)
        .await;
    used.accepted_or_panic();
    let payload = desk.last("interactions");
    assert_eq!(payload["type"], "message_action");
    assert_eq!(payload["message"]["text"], "Nobody can pay");
    assert_eq!(payload["message"]["user"], ada.id);
    assert_eq!(
        payload["channel"],
        json!({"id": channel.id, "name": "privategroup"})
    );
    let url = payload["response_url"].as_str().unwrap();
    let body = json!({"text": "Thank you"});
    assert_eq!(
        desk.http
            .post(url)
            .json(&body)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    assert_eq!(desk.slack.ephemerals(&ada)[0].words(), "Thank you");
}

#[tokio::test]
async fn a_closed_form_is_told_when_the_app_asks_for_it() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada Lovelace", "ada@example.com").await;
    for notify in [false, true] {
        desk.slack
            .uses_shortcut(&ada, "ask")
            .await
            .accepted_or_panic();
        let mut view = modal();
        view["notify_on_close"] = json!(notify);
        let trigger = desk.last("interactions")["trigger_id"].clone();
        desk.call("views.open", json!({"trigger_id": trigger, "view": view}))
            .await;
        let seen = desk.slack.modal(&ada).unwrap();
        desk.slack.closes(&ada, &seen).await;
        assert_eq!(desk.slack.modal(&ada), None);
        assert_eq!(desk.last("interactions")["type"] == "view_closed", notify);
    }
}

#[tokio::test]
async fn reactions_groups_and_members() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada Lovelace", "ada@example.com").await;
    let channel = desk.slack.channel("support").await;
    desk.slack.joins(&ada, &channel).await;
    assert_eq!(
        desk.last("events")["event"]["type"],
        "member_joined_channel"
    );
    desk.call("chat.postMessage", card(&channel.id)).await;
    let message = desk.slack.messages(&channel).remove(0);
    desk.slack.reacts(&ada, &message, "eyes").await;
    assert_eq!(desk.last("events")["event"]["reaction"], "eyes");
    let react = json!({"channel": channel.id, "timestamp": message.ts, "name": "eyes"});
    assert_eq!(desk.call("reactions.add", react.clone()).await["ok"], true);
    assert_eq!(
        desk.call("reactions.add", react).await["error"],
        "already_reacted"
    );
    let seen = desk.slack.message(&channel, &message.ts).unwrap();
    assert_eq!(seen.reactions["eyes"].len(), 2);

    let group = desk.slack.user_group("on-call", &[]);
    let listed = desk
        .read("usergroups.list", &[("include_users", "true")])
        .await;
    assert_eq!(listed["usergroups"][0]["handle"], "on-call");
    let update = |users: &str| json!({"usergroup": group, "users": users});
    assert_eq!(
        desk.call("usergroups.users.update", update(&ada.id)).await["ok"],
        true
    );
    assert_eq!(desk.slack.user_group_members(&group)[0], ada.id);
    let nobody = desk.call("usergroups.users.update", update("U404")).await;
    assert_eq!(nobody["error"], "invalid_users");
    let make = |name: &str, handle: &str| json!({"name": name, "handle": handle});
    let made = desk.call("usergroups.create", make("Support", "support-primary"));
    let made = made.await;
    assert_eq!(made["usergroup"]["handle"], "support-primary");
    for (name, handle, error) in [
        ("Support", "another", "name_already_exists"),
        ("Another", "support-primary", "handle_already_exists"),
        ("Another", "With Spaces", "bad_handle"),
        ("Another", "longer-than-slack-takes", "bad_handle"),
    ] {
        let refused = desk.call("usergroups.create", make(name, handle)).await;
        assert_eq!(refused["error"], error, "{name} {handle}");
    }
    desk.slack.forbids_groups();
    let refused = desk.call("usergroups.create", make("Third", "third")).await;
    assert_eq!(refused["error"], "permission_denied");
}

#[tokio::test]
async fn channels_are_listed_joined_renamed_and_archived() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada Lovelace", "ada@example.com").await;
    let open = desk.slack.channel("open").without_bot().await;
    let hidden = desk.slack.channel("hidden").private().without_bot().await;
    let listed = desk.read(
        "conversations.list",
        &[("types", "public_channel,private_channel")],
    );
    let listed = listed.await["channels"].as_array().unwrap().clone();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["is_member"], false);
    let info = desk
        .read("conversations.info", &[("channel", &hidden.id)])
        .await;
    assert_eq!(info["error"], "channel_not_found");
    // What is said where the app is not a member is not told to it.
    desk.slack.says(&ada, &open, None, "hello").await;
    assert!(desk.requests("events").is_empty());
    let history = desk
        .read("conversations.history", &[("channel", &open.id)])
        .await;
    assert_eq!(history["error"], "not_in_channel");
    let joined = desk
        .call("conversations.join", json!({"channel": open.id}))
        .await;
    assert_eq!(joined["channel"]["is_member"], true);
    desk.slack.settled().await;
    desk.slack.renames_channel(&open, "support").await;
    assert_eq!(desk.last("events")["event"]["channel"]["name"], "support");
    desk.slack.archives(&ada, &open).await;
    assert_eq!(desk.last("events")["event"]["type"], "channel_archive");
    let listed = desk
        .read("conversations.list", &[("exclude_archived", "true")])
        .await;
    assert_eq!(listed["channels"], json!([]));
    desk.slack.renames_person(&ada, "Ada King").await;
    assert_eq!(
        desk.last("events")["event"]["user"]["real_name"],
        "Ada King"
    );
}

#[tokio::test]
async fn the_app_hears_its_own_posts_and_permalinks_lead_to_them() {
    let desk = Desk::new().await;
    let channel = desk.slack.channel("support").await;
    let mut post = card(&channel.id);
    post["metadata"] = json!({"event_type": "told", "event_payload": {"key": "1"}});
    let posted = desk.call("chat.postMessage", post).await;
    desk.slack.settled().await;
    let event = desk.last("events")["event"].clone();
    assert_eq!(event["ts"], posted["ts"]);
    assert!(event["bot_id"].is_string());
    let ts = posted["ts"].as_str().unwrap();
    let link = [("channel", channel.id.as_str()), ("message_ts", ts)];
    let link = desk.read("chat.getPermalink", &link).await["permalink"].clone();
    let wanted = format!("/archives/{}/p{}", channel.id, ts.replace('.', ""));
    assert!(link.as_str().unwrap().ends_with(&wanted), "{link}");
    for (flag, is_told) in [("false", false), ("true", true)] {
        let history = [
            ("channel", channel.id.as_str()),
            ("include_all_metadata", flag),
        ];
        let history = desk.read("conversations.history", &history).await;
        assert_eq!(history["messages"][0]["metadata"].is_object(), is_told);
    }
    let update = json!({"channel": channel.id, "ts": ts, "text": "x".repeat(4001)});
    assert_eq!(
        desk.call("chat.update", update).await["error"],
        "msg_too_long"
    );
    desk.slack.closes_edits_after(5);
    desk.pass_seconds(301);
    let update = json!({"channel": channel.id, "ts": ts, "text": "late"});
    assert_eq!(
        desk.call("chat.update", update).await["error"],
        "edit_window_closed"
    );
}
