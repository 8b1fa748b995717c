//! What may come in between while a question is filed; nothing that was written is lost.

use eider_app::{configure::retire_priority, slack::follow_link};
use eider_domain::{person::Role, priority::Rank, ticket::Ticket};
use eider_store::ticket;
use eider_testkit::{
    Known, SlackDesk, at, on_both,
    slack::{Trouble, View},
};
use tokio_util::sync::CancellationToken;

use super::ask::{PAYMENTS, open_form};

const MORNING: &str = "2026-03-02T09:00:00Z";

async fn tickets(desk: &SlackDesk) -> Vec<Ticket> {
    let mut tx = desk.desk.db().read().await.unwrap();
    let page = ticket::Page {
        limit: 5,
        ..Default::default()
    };
    let filter = ticket::Filter::default();
    let listed = ticket::list(&mut tx, &filter, ticket::Order::Newest, page)
        .await
        .unwrap();
    let mut tickets = Vec::new();
    for one in listed {
        let found = ticket::by_number(&mut tx, one.number).await.unwrap();
        tickets.extend(found);
    }
    tickets
}

#[tokio::test]
async fn whoever_is_not_known_says_who_they_are_and_their_question_is_filed_then() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MORNING)).await;
        let gil = desk
            .slack
            .person("Gil Guest", "gil@agency.example")
            .guest()
            .await;
        desk.slack.joins(&gil, &desk.channel).await;
        desk.slack
            .types_command(&gil, &desk.channel, "/support", "The till is frozen")
            .await;
        desk.settle().await;
        let form = desk.slack.modal(&gil).unwrap();
        let fields = [
            ("what", "what", "Nothing moves."),
            ("priority", "priority", "P2"),
        ];
        desk.slack
            .fills_and_submits(&gil, &form, &fields)
            .await
            .accepted_or_panic();
        desk.settle().await;
        let waits = desk.slack.modal(&gil).unwrap().words();
        assert!(waits.contains("What you wrote is kept"), "{waits}");
        assert_eq!(tickets(&desk).await, []);
        let asked = desk.slack.direct_messages(&gil).pop().unwrap();
        let link = asked.button("Connect my account").unwrap().url.unwrap();
        let secret = link.rsplit('/').next().unwrap();
        let (person, actor) = desk.desk.person("Gil Guest", Role::Reporter).await;
        follow_link(&desk.desk.eider, &actor, secret).await.unwrap();
        desk.settle().await;
        let done = desk.slack.modal(&gil).unwrap().words();
        assert!(done.contains("is filed"), "{done}");
        let filed = tickets(&desk).await;
        assert_eq!(filed.len(), 1);
        assert_eq!(filed[0].title, "The till is frozen");
        assert_eq!(filed[0].report.what, "Nothing moves.");
        assert_eq!(filed[0].reporter, person.id);
        desk.slack.assert_no_violations();
    })
    .await;
}

/// A form that was sent, and whose priority is retired before anybody works it off.
async fn sent_with_what_is_gone(desk: &mut SlackDesk, cleo: &Known) -> View {
    let form = open_form(desk, cleo).await;
    desk.stop().await;
    let answer = desk
        .slack
        .fills_and_submits(&cleo.slack, &form, &PAYMENTS)
        .await;
    answer.accepted_or_panic();
    retire_priority(&desk.desk.eider, &desk.administrator, Rank::P1)
        .await
        .unwrap();
    answer.view.unwrap()
}

#[tokio::test]
async fn what_cannot_be_filed_is_told_in_the_form_with_everything_that_was_written() {
    on_both(|database| async {
        let mut desk = SlackDesk::new(database, at(MORNING)).await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        sent_with_what_is_gone(&mut desk, &cleo).await;
        let stop = CancellationToken::new();
        let other = desk.another_node("node-2", stop.clone());
        desk.settle().await;
        let form = desk.slack.modal(&cleo.slack).unwrap();
        let words = form.words();
        assert!(words.contains("It is not filed yet"), "{words}");
        let kept = form.values().to_string();
        assert!(kept.contains("Customers cannot pay by card"), "{kept}");
        assert!(kept.contains("The page turns white"), "{kept}");
        assert_eq!(tickets(&desk).await, []);

        desk.slack
            .fills_and_submits(&cleo.slack, &form, &[("priority", "priority", "P2")])
            .await
            .accepted_or_panic();
        desk.settle().await;
        let filed = tickets(&desk).await;
        assert_eq!(filed.len(), 1, "{}", form.words());
        assert_eq!(filed[0].report.what, "The page turns white after Pay.");
        stop.cancel();
        other.await.unwrap();
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_filed_is_told_in_private_to_whoever_closed_the_form() {
    on_both(|database| async {
        let mut desk = SlackDesk::new(database, at(MORNING)).await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        let filing = sent_with_what_is_gone(&mut desk, &cleo).await;
        desk.slack.closes(&cleo.slack, &filing).await;
        let stop = CancellationToken::new();
        let other = desk.another_node("node-2", stop.clone());
        desk.settle().await;
        let told = desk.slack.direct_messages(&cleo.slack).pop().unwrap();
        assert!(told.words().contains("not filed yet"), "{}", told.words());
        desk.slack
            .clicks(&cleo.slack, &told, "ask-open")
            .await
            .accepted_or_panic();
        desk.settle().await;
        let form = desk.slack.modal(&cleo.slack).unwrap();
        let kept = form.values().to_string();
        assert!(kept.contains("Customers cannot pay by card"), "{kept}");
        assert!(kept.contains("The page turns white"), "{kept}");
        stop.cancel();
        other.await.unwrap();
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_message_where_eider_is_not_becomes_a_ticket_of_who_wrote_it() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MORNING)).await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        let ada = desk.known("Ada Responder", Role::Responder).await;
        let both = [&cleo.slack, &ada.slack];
        let public = desk.slack.channel("cafe").without_bot().with(&both).await;
        let alone = desk.slack.channel("dm").without_bot().with(&both);
        let alone = alone.private().await;
        for (channel, text) in [(&public, "The till is frozen"), (&alone, "Slips are late")] {
            let said = desk.slack.says(&cleo.slack, channel, None, text).await;
            desk.slack
                .uses_message_shortcut(&ada.slack, "make-ticket", channel, &said.ts)
                .await
                .accepted_or_panic();
            desk.settle().await;
            let form = desk.slack.modal(&ada.slack).unwrap();
            desk.slack
                .fills_and_submits(&ada.slack, &form, &[("priority", "priority", "P2")])
                .await
                .accepted_or_panic();
            desk.settle().await;
            desk.slack.closes_all(&ada.slack).await;
            let filed = tickets(&desk).await;
            let newest = filed.iter().max_by_key(|ticket| ticket.number).unwrap();
            assert_eq!(newest.title, text);
            assert_eq!(newest.report.what, text);
            assert_eq!(newest.reporter, cleo.person.id);
            let [link] = newest.report.links.as_slice() else {
                panic!("one link: {:?}", newest.report.links);
            };
            let place = format!("/archives/{}/p{}", channel.id, said.ts.replace('.', ""));
            assert!(link.ends_with(&place), "{link}");
            assert_eq!(
                desk.slack.all_messages(channel).len(),
                1,
                "nothing is said there"
            );
            let told = desk.slack.direct_messages(&ada.slack).pop().unwrap();
            let words = told.words();
            assert!(words.contains(&newest.number.to_string()), "{words}");
            assert!(words.contains("nobody there knows of it yet"), "{words}");
        }
        assert_eq!(
            desk.slack.messages(&desk.channel).len(),
            2,
            "each has its card"
        );
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_question_that_is_sent_twice_is_filed_once() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MORNING)).await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        let form = open_form(&desk, &cleo).await;
        desk.slack.fills(&cleo.slack, &form, &PAYMENTS);
        desk.slack
            .submits_twice(&cleo.slack, &form)
            .await
            .accepted_or_panic();
        desk.settle().await;
        assert_eq!(tickets(&desk).await.len(), 1);
        assert_eq!(desk.slack.messages(&desk.channel).len(), 1);
        let done = desk.slack.modal(&cleo.slack).unwrap().words();
        assert!(done.contains("is filed"), "{done}");
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn what_became_of_a_form_is_seen_although_its_answer_came_late() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MORNING)).await;
        let cleo = desk.known("Cleo Care", Role::Reporter).await;
        let form = open_form(&desk, &cleo).await;
        let fields = [
            ("title", "title", "Nobody can pay"),
            ("what", "what", "It says no."),
            ("priority", "priority", "P2"),
        ];
        desk.slack.fills(&cleo.slack, &form, &fields);
        // The thread is not there for a while, and so neither is the link to it.
        let limited = Trouble::RateLimited {
            calls: 1,
            seconds: 30,
        };
        desk.slack.trouble_with("chat.postMessage", limited);
        let shown = || desk.slack.modal(&cleo.slack).unwrap().words();
        let is_shown = async |what| {
            let is_filed = async || {
                desk.desk.pass_milliseconds(50);
                shown().contains("is filed").then_some(())
            };
            desk.desk.until(what, is_filed).await;
        };
        let meanwhile = is_shown("it is filed");
        desk.slack
            .submits_and_hears_after(&cleo.slack, &form, meanwhile)
            .await;
        assert!(!shown().contains("is filed"), "the answer covers it");
        is_shown("it is shown again").await;
        assert!(desk.slack.messages(&desk.channel).is_empty());
        desk.settle().await;
        desk.slack.assert_no_violations();
    })
    .await;
}
