//! What is too long, too many or of the wrong shape is refused.

use eider_testkit::slack::{check_message, check_view};
use serde_json::{Value, json};

use crate::stand_in::{Desk, card, modal};

fn blocks(block: Value) -> Value {
    json!({"text": "words", "blocks": [block]})
}

fn button(fields: Value) -> Value {
    let mut button = json!({
        "type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Press"},
    });
    button
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    json!({"type": "actions", "elements": [button]})
}

fn plain(length: usize) -> Value {
    json!({"type": "plain_text", "text": "x".repeat(length)})
}

fn option(text: usize, value: usize) -> Value {
    json!({"text": plain(text), "value": "v".repeat(value)})
}

fn menu(fields: Value) -> Value {
    let mut menu = json!({"type": "static_select", "action_id": "m"});
    menu.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    json!({"type": "section", "text": plain(3), "accessory": menu})
}

fn many(count: usize, one: impl Fn(usize) -> Value) -> Value {
    (0..count).map(one).collect()
}

/// Each length is taken, and one more is refused.
#[test]
fn one_too_many_is_refused() {
    type Make = fn(usize) -> Value;
    let cases: Vec<(&str, usize, Make)> = vec![
        (
            "section",
            3000,
            |n| json!({"type": "section", "text": plain(n)}),
        ),
        (
            "header",
            150,
            |n| json!({"type": "header", "text": plain(n)}),
        ),
        (
            "field",
            2000,
            |n| json!({"type": "section", "fields": [plain(n)]}),
        ),
        (
            "fields",
            10,
            |n| json!({"type": "section", "fields": many(n, |_| plain(1))}),
        ),
        (
            "context",
            10,
            |n| json!({"type": "context", "elements": many(n, |_| plain(1))}),
        ),
        ("button text", 75, |n| button(json!({"text": plain(n)}))),
        ("button value", 2000, |n| {
            button(json!({"value": "v".repeat(n)}))
        }),
        ("button url", 3000, |n| {
            button(json!({"url": format!("https://{}", "u".repeat(n - 8))}))
        }),
        ("action_id", 255, |n| {
            button(json!({"action_id": "a".repeat(n)}))
        }),
        (
            "block_id",
            255,
            |n| json!({"type": "divider", "block_id": "b".repeat(n)}),
        ),
        ("actions", 25, |n| {
            json!({"type": "actions", "elements": many(n, |at| json!({
                "type": "button", "action_id": format!("a{at}"), "text": plain(1),
            }))})
        }),
        ("option text", 75, |n| {
            menu(json!({"options": [option(n, 1)]}))
        }),
        ("option value", 150, |n| {
            menu(json!({"options": [option(1, n)]}))
        }),
        ("option description", 75, |n| {
            menu(json!({"options": [{"text": plain(1), "value": "v", "description": plain(n)}]}))
        }),
        ("options", 100, |n| {
            menu(json!({"options": many(n, |at| option(1, at + 1))}))
        }),
        ("placeholder", 150, |n| {
            menu(json!({"options": [option(1, 1)], "placeholder": plain(n)}))
        }),
        (
            "image url",
            3000,
            |n| json!({"type": "image", "alt_text": "a", "image_url": format!("https://{}", "u".repeat(n - 8))}),
        ),
        (
            "alt text",
            2000,
            |n| json!({"type": "image", "alt_text": "a".repeat(n), "image_url": "https://e.org/a.png"}),
        ),
        ("confirm title", 100, |n| {
            button(json!({"confirm": {
            "title": plain(n), "text": plain(1), "confirm": plain(1), "deny": plain(1)}}))
        }),
        ("confirm text", 300, |n| {
            button(json!({"confirm": {
            "title": plain(1), "text": plain(n), "confirm": plain(1), "deny": plain(1)}}))
        }),
        ("confirm button", 30, |n| {
            button(json!({"confirm": {
            "title": plain(1), "text": plain(1), "confirm": plain(n), "deny": plain(1)}}))
        }),
    ];
    for (what, most, make) in cases {
        assert_eq!(check_message(&blocks(make(most))), Ok(()), "{what}: {most}");
        assert!(
            check_message(&blocks(make(most + 1))).is_err(),
            "{what}: {most} and one more"
        );
    }
    let list = |count| many(count, |_| json!({"type": "divider"}));
    assert_eq!(
        check_message(&json!({"text": "x", "blocks": list(50)})),
        Ok(())
    );
    assert!(check_message(&json!({"text": "x", "blocks": list(51)})).is_err());
}

#[test]
fn what_no_length_tells_is_refused_too() {
    let wrong = [
        json!({"type": "section", "text": {"type": "mrkdwn", "text": ""}}),
        json!({"type": "section", "text": {"type": "markdown", "text": "x"}}),
        json!({"type": "section"}),
        json!({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}),
        json!({"type": "actions", "elements": []}),
        json!({"type": "marquee"}),
        json!({"type": "divider", "colour": "red"}),
        json!({"type": "image", "alt_text": "a"}),
        button(json!({"style": "warning"})),
        button(json!({"url": "not a link"})),
        button(json!({"value": ""})),
        menu(json!({"options": [option(1, 1), option(2, 1)]})),
        menu(json!({"options": [option(1, 1)], "initial_option": option(2, 1)})),
        menu(json!({"options": []})),
        menu(json!({})),
    ];
    for block in wrong {
        assert!(check_message(&blocks(block.clone())).is_err(), "{block}");
    }
    let twice = json!({"text": "x", "blocks": [
        {"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"},
    ]});
    assert!(
        check_message(&twice)
            .unwrap_err()
            .contains("already exists")
    );
    assert!(check_message(&json!({"text": " "})).is_err());
    let large = json!({"text": "x", "metadata": {
        "event_type": "ticket", "event_payload": {"words": "x".repeat(16 * 1024)},
    }});
    assert!(
        check_message(&large)
            .unwrap_err()
            .contains("metadata_too_large")
    );
}

#[test]
fn views_have_limits_of_their_own() {
    assert_eq!(check_view(&modal()), Ok(()));
    let long = |length: usize| "x".repeat(length);
    let wrong = [
        ("/title/text", json!(long(25))),
        ("/submit/text", json!(long(25))),
        ("/submit", Value::Null),
        ("/private_metadata", json!(long(3001))),
        ("/callback_id", json!(long(256))),
        ("/external_id", json!(long(256))),
        ("/blocks", json!([])),
        ("/blocks", many(101, |_| json!({"type": "divider"}))),
        ("/blocks/0/label/text", json!(long(2001))),
        ("/blocks/0/element/max_length", json!(3001)),
        ("/blocks/0/element/initial_value", json!(long(21))),
        ("/blocks/0/hint", plain(2001)),
        ("/blocks/0", json!({"type": "markdown", "text": "x"})),
    ];
    for (place, value) in wrong {
        let mut view = modal();
        let (parent, name) = place.rsplit_once('/').unwrap();
        let parent = view.pointer_mut(parent).unwrap();
        match name.parse::<usize>() {
            Ok(at) => parent[at] = value,
            Err(_) => parent[name] = value,
        }
        assert!(check_view(&view).is_err(), "{place}");
    }
    let section = || json!({"type": "section", "fields": many(10, |_| plain(2000))});
    let mut large = modal();
    large["blocks"] = many(13, |_| section());
    assert!(check_view(&large).unwrap_err().contains("view_too_large"));
}

#[tokio::test]
async fn a_call_beyond_the_limits_is_answered_as_slack_does_and_kept() {
    let desk = Desk::new().await;
    let channel = desk.slack.channel("support").await;
    let mut message = card(&channel.id);
    message["blocks"][1]["elements"][0]["text"]["text"] = json!("x".repeat(76));
    let answer = desk.call("chat.postMessage", message).await;
    assert_eq!(answer["ok"], false);
    assert_eq!(answer["error"], "invalid_blocks");
    let said = answer["response_metadata"]["messages"][0].as_str().unwrap();
    assert_eq!(
        said,
        "[ERROR] must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]"
    );
    assert_eq!(desk.slack.violations().len(), 1);
    assert!(desk.slack.messages(&channel).is_empty());
    desk.slack.forgive();
    assert_eq!(
        desk.call("chat.postMessage", card(&channel.id)).await["ok"],
        true
    );
    desk.slack.assert_no_violations();
}
