//! What is known, what is being done, and when the next update comes.

use eider_app::{Error, ticket};
use eider_domain::{
    access::{Actor, Scope},
    person::Role,
    ticket::{Change, Command, NextUpdate, Resolution, StatusKind, Ticket},
};
use eider_testkit::{TestDesk, TestServer, at, on_both};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const FRIDAY: &str = "2025-11-21T14:00:00Z";

async fn act(desk: &TestDesk, actor: &Actor, ticket: &Ticket, command: Command) -> Ticket {
    ticket::act(&desk.eider, actor, ticket.number, command)
        .await
        .unwrap()
}

fn update(next: Option<NextUpdate>) -> Command {
    Command::Update {
        known: "Cards fail for everybody since 13:50.".into(),
        doing: "We renew the certificate.".into(),
        next,
    }
}

fn in_minutes(now: Timestamp, minutes: i64) -> Option<NextUpdate> {
    Some(NextUpdate::At(now + SignedDuration::from_mins(minutes)))
}

fn resolve() -> Command {
    Command::Resolve(Resolution {
        cause: "A certificate ran out.".into(),
        how_known: "Ada paid.".into(),
        change: Change::No,
        customer_outcome: None,
        known_issue: None,
    })
}

async fn times_due(desk: &TestDesk, ticket: &Ticket) -> usize {
    let kinds = desk.kinds(ticket).await;
    kinds.iter().filter(|kind| *kind == "update_due").count()
}

#[tokio::test]
async fn an_update_that_was_promised_falls_due_by_itself_and_once_on_two_nodes() {
    on_both(async |database| {
        let start = at(FRIDAY);
        let desk = TestDesk::new(database, start).await;
        let other = TestDesk::on(desk.database(), start, 2).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let (ada, ada_acts) = desk.person("Ada Lovelace", Role::Responder).await;
        let asked = desk.ask(&cleo, "Nobody can pay", "P3").await;
        let ticket = act(&desk, &ada_acts, &asked, update(in_minutes(start, 30))).await;
        assert_eq!(ticket.status.kind(), StatusKind::Acknowledged);
        let told = ticket.update.clone().unwrap();
        assert_eq!((told.at, told.by), (start, Some(ada.id)));
        assert_eq!(told.doing, "We renew the certificate.");

        let pass = |minutes: i64| {
            let now = start + SignedDuration::from_mins(minutes);
            desk.set(now);
            other.set(now);
            now
        };
        pass(29);
        assert_eq!(times_due(&desk, &asked).await, 0);
        pass(30);
        desk.until("the update is due", async || {
            (times_due(&desk, &asked).await == 1).then_some(())
        })
        .await;
        let now = pass(45);
        let again = act(&desk, &ada_acts, &asked, update(in_minutes(now, 15))).await;
        assert!(!again.next_update.unwrap().is_due);
        pass(60);
        desk.until("the second one is due", async || {
            (times_due(&desk, &asked).await == 2).then_some(())
        })
        .await;
        let last = act(
            &desk,
            &ada_acts,
            &asked,
            update(Some(NextUpdate::NotPlanned)),
        )
        .await;
        assert_eq!(last.next_update, None);
        desk.stop().await;
        other.stop().await;
    })
    .await;
}

#[tokio::test]
async fn resolving_ends_the_expectation() {
    on_both(async |database| {
        let start = at(FRIDAY);
        let desk = TestDesk::new(database, start).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
        let resolved = desk.ask(&cleo, "Nobody can pay", "P3").await;
        let open = desk.ask(&cleo, "A list is empty", "P3").await;
        act(&desk, &ada, &resolved, update(in_minutes(start, 10))).await;
        act(&desk, &ada, &open, update(in_minutes(start, 20))).await;
        let over = act(&desk, &ada, &resolved, resolve()).await;
        assert_eq!(over.next_update, None);
        assert!(over.update.is_some(), "what was told stays");
        desk.pass_minutes(20);
        desk.until("the open one is due", async || {
            (times_due(&desk, &open).await == 1).then_some(())
        })
        .await;
        assert_eq!(times_due(&desk, &resolved).await, 0);
        // One may still tell, and need not promise anything.
        act(&desk, &ada, &resolved, update(None)).await;
        desk.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_update_given_late_is_recorded_as_late() {
    on_both(async |database| {
        let start = at(FRIDAY);
        let desk = TestDesk::without_timers(database, start).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
        let asked = desk.ask(&cleo, "Nobody can pay", "P3").await;
        act(&desk, &ada, &asked, update(in_minutes(start, 30))).await;
        desk.pass_minutes(31);
        let now = desk.eider.now();
        act(&desk, &ada, &asked, update(in_minutes(now, 30))).await;
        assert_eq!(
            desk.kinds(&asked).await,
            [
                "ticket_opened",
                "update_given",
                "ticket_moved",
                "update_due",
                "update_given"
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_promised_is_refused_with_a_sentence() {
    on_both(async |database| {
        let start = at(FRIDAY);
        let desk = TestDesk::new(database, start).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
        let asked = desk.ask(&cleo, "Nobody can pay", "P3").await;
        let other = desk.ask(&cleo, "Paying fails", "P3").await;
        let refuse = async |actor: &Actor, next| {
            let answer = ticket::act(&desk.eider, actor, asked.number, update(next)).await;
            answer.expect_err("it is refused")
        };
        let range = "The next update can be promised for a moment within a day from now.";
        for (next, sentence) in [
            (None, "Say when the next update comes, or that none is planned."),
            (in_minutes(start, 0), range),
            (in_minutes(start, 1_441), range),
        ] {
            let refused = refuse(&ada, next).await;
            assert!(matches!(refused, Error::Invalid(_)), "{refused:?}");
            assert_eq!(refused.to_string(), sentence);
        }
        let forbidden = refuse(&cleo, in_minutes(start, 5)).await;
        assert!(matches!(forbidden, Error::Refused(_)), "{forbidden:?}");
        let into = other.number;
        act(&desk, &ada, &asked, Command::Merge { into }).await;
        let merged = refuse(&ada, in_minutes(start, 5)).await;
        assert_eq!(
            merged.to_string(),
            "T-1001 is merged, so it cannot be given an update. Give it to the ticket that it went into."
        );
        desk.stop().await;
    })
    .await;
}

#[tokio::test]
async fn pages_tell_how_it_stands_and_ask_when_it_is_due() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, cleo) = server.desk.person("Cleo Care", Role::Reporter).await;
        let (_, viewer) = server.signed_in("Vera View", Role::Viewer).await;
        let (_, ada) = server.signed_in("Ada Lovelace", Role::Responder).await;
        let asked = server.desk.ask(&cleo, "Nobody can pay", "P2").await;
        let path = format!("/tickets/{}", asked.number);
        let form = format!("{path}/update");
        assert!(
            ada.page(&form)
                .await
                .contains("When does the next update come?")
        );
        assert!(!ada.page(&path).await.contains("How it stands"));

        let empty = ada
            .post_form(&form, &[("known", ""), ("doing", "We look")])
            .await;
        assert_eq!(empty.status(), 422);
        let page = empty.text().await.unwrap();
        for told in [
            "What is known is empty",
            "Say when the next update comes, or that none is planned.",
            "We look",
        ] {
            assert!(page.contains(told), "{told} is not on the page");
        }
        let words = [("known", "Cards **fail**"), ("doing", "We look")];
        let far = [
            words[0],
            words[1],
            ("next", "at"),
            ("next_at", "2025-11-23T09:00"),
        ];
        let refused = ada.post_form(&form, &far).await;
        assert_eq!(refused.status(), 422);
        assert!(
            refused
                .text()
                .await
                .unwrap()
                .contains("within a day from now")
        );

        let given = ada
            .post_form(&form, &[words[0], words[1], ("next", "30")])
            .await;
        assert_eq!(given.status(), 303);
        let page = viewer.page(&path).await;
        for told in [
            "How it stands",
            "Cards <strong>fail</strong>",
            "14:30",
            "in 30 min",
        ] {
            assert!(page.contains(told), "{told} is not on the page: {page}");
        }
        assert!(!viewer.page("/").await.contains("Somebody waits to hear"));
        server.desk.pass_minutes(40);
        assert!(viewer.page(&path).await.contains("Late by 10 min"));
        let now = ada.page("/").await;
        assert!(now.contains("Somebody waits to hear"), "{now}");
        server
            .desk
            .until("the timeline tells that it is due", async || {
                let page = ada.page(&path).await;
                page.contains("An update was promised for 14:30, and is due")
                    .then_some(())
            })
            .await;
        let at_three = [
            words[0],
            words[1],
            ("next", "at"),
            ("next_at", "2025-11-21T15:00"),
        ];
        ada.post_form(&form, &at_three).await;
        let page = ada.page(&path).await;
        assert!(
            page.contains("15:00") && !page.contains("Late by"),
            "{page}"
        );
        assert!(!ada.page("/").await.contains("Somebody waits to hear"));
        ada.post_form(&form, &[words[0], words[1], ("next", "none")])
            .await;
        assert!(
            ada.page(&path)
                .await
                .contains("No further update is planned")
        );
    })
    .await;
}

#[tokio::test]
async fn programs_tell_how_it_stands() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (ada, acts) = server.desk.person("Ada", Role::Responder).await;
        let client = server.with_token(&ada, &Scope::ALL).await;
        let asked = server.desk.ask(&acts, "Nobody can pay", "P2").await;
        let path = format!("/api/v1/tickets/{}/update", asked.number);
        let go = async |more: Value| {
            let mut body = json!({"known": "Cards fail", "doing": "We look"});
            body.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            client.json("POST", &path, Some(body)).await
        };
        let (status, ticket) = go(json!({"next_in_minutes": 45})).await;
        assert_eq!(status, 200, "{ticket}");
        assert_eq!(ticket["next_update_at"], "2025-11-21T14:45:00Z");
        assert_eq!(ticket["last_update"]["known"], "Cards fail");
        assert_eq!(ticket["last_update"]["by"]["name"], "Ada");
        let (_, ticket) = go(json!({"next_at": "2025-11-21T16:00:00.000001999Z"})).await;
        assert_eq!(ticket["next_update_at"], "2025-11-21T16:00:00.000001Z");
        for wrong in [
            json!({}),
            json!({"next_in_minutes": 0}),
            json!({"next_in_minutes": 5, "no_next_update": true}),
            json!({"next_at": "2025-11-25T16:00:00Z"}),
        ] {
            let (status, problem) = go(wrong.clone()).await;
            assert_eq!(status, 422, "{wrong}: {problem}");
        }
        let (_, list) = client.json("GET", "/api/v1/tickets", None).await;
        assert_eq!(
            list["items"][0]["next_update_at"],
            "2025-11-21T16:00:00.000001Z"
        );
        let (_, ticket) = go(json!({"no_next_update": true})).await;
        assert_eq!(ticket["next_update_at"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_for_news_hears_the_last_update_and_the_next_time() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let desk = &server.desk;
        let (ada, ada_acts) = desk.person("Ada", Role::Responder).await;
        let (vera, vera_reads) = desk.person("Vera", Role::Viewer).await;
        let asked = desk.ask(&ada_acts, "Nobody can pay", "P2").await;
        let news = ticket::news(&desk.eider, &vera_reads, asked.number)
            .await
            .unwrap();
        assert_eq!((news.last.clone(), news.next_at), (None, None));
        assert_eq!((news.status, news.owner), (StatusKind::New, None));

        act(desk, &ada_acts, &asked, Command::Take).await;
        let next = in_minutes(desk.eider.now(), 30);
        act(desk, &ada_acts, &asked, update(next)).await;
        let news = ticket::news(&desk.eider, &vera_reads, asked.number)
            .await
            .unwrap();
        assert_eq!(news.owner, Some(ada.id));
        assert_eq!(
            news.last.as_ref().unwrap().doing,
            "We renew the certificate."
        );
        assert_eq!(news.next_at, Some(at("2025-11-21T14:30:00Z")));
        assert!(!news.is_late());
        let facts = desk.kinds(&asked).await.len();

        desk.pass_minutes(31);
        let client = server.with_token(&vera, &[Scope::Read]).await;
        let path = format!("/api/v1/tickets/{}/news", asked.number);
        let (status, news) = client.json("GET", &path, None).await;
        assert_eq!(status, 200, "{news}");
        assert_eq!(news["is_late"], true);
        assert_eq!(news["owner"]["name"], "Ada");
        assert_eq!(news["last_update"]["doing"], "We renew the certificate.");
        desk.until("that it is due is the only new fact", async || {
            (desk.kinds(&asked).await.len() == facts + 1).then_some(())
        })
        .await;
    })
    .await;
}
