//! What a monitor says of one thing.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::{AlertGroupId, AlertId, ServiceId, service::Severity, text};

/// Longest word by which a monitor knows an alert, in characters.
const KEY_LIMIT_CHARACTERS: usize = 512;
/// How much of a hash stands for the rest of a longer word, in bytes.
const HASH_BYTES: usize = 16;
/// Longest title of an alert, in characters.
const TITLE_LIMIT_CHARACTERS: usize = 200;
/// Longest description of an alert, in characters.
const DETAIL_LIMIT_CHARACTERS: usize = 8_000;

/// What a monitor says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// Something is wrong, or still is.
    Firing,
    /// Somebody has seen it, says the monitor.
    Seen,
    /// Somebody is to look at it, says the monitor: they may not know of it yet.
    Assigned,
    /// It is over.
    Over,
}

/// What a monitor says of one thing, with its texts cleaned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// What the monitor knows it by: the same again is the same alert.
    pub key: String,
    /// What belongs together shares this.
    pub group: String,
    /// The service that the monitor names, if it names one; else that of its key.
    pub service: Option<String>,
    /// What it says.
    pub says: Says,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a line.
    pub title: String,
    /// Where, such as a host.
    pub place: Option<String>,
    /// What else the monitor tells.
    pub detail: String,
    /// Where it shows more.
    pub link: Option<String>,
    /// Since when, if the monitor says so.
    pub since: Option<Timestamp>,
}

impl Signal {
    /// A signal of that key, which is its own group.
    pub fn new(key: &str, says: Says, severity: Severity, sent_title: &str) -> Self {
        let title = text::cut_line(sent_title, TITLE_LIMIT_CHARACTERS);
        let key = known_word(key);
        // What a title leaves out stands in the description, so that nothing said is lost.
        let detail = if title.ends_with('…') {
            text::cut_lines(sent_title, DETAIL_LIMIT_CHARACTERS)
        } else {
            String::new()
        };
        Self {
            group: key.clone(),
            key,
            service: None,
            says,
            severity,
            title: if title.is_empty() {
                "An alert without words".to_owned()
            } else {
                title
            },
            place: None,
            detail,
            link: None,
            since: None,
        }
    }

    /// What belongs together with others of that group.
    #[must_use]
    pub fn grouped(mut self, group: &str) -> Self {
        self.group = known_word(group);
        self
    }

    /// Of the service of that name, if it is known.
    #[must_use]
    pub fn of_service(mut self, service: Option<&str>) -> Self {
        self.service = service.map(|name| text::cut_line(name, TITLE_LIMIT_CHARACTERS));
        self
    }

    /// With where it is.
    #[must_use]
    pub fn at_place(mut self, place: Option<&str>) -> Self {
        self.place = place
            .map(|place| text::cut_line(place, TITLE_LIMIT_CHARACTERS))
            .filter(|place| !place.is_empty());
        self
    }

    /// With what else is told.
    #[must_use]
    pub fn with_detail(mut self, detail: &str) -> Self {
        let whole = if self.detail.is_empty() {
            detail.to_owned()
        } else {
            format!("{}\n\n{detail}", self.detail)
        };
        self.detail = text::cut_lines(&whole, DETAIL_LIMIT_CHARACTERS);
        self
    }

    /// With where to see more, if that is an address that a browser can follow.
    #[must_use]
    pub fn with_link(mut self, link: Option<&str>) -> Self {
        self.link = link.and_then(|link| crate::feature::parse_url(link).ok());
        self
    }

    /// With since when.
    #[must_use]
    pub fn since(mut self, since: Option<Timestamp>) -> Self {
        self.since = since;
        self
    }
}

/// The identity of the alert of that key. It follows from the two, so that whoever hears of the
/// same alert finds the same row without asking.
pub fn alert_id(service: ServiceId, key: &str) -> AlertId {
    hashed(b"alert", service, key).into()
}

/// The identity of the group of that name.
pub fn group_id(service: ServiceId, group: &str) -> AlertGroupId {
    hashed(b"group", service, group).into()
}

/// The word by which a monitor knows something. Of what is too long a hash stands for the rest:
/// words that begin alike are still told apart.
fn known_word(word: &str) -> String {
    if word.chars().count() <= KEY_LIMIT_CHARACTERS {
        return text::cut_line(word, KEY_LIMIT_CHARACTERS);
    }
    let digest = Sha256::digest(word.as_bytes());
    let hash: String = digest
        .iter()
        .take(HASH_BYTES)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let kept = text::cut_line(word, KEY_LIMIT_CHARACTERS - 2 * HASH_BYTES);
    format!("{kept}{hash}")
}

fn hashed(what: &[u8], service: ServiceId, word: &str) -> uuid::Uuid {
    let mut hasher = Sha256::new();
    hasher.update(what);
    hasher.update(service.0.as_bytes());
    hasher.update(word.as_bytes());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hasher.finalize()) {
        *to = from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_of_another_service_is_another_alert() {
        let service = |number| ServiceId(uuid::Uuid::from_u128(number));
        assert_eq!(alert_id(service(1), "disk"), alert_id(service(1), "disk"));
        assert_ne!(alert_id(service(1), "disk"), alert_id(service(2), "disk"));
        assert_ne!(
            alert_id(service(1), "disk").0,
            group_id(service(1), "disk").0
        );
    }

    #[test]
    fn long_keys_that_begin_alike_are_told_apart() {
        let key = |end: &str| {
            let word = format!("{}{end}", "a".repeat(600));
            Signal::new(&word, Says::Firing, Severity::Error, "Disk").key
        };
        assert_ne!(key("1"), key("2"));
        assert_eq!(key("1"), key("1"));
        assert_eq!(key("1").chars().count(), 512);
    }

    #[test]
    fn what_a_monitor_sends_is_cleaned_and_cut() {
        let signal = Signal::new("k", Says::Firing, Severity::Error, " \n ");
        assert_eq!(signal.title, "An alert without words");
        let signal = signal.with_link(Some("javascript:alert(1)"));
        assert_eq!(signal.link, None);
        let long = Signal::new("k", Says::Firing, Severity::Error, &"word ".repeat(50));
        assert_eq!(long.title.chars().count(), 200);
        assert!(
            long.with_detail("More")
                .detail
                .ends_with("word word\n\nMore")
        );
        assert_eq!(
            signal
                .with_detail(&"a".repeat(9_000))
                .detail
                .chars()
                .count(),
            8_000
        );
    }
}
