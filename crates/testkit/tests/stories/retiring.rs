//! Retiring a priority that nobody should choose any more.

use eider_app::{
    Error,
    configure::{bring_back_priority, retire_priority, save_priority},
    ticket::{self, Ask},
};
use eider_domain::{
    access::Actor,
    person::Role,
    priority::Rank,
    ticket::{Command, Report, Ticket},
};
use eider_testkit::{TestDesk, TestServer, at, on_both};

const MONDAY: &str = "2026-03-02T09:00:00Z";

fn question(priority: Option<Rank>) -> Ask {
    Ask {
        title: "A question".into(),
        report: Report {
            what: "Something is not right.".into(),
            ..Report::default()
        },
        priority,
        ..Ask::default()
    }
}

async fn asked(desk: &TestDesk, actor: &Actor, priority: Option<Rank>) -> Result<Ticket, Error> {
    ticket::open(&desk.eider, actor, question(priority)).await
}

async fn prioritised(
    desk: &TestDesk,
    actor: &Actor,
    ticket: &Ticket,
    to: Rank,
) -> Result<Ticket, Error> {
    let command = Command::Prioritise { to, reason: None };
    ticket::act(&desk.eider, actor, ticket.number, command).await
}

fn sentence(refused: Result<Ticket, Error>) -> String {
    refused.expect_err("it is refused").to_string()
}

#[tokio::test]
async fn a_retired_priority_stays_on_its_tickets_and_can_be_chosen_for_no_other() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at(MONDAY)).await;
        let admin = desk.unnamed(Role::Administrator).await;
        let urgent = asked(&desk, &admin, Some(Rank::P1)).await.unwrap();
        let calm = asked(&desk, &admin, Some(Rank::P3)).await.unwrap();

        let retired = retire_priority(&desk.eider, &admin, Rank::P1).await;
        assert!(retired.unwrap().retired);
        let told = "P1 Business critical is retired. Choose one of the priorities";
        let refused = sentence(asked(&desk, &admin, Some(Rank::P1)).await);
        assert!(refused.contains(told), "{refused}");
        let refused = sentence(prioritised(&desk, &admin, &calm, Rank::P1).await);
        assert!(refused.contains(told), "{refused}");

        // What has it keeps it, is worked on as ever, and may become something else.
        let take = Command::Take;
        let taken = ticket::act(&desk.eider, &admin, urgent.number, take).await;
        assert_eq!(taken.unwrap().priority, Rank::P1);
        let lower = prioritised(&desk, &admin, &urgent, Rank::P2).await;
        assert_eq!(lower.unwrap().priority, Rank::P2);
        assert_eq!(desk.eider.desk().await.unwrap().most_urgent(), Rank::P2);

        // Writing it anew does not bring it back; bringing it back does.
        let p1 = desk.eider.desk().await.unwrap().priorities[0].clone();
        let written = eider_domain::priority::Priority {
            retired: false,
            ..p1
        };
        let written = save_priority(&desk.eider, &admin, written).await;
        assert!(written.unwrap().retired);
        bring_back_priority(&desk.eider, &admin, Rank::P1)
            .await
            .unwrap();
        assert!(asked(&desk, &admin, Some(Rank::P1)).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn the_last_priority_that_can_be_chosen_stays() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at(MONDAY)).await;
        let admin = desk.unnamed(Role::Administrator).await;
        for rank in [Rank::P1, Rank::P3, Rank::P3] {
            retire_priority(&desk.eider, &admin, rank).await.unwrap();
        }
        let refused = retire_priority(&desk.eider, &admin, Rank::P2).await;
        let refused = refused.unwrap_err();
        assert!(matches!(refused, Error::Conflict(_)), "{refused}");
        assert!(refused.to_string().contains("the last priority"));
        // A question that names none gets the one that is left.
        let ticket = asked(&desk, &admin, None).await.unwrap();
        assert_eq!(ticket.priority, Rank::P2);

        let nowhere = Rank::new(7).expect("from 1 to 9");
        let missing = retire_priority(&desk.eider, &admin, nowhere).await;
        assert!(matches!(missing, Err(Error::NotFound(_))));
        let responder = desk.unnamed(Role::Responder).await;
        let forbidden = bring_back_priority(&desk.eider, &responder, Rank::P1).await;
        assert!(matches!(forbidden, Err(Error::Forbidden(_))));
    })
    .await;
}

#[tokio::test]
async fn forms_leave_it_out_and_settings_bring_it_back() {
    on_both(async |database| {
        let server = TestServer::new(database, at(MONDAY)).await;
        let (_, admin) = server.signed_in("Ada Lovelace", Role::Administrator).await;
        let card = "P2 Business affected";
        assert!(admin.page("/ask").await.contains(card));
        let page = admin.page("/settings/priorities/2").await;
        assert!(page.contains("Retire it"));
        let answer = admin.post_form("/settings/priorities/2/retire", &[]).await;
        assert_eq!(answer.status(), 303);
        assert!(!admin.page("/ask").await.contains(card));
        assert!(admin.page("/settings").await.contains("retired"));

        for rank in [1, 3] {
            let path = format!("/settings/priorities/{rank}/retire");
            let answer = admin.post_form(&path, &[]).await;
            let wanted = if rank == 1 { 303 } else { 409 };
            assert_eq!(answer.status(), wanted, "{path}");
        }
        let last = admin.page("/settings/priorities/3").await;
        assert!(last.contains("It is the last one that can be chosen"));
        let page = admin.page("/settings/priorities/2").await;
        assert!(page.contains("Bring it back"));
        let path = "/settings/priorities/2/bring-back";
        assert_eq!(admin.post_form(path, &[]).await.status(), 303);
        assert!(admin.page("/ask").await.contains(card));
    })
    .await;
}
