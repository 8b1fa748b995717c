//! Who is diagnosing, and who is communicating.

use eider_app::{Error, ticket};
use eider_domain::{
    access::{Actor, Scope},
    fact::Fact,
    person::Role,
    priority::Rank,
    ticket::{Change, Command, Hat, Refusal, Resolution, StatusKind, Ticket},
};
use eider_testkit::{TestDesk, TestServer, at, on_both};
use serde_json::{Value, json};

const FRIDAY: &str = "2025-11-21T14:00:00Z";

async fn act(desk: &TestDesk, actor: &Actor, ticket: &Ticket, command: Command) -> Ticket {
    ticket::act(&desk.eider, actor, ticket.number, command)
        .await
        .unwrap()
}

async fn refusal(desk: &TestDesk, actor: &Actor, ticket: &Ticket, command: Command) -> Refusal {
    match ticket::act(&desk.eider, actor, ticket.number, command).await {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[tokio::test]
async fn each_hat_is_worn_by_one_person_until_it_is_over() {
    on_both(async |database| {
        let desk = TestDesk::new(database, at(FRIDAY)).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let (ada, ada_acts) = desk.person("Ada Lovelace", Role::Responder).await;
        let (ben, ben_acts) = desk.person("Ben Buddy", Role::Responder).await;
        let asked = desk.ask(&cleo, "Nobody can pay", "P1").await;
        assert_eq!(asked.hats_wanted(Rank::P1), Hat::ALL);

        let diagnosing = Command::TakeHat {
            hat: Hat::Diagnosing,
        };
        let ticket = act(&desk, &ada_acts, &asked, diagnosing.clone()).await;
        assert_eq!(ticket.hats.diagnosing, Some(ada.id));
        assert_eq!(ticket.owner, None, "a hat is not the ticket");
        assert_eq!(ticket.status.kind(), StatusKind::Acknowledged);
        assert_eq!(ticket.hats_wanted(Rank::P1), [Hat::Communicating]);
        let worn = refusal(&desk, &ben_acts, &asked, diagnosing.clone()).await;
        assert_eq!(
            worn.to_string(),
            "Somebody else is already diagnosing T-1001. Ask them, or give the hat to yourself."
        );
        let again = refusal(&desk, &ada_acts, &asked, diagnosing).await;
        assert!(matches!(again, Refusal::AlreadySo(_)), "{again}");
        let give = Command::GiveHat {
            hat: Hat::Diagnosing,
            to: ben.id,
        };
        assert!(matches!(
            refusal(&desk, &cleo, &asked, give.clone()).await,
            Refusal::Forbidden(_)
        ));
        act(&desk, &ada_acts, &asked, give).await;
        let both = Command::TakeHat {
            hat: Hat::Communicating,
        };
        let ticket = act(&desk, &ben_acts, &asked, both).await;
        assert_eq!(ticket.hats.one_wears_both(), Some(ben.id));
        let down = Command::LayDownHat {
            hat: Hat::Communicating,
        };
        act(&desk, &ben_acts, &asked, down.clone()).await;
        let free = refusal(&desk, &ben_acts, &asked, down).await;
        assert_eq!(
            free.to_string(),
            "Nothing to change: nobody wears that hat."
        );
        let to_a_reporter = Command::GiveHat {
            hat: Hat::Communicating,
            to: cleo.person,
        };
        let refused = ticket::act(&desk.eider, &ada_acts, asked.number, to_a_reporter).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");

        let resolution = Resolution {
            cause: "A certificate ran out.".into(),
            how_known: "Ada paid.".into(),
            change: Change::No,
            customer_outcome: None,
            known_issue: None,
        };
        let over = act(&desk, &ada_acts, &asked, Command::Resolve(resolution)).await;
        assert_eq!(over.hats.wearers().count(), 0);
        let mut tx = desk.db().read().await.unwrap();
        let facts = eider_store::fact::of_ticket(&mut tx, asked.id)
            .await
            .unwrap();
        let changes: Vec<_> = facts
            .iter()
            .filter_map(|recorded| match recorded.happened.fact {
                Fact::HatChanged { hat, from, to } => Some((hat, from, to)),
                _ => None,
            })
            .collect();
        assert_eq!(
            changes,
            [
                (Hat::Diagnosing, None, Some(ada.id)),
                (Hat::Diagnosing, Some(ada.id), Some(ben.id)),
                (Hat::Communicating, None, Some(ben.id)),
                (Hat::Communicating, Some(ben.id), None),
            ]
        );
        drop(tx);
        desk.stop().await;
    })
    .await;
}

#[tokio::test]
async fn pages_ask_kindly_for_hats_where_it_matters() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, cleo) = server.desk.person("Cleo Care", Role::Reporter).await;
        let (_, mary) = server.signed_in("Mary Poole", Role::Reporter).await;
        let (_, ada) = server.signed_in("Ada Lovelace", Role::Responder).await;
        let (ben, ben_sees) = server.signed_in("Ben Buddy", Role::Responder).await;
        server
            .desk
            .ask(&cleo, "A picture is out of place", "P2")
            .await;
        let asked = server.desk.ask(&cleo, "Nobody can pay", "P1").await;
        let path = format!("/tickets/{}", asked.number);
        let question = "Who is diagnosing, and who is communicating?";

        assert!(ada.page("/").await.contains(question));
        assert!(ada.page(&path).await.contains(question));
        assert!(!ada.page("/tickets/T-1001").await.contains(question));
        assert!(
            !mary.page("/").await.contains(question),
            "it is not for reporters"
        );
        assert!(!mary.page(&path).await.contains(question));

        let took = ada.post_form(&format!("{path}/diagnose"), &[]).await;
        assert_eq!(took.status(), 303);
        let page = ada.page(&path).await;
        assert!(
            page.contains("<strong>Ada Lovelace</strong> is diagnosing"),
            "{page}"
        );
        assert!(page.contains("Who is communicating?"));
        assert!(page.contains("do both knowingly"));
        let fits = ben_sees.page(&path).await;
        assert!(!fits.contains("do both knowingly"));
        let refused = ben_sees.post_form(&format!("{path}/diagnose"), &[]).await;
        assert_eq!(refused.status(), 409);

        ada.post_form(&format!("{path}/communicate"), &[]).await;
        let page = ada.page(&path).await;
        assert!(page.contains("Two people are better"), "{page}");
        assert!(!ada.page("/").await.contains("Hats on"));
        let to_ben = ben.id.to_string();
        let form = [("person", to_ben.as_str())];
        let given = ada.post_form(&format!("{path}/communicating"), &form).await;
        assert_eq!(given.status(), 303);
        let page = mary.page(&path).await;
        assert!(
            page.contains("Communicating") && page.contains("Ben Buddy"),
            "{page}"
        );
        assert!(!page.contains("Two people are better"));
        let form = ada.page(&format!("{path}/communicating")).await;
        assert!(form.contains("Who is communicating?"));
        let down = ada
            .post_form(&format!("{path}/communicating"), &[("person", "")])
            .await;
        assert_eq!(down.status(), 303);
        assert!(ada.page("/").await.contains("Who is communicating?"));
    })
    .await;
}

#[tokio::test]
async fn programs_take_give_and_lay_down_hats() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (ada, acts) = server.desk.person("Ada", Role::Responder).await;
        let (ben, _) = server.desk.person("Ben", Role::Responder).await;
        let client = server.with_token(&ada, &Scope::ALL).await;
        let asked = server.desk.ask(&acts, "Nobody can pay", "P1").await;
        let path = |verb: &str| format!("/api/v1/tickets/{}/{verb}", asked.number);
        let go = async |verb: &str, body: Value| client.json("POST", &path(verb), Some(body)).await;

        let (status, ticket) = go("take-hat", json!({"hat": "communicating"})).await;
        assert_eq!(status, 200, "{ticket}");
        assert_eq!(ticket["hats"]["communicating"]["name"], "Ada");
        assert_eq!(ticket["hats"]["diagnosing"], Value::Null);
        let body = json!({"hat": "diagnosing", "person": ben.email});
        let (_, ticket) = go("give-hat", body).await;
        assert_eq!(ticket["hats"]["diagnosing"]["name"], "Ben");
        let (status, problem) = go("take-hat", json!({"hat": "diagnosing"})).await;
        assert_eq!(status, 409, "{problem}");
        let (status, problem) = go("take-hat", json!({"hat": "singing"})).await;
        assert_eq!(status, 400, "{problem}");
        let (_, ticket) = go("lay-down-hat", json!({"hat": "diagnosing"})).await;
        assert_eq!(ticket["hats"]["diagnosing"], Value::Null);
        let (_, list) = client.json("GET", "/api/v1/tickets", None).await;
        assert_eq!(list["items"][0]["hats"]["communicating"]["name"], "Ada");
    })
    .await;
}
