//! Samples of what the form of a question offers.

use crate::components::choices::{Card, Choice};

use super::priorities;

pub(in crate::gallery) fn features() -> Vec<Choice> {
    vec![
        Choice {
            platforms: Some("web ios android".to_owned()),
            ..Choice::new("login", "Login")
        },
        Choice {
            platforms: Some("web".to_owned()),
            ..Choice::new("search", "Search")
        },
        Choice::new("payroll", "Payroll"),
    ]
}

pub(in crate::gallery) fn platforms() -> Vec<Choice> {
    vec![
        Choice::new("web", "Web"),
        Choice::new("ios", "iOS"),
        Choice::new("android", "Android"),
    ]
}

pub(in crate::gallery) fn words() -> Vec<Card> {
    let card = |value: &str, title: &str, meaning: &str| Card {
        value: value.to_owned(),
        title: title.to_owned(),
        meaning: meaning.to_owned(),
        ..Card::default()
    };
    vec![
        card("crash", "Crash", "It closes by itself."),
        card(
            "error",
            "Error",
            "A message says that something went wrong.",
        ),
        card("frozen", "Frozen", "It stays open and answers to nothing."),
        card(
            "slow",
            "Slow",
            "It answers, but later than you are used to.",
        ),
    ]
}

pub(in crate::gallery) fn priority_cards() -> Vec<Card> {
    let told = [
        "within 15 min, day or night",
        "within 30 min",
        "within a working day",
    ];
    let mended = ["within 1 hour", "within 3 hours", "within 24 hours"];
    let meanings = [
        "Customers cannot use the website or the app, production is down, or it is about security.",
        "Something internal blocks the business, but customers are still served.",
        "It is wrong, but it can wait its turn.",
    ];
    let examples = [
        ["nobody can sign in", "cards are refused"],
        ["care cannot see orders", "the export to payroll fails"],
        ["a wrong word", "a picture is cut off"],
    ];
    (0..3)
        .map(|index| {
            let priority = &priorities()[index];
            Card {
                value: priority.code.clone(),
                title: format!("{} {}", priority.code, priority.name),
                meaning: meanings[index].to_owned(),
                examples: examples[index].map(str::to_owned).to_vec(),
                what_happens: Some(format!(
                    "Somebody answers {}; it should be mended {}.",
                    told[index], mended[index]
                )),
                rank: Some(priority.rank),
            }
        })
        .collect()
}
