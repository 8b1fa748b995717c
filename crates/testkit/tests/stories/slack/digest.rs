//! The daily digest: how the desk stands, once each working day.

use eider_app::{
    configure,
    slack::{Settings, save_settings, settings},
};
use eider_domain::person::Role;
use eider_testkit::{SlackDesk, at, on_both, slack::Trouble};
use tokio_util::sync::CancellationToken;

async fn wants_digest(desk: &SlackDesk, time: &str) {
    let now = settings(&desk.desk.eider).await.unwrap();
    let wanted = Settings {
        digest_at: Some(time.to_owned()),
        ..now
    };
    save_settings(&desk.desk.eider, &desk.administrator, wanted)
        .await
        .unwrap();
}

fn digests(desk: &SlackDesk) -> Vec<String> {
    let messages = desk.slack.messages(&desk.channel);
    messages
        .iter()
        .map(|message| message.words())
        .filter(|words| words.contains("How the desk stands") || words.contains("Nothing is open"))
        .collect()
}

#[tokio::test]
async fn a_digest_comes_once_each_working_day_by_the_clocks_of_the_desk() {
    on_both(|database| async {
        // A Friday; on the Sunday after it clocks go forward in London.
        let desk = SlackDesk::new(database, at("2026-03-27T07:00:00Z")).await;
        let stop = CancellationToken::new();
        let other = desk.another_node("node-2", stop.clone());
        wants_digest(&desk, "09:00").await;
        desk.settle().await;
        assert_eq!(digests(&desk).len(), 0);
        desk.desk.set(at("2026-03-27T09:00:00Z"));
        desk.settle().await;
        let told = digests(&desk);
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].contains("Nothing is open"), "{}", told[0]);

        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        desk.desk.ask(&cleo.actor, "The till is frozen", "P1").await;
        desk.settle().await;
        for weekend in [
            "2026-03-28T09:30:00Z",
            "2026-03-29T09:30:00Z",
            "2026-03-30T07:30:00Z",
        ] {
            desk.desk.set(at(weekend));
            desk.settle().await;
            assert_eq!(digests(&desk).len(), 1, "{weekend}");
        }
        desk.desk.set(at("2026-03-30T08:00:00Z"));
        desk.settle().await;
        let told = digests(&desk);
        assert_eq!(told.len(), 2, "{told:#?}");
        assert!(
            told[1].contains("1 open: 1 late, 1 with nobody on it."),
            "{}",
            told[1]
        );
        assert!(told[1].contains("The till is frozen"), "{}", told[1]);
        stop.cancel();
        other.await.unwrap();
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_digest_whose_answer_was_lost_is_not_posted_again() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at("2026-03-27T08:00:00Z")).await;
        wants_digest(&desk, "09:00").await;
        desk.slack
            .trouble_with("chat.postMessage", Trouble::LostAnswers(1));
        desk.desk.set(at("2026-03-27T09:00:00Z"));
        desk.settle().await;
        let told = digests(&desk);
        assert_eq!(told.len(), 1, "{told:#?}");
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_digest_that_waits_moves_with_the_zone_and_comes_once_a_day_whatever_its_time() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at("2026-03-27T07:00:00Z")).await;
        wants_digest(&desk, "09:00").await;
        desk.settle().await;
        let now = desk.desk.eider.desk().await.unwrap().settings.clone();
        let moved = eider_app::desk::Settings {
            zone: "America/New_York".into(),
            ..now
        };
        configure::save_settings(&desk.desk.eider, &desk.administrator, moved)
            .await
            .unwrap();
        desk.settle().await;
        desk.desk.set(at("2026-03-27T09:00:00Z"));
        desk.settle().await;
        assert_eq!(digests(&desk).len(), 0, "it is five in the morning there");
        wants_digest(&desk, "08:00").await;
        desk.settle().await;
        desk.desk.set(at("2026-03-27T12:00:00Z"));
        desk.settle().await;
        assert_eq!(digests(&desk).len(), 1);
        wants_digest(&desk, "15:00").await;
        desk.settle().await;
        desk.desk.set(at("2026-03-27T19:00:00Z"));
        desk.settle().await;
        assert_eq!(digests(&desk).len(), 1, "today's is there already");
        desk.desk.set(at("2026-03-30T19:00:00Z"));
        desk.settle().await;
        assert_eq!(digests(&desk).len(), 2);
        desk.slack.assert_no_violations();
    })
    .await;
}
