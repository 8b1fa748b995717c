//! Every message and form about pages with the longest and strangest content: Slack takes them all.

use eider_domain::{
    page::{Ending, Helper, State},
    priority::Rank,
};
use eider_store::person::PersonName;
use eider_testkit::slack::{check_message, check_view};
use proptest::prelude::*;
use serde_json::json;

use super::{by_hand, form, message::Shown, samples};
use crate::{
    mirror::samples::Play,
    samples::{ADA, BEN, at},
};

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("🦆<!here>\u{202e}".repeat(2_000)),
        Just("مرحبا & <@U1> *bold* `code`".repeat(300)),
        "\\PC{0,200}",
    ]
}

fn state(number: u8) -> State {
    let (ada, ben) = (
        uuid::Uuid::from_u128(ADA).into(),
        uuid::Uuid::from_u128(BEN).into(),
    );
    match number {
        0 => State::Held { until: at(600) },
        1 => State::Held { until: at(0) },
        2 => State::Calling {
            level: u16::MAX,
            round: u8::MAX,
            people: vec![ada; 500],
            since: at(0),
            until: at(60),
        },
        3 => State::Acknowledged {
            by: ada,
            at: at(0),
            ask_at: None,
        },
        4 => State::Acknowledged {
            by: ben,
            at: at(0),
            ask_at: None,
        },
        5 => State::Asking {
            by: ada,
            since: at(0),
            until: at(60),
        },
        6 => State::LastResort {
            people: vec![ada, ben],
            since: at(0),
            again: Some(at(30)),
        },
        _ => State::Ended {
            how: Ending::Gathered,
            at: at(0),
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn slack_takes_every_message_about_a_page(
        word in words(),
        number in 0_u8..8,
        tickets in 0_usize..40,
        helpers in 0_usize..30,
        is_drill: bool,
        is_repeat: bool,
    ) {
        let desk = eider_app::desk::Desk::fresh().unwrap();
        let mut ticket = Play::asked(&desk, Rank::P1, 0).ticket;
        ticket.title.clone_from(&word);
        let mut view = samples::view(&ticket, state(number));
        view.tickets = vec![ticket.clone(); tickets];
        view.page.is_drill = is_drill;
        view.page.notes.reason = Some(word.clone());
        view.page.notes.helpers = (0..helpers)
            .map(|one| Helper {
                person: uuid::Uuid::from_u128(100 + one as u128).into(),
                hand_over: one % 2 == 0,
                by: None,
                since: None,
            })
            .collect();
        for name in view.names.values_mut() {
            *name = PersonName { name: word.clone(), initials: String::new() };
        }
        let address = |path: &str| format!("https://desk.example{path}");
        for me in [ADA, BEN, 100, 77] {
            let me = uuid::Uuid::from_u128(me).into();
            let now = at(30);
            let shown = Shown { view: &view, me, address: &address, is_repeat, now };
            let (text, blocks) = shown.draw();
            prop_assert_eq!(check_message(&json!({"text": text, "blocks": blocks})), Ok(()));
            prop_assert_eq!(check_view(&form::not_now(&view, me)), Ok(()));
        }
        let who = crate::kit::escape(&crate::kit::cut(&word, 60)).repeat(8);
        let by_hand = by_hand::form(&ticket, Some(&view), &who, at(30));
        prop_assert_eq!(check_view(&by_hand), Ok(()));
        let mut play = Play::asked(&desk, Rank::P1, 0);
        play.ticket.title = word;
        let card = play.card_calling(30, Some(&view));
        prop_assert_eq!(check_message(&card), Ok(()));
    }
}
