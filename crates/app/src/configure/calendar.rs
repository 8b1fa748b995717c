//! Calendars: hours, zones, holidays.

use eider_domain::{
    CalendarId,
    access::{Action, Actor, may},
    priority::NamedCalendar,
    sla::{Calendar, CalendarError, DayHours, Holiday, WeeklyHours, holidays_from_ics},
};
use jiff::{civil::Date, tz::TimeZone};

use eider_store::Tx;

use super::{Subject, create, free_name, keep, rescale, subject, unless_taken};
use crate::{Eider, Error, Result, desk::Desk, error::FieldErrors, once::OnceKey};

/// The days of the week, as fields are named, from Monday.
pub const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// How many years ahead a file of holidays is written out.
const YEARS_AHEAD: i16 = 5;

/// What facts call a calendar.
pub(crate) const PART: &str = "calendar";

/// What somebody wants a calendar to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarEdit {
    /// What people call it.
    pub name: String,
    /// An IANA zone, such as `Europe/London`.
    pub zone: String,
    /// The hours of an ordinary week.
    pub weekly: WeeklyHours,
    /// Days on which nobody works.
    pub holidays: Vec<Holiday>,
}

/// Writes a calendar: the one of that id, or a new one. Open tickets are measured by it from now
/// on; what was late once stays so.
///
/// # Errors
/// `Invalid` names the field that cannot be used, `Conflict` when the name is taken, `NotFound`
/// when there is no calendar of that id.
pub async fn save_calendar(
    eider: &Eider,
    actor: &Actor,
    id: Option<CalendarId>,
    edit: CalendarEdit,
) -> Result<NamedCalendar> {
    let tx = eider.db().write().await?;
    write(eider, tx, actor, subject(eider, id), edit).await
}

/// Writes a new calendar, once for each key: a request that came before is answered with what it
/// made, as that is now.
///
/// # Errors
/// As [`save_calendar`], and `Invalid` when the key came with another request.
pub async fn create_calendar(
    eider: &Eider,
    actor: &Actor,
    edit: CalendarEdit,
    key: Option<&OnceKey>,
) -> Result<NamedCalendar> {
    let new = |tx, subject| write(eider, tx, actor, subject, edit);
    create(eider, key, new, existing).await
}

async fn write(
    eider: &Eider,
    mut tx: Tx,
    actor: &Actor,
    subject: Subject<CalendarId>,
    edit: CalendarEdit,
) -> Result<NamedCalendar> {
    may(actor, Action::Configure)?;
    let desk = eider.desk_in(&mut tx).await?;
    let named = decide(&desk, subject, edit)?;
    keep_it(eider, tx, actor, named).await
}

/// The calendar that `edit` makes of `subject`, when it can be used.
pub(crate) fn decide(
    desk: &Desk,
    subject: Subject<CalendarId>,
    edit: CalendarEdit,
) -> Result<NamedCalendar> {
    let id = subject.there();
    let mut errors = FieldErrors::default();
    if edit.weekly.is_free() {
        errors.add(
            DAYS[0],
            "Give at least one day some hours, like 09:00-17:00.",
        );
    }
    let calendar = Calendar::new(&edit.name, &edit.zone, edit.weekly, edit.holidays);
    if let Err(error) = &calendar {
        errors.add(field_of(error), error);
    }
    errors.finish()?;
    let calendar = calendar.map_err(|error| Error::field(field_of(&error), error))?;

    if let Some(id) = id {
        existing(desk, id)?;
    }
    let others = desk.calendars.iter().filter(|other| Some(other.id) != id);
    free_name(
        "calendar",
        calendar.name(),
        others.map(|other| other.calendar.name()),
    )?;
    Ok(NamedCalendar {
        id: subject.id(),
        calendar,
    })
}

/// Adds the holidays of an `.ics` file to a calendar, from last year to five years ahead.
///
/// # Errors
/// `Invalid` for the field `ics` tells what is wrong with the file, `NotFound` when there is no
/// calendar of that id.
pub async fn add_holidays(
    eider: &Eider,
    actor: &Actor,
    id: CalendarId,
    ics: &str,
) -> Result<NamedCalendar> {
    may(actor, Action::Configure)?;
    let year = eider.now().to_zoned(TimeZone::UTC).year();
    let found = holidays_from_ics(ics, year - 1..=year + YEARS_AHEAD)
        .map_err(|error| Error::field("ics", error))?;
    if found.is_empty() {
        let message = "This file holds no holiday of these years. Choose another one.";
        return Err(Error::field("ics", message));
    }
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let before = &existing(&desk, id)?.calendar;
    let mut holidays = before.holidays().to_vec();
    holidays.extend(found);
    let calendar = before.clone().with_holidays(holidays);
    let calendar = calendar.map_err(|error| Error::field("ics", error))?;
    keep_it(eider, tx, actor, NamedCalendar { id, calendar }).await
}

/// The hours of a week from what was written for each day from Monday, such as
/// `09:00-12:00, 13:00-17:00`; a free day is empty.
///
/// # Errors
/// `Invalid` names every day (see [`DAYS`]) that cannot be read.
pub fn weekly(days: [&str; 7]) -> Result<WeeklyHours> {
    let mut errors = FieldErrors::default();
    let mut read = DAYS.into_iter().zip(days).map(|(field, text)| {
        let day: Option<DayHours> = errors.check(field, text.parse());
        day.unwrap_or_default()
    });
    let mut next = || read.next().unwrap_or_default();
    let weekly = WeeklyHours {
        monday: next(),
        tuesday: next(),
        wednesday: next(),
        thursday: next(),
        friday: next(),
        saturday: next(),
        sunday: next(),
    };
    drop(read);
    errors.finish()?;
    Ok(weekly)
}

/// Holidays from lines such as `2026-12-25 Christmas Day`.
///
/// # Errors
/// `Invalid` for the field `holidays` quotes the first line that cannot be read.
pub fn holidays_from_lines(text: &str) -> Result<Vec<Holiday>> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let (date, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            let date: Date = date.parse().map_err(|_| {
                let shown: String = line.chars().take(40).collect();
                let message = format!(
                    "“{shown}” does not begin with a date. Write it like 2026-12-25 Christmas Day."
                );
                Error::field("holidays", message)
            })?;
            let name = name.trim().to_owned();
            Ok(Holiday { date, name })
        })
        .collect()
}

async fn keep_it(
    eider: &Eider,
    mut tx: Tx,
    actor: &Actor,
    named: NamedCalendar,
) -> Result<NamedCalendar> {
    put(eider, &mut tx, &named).await?;
    keep(eider, tx, actor, PART, named.calendar.name()).await?;
    Ok(named)
}

/// Writes a calendar that was decided, with the jobs that follow from it.
pub(crate) async fn put(eider: &Eider, tx: &mut Tx, named: &NamedCalendar) -> Result<()> {
    let written = eider_store::priority::put_calendar(tx, named).await;
    unless_taken(written, "calendar", named.calendar.name())?;
    rescale::enqueue(eider, tx).await?;
    crate::slack::plan_anew(eider, tx).await
}

fn existing(desk: &Desk, id: CalendarId) -> Result<&NamedCalendar> {
    desk.calendars
        .iter()
        .find(|named| named.id == id)
        .ok_or_else(|| Error::NotFound("This calendar".into()))
}

fn field_of(error: &CalendarError) -> &'static str {
    match error {
        CalendarError::NoName | CalendarError::LongName => "name",
        CalendarError::UnknownZone { .. } => "zone",
        CalendarError::Hours(_) => DAYS[0],
        CalendarError::LongHolidayName { .. } | CalendarError::TooManyHolidays { .. } => "holidays",
    }
}
