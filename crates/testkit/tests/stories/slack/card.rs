//! The first message of a thread, which shows how its ticket stands.

use eider_domain::person::Role;
use eider_testkit::{DESK_URL, SlackDesk, at, on_both};

#[tokio::test]
async fn a_question_on_the_web_gets_a_thread_in_which_it_is_taken() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let ada = desk.known("Ada Responder", Role::Responder).await;
        let cleo = desk.desk.unnamed(Role::Reporter).await;
        let ticket = desk.desk.ask(&cleo, "Payments fail", "P2").await;
        desk.settle().await;

        let messages = desk.slack.messages(&desk.channel);
        let [card] = messages.as_slice() else {
            panic!("one card: {messages:#?}");
        };
        let words = card.words();
        assert!(words.contains("Payments fail"), "{words}");
        assert!(words.contains("nobody yet"), "{words}");
        let page = format!("{DESK_URL}/tickets/{}", ticket.number);
        let drawn = serde_json::to_string(&card.blocks).unwrap();
        assert!(drawn.contains(&page), "{drawn}");

        desk.slack
            .clicks(&ada.slack, card, "take")
            .await
            .accepted_or_panic();
        desk.settle().await;
        let card = desk.slack.message(&desk.channel, &card.ts).unwrap();
        assert!(card.words().contains(&ada.slack.mention()), "{card:#?}");
        assert!(!desk.slack.thread(&desk.channel, &card.ts).is_empty());
        desk.slack.assert_no_violations();
    })
    .await;
}
