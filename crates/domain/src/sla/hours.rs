//! Counting working time: around the clock, or by a calendar.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::windows::Windows;

/// How far ahead a due instant is looked for: ten years, in seconds.
///
/// Somebody whose calendar leaves less than the target in ten years has no due instant.
pub const HORIZON_SECONDS: i64 = 3_653 * 24 * 60 * 60;

const MICROSECONDS_A_SECOND: i64 = 1_000_000;

/// When time counts.
///
/// In a calendar, hours are civil: 09:00-17:00 starts at the first instant whose civil time is at
/// or after 09:00 and ends at the last instant at which a clock on the wall shows 17:00. So hours
/// that touch a repeated hour grow by it, hours in a skipped hour shrink by it, and nothing is
/// counted twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Hours {
    /// Every second of every day counts.
    AroundTheClock,
    /// Only the hours of this calendar count.
    Calendar(Box<Calendar>),
}

impl From<Calendar> for Hours {
    fn from(calendar: Calendar) -> Self {
        Self::Calendar(Box::new(calendar))
    }
}

impl Hours {
    /// Whole working seconds from one instant to a later one; 0 when `until` is not later.
    ///
    /// An AroundTheClock answer is immediate. A calendar is walked day by day, some tens of
    /// nanoseconds each.
    pub fn working_seconds_between(&self, from: Timestamp, until: Timestamp) -> i64 {
        self.working_microseconds_between(from, until) / MICROSECONDS_A_SECOND
    }

    /// The earliest instant by which this many working seconds have passed since `from`.
    ///
    /// `from` itself for 0 or less. `None` when the calendar has no such time within
    /// [`HORIZON_SECONDS`], or time itself ends before.
    pub fn add_working_seconds(&self, from: Timestamp, seconds: i64) -> Option<Timestamp> {
        self.add_working_microseconds(from, seconds.checked_mul(MICROSECONDS_A_SECOND)?)
    }

    /// Whether time counts at this instant.
    pub fn is_open_at(&self, at: Timestamp) -> bool {
        self.next_opening(at) == Some(at)
    }

    /// The first instant at or after `at` at which time counts; `at` itself when it does then.
    ///
    /// `None` when nothing opens within [`HORIZON_SECONDS`].
    pub fn next_opening(&self, at: Timestamp) -> Option<Timestamp> {
        let Self::Calendar(calendar) = self else {
            return Some(at);
        };
        let (now, horizon) = (at.as_microsecond(), horizon_after(at.as_microsecond()));
        let window = Windows::new(calendar, at, horizon).find(|window| window.until > now)?;
        if window.from <= now {
            return Some(at);
        }
        Timestamp::from_microsecond(window.from).ok()
    }

    /// As [`Hours::working_seconds_between`], in microseconds, so that parts add up exactly.
    pub(super) fn working_microseconds_between(&self, from: Timestamp, until: Timestamp) -> i64 {
        let (start, end) = (from.as_microsecond(), until.as_microsecond());
        if end <= start {
            return 0;
        }
        match self {
            Self::AroundTheClock => end - start,
            Self::Calendar(calendar) => Windows::new(calendar, from, end)
                .map(|window| (window.until.min(end) - window.from.max(start)).max(0))
                .sum(),
        }
    }

    /// As [`Hours::add_working_seconds`], in microseconds.
    pub(super) fn add_working_microseconds(
        &self,
        from: Timestamp,
        microseconds: i64,
    ) -> Option<Timestamp> {
        if microseconds <= 0 {
            return Some(from);
        }
        let start = from.as_microsecond();
        let horizon = horizon_after(start);
        let reached = match self {
            Self::AroundTheClock => start.checked_add(microseconds)?,
            Self::Calendar(calendar) => {
                let mut left = microseconds;
                Windows::new(calendar, from, horizon).find_map(|window| {
                    let opens = window.from.max(start);
                    let length = (window.until - opens).max(0);
                    if length >= left {
                        return Some(opens + left);
                    }
                    left -= length;
                    None
                })?
            }
        };
        if reached > horizon {
            return None;
        }
        Timestamp::from_microsecond(reached).ok()
    }
}

fn horizon_after(microsecond: i64) -> i64 {
    microsecond.saturating_add(HORIZON_SECONDS * MICROSECONDS_A_SECOND)
}
