//! The end of a page that nobody has answered, which is no silence.

use eider_domain::person::Person;
use eider_testkit::{on_both, providers::Mood};
use serde_json::json;

use super::{Night, names};

impl Night {
    /// Lets time pass a minute at a time, so that what is tried again is tried.
    async fn pass_slowly(&self, minutes: i64) {
        for _ in 0..minutes {
            self.pass_minutes(1).await;
        }
    }
}

#[tokio::test]
async fn a_provider_that_was_away_is_asked_again_and_people_are_reached() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let sms = night.reached_by(&night.ada, "sms", "+44 7700 900123").await;
        let plan = json!({ "high": [{ "method": sms, "after_seconds": 0 }], "low": [] });
        let path = "/me/contact-plan";
        night.api(&night.ada.0, "PUT", path, plan, 200).await;
        let twilio = &night.desk.twilio;
        let before = twilio.messages().len();
        twilio.is(Mood::Fails);
        night.ask("Cards are refused", "P1").await;
        night.pass_slowly(2).await;
        assert_eq!(twilio.messages().len(), before);
        twilio.is(Mood::Well);
        night.pass_slowly(2).await;
        let messages = twilio.messages();
        assert_eq!(messages.len(), before + 1);
        let body = &messages[before].body;
        // Something that broke may have sent it all the same.
        assert!(body.contains("possibly sent before"), "{body}");
        assert_eq!(
            night.mailed(),
            [""; 0],
            "it came before her buddy was called"
        );
        twilio.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn the_last_resort_is_called_again_until_somebody_answers() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        for minutes in [5, 5, 10, 5, 5, 10] {
            night.pass_minutes(minutes).await;
        }
        let page = night.page(&number).await;
        assert_eq!(page["state"], "last_resort");
        assert_eq!(page["until"], "2026-03-02T02:10:00Z");
        assert_eq!(names(&page["calling"]), ["Lin Lead", "Root Admin"]);
        let before = night.mailed().len();
        let mail = night.desk.smtp.last();
        let title = "Nobody has answered: P1 T-1001: Cards are refused";
        assert_eq!(mail.header("Subject"), title);
        let told = "Nobody answered so far; you are the last to be called.";
        assert!(mail.text.contains(told), "{}", mail.text);
        night.pass_minutes(29).await;
        assert_eq!(night.mailed().len(), before);
        for times in 1..=2 {
            night.pass_minutes(if times == 1 { 1 } else { 30 }).await;
            let mut again = night.mailed().split_off(before + 2 * (times - 1));
            again.sort();
            assert_eq!(again, ["lin", "root"], "{times}");
            let mail = night.desk.smtp.last();
            assert!(
                mail.text.contains("Still nobody has answered"),
                "{}",
                mail.text
            );
        }
        let timeline = night.ada.1.page("/tickets/T-1001").await;
        let told = "again as the last resort, because still nobody has answered";
        assert!(timeline.contains(told), "{timeline}");
        night
            .act(&night.root.0, &page, "acknowledge", json!({}))
            .await;
        night.pass_minutes(31).await;
        assert_eq!(night.mailed().len(), before + 4, "somebody has it");
    })
    .await;
}

#[tokio::test]
async fn that_nobody_can_be_reached_is_said_as_it_is() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let desk = &night.desk.server.desk;
        let mut tx = desk.db().write().await.unwrap();
        for (person, _) in [&night.ada, &night.ben, &night.lin, &night.root] {
            let person = Person {
                email: None,
                ..person.clone()
            };
            let put = eider_store::person::put(&mut tx, &person, desk.eider.now());
            put.await.unwrap();
        }
        tx.commit().await.unwrap();
        let number = night.ask("Cards are refused", "P1").await;
        // Nobody waits for an answer that cannot come.
        let page = night.page(&number).await;
        assert_eq!(page["state"], "last_resort");
        let called = page["called"].as_array().unwrap();
        assert!(!called.is_empty());
        for one in called {
            assert_eq!(one["is_out_of_reach"], true, "{one}");
        }
        let path = format!("/pages/{}", page["id"].as_str().unwrap());
        for path in ["/", "/tickets/T-1001", &path] {
            let shown = night.root.1.page(path).await;
            assert!(shown.contains("Nobody can be reached"), "{path}: {shown}");
            assert!(!shown.contains("Everybody was called"), "{path}: {shown}");
        }
        let shown = night.root.1.page(&path).await;
        assert!(shown.contains("No way to reach them"), "{shown}");

        // As soon as there is a way, it is used.
        let mut tx = desk.db().write().await.unwrap();
        let put = eider_store::person::put(&mut tx, &night.root.0, desk.eider.now());
        put.await.unwrap();
        tx.commit().await.unwrap();
        night.pass_minutes(30).await;
        assert_eq!(night.mailed(), ["root"]);
        let shown = night.root.1.page(&path).await;
        assert!(!shown.contains("Nobody can be reached"), "{shown}");
        assert!(shown.contains("Everybody was called"), "{shown}");
    })
    .await;
}

#[tokio::test]
async fn a_drill_is_not_called_again_at_its_end_and_counts_nowhere() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let count = async || {
            let metrics = night.root.1.page("/metrics").await;
            let begins = ["eider_pages_unanswered ", "eider_page_call_seconds_count "];
            begins.map(|begins| {
                let line = metrics.lines().find_map(|line| line.strip_prefix(begins));
                line.unwrap_or("0").trim().to_owned()
            })
        };
        let body = json!({ "squad": "Payments", "reason": "Every quarter" });
        night
            .api(&night.lin.0, "POST", "/pages/drills", body, 201)
            .await;
        night.settle().await;
        assert_eq!(night.mailed(), ["ada"]);
        assert_eq!(count().await, ["0", "0"]);
        for minutes in [5, 5, 10, 5, 5, 10] {
            night.pass_minutes(minutes).await;
        }
        let mailed = night.mailed().len();
        night.pass_minutes(120).await;
        assert_eq!(night.mailed().len(), mailed);
        assert_eq!(count().await, ["0", "0"]);
        night.ask("Cards are refused", "P1").await;
        assert_eq!(count().await, ["1", "1"]);
    })
    .await;
}
