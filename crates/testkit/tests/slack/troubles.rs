//! A Slack that does not work.

use std::time::Duration;

use eider_testkit::slack::Trouble;
use serde_json::json;

use crate::stand_in::{Desk, card};

#[tokio::test]
async fn a_lost_answer_leaves_the_post() {
    let desk = Desk::new().await;
    let channel = desk.slack.channel("support").await;
    desk.slack
        .trouble_with("chat.postMessage", Trouble::LostAnswers(1));
    assert!(
        desk.send("chat.postMessage", card(&channel.id))
            .await
            .is_err()
    );
    assert_eq!(desk.slack.messages(&channel).len(), 1);
    assert_eq!(
        desk.call("chat.postMessage", card(&channel.id)).await["ok"],
        true
    );
    assert_eq!(desk.call("auth.test", json!({})).await["ok"], true);
}

#[tokio::test]
async fn errors_are_drawn_from_the_seed() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let desk = Desk::new().await;
        desk.slack.trouble(Trouble::RandomErrors {
            seed: 7,
            percent: 30,
        });
        let mut statuses = Vec::new();
        for _ in 0..60 {
            statuses.push(
                desk.send("auth.test", json!({}))
                    .await
                    .unwrap()
                    .status()
                    .as_u16(),
            );
        }
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    let errors = runs[0].iter().filter(|status| **status >= 500).count();
    assert!((8..=30).contains(&errors), "{errors} of 60");
}

#[tokio::test]
async fn when_it_is_down_nothing_is_done_and_afterwards_all_is_well() {
    let desk = Desk::new().await;
    let channel = desk.slack.channel("support").await;
    desk.slack.trouble(Trouble::Down);
    let response = desk
        .send("chat.postMessage", card(&channel.id))
        .await
        .unwrap();
    assert_eq!(response.status(), 503);
    assert!(desk.slack.messages(&channel).is_empty());
    desk.slack.heal();
    assert_eq!(
        desk.call("chat.postMessage", card(&channel.id)).await["ok"],
        true
    );
    desk.slack.trouble(Trouble::RateLimited {
        calls: 1,
        seconds: 30,
    });
    let response = desk
        .send("chat.postMessage", card(&channel.id))
        .await
        .unwrap();
    assert_eq!(response.headers()["retry-after"], "30");
    assert_eq!(
        desk.call("chat.postMessage", card(&channel.id)).await["ok"],
        true
    );
}

#[tokio::test]
async fn what_is_held_waits_until_it_is_released() {
    let desk = Desk::new().await;
    let channel = desk.slack.channel("support").await;
    for (trouble, done_while_held) in [(Trouble::Held, 0), (Trouble::AnswersHeld, 2)] {
        desk.slack.trouble_with("chat.postMessage", trouble);
        let call = desk.call("chat.postMessage", card(&channel.id));
        tokio::pin!(call);
        let early = tokio::time::timeout(Duration::from_millis(100), &mut call).await;
        assert!(early.is_err());
        assert_eq!(desk.slack.messages(&channel).len(), done_while_held);
        desk.slack.release();
        assert_eq!(call.await["ok"], true);
    }
}
