//! What people at the company say: problems, phrases, and the words that fill their gaps.

use std::collections::HashMap;

use eider_domain::priority::Rank;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Deserialize;

use super::{
    company::{ZONE, parse},
    dice::Dice,
};
use crate::Result;

/// Every text.
pub(super) struct Words {
    pub(super) problems: Vec<Problem>,
    pub(super) phrases: Phrases,
}

/// Something that goes wrong.
#[derive(Deserialize)]
pub(super) struct Problem {
    pub(super) feature: String,
    pub(super) titles: Vec<String>,
    pub(super) what: String,
    pub(super) expected: Option<String>,
    pub(super) steps: Option<String>,
    pub(super) word: Option<String>,
    urgency: i64,
    /// How often the product had to be changed, from 0 to 1.
    pub(super) change: f64,
    pub(super) cause: String,
    pub(super) how_known: String,
    pub(super) outcome: String,
    pub(super) finding: String,
}

impl Problem {
    /// The priority that people usually give it.
    pub(super) fn rank(&self) -> Rank {
        Rank::new(self.urgency).unwrap_or(Rank::P3)
    }
}

/// What people say whatever the problem is.
#[derive(Deserialize)]
pub(super) struct Phrases {
    pub(super) hello: Vec<String>,
    pub(super) hello_urgent: Vec<String>,
    pub(super) question: Vec<String>,
    pub(super) answer: Vec<String>,
    pub(super) update: Vec<String>,
    pub(super) colleague: Vec<String>,
    pub(super) hand_over: Vec<String>,
    pub(super) wrong_squad: Vec<String>,
    pub(super) done: Vec<String>,
    pub(super) thanks: Vec<String>,
    pub(super) still_wrong: Vec<String>,
    pub(super) raise: Vec<String>,
    pub(super) lower: Vec<String>,
    pub(super) question_waiting: Vec<String>,
    pub(super) lessons: Vec<String>,
    pub(super) follow_up: Vec<String>,
    slots: HashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct ProblemsText {
    problems: Vec<Problem>,
}

impl Words {
    pub(super) fn load() -> Result<Self> {
        let problems: ProblemsText = parse("problems.toml", include_str!("problems.toml"))?;
        Ok(Self {
            problems: problems.problems,
            phrases: parse("phrases.toml", include_str!("phrases.toml"))?,
        })
    }

    /// What fills the gaps of one ticket's texts, the same throughout it.
    pub(super) fn gaps(&self, dice: &mut Dice, opened_at: Timestamp) -> Gaps {
        let mut values = HashMap::new();
        let mut names: Vec<&String> = self.phrases.slots.keys().collect();
        names.sort_unstable();
        for name in names {
            if let Some(choices) = self.phrases.slots.get(name) {
                values.insert(name.clone(), dice.pick(choices).clone());
            }
        }
        let numbers = [
            ("order", format!("M-{}", dice.between(204_118, 987_402))),
            ("order2", format!("M-{}", dice.between(204_118, 987_402))),
            ("n", dice.between(3, 48).to_string()),
            ("minutes", dice.between(6, 55).to_string()),
            (
                "amount",
                format!("{}.{:02}", dice.between(12, 140), dice.between(0, 99)),
            ),
        ];
        values.extend(numbers.map(|(name, value)| (name.to_owned(), value)));
        let minutes = dice.between(6, 17) + dice.between(0, 59);
        let began_at = opened_at - SignedDuration::from_mins(minutes);
        let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
        let time = began_at.to_zoned(zone).strftime("%H:%M").to_string();
        values.insert("time".to_owned(), time);
        Gaps { values, began_at }
    }
}

/// What fills the gaps of one ticket's texts.
pub(super) struct Gaps {
    values: HashMap<String, String>,
    /// When it began, which `{time}` tells.
    pub(super) began_at: Timestamp,
}

impl Gaps {
    /// The text with every `{gap}` filled; a gap that nobody knows stays as it is.
    pub(super) fn fill(&self, text: &str) -> String {
        self.fill_with(text, "")
    }

    /// As [`Gaps::fill`], with `{name}` the person addressed.
    pub(super) fn fill_with(&self, text: &str, name: &str) -> String {
        let mut filled = String::with_capacity(text.len() + 32);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((gap, left)) = after.split_once('}') else {
                filled.push('{');
                rest = after;
                continue;
            };
            match self.values.get(gap) {
                Some(value) => filled.push_str(value),
                None if gap == "name" => filled.push_str(name),
                None => {
                    filled.push('{');
                    filled.push_str(gap);
                    filled.push('}');
                }
            }
            rest = left;
        }
        filled.push_str(rest);
        filled
    }
}
