//! The app's Home: what is mine, and asking.

use eider_app::ticket;
use eider_domain::{person::Role, ticket::Command};
use eider_testkit::{SlackDesk, at, on_both};

#[tokio::test]
async fn a_home_shows_what_is_theirs_and_follows_what_happens() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let ada = desk.known("Ada Responder", Role::Responder).await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        let till = desk.desk.ask(&cleo.actor, "The till is frozen", "P1").await;
        for person in [&ada, &cleo] {
            desk.slack
                .opens_home(&person.slack)
                .await
                .accepted_or_panic();
        }
        desk.settle().await;
        let words = |person| desk.slack.home(person).expect("a Home").words();
        let cleos = words(&cleo.slack);
        assert!(cleos.contains("The till is frozen"), "{cleos}");
        assert!(!cleos.contains("Nobody has these"), "{cleos}");
        let adas = words(&ada.slack);
        assert!(adas.contains("Nobody has these"), "{adas}");
        assert!(adas.contains("The till is frozen"), "{adas}");

        let published = desk.slack.calls_of("views.publish").len();
        ticket::act(&desk.desk.eider, &ada.actor, till.number, Command::Take)
            .await
            .unwrap();
        desk.settle().await;
        let cleos = words(&cleo.slack);
        assert!(cleos.contains("Ada Responder"), "{cleos}");
        let adas = words(&ada.slack);
        assert!(adas.contains("Every ticket has somebody"), "{adas}");
        // Taking is two facts, and each Home is drawn once for both.
        assert_eq!(desk.slack.calls_of("views.publish").len(), published + 2);

        let home = desk.slack.home(&cleo.slack).unwrap();
        desk.slack
            .clicks(&cleo.slack, &home, "ask")
            .await
            .accepted_or_panic();
        desk.settle().await;
        let form = desk.slack.modal(&cleo.slack).expect("the form is open");
        assert!(form.words().contains("What is wrong, in a few words?"));
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_home_follows_what_they_joined_and_what_nobody_has() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let ada = desk.known("Ada Responder", Role::Responder).await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        let dora = desk.known("Dora Asks", Role::Reporter).await;
        for person in [&ada, &dora] {
            desk.slack
                .opens_home(&person.slack)
                .await
                .accepted_or_panic();
        }
        desk.settle().await;
        let words = |person| desk.slack.home(person).expect("a Home").words();
        assert!(words(&ada.slack).contains("Every ticket has somebody"));
        let till = desk.desk.ask(&cleo.actor, "The till is frozen", "P2").await;
        desk.settle().await;
        let adas = words(&ada.slack);
        assert!(adas.contains("The till is frozen"), "{adas}");
        let doras = words(&dora.slack);
        assert!(!doras.contains("The till is frozen"), "{doras}");

        let join = Command::Join { note: None };
        ticket::act(&desk.desk.eider, &dora.actor, till.number, join)
            .await
            .unwrap();
        desk.settle().await;
        let doras = words(&dora.slack);
        assert!(doras.contains("You joined"), "{doras}");
        assert!(doras.contains("The till is frozen"), "{doras}");
        let (_, ben) = desk.desk.person("Ben Buddy", Role::Responder).await;
        ticket::act(&desk.desk.eider, &ben, till.number, Command::Take)
            .await
            .unwrap();
        desk.settle().await;
        let doras = words(&dora.slack);
        assert!(doras.contains("Ben Buddy"), "{doras}");
        let adas = words(&ada.slack);
        assert!(adas.contains("Every ticket has somebody"), "{adas}");
        desk.slack.assert_no_violations();
    })
    .await;
}
