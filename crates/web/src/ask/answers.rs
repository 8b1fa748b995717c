//! What the form sent, and the question that it makes.

use eider_app::{
    FieldError,
    desk::Desk,
    ticket::{Ask, Written},
};
use eider_domain::priority::Rank;
use jiff::{Timestamp, civil::DateTime};

use crate::{components::words::Reader, upload::Upload};

/// The answers as they were given, so that the form can come back with all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Answers {
    pub(super) written: Written,
    pub(super) since: String,
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
        if let Some(feature) = desk.feature_named(&answers.written.feature) {
            answers.written.feature = feature.id.to_string();
        }
        if let Some(rank) = Rank::parse(&answers.written.priority) {
            answers.written.priority = rank.to_string();
        }
        answers
    }

    fn gather(all: impl Fn(&str) -> Vec<String>) -> Self {
        let one = |name: &str| all(name).into_iter().next().unwrap_or_default();
        let written = Written {
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
            steps: one("steps"),
            links: one("links"),
        };
        Self {
            written,
            since: one("since"),
        }
    }

    /// Whether any of the questions that only help was answered.
    pub(super) fn has_more(&self) -> bool {
        let written = &self.written;
        let texts = [
            &written.expected,
            &written.network,
            &written.noticed,
            &written.people_affected,
            &self.since,
            &written.steps,
            &written.links,
        ];
        texts.iter().any(|text| !text.trim().is_empty())
            || !written.fails_on.is_empty()
            || !written.works_on.is_empty()
    }

    /// The question, and what is wrong with answers that the use case never sees.
    pub(super) fn question(&self, desk: &Desk, reader: &Reader) -> (Ask, Vec<FieldError>) {
        let since = Some(self.since.trim()).filter(|text| !text.is_empty());
        let since = since.map(|text| instant(text, reader));
        let (ask, mut errors) = self.written.question(desk, since.flatten());
        if since == Some(None) {
            errors.push(FieldError::new(
                "since",
                "Write the date and the time, such as 2025-11-21 14:05, or leave it empty.",
            ));
        }
        (ask, errors)
    }
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
