//! Everything about who is on call with the longest and strangest content: Slack takes it all.

use eider_domain::rota::Duty;
use eider_testkit::slack::{check_message, check_view};
use proptest::prelude::*;
use serde_json::json;

use super::{Wanted, form, samples, shown};
use crate::samples::{CLEO, at};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn slack_takes_everything_about_who_is_on_call(
        word in prop_oneof![
            Just(String::new()),
            Just("🦆<!here>\u{202e}".repeat(2_000)),
            "\\PC{0,200}",
        ],
        rotas in 1_usize..150,
        holders in 0_usize..50,
        has_next: bool,
        has_more: bool,
    ) {
        let rota = samples::rota(&word, Duty::Gardener);
        let standing = samples::standing(rota.clone(), holders, has_next.then_some(CLEO));
        let line = shown::line(&standing, Some(&word), &|_| word.clone());
        let requests: Vec<_> = (0..5)
            .flat_map(|_| shown::request_blocks(&samples::swap(Some(CLEO)), &word, &word))
            .take(2)
            .collect();
        let lines = vec![line; rotas.min(15)];
        let page = "https://desk.example/on-call";
        let (text, blocks) = shown::drawn(&lines, has_more, requests, true, page);
        prop_assert_eq!(check_message(&json!({"text": text, "blocks": blocks})), Ok(()));
        let called = crate::kit::escape(&crate::kit::cut(&word, 60));
        let name = move |_| called.clone();
        for message in samples::requests(&name).iter().chain(&samples::answers(&name)) {
            prop_assert_eq!(check_message(message), Ok(()));
        }
        let many: Vec<_> = (0..rotas)
            .map(|number| {
                let id = uuid::Uuid::from_u128(20 + number as u128).into();
                eider_domain::rota::Rota { id, ..rota.clone() }
            })
            .collect();
        let shifts: Vec<_> = many.iter().cloned().map(samples::shift).collect();
        prop_assert_eq!(check_view(&form::cover(&many, at(30))), Ok(()));
        prop_assert_eq!(check_view(&form::swap(&shifts)), Ok(()));
    }
}

#[test]
fn a_command_says_what_it_wants() {
    for (text, wanted) in [
        ("", Wanted::Shown),
        (" Now ", Wanted::Shown),
        ("swap", Wanted::Swap),
        ("Cover", Wanted::Cover),
        ("teapot", Wanted::Help),
    ] {
        assert_eq!(Wanted::of(text), wanted, "{text}");
    }
}
