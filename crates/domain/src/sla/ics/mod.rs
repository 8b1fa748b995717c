//! Holidays from an iCalendar file (RFC 5545), as governments and calendar programs give them out.

mod event;
mod recurrence;
mod source;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::calendar::{Holiday, MAX_HOLIDAYS};
use event::Event;

/// The largest file that is read, in bytes.
pub const MAX_ICS_BYTES: usize = 1024 * 1024;
/// The most events that are read from one file.
pub const MAX_ICS_EVENTS: usize = 5_000;
/// The most days that are written out, repeats counted, so that a small file costs little.
const MAX_DAYS_WRITTEN_OUT: usize = 4 * MAX_HOLIDAYS;

/// The holidays of these years in the text of an `.ics` file, by date, without repeats.
///
/// Every event must be a whole-day one: a DATE, several days with the end left out as the format
/// has it, or local midnight to local midnight. Yearly repetition is followed, on the same date or
/// on the same weekday of a month (the fourth Thursday of November), with INTERVAL, COUNT, UNTIL
/// and EXDATE. Cancelled events are left out. Other components are passed over.
///
/// # Errors
/// [`IcsError`] when the text is too large, is not a calendar, or holds an event that cannot be
/// read as a holiday; nothing is left out in silence. Never panics.
pub fn holidays_from_ics(text: &str, years: RangeInclusive<i16>) -> Result<Vec<Holiday>, IcsError> {
    let unfolded = source::unfold_bounded(text)?;
    let mut holidays = BTreeSet::new();
    let mut days: usize = 0;
    for properties in source::read_events(&unfolded)? {
        let Some(event) = Event::read(&properties)? else {
            continue;
        };
        for date in event.dates_within(&years) {
            holidays.insert(Holiday {
                date,
                name: event.name.clone(),
            });
            days += 1;
            if holidays.len() > MAX_HOLIDAYS || days > MAX_DAYS_WRITTEN_OUT {
                return Err(IcsError::TooManyHolidays);
            }
        }
    }
    Ok(holidays.into_iter().collect())
}

/// Why a file of holidays was refused; each says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IcsError {
    /// The text is larger than [`MAX_ICS_BYTES`].
    #[error("The calendar file is larger than 1 MiB. Export only the holidays, or fewer years.")]
    TooLarge,
    /// The text is not an iCalendar file.
    #[error(
        "This is not a calendar file: it does not begin with BEGIN:VCALENDAR. \
         Choose a file in the iCalendar format, usually named .ics."
    )]
    NotACalendar,
    /// A BEGIN or END line has no counterpart, or parts are nested too deeply.
    #[error(
        "The calendar file is damaged near “{line}”: its BEGIN and END lines do not match. \
         Export it again."
    )]
    Unbalanced {
        /// The line, shortened.
        line: String,
    },
    /// A line cannot be read.
    #[error("The calendar file cannot be read near “{line}”. Export it again.")]
    Unreadable {
        /// The line, shortened.
        line: String,
    },
    /// More events than [`MAX_ICS_EVENTS`].
    #[error(
        "The calendar file has more than {MAX_ICS_EVENTS} events. \
         Export only the holidays, or fewer years."
    )]
    TooManyEvents,
    /// More days than a calendar keeps.
    #[error(
        "The calendar file gives more than {MAX_HOLIDAYS} holidays in these years. \
         Ask for fewer years, or leave events out."
    )]
    TooManyHolidays,
    /// An event that cannot be read as a holiday.
    #[error("The event “{event}” cannot be used as a holiday: {problem}.")]
    Event {
        /// What the event is called, shortened.
        event: String,
        /// What is wrong and how to mend it, the end of a sentence.
        problem: EventProblem,
    },
}

/// What is wrong with one event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventProblem {
    /// There is no DTSTART.
    #[error("it has no start date. Give it a DTSTART")]
    NoStart,
    /// The value of a date cannot be read.
    #[error("“{text}” is not a date. Write it like 20261225")]
    Date {
        /// The value, shortened.
        text: String,
    },
    /// The event has a time of day.
    #[error("it has a time of day. Make it an all-day event, or leave it out of the file")]
    TimeOfDay,
    /// The event ends before it starts.
    #[error("it ends before it starts. Mend its DTEND")]
    EndsBeforeStart,
    /// The event lasts longer than a year.
    #[error("it lasts longer than a year. Mend its DTEND")]
    TooLong,
    /// The DURATION is not in days or weeks.
    #[error("its duration “{text}” is not in whole days. Write it like P2D")]
    Duration {
        /// The value, shortened.
        text: String,
    },
    /// A repetition that is not understood.
    #[error(
        "its repetition “{text}” is not a plain yearly one. \
         Write each day as an event of its own, or use FREQ=YEARLY"
    )]
    Repetition {
        /// The value of RRULE, shortened.
        text: String,
    },
    /// RDATE or RECURRENCE-ID, or a second RRULE.
    #[error("it uses {property}, which is not understood. Write each day as an event of its own")]
    Property {
        /// The name of the property.
        property: &'static str,
    },
}
