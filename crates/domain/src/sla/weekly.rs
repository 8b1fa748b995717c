//! Weekly hours in civil time: which parts of each weekday are worked.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

/// The most intervals one weekday may have.
const MAX_INTERVALS_A_DAY: usize = 24;
const MINUTES_A_DAY: u16 = 24 * 60;

/// A time of day on the wall, in whole minutes from 00:00 to 24:00.
///
/// 24:00 is the end of the day. It is written `HH:MM`, in JSON too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// 00:00, the start of the day.
    pub const START: Self = Self(0);
    /// 24:00, the end of the day.
    pub const END: Self = Self(MINUTES_A_DAY);

    /// The time at this hour and minute.
    ///
    /// # Errors
    /// [`HoursError::Time`] unless it lies from 00:00 to 24:00.
    pub fn new(hour: u16, minute: u16) -> Result<Self, HoursError> {
        let written = || HoursError::Time {
            text: format!("{hour}:{minute:02}"),
        };
        let minutes = hour.checked_mul(60).and_then(|m| m.checked_add(minute));
        match minutes {
            Some(minutes) if minute < 60 && minutes <= MINUTES_A_DAY => Ok(Self(minutes)),
            _ => Err(written()),
        }
    }

    /// Minutes on the wall since 00:00, from 0 to 1440.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for TimeOfDay {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let refused = || HoursError::Time {
            text: excerpt(text),
        };
        let (hour, minute) = text.trim().split_once(':').ok_or_else(refused)?;
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if !digits(hour) || !digits(minute) || hour.len() > 2 || minute.len() != 2 {
            return Err(refused());
        }
        let hour = hour.parse().map_err(|_| refused())?;
        let minute = minute.parse().map_err(|_| refused())?;
        Self::new(hour, minute).map_err(|_| refused())
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = HoursError;

    fn try_from(text: String) -> Result<Self, HoursError> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

/// A part of a day, from its start up to but not including its end; never empty.
///
/// Written `09:00-17:00`, in JSON too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Interval {
    start: TimeOfDay,
    end: TimeOfDay,
}

impl Interval {
    /// The part of a day from `start` to `end`.
    ///
    /// # Errors
    /// [`HoursError::EndsBeforeStart`] unless `start` comes before `end`. Hours across midnight are
    /// two intervals on two days.
    pub fn new(start: TimeOfDay, end: TimeOfDay) -> Result<Self, HoursError> {
        if start < end {
            Ok(Self { start, end })
        } else {
            Err(HoursError::EndsBeforeStart { start, end })
        }
    }

    /// The whole day, 00:00-24:00.
    pub fn whole_day() -> Self {
        Self {
            start: TimeOfDay::START,
            end: TimeOfDay::END,
        }
    }

    /// When it begins.
    pub fn start(self) -> TimeOfDay {
        self.start
    }

    /// When it ends; this minute no longer belongs to it.
    pub fn end(self) -> TimeOfDay {
        self.end
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end)
    }
}

impl FromStr for Interval {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let (start, end) =
            text.split_once(['-', '\u{2013}'])
                .ok_or_else(|| HoursError::Interval {
                    text: excerpt(text),
                })?;
        Self::new(start.parse()?, end.parse()?)
    }
}

impl TryFrom<String> for Interval {
    type Error = HoursError;

    fn try_from(text: String) -> Result<Self, HoursError> {
        text.parse()
    }
}

impl From<Interval> for String {
    fn from(interval: Interval) -> Self {
        interval.to_string()
    }
}

/// The worked intervals of one weekday: in order, none overlapping, at most 24.
///
/// As text they are separated by commas, `09:00-12:00, 13:00-17:00`, and a free day is empty; in
/// JSON they are a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Interval>", into = "Vec<Interval>")]
pub struct DayHours(Vec<Interval>);

impl DayHours {
    /// The hours of a day, given in any order.
    ///
    /// # Errors
    /// [`HoursError::Overlap`] when two share a minute, [`HoursError::TooManyIntervals`] above 24.
    pub fn new(mut intervals: Vec<Interval>) -> Result<Self, HoursError> {
        if intervals.len() > MAX_INTERVALS_A_DAY {
            return Err(HoursError::TooManyIntervals);
        }
        intervals.sort_unstable();
        for pair in intervals.windows(2) {
            if let [first, second] = *pair
                && second.start < first.end
            {
                return Err(HoursError::Overlap { first, second });
            }
        }
        Ok(Self(intervals))
    }

    /// The intervals, earliest first.
    pub fn intervals(&self) -> &[Interval] {
        &self.0
    }

    /// Whether nobody works on this day.
    pub fn is_free(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for DayHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, interval) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{interval}")?;
        }
        Ok(())
    }
}

impl FromStr for DayHours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let intervals = text
            .split(',')
            .take(MAX_INTERVALS_A_DAY + 1)
            .map(str::parse)
            .collect::<Result<Vec<Interval>, _>>()?;
        Self::new(intervals)
    }
}

impl TryFrom<Vec<Interval>> for DayHours {
    type Error = HoursError;

    fn try_from(intervals: Vec<Interval>) -> Result<Self, HoursError> {
        Self::new(intervals)
    }
}

impl From<DayHours> for Vec<Interval> {
    fn from(day: DayHours) -> Self {
        day.0
    }
}

/// The hours of each weekday. A day that is left out of the JSON is free.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WeeklyHours {
    /// The hours of Monday.
    pub monday: DayHours,
    /// The hours of Tuesday.
    pub tuesday: DayHours,
    /// The hours of Wednesday.
    pub wednesday: DayHours,
    /// The hours of Thursday.
    pub thursday: DayHours,
    /// The hours of Friday.
    pub friday: DayHours,
    /// The hours of Saturday.
    pub saturday: DayHours,
    /// The hours of Sunday.
    pub sunday: DayHours,
}

impl WeeklyHours {
    /// The same hours from Monday to Friday, and a free weekend.
    pub fn monday_to_friday(day: DayHours) -> Self {
        Self {
            monday: day.clone(),
            tuesday: day.clone(),
            wednesday: day.clone(),
            thursday: day.clone(),
            friday: day,
            ..Self::default()
        }
    }

    /// The same hours on all seven days.
    pub fn every_day(day: DayHours) -> Self {
        Self {
            saturday: day.clone(),
            sunday: day.clone(),
            ..Self::monday_to_friday(day)
        }
    }

    /// The hours of one weekday.
    pub fn on(&self, weekday: Weekday) -> &DayHours {
        match weekday {
            Weekday::Monday => &self.monday,
            Weekday::Tuesday => &self.tuesday,
            Weekday::Wednesday => &self.wednesday,
            Weekday::Thursday => &self.thursday,
            Weekday::Friday => &self.friday,
            Weekday::Saturday => &self.saturday,
            Weekday::Sunday => &self.sunday,
        }
    }

    /// Whether no day of the week has any hours.
    pub fn is_free(&self) -> bool {
        Weekday::Monday
            .cycle_forward()
            .take(7)
            .all(|weekday| self.on(weekday).is_free())
    }
}

/// Why hours were refused; each says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not a time of day.
    #[error(
        "“{text}” is not a time of day. Write hours and minutes from 00:00 to 24:00, like 09:00."
    )]
    Time {
        /// What was written, shortened.
        text: String,
    },
    /// Not two times with a dash between.
    #[error(
        "“{text}” is not a span of hours. Write two times with a dash between, like 09:00-17:00."
    )]
    Interval {
        /// What was written, shortened.
        text: String,
    },
    /// The end is not after the start.
    #[error(
        "The hours {start}-{end} do not end after they start. For hours across midnight, \
         write {start}-24:00 on one day and 00:00-{end} on the next."
    )]
    EndsBeforeStart {
        /// The start that was given.
        start: TimeOfDay,
        /// The end that was given.
        end: TimeOfDay,
    },
    /// Two intervals of one day share time.
    #[error(
        "The hours {first} and {second} overlap. Join them, or let one end before the other starts."
    )]
    Overlap {
        /// The earlier one.
        first: Interval,
        /// The later one.
        second: Interval,
    },
    /// More than 24 intervals on a day.
    #[error("A day may have at most {MAX_INTERVALS_A_DAY} spans of hours. Join some of them.")]
    TooManyIntervals,
}

/// The first characters of what somebody wrote, so that a message stays short.
fn excerpt(text: &str) -> String {
    text.trim().chars().take(40).collect()
}
