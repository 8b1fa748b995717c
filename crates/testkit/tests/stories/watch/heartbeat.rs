//! The heartbeat goes out while nothing is older than its time, from one node at a time.

use eider_store::job::{self, Claim, NewJob};
use eider_testkit::{on_both, providers::Mood};
use jiff::SignedDuration;
use serde_json::json;

use super::{beats, heard, metric, neglect};
use crate::page::Night;

#[tokio::test]
async fn it_goes_out_again_and_again_and_says_when_it_did() {
    on_both(async |database| {
        let mut night = Night::new(database).await;
        beats(&mut night.desk, "node-1").await;
        assert_eq!(heard(&night.desk).await, 1);
        assert_eq!(night.desk.webhook.last().path, "/ping/secret");
        night.desk.pass_seconds(60);
        assert_eq!(heard(&night.desk).await, 2);
        let sent = night.desk.server.desk.eider.now().as_second().to_string();
        let last = "eider_heartbeat_last_sent_timestamp_seconds ";
        assert_eq!(metric(&night, last).await, Some(sent));
        // A page that is being called in its time is as it should be.
        night.ask("Cards are refused", "P1").await;
        night.pass_minutes(1).await;
        assert_eq!(heard(&night.desk).await, 3);
        assert_eq!(metric(&night, "eider_on_time ").await.unwrap(), "1");
    })
    .await;
}

#[tokio::test]
async fn it_is_silent_while_a_page_is_older_than_its_time() {
    on_both(async |database| {
        let mut night = Night::new(database).await;
        beats(&mut night.desk, "node-1").await;
        assert_eq!(heard(&night.desk).await, 1);
        let number = night.ask("Cards are refused", "P1").await;
        let now = night.desk.server.desk.eider.now();
        // It was to be looked at in half a minute; what is only a little late is not late yet.
        neglect(&night, &number, Some(now + SignedDuration::from_secs(30))).await;
        night.desk.pass_seconds(60);
        assert_eq!(heard(&night.desk).await, 2);
        night.desk.pass_seconds(60);
        assert_eq!(heard(&night.desk).await, 2, "a page waits for nobody");
        let overdue = metric(&night, "eider_page_overdue_seconds ").await;
        assert_eq!(overdue.unwrap(), "90.000");
        assert_eq!(metric(&night, "eider_on_time ").await.unwrap(), "0");
        let last = eider_app::watch::last_beat(night.desk.server.desk.db()).await;
        let trouble = last.unwrap().unwrap().trouble.join(" ");
        assert!(trouble.contains("A page has waited for 90 s"), "{trouble}");
        // It comes back soon after all is well.
        neglect(&night, &number, None).await;
        night.desk.pass_seconds(15);
        assert_eq!(heard(&night.desk).await, 3);
    })
    .await;
}

#[tokio::test]
async fn it_is_silent_while_no_provider_takes_what_is_urgent() {
    on_both(async |database| {
        let mut night = Night::new(database).await;
        beats(&mut night.desk, "node-1").await;
        assert_eq!(heard(&night.desk).await, 1);
        for smtp in [&night.desk.smtp, &night.desk.second_smtp] {
            smtp.is(Mood::Busy);
        }
        night.ask("Cards are refused", "P1").await;
        night.pass_minutes(1).await;
        assert_eq!(heard(&night.desk).await, 2);
        night.desk.pass_seconds(60);
        assert_eq!(heard(&night.desk).await, 2, "nobody is reached");
        let overdue = metric(&night, "eider_message_overdue_seconds ").await;
        assert_eq!(overdue.unwrap(), "120.000");
        night.desk.smtp.is(Mood::Well);
        night.desk.pass_seconds(300);
        night.settle().await;
        night.desk.pass_seconds(60);
        assert!(heard(&night.desk).await > 2);
    })
    .await;
}

#[tokio::test]
async fn levels_that_end_quickly_do_not_hide_that_nobody_is_reached() {
    on_both(async |database| {
        let mut night = Night::new(database).await;
        let level = |duty: &str| {
            json!({
                "targets": [{ "kind": "duty", "duty": duty }],
                "acknowledge_seconds": 60,
            })
        };
        let policy = json!({
            "name": "Quick",
            "levels": [level("primary"), level("secondary")],
            "rounds": 3,
            "last_resort": [{ "kind": "administrators" }],
            "ask_again_seconds": 0,
        });
        night.called_by(policy).await;
        beats(&mut night.desk, "node-1").await;
        for smtp in [&night.desk.smtp, &night.desk.second_smtp] {
            smtp.is(Mood::Busy);
        }
        night.ask("Cards are refused", "P1").await;
        night.pass_minutes(1).await;
        night.desk.pass_seconds(30);
        night.settle().await;
        // Whoever is called now has only been called for half a minute.
        assert_eq!(metric(&night, "eider_on_time ").await.unwrap(), "0");
        let late = eider_app::watch::late(
            night.desk.server.desk.db(),
            night.desk.server.desk.eider.now(),
        );
        let late: Vec<String> = late
            .await
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        let told = "Nobody was reached for a page for 90 s";
        assert!(late.iter().any(|one| one.starts_with(told)), "{late:?}");
        night.desk.smtp.is(Mood::Well);
        night.pass_minutes(2).await;
        assert_eq!(metric(&night, "eider_on_time ").await.unwrap(), "1");
    })
    .await;
}

#[tokio::test]
async fn it_is_silent_while_jobs_of_pages_fail_over_and_over() {
    on_both(async |database| {
        let mut night = Night::new(database).await;
        beats(&mut night.desk, "node-1").await;
        assert_eq!(heard(&night.desk).await, 1);
        let desk = &night.desk.server.desk;
        let tomorrow = desk.eider.now() + SignedDuration::from_hours(24);
        let step = NewJob {
            id: desk.eider.ids().id(desk.eider.now()),
            kind: "page.step",
            payload: String::new(),
            run_at: tomorrow,
            dedup_key: Some("page.step:one that fails".to_owned()),
        };
        let mut tx = desk.db().write().await.unwrap();
        job::enqueue(&mut tx, &step).await.unwrap();
        for _ in 0..5 {
            let claim = Claim {
                owner: "node-9",
                kinds: &["page.step"],
                first: &[],
                now: tomorrow,
                until: tomorrow + SignedDuration::from_secs(15),
            };
            let claimed = job::claim(&mut tx, &claim, 1).await;
            let claimed = claimed.unwrap().pop().expect("nobody else has it");
            let why = "the database is locked";
            job::retry(&mut tx, &claimed, tomorrow, why).await.unwrap();
        }
        tx.commit().await.unwrap();
        night.desk.pass_seconds(60);
        assert_eq!(heard(&night.desk).await, 1, "nothing looks at pages");
        assert_eq!(metric(&night, "eider_on_time ").await.unwrap(), "0");
        let last = eider_app::watch::last_beat(night.desk.server.desk.db()).await;
        let trouble = last.unwrap().unwrap().trouble.join(" ");
        assert!(trouble.contains("fail over and over: 1"), "{trouble}");
        // What was moved since begins anew.
        let mut tx = night.desk.server.desk.db().write().await.unwrap();
        job::enqueue(&mut tx, &step).await.unwrap();
        tx.commit().await.unwrap();
        night.desk.pass_seconds(15);
        assert_eq!(heard(&night.desk).await, 2);
    })
    .await;
}

#[tokio::test]
async fn it_is_silent_while_the_last_resort_was_called_and_nobody_was_reached() {
    on_both(async |database| {
        let mut night = Night::new(database).await;
        beats(&mut night.desk, "node-1").await;
        let providers = [night.desk.smtp.clone(), night.desk.second_smtp.clone()];
        for smtp in &providers {
            smtp.is(Mood::Refuses);
        }
        let number = night.ask("Cards are refused", "P1").await;
        for minutes in [5, 5, 10, 5, 5, 10] {
            night.pass_minutes(minutes).await;
        }
        let page = night.page(&number).await;
        assert_eq!(page["state"], "last_resort");
        let path = format!("/pages/{}", page["id"].as_str().unwrap());
        let shown = night.lin.1.page(&path).await;
        assert!(shown.contains("Nothing reached them"), "{shown}");
        night.desk.pass_seconds(60);
        let before = heard(&night.desk).await;
        night.desk.pass_seconds(60);
        assert_eq!(heard(&night.desk).await, before, "nobody knows of it");
        assert_eq!(metric(&night, "eider_on_time ").await.unwrap(), "0");
        let last = eider_app::watch::last_beat(night.desk.server.desk.db()).await;
        let trouble = last.unwrap().unwrap().trouble.join(" ");
        let told = "not even the last resort, for 120 s";
        assert!(trouble.contains(told), "{trouble}");
        // Called again in vain, it is as late as before.
        night.pass_minutes(29).await;
        assert_eq!(heard(&night.desk).await, before);
        for smtp in &providers {
            smtp.is(Mood::Well);
        }
        night.pass_minutes(30).await;
        assert_eq!(metric(&night, "eider_on_time ").await.unwrap(), "1");
        assert_eq!(night.mailed().len(), 2, "Lin and Root");
        night.desk.pass_seconds(60);
        assert!(heard(&night.desk).await > before);
    })
    .await;
}

#[tokio::test]
async fn one_of_two_nodes_sends_it_and_the_other_takes_over() {
    on_both(async |database| {
        let mut night = Night::new(database).await;
        beats(&mut night.desk, "node-1").await;
        assert_eq!(heard(&night.desk).await, 1);
        let webhook = night.desk.webhook.clone();
        let sent = async |count: usize| (webhook.taken().len() == count).then_some(());
        night.desk.start("node-2");
        let desk = &night.desk.server.desk;
        desk.until("it is sent at each start", || sent(2)).await;
        assert_eq!(heard(&night.desk).await, 2);
        night.desk.pass_seconds(60);
        assert_eq!(heard(&night.desk).await, 3, "two nodes, one heartbeat");
        night.desk.stop().await;
        night.desk.start("node-3");
        // The address does not answer, and the node dies while it waits.
        night.desk.webhook.is(Mood::Hangs);
        night.desk.pass_seconds(60);
        let desk = &night.desk.server.desk;
        desk.until("it is being sent", || sent(4)).await;
        night.desk.kill().await;
        night.desk.webhook.is(Mood::Well);
        let last = eider_app::watch::last_beat(night.desk.server.desk.db()).await;
        let looked_at = last.unwrap().unwrap().looked_at.unwrap();
        night.desk.pass_seconds(16);
        night.desk.start("node-4");
        assert_eq!(heard(&night.desk).await, 5);
        let last = eider_app::watch::last_beat(night.desk.server.desk.db()).await;
        let last = last.unwrap().unwrap();
        assert_eq!(
            last.sent_at,
            Some(looked_at + SignedDuration::from_secs(16))
        );
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_no_success_counts_as_none_and_is_not_followed() {
    on_both(async |database| {
        let mut night = Night::new(database).await;
        night.desk.webhook.is(Mood::Refuses);
        beats(&mut night.desk, "node-1").await;
        assert_eq!(heard(&night.desk).await, 0);
        let last = eider_app::watch::last_beat(night.desk.server.desk.db()).await;
        let last = last.unwrap().unwrap();
        assert_eq!(last.sent_at, None);
        assert!(last.trouble[0].contains("302"), "{:?}", last.trouble);
        night.desk.webhook.is(Mood::Well);
        night.desk.pass_seconds(15);
        assert_eq!(heard(&night.desk).await, 1);
        // Without one in the configuration nothing is left to be late.
        night.desk.configuration.heartbeat = None;
        night.desk.stop().await;
        night.desk.start("node-1");
        let desk = &night.desk.server.desk;
        desk.until("it is taken out of the queue", async || {
            let mut tx = desk.db().read().await.unwrap();
            let waiting = eider_store::job::waiting(&mut tx, "watch.").await;
            waiting.unwrap().is_empty().then_some(())
        })
        .await;
    })
    .await;
}
