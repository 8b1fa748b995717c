//! People talk, the app listens and posts.

use serde_json::json;

use crate::stand_in::{Desk, SECRET, card};

#[tokio::test]
async fn what_people_say_reaches_the_app_signed() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada Lovelace", "ada@example.com").await;
    let channel = desk.slack.channel("support").with(&[&ada]).await;
    let said = desk
        .slack
        .says(&ada, &channel, None, "Nobody can pay")
        .await;

    let request = desk.requests("events").pop().unwrap();
    let event = request.content();
    assert_eq!(event["type"], "event_callback");
    assert_eq!(event["team_id"], desk.slack.team());
    assert_eq!(event["event"]["type"], "message");
    assert_eq!(event["event"]["text"], "Nobody can pay");
    assert_eq!(event["event"]["ts"], said.ts);
    assert_eq!(event["event"]["channel_type"], "channel");
    assert_eq!(event["authorizations"][0]["user_id"], desk.slack.bot_user());
    let timestamp = request.headers["x-slack-request-timestamp"]
        .to_str()
        .unwrap();
    assert_eq!(timestamp, desk.clock.now().as_second().to_string());
    let signature =
        eider_testkit::slack::signature(SECRET, desk.clock.now().as_second(), &request.body);
    assert_eq!(request.headers["x-slack-signature"], signature.as_str());

    desk.slack
        .edits(&ada, &said, "Nobody can pay by card")
        .await;
    let event = desk.last("events")["event"].clone();
    assert_eq!(event["subtype"], "message_changed");
    assert_eq!(event["message"]["text"], "Nobody can pay by card");
    assert_eq!(event["previous_message"]["text"], "Nobody can pay");
    desk.slack.deletes(&ada, &said).await;
    assert_eq!(desk.last("events")["event"]["deleted_ts"], said.ts);
}

/// The vector of Slack's documentation.
#[test]
fn the_signature_is_slacks() {
    let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
                &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
                &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2F\
                commands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=\
                398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    assert_eq!(
        eider_testkit::slack::signature(SECRET, 1_531_420_618, body),
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    );
}

#[tokio::test]
async fn a_reply_to_a_deleted_message_stands_at_top_level() {
    let desk = Desk::new().await;
    let channel = desk.slack.channel("support").await;
    let root = desk.call("chat.postMessage", card(&channel.id)).await;
    let ts = root["ts"].as_str().unwrap();
    let reply = |text: &str| json!({"channel": channel.id, "thread_ts": ts, "text": text});
    let answer = desk.call("chat.postMessage", reply("first")).await;
    assert_eq!(answer["message"]["thread_ts"], ts);
    assert_eq!(desk.slack.thread(&channel, ts).len(), 1);

    let root = desk.slack.message(&channel, ts).unwrap();
    desk.slack.admin_deletes(&root).await;
    // Slack tells the deletion of a message with replies as a change to a tombstone.
    let event = desk.last("events")["event"].clone();
    assert_eq!(event["subtype"], "message_changed");
    assert_eq!(event["message"]["subtype"], "tombstone");
    let answer = desk.call("chat.postMessage", reply("second")).await;
    assert_eq!(answer["ok"], true);
    assert!(answer["message"].get("thread_ts").is_none());
    assert_eq!(desk.slack.thread(&channel, ts).len(), 1);
    let update = json!({"channel": channel.id, "ts": ts, "text": "gone"});
    assert_eq!(
        desk.call("chat.update", update).await["error"],
        "message_not_found"
    );
}

#[tokio::test]
async fn where_the_app_may_not_write_it_is_told_why() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada", "ada@example.com").await;
    let bot = desk.slack.person("Other Bot", "").bot().await;
    let open = desk.slack.channel("open").without_bot().await;
    let secret = desk.slack.channel("secret").private().without_bot().await;
    let old = desk.slack.channel("old").await;
    desk.slack.archives(&ada, &old).await;
    let cases = [
        (open.id.as_str(), "not_in_channel"),
        (&secret.id, "channel_not_found"),
        (&old.id, "is_archived"),
        (&bot.id, "channel_not_found"),
        ("C404", "channel_not_found"),
    ];
    for (channel, error) in cases {
        let answer = desk
            .call("chat.postMessage", json!({"channel": channel, "text": "x"}))
            .await;
        assert_eq!(answer["error"], error, "{channel}");
    }
    let answer = desk
        .call("conversations.open", json!({"users": bot.id}))
        .await;
    assert_eq!(answer["error"], "cannot_dm_bot");
    let ephemeral = json!({"channel": old.id, "user": ada.id, "text": "x"});
    assert_eq!(
        desk.call("chat.postEphemeral", ephemeral).await["error"],
        "is_archived"
    );
    let channel = desk.slack.channel("support").await;
    let ephemeral = json!({"channel": channel.id, "user": ada.id, "text": "x"});
    assert_eq!(
        desk.call("chat.postEphemeral", ephemeral).await["error"],
        "user_not_in_channel"
    );
    desk.slack.assert_no_violations();
}

#[tokio::test]
async fn a_direct_message_is_posted_by_person_and_updated_by_channel() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada", "ada@example.com").await;
    let posted = desk
        .call(
            "chat.postMessage",
            json!({"channel": ada.id, "text": "Taken"}),
        )
        .await;
    let ts = posted["ts"].clone();
    let update = json!({"channel": ada.id, "ts": ts, "text": "Resolved"});
    assert_eq!(
        desk.call("chat.update", update).await["error"],
        "channel_not_found"
    );
    let update = json!({"channel": posted["channel"], "ts": ts, "text": "Resolved"});
    assert_eq!(desk.call("chat.update", update).await["ok"], true);
    assert_eq!(desk.slack.direct_messages(&ada)[0].words(), "Resolved");
    let long = json!({"channel": ada.id, "text": "x".repeat(40_001)});
    desk.call("chat.postMessage", long).await;
    assert_eq!(desk.slack.direct_messages(&ada)[1].text.len(), 40_000);
}
