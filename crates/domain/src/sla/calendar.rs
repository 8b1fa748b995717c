//! When a squad works: weekly hours in a zone, without its holidays.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::weekly::{DayHours, HoursError, Interval, TimeOfDay, WeeklyHours};

/// The most holidays a calendar may hold.
pub const MAX_HOLIDAYS: usize = 5_000;
/// The most characters in the name of a calendar or a holiday.
pub const MAX_NAME_CHARACTERS: usize = 200;

/// A whole civil day, in the calendar's zone, on which nobody works.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// What people call it; at most [`MAX_NAME_CHARACTERS`].
    pub name: String,
}

/// Working hours with a name, an IANA zone, weekly hours and holidays.
///
/// A value of this type is always valid. As JSON, in the database and in the API, it is
/// `{"name", "zone", "weekly": {"monday": ["09:00-17:00"], ...}, "holidays": [{"date", "name"}]}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CalendarDocument", into = "CalendarDocument")]
pub struct Calendar {
    name: String,
    time_zone: TimeZone,
    zone: String,
    weekly: WeeklyHours,
    /// Sorted by date, so that a day can be looked up quickly.
    holidays: Vec<Holiday>,
}

impl Calendar {
    /// A calendar. Holidays may come in any order; exact repeats are dropped.
    ///
    /// # Errors
    /// [`CalendarError`] when the name is empty or too long, the zone is not in the IANA database,
    /// or there are more than [`MAX_HOLIDAYS`].
    pub fn new(
        name: &str,
        zone: &str,
        weekly: WeeklyHours,
        mut holidays: Vec<Holiday>,
    ) -> Result<Self, CalendarError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(CalendarError::NoName);
        }
        if name.chars().count() > MAX_NAME_CHARACTERS {
            return Err(CalendarError::LongName);
        }
        if holidays.len() > MAX_HOLIDAYS {
            return Err(CalendarError::TooManyHolidays {
                count: holidays.len(),
            });
        }
        for holiday in &holidays {
            if holiday.name.chars().count() > MAX_NAME_CHARACTERS {
                return Err(CalendarError::LongHolidayName { date: holiday.date });
            }
        }
        let (time_zone, zone) = find_zone(zone)?;
        holidays.sort_unstable();
        holidays.dedup();
        Ok(Self {
            name: name.to_owned(),
            time_zone,
            zone,
            weekly,
            holidays,
        })
    }

    /// Monday to Friday from 09:00 to 17:00 in `zone`, without holidays.
    ///
    /// # Errors
    /// [`CalendarError::UnknownZone`] when the zone is not in the IANA database.
    pub fn mon_fri_nine_to_five(zone: &str) -> Result<Self, CalendarError> {
        let day = Interval::new(TimeOfDay::new(9, 0)?, TimeOfDay::new(17, 0)?)?;
        let weekly = WeeklyHours::monday_to_friday(DayHours::new(vec![day])?);
        Self::new("Monday to Friday, 09:00 to 17:00", zone, weekly, Vec::new())
    }

    /// The same calendar with these holidays instead of its own.
    ///
    /// # Errors
    /// As for [`Calendar::new`].
    pub fn with_holidays(self, holidays: Vec<Holiday>) -> Result<Self, CalendarError> {
        Self::new(&self.name, &self.zone, self.weekly, holidays)
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The IANA name of its zone, like `Europe/London`.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Its zone, ready for use.
    pub fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// Its hours in an ordinary week.
    pub fn weekly(&self) -> &WeeklyHours {
        &self.weekly
    }

    /// Its holidays, earliest first.
    pub fn holidays(&self) -> &[Holiday] {
        &self.holidays
    }

    /// The holiday on this date, or `None` on an ordinary day.
    pub fn holiday_on(&self, date: Date) -> Option<&Holiday> {
        let index = self.holidays.partition_point(|holiday| holiday.date < date);
        self.holidays
            .get(index)
            .filter(|holiday| holiday.date == date)
    }

    /// The intervals worked on this date; none on a holiday.
    pub fn intervals_on(&self, date: Date) -> &[Interval] {
        let day = self.weekly.on(date.weekday());
        if day.is_free() || self.holiday_on(date).is_some() {
            &[]
        } else {
            day.intervals()
        }
    }
}

/// The zone of this name and its usual spelling. Any case is taken.
pub(crate) fn find_zone(name: &str) -> Result<(TimeZone, String), CalendarError> {
    let unknown = || CalendarError::UnknownZone {
        zone: name.trim().chars().take(60).collect(),
    };
    let time_zone = TimeZone::get(name.trim()).map_err(|_| unknown())?;
    if time_zone.is_unknown() {
        return Err(unknown());
    }
    let spelling = time_zone.iana_name().ok_or_else(unknown)?.to_owned();
    Ok((time_zone, spelling))
}

/// Why a calendar was refused; each says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The name is empty.
    #[error("The calendar has no name. Give it one that people will recognise.")]
    NoName,
    /// The name is too long.
    #[error("The calendar's name is too long. Use at most {MAX_NAME_CHARACTERS} characters.")]
    LongName,
    /// The zone is not known.
    #[error(
        "“{zone}” is not a known time zone. Use a name from the IANA list, like Europe/London."
    )]
    UnknownZone {
        /// What was written, shortened.
        zone: String,
    },
    /// The hours are wrong.
    #[error(transparent)]
    Hours(#[from] HoursError),
    /// A holiday's name is too long.
    #[error(
        "The name of the holiday on {date} is too long. Use at most {MAX_NAME_CHARACTERS} characters."
    )]
    LongHolidayName {
        /// The day of that holiday.
        date: Date,
    },
    /// More holidays than a calendar may hold.
    #[error(
        "The calendar has {count} holidays; at most {MAX_HOLIDAYS} are kept. \
         Leave out years that are long past or far away."
    )]
    TooManyHolidays {
        /// How many were given.
        count: usize,
    },
}

/// A calendar as it is written down, before it is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarDocument {
    name: String,
    zone: String,
    weekly: WeeklyHours,
    #[serde(default)]
    holidays: Vec<Holiday>,
}

impl TryFrom<CalendarDocument> for Calendar {
    type Error = CalendarError;

    fn try_from(document: CalendarDocument) -> Result<Self, CalendarError> {
        Self::new(
            &document.name,
            &document.zone,
            document.weekly,
            document.holidays,
        )
    }
}

impl From<Calendar> for CalendarDocument {
    fn from(calendar: Calendar) -> Self {
        Self {
            name: calendar.name,
            zone: calendar.zone,
            weekly: calendar.weekly,
            holidays: calendar.holidays,
        }
    }
}
