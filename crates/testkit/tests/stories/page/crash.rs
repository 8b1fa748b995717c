//! Nothing is lost when a node goes, and nothing is done twice when it comes back.

use eider_domain::{person::Role, priority::Rank};
use eider_testkit::{Database, TestDesk, at, on_both};
use jiff::SignedDuration;
use std::sync::Arc;

use super::NIGHT;

/// A desk on which nothing happens by itself, with one person on call for the company.
async fn quiet(database: Arc<Database>) -> (TestDesk, eider_domain::access::Actor) {
    let desk = TestDesk::on(database, at(NIGHT), 1).await;
    let (ada, actor) = desk.person("Ada Lovelace", Role::Administrator).await;
    let zone = "Europe/London";
    let edit = eider_app::rota::RotaEdit {
        name: "Primary".into(),
        squad: None,
        duty: eider_domain::rota::Duty::Primary,
        zone: zone.into(),
        vital: String::new(),
        cover: eider_domain::rota::Cover::Always,
        most_weeks_on_end: 52,
        least_rest_hours: 0,
        layers: vec![eider_app::rota::LayerEdit {
            name: "Always".into(),
            people: vec![ada.id],
            zone: zone.into(),
            start: "2026-01-05".parse().unwrap(),
            handover: "09:00".parse().unwrap(),
            cycle: eider_domain::rota::Cycle::WEEK,
            hours: Default::default(),
        }],
        from: None,
        retired: false,
    };
    let rota = eider_app::rota::save_rota(&desk.eider, &actor, None, edit);
    rota.await.unwrap();
    desk.eider.offer(&[eider_domain::contact::Kind::Email]);
    (desk, actor)
}

async fn state(desk: &TestDesk, id: eider_domain::TicketId) -> Option<String> {
    let mut tx = desk.db().read().await.unwrap();
    let page = eider_store::page::of_ticket(&mut tx, id).await.unwrap();
    page.map(|page| page.state.as_str().to_owned())
}

#[tokio::test]
async fn a_page_that_one_node_began_is_called_by_another() {
    on_both(async |database| {
        let database = Arc::new(database);
        let (first, actor) = quiet(Arc::clone(&database)).await;
        let eider = first.eider.clone();
        // The node that takes the question stops before it calls anybody.
        first.stop().await;
        let ask = eider_app::ticket::Ask {
            title: "Cards are refused".into(),
            priority: Some(Rank::P1),
            feature: None,
            report: eider_domain::ticket::Report {
                what: "A page of errors.".into(),
                ..Default::default()
            },
        };
        let ticket = eider_app::ticket::open(&eider, &actor, ask).await.unwrap();
        let before = at(NIGHT) - SignedDuration::from_secs(1);
        let second = TestDesk::on(Arc::clone(&database), before, 2).await;
        second.eider.offer(&[eider_domain::contact::Kind::Email]);
        second.set(at(NIGHT) + SignedDuration::from_secs(1));
        second
            .until("the other node calls", async || {
                (state(&second, ticket.id).await? == "calling").then_some(())
            })
            .await;
        assert_eq!(attempts(&second).await, 1, "she is called once");
        // A third node that comes up finds nothing left to do.
        let third = TestDesk::on(database, at(NIGHT) + SignedDuration::from_secs(2), 3).await;
        third.eider.offer(&[eider_domain::contact::Kind::Email]);
        third.set(at(NIGHT) + SignedDuration::from_secs(3));
        second.set(at(NIGHT) + SignedDuration::from_secs(3));
        third.stop().await;
        assert_eq!(attempts(&second).await, 1);
    })
    .await;
}

/// How many messages wait to be sent.
async fn attempts(desk: &TestDesk) -> usize {
    let mut tx = desk.db().read().await.unwrap();
    let waiting = eider_store::job::waiting(&mut tx, "contact.");
    waiting.await.unwrap().len()
}

#[tokio::test]
async fn a_page_and_its_ticket_are_there_together_or_not_at_all() {
    on_both(async |database| {
        let (desk, actor) = quiet(Arc::new(database)).await;
        let eider = desk.eider.clone();
        // A question that is refused leaves no page behind.
        let ask = eider_app::ticket::Ask {
            priority: Some(Rank::P1),
            ..Default::default()
        };
        eider_app::ticket::open(&eider, &actor, ask)
            .await
            .unwrap_err();
        let mut tx = desk.db().read().await.unwrap();
        let health = eider_store::page::health(&mut tx).await.unwrap();
        assert_eq!(health.open, 0);
    })
    .await;
}

#[tokio::test]
async fn what_a_clock_that_was_ahead_put_off_goes_on_once_it_is_right() {
    on_both(async |database| {
        let (desk, actor) = quiet(Arc::new(database)).await;
        desk.set(at(NIGHT) + SignedDuration::from_hours(4));
        let ask = eider_app::ticket::Ask {
            title: "Cards are refused".into(),
            priority: Some(Rank::P1),
            feature: None,
            report: eider_domain::ticket::Report {
                what: "A page of errors.".into(),
                ..Default::default()
            },
        };
        let ticket = eider_app::ticket::open(&desk.eider, &actor, ask);
        let ticket = ticket.await.unwrap();
        desk.until("she is called", async || {
            (state(&desk, ticket.id).await? == "calling").then_some(())
        })
        .await;
        assert_eq!(attempts(&desk).await, 1);
        let right = at(NIGHT) + SignedDuration::from_secs(10);
        desk.set(right);
        let run_at = async |kind: &str| {
            let mut tx = desk.db().read().await.unwrap();
            let waiting = eider_store::job::waiting(&mut tx, kind).await.unwrap();
            waiting.first().map(|job| job.run_at)
        };
        desk.until("the message waits no longer", async || {
            (run_at("contact.").await? == right).then_some(())
        })
        .await;
        let five_minutes = SignedDuration::from_mins(5);
        desk.until("the next level is called in time", async || {
            (run_at("page.").await? == right + five_minutes).then_some(())
        })
        .await;
        assert_eq!(attempts(&desk).await, 1, "she is not called once more");
        desk.stop().await;
    })
    .await;
}
