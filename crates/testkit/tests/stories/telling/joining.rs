//! "It is this one": people who find that their question is asked already.

use eider_app::{Error, ticket};
use eider_domain::{
    access::{Actor, Scope},
    fact::Fact,
    person::Role,
    ticket::{Change, Command, Resolution, Ticket},
};
use eider_testkit::{TestDesk, TestServer, at, on_both};
use reqwest::multipart;
use serde_json::{Value, json};

const FRIDAY: &str = "2025-11-21T14:00:00Z";

async fn join(desk: &TestDesk, actor: &Actor, asked: &Ticket, note: Option<&str>) -> Ticket {
    let note = note.map(str::to_owned);
    ticket::act(&desk.eider, actor, asked.number, Command::Join { note })
        .await
        .unwrap()
}

#[tokio::test]
async fn whoever_joins_is_counted_once_and_follows() {
    on_both(async |database| {
        let desk = TestDesk::new(database, at(FRIDAY)).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let (mary, mary_acts) = desk.person("Mary Poole", Role::Reporter).await;
        let (_, vera) = desk.person("Vera View", Role::Viewer).await;
        let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
        let asked = desk.ask(&cleo, "Nobody can pay", "P2").await;

        let joined = join(&desk, &mary_acts, &asked, Some("In the app too")).await;
        assert_eq!(joined.joined, [mary.id]);
        assert_eq!(joined.followers, [mary.id]);
        assert_eq!(joined.tally.people, 2);
        assert_eq!(
            joined.tally.hands_on_seconds, 0,
            "to be affected is no work"
        );
        let mut tx = desk.db().read().await.unwrap();
        let facts = eider_store::fact::of_ticket(&mut tx, asked.id)
            .await
            .unwrap();
        let note = Some("In the app too".to_owned());
        assert_eq!(facts.last().unwrap().happened.fact, Fact::Joined { note });
        drop(tx);

        let refuse = async |actor: &Actor| {
            let command = Command::Join { note: None };
            let answer = ticket::act(&desk.eider, actor, asked.number, command).await;
            match answer {
                Err(Error::Refused(refusal)) => refusal.to_string(),
                other => panic!("expected a refusal, got {other:?}"),
            }
        };
        assert_eq!(
            refuse(&mary_acts).await,
            "Nothing to change: you have joined it already."
        );
        assert_eq!(
            refuse(&cleo).await,
            "Nothing to change: you asked it yourself, so you are on it."
        );
        assert!(refuse(&vera).await.contains("needs the role"));
        let unfollow = ticket::act(&desk.eider, &mary_acts, asked.number, Command::Unfollow).await;
        let unfollowed = unfollow.unwrap();
        assert_eq!(
            (unfollowed.joined.len(), unfollowed.followers.len()),
            (1, 0)
        );

        let resolution = Command::Resolve(Resolution {
            cause: "A certificate ran out.".into(),
            how_known: "Ada paid.".into(),
            change: Change::No,
            customer_outcome: None,
            known_issue: None,
        });
        ticket::act(&desk.eider, &ada, asked.number, resolution)
            .await
            .unwrap();
        assert_eq!(
            refuse(&ada).await,
            "T-1001 is resolved, so it cannot be joined. Ask for help, and name it there."
        );
        desk.stop().await;
    })
    .await;
}

#[tokio::test]
async fn merging_carries_over_whom_it_affects_and_who_follows() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let desk = &server.desk;
        let (cleo, cleo_acts) = desk.person("Cleo Care", Role::Reporter).await;
        let (mary, mary_acts) = desk.person("Mary Poole", Role::Reporter).await;
        let (eve, eve_acts) = desk.person("Eve Early", Role::Reporter).await;
        let (fred, fred_acts) = desk.person("Fred Calm", Role::Reporter).await;
        let (noor, noor_acts) = desk.person("Noor Oud", Role::Reporter).await;
        let (ben, ben_acts) = desk.person("Ben Buddy", Role::Responder).await;
        let (_, ada_acts) = desk.person("Ada Lovelace", Role::Responder).await;
        let first = desk.ask(&cleo_acts, "Nobody can pay", "P2").await;
        let second = desk.ask(&mary_acts, "Cards are refused", "P2").await;
        let act = async |actor: &Actor, asked: &Ticket, command: Command| {
            let done = ticket::act(&desk.eider, actor, asked.number, command).await;
            done.unwrap()
        };
        for (actor, asked) in [
            (&eve_acts, &first),
            (&fred_acts, &first),
            (&eve_acts, &second),
            (&fred_acts, &second),
            (&noor_acts, &second),
            (&cleo_acts, &second),
        ] {
            join(desk, actor, asked, None).await;
        }
        act(&fred_acts, &first, Command::Unfollow).await;
        act(&ben_acts, &second, Command::Follow).await;
        let merge = Command::Merge { into: first.number };
        act(&ada_acts, &second, merge).await;

        let current = async |asked: &Ticket| {
            let mut tx = desk.db().read().await.unwrap();
            let found = eider_store::ticket::by_number(&mut tx, asked.number).await;
            found.unwrap().unwrap()
        };
        let kept = current(&first).await;
        // Eve joined both, Cleo asked this one, and Fred follows it no more.
        assert_eq!(kept.joined, [eve.id, fred.id, mary.id, noor.id]);
        assert_eq!(kept.followers, [eve.id, mary.id, noor.id, ben.id]);
        assert_eq!(kept.tally.people, 6, "those four, Cleo and Ada");
        let told = "<strong>Ada Lovelace</strong> found that T-1002 is the same, and merged it \
                    into this one; <strong>Mary Poole</strong> and <strong>Noor Oud</strong> are \
                    affected too; <strong>Ben Buddy</strong> follows it";
        let (_, vera) = server.signed_in("Vera View", Role::Viewer).await;
        let page = vera.page("/tickets/T-1001").await;
        for told in [told, "4 more people affected"] {
            assert!(page.contains(told), "{told} is not on the page: {page}");
        }

        // Whoever came along comes along again.
        let third = desk.ask(&noor_acts, "The bank is down", "P2").await;
        let merge = Command::Merge { into: third.number };
        act(&ada_acts, &first, merge).await;
        let kept = current(&third).await;
        assert_eq!(kept.joined, [cleo.id, eve.id, fred.id, mary.id]);
        assert_eq!(kept.followers, [cleo.id, eve.id, mary.id, ben.id]);
    })
    .await;
}

#[tokio::test]
async fn it_is_joined_from_the_question_that_somebody_is_writing() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, cleo) = server.desk.person("Cleo Care", Role::Reporter).await;
        let (_, mary) = server.signed_in("Mary Poole", Role::Reporter).await;
        let (_, vera) = server.signed_in("Vera View", Role::Viewer).await;
        server
            .desk
            .ask(&cleo, "Customers cannot pay by card", "P2")
            .await;
        let button = r#"form="joining" formaction="/tickets/T-1001/join""#;

        let found = mary.page("/ask/similar?q=customers+cannot+pay").await;
        assert!(
            found.contains(button) && found.contains("It is this one"),
            "{found}"
        );
        let read = vera.page("/ask/similar?q=customers+cannot+pay").await;
        assert!(read.contains("T-1001") && !read.contains(button), "{read}");
        // Without the script she asks the form to look, and finds her words again.
        let form = multipart::Form::new()
            .text("title", "Customers cannot pay")
            .text("what", "The card is refused")
            .text("look", "yes");
        let looked = mary
            .request("POST", "/ask")
            .multipart(form)
            .send()
            .await
            .unwrap();
        assert_eq!(looked.status(), 200);
        let page = looked.text().await.unwrap();
        for told in [
            button,
            r#"id="joining" method="post""#,
            "The card is refused",
        ] {
            assert!(page.contains(told), "{told} is not on the page: {page}");
        }

        let joined = mary.post_form("/tickets/T-1001/join", &[]).await;
        assert_eq!(joined.status(), 303);
        assert_eq!(joined.headers()["location"], "/tickets/T-1001");
        let page = mary.page("/tickets/T-1001").await;
        for told in [
            "<strong>Mary Poole</strong> is affected too",
            "1 more person affected",
            "Follow no more",
        ] {
            assert!(page.contains(told), "{told} is not on the page: {page}");
        }
        assert!(!page.contains("It affects me too"));
        assert!(
            mary.page("/tickets")
                .await
                .contains("1 more person affected")
        );
        let found = mary.page("/ask/similar?q=customers+cannot+pay").await;
        assert!(!found.contains(button), "she has joined it: {found}");
        let again = mary.post_form("/tickets/T-1001/join", &[]).await;
        assert_eq!(again.status(), 409);
        let csv = mary.get("/tickets.csv").await.text().await.unwrap();
        let heading = csv.lines().next().unwrap().split(',');
        let place = heading
            .into_iter()
            .position(|name| name == "joined")
            .unwrap();
        let row: Vec<&str> = csv.lines().nth(1).unwrap().split(',').collect();
        assert_eq!(row[place], "1");
    })
    .await;
}

#[tokio::test]
async fn programs_join() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, cleo) = server.desk.person("Cleo Care", Role::Reporter).await;
        let (mary, _) = server.desk.person("Mary Poole", Role::Reporter).await;
        let client = server.with_token(&mary, &Scope::ALL).await;
        server.desk.ask(&cleo, "Nobody can pay", "P2").await;
        let path = "/api/v1/tickets/T-1001/join";
        let body = json!({"note": "  "});
        let (status, ticket) = client.json("POST", path, Some(body)).await;
        assert_eq!((status, &ticket["joined"]), (200, &json!(1)), "{ticket}");
        let (status, problem) = client.json("POST", path, None).await;
        assert_eq!(status, 409, "{problem}");
        let (_, list) = client.json("GET", "/api/v1/tickets", None).await;
        assert_eq!(list["items"][0]["joined"], 1);
        let (_, facts) = client
            .json("GET", "/api/v1/tickets/T-1001/facts", None)
            .await;
        let last = facts["items"].as_array().unwrap().last().unwrap();
        assert_eq!(last["kind"], "joined");
        assert_eq!(last["data"], json!({}), "{last}");
        assert_ne!(last["actor"], Value::Null);
    })
    .await;
}
