//! A mapping as it is written, in TOML.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::mapping::Shape;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) source: String,
    pub(super) shape: Shape,
    #[serde(default)]
    pub(super) file: FileSection,
    pub(super) ticket: TicketSection,
    pub(super) times: TimesSection,
    pub(super) status: StatusSection,
    pub(super) priority: Option<PrioritySection>,
    pub(super) squad: Option<NameSection>,
    pub(super) feature: Option<NameSection>,
    pub(super) reporter: Option<NameSection>,
    pub(super) owner: Option<NameSection>,
    pub(super) author: Option<NameSection>,
    pub(super) change: Option<ChangeSection>,
    #[serde(default)]
    pub(super) resolution: ResolutionSection,
}

/// One name of a column, or several of which the first with something in it counts.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub(super) fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(name) => vec![name],
            Self::More(names) => names,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FileSection {
    pub(super) delimiter: Option<String>,
    pub(super) encoding: Option<String>,
    pub(super) missing: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TicketSection {
    pub(super) key: OneOrMore,
    pub(super) title: OneOrMore,
    #[serde(default)]
    pub(super) description: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimesSection {
    pub(super) formats: Vec<String>,
    pub(super) zone: String,
    pub(super) opened: OneOrMore,
    pub(super) changed: Option<OneOrMore>,
    pub(super) sequence: Option<OneOrMore>,
    pub(super) acknowledged: Option<OneOrMore>,
    pub(super) resolved: Option<OneOrMore>,
    pub(super) closed: Option<OneOrMore>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusSection {
    pub(super) column: OneOrMore,
    pub(super) values: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) ignore: Vec<String>,
    pub(super) reopened_count: Option<OneOrMore>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrioritySection {
    pub(super) column: OneOrMore,
    pub(super) values: BTreeMap<String, String>,
    pub(super) otherwise: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NameSection {
    pub(super) column: OneOrMore,
    pub(super) numbered: Option<String>,
    pub(super) unknown: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeSection {
    pub(super) column: OneOrMore,
    pub(super) needed_when: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ResolutionSection {
    pub(super) cause: Vec<String>,
    pub(super) how_known: Vec<String>,
}
