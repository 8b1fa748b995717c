//! What a figure is: its name, title, definition and columns, and the values that stand in them.

use super::{Dimension, changes, cost, dearest, effort, open_time, ownership, service_level};
use crate::TicketNumber;

/// A figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Figure {
    /// How long tickets are open.
    OpenTime,
    /// Whether the promised times are kept.
    ServiceLevel,
    /// Requests against code changes needed.
    Changes,
    /// Time and cost of support.
    Cost,
    /// The ten dearest tickets.
    Dearest,
    /// Replies, people and hands-on time of a ticket.
    Effort,
    /// Time without an owner, hand-offs, ping-pong, reopening.
    Ownership,
}

/// The description of a figure, from which pages, CSV, JSON, pictures and docs are made.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// The word in addresses.
    pub name: &'static str,
    /// The heading.
    pub title: &'static str,
    /// How it is counted, for everybody who reads it.
    pub definition: &'static str,
    /// By what it is told apart when nothing is asked for; empty when it is not.
    pub groups: &'static [Dimension],
    /// What it tells, after the columns of the groups.
    pub columns: &'static [Column],
}

/// One number of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in JSON and CSV; the unit is last.
    pub key: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// In what it is counted.
    pub unit: Unit,
}

impl Column {
    pub(super) const fn new(key: &'static str, title: &'static str, unit: Unit) -> Self {
        Self { key, title, unit }
    }
}

/// In what a number is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Words.
    Words,
    /// A ticket's number.
    Ticket,
    /// Things.
    Count,
    /// Things, on average.
    Number,
    /// Seconds.
    Seconds,
    /// A part of 1.
    Share,
    /// Hundredths of the company's currency.
    Cents,
}

/// What stands in a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// There is nothing to tell, such as a mean of no tickets.
    Nothing,
    /// Words.
    Words(String),
    /// A ticket's number.
    Ticket(TicketNumber),
    /// Things, seconds or hundredths of the currency, counted one by one.
    Whole(i64),
    /// A mean, a percentile or a share.
    Real(f64),
}

impl Value {
    /// The number, or nothing.
    pub(super) fn real(number: Option<f64>) -> Self {
        number.map_or(Self::Nothing, Self::Real)
    }

    /// The number, when it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Whole(number) => Some(*number as f64),
            Self::Real(number) => Some(*number),
            Self::Nothing | Self::Words(_) | Self::Ticket(_) => None,
        }
    }
}

impl Figure {
    /// Every figure, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::OpenTime,
        Self::ServiceLevel,
        Self::Changes,
        Self::Cost,
        Self::Dearest,
        Self::Effort,
        Self::Ownership,
    ];

    /// What it is.
    pub fn about(self) -> &'static About {
        match self {
            Self::OpenTime => &open_time::ABOUT,
            Self::ServiceLevel => &service_level::ABOUT,
            Self::Changes => &changes::ABOUT,
            Self::Cost => &cost::ABOUT,
            Self::Dearest => &dearest::ABOUT,
            Self::Effort => &effort::ABOUT,
            Self::Ownership => &ownership::ABOUT,
        }
    }

    /// The figure of that name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|figure| figure.about().name == name)
    }
}

/// What holds for all figures, for docs and pages.
pub const COMMON: &str = "A period counts the tickets that were asked in it: from the first \
    instant on, and before the last one. Days and months begin at midnight in the company’s zone. \
    Priority, squad and feature are those that a ticket has now.";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// With every run of blanks as one, so that lines may be wrapped anywhere.
    fn one_line(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_documentation_has_every_definition() {
        let documented = one_line(include_str!("../../../../docs/figures.md"));
        assert!(documented.contains(&one_line(COMMON)), "{COMMON}");
        for figure in Figure::ALL {
            let about = figure.about();
            let heading = format!("## {} (`{}`)", about.title, about.name);
            assert!(documented.contains(&heading), "{heading}");
            let definition = one_line(about.definition);
            assert!(documented.contains(&definition), "{definition}");
            for column in about.columns {
                let entry = format!("`{}`", column.key);
                assert!(documented.contains(&entry), "{}: {entry}", about.name);
            }
        }
    }

    #[test]
    fn names_and_columns_are_told_once() {
        let names: HashSet<&str> = Figure::ALL.map(|figure| figure.about().name).into();
        assert_eq!(names.len(), Figure::ALL.len());
        for figure in Figure::ALL {
            assert_eq!(Figure::parse(figure.about().name), Some(figure));
            let columns = figure.about().columns;
            let keys: HashSet<&str> = columns.iter().map(|column| column.key).collect();
            assert_eq!(keys.len(), columns.len(), "{figure:?}");
        }
    }
}
