//! Yearly repetition (RRULE with FREQ=YEARLY), as far as holidays need it.

use std::ops::RangeInclusive;

use jiff::civil::{Date, Weekday};

use super::EventProblem;
use super::event::read_date;
use super::source::excerpt;

/// An event that comes back every so many years.
pub(super) struct Recurrence {
    /// At least 1.
    interval_years: i16,
    end: End,
    day: Day,
}

enum End {
    Never,
    /// After so many occurrences; at least 1.
    Count(u32),
    /// On this day at the latest.
    Until(Date),
}

/// Which day of the year.
enum Day {
    /// The month and day of the first occurrence.
    SameDate,
    /// A weekday counted from the month's start or, if negative, from its end.
    NthWeekday {
        month: i8,
        nth: i8,
        weekday: Weekday,
    },
}

impl Recurrence {
    /// Reads the value of an RRULE whose event starts on `start`.
    pub(super) fn read(text: &str, start: Date) -> Result<Self, EventProblem> {
        Self::try_read(text, start).ok_or_else(|| EventProblem::Repetition {
            text: excerpt(text),
        })
    }

    fn try_read(text: &str, start: Date) -> Option<Self> {
        let (mut interval_years, mut end) = (1, End::Never);
        let (mut is_yearly, mut month, mut weekday) = (false, None, None);
        for part in text.trim().split(';').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=')?;
            match key.to_ascii_uppercase().as_str() {
                "FREQ" => is_yearly = value.eq_ignore_ascii_case("YEARLY"),
                "INTERVAL" => interval_years = value.parse().ok().filter(|years| *years >= 1)?,
                "COUNT" => end = End::Count(value.parse().ok().filter(|count| *count >= 1)?),
                "UNTIL" => end = End::Until(read_until(value)?),
                "BYMONTH" => month = Some(value.parse().ok()?),
                "BYMONTHDAY" if value.parse() == Ok(start.day()) => {}
                "BYDAY" => weekday = Some(read_nth_weekday(value)?),
                "WKST" => {}
                _ => return None,
            }
        }
        let day = match (month, weekday) {
            (None, None) => Day::SameDate,
            (Some(month), None) if month == start.month() => Day::SameDate,
            (Some(month), Some((nth, weekday))) => Day::NthWeekday {
                month,
                nth,
                weekday,
            },
            _ => return None,
        };
        let rule = Self {
            interval_years,
            end,
            day,
        };
        // A start that its own rule does not give would count once too often or too rarely.
        (is_yearly && rule.date_in(start.year(), start) == Some(start)).then_some(rule)
    }

    /// The starts that may touch these years, and perhaps some before them.
    pub(super) fn starts(&self, first: Date, years: &RangeInclusive<i16>) -> Vec<Date> {
        let mut starts = Vec::new();
        let mut seen: u32 = 0;
        let mut year = first.year();
        while year <= *years.end() {
            if let Some(date) = self.date_in(year, first) {
                seen = seen.saturating_add(1);
                let is_over = match self.end {
                    End::Never => false,
                    End::Count(count) => seen > count,
                    End::Until(until) => date > until,
                };
                if is_over {
                    break;
                }
                // An event lasts a year at most, so the one of the year before may reach in.
                if year >= years.start().saturating_sub(2) {
                    starts.push(date);
                }
            }
            let Some(next) = year.checked_add(self.interval_years) else {
                break;
            };
            year = next;
        }
        starts
    }

    /// The occurrence in a year. 29 February has none in most, and those are skipped, not moved.
    fn date_in(&self, year: i16, first: Date) -> Option<Date> {
        match self.day {
            Day::SameDate => Date::new(year, first.month(), first.day()).ok(),
            Day::NthWeekday {
                month,
                nth,
                weekday,
            } => Date::new(year, month, 1)
                .ok()?
                .nth_weekday_of_month(nth, weekday)
                .ok(),
        }
    }
}

/// The last day of a repetition. The time of day in it says nothing about whole days.
fn read_until(value: &str) -> Option<Date> {
    let date = value.split(['T', 't']).next()?;
    read_date(date).ok()
}

/// `4TH` as the fourth Thursday, `-1MO` as the last Monday.
fn read_nth_weekday(value: &str) -> Option<(i8, Weekday)> {
    let split = value.len().checked_sub(2)?;
    let (nth, weekday) = (value.get(..split)?, value.get(split..)?);
    let weekday = match weekday.to_ascii_uppercase().as_str() {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    };
    let nth: i8 = nth.parse().ok()?;
    ((1..=5).contains(&nth.abs()) && nth != 0).then_some((nth, weekday))
}
