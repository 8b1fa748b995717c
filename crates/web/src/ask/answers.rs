//! What the form sent, and the question that it makes.

use eider_app::{FieldError, desk::Desk, ticket::Ask};
use eider_domain::{
    feature::Platform,
    priority::Rank,
    ticket::{Noticed, Report, Tried},
};
use jiff::{Timestamp, civil::DateTime};

use crate::{components::words::Reader, upload::Upload};

/// The answers as they were given, so that the form can come back with all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Answers {
    pub(super) title: String,
    pub(super) what: String,
    pub(super) expected: String,
    pub(super) priority: String,
    pub(super) feature: String,
    pub(super) word: String,
    pub(super) fails_on: Vec<String>,
    pub(super) works_on: Vec<String>,
    pub(super) network: String,
    pub(super) noticed: String,
    pub(super) people_affected: String,
    pub(super) since: String,
    pub(super) steps: String,
    pub(super) links: String,
}

impl Answers {
    pub(super) fn from_upload(upload: &Upload) -> Self {
        Self::gather(|name| upload.all(name).map(str::to_owned).collect())
    }

    /// From an address. A feature may be named there by its name.
    pub(super) fn from_pairs(pairs: &[(String, String)], desk: &Desk) -> Self {
        let mut answers = Self::gather(|name| {
            let given = pairs.iter().filter(|(key, _)| key == name);
            given.map(|(_, value)| value.clone()).collect()
        });
        if let Some(feature) = desk.feature_named(&answers.feature) {
            answers.feature = feature.id.to_string();
        }
        if let Some(rank) = Rank::parse(&answers.priority) {
            answers.priority = rank.to_string();
        }
        answers
    }

    fn gather(all: impl Fn(&str) -> Vec<String>) -> Self {
        let one = |name: &str| all(name).into_iter().next().unwrap_or_default();
        Self {
            title: one("title"),
            what: one("what"),
            expected: one("expected"),
            priority: one("priority"),
            feature: one("feature"),
            word: one("word"),
            fails_on: all("fails_on"),
            works_on: all("works_on"),
            network: one("network"),
            noticed: one("noticed"),
            people_affected: one("people_affected"),
            since: one("since"),
            steps: one("steps"),
            links: one("links"),
        }
    }

    /// Whether any of the questions that only help was answered.
    pub(super) fn has_more(&self) -> bool {
        let texts = [
            &self.expected,
            &self.network,
            &self.noticed,
            &self.people_affected,
            &self.since,
            &self.steps,
            &self.links,
        ];
        texts.iter().any(|text| !text.trim().is_empty())
            || !self.fails_on.is_empty()
            || !self.works_on.is_empty()
    }

    /// The question, and what is wrong with answers that the use case never sees.
    pub(super) fn question(&self, desk: &Desk, reader: &Reader) -> (Ask, Vec<FieldError>) {
        let mut errors = Vec::new();
        let mut wrong = |field, message: &str| errors.push(FieldError::new(field, message));
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());

        let priority = Rank::parse(&self.priority);
        if priority.is_none() {
            wrong(
                "priority",
                "Choose how urgent it is. It can be changed later.",
            );
        }
        let feature = given(&self.feature).and_then(|text| text.parse().ok());
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
        let since = given(&self.since).map(|text| instant(&text, reader));
        if since == Some(None) {
            wrong(
                "since",
                "Write the date and the time, such as 2025-11-21 14:05, or leave it empty.",
            );
        }
        let noticed = given(&self.noticed).map(|word| Noticed::parse(&word));
        if noticed == Some(None) {
            wrong("noticed", "Choose one of the answers that are offered.");
        }
        let both = self
            .fails_on
            .iter()
            .find(|word| self.works_on.contains(word));
        if let Some(platform) = both.and_then(|word| Platform::parse(word)) {
            let message = format!(
                "{} cannot both fail and work. Untick one of the two.",
                platform.name()
            );
            wrong("fails_on", &message);
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
            since: since.flatten(),
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
        let on = |words: &[String], works: bool| {
            words
                .iter()
                .filter_map(|word| Platform::parse(word))
                .map(|platform| Tried { platform, works })
                .collect::<Vec<_>>()
        };
        let mut tried = on(&self.fails_on, false);
        tried.extend(on(&self.works_on, true));
        tried
    }
}

/// A whole number as people write it: "1,200" and "1 200" too.
fn number(text: &str) -> Option<i64> {
    let digits: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ',')
        .collect();
    digits.parse().ok().filter(|number| *number >= 0)
}

/// A civil date and time in the reader's zone. Where clocks are put forward it is the moment
/// after, where they are put back the first of the two, as RFC 5545 says.
pub(crate) fn instant(text: &str, reader: &Reader) -> Option<Timestamp> {
    let civil: DateTime = text.trim().replacen(' ', "T", 1).parse().ok()?;
    let zoned = civil.to_zoned(reader.zone.clone()).ok()?;
    Some(zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn reader() -> Reader {
        let zone = TimeZone::get("Europe/London").expect("a zone");
        Reader {
            now: "2025-11-21T13:27:00Z".parse().expect("an instant"),
            zone: zone.clone(),
            team_zone: zone,
        }
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(number("1,200"), Some(1200));
        assert_eq!(number("1 200"), Some(1200));
        assert_eq!(number("about 40"), None);
        assert_eq!(number("-3"), None);
    }

    #[test]
    fn times_are_the_readers() {
        let at = |text| instant(text, &reader()).map(|at| at.to_string());
        assert_eq!(
            at("2025-07-01T14:05").as_deref(),
            Some("2025-07-01T13:05:00Z")
        );
        assert_eq!(
            at("2025-07-01 14:05").as_deref(),
            Some("2025-07-01T13:05:00Z")
        );
        assert_eq!(at("yesterday"), None);
        // Clocks go forward at 01:00 on this day, so 01:30 is not there.
        assert_eq!(
            at("2025-03-30T01:30").as_deref(),
            Some("2025-03-30T01:30:00Z")
        );
    }
}
