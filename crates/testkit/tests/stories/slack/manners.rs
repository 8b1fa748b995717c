//! Etiquette: whoever writes beside the threads is nudged kindly, and a good report is thanked.

use eider_app::ticket::{self as desk_ticket, Ask};
use eider_domain::{
    access::Actor,
    feature::Platform,
    person::Role,
    ticket::{Change, Command, NextUpdate, Report, Resolution, StatusKind, Tried},
};
use eider_testkit::{SlackDesk, at, on_both, slack::Message};

use super::thread::{Scene, bodies, said, scene};

const MONDAY: &str = "2026-03-02T09:00:00Z";

#[tokio::test]
async fn a_message_beside_the_threads_is_nudged_at_most_once_an_hour_and_becomes_a_ticket() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let cleo = desk.known("Cleo Care", Role::Reporter).await;
        let person = &cleo.slack;
        desk.slack
            .says(person, &desk.channel, None, "Nobody can pay by card")
            .await;
        desk.settle().await;
        desk.slack
            .says(person, &desk.channel, None, "Is anybody there?")
            .await;
        desk.settle().await;
        let nudges = desk.slack.ephemerals(person);
        let [nudge] = nudges.as_slice() else {
            panic!("one nudge: {nudges:#?}");
        };
        desk.slack
            .clicks(person, nudge, "nudge-make")
            .await
            .accepted_or_panic();
        desk.settle().await;
        let form = desk.slack.modal(person).unwrap();
        let filled = form.values().to_string();
        assert!(filled.contains("Nobody can pay by card"), "{filled}");

        desk.desk.pass_minutes(61);
        desk.slack
            .says(person, &desk.channel, None, "Another thing")
            .await;
        desk.settle().await;
        assert_eq!(desk.slack.ephemerals(person).len(), 2);

        let quiet = eider_app::slack::Settings {
            nudges: false,
            ..eider_app::slack::settings(&desk.desk.eider).await.unwrap()
        };
        eider_app::slack::save_settings(&desk.desk.eider, &desk.administrator, quiet)
            .await
            .unwrap();
        desk.desk.pass_minutes(61);
        desk.slack
            .says(person, &desk.channel, None, "Once more")
            .await;
        desk.settle().await;
        assert_eq!(desk.slack.ephemerals(person).len(), 2, "it is switched off");
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_good_report_is_thanked_once_and_another_is_not() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let cleo = desk.known("Cleo Care", Role::Reporter).await;
        let ask = Ask {
            title: "Nobody can pay".into(),
            report: Report {
                what: "The card is declined.".into(),
                expected: Some("That it is taken.".into()),
                steps: Some("Pay with any card.".into()),
                tried: vec![Tried {
                    platform: Platform::Web,
                    works: false,
                }],
                ..Report::default()
            },
            ..Ask::default()
        };
        desk_ticket::open(&desk.desk.eider, &cleo.actor, ask)
            .await
            .unwrap();
        desk.settle().await;
        let card = desk.slack.messages(&desk.channel).pop().unwrap();
        let told = said(&desk, &card);
        let thanks = told
            .iter()
            .filter(|words| words.contains("Thank you, *Cleo Care*"));
        assert_eq!(thanks.count(), 1, "{told:#?}");
        desk.desk.ask(&cleo.actor, "It is slow", "P3").await;
        desk.settle().await;
        let card = desk.slack.messages(&desk.channel).pop().unwrap();
        assert_eq!(said(&desk, &card), Vec::<String>::new());
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn whoever_writes_to_eider_alone_can_move_it_to_support() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let cleo = desk.known("Cleo Care", Role::Reporter).await;
        let person = &cleo.slack;
        let alone = desk.slack.direct_channel(person);
        let written = desk
            .slack
            .says(person, &alone, None, "Nobody can pay by card")
            .await;
        desk.settle().await;
        let messages = desk.slack.direct_messages(person);
        let [_, offer] = messages.as_slice() else {
            panic!("it is answered once: {messages:#?}");
        };
        desk.slack
            .clicks(person, offer, "nudge-make")
            .await
            .accepted_or_panic();
        desk.settle().await;
        let form = desk.slack.modal(person).unwrap();
        desk.slack
            .fills_and_submits(person, &form, &[("priority", "priority", "P2")])
            .await
            .accepted_or_panic();
        desk.settle().await;
        let card = desk.slack.messages(&desk.channel).pop().unwrap();
        assert!(
            card.words().contains("Nobody can pay by card"),
            "{}",
            card.words()
        );
        assert!(card.words().contains(&person.mention()), "{}", card.words());
        let answer = desk.slack.thread(&alone, &written.ts).pop().unwrap();
        assert!(
            answer.words().contains("made a ticket of this"),
            "{answer:#?}"
        );
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn whoever_mentions_eider_elsewhere_is_offered_a_ticket_in_private() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let cleo = desk.known("Cleo Care", Role::Reporter).await;
        let person = &cleo.slack;
        let lounge = desk.slack.channel("lounge").with(&[person]).await;
        let asks = format!("<@{}> nobody can pay", desk.slack.bot_user());
        desk.slack.says(person, &lounge, None, "Good morning").await;
        desk.slack.says(person, &lounge, None, &asks).await;
        desk.settle().await;
        let offers = desk.slack.ephemerals(person);
        let [offer] = offers.as_slice() else {
            panic!("one private word: {offers:#?}");
        };
        desk.slack
            .clicks(person, offer, "nudge-make")
            .await
            .accepted_or_panic();
        desk.settle().await;
        let form = desk.slack.modal(person).unwrap();
        let filled = form.values().to_string();
        assert!(filled.contains("nobody can pay"), "{filled}");
        assert_eq!(desk.slack.messages(&lounge).len(), 2, "nobody else sees it");
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn an_answer_below_a_private_word_stands_in_the_thread() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let cleo = &scene.cleo.slack;
        let waits = waits_for_cleo(&desk, &scene).await;
        let alone = desk.slack.direct_channel(cleo);
        let answer = desk
            .slack
            .says(cleo, &alone, Some(&waits.ts), "Only Visa")
            .await;
        let shot = ("till.txt", b"declined".as_slice());
        desk.slack
            .shares_file(cleo, &alone, Some(&waits.ts), shot, "")
            .await;
        desk.settle().await;
        let told = said(&desk, &scene.card);
        let at = |words: &str| told.iter().filter(|told| told.contains(words)).count();
        assert_eq!(at("*Cleo Care* answered me:\nOnly Visa"), 1, "{told:#?}");
        assert_eq!(at("*Cleo Care* added a file: "), 1, "{told:#?}");
        assert_eq!(bodies(&desk, &scene.ticket).await, ["Only Visa"]);
        let (eider, number) = (&desk.desk.eider, scene.ticket.number);
        let now = desk_ticket::card(eider, &scene.ada.actor, number)
            .await
            .unwrap();
        assert_eq!(
            now.ticket.status.kind(),
            StatusKind::InProgress,
            "it goes on"
        );

        desk.slack.edits(cleo, &answer, "Visa and Mastercard").await;
        desk.settle().await;
        let told = said(&desk, &scene.card);
        assert!(
            told.contains(&"*Cleo Care* answered me:\nVisa and Mastercard".to_owned()),
            "{told:#?}"
        );
        desk.slack.deletes(cleo, &answer).await;
        desk.settle().await;
        let told = said(&desk, &scene.card);
        assert!(!told.iter().any(|told| told.contains("Visa")), "{told:#?}");
        assert_eq!(bodies(&desk, &scene.ticket).await, Vec::<String>::new());
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn an_answer_beside_a_private_word_is_added_by_one_button() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let cleo = &scene.cleo.slack;
        waits_for_cleo(&desk, &scene).await;
        let alone = desk.slack.direct_channel(cleo);
        let answer = desk.slack.says(cleo, &alone, None, "Only Visa").await;
        desk.settle().await;
        let offer = desk.slack.direct_messages(cleo).pop().unwrap();
        assert!(
            offer
                .words()
                .contains(&format!("Does it belong to {}", scene.ticket.number)),
            "{}",
            offer.words()
        );
        desk.slack
            .clicks(cleo, &offer, "nudge-add")
            .await
            .accepted_or_panic();
        desk.settle().await;
        assert_eq!(bodies(&desk, &scene.ticket).await, ["Only Visa"]);
        let done = desk.slack.message(&alone, &offer.ts).unwrap();
        assert!(done.words().contains("stands in the thread of"), "{done:?}");
        desk.slack
            .says(cleo, &alone, Some(&answer.ts), "And Maestro")
            .await;
        desk.settle().await;
        let mut kept = bodies(&desk, &scene.ticket).await;
        kept.sort_unstable();
        assert_eq!(kept, ["And Maestro", "Only Visa"]);

        // A week later it is taken for something new.
        desk.desk.pass_minutes(8 * 24 * 60);
        desk.settle().await;
        let dora = desk.known("Dora Asks", Role::Reporter).await;
        let hers = desk.slack.direct_channel(&dora.slack);
        desk.slack.says(&dora.slack, &hers, None, "Hello").await;
        desk.settle().await;
        let offer = desk.slack.direct_messages(&dora.slack).pop().unwrap();
        assert!(offer.button("Move to support").is_some(), "{offer:?}");
        assert!(!offer.words().contains("Does it belong"), "{offer:?}");
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn whoever_joined_hears_of_every_change_in_private() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let (eider, number) = (&desk.desk.eider, scene.ticket.number);
        let dora = desk.known("Dora Asks", Role::Reporter).await;
        let does = async |actor: &Actor, command: Command| {
            desk_ticket::act(eider, actor, number, command)
                .await
                .unwrap();
            desk.settle().await;
        };
        does(&dora.actor, Command::Join { note: None }).await;
        does(&scene.ada.actor, Command::Take).await;
        let update = Command::Update {
            known: "Visa fails".into(),
            doing: "We call the bank".into(),
            next: Some(NextUpdate::NotPlanned),
        };
        does(&scene.ada.actor, update).await;
        let resolution = Resolution {
            cause: "A certificate".into(),
            how_known: "Cards are taken".into(),
            change: Change::No,
            customer_outcome: None,
            known_issue: None,
        };
        does(&scene.ada.actor, Command::Resolve(resolution)).await;
        let told = desk.slack.direct_messages(&dora.slack);
        let told: Vec<String> = told.iter().map(Message::words).collect();
        assert_eq!(told.len(), 3, "{told:#?}");
        for (told, words) in
            told.iter()
                .zip(["has it now", "We call the bank", "put right, we believe"])
        {
            assert!(told.contains(words), "{told}");
            assert!(told.contains("Nobody can pay"), "it says of what: {told}");
        }
        desk.slack.assert_no_violations();
    })
    .await;
}

/// Ada asks Cleo for more; answers with what Cleo is told in private.
async fn waits_for_cleo(desk: &SlackDesk, scene: &Scene) -> Message {
    let (eider, number) = (&desk.desk.eider, scene.ticket.number);
    let ask = Command::Wait {
        question: Some("Which cards?".into()),
    };
    for command in [Command::Take, ask] {
        desk_ticket::act(eider, &scene.ada.actor, number, command)
            .await
            .unwrap();
    }
    desk.settle().await;
    let told = desk.slack.direct_messages(&scene.cleo.slack).pop().unwrap();
    assert!(told.words().contains("Which cards?"), "{told:?}");
    told
}
