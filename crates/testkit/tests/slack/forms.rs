//! Commands, modals, clicks: what a person does with a form.

use eider_testkit::slack::{Person, View};
use serde_json::{Value, json};

use crate::stand_in::{Desk, card, modal};

/// Somebody who has typed the command and sees the modal.
async fn asking(desk: &Desk) -> (Person, View) {
    let ada = desk.slack.person("Ada Lovelace", "ada@example.com").await;
    let channel = desk.slack.channel("support").with(&[&ada]).await;
    let answer = desk
        .slack
        .types_command(&ada, &channel, "/support", "pay")
        .await;
    assert_eq!((answer.reply, answer.failure), (None, None));
    let command = desk.last("commands");
    assert_eq!(command["text"], "pay");
    let open = json!({"trigger_id": command["trigger_id"], "view": modal()});
    assert_eq!(desk.call("views.open", open).await["ok"], true);
    let view = desk.slack.modal(&ada).unwrap();
    (ada, view)
}

#[tokio::test]
async fn a_form_is_opened_filled_in_and_sent() {
    let desk = Desk::new().await;
    let (ada, view) = asking(&desk).await;
    assert!(view.words().contains("What is wrong?"), "{}", view.words());

    // Slack keeps back a form whose required field is empty.
    let answer = desk.slack.submits(&ada, &view).await;
    assert!(!answer.is_sent);
    assert!(answer.errors.contains_key("what"));
    assert!(desk.requests("interactions").is_empty());

    desk.answers(
        "interactions",
        200,
        json!({"options": [
            {"text": {"type": "plain_text", "text": "Payments"}, "value": "pay"},
        ]}),
    );
    let offered = desk.slack.searches_options(&ada, &view, "pick", "pa").await;
    assert_eq!(offered[0].label, "Payments");
    assert_eq!(desk.last("interactions")["value"], "pa");

    let errors = json!({"response_action": "errors", "errors": {"what": "Say more"}});
    desk.answers("interactions", 200, errors);
    let fields = [("what", "text", "It broke"), ("feature", "pick", "pay")];
    let answer = desk.slack.fills_and_submits(&ada, &view, &fields).await;
    assert_eq!(answer.errors["what"], "Say more");
    let sent = desk.last("interactions");
    assert_eq!(sent["type"], "view_submission");
    let values = &sent["view"]["state"]["values"];
    assert_eq!(values["what"]["text"]["value"], "It broke");
    assert_eq!(values["feature"]["pick"]["selected_option"]["value"], "pay");

    let answer = desk.slack.submits(&ada, &view).await;
    answer.accepted_or_panic();
    assert_eq!(answer.view, None);
    desk.slack.assert_no_violations();
}

#[tokio::test]
async fn errors_belong_to_input_blocks() {
    let desk = Desk::new().await;
    let (ada, view) = asking(&desk).await;
    let errors = json!({"response_action": "errors", "errors": {"more": "No"}});
    desk.answers("interactions", 200, errors);
    let answer = desk
        .slack
        .fills_and_submits(&ada, &view, &[("what", "text", "x")])
        .await;
    assert!(answer.failure.is_some());
    assert_eq!(desk.slack.violations().len(), 1);
}

#[tokio::test]
async fn a_trigger_lives_three_seconds_and_works_once() {
    let desk = Desk::new().await;
    let (ada, view) = asking(&desk).await;
    let used = desk.last("commands")["trigger_id"].clone();
    let open = |trigger: &Value| json!({"trigger_id": trigger, "view": modal()});
    assert_eq!(
        desk.call("views.open", open(&used)).await["error"],
        "exchanged_trigger_id"
    );
    desk.slack
        .clicks(&ada, &view, "help")
        .await
        .accepted_or_panic();
    let click = desk.last("interactions");
    assert_eq!(click["actions"][0]["value"], "7");
    assert_eq!(click["container"]["view_id"], view.id);
    desk.pass_seconds(4);
    let late = open(&click["trigger_id"]);
    assert_eq!(
        desk.call("views.open", late).await["error"],
        "expired_trigger_id"
    );
    let unknown = open(&json!("1.2.3"));
    assert_eq!(
        desk.call("views.open", unknown).await["error"],
        "invalid_trigger_id"
    );
}

#[tokio::test]
async fn three_views_are_the_most_and_close_one_by_one() {
    let desk = Desk::new().await;
    let (ada, first) = asking(&desk).await;
    let mut view = first.clone();
    for depth in 2..=4 {
        desk.slack
            .clicks(&ada, &view, "help")
            .await
            .accepted_or_panic();
        let trigger = desk.last("interactions")["trigger_id"].clone();
        let push = json!({"trigger_id": trigger, "view": modal()});
        let answer = desk.call("views.push", push).await;
        if depth == 4 {
            assert_eq!(answer["error"], "push_limit_reached");
        } else {
            assert_eq!(answer["view"]["previous_view_id"], view.id);
            assert_eq!(answer["view"]["root_view_id"], first.id);
            view = desk.slack.modal(&ada).unwrap();
        }
    }
    assert_eq!(desk.slack.modals(&ada), 3);
    desk.slack.closes(&ada, &view).await;
    assert_eq!(desk.slack.modals(&ada), 2);
    desk.answers("interactions", 200, json!({"response_action": "clear"}));
    let top = desk.slack.modal(&ada).unwrap();
    desk.slack
        .fills_and_submits(&ada, &top, &[("what", "text", "x")])
        .await;
    assert_eq!(desk.slack.modals(&ada), 0);
}

#[tokio::test]
async fn an_update_keeps_what_was_entered_and_minds_the_hash() {
    let desk = Desk::new().await;
    let (ada, view) = asking(&desk).await;
    desk.slack
        .fills(&ada, &view, &[("what", "text", "half a sentence")]);
    let update = json!({"view_id": view.id, "hash": view.hash, "view": modal()});
    assert_eq!(desk.call("views.update", update.clone()).await["ok"], true);
    let now = desk.slack.modal(&ada).unwrap();
    assert_eq!(now.values()["what"]["text"]["value"], "half a sentence");
    assert_eq!(
        desk.call("views.update", update).await["error"],
        "hash_conflict"
    );
    desk.slack.closes(&ada, &now).await;
    let update = json!({"view_id": view.id, "view": modal()});
    assert_eq!(
        desk.call("views.update", update).await["error"],
        "not_found"
    );
}

#[tokio::test]
async fn a_click_on_a_card_may_be_answered_five_times_in_half_an_hour() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada Lovelace", "ada@example.com").await;
    let channel = desk.slack.channel("support").with(&[&ada]).await;
    desk.call("chat.postMessage", card(&channel.id)).await;
    let message = desk.slack.messages(&channel).remove(0);
    assert_eq!(message.words(), "*T-1* Nobody can pay\n[Take]");
    let take = message.button("Take").unwrap();
    desk.slack
        .clicks(&ada, &message, &take)
        .await
        .accepted_or_panic();
    let click = desk.last("interactions");
    assert_eq!(click["channel"]["id"], channel.id);
    assert_eq!(click["message"]["ts"], message.ts);
    let url = click["response_url"].as_str().unwrap();
    for number in 1..=6 {
        let body = json!({"text": format!("answer {number}")});
        let response = desk.http.post(url).json(&body).send().await.unwrap();
        assert_eq!(response.status(), if number == 6 { 404 } else { 200 });
    }
    assert_eq!(desk.slack.ephemerals(&ada).len(), 5);

    desk.slack
        .clicks(&ada, &message, "take")
        .await
        .accepted_or_panic();
    let url = desk.last("interactions")["response_url"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({"replace_original": true, "text": "Taken"});
    desk.http.post(&url).json(&body).send().await.unwrap();
    assert_eq!(desk.slack.messages(&channel)[0].words(), "Taken");
    desk.pass_seconds(31 * 60);
    let late = desk.http.post(&url).json(&body).send().await.unwrap();
    assert_eq!(late.text().await.unwrap(), "expired_url");
}

#[tokio::test]
#[should_panic(expected = "sees no")]
async fn nobody_presses_what_is_not_there() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada Lovelace", "ada@example.com").await;
    let channel = desk.slack.channel("support").with(&[&ada]).await;
    desk.call("chat.postMessage", card(&channel.id)).await;
    let message = desk.slack.messages(&channel).remove(0);
    desk.slack.clicks(&ada, &message, "resolve").await;
}
