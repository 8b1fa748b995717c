//! Etiquette: whoever writes beside the threads is nudged kindly, and a good report is thanked.

use eider_app::ticket::{self as desk_ticket, Ask};
use eider_domain::{
    feature::Platform,
    person::Role,
    ticket::{Report, Tried},
};
use eider_testkit::{SlackDesk, at, on_both};

use super::thread::said;

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
