//! The service level engine, through its public door.
#![allow(clippy::unwrap_used)]

mod calendar;
mod change_of_goal;
mod clock;
mod daylight;
mod entry;
mod hours;
mod ics;
mod properties;
mod worked;

use eider_domain::sla::{Calendar, DayHours, Goal, Hours, Target, WeeklyHours};
use jiff::Timestamp;
use jiff::civil::DateTime;

/// The instant of a civil time like `2026-06-05T16:00` in a zone.
fn local(zone: &str, civil: &str) -> Timestamp {
    let civil: DateTime = civil.parse().unwrap();
    civil.in_tz(zone).unwrap().timestamp()
}

fn london(civil: &str) -> Timestamp {
    local("Europe/London", civil)
}

/// Monday to Friday, 09:00 to 17:00, in London.
fn business_hours() -> Hours {
    Calendar::mon_fri_nine_to_five("Europe/London")
        .unwrap()
        .into()
}

fn goal(hours: &Hours, target_hours: i64) -> Goal<'_> {
    Goal::new(Target::from_seconds(target_hours * 3600).unwrap(), hours)
}

/// The same hours on every day.
fn daily(zone: &str, day: &str) -> Hours {
    let day: DayHours = day.parse().unwrap();
    Calendar::new("Daily", zone, WeeklyHours::every_day(day), Vec::new())
        .unwrap()
        .into()
}
