//! A calendar's hours as instants: which stretches of real time are worked.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use super::calendar::Calendar;
use super::weekly::TimeOfDay;
use crate::wall::{Occurrence, instant_of};

const MICROSECONDS_A_SECOND: i64 = 1_000_000;
const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// A worked stretch of real time, `from` up to but not including `until`, in microseconds since
/// 1970-01-01 UTC. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: i64,
    pub(crate) until: i64,
}

/// The worked stretches of a calendar in order, none overlapping, from a little before an instant
/// up to a bound.
///
/// Asking the zone about every start and end would be the cost of it all, so days that lie well
/// between two changes of the zone's offset are computed from that offset alone.
pub(crate) struct Windows<'a> {
    calendar: &'a Calendar,
    day: Option<Day>,
    interval_index: usize,
    /// Everything before this is told already; where a repeated hour makes two intervals overlap,
    /// the second begins here.
    covered_until: i64,
    bound: i64,
    steady: Option<Steady>,
}

#[derive(Clone, Copy)]
struct Day {
    date: Date,
    /// Days since 1970-01-01.
    number: i64,
}

/// Days on which the offset from UTC is known not to change, by their numbers, both included.
#[derive(Clone, Copy)]
struct Steady {
    first_day: i64,
    last_day: i64,
    offset_seconds: i64,
}

impl<'a> Windows<'a> {
    /// The windows that end after `from` and start before `bound` (microseconds), and perhaps some
    /// that end earlier.
    pub(crate) fn new(calendar: &'a Calendar, from: Timestamp, bound: i64) -> Self {
        // A zone may once have repeated a whole day, so the day before yesterday may still count.
        let date = calendar.time_zone().to_datetime(from).date();
        let first = (0..2)
            .try_fold(date, |date, _| date.yesterday())
            .unwrap_or(Date::MIN);
        let day = Day {
            date: first,
            number: day_number(first),
        };
        let day = if calendar.weekly().is_free() {
            None
        } else {
            Some(day)
        };
        Self {
            calendar,
            day,
            interval_index: 0,
            covered_until: i64::MIN,
            bound,
            steady: None,
        }
    }

    fn advance_day(&mut self, day: Day) {
        self.interval_index = 0;
        self.day = day.date.tomorrow().ok().map(|date| Day {
            date,
            number: day.number + 1,
        });
    }

    /// The instant at which the wall shows `time` on `day`, or `None` beyond the end of time.
    fn instant(&self, day: Day, time: TimeOfDay, occurrence: Occurrence) -> Option<i64> {
        if let Some(steady) = self.steady
            && (steady.first_day..=steady.last_day).contains(&day.number)
        {
            let civil_seconds = day.number * SECONDS_A_DAY + i64::from(time.minutes()) * 60;
            return Some((civil_seconds - steady.offset_seconds) * MICROSECONDS_A_SECOND);
        }
        let civil = civil(day.date, time)?;
        let instant = instant_of(self.calendar.time_zone(), civil, occurrence)?;
        Some(instant.as_microsecond())
    }

    /// Learns how long the present offset lasts, once the last known stretch is over.
    fn learn_offset(&mut self, day: Day) {
        if self
            .steady
            .is_some_and(|steady| day.number <= steady.last_day)
        {
            return;
        }
        let zone = self.calendar.time_zone();
        let midnight = civil(day.date, TimeOfDay::START)
            .and_then(|civil| instant_of(zone, civil, Occurrence::Last));
        let Some(midnight) = midnight else {
            return;
        };
        let offset = zone.to_offset(midnight);
        let change = zone
            .following(midnight)
            .next()
            .map(|change| change.timestamp());
        // Two days of distance on either side: no zone skips or repeats more than a day.
        let last_day = match change {
            Some(change) => day_number(offset.to_datetime(change).date()) - 2,
            None => day_number(Date::MAX) - 2,
        };
        let first_day = day.number + 2;
        if first_day <= last_day {
            let offset_seconds = i64::from(offset.seconds());
            self.steady = Some(Steady {
                first_day,
                last_day,
                offset_seconds,
            });
        }
    }
}

impl Iterator for Windows<'_> {
    type Item = Window;

    fn next(&mut self) -> Option<Window> {
        loop {
            let day = self.day?;
            if self.interval_index == 0 {
                self.learn_offset(day);
            }
            let intervals = self.calendar.intervals_on(day.date);
            let Some(interval) = intervals.get(self.interval_index) else {
                if self.is_past_bound(day) {
                    self.day = None;
                } else {
                    self.advance_day(day);
                }
                continue;
            };
            self.interval_index += 1;
            let from = self.instant(day, interval.start(), Occurrence::First);
            let until = self.instant(day, interval.end(), Occurrence::Last);
            // At either end of time a day may not be whole; such hours are left out.
            let (Some(from), Some(until)) = (from, until) else {
                continue;
            };
            if from >= self.bound {
                self.day = None;
                return None;
            }
            let from = from.max(self.covered_until);
            if from < until {
                self.covered_until = until;
                return Some(Window { from, until });
            }
        }
    }
}

impl Windows<'_> {
    /// Whether no later day can start before the bound, whatever its offset from UTC.
    fn is_past_bound(&self, day: Day) -> bool {
        (day.number - 2) * SECONDS_A_DAY > self.bound / MICROSECONDS_A_SECOND
    }
}

fn civil(date: Date, time: TimeOfDay) -> Option<DateTime> {
    if time == TimeOfDay::END {
        return Some(date.tomorrow().ok()?.at(0, 0, 0, 0));
    }
    let minutes = time.minutes();
    Some(date.at(
        i8::try_from(minutes / 60).ok()?,
        i8::try_from(minutes % 60).ok()?,
        0,
        0,
    ))
}

/// Days from 1970-01-01 to `date`.
fn day_number(date: Date) -> i64 {
    date.duration_since(Date::constant(1970, 1, 1)).as_secs() / SECONDS_A_DAY
}
