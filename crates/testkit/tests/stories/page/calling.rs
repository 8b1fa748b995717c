//! Level after level, until somebody answers.

use eider_testkit::on_both;
use serde_json::json;

use super::{Night, names};

#[tokio::test]
async fn a_p1_wakes_the_primary_then_the_buddy_and_ends_at_the_last_resort() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        assert_eq!(night.mailed(), ["ada"]);
        let mail = night.desk.smtp.last();
        assert_eq!(mail.header("Subject"), "P1 T-1001: Cards are refused");
        assert_eq!(night.calling(&number).await, ["Ada Lovelace"]);
        let page = night.ada.1.page("/tickets/T-1001").await;
        assert!(page.contains("being called since"), "{page}");
        // Nobody answers.
        night.pass_minutes(5).await;
        assert_eq!(night.mailed(), ["ada", "ben"]);
        night.pass_minutes(5).await;
        assert_eq!(night.mailed(), ["ada", "ben", "lin"]);
        for minutes in [10, 5, 5, 10] {
            night.pass_minutes(minutes).await;
        }
        let mut mailed = night.mailed();
        // The two of the last resort are called together, in any order.
        mailed[6..].sort();
        let all = ["ada", "ben", "lin", "ada", "ben", "lin", "lin", "root"];
        assert_eq!(mailed, all);
        let page = night.page(&number).await;
        assert_eq!(page["state"], "last_resort");
        assert_eq!(names(&page["calling"]), ["Lin Lead", "Root Admin"]);
        // Nothing more happens by itself, and whoever answers has it.
        night.pass_minutes(600).await;
        assert_eq!(night.mailed().len(), all.len());
        let told = night
            .act(&night.lin.0, &page, "acknowledge", json!({}))
            .await;
        assert_eq!(told["acknowledged_by"]["name"], "Lin Lead");
        let now = night.ada.1.page("/").await;
        assert!(!now.contains("Being called"), "{now}");
        night.desk.smtp.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn taking_the_ticket_answers_and_stops_what_waits() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        let taken = night.ben.1.post_form("/tickets/T-1001/take", &[]).await;
        assert_eq!(taken.status(), 303);
        let page = night.page(&number).await;
        assert_eq!(page["acknowledged_by"]["name"], "Ben Okri");
        assert_eq!(names(&page["calling"]), [""; 0]);
        night.pass_minutes(30).await;
        assert_eq!(night.mailed(), ["ada"]);
    })
    .await;
}

#[tokio::test]
async fn resolving_ends_it() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        let page = night.page(&number).await;
        let body = json!({
            "cause": "A full disk",
            "how_known": "Cards work",
            "change_needed": false,
        });
        let told = night.act(&night.ada.0, &page, "resolve", body).await;
        assert_eq!(
            (&told["state"], &told["ending"]),
            (&"ended".into(), &"resolved".into())
        );
        night.pass_minutes(60).await;
        assert_eq!(night.mailed(), ["ada"]);
    })
    .await;
}

#[tokio::test]
async fn whoever_has_it_is_asked_again_unless_they_work_on_it() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        let page = night.page(&number).await;
        night
            .act(&night.ada.0, &page, "acknowledge", json!({}))
            .await;
        night.pass_minutes(50).await;
        let said = json!({ "body": "It is the bank." });
        let path = "/tickets/T-1001/messages";
        night.api(&night.ada.0, "POST", path, said, 201).await;
        night.pass_minutes(15).await;
        assert_eq!(
            night.mailed(),
            ["ada"],
            "she wrote a quarter of an hour ago"
        );
        night.pass_minutes(50).await;
        assert_eq!(night.mailed(), ["ada", "ada"]);
        let mail = night.desk.smtp.last();
        let subject = mail.header("Subject");
        assert!(subject.starts_with("Do you still have it?"), "{subject}");
        // She does not answer: it is nobody's.
        night.pass_minutes(5).await;
        assert_eq!(night.mailed(), ["ada", "ada", "ada"]);
        night.pass_minutes(5).await;
        assert_eq!(night.mailed().last().unwrap(), "ben");
    })
    .await;
}

#[tokio::test]
async fn whoever_leaves_leaves_no_page_behind() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        let page = night.page(&number).await;
        night
            .act(&night.ada.0, &page, "acknowledge", json!({}))
            .await;
        let path = format!("/people/{}/disable", night.ada.0.id);
        let gone = night.root.1.post_form(&path, &[]).await;
        assert_eq!(gone.status(), 303);
        night.settle().await;
        assert_eq!(night.mailed(), ["ada", "ben"]);
        assert_eq!(night.calling(&number).await, ["Ben Okri"]);
    })
    .await;
}

#[tokio::test]
async fn who_is_not_on_call_any_more_is_not_called() {
    on_both(async |database| {
        let night = Night::without_rotas(database).await;
        let rota = night.rota("Primary", "primary", &night.ada.0).await;
        let policy = json!({
            "name": "Slow",
            "levels": [{
                "targets": [{ "kind": "duty", "duty": "primary" }],
                "acknowledge_seconds": 1_800,
            }],
            "rounds": 1,
            "last_resort": [{ "kind": "administrators" }],
            "ask_again_seconds": 0,
        });
        let path = "/escalation-policies";
        let policy = night.api(&night.root.0, "POST", path, policy, 201).await;
        let rules = json!({ "squad": "Payments", "policy": policy["id"] });
        night
            .api(&night.lin.0, "PUT", "/paging-rules", rules, 200)
            .await;
        let number = night.ask("Cards are refused", "P1").await;
        assert_eq!(night.mailed(), ["ada"]);
        // Ben stands in from a quarter past one.
        let change = json!({
            "person": night.ben.0.id.0,
            "from": "2026-03-02T01:15:00Z",
            "until": "2026-03-02T09:00:00Z",
        });
        let path = format!("/rotas/{rota}/changes");
        night.api(&night.lin.0, "POST", &path, change, 201).await;
        night.settle().await;
        night.pass_minutes(14).await;
        assert_eq!(night.mailed(), ["ada"]);
        night.pass_minutes(1).await;
        assert_eq!(night.mailed(), ["ada", "ben"], "he came on duty");
        assert_eq!(night.calling(&number).await, ["Ben Okri"]);
        night.pass_minutes(15).await;
        assert_eq!(night.mailed(), ["ada", "ben", "root"]);
    })
    .await;
}

#[tokio::test]
async fn what_somebody_cannot_do_others_are_called_for() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        let page = night.page(&number).await;
        let reason = json!({ "reason": "I am on a train" });
        night.act(&night.ada.0, &page, "decline", reason).await;
        assert_eq!(night.mailed(), ["ada", "ben"], "at once");
        night
            .act(&night.ben.0, &page, "acknowledge", json!({}))
            .await;
        let (_, refused) = night
            .desk
            .server
            .with_token(&night.lin.0, &eider_domain::access::Scope::ALL)
            .await
            .json(
                "POST",
                &format!("/api/v1/pages/{}/acknowledge", page["id"].as_str().unwrap()),
                Some(json!({})),
            )
            .await;
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("Somebody else has it"), "{detail}");
        // He hands it to Lin, and has it until she answers.
        let to = json!({ "person": "lin.lead@example.com" });
        let told = night.act(&night.ben.0, &page, "hand-over", to).await;
        assert_eq!(told["acknowledged_by"]["name"], "Ben Okri");
        assert_eq!(night.mailed().last().unwrap(), "lin");
        let told = night
            .act(&night.lin.0, &page, "acknowledge", json!({}))
            .await;
        assert_eq!(told["acknowledged_by"]["name"], "Lin Lead");
        let ticket = night
            .api(&night.lin.0, "GET", "/tickets/T-1001", json!(null), 200)
            .await;
        assert_eq!(ticket["owner"]["name"], "Lin Lead");
    })
    .await;
}

#[tokio::test]
async fn a_buddy_is_called_at_a_touch_and_the_next_level_too() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        let page = night.page(&number).await;
        night
            .act(&night.ada.0, &page, "acknowledge", json!({}))
            .await;
        let told = night
            .act(&night.ada.0, &page, "call-buddy", json!({}))
            .await;
        assert_eq!(names(&told["calling"]), ["Ben Okri"]);
        let told = night
            .act(&night.ben.0, &page, "acknowledge", json!({}))
            .await;
        assert_eq!(
            told["acknowledged_by"]["name"], "Ada Lovelace",
            "it stays hers"
        );
        assert_eq!(names(&told["calling"]), [""; 0]);
        let told = night.act(&night.ada.0, &page, "escalate", json!({})).await;
        assert_eq!(told["level"], 2);
        assert_eq!(night.mailed(), ["ada", "ben", "ben"]);
    })
    .await;
}

#[tokio::test]
async fn what_comes_together_is_one_call() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let first = night.ask("Cards are refused", "P1").await;
        let second = night.ask("Refunds fail", "P1").await;
        let page = night.page(&first).await;
        assert_eq!(page["id"], night.page(&second).await["id"]);
        assert_eq!(night.mailed(), ["ada"], "she is called once");
        night.pass_minutes(5).await;
        let mail = night.desk.smtp.last();
        assert_eq!(
            mail.header("Subject"),
            "P1 T-1001: Cards are refused, and 1 more"
        );
        assert!(mail.text.contains("T-1002: Refunds fail"), "{}", mail.text);
        night
            .act(&night.ben.0, &page, "acknowledge", json!({}))
            .await;
        for number in [&first, &second] {
            let path = format!("/tickets/{number}");
            let ticket = night
                .api(&night.ben.0, "GET", &path, json!(null), 200)
                .await;
            assert_eq!(ticket["owner"]["name"], "Ben Okri", "{number}");
        }
        // What comes later is a call of its own.
        night.ask("Now the shop is down", "P1").await;
        assert_eq!(night.mailed(), ["ada", "ben", "ada"]);
    })
    .await;
}
