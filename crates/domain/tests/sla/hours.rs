//! Counting working time in ordinary weeks.

use eider_domain::sla::{Calendar, DayHours, HORIZON_SECONDS, Holiday, Hours, WeeklyHours};
use jiff::Timestamp;
use jiff::civil::date;

use crate::{business_hours, daily, local, london};

const HOUR: i64 = 3600;

#[test]
fn a_year_has_its_working_days() {
    let hours = business_hours();
    let from = london("2026-01-01T00:00");
    let until = london("2027-01-01T00:00");
    // 2026 begins on a Thursday: 52 weeks and one more Thursday.
    assert_eq!(hours.working_seconds_between(from, until), 261 * 8 * HOUR);
    assert_eq!(hours.working_seconds_between(until, from), 0);
    let end = hours.add_working_seconds(from, 261 * 8 * HOUR);
    assert_eq!(end, Some(london("2026-12-31T17:00")));
}

#[test]
fn holidays_do_not_count() {
    let calendar = Calendar::mon_fri_nine_to_five("Europe/London").unwrap();
    let holidays = vec![
        Holiday {
            date: date(2026, 12, 25),
            name: "Christmas Day".to_owned(),
        },
        Holiday {
            date: date(2026, 12, 28),
            name: "Boxing Day (in lieu)".to_owned(),
        },
    ];
    let hours: Hours = calendar.with_holidays(holidays).unwrap().into();
    let from = london("2026-12-24T16:00");
    assert_eq!(
        hours.add_working_seconds(from, 3 * HOUR),
        Some(london("2026-12-29T11:00"))
    );
    assert!(!hours.is_open_at(london("2026-12-25T12:00")));
    assert_eq!(
        hours.next_opening(london("2026-12-24T17:00")),
        Some(london("2026-12-29T09:00"))
    );
}

#[test]
fn opening_hours_include_their_start_and_not_their_end() {
    let hours = business_hours();
    assert!(!hours.is_open_at(london("2026-06-05T08:59:59.999999")));
    assert!(hours.is_open_at(london("2026-06-05T09:00")));
    assert!(hours.is_open_at(london("2026-06-05T16:59:59.999999")));
    assert!(!hours.is_open_at(london("2026-06-05T17:00")));
    assert_eq!(
        hours.next_opening(london("2026-06-05T17:00")),
        Some(london("2026-06-08T09:00"))
    );
    let noon = london("2026-06-05T12:00");
    assert_eq!(hours.next_opening(noon), Some(noon));
}

#[test]
fn the_due_instant_is_the_earliest() {
    let hours = business_hours();
    let from = london("2026-06-05T09:00");
    assert_eq!(
        hours.add_working_seconds(from, 8 * HOUR),
        Some(london("2026-06-05T17:00"))
    );
    assert_eq!(
        hours.add_working_seconds(from, 8 * HOUR + 1),
        Some(london("2026-06-08T09:00:01"))
    );
    assert_eq!(hours.add_working_seconds(from, 0), Some(from));
    assert_eq!(hours.add_working_seconds(from, -5), Some(from));
}

#[test]
fn a_night_shift_is_two_intervals() {
    let hours = daily("Europe/London", "00:00-06:00, 22:00-24:00");
    let from = london("2026-06-05T23:00");
    assert_eq!(
        hours.add_working_seconds(from, 3 * HOUR),
        Some(london("2026-06-06T02:00"))
    );
    assert_eq!(
        hours.add_working_seconds(from, 8 * HOUR),
        Some(london("2026-06-06T23:00"))
    );
    assert!(hours.is_open_at(london("2026-06-06T00:00")));
}

#[test]
fn each_squad_works_in_its_own_zone() {
    let tokyo: Hours = Calendar::mon_fri_nine_to_five("Asia/Tokyo").unwrap().into();
    let york: Hours = Calendar::mon_fri_nine_to_five("America/New_York")
        .unwrap()
        .into();
    let from = london("2026-06-05T16:00");
    let tokyo_due = local("Asia/Tokyo", "2026-06-08T12:00");
    assert_eq!(tokyo.add_working_seconds(from, 3 * HOUR), Some(tokyo_due));
    let york_due = local("America/New_York", "2026-06-05T14:00");
    assert_eq!(york.add_working_seconds(from, 3 * HOUR), Some(york_due));
}

#[test]
fn a_calendar_without_hours_is_never_open() {
    let weekly = WeeklyHours::default();
    let empty: Hours = Calendar::new("Never", "UTC", weekly, Vec::new())
        .unwrap()
        .into();
    let from = london("2026-06-05T16:00");
    assert_eq!(empty.add_working_seconds(from, 1), None);
    assert_eq!(empty.next_opening(from), None);
    assert!(!empty.is_open_at(from));
    assert_eq!(
        empty.working_seconds_between(from, london("2036-06-05T16:00")),
        0
    );
}

#[test]
fn nothing_is_looked_for_beyond_ten_years() {
    let one_minute: DayHours = "09:00-09:01".parse().unwrap();
    let weekly = WeeklyHours {
        monday: one_minute,
        ..WeeklyHours::default()
    };
    let rare: Hours = Calendar::new("Rare", "UTC", weekly, Vec::new())
        .unwrap()
        .into();
    let from = london("2026-06-05T16:00");
    assert!(rare.add_working_seconds(from, 500 * 60).is_some());
    assert_eq!(rare.add_working_seconds(from, 530 * 60), None);
    let around = Hours::AroundTheClock;
    assert!(around.add_working_seconds(from, HORIZON_SECONDS).is_some());
    assert_eq!(around.add_working_seconds(from, HORIZON_SECONDS + 1), None);
    assert_eq!(around.add_working_seconds(from, i64::MAX), None);
}

#[test]
fn the_ends_of_time_are_survived() {
    for hours in [
        business_hours(),
        daily("Pacific/Apia", "00:00-24:00"),
        Hours::AroundTheClock,
    ] {
        for at in [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH] {
            let _ = hours.is_open_at(at);
            let _ = hours.add_working_seconds(at, 3600);
            let _ = hours.add_working_seconds(at, i64::MAX);
        }
        let first_year = Timestamp::MIN.as_second() + 365 * 24 * HOUR;
        let first_year = Timestamp::from_second(first_year).unwrap();
        assert!(hours.working_seconds_between(Timestamp::MIN, first_year) > 250 * 8 * HOUR);
        let last_year = Timestamp::MAX.as_second() - 365 * 24 * HOUR;
        let last_year = Timestamp::from_second(last_year).unwrap();
        assert!(hours.working_seconds_between(last_year, Timestamp::MAX) > 250 * 8 * HOUR);
    }
}
