//! The register of known issues: what is already understood, and what to do meanwhile (F9).

use serde::{Deserialize, Serialize};

use crate::{FeatureId, KnownIssueId, ServiceId};

/// A known issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownIssue {
    /// Identity.
    pub id: KnownIssueId,
    /// What people see.
    pub title: String,
    /// What is known about it.
    pub description: String,
    /// What to do meanwhile, in words for the reporter.
    pub advice: String,
    /// The feature it is about, if it is about one.
    pub feature: Option<FeatureId>,
    /// Over: kept for the record and not offered any more.
    pub over: bool,
    /// Which alerts it explains, if it explains some.
    pub alerts: Option<Matcher>,
}

/// Which alerts a known issue explains, and what follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matcher {
    /// All of these words stand in the alert, whatever their case.
    pub words: String,
    /// The service; any, when none is named.
    pub service: Option<ServiceId>,
    /// What follows.
    pub then: Then,
}

/// What follows when a known issue explains an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// The ticket says so.
    Annotate,
    /// Nobody is bothered.
    Sleep,
}

impl Matcher {
    /// Whether it explains an alert of that service with that text.
    pub fn explains(&self, service: ServiceId, text: &str) -> bool {
        let text = text.to_lowercase();
        let mut words = self.words.split_whitespace();
        self.service.is_none_or(|own| own == service)
            && words.all(|word| text.contains(&word.to_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_to_stand_in_the_alert() {
        let service = |number| ServiceId(uuid::Uuid::from_u128(number));
        let matcher = Matcher {
            words: "collector PAUSED".into(),
            service: Some(service(1)),
            then: Then::Sleep,
        };
        assert!(matcher.explains(service(1), "Paused: the Collector of db1"));
        assert!(!matcher.explains(service(1), "The collector failed"));
        assert!(!matcher.explains(service(2), "Paused: the collector"));
    }
}
