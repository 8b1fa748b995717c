//! A mapping that has been checked: which column means what.

use std::collections::{BTreeMap, HashMap};

use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{
    document::{Document, NameSection, OneOrMore},
    template::Template,
    times::TimeReader,
};
use crate::{
    priority::Rank,
    text::{self, SHORT_LIMIT_CHARACTERS},
    ticket::StatusKind,
};

/// What a row of an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A ticket after one change; a ticket has as many rows as changes.
    EventLog,
    /// A ticket as it is now; each ticket has one row.
    Tickets,
}

/// Which column of an export means what. See docs/importing.md for the file it is read from.
#[derive(Clone, Debug)]
pub struct Mapping {
    pub(super) source: String,
    pub(super) shape: Shape,
    pub(super) delimiter: u8,
    pub(super) missing: Vec<String>,
    pub(super) key: Vec<String>,
    pub(super) title: Vec<Template>,
    pub(super) description: Vec<Template>,
    pub(super) reader: TimeReader,
    pub(super) times: Times,
    pub(super) status: Vec<String>,
    pub(super) statuses: HashMap<String, StatusKind>,
    pub(super) ignored_statuses: Vec<String>,
    pub(super) reopened_count: Vec<String>,
    pub(super) priority: Option<PriorityRule>,
    pub(super) squad: Option<NameRule>,
    pub(super) feature: Option<NameRule>,
    pub(super) reporter: Option<NameRule>,
    pub(super) owner: Option<NameRule>,
    pub(super) author: Option<NameRule>,
    pub(super) change: Option<ChangeRule>,
    pub(super) cause: Vec<Template>,
    pub(super) how_known: Vec<Template>,
}

/// The columns of times; an empty list where there is none.
#[derive(Clone, Debug)]
pub(super) struct Times {
    pub(super) opened: Vec<String>,
    pub(super) changed: Vec<String>,
    pub(super) sequence: Vec<String>,
    pub(super) acknowledged: Vec<String>,
    pub(super) resolved: Vec<String>,
    pub(super) closed: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct PriorityRule {
    pub(super) columns: Vec<String>,
    pub(super) ranks: HashMap<String, Rank>,
    pub(super) otherwise: Option<Rank>,
}

#[derive(Clone, Debug)]
pub(super) struct NameRule {
    pub(super) columns: Vec<String>,
    /// How a bare number is named: the text before and after it.
    pub(super) numbered: Option<(String, String)>,
    pub(super) unknown: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct ChangeRule {
    pub(super) columns: Vec<String>,
    /// The words that mean yes, lower-cased; any word does when there are none.
    pub(super) needed_when: Option<Vec<String>>,
}

/// What is wrong with a mapping, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// It is not TOML, or has keys that mean nothing.
    #[error("The mapping cannot be read, line {line}: {problem}.")]
    Unreadable {
        /// The line, from 1.
        line: usize,
        /// What the reader of TOML found.
        problem: String,
    },
    /// A value of a key cannot be used.
    #[error("`{key}` of the mapping cannot be used: {problem}")]
    Unusable {
        /// The key, with the names of its tables.
        key: String,
        /// What is wrong and how to mend it, as sentences.
        problem: String,
    },
}

fn unusable(key: &str, problem: impl ToString) -> MappingError {
    MappingError::Unusable {
        key: key.to_owned(),
        problem: problem.to_string(),
    }
}

/// Longest mapping, in bytes.
const LIMIT_BYTES: usize = 256 * 1024;

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        if text.len() > LIMIT_BYTES {
            return Err(MappingError::Unreadable {
                line: 1,
                problem: "it is longer than 256 KB, which no mapping is".into(),
            });
        }
        let document: Document = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start.min(text.len()));
            MappingError::Unreadable {
                line: 1 + text.as_bytes()[..start]
                    .iter()
                    .filter(|&&b| b == b'\n')
                    .count(),
                problem: error.message().replace('\n', ", "),
            }
        })?;
        checked(document)
    }

    /// The name of the other tracker; tickets are known by it and their key there.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What a row of the export is.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// What stands between two fields of a row.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }
}

fn checked(document: Document) -> Result<Mapping, MappingError> {
    let source = text::line("The source", &document.source, 60)
        .map_err(|error| unusable("source", error))?;
    let file = document.file;
    if let Some(encoding) = file.encoding.filter(|name| !is_utf_8(name)) {
        let problem =
            format!("“{encoding}” is not read. Save the export as UTF-8 and write \"utf-8\".");
        return Err(unusable("file.encoding", problem));
    }
    let times = document.times;
    let zone = TimeZone::get(&times.zone).map_err(|_| {
        let problem = format!(
            "“{}” is not a time zone. Write an IANA name such as \"Europe/London\", or \"UTC\".",
            times.zone
        );
        unusable("times.zone", problem)
    })?;
    if times.formats.is_empty() {
        let problem = "There is none. Write at least one, such as \"%Y-%m-%d %H:%M:%S\".";
        return Err(unusable("times.formats", problem));
    }
    let reader = TimeReader::new(&times.formats, zone).map_err(|format| {
        let problem = format!(
            "“{format}” does not tell a date. Write \"iso\" or a pattern of strptime with year, month and day, such as \"%d/%m/%Y %H:%M\"."
        );
        unusable("times.formats", problem)
    })?;
    if document.shape == Shape::EventLog && times.changed.is_none() {
        let problem =
            "It is missing. In an event log, name the column that tells when each row happened.";
        return Err(unusable("times.changed", problem));
    }
    let status = document.status;
    let statuses = statuses(status.values)?;
    Ok(Mapping {
        source,
        shape: document.shape,
        delimiter: delimiter(file.delimiter.as_deref())?,
        missing: file
            .missing
            .into_iter()
            .map(|m| m.trim().to_owned())
            .collect(),
        key: columns("ticket.key", document.ticket.key)?,
        title: templates("ticket.title", document.ticket.title.into_vec())?,
        description: templates("ticket.description", document.ticket.description)?,
        reader,
        times: Times {
            opened: columns("times.opened", times.opened)?,
            changed: maybe_columns("times.changed", times.changed)?,
            sequence: maybe_columns("times.sequence", times.sequence)?,
            acknowledged: maybe_columns("times.acknowledged", times.acknowledged)?,
            resolved: maybe_columns("times.resolved", times.resolved)?,
            closed: maybe_columns("times.closed", times.closed)?,
        },
        status: columns("status.column", status.column)?,
        statuses,
        ignored_statuses: status.ignore.iter().map(|word| key_of(word)).collect(),
        reopened_count: maybe_columns("status.reopened_count", status.reopened_count)?,
        priority: document.priority.map(priority).transpose()?,
        squad: document.squad.map(|s| name("squad", s)).transpose()?,
        feature: document.feature.map(|s| name("feature", s)).transpose()?,
        reporter: document.reporter.map(|s| name("reporter", s)).transpose()?,
        owner: document.owner.map(|s| name("owner", s)).transpose()?,
        author: document.author.map(|s| name("author", s)).transpose()?,
        change: document.change.map(change).transpose()?,
        cause: templates("resolution.cause", document.resolution.cause)?,
        how_known: templates("resolution.how_known", document.resolution.how_known)?,
    })
}

/// The form in which words of an export are compared: without regard to case and outer blanks.
pub(super) fn key_of(word: &str) -> String {
    word.trim().to_lowercase()
}

fn is_utf_8(name: &str) -> bool {
    matches!(key_of(name).as_str(), "utf-8" | "utf8")
}

fn delimiter(text: Option<&str>) -> Result<u8, MappingError> {
    match text.map(str::as_bytes) {
        None => Ok(b','),
        Some(&[byte]) if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(byte),
        Some(_) => Err(unusable(
            "file.delimiter",
            "It is one character, such as \",\", \";\" or \"\\t\".",
        )),
    }
}

fn columns(key: &str, names: OneOrMore) -> Result<Vec<String>, MappingError> {
    let names: Vec<String> = names.into_vec().iter().map(|name| key_of(name)).collect();
    if names.is_empty() || names.iter().any(String::is_empty) {
        return Err(unusable(
            key,
            "A column has no name. Write it as it stands in the first line of the export.",
        ));
    }
    Ok(names)
}

fn maybe_columns(key: &str, names: Option<OneOrMore>) -> Result<Vec<String>, MappingError> {
    names.map_or(Ok(Vec::new()), |names| columns(key, names))
}

fn templates(key: &str, texts: Vec<String>) -> Result<Vec<Template>, MappingError> {
    texts
        .iter()
        .map(|text| {
            Template::parse(text).ok_or_else(|| {
                let problem = format!(
                    "“{text}” has a brace that is not closed or holds nothing. Write columns as \"{{column}}\"."
                );
                unusable(key, problem)
            })
        })
        .collect()
}

fn statuses(values: BTreeMap<String, String>) -> Result<HashMap<String, StatusKind>, MappingError> {
    let mut statuses = HashMap::new();
    for (word, meaning) in values {
        let kind = StatusKind::parse(&meaning)
            .filter(|kind| *kind != StatusKind::Merged)
            .ok_or_else(|| {
                let kinds: Vec<&str> = StatusKind::ALL
                    .into_iter()
                    .filter(|kind| *kind != StatusKind::Merged)
                    .map(StatusKind::as_str)
                    .collect();
                let problem = format!(
                    "“{meaning}” is not a status. Use one of {}.",
                    kinds.join(", ")
                );
                unusable(&format!("status.values.{word}"), problem)
            })?;
        statuses.insert(key_of(&word), kind);
    }
    if statuses.is_empty() {
        let problem = "There is none. Write what each status means, such as \"Done\" = \"closed\".";
        return Err(unusable("status.values", problem));
    }
    Ok(statuses)
}

fn rank(key: &str, text: &str) -> Result<Rank, MappingError> {
    Rank::parse(text).ok_or_else(|| {
        let problem = format!("“{text}” is not a priority. Write \"P1\" to \"P9\".");
        unusable(key, problem)
    })
}

fn priority(section: super::document::PrioritySection) -> Result<PriorityRule, MappingError> {
    let mut ranks = HashMap::new();
    for (word, meaning) in section.values {
        let rank = rank(&format!("priority.values.{word}"), &meaning)?;
        ranks.insert(key_of(&word), rank);
    }
    Ok(PriorityRule {
        columns: columns("priority.column", section.column)?,
        ranks,
        otherwise: section
            .otherwise
            .map(|text| rank("priority.otherwise", &text))
            .transpose()?,
    })
}

fn name(key: &str, section: NameSection) -> Result<NameRule, MappingError> {
    let numbered = match section.numbered {
        None => None,
        Some(text) => match text.split_once("{value}") {
            Some((before, after)) if !after.contains("{value}") => {
                Some((before.to_owned(), after.to_owned()))
            }
            _ => {
                let problem = format!(
                    "“{text}” does not hold {{value}} once. Write it as \"Group {{value}}\"."
                );
                return Err(unusable(&format!("{key}.numbered"), problem));
            }
        },
    };
    if section.unknown.is_some() && key != "reporter" {
        let problem = "Only `reporter` has it. Take it out.";
        return Err(unusable(&format!("{key}.unknown"), problem));
    }
    let unknown = section
        .unknown
        .map(|text| text::line("The name", &text, SHORT_LIMIT_CHARACTERS))
        .transpose()
        .map_err(|error| unusable(&format!("{key}.unknown"), error))?;
    Ok(NameRule {
        columns: columns(&format!("{key}.column"), section.column)?,
        numbered,
        unknown,
    })
}

fn change(section: super::document::ChangeSection) -> Result<ChangeRule, MappingError> {
    Ok(ChangeRule {
        columns: columns("change.column", section.column)?,
        needed_when: section
            .needed_when
            .map(|words| words.iter().map(|word| key_of(word)).collect()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importing::PRESETS;

    const SMALL: &str = r#"
source = "tracker"
shape = "tickets"
[ticket]
key = "id"
title = "{subject}"
[times]
formats = ["iso"]
zone = "UTC"
opened = "created"
[status]
column = "status"
[status.values]
"Open" = "new"
"Done" = "closed"
"#;

    #[test]
    fn every_preset_can_be_read() {
        for preset in PRESETS {
            let mapping = Mapping::parse(preset.text);
            assert!(mapping.is_ok(), "{}: {mapping:?}", preset.name);
        }
        assert!(Mapping::parse(SMALL).is_ok());
    }

    #[test]
    fn a_mistake_is_told_with_its_key_and_how_to_mend_it() {
        for (right, wrong, sentence) in [
            (
                "source = \"tracker\"",
                "source = \" \"",
                "`source` of the mapping cannot be used",
            ),
            (
                "shape = \"tickets\"",
                "shape = \"events\"",
                "line 3: unknown variant `events`",
            ),
            (
                "shape = \"tickets\"",
                "shape = \"event_log\"",
                "`times.changed` of the mapping",
            ),
            (
                "key = \"id\"",
                "keys = \"id\"",
                "line 5: unknown field `keys`, expected one of",
            ),
            (
                "key = \"id\"",
                "key = \"\"",
                "`ticket.key` of the mapping cannot be used",
            ),
            (
                "\"{subject}\"",
                "\"{subject\"",
                "“{subject” has a brace that is not closed",
            ),
            (
                "\"UTC\"",
                "\"Europe/Lodon\"",
                "“Europe/Lodon” is not a time zone",
            ),
            ("[\"iso\"]", "[]", "`times.formats` of the mapping"),
            ("[\"iso\"]", "[\"d/m/Y\"]", "“d/m/Y” does not tell a date"),
            (
                "\"closed\"",
                "\"shut\"",
                "`status.values.Done` of the mapping cannot be used: “shut”",
            ),
            ("\"closed\"", "\"merged\"", "“merged” is not a status"),
            (
                "[ticket]",
                "[file]\ndelimiter = \"::\"\n[ticket]",
                "`file.delimiter`",
            ),
            (
                "[ticket]",
                "[file]\nencoding = \"latin1\"\n[ticket]",
                "Save the export as UTF-8",
            ),
            (
                "[ticket]",
                "[squad]\ncolumn = \"g\"\nnumbered = \"G\"\n[ticket]",
                "`squad.numbered`",
            ),
            (
                "[ticket]",
                "[owner]\ncolumn = \"o\"\nunknown = \"X\"\n[ticket]",
                "`owner.unknown`",
            ),
            ("source = \"tracker\"", "source", "line 2"),
        ] {
            assert!(SMALL.contains(right), "{right}");
            let error = Mapping::parse(&SMALL.replacen(right, wrong, 1)).unwrap_err();
            assert!(error.to_string().contains(sentence), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_mapping_of_any_size_is_not_read() {
        let error = Mapping::parse(&"#".repeat(LIMIT_BYTES + 1)).unwrap_err();
        assert!(error.to_string().contains("256 KB"), "{error}");
    }
}
