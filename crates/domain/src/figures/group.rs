//! By what figures are told apart.

use std::fmt;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::Record;
use crate::{FeatureId, SquadId, priority::Rank};

/// Something by which tickets can be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// How urgent it is held to be now.
    Priority,
    /// With which squad it is now.
    Squad,
    /// About which feature it is now.
    Feature,
    /// In which month of the company's calendar it was asked.
    Month,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 4] = [Self::Priority, Self::Squad, Self::Feature, Self::Month];

    /// The word that is sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Squad => "squad",
            Self::Feature => "feature",
            Self::Month => "month",
        }
    }

    /// The word that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Priority => "Priority",
            Self::Squad => "Squad",
            Self::Feature => "Feature",
            Self::Month => "Month",
        }
    }

    /// The dimension of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == word)
    }

    pub(super) fn of(self, record: &Record, months: &MonthStarts) -> Group {
        match self {
            Self::Priority => Group::Priority(record.priority),
            Self::Squad => Group::Squad(record.squad),
            Self::Feature => Group::Feature(record.feature),
            Self::Month => Group::Month(months.of_micros(record.opened_micros)),
        }
    }
}

/// One value of a dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Of this priority.
    Priority(Rank),
    /// With this squad, or with none.
    Squad(Option<SquadId>),
    /// About this feature, or about nothing known.
    Feature(Option<FeatureId>),
    /// Asked in this month.
    Month(Month),
}

/// Up to two groups that hold together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// By the first dimension.
    pub first: Option<Group>,
    /// By the second dimension.
    pub second: Option<Group>,
}

/// A month of the calendar, shown as `2025-03`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The year.
    pub year: i16,
    /// From 1 for January.
    pub month: i8,
}

impl Month {
    /// The month after this one.
    pub fn next(self) -> Self {
        match self.month {
            12.. => Self {
                year: self.year.saturating_add(1),
                month: 1,
            },
            month => Self {
                year: self.year,
                month: month + 1,
            },
        }
    }

    /// As people write it, such as "Mar 2025".
    pub fn name(self) -> String {
        Date::new(self.year, self.month, 1).map_or_else(
            |_| self.to_string(),
            |first| first.strftime("%b %Y").to_string(),
        )
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// When the months of a zone begin. A million look-ups by the rules of a zone take too long, and
/// a table of the months of a lifetime is small.
#[derive(Clone, Debug)]
pub struct MonthStarts {
    zone: TimeZone,
    starts_micros: Vec<i64>,
}

const FIRST_YEAR: i16 = 1990;
const LAST_YEAR: i16 = 2090;

impl MonthStarts {
    /// The months of `zone`.
    pub fn new(zone: TimeZone) -> Self {
        let starts_micros = (FIRST_YEAR..=LAST_YEAR)
            .flat_map(|year| (1..=12).map(move |month| (year, month)))
            .filter_map(|(year, month)| {
                let first = Date::new(year, month, 1).ok()?;
                Some(
                    first
                        .to_zoned(zone.clone())
                        .ok()?
                        .timestamp()
                        .as_microsecond(),
                )
            })
            .collect();
        Self {
            zone,
            starts_micros,
        }
    }

    /// The zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The month in which `at` lies.
    pub fn of(&self, at: Timestamp) -> Month {
        self.of_micros(at.as_microsecond())
    }

    pub(super) fn of_micros(&self, at_micros: i64) -> Month {
        let begun = self
            .starts_micros
            .partition_point(|start| *start <= at_micros);
        if begun == 0 || begun == self.starts_micros.len() {
            let at = Timestamp::from_microsecond(at_micros).unwrap_or_default();
            let date = at.to_zoned(self.zone.clone()).date();
            return Month {
                year: date.year(),
                month: date.month(),
            };
        }
        let index = i16::try_from(begun - 1).unwrap_or(0);
        Month {
            year: FIRST_YEAR + index / 12,
            month: i8::try_from(index % 12 + 1).unwrap_or(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn months_are_those_of_the_zone(second in -2_000_000_000_i64..5_000_000_000) {
            for name in ["Europe/London", "Pacific/Apia", "America/Sao_Paulo"] {
                let zone = TimeZone::get(name).unwrap();
                let at = Timestamp::from_second(second).unwrap();
                let date = at.to_zoned(zone.clone()).date();
                let month = MonthStarts::new(zone).of(at);
                prop_assert_eq!((month.year, month.month), (date.year(), date.month()));
            }
        }
    }

    #[test]
    fn a_month_begins_at_midnight_there() {
        let months = MonthStarts::new(TimeZone::get("Europe/London").unwrap());
        let last_of_june = months.of("2025-06-30T22:59:59Z".parse().unwrap());
        let first_of_july = months.of("2025-06-30T23:00:00Z".parse().unwrap());
        assert_eq!(last_of_june.to_string(), "2025-06");
        assert_eq!(first_of_july.to_string(), "2025-07");
        assert_eq!(last_of_june.next(), first_of_july);
        assert_eq!(first_of_july.name(), "Jul 2025");
    }
}
