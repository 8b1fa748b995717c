//! The answers of a form, and the question that they make. Every form that asks has the same ones.

use eider_domain::{
    FeatureId,
    feature::Platform,
    priority::Rank,
    ticket::{Noticed, Report, Tried},
};
use jiff::Timestamp;

use super::Ask;
use crate::{FieldError, desk::Desk};

/// The answers as they were given, so that the form can come back with all of them. When it began is
/// left to each form: they ask for it in ways of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// What is wrong, in a line.
    pub title: String,
    /// What happened.
    pub what: String,
    /// What they expected.
    pub expected: String,
    /// The code of the priority.
    pub priority: String,
    /// The id of the feature; empty when none was chosen.
    pub feature: String,
    /// The key of the word that fits best.
    pub word: String,
    /// The platforms on which it fails.
    pub fails_on: Vec<String>,
    /// The platforms on which it works.
    pub works_on: Vec<String>,
    /// How they are connected.
    pub network: String,
    /// How it was noticed.
    pub noticed: String,
    /// How many people it affects.
    pub people_affected: String,
    /// Step by step.
    pub steps: String,
    /// Addresses, with blanks between them.
    pub links: String,
}

impl Written {
    /// The feature that was chosen.
    pub fn feature(&self) -> Option<FeatureId> {
        self.feature.trim().parse().ok()
    }

    /// The question, and what is wrong with answers that cannot be read; [`super::check`] finds
    /// what is wrong with the others.
    pub fn question(&self, desk: &Desk, since: Option<Timestamp>) -> (Ask, Vec<FieldError>) {
        let mut errors = Vec::new();
        let mut wrong = |field, message: &str| errors.push(FieldError::new(field, message));

        let priority = Rank::parse(&self.priority);
        if priority.is_none() {
            wrong(
                "priority",
                "Choose how urgent it is. It can be changed later.",
            );
        }
        let feature = self.feature();
        if feature.is_none() && !self.feature.trim().is_empty() {
            wrong("feature", "Choose one of the features that are offered.");
        }
        let people_affected = given(&self.people_affected).map(|text| number(&text));
        if people_affected == Some(None) {
            wrong(
                "people_affected",
                "Write how many people as a whole number, such as 40, or leave it empty.",
            );
        }
        let noticed = given(&self.noticed).map(|word| Noticed::parse(&word));
        if noticed == Some(None) {
            wrong("noticed", "Choose one of the answers that are offered.");
        }
        let mut both = self.works_on.iter();
        let both = both.find(|word| self.fails_on.contains(word));
        if let Some(platform) = both.and_then(|word| Platform::parse(word)) {
            let name = platform.name();
            let message = format!("{name} cannot both fail and work. Untick one of the two.");
            wrong("works_on", &message);
        }
        let has_platforms = feature
            .and_then(|id| desk.feature(id))
            .is_none_or(|feature| !feature.platforms.is_empty());
        let report = Report {
            what: self.what.clone(),
            expected: given(&self.expected),
            word: given(&self.word),
            tried: if has_platforms {
                self.tried()
            } else {
                Vec::new()
            },
            network: given(&self.network),
            noticed: noticed.flatten(),
            people_affected: people_affected.flatten(),
            since,
            steps: given(&self.steps),
            links: self.links.split_whitespace().map(str::to_owned).collect(),
        };
        let ask = Ask {
            title: self.title.clone(),
            priority,
            feature,
            report,
        };
        (ask, errors)
    }

    fn tried(&self) -> Vec<Tried> {
        let on = |words: &[String], works: bool| -> Vec<Tried> {
            let platforms = words.iter().filter_map(|word| Platform::parse(word));
            platforms
                .map(|platform| Tried { platform, works })
                .collect()
        };
        let mut tried = on(&self.fails_on, false);
        tried.extend(on(&self.works_on, true));
        tried
    }
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A whole number as people write it: "1,200" and "1 200" too.
fn number(text: &str) -> Option<i64> {
    let digits: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ',')
        .collect();
    digits.parse().ok().filter(|number| *number >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(number("1,200"), Some(1200));
        assert_eq!(number("1 200"), Some(1200));
        assert_eq!(number("about 40"), None);
        assert_eq!(number("-3"), None);
    }
}
