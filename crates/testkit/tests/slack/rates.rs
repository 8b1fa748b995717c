//! Too many calls, and events that are sent again.

use std::time::Duration;

use eider_testkit::slack::check_manifest;
use serde_json::{Value, json};

use crate::stand_in::{Desk, card};

#[tokio::test]
async fn one_post_a_second_and_a_few_at_once() {
    let desk = Desk::new().await;
    let channel = desk.slack.channel("support").await;
    let other = desk.slack.channel("other").await;
    for _ in 0..5 {
        assert_eq!(
            desk.call("chat.postMessage", card(&channel.id)).await["ok"],
            true
        );
    }
    let response = desk
        .send("chat.postMessage", card(&channel.id))
        .await
        .unwrap();
    assert_eq!(response.status(), 429);
    let wait: i64 = response.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(wait >= 1);
    assert_eq!(
        response.json::<Value>().await.unwrap()["error"],
        "ratelimited"
    );
    assert_eq!(desk.slack.messages(&channel).len(), 5);
    // Another channel has a pace of its own.
    assert_eq!(
        desk.call("chat.postMessage", card(&other.id)).await["ok"],
        true
    );

    // Whoever keeps to one a second is never refused.
    desk.pass_seconds(1);
    for _ in 0..20 {
        assert_eq!(
            desk.call("chat.postMessage", card(&channel.id)).await["ok"],
            true
        );
        desk.pass_seconds(1);
    }
    desk.slack.without_rates();
    for _ in 0..20 {
        assert_eq!(
            desk.call("chat.postMessage", card(&channel.id)).await["ok"],
            true
        );
    }
}

#[tokio::test]
async fn each_tier_has_so_many_a_minute() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada", "ada@example.com").await;
    for (method, arguments, most) in [
        ("users.list", vec![], 20),
        (
            "conversations.info",
            vec![("channel", desk.slack.direct_channel(&ada).id)],
            50,
        ),
        ("users.info", vec![("user", ada.id.clone())], 100),
    ] {
        let arguments: Vec<(&str, &str)> = arguments
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        for _ in 0..most {
            assert_eq!(desk.read(method, &arguments).await["ok"], true, "{method}");
        }
        assert_eq!(
            desk.read(method, &arguments).await["error"],
            "ratelimited",
            "{method}"
        );
    }
    desk.pass_seconds(60);
    assert_eq!(desk.read("users.list", &[]).await["ok"], true);
}

#[tokio::test]
async fn an_event_is_sent_three_times_more_at_the_documented_times() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada", "ada@example.com").await;
    let channel = desk.slack.channel("support").with(&[&ada]).await;
    for _ in 0..4 {
        desk.answers("events", 500, Value::Null);
    }
    desk.slack.says(&ada, &channel, None, "hello").await;
    let sent = |count: usize| assert_eq!(desk.requests("events").len(), count);
    sent(1);
    assert_eq!(desk.slack.deliver_retries().await, 1);
    sent(2);
    assert_eq!(desk.slack.deliver_retries().await, 0);
    desk.pass_seconds(60);
    assert_eq!(desk.slack.deliver_retries().await, 1);
    desk.pass_seconds(299);
    assert_eq!(desk.slack.deliver_retries().await, 0);
    desk.pass_seconds(1);
    assert_eq!(desk.slack.deliver_retries().await, 1);
    desk.pass_seconds(3600);
    assert_eq!(desk.slack.deliver_retries().await, 0);
    let requests = desk.requests("events");
    let numbers: Vec<_> = requests
        .iter()
        .map(|one| one.headers.get("x-slack-retry-num"))
        .collect();
    assert_eq!(numbers[0], None);
    assert_eq!(numbers[3].unwrap(), "3");
    assert_eq!(requests[1].headers["x-slack-retry-reason"], "http_error");
    // Each is signed for the moment at which it is sent.
    assert_eq!(
        requests[0].content()["event_id"],
        requests[3].content()["event_id"]
    );
    assert_ne!(
        requests[0].headers["x-slack-request-timestamp"],
        requests[3].headers["x-slack-request-timestamp"]
    );
}

#[tokio::test]
async fn whoever_answers_late_or_not_at_all_is_told_again() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada", "ada@example.com").await;
    let channel = desk.slack.channel("support").with(&[&ada]).await;
    desk.slack.connect_http("http://127.0.0.1:1", "secret");
    desk.slack
        .says(&ada, &channel, None, "nobody listens")
        .await;
    let command = desk
        .slack
        .types_command(&ada, &channel, "/support", "")
        .await;
    assert_eq!(command.failure.unwrap(), "dispatch_failed");

    let deaf = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", deaf.local_addr().unwrap());
    desk.slack.connect_http(&address, "secret");
    desk.slack.set_patience(Duration::from_millis(50));
    let command = desk
        .slack
        .types_command(&ada, &channel, "/support", "")
        .await;
    assert_eq!(command.failure.unwrap(), "operation_timeout");
    // Only the event is sent again: a person who sees an error tries it themselves.
    assert_eq!(desk.slack.waiting_retries(), 1);
}

#[tokio::test]
async fn only_what_the_manifest_asks_for_is_sent_and_allowed() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada", "ada@example.com").await;
    let channel = desk.slack.channel("support").with(&[&ada]).await;
    desk.slack.uses_manifest(&json!({
        "display_information": {"name": "Eider"},
        "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "app_mentions:read"]}},
        "settings": {
            "event_subscriptions": {"bot_events": ["app_mention"]},
            "socket_mode_enabled": true,
        },
        "features": {"slash_commands": [{"command": "/support", "description": "Ask"}]},
    }));
    desk.slack.says(&ada, &channel, None, "hello").await;
    assert!(desk.requests("events").is_empty());
    let text = format!("<@{}> hello", desk.slack.bot_user());
    desk.slack.says(&ada, &channel, None, &text).await;
    let events = desk.requests("events");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].content()["event"]["type"], "app_mention");
    assert_eq!(desk.read("users.list", &[]).await["error"], "missing_scope");
    let named = json!({"channel": channel.id, "text": "x", "username": "Ada"});
    assert_eq!(
        desk.call("chat.postMessage", named).await["needed"],
        "chat:write.customize"
    );
}

#[test]
fn a_manifest_that_could_not_work_is_refused() {
    let manifest = json!({
        "display_information": {"name": "Eider"},
        "features": {
            "bot_user": {"display_name": "Eider"},
            "slash_commands": [{"command": "/support", "description": "Ask"}],
            "shortcuts": [{
                "name": "Ask for support", "type": "global", "callback_id": "ask",
                "description": "Opens the form",
            }],
        },
        "oauth_config": {"scopes": {"bot": ["commands", "channels:history"]}},
        "settings": {
            "event_subscriptions": {"bot_events": ["message.channels"]},
            "interactivity": {"is_enabled": true},
            "socket_mode_enabled": true,
        },
    });
    assert_eq!(check_manifest(&manifest), Ok(()));
    for (place, value) in [
        ("/display_information/name", json!("x".repeat(36))),
        ("/display_information/long_description", json!("too short")),
        ("/features/shortcuts/0/name", json!("x".repeat(25))),
        ("/features/slash_commands/0/command", json!("support")),
        ("/oauth_config/scopes/bot", json!(["channels:history"])),
        ("/oauth_config/scopes/bot", json!(["commands"])),
        (
            "/settings/event_subscriptions/bot_events",
            json!(["message.everything"]),
        ),
        ("/settings/interactivity/is_enabled", json!(false)),
        ("/settings/socket_mode_enabled", json!(false)),
    ] {
        let mut wrong = manifest.clone();
        let (parent, name) = place.rsplit_once('/').unwrap();
        wrong.pointer_mut(parent).unwrap()[name] = value;
        assert!(check_manifest(&wrong).is_err(), "{place}");
    }
}
