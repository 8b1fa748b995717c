//! In an incident the thread asks who does what, and whoever asks for news is answered.

use eider_app::ticket as desk_ticket;
use eider_domain::{
    person::Role,
    ticket::{Command, Hat, NextUpdate},
};
use eider_testkit::{
    SlackDesk, at, on_both,
    slack::{Message, Trouble},
};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use super::thread::{bodies, said, scene};

const MONDAY: &str = "2026-03-02T09:00:00Z";

fn asking(desk: &SlackDesk, card: &Message) -> Vec<Message> {
    let replies = desk.slack.thread(&desk.channel, &card.ts);
    replies
        .into_iter()
        .filter(|reply| reply.words().contains("looks for the cause"))
        .collect()
}

#[tokio::test]
async fn the_thread_of_a_p1_asks_within_minutes_who_wears_the_hats() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P1").await;
        assert!(asking(&desk, &scene.card).is_empty(), "not at once");
        desk.desk.pass_minutes(3);
        desk.settle().await;
        let asked = asking(&desk, &scene.card);
        let [asked] = asked.as_slice() else {
            panic!("asked once: {asked:#?}");
        };
        let ada = &scene.ada.slack;
        desk.slack
            .clicks(ada, asked, "hat-diagnosing")
            .await
            .accepted_or_panic();
        desk.settle().await;
        let told = said(&desk, &scene.card);
        let worn = format!("{} is diagnosing.", ada.mention());
        assert!(told.contains(&worn), "{told:#?}");
        let card = desk.slack.message(&desk.channel, &scene.card.ts).unwrap();
        assert!(card.words().contains("Diagnosing"), "{}", card.words());
        desk.desk.pass_minutes(10);
        desk.settle().await;
        assert_eq!(asking(&desk, &scene.card).len(), 1);
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn nobody_is_asked_when_the_hats_are_worn_already_or_it_is_not_urgent() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P1").await;
        for hat in Hat::ALL {
            let (eider, ada) = (&desk.desk.eider, &scene.ada.actor);
            let command = Command::TakeHat { hat };
            desk_ticket::act(eider, ada, scene.ticket.number, command)
                .await
                .unwrap();
        }
        desk.desk
            .ask(&scene.cleo.actor, "A small thing", "P3")
            .await;
        desk.settle().await;
        desk.desk.pass_minutes(5);
        desk.settle().await;
        let all = desk.slack.all_messages(&desk.channel);
        assert!(
            !all.iter()
                .any(|one| one.words().contains("looks for the cause")),
            "{all:#?}"
        );
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn an_update_is_one_message_is_asked_for_when_it_is_due_and_answers_any_news() {
    on_both(|database| async {
        let start = at(MONDAY);
        let desk = SlackDesk::new(database, start).await;
        let scene = scene(&desk, "P2").await;
        let (ada, cleo) = (&scene.ada.slack, &scene.cleo.slack);
        let number = scene.ticket.number;
        desk.slack
            .clicks(ada, &scene.card, "take")
            .await
            .accepted_or_panic();
        desk.settle().await;
        let root = Some(scene.card.ts.as_str());
        desk.slack
            .says(cleo, &desk.channel, root, "Any news?")
            .await;
        desk.settle().await;
        let answer = desk.slack.ephemerals(cleo).pop().unwrap();
        assert!(
            answer.words().contains("No update was given yet"),
            "{}",
            answer.words()
        );
        let update = Command::Update {
            known: "Cards **fail**.".into(),
            doing: "We renew the certificate.".into(),
            next: Some(NextUpdate::At(
                desk.desk.eider.now() + SignedDuration::from_mins(30),
            )),
        };
        desk_ticket::act(&desk.desk.eider, &scene.ada.actor, number, update)
            .await
            .unwrap();
        desk.settle().await;
        let told = said(&desk, &scene.card);
        let updates: Vec<&String> = told
            .iter()
            .filter(|t| t.contains("How it stands"))
            .collect();
        assert_eq!(updates.len(), 1, "{told:#?}");
        assert!(updates[0].contains("Cards *fail*."), "{}", updates[0]);
        let card = desk.slack.message(&desk.channel, &scene.card.ts).unwrap();
        assert!(card.words().contains("Next update"), "{}", card.words());

        desk.slack
            .says(cleo, &desk.channel, root, "Hi team, any update on this?")
            .await;
        desk.slack.says(ada, &desk.channel, root, "any news?").await;
        desk.settle().await;
        let answer = desk.slack.ephemerals(cleo).pop().unwrap();
        assert!(
            answer.words().contains("Cards *fail*."),
            "{}",
            answer.words()
        );
        assert!(
            answer.words().contains("The next update comes"),
            "{}",
            answer.words()
        );
        assert_eq!(desk.slack.ephemerals(ada).len(), 0, "Ada works on it");
        assert_eq!(
            bodies(&desk, &scene.ticket).await.len(),
            3,
            "the thread is the record"
        );

        desk.desk.pass_minutes(31);
        desk.desk
            .until("the update is due", async || {
                let kinds = desk.desk.kinds(&scene.ticket).await;
                kinds.contains(&"update_due".to_owned()).then_some(())
            })
            .await;
        desk.settle().await;
        let asked = desk.slack.direct_messages(ada).pop().unwrap();
        assert!(asked.words().contains("is due now"), "{}", asked.words());
        desk.slack
            .clicks(ada, &asked, "update")
            .await
            .accepted_or_panic();
        desk.settle().await;
        let form = desk.slack.modal(ada).unwrap();
        let answer = desk
            .slack
            .fills_and_submits(ada, &form, &[("doing", "doing", "It is in place.")])
            .await;
        answer.accepted_or_panic();
        desk.settle().await;
        let told = said(&desk, &scene.card);
        assert!(
            told.last().unwrap().contains("It is in place."),
            "{told:#?}"
        );
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_thread_asks_for_hats_though_the_node_died_while_it_told_it() {
    on_both(|database| async {
        let mut desk = SlackDesk::new(database, at(MONDAY)).await;
        let ada = desk.known("Ada Lovelace", Role::Responder).await;
        let cleo = desk.known("Cleo Care", Role::Reporter).await;
        desk.stop().await;
        let ticket = desk.desk.ask(&cleo.actor, "Nobody can pay", "P1").await;
        desk_ticket::act(&desk.desk.eider, &ada.actor, ticket.number, Command::Take)
            .await
            .unwrap();
        desk.slack.trouble_with("conversations.open", Trouble::Held);
        let dies = desk.another_node("node-2", CancellationToken::new());
        desk.slack
            .until("the card is there and the thread is being told", |slack| {
                let all = slack.all_messages(&desk.channel);
                let is_told = all.iter().any(|one| one.words().contains("has it"));
                is_told.then_some(())
            })
            .await;
        dies.abort();
        desk.slack.heal();
        // What it held is free again.
        desk.desk.pass_minutes(3);
        let stop = CancellationToken::new();
        let other = desk.another_node("node-3", stop.clone());
        desk.settle().await;
        desk.desk.pass_minutes(3);
        desk.settle().await;
        let card = desk.slack.messages(&desk.channel).pop().unwrap();
        assert_eq!(asking(&desk, &card).len(), 1);
        stop.cancel();
        other.await.unwrap();
        desk.slack.assert_no_violations();
    })
    .await;
}
