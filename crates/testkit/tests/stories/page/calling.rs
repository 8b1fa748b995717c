//! Level after level, until somebody answers.

use eider_domain::person::{Person, Role};
use eider_testkit::on_both;
use serde_json::{Value, json};

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
        assert!(
            page.contains("Calling <strong>Ada Lovelace (you)</strong> since"),
            "{page}"
        );
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
        // Whoever answers has it.
        night.pass_minutes(10).await;
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
async fn whoever_leaves_leaves_no_ticket_behind() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let ada = &night.ada.0;
        let number = night.taken_and_raised(ada, "Cards are slow").await;
        let path = format!("/tickets/{number}");
        assert_eq!(night.mailed(), [""; 0], "she raised it herself");
        let disable = format!("/people/{}/disable", ada.id);
        let gone = night.root.1.post_form(&disable, &[]).await;
        assert_eq!(gone.status(), 303);
        let is_left = async || {
            let ticket = night.api(&night.root.0, "GET", &path, json!(null), 200);
            ticket.await["owner"].is_null().then_some(())
        };
        let desk = &night.desk.server.desk;
        desk.until("nobody has the ticket", is_left).await;
        night.settle().await;
        assert_eq!(night.mailed(), ["ben"]);
    })
    .await;
}

#[tokio::test]
async fn what_moves_to_another_squad_is_asked_about_again() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let body = json!({ "name": "Search", "rate_cents_per_hour": 0 });
        night.api(&night.root.0, "POST", "/squads", body, 201).await;
        let ben = &night.ben.0;
        night
            .rota_of(Some("Search"), "Search", "primary", ben)
            .await;
        let number = night.ask("Cards are refused", "P1").await;
        let page = night.page(&number).await;
        night
            .act(&night.ada.0, &page, "acknowledge", json!({}))
            .await;
        let path = format!("/tickets/{number}/squad");
        let body = json!({ "squad": "Search" });
        night.api(&night.lin.0, "POST", &path, body, 200).await;
        night.settle().await;
        let page = night.page(&number).await;
        assert_eq!(page["acknowledged_by"]["name"], "Ada Lovelace");
        assert_eq!(night.mailed(), ["ada"], "nobody is called for it");
        night.pass_minutes(60).await;
        assert_eq!(night.mailed(), ["ada", "ada"]);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_given_what_somebody_took_is_called() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let ada = &night.ada.0;
        let number = night.taken_and_raised(ada, "Cards are slow").await;
        night.give(ada, &number, &night.ben.0).await;
        assert_eq!(night.mailed(), ["ben"]);
        let page = night.page(&number).await;
        assert_eq!(page["acknowledged_by"]["name"], "Ada Lovelace");
        let page = night
            .act(&night.ben.0, &page, "acknowledge", json!({}))
            .await;
        assert_eq!(page["acknowledged_by"]["name"], "Ben Okri");
    })
    .await;
}

#[tokio::test]
async fn what_is_given_one_after_another_is_one_call_and_nothing_else_goes_with_it() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let (ada, ben) = (&night.ada.0, &night.ben.0);
        // Two tickets came together and are one page; a third is hers without any.
        let first = night.ask("Cards are refused", "P1").await;
        let second = night.ask("Refunds are refused", "P1").await;
        let page = night.page(&first).await;
        night.act(ada, &page, "acknowledge", json!({})).await;
        let third = night.taken_and_raised(ada, "Cards are slow").await;
        assert_eq!(night.mailed(), ["ada"]);
        night.give(ada, &second, ben).await;
        night.give(ada, &third, ben).await;
        assert_eq!(night.mailed(), ["ada", "ben"], "he is called once");
        let given = night.page(&third).await;
        assert_eq!(given["id"], night.page(&second).await["id"]);
        assert_eq!(given["acknowledged_by"]["name"], "Ada Lovelace");
        night.act(ben, &given, "acknowledge", json!({})).await;
        let owner = async |number: &str| {
            let path = format!("/tickets/{number}");
            let ticket = night.api(ben, "GET", &path, json!(null), 200).await;
            ticket["owner"]["name"].as_str().map(str::to_owned)
        };
        assert_eq!(owner(&first).await.unwrap(), "Ada Lovelace", "it is hers");
        assert_eq!(owner(&second).await.unwrap(), "Ben Okri");
        assert_eq!(owner(&third).await.unwrap(), "Ben Okri");
        // He has answered; what comes now he does not know of. He cannot, and she hears of it at once.
        night.give(ada, &first, ben).await;
        assert_eq!(night.mailed(), ["ada", "ben", "ben"]);
        let page = night.page(&first).await;
        night.act(ben, &page, "decline", json!({})).await;
        assert_eq!(night.mailed(), ["ada", "ben", "ben", "ada"]);
        let mail = night.desk.smtp.last();
        let title = "Ben Okri cannot take your call for T-1001";
        assert_eq!(mail.header("Subject"), title);
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
        night.called_by(policy).await;
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
        let mail = night.desk.smtp.last();
        let title = "Ben Okri hands this over to you: P1 T-1001: Cards are refused";
        assert_eq!(mail.header("Subject"), title);
        assert!(!mail.text.contains("You are on call"), "{}", mail.text);
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
        let mail = night.desk.smtp.last();
        let title = "Ada Lovelace needs a buddy: P1 T-1001: Cards are refused";
        assert_eq!(mail.header("Subject"), title);
        let told = "Ada Lovelace needs a buddy: please look";
        assert!(mail.text.contains(told), "{}", mail.text);
        assert!(!mail.text.contains("You are on call"), "{}", mail.text);
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

#[tokio::test]
async fn a_clock_that_was_hours_ahead_keeps_the_next_level_waiting_for_minutes() {
    on_both(async |database| {
        let night = Night::new(database).await;
        night.at("2026-03-02T05:00:00Z").await;
        let number = night.ask("Cards are refused", "P1").await;
        assert_eq!(night.mailed(), ["ada"]);
        // The clock is put right, and nobody answers.
        night.at("2026-03-02T01:01:00Z").await;
        let desk = &night.desk.server.desk;
        desk.until("it is known that the clock was ahead", async || {
            let page = night.ada.1.page("/tickets/T-1001").await;
            page.contains("A clock that was ahead was put right")
                .then_some(())
        })
        .await;
        assert_eq!(night.mailed(), ["ada"], "nobody is called for that");
        night.pass_minutes(4).await;
        assert_eq!(night.mailed(), ["ada"]);
        night.pass_minutes(1).await;
        assert_eq!(night.mailed(), ["ada", "ben"]);
        assert_eq!(night.calling(&number).await, ["Ben Okri"]);
    })
    .await;
}

#[tokio::test]
async fn the_first_call_of_a_page_goes_ahead_of_what_waits_for_a_provider() {
    on_both(async |database| {
        let mut night = Night::without_rotas(database).await;
        night
            .rota_of(None, "Company", "primary", &night.ben.0)
            .await;
        night.desk.stop().await;
        let mut slow = night.desk.configuration.clone();
        slow.smtp.truncate(1);
        slow.smtp[0].per_second = Some(2);
        night.desk.start_with("node-2", &slow);
        let mut everybody = Vec::new();
        for number in 1..=8 {
            let name = format!("Number{number} Called");
            everybody.push(night.desk.server.signed_in(&name, Role::Responder).await.0);
        }
        let person = |one: &Person| json!({ "kind": "person", "person": one.id.0 });
        let targets: Vec<Value> = everybody.iter().map(person).collect();
        let policy = json!({
            "name": "All at once",
            "levels": [{ "targets": targets, "acknowledge_seconds": 1_800 }],
            "rounds": 1,
            "last_resort": [{ "kind": "administrators" }],
            "ask_again_seconds": 0,
        });
        night.called_by(policy).await;
        night.ask("Cards are refused", "P1").await;
        // By then everybody has waited for a turn, and most wait for another.
        night.desk.pass_seconds(3);
        night.settle().await;
        let before = night.mailed();
        assert!(before.len() < everybody.len(), "{before:?}");
        let drill = json!({ "reason": "Practice" });
        night
            .api(&night.root.0, "POST", "/pages/drills", drill, 201)
            .await;
        night.settle().await;
        let mailed = night.mailed();
        assert_eq!(mailed.len(), before.len() + 1, "{mailed:?}");
        assert_eq!(mailed.last().unwrap(), "ben", "another page begins");
        for _ in 0..20 {
            night.desk.pass_seconds(10);
            night.settle().await;
        }
        assert_eq!(night.mailed().len(), everybody.len() + 1);
    })
    .await;
}

#[tokio::test]
async fn whoever_called_a_buddy_in_vain_is_told_once() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        let page = night.page(&number).await;
        night
            .act(&night.ada.0, &page, "acknowledge", json!({}))
            .await;
        night
            .act(&night.ada.0, &page, "call-buddy", json!({}))
            .await;
        night.pass_minutes(4).await;
        assert_eq!(night.mailed(), ["ada", "ben"]);
        night.pass_minutes(1).await;
        assert_eq!(night.mailed(), ["ada", "ben", "ada"]);
        let mail = night.desk.smtp.last();
        let told = "Ben Okri has not answered your call for T-1001";
        assert_eq!(mail.header("Subject"), told);
        night.pass_minutes(30).await;
        assert_eq!(night.mailed().len(), 3, "once");
        // He may still come.
        let told = night
            .act(&night.ben.0, &page, "acknowledge", json!({}))
            .await;
        assert_eq!(told["acknowledged_by"]["name"], "Ada Lovelace");
        assert_eq!(names(&told["calling"]), [""; 0]);
        // What is handed over is told of too, and stays with whoever gives it.
        let to = json!({ "person": "lin.lead@example.com" });
        night.act(&night.ada.0, &page, "hand-over", to).await;
        night.pass_minutes(5).await;
        let told = "Lin Lead has not answered your call for T-1001";
        assert_eq!(night.desk.smtp.last().header("Subject"), told);
        assert_eq!(night.mailed().len(), 5);
        let page = night.page(&number).await;
        assert_eq!(page["acknowledged_by"]["name"], "Ada Lovelace");
    })
    .await;
}
