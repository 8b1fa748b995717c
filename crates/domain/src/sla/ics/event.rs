//! One event of a calendar file, read as a holiday.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use icalendar::parser::Property;
use jiff::ToSpan;
use jiff::civil::Date;

use super::recurrence::Recurrence;
use super::source::excerpt;
use super::{EventProblem, IcsError};
use crate::sla::calendar::MAX_NAME_CHARACTERS;

/// The longest event, in days.
const MAX_DAYS: i32 = 366;

/// A holiday as the file describes it, before its repetition is written out.
pub(super) struct Event {
    pub(super) name: String,
    start: Date,
    /// At least 1.
    days: i32,
    recurrence: Option<Recurrence>,
    /// Starts that are left out of the repetition.
    excluded: BTreeSet<Date>,
}

impl Event {
    /// Reads an event; `None` when it was cancelled.
    pub(super) fn read(all: &[Property<'_>]) -> Result<Option<Self>, IcsError> {
        let name = name_of(all);
        let status = value_of(all, "STATUS");
        if status.is_some_and(|status| status.trim().eq_ignore_ascii_case("CANCELLED")) {
            return Ok(None);
        }
        Self::read_dates(all, name.clone())
            .map(Some)
            .map_err(|problem| IcsError::Event {
                event: excerpt(&name),
                problem,
            })
    }

    fn read_dates(all: &[Property<'_>], name: String) -> Result<Self, EventProblem> {
        for property in ["RDATE", "RECURRENCE-ID"] {
            if value_of(all, property).is_some() {
                return Err(EventProblem::Property { property });
            }
        }
        let start = value_of(all, "DTSTART").ok_or(EventProblem::NoStart)?;
        let start = read_date(start)?;
        let days = days_of(all, start)?;
        let mut rules = properties(all, "RRULE");
        let recurrence = match rules.next() {
            Some(rule) => Some(Recurrence::read(rule.val.as_str(), start)?),
            None => None,
        };
        if rules.next().is_some() {
            return Err(EventProblem::Property {
                property: "a second RRULE",
            });
        }
        let excluded = properties(all, "EXDATE")
            .flat_map(|property| property.val.as_str().split(','))
            .map(read_date)
            .collect::<Result<BTreeSet<Date>, _>>()?;
        Ok(Self {
            name,
            start,
            days,
            recurrence,
            excluded,
        })
    }

    /// Every day of it in these years.
    pub(super) fn dates_within(&self, years: &RangeInclusive<i16>) -> impl Iterator<Item = Date> {
        let starts = match &self.recurrence {
            None => vec![self.start],
            Some(recurrence) => recurrence.starts(self.start, years),
        };
        let years = years.clone();
        starts
            .into_iter()
            .filter(|start| !self.excluded.contains(start))
            .flat_map(|start| (0..self.days).map_while(move |d| start.checked_add(d.days()).ok()))
            .filter(move |date| years.contains(&date.year()))
    }
}

fn properties<'a, 'b>(
    all: &'a [Property<'b>],
    name: &'a str,
) -> impl Iterator<Item = &'a Property<'b>> {
    all.iter()
        .filter(move |property| property.name.as_str().eq_ignore_ascii_case(name))
}

fn value_of<'a>(all: &'a [Property<'_>], name: &'a str) -> Option<&'a str> {
    properties(all, name)
        .next()
        .map(|property| property.val.as_str())
}

/// What the event is called, on one line and not too long.
fn name_of(all: &[Property<'_>]) -> String {
    let summary = value_of(all, "SUMMARY").unwrap_or_default();
    let words: Vec<&str> = summary
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect();
    let name: String = words.join(" ").chars().take(MAX_NAME_CHARACTERS).collect();
    if name.is_empty() {
        "Holiday".to_owned()
    } else {
        name
    }
}

/// How many days the event lasts. The end in the file is the first day after it.
fn days_of(all: &[Property<'_>], start: Date) -> Result<i32, EventProblem> {
    let days = if let Some(end) = value_of(all, "DTEND") {
        let days = start
            .until(read_date(end)?)
            .map_or(i32::MAX, |span| span.get_days());
        if days < 0 {
            return Err(EventProblem::EndsBeforeStart);
        }
        // Some programs write the same date twice for a single day.
        days.max(1)
    } else if let Some(duration) = value_of(all, "DURATION") {
        days_of_duration(duration)?
    } else {
        1
    };
    if days > MAX_DAYS {
        Err(EventProblem::TooLong)
    } else {
        Ok(days)
    }
}

/// The days in a DURATION of whole days or weeks, like `P2D` or `P1W`.
fn days_of_duration(text: &str) -> Result<i32, EventProblem> {
    let refused = || EventProblem::Duration {
        text: excerpt(text),
    };
    let body = text
        .trim()
        .trim_start_matches('+')
        .strip_prefix('P')
        .ok_or_else(refused)?;
    let (count, unit_days) = match (body.strip_suffix('D'), body.strip_suffix('W')) {
        (Some(count), _) => (count, 1),
        (None, Some(count)) => (count, 7),
        (None, None) => return Err(refused()),
    };
    if count.is_empty() || count.len() > 4 || !count.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refused());
    }
    let count: i32 = count.parse().map_err(|_| refused())?;
    if count == 0 {
        Err(refused())
    } else {
        Ok(count * unit_days)
    }
}

/// A DATE, or a local DATE-TIME at midnight, which some programs write for whole days.
pub(super) fn read_date(text: &str) -> Result<Date, EventProblem> {
    let trimmed = text.trim();
    let refused = || EventProblem::Date {
        text: excerpt(text),
    };
    let (date, time) = match trimmed.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (trimmed, None),
    };
    if date.len() != 8 || !date.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refused());
    }
    if time.is_some_and(|time| time != "000000") {
        return Err(EventProblem::TimeOfDay);
    }
    let (Some(year), Some(month), Some(day)) = (date.get(..4), date.get(4..6), date.get(6..))
    else {
        return Err(refused());
    };
    let year = year.parse().map_err(|_| refused())?;
    let month = month.parse().map_err(|_| refused())?;
    let day = day.parse().map_err(|_| refused())?;
    Date::new(year, month, day).map_err(|_| refused())
}
