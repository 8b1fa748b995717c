use eider_domain::{priority::Rank, ticket::StatusKind};
use eider_testkit::slack::check_message;
use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn words_are_understood_and_everything_else_is_a_question() {
    assert_eq!(Wanted::of("  "), Wanted::Form);
    assert_eq!(Wanted::of("Mine"), Wanted::Mine);
    assert_eq!(Wanted::of("mine is broken"), Wanted::Form);
    assert_eq!(Wanted::of(" t-1042 "), Wanted::Ticket(TicketNumber(1042)));
    assert_eq!(
        Wanted::of("find  two words"),
        Wanted::Find("two words".into())
    );
    assert_eq!(Wanted::of("find"), Wanted::Form);
    assert_eq!(Wanted::of("help"), Wanted::Help);
    assert_eq!(Wanted::of("help me please"), Wanted::Form);
}

proptest! {
    #[test]
    fn slack_takes_every_list(
        word in prop_oneof![
            Just(String::new()),
            Just("🦆<&>".repeat(3_000)),
            Just("\u{202e}مرحبا <!channel>".repeat(100)),
            "\\PC{0,300}",
        ],
        count in 0_usize..30,
        late: bool,
    ) {
        let lines = vec![
            Line {
                number: TicketNumber(i64::MAX),
                title: word.clone(),
                priority: Rank::P1,
                status: StatusKind::WaitingForReporter,
                owner: late.then(|| word.clone()),
                is_unowned: !late,
                due: Some("2026-03-02T09:00:00Z".parse().unwrap()),
                is_late: late,
                page: "https://desk.example/tickets/T-1".into(),
            };
            count
        ];
        let (text, blocks) = found_blocks(&word, &lines[..count.min(FOUND_LIMIT)], true);
        prop_assert_eq!(check_message(&json!({"text": text, "blocks": blocks})), Ok(()));
        let issue = KnownIssue {
            id: uuid::Uuid::nil().into(),
            title: word.clone(),
            description: String::new(),
            advice: word.clone(),
            feature: None,
            over: false,
            alerts: None,
        };
        let issues = vec![issue; count.min(10)];
        let mut blocks = blocks;
        blocks.extend(known_blocks(&issues, "https://desk.example/known-issues"));
        prop_assert_eq!(check_message(&json!({"text": text, "blocks": blocks})), Ok(()));
        let shown = &lines[..count.min(LIST_LIMIT)];
        let mut blocks = list("You asked", shown, "Nothing.", true);
        blocks.extend(list("You have", shown, "Nothing.", true));
        prop_assert_eq!(check_message(&json!({"text": "x", "blocks": blocks})), Ok(()));
        prop_assert!(help(&word).encode_utf16().count() < kit::SECTION_LIMIT);
    }
}
