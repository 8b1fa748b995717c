//! What is worth waking for, and what waits until hours start.

use eider_testkit::on_both;
use serde_json::json;

use super::Night;

#[tokio::test]
async fn a_p2_at_night_waits_and_goes_out_with_others_in_the_morning() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let first = night.ask("Refunds are slow", "P2").await;
        let second = night.ask("The report is empty", "P2").await;
        night.ask("A spelling mistake", "P3").await;
        assert_eq!(night.mailed(), [""; 0], "nobody is woken");
        let page = night.cleo.1.page("/tickets/T-1001").await;
        assert!(page.contains("Calling waits"), "{page}");
        assert!(page.contains("when hours start"), "{page}");
        let held = night.page(&first).await;
        assert_eq!(held["until"], "2026-03-02T09:00:00Z");
        assert_eq!(held["id"], night.page(&second).await["id"]);
        // A P1 does not wait for them.
        night.ask("Cards are refused", "P1").await;
        assert_eq!(night.mailed(), ["ada"]);
        let page = night.page("T-1004").await;
        night
            .act(&night.ada.0, &page, "acknowledge", json!({}))
            .await;
        let rest = json!({ "question": "Which card?" });
        let path = "/tickets/T-1004/wait";
        night.api(&night.ada.0, "POST", path, rest, 200).await;
        night.at("2026-03-02T08:59:00Z").await;
        assert_eq!(night.mailed(), ["ada"]);
        night.at("2026-03-02T09:00:01Z").await;
        assert_eq!(night.mailed(), ["ada", "ada"], "one call for both");
        let text = night.desk.smtp.last().text;
        assert!(text.contains("Refunds are slow"), "{text}");
        assert!(text.contains("The report is empty"), "{text}");
        let missing = "/tickets/T-1003/page";
        night
            .api(&night.root.0, "GET", missing, json!(null), 404)
            .await;
    })
    .await;
}

#[tokio::test]
async fn what_is_resolved_before_the_morning_calls_nobody() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Refunds are slow", "P2").await;
        let body =
            json!({ "cause": "A lock", "how_known": "They are quick", "change_needed": false });
        let path = format!("/tickets/{number}/resolve");
        night.api(&night.ben.0, "POST", &path, body, 200).await;
        night.at("2026-03-02T09:30:00Z").await;
        assert_eq!(night.mailed(), [""; 0]);
        assert_eq!(night.page(&number).await["ending"], "resolved");
        // It is not right after all, in the day.
        let path = format!("/tickets/{number}/reopen");
        night
            .api(&night.cleo.0, "POST", &path, json!({}), 200)
            .await;
        night.settle().await;
        assert_eq!(night.mailed(), ["ada"], "whoever had it may not be there");
    })
    .await;
}

#[tokio::test]
async fn raising_it_wakes_and_lowering_it_lets_sleep() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Refunds are slow", "P2").await;
        let path = format!("/tickets/{number}/priority");
        let to = |priority| json!({ "priority": priority });
        night.api(&night.lin.0, "POST", &path, to("P1"), 200).await;
        night.settle().await;
        assert_eq!(night.mailed(), ["ada"]);
        night.api(&night.lin.0, "POST", &path, to("P2"), 200).await;
        night.settle().await;
        assert_eq!(night.page(&number).await["state"], "held");
        night.pass_minutes(30).await;
        assert_eq!(night.mailed(), ["ada"]);
        night.api(&night.lin.0, "POST", &path, to("P3"), 200).await;
        night.settle().await;
        let page = night.page(&number).await;
        assert_eq!(
            (&page["state"], &page["ending"]),
            (&"ended".into(), &"lowered".into())
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_asked_may_say_that_it_cannot_wait() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Refunds are slow", "P2").await;
        let page = night.cleo.1.page("/tickets/T-1001").await;
        assert!(page.contains("Page on call"), "{page}");
        let path = format!("/tickets/{number}/page");
        let form = night.cleo.1.page(&path).await;
        assert!(form.contains("Why can it not wait?"), "{form}");
        let refused = night.cleo.1.post_form(&path, &[("reason", " ")]).await;
        assert_eq!(refused.status(), 422, "a reason is needed");
        let reason = [("reason", "The shop opens at six")];
        let called = night.cleo.1.post_form(&path, &reason).await;
        assert_eq!(called.status(), 303);
        night.settle().await;
        assert_eq!(night.mailed(), ["ada"]);
        let text = night.desk.smtp.last().text;
        let told = "Why it could not wait: The shop opens at six";
        assert!(text.contains(told), "{text}");
        let page = night.cleo.1.page("/tickets/T-1001").await;
        assert!(page.contains("The shop opens at six"), "{page}");
        let again = night.cleo.1.post_form(&path, &reason).await;
        assert_eq!(again.status(), 422, "people are called already");
        // Somebody else's question is not hers to wake for.
        let other = json!({ "title": "Slow", "what": "Slow.", "priority": "P3" });
        let other = night
            .api(&night.ben.0, "POST", "/tickets", other, 201)
            .await;
        let path = format!("/tickets/{}/page", other["number"].as_str().unwrap());
        let refused = night.cleo.1.post_form(&path, &reason).await;
        assert_eq!(refused.status(), 403);
    })
    .await;
}

#[tokio::test]
async fn what_can_wait_is_put_off_with_a_reason() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        let page = night.page(&number).await;
        let reason = json!({ "reason": "It is the test shop" });
        let told = night.act(&night.ada.0, &page, "not-now", reason).await;
        assert_eq!(told["until"], "2026-03-02T09:00:00Z");
        assert_eq!(told["put_off"]["reason"], "It is the test shop");
        let shown = night.ben.1.page(&format!("/tickets/{number}")).await;
        assert!(shown.contains("said that it can wait: “It is the test shop”"));
        let path = format!("/pages/{}", page["id"].as_str().unwrap());
        let shown = night.ben.1.page(&path).await;
        assert!(shown.contains("Put it off"), "{shown}");
        night.pass_minutes(60).await;
        assert_eq!(night.mailed(), ["ada"]);
        night.at("2026-03-02T09:00:01Z").await;
        assert_eq!(night.mailed(), ["ada", "ada"]);
        let called = night.page(&number).await;
        assert_eq!(called["put_off"], json!(null), "{called}");
    })
    .await;
}

#[tokio::test]
async fn without_a_rota_or_a_policy_nobody_is_called_and_the_form_says_so() {
    on_both(async |database| {
        let night = Night::without_rotas(database).await;
        night.ask("Cards are refused", "P1").await;
        assert_eq!(night.mailed(), [""; 0]);
        night
            .api(
                &night.root.0,
                "GET",
                "/tickets/T-1001/page",
                json!(null),
                404,
            )
            .await;
        let form = night.cleo.1.page("/ask").await;
        assert!(form.contains("Nobody is called automatically"), "{form}");
        night.rota("Primary", "primary", &night.ada.0).await;
        let feature = night.feature;
        let form = night.cleo.1.page(&format!("/ask?feature={feature}")).await;
        assert!(form.contains("Whoever is on call is called now"), "{form}");
        assert!(form.contains("alling waits until 09:00"), "{form}");
        // By hand, people are called even so.
        let path = "/tickets/T-1001/page";
        let reason = json!({ "reason": "Everything is down" });
        night.api(&night.lin.0, "POST", path, reason, 200).await;
        night.settle().await;
        assert_eq!(night.mailed(), ["ada"]);
    })
    .await;
}

#[tokio::test]
async fn what_was_put_off_until_the_same_hour_is_one_call() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let first = night.ask("Cards are refused", "P1").await;
        night.pass_minutes(5).await;
        let second = night.ask("Refunds fail", "P1").await;
        assert_eq!(night.mailed(), ["ada", "ben", "ada"], "two calls at night");
        let (one, other) = (night.page(&first).await, night.page(&second).await);
        assert_ne!(one["id"], other["id"]);
        let reason = json!({ "reason": "It is the test shop" });
        night
            .act(&night.ada.0, &other, "not-now", reason.clone())
            .await;
        night.act(&night.ben.0, &one, "not-now", reason).await;
        night.at("2026-03-02T09:00:01Z").await;
        assert_eq!(night.mailed(), ["ada", "ben", "ada", "ada"]);
        let text = night.desk.smtp.last().text;
        assert!(text.contains("Cards are refused"), "{text}");
        assert!(text.contains("Refunds fail"), "{text}");
        let page = night.page(&second).await;
        assert_eq!(page["id"], one["id"], "it came first");
        let told = night
            .act(&night.ada.0, &page, "acknowledge", json!({}))
            .await;
        assert_eq!(told["tickets"].as_array().unwrap().len(), 2);
        night.pass_minutes(30).await;
        assert_eq!(night.mailed().len(), 4);
        let path = format!("/pages/{}", other["id"].as_str().unwrap());
        let over = night.api(&night.root.0, "GET", &path, json!(null), 200);
        assert_eq!(over.await["ending"], "gathered");
    })
    .await;
}

#[tokio::test]
async fn one_that_cannot_wait_leaves_the_others_held() {
    on_both(async |database| {
        let night = Night::new(database).await;
        night.reached_by(&night.ada, "sms", "+44 7700 900123").await;
        let titles = [
            "Refunds are slow",
            "The report is empty",
            "The export fails",
        ];
        for title in titles {
            night.ask(title, "P2").await;
        }
        let texts = night.desk.twilio.messages().len();
        let reason = json!({ "reason": "The bank closes at six" });
        let path = "/tickets/T-1002/page";
        night.api(&night.lin.0, "POST", path, reason, 200).await;
        night.settle().await;
        let messages = night.desk.twilio.messages();
        assert_eq!(messages.len(), texts + 1);
        let body = &messages[texts].body;
        assert!(body.contains("T-1002: The report is empty"), "{body}");
        assert!(body.contains("Why now: The bank closes at six."), "{body}");
        assert!(!body.contains("more"), "{body}");
        let called = night.page("T-1002").await;
        assert_eq!(called["tickets"].as_array().unwrap().len(), 1);
        for number in ["T-1001", "T-1003"] {
            let held = night.page(number).await;
            assert_eq!(held["state"], "held", "{number}");
            assert_eq!(held["until"], "2026-03-02T09:00:00Z");
            let timeline = night.cleo.1.page(&format!("/tickets/{number}")).await;
            assert!(
                !timeline.contains("The bank closes"),
                "{number}: {timeline}"
            );
        }
        let timeline = night.cleo.1.page("/tickets/T-1002").await;
        assert!(timeline.contains("The bank closes at six"), "{timeline}");
        night
            .act(&night.ada.0, &called, "acknowledge", json!({}))
            .await;
        let rest = json!({ "question": "Which report?" });
        let path = "/tickets/T-1002/wait";
        night.api(&night.ada.0, "POST", path, rest, 200).await;
        night.at("2026-03-02T09:00:01Z").await;
        let body = night.desk.twilio.messages().pop().unwrap().body;
        assert!(
            body.contains("T-1001: Refunds are slow, and 1 more"),
            "{body}"
        );
    })
    .await;
}
