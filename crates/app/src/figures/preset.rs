//! Periods by their names.

use eider_domain::figures::Period;
use jiff::{Timestamp, ToSpan, Zoned, civil::Date, tz::TimeZone};

/// A period that is chosen by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// From the first of this month on.
    ThisMonth,
    /// The whole month before this one.
    LastMonth,
    /// The three whole months before this one.
    LastThreeMonths,
    /// The twelve whole months before this one, and this one so far.
    LastTwelveMonths,
    /// From the first of January on.
    ThisYear,
    /// The whole year before this one.
    LastYear,
    /// Everything there is.
    All,
}

impl Preset {
    /// Every preset, in the order in which it is offered.
    pub const ALL: [Self; 7] = [
        Self::ThisMonth,
        Self::LastMonth,
        Self::LastThreeMonths,
        Self::LastTwelveMonths,
        Self::ThisYear,
        Self::LastYear,
        Self::All,
    ];

    /// The word that is sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::ThisMonth => "this-month",
            Self::LastMonth => "last-month",
            Self::LastThreeMonths => "last-3-months",
            Self::LastTwelveMonths => "last-12-months",
            Self::ThisYear => "this-year",
            Self::LastYear => "last-year",
            Self::All => "all",
        }
    }

    /// The words that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::ThisMonth => "This month",
            Self::LastMonth => "Last month",
            Self::LastThreeMonths => "Last 3 months",
            Self::LastTwelveMonths => "Last 12 months and this one",
            Self::ThisYear => "This year",
            Self::LastYear => "Last year",
            Self::All => "Everything",
        }
    }

    /// The preset of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == word)
    }

    /// The period at `now`, by the calendar of `zone`.
    pub fn period(self, zone: &TimeZone, now: Timestamp) -> Period {
        let today = now.to_zoned(zone.clone()).date();
        let month = today.first_of_month();
        let year = Date::new(today.year(), 1, 1).unwrap_or(month);
        let (from, to) = match self {
            Self::ThisMonth => (month, None),
            Self::LastMonth => (back(month, 1), Some(month)),
            Self::LastThreeMonths => (back(month, 3), Some(month)),
            Self::LastTwelveMonths => (back(month, 12), None),
            Self::ThisYear => (year, None),
            Self::LastYear => (back(year, 12), Some(year)),
            Self::All => return Period::default(),
        };
        let start = |date: Date| {
            date.to_zoned(zone.clone())
                .ok()
                .as_ref()
                .map(Zoned::timestamp)
        };
        Period {
            from: start(from),
            to: to.and_then(start),
        }
    }
}

fn back(date: Date, months: i64) -> Date {
    date.saturating_sub(months.months())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_follow_the_calendar_of_the_zone() {
        let zone = TimeZone::get("Pacific/Auckland").unwrap();
        // The 1st of March there, still February in London.
        let now = "2025-02-28T20:00:00Z".parse().unwrap();
        let told: Vec<String> = Preset::ALL
            .iter()
            .map(|preset| {
                let period = preset.period(&zone, now);
                let day = |at: Option<Timestamp>| {
                    at.map_or("…".into(), |at| {
                        at.to_zoned(zone.clone()).date().to_string()
                    })
                };
                format!("{} {} {}", preset.name(), day(period.from), day(period.to))
            })
            .collect();
        assert_eq!(
            told,
            [
                "this-month 2025-03-01 …",
                "last-month 2025-02-01 2025-03-01",
                "last-3-months 2024-12-01 2025-03-01",
                "last-12-months 2024-03-01 …",
                "this-year 2025-01-01 …",
                "last-year 2024-01-01 2025-01-01",
                "all … …",
            ]
        );
        for preset in Preset::ALL {
            assert_eq!(Preset::parse(preset.name()), Some(preset));
        }
    }
}
