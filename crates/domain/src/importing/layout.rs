//! A mapping bound to the header of one export.

use std::collections::HashMap;

use super::{
    mapping::{Mapping, NameRule, key_of},
    snapshot::Reason,
    template::{Part, Template},
};
use crate::text::{self, SHORT_LIMIT_CHARACTERS};

/// A mapping that knows where its columns stand in one export.
#[derive(Clone, Debug)]
pub struct Layout {
    pub(super) mapping: Mapping,
    pub(super) places: Places,
    width: usize,
    absent: Vec<String>,
}

/// Where columns stand, from 0; several when a name stands for several columns, of which the
/// first with something in it counts; none when the export does not have them.
#[derive(Clone, Debug)]
pub(super) struct Places {
    pub(super) key: Vec<usize>,
    pub(super) opened: Vec<usize>,
    pub(super) changed: Vec<usize>,
    pub(super) sequence: Vec<usize>,
    pub(super) acknowledged: Vec<usize>,
    pub(super) resolved: Vec<usize>,
    pub(super) closed: Vec<usize>,
    pub(super) status: Vec<usize>,
    pub(super) reopened_count: Vec<usize>,
    pub(super) priority: Vec<usize>,
    pub(super) squad: Vec<usize>,
    pub(super) feature: Vec<usize>,
    pub(super) reporter: Vec<usize>,
    pub(super) owner: Vec<usize>,
    pub(super) author: Vec<usize>,
    pub(super) change: Vec<usize>,
    pub(super) title: Vec<BoundTemplate>,
    pub(super) description: Vec<BoundTemplate>,
    pub(super) cause: Vec<BoundTemplate>,
    pub(super) how_known: Vec<BoundTemplate>,
}

/// A template whose columns are all there.
#[derive(Clone, Debug)]
pub(super) struct BoundTemplate(Vec<BoundPart>);

#[derive(Clone, Debug)]
enum BoundPart {
    Text(String),
    Columns(Vec<usize>),
}

/// The export lacks a column without which nothing can be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The export has no column {wanted}, which `{key}` of the mapping names. Its first line has {found}. Choose another mapping, or write the column's name into a copy of this one."
)]
pub struct MissingColumn {
    /// The key of the mapping.
    pub key: &'static str,
    /// The names that would do, in quotes.
    pub wanted: String,
    /// The first names that are there.
    pub found: String,
}

impl Layout {
    /// Finds the columns of `mapping` in `header`, without regard to case and outer blanks.
    ///
    /// # Errors
    /// When a ticket's key, its status, the time when it was opened or, in an event log, the time
    /// of a row has no column.
    pub fn bind(mapping: &Mapping, header: &[&str]) -> Result<Self, MissingColumn> {
        let mut finder = Finder::new(header);
        let by_change = mapping.shape == super::Shape::EventLog;
        let places = Places {
            key: finder.need("ticket.key", &mapping.key)?,
            opened: finder.need("times.opened", &mapping.times.opened)?,
            changed: if by_change {
                finder.need("times.changed", &mapping.times.changed)?
            } else {
                finder.find(&mapping.times.changed)
            },
            status: finder.need("status.column", &mapping.status)?,
            sequence: finder.find(&mapping.times.sequence),
            acknowledged: finder.find(&mapping.times.acknowledged),
            resolved: finder.find(&mapping.times.resolved),
            closed: finder.find(&mapping.times.closed),
            reopened_count: finder.find(&mapping.reopened_count),
            priority: finder.find(mapping.priority.as_ref().map_or(&[], |rule| &rule.columns)),
            squad: finder.name(mapping.squad.as_ref()),
            feature: finder.name(mapping.feature.as_ref()),
            reporter: finder.name(mapping.reporter.as_ref()),
            owner: finder.name(mapping.owner.as_ref()),
            author: finder.name(mapping.author.as_ref()),
            change: finder.find(mapping.change.as_ref().map_or(&[], |rule| &rule.columns)),
            title: finder.templates(&mapping.title),
            description: finder.templates(&mapping.description),
            cause: finder.templates(&mapping.cause),
            how_known: finder.templates(&mapping.how_known),
        };
        Ok(Self {
            mapping: mapping.clone(),
            places,
            width: header.len(),
            absent: finder.absent,
        })
    }

    /// How many fields a row has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Columns that the mapping names and the export does not have, for the person to know.
    pub fn absent(&self) -> &[String] {
        &self.absent
    }

    /// The key by which the other tracker knows the ticket of a row.
    ///
    /// # Errors
    /// When there is none.
    pub fn key(&self, row: &[&str]) -> Result<String, Reason> {
        let value = self.value(&self.places.key, row).unwrap_or_default();
        text::line("The key", value, SHORT_LIMIT_CHARACTERS)
            .map_err(|error| Reason(format!("It cannot be told which ticket this is. {error}")))
    }

    /// What stands in the first of those places that has something in it.
    pub(super) fn value<'a>(&self, places: &[usize], row: &[&'a str]) -> Option<&'a str> {
        places
            .iter()
            .filter_map(|&place| row.get(place))
            .map(|text| text.trim())
            .find(|text| !text.is_empty() && !self.mapping.missing.iter().any(|m| m == text))
    }

    /// The text of the first template of which every column is known.
    pub(super) fn first_text(&self, templates: &[BoundTemplate], row: &[&str]) -> Option<String> {
        templates
            .iter()
            .find_map(|template| self.text(template, row))
    }

    /// The texts of all templates of which every column is known, a line each.
    pub(super) fn all_texts(&self, templates: &[BoundTemplate], row: &[&str]) -> String {
        let texts: Vec<String> = templates
            .iter()
            .filter_map(|template| self.text(template, row))
            .collect();
        texts.join("\n")
    }

    fn text(&self, template: &BoundTemplate, row: &[&str]) -> Option<String> {
        let mut text = String::new();
        for part in &template.0 {
            match part {
                BoundPart::Text(words) => text.push_str(words),
                BoundPart::Columns(places) => text.push_str(self.value(places, row)?),
            }
        }
        Some(text)
    }
}

struct Finder<'a> {
    header: &'a [&'a str],
    by_name: HashMap<String, Vec<usize>>,
    absent: Vec<String>,
}

impl<'a> Finder<'a> {
    fn new(header: &'a [&'a str]) -> Self {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, name) in header.iter().enumerate() {
            by_name.entry(key_of(name)).or_default().push(place);
        }
        Self {
            header,
            by_name,
            absent: Vec::new(),
        }
    }

    fn places(&self, names: &[String]) -> Vec<usize> {
        names
            .iter()
            .filter_map(|name| self.by_name.get(name))
            .flatten()
            .copied()
            .collect()
    }

    fn need(&mut self, key: &'static str, names: &[String]) -> Result<Vec<usize>, MissingColumn> {
        let places = self.places(names);
        if places.is_empty() {
            let quoted: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
            let found: Vec<String> = self.header.iter().take(12).map(|n| shortened(n)).collect();
            return Err(MissingColumn {
                key,
                wanted: quoted.join(" or "),
                found: found.join(", "),
            });
        }
        Ok(places)
    }

    fn find(&mut self, names: &[String]) -> Vec<usize> {
        let places = self.places(names);
        if places.is_empty() && !names.is_empty() {
            self.absent.push(names.join(" or "));
        }
        places
    }

    fn name(&mut self, rule: Option<&NameRule>) -> Vec<usize> {
        self.find(rule.map_or(&[], |rule| &rule.columns))
    }

    fn templates(&self, templates: &[Template]) -> Vec<BoundTemplate> {
        templates
            .iter()
            .filter_map(|template| {
                let parts = template.0.iter().map(|part| match part {
                    Part::Text(text) => Some(BoundPart::Text(text.clone())),
                    Part::Column(name) => self
                        .by_name
                        .get(&key_of(name))
                        .map(|places| BoundPart::Columns(places.clone())),
                });
                parts.collect::<Option<_>>().map(BoundTemplate)
            })
            .collect()
    }
}

fn shortened(name: &str) -> String {
    let short: String = name.chars().take(40).filter(|c| !c.is_control()).collect();
    format!("“{short}”")
}
