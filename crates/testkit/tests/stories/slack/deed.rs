//! What is done with words has a form, which says at once what is wrong.

use eider_app::{
    configure::{KnownIssueEdit, save_known_issue},
    ticket as desk_ticket,
};
use eider_domain::{
    access::Actor,
    person::Role,
    ticket::{Change, StatusKind, Ticket},
};
use eider_testkit::{
    SlackDesk, at, on_both,
    slack::{Person, Trouble, View},
};

use super::thread::{Scene, said, scene};

const MONDAY: &str = "2026-03-02T09:00:00Z";

async fn ticket(desk: &SlackDesk, scene: &Scene) -> Ticket {
    let (eider, ada): (_, &Actor) = (&desk.desk.eider, &scene.ada.actor);
    let card = desk_ticket::card(eider, ada, scene.ticket.number)
        .await
        .unwrap();
    card.ticket
}

/// Presses a button of the card as it is now.
async fn presses(desk: &SlackDesk, scene: &Scene, person: &Person, word: &str) {
    let card = desk.slack.message(&desk.channel, &scene.card.ts).unwrap();
    if card
        .blocks
        .iter()
        .any(|block| block.to_string().contains(&format!("\"{word} T-")))
    {
        let choice = format!("{word} {}", scene.ticket.number);
        desk.slack
            .selects(person, &card, "more", &choice)
            .await
            .accepted_or_panic();
    } else {
        desk.slack
            .clicks(person, &card, word)
            .await
            .accepted_or_panic();
    }
    desk.settle().await;
}

async fn form(desk: &SlackDesk, scene: &Scene, person: &Person, word: &str) -> View {
    presses(desk, scene, person, word).await;
    desk.slack
        .modal(person)
        .unwrap_or_else(|| panic!("{word} opens a form"))
}

async fn sends(desk: &SlackDesk, person: &Person, view: &View, fields: &[(&str, &str, &str)]) {
    desk.slack
        .fills_and_submits(person, view, fields)
        .await
        .accepted_or_panic();
    assert_eq!(desk.slack.modals(person), 0, "the form closes");
    desk.settle().await;
}

#[tokio::test]
async fn the_whole_life_of_a_ticket_goes_through_buttons() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let (ada, cleo) = (&scene.ada.slack, &scene.cleo.slack);
        presses(&desk, &scene, ada, "take").await;
        presses(&desk, &scene, ada, "take").await;
        assert_eq!(ticket(&desk, &scene).await.owner, Some(scene.ada.person.id));
        assert!(
            desk.slack.ephemerals(ada).is_empty(),
            "taking again is done already"
        );

        let wait = form(&desk, &scene, ada, "wait").await;
        sends(
            &desk,
            ada,
            &wait,
            &[("question", "question", "Which card?")],
        )
        .await;
        let waits = ticket(&desk, &scene).await;
        assert_eq!(waits.status.kind(), StatusKind::WaitingForReporter);
        assert!(
            said(&desk, &scene.card)
                .last()
                .unwrap()
                .contains(">Which card?")
        );
        let asked = desk.slack.direct_messages(cleo).pop().unwrap();
        assert!(asked.words().contains("Which card?"), "{}", asked.words());
        desk.slack
            .says(cleo, &desk.channel, Some(&scene.card.ts), "A blue one")
            .await;
        desk.settle().await;
        assert_eq!(
            ticket(&desk, &scene).await.status.kind(),
            StatusKind::InProgress
        );

        let priority = form(&desk, &scene, ada, "priority").await;
        assert!(
            priority.words().contains("For example"),
            "{}",
            priority.words()
        );
        let fields = [
            ("priority", "priority", "P1"),
            ("reason", "reason", "Everybody"),
        ];
        sends(&desk, ada, &priority, &fields).await;
        assert_eq!(ticket(&desk, &scene).await.priority.to_string(), "P1");

        let resolve = form(&desk, &scene, ada, "resolve").await;
        let fields = [
            ("cause", "cause", "A certificate ran out."),
            ("how_known", "how_known", "Ada paid."),
            ("change", "change", "yes"),
            ("reference", "reference", "https://git.example/1"),
        ];
        sends(&desk, ada, &resolve, &fields).await;
        let resolved = ticket(&desk, &scene).await;
        let resolution = resolved.status.resolution().unwrap();
        let reference = Some("https://git.example/1".to_owned());
        assert_eq!(resolution.change, Change::Yes { reference });

        let told = desk.slack.direct_messages(cleo).pop().unwrap();
        desk.slack
            .clicks(cleo, &told, "reopen")
            .await
            .accepted_or_panic();
        desk.settle().await;
        let reopen = desk.slack.modal(cleo).unwrap();
        sends(&desk, cleo, &reopen, &[("why", "why", "It still fails")]).await;
        assert_eq!(
            ticket(&desk, &scene).await.status.kind(),
            StatusKind::Reopened
        );
        let resolve = form(&desk, &scene, ada, "resolve").await;
        let fields = [
            ("cause", "cause", "The other one."),
            ("how_known", "how_known", "Cleo paid."),
            ("change", "change", "no"),
        ];
        sends(&desk, ada, &resolve, &fields).await;
        presses(&desk, &scene, cleo, "confirm").await;
        assert_eq!(
            ticket(&desk, &scene).await.status.kind(),
            StatusKind::Closed
        );
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_and_what_is_refused_in_the_form() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let ada = &scene.ada.slack;
        let update = form(&desk, &scene, ada, "update").await;
        let fields = [
            ("known", "known", "Cards fail."),
            ("doing", "doing", "We renew the certificate."),
            ("next", "next", "at"),
        ];
        let answer = desk.slack.fills_and_submits(ada, &update, &fields).await;
        assert_eq!(
            answer.errors["next_at"],
            "Choose the time of the next update."
        );
        let two_days = at("2026-03-04T09:00:00Z").as_second().to_string();
        let fields = [("next_at", "next_at", two_days.as_str())];
        let answer = desk.slack.fills_and_submits(ada, &update, &fields).await;
        assert!(
            answer.errors["next_at"].contains("within a day"),
            "{:?}",
            answer.errors
        );
        sends(&desk, ada, &update, &[("next", "next", "30")]).await;
        let told = ticket(&desk, &scene).await;
        assert_eq!(told.next_update.unwrap().at, at("2026-03-02T09:30:00Z"));

        let wait = form(&desk, &scene, ada, "wait").await;
        presses_elsewhere(&desk, &scene).await;
        let fields = [("question", "question", "Which card?")];
        let answer = desk.slack.fills_and_submits(ada, &wait, &fields).await;
        assert!(
            answer.errors["question"].contains("resolved"),
            "{:?}",
            answer.errors
        );
        desk.slack.assert_no_violations();
    })
    .await;
}

/// Somebody resolves it on the web meanwhile.
async fn presses_elsewhere(desk: &SlackDesk, scene: &Scene) {
    let resolution = eider_domain::ticket::Resolution {
        cause: "A certificate ran out.".into(),
        how_known: "Ada paid.".into(),
        change: Change::No,
        customer_outcome: None,
        known_issue: None,
    };
    let command = eider_domain::ticket::Command::Resolve(resolution);
    let (eider, ada) = (&desk.desk.eider, &scene.ada.actor);
    desk_ticket::act(eider, ada, scene.ticket.number, command)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_reporter_is_told_kindly_that_others_take_tickets() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let cleo = &scene.cleo.slack;
        presses(&desk, &scene, cleo, "take").await;
        presses(&desk, &scene, cleo, "resolve").await;
        assert!(desk.slack.modal(cleo).is_none());
        let told = desk.slack.ephemerals(cleo);
        assert_eq!(told.len(), 2, "{told:#?}");
        for one in told {
            assert!(
                one.words().contains("Thank you for wanting to help"),
                "{}",
                one.words()
            );
        }
        assert_eq!(ticket(&desk, &scene).await.owner, None);
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn it_is_given_to_somebody_who_works_on_tickets_and_taken_over() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let ada = &scene.ada.slack;
        let (ben, _) = desk.desk.person("Ben Buddy", Role::Responder).await;
        let assign = form(&desk, &scene, ada, "assign").await;
        let found = desk
            .slack
            .searches_options(ada, &assign, "responder", "bUd")
            .await;
        assert_eq!(found.len(), 1, "{found:?}");
        let cleo = desk
            .slack
            .searches_options(ada, &assign, "responder", "cleo")
            .await;
        assert!(cleo.is_empty(), "{cleo:?}");
        sends(
            &desk,
            ada,
            &assign,
            &[("owner", "responder", &found[0].value)],
        )
        .await;
        assert_eq!(ticket(&desk, &scene).await.owner, Some(ben.id));
        presses(&desk, &scene, ada, "take").await;
        assert_eq!(ticket(&desk, &scene).await.owner, Some(scene.ada.person.id));
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_done_once() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let ada = &scene.ada.slack;
        let update = form(&desk, &scene, ada, "update").await;
        let fields = [
            ("known", "known", "Cards fail."),
            ("doing", "doing", "We renew the certificate."),
        ];
        desk.slack.fills(ada, &update, &fields);
        desk.slack
            .submits_twice(ada, &update)
            .await
            .accepted_or_panic();
        desk.settle().await;
        let told = said(&desk, &scene.card);
        let updates = told.iter().filter(|words| words.contains("Cards fail."));
        assert_eq!(updates.count(), 1, "{told:#?}");
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_form_whose_opening_was_not_heard_of_is_open_once() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let ada = &scene.ada.slack;
        desk.slack
            .trouble_with("views.open", Trouble::LostAnswers(1));
        let update = form(&desk, &scene, ada, "update").await;
        assert_eq!(desk.slack.modals(ada), 1);
        assert!(
            desk.slack.calls_of("views.open").len() > 1,
            "it is tried again"
        );
        let fields = [
            ("known", "known", "Cards fail."),
            ("doing", "doing", "We renew the certificate."),
        ];
        sends(&desk, ada, &update, &fields).await;
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_known_issue_is_chosen_and_linked_when_it_is_resolved() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let edit = KnownIssueEdit {
            title: "The collector pauses at night".into(),
            description: "It waits for the bank.".into(),
            advice: "It recovers by itself.".into(),
            ..KnownIssueEdit::default()
        };
        let issue = save_known_issue(&desk.desk.eider, &desk.administrator, None, edit)
            .await
            .unwrap();
        let scene = scene(&desk, "P2").await;
        let ada = &scene.ada.slack;
        let resolve = form(&desk, &scene, ada, "resolve").await;
        let id = issue.id.to_string();
        let fields = [
            ("cause", "cause", "The bank was late."),
            ("how_known", "how_known", "It collects again."),
            ("change", "change", "no"),
            ("known_issue", "known_issue", id.as_str()),
        ];
        sends(&desk, ada, &resolve, &fields).await;
        let resolved = ticket(&desk, &scene).await;
        let resolution = resolved.status.resolution().unwrap();
        assert_eq!(resolution.known_issue, Some(issue.id));
        assert_eq!(resolution.cause, "The bank was late.");
        let told = said(&desk, &scene.card);
        assert!(
            told.iter()
                .any(|words| words.contains("Known issue:* The collector pauses at night")),
            "{told:#?}"
        );
        desk.slack.assert_no_violations();
    })
    .await;
}
