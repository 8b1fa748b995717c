//! Which tickets a list means, as an address says it.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use eider_app::desk::Desk;
use eider_domain::{
    FeatureId, PersonId, SquadId, TicketNumber, priority::Rank, ticket::StatusKind,
};
use eider_store::ticket::Filter;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{Error, Result, Visitor, door::percent_encode};

/// The longest search that is taken, in characters.
const TEXT_LIMIT_CHARACTERS: usize = 200;

/// The parts of an address that say which tickets are meant.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) status: Option<WantedStatus>,
    pub(super) priority: Option<Rank>,
    pub(super) feature: Option<FeatureId>,
    pub(super) squad: Option<SquadId>,
    pub(super) owner: Option<WantedPerson>,
    pub(super) reporter: Option<WantedPerson>,
    pub(super) text: Option<String>,
    pub(super) from: Option<Date>,
    pub(super) to: Option<Date>,
    pub(super) late: Option<Late>,
    /// Numbers below this one: the next page.
    pub(super) before: Option<TicketNumber>,
    /// Numbers above this one: the page before.
    pub(super) after: Option<TicketNumber>,
    /// How many stood on the pages before, for "51 to 100"; nothing depends on it.
    pub(super) skipped: u64,
    /// What was in the address and could not be used, as sentences.
    pub(super) ignored: Vec<String>,
}

/// Statuses that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WantedStatus {
    /// Whatever it is.
    Any,
    /// Somebody still has to do something.
    Open,
    /// This one.
    One(StatusKind),
}

/// People that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WantedPerson {
    /// Whoever reads.
    Me,
    /// None at all.
    Nobody,
    /// This one.
    Person(PersonId),
}

/// Only what is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Late;

impl FromRequestParts<crate::Web> for Wanted {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _web: &crate::Web) -> Result<Self> {
        // An address that cannot be read at all means every open ticket.
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_or_else(|_| Vec::new(), |query| query.0);
        Ok(Self::from_pairs(&pairs))
    }
}

impl Wanted {
    fn from_pairs(pairs: &[(String, String)]) -> Self {
        let mut wanted = Self::default();
        let given = pairs
            .iter()
            .map(|(key, value)| (key.as_str(), value.trim()))
            .filter(|(_, value)| !value.is_empty());
        for (key, value) in given {
            if !wanted.take(key, value) {
                let shown: String = value.chars().take(40).collect();
                wanted.ignored.push(format!(
                    "“{key}={shown}” in the address means nothing here, so it was left out."
                ));
            }
        }
        if pairs.is_empty() {
            wanted.status = Some(WantedStatus::Open);
        }
        wanted
    }

    /// Takes one part of the address; false when it means nothing.
    fn take(&mut self, key: &str, value: &str) -> bool {
        match key {
            "status" => put(&mut self.status, WantedStatus::parse(value)),
            "priority" => put(&mut self.priority, Rank::parse(value)),
            "feature" => put(&mut self.feature, value.parse().ok()),
            "squad" => put(&mut self.squad, value.parse().ok()),
            "owner" => put(&mut self.owner, WantedPerson::parse(value)),
            "reporter" => put(
                &mut self.reporter,
                WantedPerson::parse(value).filter(|person| *person != WantedPerson::Nobody),
            ),
            "q" => {
                let text: String = value.chars().take(TEXT_LIMIT_CHARACTERS).collect();
                // A search for punctuation alone finds nothing in any text.
                let has_words = text.chars().any(char::is_alphanumeric);
                put(&mut self.text, has_words.then_some(text))
            }
            "from" => put(&mut self.from, value.parse().ok()),
            "to" => put(&mut self.to, value.parse().ok()),
            "due" => put(&mut self.late, (value == "late").then_some(Late)),
            "before" => put(&mut self.before, value.parse().ok()),
            "after" => put(&mut self.after, value.parse().ok()),
            "skipped" => {
                self.skipped = value.parse().unwrap_or_default();
                true
            }
            // Programs that lead people here add parts of their own.
            _ => key.starts_with("utm_"),
        }
    }

    /// As the store understands it, for `visitor`.
    pub(super) fn filter(&self, visitor: &Visitor) -> Filter {
        let me = visitor.actor().person;
        let person = |wanted: Option<WantedPerson>| match wanted {
            Some(WantedPerson::Me) => Some(me),
            Some(WantedPerson::Person(id)) => Some(id),
            Some(WantedPerson::Nobody) | None => None,
        };
        let zone = visitor.reader().zone;
        let day_after = self.to.and_then(|date| date.tomorrow().ok());
        Filter {
            statuses: match self.status {
                Some(WantedStatus::One(kind)) => vec![kind],
                _ => Vec::new(),
            },
            only_open: self.status == Some(WantedStatus::Open),
            late_at: self.late.map(|Late| visitor.now),
            priorities: self.priority.into_iter().collect(),
            feature: self.feature,
            squad: self.squad,
            owner: person(self.owner),
            only_unowned: self.owner == Some(WantedPerson::Nobody),
            reporter: person(self.reporter),
            opened_from: self.from.and_then(|date| start_of(date, &zone)),
            opened_to: day_after.and_then(|date| start_of(date, &zone)),
            text: self.text.clone(),
            ..Filter::default()
        }
    }

    /// Whether an index alone can count them: open ones, which are few, or one condition. Several
    /// conditions on all of history may have to look at most of it to find what they mean.
    pub(super) fn is_quickly_counted(&self) -> bool {
        let is_open = self.late.is_some()
            || self.owner == Some(WantedPerson::Nobody)
            || match self.status {
                Some(WantedStatus::Open) => true,
                Some(WantedStatus::One(kind)) => kind.is_open(),
                _ => false,
            };
        let conditions = [
            matches!(self.status, Some(WantedStatus::One(_))),
            self.priority.is_some(),
            self.feature.is_some(),
            self.squad.is_some(),
            self.owner.is_some(),
            self.reporter.is_some(),
            self.text.is_some(),
            self.from.is_some() || self.to.is_some(),
        ];
        let set = conditions.into_iter().filter(|is_set| *is_set).count();
        set <= 1 || (is_open && self.text.is_none())
    }

    /// What is set, in the order of the form: key, value, and words for a person. `name` names
    /// somebody.
    pub(super) fn set(
        &self,
        desk: &Desk,
        name: impl Fn(PersonId) -> String,
    ) -> Vec<(&'static str, String, String)> {
        let person = |wanted: WantedPerson| match wanted {
            WantedPerson::Me => "you".to_owned(),
            WantedPerson::Nobody => "nobody".to_owned(),
            WantedPerson::Person(id) => name(id),
        };
        let mut set = Vec::new();
        let mut add = |key, value: Option<String>, label: String| {
            if let Some(value) = value {
                set.push((key, value, label));
            }
        };
        let status = self.status;
        let words = status.map_or_else(String::new, |status| format!("Status: {}", status.words()));
        add("status", status.map(|s| s.as_str().to_owned()), words);
        if self.late.is_some() {
            add("due", Some("late".to_owned()), "Late".to_owned());
        }
        if let Some(rank) = self.priority {
            add(
                "priority",
                Some(rank.to_string()),
                format!("Priority: {rank}"),
            );
        }
        if let Some(id) = self.feature {
            let named = desk.feature(id).map_or("unknown", |f| f.name.as_str());
            add("feature", Some(id.to_string()), format!("Feature: {named}"));
        }
        if let Some(id) = self.squad {
            let named = desk.squad(id).map_or("unknown", |s| s.name.as_str());
            add("squad", Some(id.to_string()), format!("Squad: {named}"));
        }
        if let Some(owner) = self.owner {
            let words = format!("Owner: {}", person(owner));
            add("owner", Some(owner.as_value()), words);
        }
        if let Some(reporter) = self.reporter {
            let words = format!("Reporter: {}", person(reporter));
            add("reporter", Some(reporter.as_value()), words);
        }
        if let Some(text) = &self.text {
            add("q", Some(text.clone()), format!("Containing: {text}"));
        }
        if let Some(date) = self.from {
            add("from", Some(date.to_string()), format!("Asked from {date}"));
        }
        if let Some(date) = self.to {
            add("to", Some(date.to_string()), format!("Asked until {date}"));
        }
        set
    }
}

impl WantedStatus {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "any" | "all" => Some(Self::Any),
            "open" => Some(Self::Open),
            word => StatusKind::parse(word).map(Self::One),
        }
    }

    /// As it stands in an address.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Open => "open",
            Self::One(kind) => kind.as_str(),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Open => "open",
            Self::One(kind) => kind.name(),
        }
    }
}

impl WantedPerson {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "me" => Some(Self::Me),
            "nobody" => Some(Self::Nobody),
            word => word.parse().ok().map(Self::Person),
        }
    }

    /// As it stands in an address.
    pub(super) fn as_value(self) -> String {
        match self {
            Self::Me => "me".to_owned(),
            Self::Nobody => "nobody".to_owned(),
            Self::Person(id) => id.to_string(),
        }
    }
}

/// An address with those parts.
pub(super) fn address<'a>(
    path: &str,
    parts: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let query: Vec<String> = parts
        .into_iter()
        .map(|(key, value)| format!("{key}={}", percent_encode(value)))
        .collect();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", query.join("&"))
    }
}

fn put<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    let known = value.is_some();
    *place = value.or_else(|| place.take());
    known
}

fn start_of(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    let zoned = date.to_zoned(zone.clone()).ok()?;
    Some(zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(pairs: &[(&str, &str)]) -> Wanted {
        let pairs: Vec<(String, String)> = pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        Wanted::from_pairs(&pairs)
    }

    #[test]
    fn no_filter_at_all_means_what_is_open() {
        assert_eq!(wanted(&[]).status, Some(WantedStatus::Open));
        assert_eq!(wanted(&[("q", "login")]).status, None);
    }

    #[test]
    fn what_means_nothing_is_left_out_and_said() {
        let wanted = wanted(&[
            ("priority", "P0"),
            ("from", "yesterday"),
            ("owner", "me"),
            ("feature", ""),
            ("colour", "<b>"),
            ("reporter", "nobody"),
        ]);
        assert_eq!(wanted.owner, Some(WantedPerson::Me));
        assert_eq!(wanted.priority, None);
        assert_eq!(wanted.ignored.len(), 4, "{:?}", wanted.ignored);
    }

    #[test]
    fn an_address_keeps_every_character() {
        assert_eq!(
            address("/tickets", [("q", "a&b =ü"), ("status", "open")]),
            "/tickets?q=a%26b%20%3D%C3%BC&status=open"
        );
    }
}
