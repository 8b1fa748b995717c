//! The command with words: my tickets, one ticket, finding by words.

use eider_app::{
    configure::{KnownIssueEdit, save_known_issue},
    ticket,
};
use eider_domain::{person::Role, ticket::Command};
use eider_testkit::{SlackDesk, at, on_both};

#[tokio::test]
async fn the_command_finds_what_is_asked_for_and_tells_it_in_private() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let ada = desk.known("Ada Responder", Role::Responder).await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        let till = desk.desk.ask(&cleo.actor, "The till is frozen", "P1").await;
        let slips = desk.desk.ask(&ada.actor, "Pay slips are late", "P3").await;
        for asked in [&till, &slips] {
            ticket::act(&desk.desk.eider, &ada.actor, asked.number, Command::Take)
                .await
                .unwrap();
        }
        desk.settle().await;
        let told = async |person, text: &str| {
            let before = desk.slack.ephemerals(person).len();
            let answer = desk
                .slack
                .types_command(person, &desk.channel, "/support", text)
                .await;
            assert_eq!(answer.failure, None);
            desk.settle().await;
            let all = desk.slack.ephemerals(person);
            assert_eq!(all.len(), before + 1, "one private answer to {text}");
            all[before].words()
        };

        let mine = told(&ada.slack, "mine").await;
        assert!(mine.contains("The till is frozen"), "{mine}");
        assert!(mine.contains("Pay slips are late"), "{mine}");
        assert!(mine.contains("Ada Responder"), "{mine}");
        let mine = told(&cleo.slack, "mine").await;
        assert!(mine.contains("The till is frozen"), "{mine}");
        assert!(!mine.contains("Pay slips"), "{mine}");
        assert!(mine.contains("No open ticket is yours"), "{mine}");

        let one = told(&cleo.slack, &till.number.to_string()).await;
        assert!(one.contains("The till is frozen"), "{one}");
        assert!(one.contains("Ada Responder"), "{one}");
        let none = told(&cleo.slack, "T-99999").await;
        assert!(none.contains("T-99999 is not here"), "{none}");

        let found = told(&cleo.slack, "find slips").await;
        assert!(found.contains("Pay slips are late"), "{found}");
        assert!(!found.contains("till"), "{found}");
        let nothing = told(&cleo.slack, "find unicorns").await;
        assert!(nothing.contains("Nothing was found"), "{nothing}");
        let help = told(&cleo.slack, "help").await;
        assert!(help.contains("/support find"), "{help}");
        assert_eq!(
            desk.slack.messages(&desk.channel).len(),
            2,
            "only the two cards"
        );
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn known_issues_are_found_too_with_what_to_do_meanwhile() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        let edit = KnownIssueEdit {
            title: "The collector pauses at night".into(),
            description: "It waits for the bank.".into(),
            advice: "It recovers by itself before seven.".into(),
            ..KnownIssueEdit::default()
        };
        save_known_issue(&desk.desk.eider, &desk.administrator, None, edit)
            .await
            .unwrap();
        let answer = desk
            .slack
            .types_command(
                &cleo.slack,
                &desk.channel,
                "/support",
                "find collector pauses",
            )
            .await;
        assert_eq!(answer.failure, None);
        desk.settle().await;
        let found = desk.slack.ephemerals(&cleo.slack).pop().unwrap().words();
        assert!(found.contains("Known issues"), "{found}");
        assert!(found.contains("The collector pauses at night"), "{found}");
        assert!(
            found.contains("It recovers by itself before seven"),
            "{found}"
        );
        desk.slack.assert_no_violations();
    })
    .await;
}
