//! Slack fails in many ways; nothing is lost or doubled.

use eider_app::ticket as desk_ticket;
use eider_store::slack::{channel, person as slack_person, workspace};
use eider_testkit::{SlackDesk, at, on_both, slack::Trouble};
use tokio_util::sync::CancellationToken;

use super::thread::{Scene, bodies, said, scene};

const MONDAY: &str = "2026-03-02T09:00:00Z";

async fn writes_on_the_web(desk: &SlackDesk, scene: &Scene, text: &str) {
    let (eider, ada) = (&desk.desk.eider, &scene.ada.actor);
    desk_ticket::say(eider, ada, scene.ticket.number, text)
        .await
        .unwrap();
}

/// How often each of these stands in the thread, in the order of the thread.
fn counted(desk: &SlackDesk, scene: &Scene, word: &str) -> Vec<String> {
    let told = said(desk, &scene.card).into_iter();
    told.filter_map(|words| {
        let found = words.find(word)?;
        Some(words[found..].to_owned())
    })
    .collect()
}

#[tokio::test]
async fn after_an_hour_without_slack_the_thread_is_told_once_and_in_order() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        desk.slack.trouble(Trouble::Down);
        for number in 0..4 {
            writes_on_the_web(&desk, &scene, &format!("note {number}")).await;
            desk.desk.pass_minutes(15);
        }
        let updates = desk.slack.calls_of("chat.update").len();
        desk.slack.heal();
        desk.desk.pass_minutes(5);
        desk.settle().await;
        let told = counted(&desk, &scene, "note ");
        assert_eq!(told, ["note 0", "note 1", "note 2", "note 3"]);
        assert!(desk.slack.calls_of("chat.update").len() <= updates + 1);
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn an_archived_channel_is_noted_and_told_everything_once_it_is_back() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        desk.slack.archives(&scene.ada.slack, &desk.channel).await;
        writes_on_the_web(&desk, &scene, "note 0").await;
        writes_on_the_web(&desk, &scene, "note 1").await;
        desk.settle().await;
        assert!(trouble(&desk).await.unwrap().contains("archived"));
        assert_eq!(bodies(&desk, &scene.ticket).await.len(), 2, "tickets go on");
        desk.slack.unarchives(&scene.ada.slack, &desk.channel).await;
        desk.settle().await;
        assert_eq!(counted(&desk, &scene, "note "), ["note 0", "note 1"]);
        assert_eq!(trouble(&desk).await, None);
        desk.slack.assert_no_violations();
    })
    .await;
}

async fn trouble(desk: &SlackDesk) -> Option<String> {
    let mut tx = desk.desk.db().read().await.unwrap();
    let (team, id) = (&desk.channel.team, &desk.channel.id);
    let channel = channel::by_id(&mut tx, team, id).await.unwrap().unwrap();
    channel.trouble
}

#[tokio::test]
async fn a_token_that_slack_refuses_is_noted_at_the_workspace() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let team = desk.slack.team().to_owned();
        let mut tx = desk.desk.db().write().await.unwrap();
        let before = workspace::by_id(&mut tx, &team).await.unwrap().unwrap();
        let revoked = workspace::Workspace {
            token: desk.desk.eider.seal("xoxb-revoked").unwrap(),
            ..before.clone()
        };
        workspace::put(&mut tx, &revoked).await.unwrap();
        tx.commit().await.unwrap();
        writes_on_the_web(&desk, &scene, "note 0").await;
        desk.settle().await;
        let mut tx = desk.desk.db().write().await.unwrap();
        let noted = workspace::by_id(&mut tx, &team).await.unwrap().unwrap();
        assert!(noted.trouble.unwrap().contains("token"));
        workspace::put(&mut tx, &before).await.unwrap();
        tx.commit().await.unwrap();
        writes_on_the_web(&desk, &scene, "note 1").await;
        desk.settle().await;
        assert_eq!(counted(&desk, &scene, "note "), ["note 0", "note 1"]);
        desk.slack.forgive();
    })
    .await;
}

#[tokio::test]
async fn two_nodes_tell_everything_once_and_an_event_five_times_is_one() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let stop = CancellationToken::new();
        let other = desk.another_node("node-2", stop.clone());
        let scene = scene(&desk, "P2").await;
        let root = Some(scene.card.ts.as_str());
        desk.slack
            .says(&scene.cleo.slack, &desk.channel, root, "Still broken")
            .await;
        for _ in 0..4 {
            desk.slack.repeats_last_event().await.accepted_or_panic();
        }
        for number in 0..6 {
            writes_on_the_web(&desk, &scene, &format!("note {number}")).await;
        }
        desk.settle().await;
        assert_eq!(counted(&desk, &scene, "note ").len(), 6);
        assert_eq!(counted(&desk, &scene, "Still broken").len(), 1);
        assert_eq!(bodies(&desk, &scene.ticket).await.len(), 7);
        stop.cancel();
        other.await.unwrap();
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_node_that_ends_in_the_middle_is_followed_by_another() {
    on_both(|database| async {
        let mut desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        desk.slack
            .trouble_with("chat.postMessage", Trouble::LostAnswers(1));
        for number in 0..3 {
            writes_on_the_web(&desk, &scene, &format!("note {number}")).await;
        }
        desk.stop().await;
        let root = Some(scene.card.ts.as_str());
        desk.slack
            .says(&scene.cleo.slack, &desk.channel, root, "While it was away")
            .await;
        let stop = CancellationToken::new();
        let other = desk.another_node("node-2", stop.clone());
        desk.settle().await;
        assert_eq!(
            counted(&desk, &scene, "note "),
            ["note 0", "note 1", "note 2"]
        );
        assert_eq!(bodies(&desk, &scene.ticket).await.len(), 4);
        stop.cancel();
        other.await.unwrap();
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn whoever_has_another_name_is_called_by_it() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let cleo = &scene.cleo.slack;
        let root = Some(scene.card.ts.as_str());
        desk.slack.says(cleo, &desk.channel, root, "Hello").await;
        desk.settle().await;
        desk.slack.renames_person(cleo, "Cleo Careful").await;
        desk.settle().await;
        let mut tx = desk.desk.db().read().await.unwrap();
        let met = slack_person::by_id(&mut tx, &cleo.team, &cleo.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(met.name, "Cleo Careful");
        assert_eq!(met.person, Some(scene.cleo.person.id));
        desk.slack.assert_no_violations();
    })
    .await;
}
