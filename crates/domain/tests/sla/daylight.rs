//! Hours across changes of the clocks, in zones that change them in their own ways.

use eider_domain::sla::{Calendar, Hours};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::{business_hours, daily, local, london};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

/// Working seconds of one date, when these hours are worked on that date alone.
fn seconds_on(zone: &str, date: &str, day: &str) -> i64 {
    let date: Date = date.parse().unwrap();
    // Every other day is a holiday, so that the neighbours' hours do not count.
    let holidays = (-3..=3)
        .filter(|distance| *distance != 0)
        .map(|distance: i64| eider_domain::sla::Holiday {
            date: date.checked_add(distance.days()).unwrap(),
            name: "Other day".to_owned(),
        })
        .collect();
    let Hours::Calendar(calendar) = daily(zone, day) else {
        unreachable!()
    };
    let hours: Hours = Calendar::clone(&calendar)
        .with_holidays(holidays)
        .unwrap()
        .into();
    let noon = date.at(12, 0, 0, 0).in_tz(zone).unwrap();
    let from = noon.checked_sub(48.hours()).unwrap().timestamp();
    let until = noon.checked_add(48.hours()).unwrap().timestamp();
    hours.working_seconds_between(from, until)
}

#[test]
fn whole_days_are_as_long_as_they_were() {
    for (zone, date, minutes) in [
        ("Europe/London", "2026-03-29", 23 * 60),
        ("Europe/London", "2026-10-25", 25 * 60),
        ("America/New_York", "2026-03-08", 23 * 60),
        ("America/New_York", "2026-11-01", 25 * 60),
        ("Australia/Lord_Howe", "2026-04-05", 24 * 60 + 30),
        ("Australia/Lord_Howe", "2026-10-04", 23 * 60 + 30),
        // Midnight itself is skipped or repeated.
        ("America/Sao_Paulo", "2018-11-04", 23 * 60),
        ("America/Sao_Paulo", "2019-02-16", 25 * 60),
        ("Asia/Beirut", "2026-03-29", 23 * 60),
        ("Asia/Beirut", "2026-10-24", 25 * 60),
        ("Antarctica/Troll", "2026-03-29", 22 * 60),
        ("Antarctica/Troll", "2026-10-25", 26 * 60),
        ("Europe/Dublin", "2026-10-25", 25 * 60),
        // Samoa went across the date line: this day never was.
        ("Pacific/Apia", "2011-12-30", 0),
        ("Pacific/Apia", "2011-12-31", 24 * 60),
        ("Asia/Kathmandu", "2026-03-29", 24 * 60),
    ] {
        assert_eq!(
            seconds_on(zone, date, "00:00-24:00"),
            minutes * MINUTE,
            "{zone} {date}"
        );
    }
}

#[test]
fn office_hours_do_not_notice() {
    for (zone, date) in [
        ("Europe/London", "2026-03-29"),
        ("America/New_York", "2026-11-01"),
        ("Australia/Lord_Howe", "2026-10-04"),
        ("America/Sao_Paulo", "2018-11-04"),
        ("Asia/Beirut", "2026-03-29"),
    ] {
        assert_eq!(
            seconds_on(zone, date, "09:00-17:00"),
            8 * HOUR,
            "{zone} {date}"
        );
    }
    let hours = business_hours();
    let from = london("2026-03-27T16:00");
    assert_eq!(
        hours.add_working_seconds(from, 3 * HOUR),
        Some(london("2026-03-30T11:00"))
    );
    let from = london("2026-10-23T16:00");
    assert_eq!(
        hours.add_working_seconds(from, 3 * HOUR),
        Some(london("2026-10-26T11:00"))
    );
}

#[test]
fn hours_in_a_skipped_hour_shrink() {
    let (zone, date) = ("America/New_York", "2026-03-08");
    assert_eq!(seconds_on(zone, date, "01:00-03:00"), HOUR);
    assert_eq!(seconds_on(zone, date, "02:00-03:00"), 0);
    assert_eq!(seconds_on(zone, date, "02:10-02:50"), 0);
    assert_eq!(seconds_on(zone, date, "02:30-04:00"), HOUR);
    assert_eq!(seconds_on(zone, date, "01:00-02:30"), HOUR);
    let (zone, date) = ("Asia/Beirut", "2026-03-29");
    assert_eq!(seconds_on(zone, date, "00:00-02:00"), HOUR);
}

#[test]
fn hours_in_a_repeated_hour_go_from_its_first_start_to_its_last_end() {
    let (zone, date) = ("Europe/London", "2026-10-25");
    assert_eq!(seconds_on(zone, date, "01:00-01:30"), 90 * MINUTE);
    assert_eq!(seconds_on(zone, date, "00:30-02:30"), 3 * HOUR);
    assert_eq!(
        seconds_on("Australia/Lord_Howe", "2026-04-05", "01:30-02:00"),
        HOUR
    );
    assert_eq!(
        seconds_on("Asia/Beirut", "2026-10-24", "22:00-24:00"),
        3 * HOUR
    );
}

#[test]
fn nothing_counts_twice_in_a_repeated_hour() {
    let (zone, date) = ("Europe/London", "2026-10-25");
    assert_eq!(seconds_on(zone, date, "00:00-01:30, 01:30-03:00"), 4 * HOUR);
    assert_eq!(seconds_on(zone, date, "01:00-01:20, 01:40-02:00"), 2 * HOUR);
    let (zone, date) = ("America/St_Johns", "2006-10-29");
    // Here the clocks went back at one minute past midnight, into the day before.
    assert_eq!(seconds_on(zone, date, "00:00-24:00") % MINUTE, 0);
    let hours = daily(zone, "00:00-24:00");
    let from = local(zone, "2006-10-27T12:00");
    let until = local(zone, "2006-10-30T12:00");
    assert_eq!(
        hours.working_seconds_between(from, until),
        (3 * 24 + 1) * HOUR
    );
}

#[test]
fn a_round_the_clock_calendar_counts_every_second_of_a_decade() {
    for zone in [
        "Europe/London",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Asia/Beirut",
        "Pacific/Apia",
        "America/St_Johns",
        "Africa/Casablanca",
        "Antarctica/Troll",
    ] {
        let hours = daily(zone, "00:00-24:00");
        for (from, until) in [
            ("2005-01-01T00:00:00Z", "2015-01-01T00:00:00Z"),
            ("2030-03-01T07:11:13Z", "2045-05-05T05:05:05Z"),
        ] {
            let (from, until): (jiff::Timestamp, jiff::Timestamp) =
                (from.parse().unwrap(), until.parse().unwrap());
            let all = until.as_second() - from.as_second();
            assert_eq!(
                hours.working_seconds_between(from, until),
                all,
                "{zone} {from}"
            );
        }
    }
}
