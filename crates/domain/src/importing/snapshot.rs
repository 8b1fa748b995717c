//! A row of an export, read: a ticket as it was at one moment.

use jiff::Timestamp;

use super::{
    Layout, Shape,
    mapping::{ChangeRule, NameRule, PriorityRule, key_of},
};
use crate::{
    priority::Rank,
    text::{self, BODY_LIMIT_CHARACTERS, SHORT_LIMIT_CHARACTERS, TITLE_LIMIT_CHARACTERS},
    ticket::{Change, Resolution, StatusKind},
};

/// Why a row or a ticket cannot be imported, in sentences that say how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Reason(pub String);

/// A ticket as it was at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    pub(super) line: u64,
    pub(super) at: Timestamp,
    pub(super) sequence: i64,
    /// Absent when the row's status is noise.
    pub(super) state: Option<State>,
    pub(super) reopened_count: i64,
    pub(super) opened_at: Timestamp,
    pub(super) acknowledged_at: Option<Timestamp>,
    pub(super) resolved_at: Option<Timestamp>,
    pub(super) closed_at: Option<Timestamp>,
    /// Absent when the row tells none; then it is as before.
    pub(super) priority: Option<Rank>,
    pub(super) squad: Option<String>,
    pub(super) feature: Option<String>,
    pub(super) reporter: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) author: Option<String>,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) resolution: Resolution,
}

/// A status and the other tracker's word for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) kind: StatusKind,
    pub(super) word: String,
}

impl Layout {
    /// Reads the row that stands in `line` of the export. Nothing in it may lie after `now`.
    ///
    /// # Errors
    /// The first thing that cannot be read, with how to mend it.
    pub fn snapshot(&self, row: &[&str], line: u64, now: Timestamp) -> Result<Snapshot, Reason> {
        let (places, mapping) = (&self.places, &self.mapping);
        let time = |what, places: &[usize]| self.time(what, places, row, now);
        let opened_at = time("opened", &places.opened)?
            .ok_or_else(|| Reason("It does not tell when the ticket was opened.".into()))?;
        let changed_at = time("changed", &places.changed)?;
        let at = match mapping.shape {
            Shape::Tickets => changed_at.unwrap_or(opened_at),
            Shape::EventLog => {
                changed_at.ok_or_else(|| Reason("It does not tell when it happened.".into()))?
            }
        };
        let state = self.state(row)?;
        let resolved_at = time("resolved", &places.resolved)?;
        let mut closed_at = time("closed", &places.closed)?;
        if mapping.shape == Shape::Tickets {
            // The last change of a closed ticket may be years after it was closed.
            closed_at = closed_at.or(resolved_at);
            let is_done = state.as_ref().is_some_and(|state| !state.kind.is_open());
            if is_done && closed_at.or(changed_at).is_none() {
                return Err(Reason(
                    "It does not tell when the ticket was resolved.".into(),
                ));
            }
        }
        let name = |rule: &Option<NameRule>, places| self.name(rule.as_ref(), places, row);
        Ok(Snapshot {
            line,
            at,
            sequence: self.number(&places.sequence, row)?.unwrap_or_default(),
            state,
            reopened_count: self
                .number(&places.reopened_count, row)?
                .unwrap_or_default(),
            opened_at,
            acknowledged_at: time("acknowledged", &places.acknowledged)?,
            resolved_at,
            closed_at,
            priority: self.priority(mapping.priority.as_ref(), row)?,
            squad: name(&mapping.squad, &places.squad),
            feature: name(&mapping.feature, &places.feature),
            reporter: name(&mapping.reporter, &places.reporter),
            owner: name(&mapping.owner, &places.owner),
            author: name(&mapping.author, &places.author),
            title: self.title(row)?,
            description: lines(&self.all_texts(&places.description, row)),
            resolution: Resolution {
                cause: lines(&self.all_texts(&places.cause, row)),
                how_known: lines(&self.all_texts(&places.how_known, row)),
                change: self.change(mapping.change.as_ref(), row),
                customer_outcome: None,
                known_issue: None,
            },
        })
    }

    fn time(
        &self,
        what: &str,
        places: &[usize],
        row: &[&str],
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Reason> {
        let Some(text) = self.value(places, row) else {
            return Ok(None);
        };
        let instant = self.mapping.reader.read(text).ok_or_else(|| {
            Reason(format!(
                "“{}” is not a time in any of the formats of the mapping. Add its format to `times.formats`; it is read for `times.{what}`.",
                shortened(text)
            ))
        })?;
        if instant > now {
            return Err(Reason(format!(
                "“{}” lies in the future. Check `times.zone` of the mapping; it is read for `times.{what}`.",
                shortened(text)
            )));
        }
        Ok(Some(instant))
    }

    fn number(&self, places: &[usize], row: &[&str]) -> Result<Option<i64>, Reason> {
        let read = |text: &str| {
            text.parse()
                .map_err(|_| Reason(format!("“{}” is not a whole number.", shortened(text))))
        };
        self.value(places, row).map(read).transpose()
    }

    fn state(&self, row: &[&str]) -> Result<Option<State>, Reason> {
        let Some(word) = self.value(&self.places.status, row) else {
            return Ok(None);
        };
        let key = key_of(word);
        if self.mapping.ignored_statuses.contains(&key) {
            return Ok(None);
        }
        let kind = self.mapping.statuses.get(&key).copied().ok_or_else(|| {
            Reason(format!(
                "The mapping does not say what the status “{}” means. Add it to `status.values`, or to `status.ignore` when it means nothing.",
                shortened(word)
            ))
        })?;
        Ok(Some(State {
            kind,
            word: short_line(word).unwrap_or_default(),
        }))
    }

    fn priority(&self, rule: Option<&PriorityRule>, row: &[&str]) -> Result<Option<Rank>, Reason> {
        let Some(rule) = rule else { return Ok(None) };
        let Some(word) = self.value(&self.places.priority, row) else {
            return Ok(rule.otherwise);
        };
        let rank = rule.ranks.get(&key_of(word)).copied().or(rule.otherwise);
        rank.map(Some).ok_or_else(|| {
            Reason(format!(
                "The mapping does not say what the priority “{}” means. Add it to `priority.values`, or write `priority.otherwise`.",
                shortened(word)
            ))
        })
    }

    fn name(&self, rule: Option<&NameRule>, places: &[usize], row: &[&str]) -> Option<String> {
        let rule = rule?;
        let value = self.value(places, row).and_then(short_line);
        match (value, &rule.numbered) {
            (Some(value), Some((before, after))) if value.bytes().all(|b| b.is_ascii_digit()) => {
                short_line(&format!("{before}{value}{after}"))
            }
            (Some(value), _) => Some(value),
            (None, _) => None,
        }
    }

    fn change(&self, rule: Option<&ChangeRule>, row: &[&str]) -> Change {
        let Some((rule, word)) = rule.zip(self.value(&self.places.change, row)) else {
            return Change::No;
        };
        match &rule.needed_when {
            None => Change::Yes {
                reference: short_line(word),
            },
            Some(words) if words.contains(&key_of(word)) => Change::Yes { reference: None },
            Some(_) => Change::No,
        }
    }

    fn title(&self, row: &[&str]) -> Result<String, Reason> {
        let title = match self.first_text(&self.places.title, row) {
            Some(title) => title,
            None => self.key(row)?,
        };
        Ok(text::line("The title", &title, usize::MAX)
            .map_or_else(|_| "Untitled".into(), |t| cut(&t, TITLE_LIMIT_CHARACTERS)))
    }
}

/// The text without control characters, and not longer than Eider keeps; empty when nothing is left.
fn lines(written: &str) -> String {
    text::lines("The text", written, usize::MAX)
        .map(|clean| cut(&clean, BODY_LIMIT_CHARACTERS))
        .unwrap_or_default()
}

/// As [`lines`], on one line; nothing when nothing is left.
fn short_line(written: &str) -> Option<String> {
    text::line("The text", written, usize::MAX)
        .ok()
        .map(|clean| cut(&clean, SHORT_LIMIT_CHARACTERS))
}

fn cut(written: &str, limit_characters: usize) -> String {
    match written.char_indices().nth(limit_characters) {
        None => written.to_owned(),
        Some(_) => {
            let kept: String = written.chars().take(limit_characters - 1).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).filter(|c| !c.is_control()).collect()
}
