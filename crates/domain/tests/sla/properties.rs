//! What must hold for all hours, all clocks and all files.

use eider_domain::sla::{Calendar, Clock, DayHours, Goal, Holiday, Hours, Target, WeeklyHours};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use crate::{business_hours, entry, local};

const ZONES: [&str; 8] = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Pacific/Apia",
    "America/St_Johns",
    "Asia/Kathmandu",
];

/// Hours of one day out of sorted minutes between two bounds.
fn day_hours(earliest: u16, latest: u16) -> impl Strategy<Value = DayHours> {
    prop::collection::btree_set(earliest..=latest, 0..=6).prop_map(|minutes| {
        let minutes: Vec<u16> = minutes.into_iter().collect();
        let spans: Vec<String> = minutes
            .chunks_exact(2)
            .map(|span| {
                let [from, to] = [span[0], span[1]].map(|m| format!("{:02}:{:02}", m / 60, m % 60));
                format!("{from}-{to}")
            })
            .collect();
        spans.join(",").parse().unwrap()
    })
}

fn calendar(earliest: u16, latest: u16) -> impl Strategy<Value = Calendar> {
    let day = || day_hours(earliest, latest);
    let week = [day(), day(), day(), day(), day(), day(), day()];
    let holidays = prop::collection::vec(0..800_i64, 0..8);
    (prop::sample::select(&ZONES[..]), week, holidays).prop_map(|(zone, week, holidays)| {
        let [
            monday,
            tuesday,
            wednesday,
            thursday,
            friday,
            saturday,
            sunday,
        ] = week;
        let weekly = WeeklyHours {
            monday,
            tuesday,
            wednesday,
            thursday,
            friday,
            saturday,
            sunday,
        };
        let holiday = |days: i64| Holiday {
            date: some_date(days),
            name: "Holiday".to_owned(),
        };
        let holidays = holidays.into_iter().map(holiday).collect();
        Calendar::new("Any", zone, weekly, holidays).unwrap()
    })
}

fn any_hours() -> impl Strategy<Value = Hours> {
    prop_oneof![
        1 => Just(Hours::AroundTheClock),
        6 => calendar(0, 1440).prop_map(Hours::from),
    ]
}

fn some_date(days: i64) -> Date {
    date(2017, 6, 1).checked_add(days.days()).unwrap()
}

/// An instant within some 800 days from June 2017, when Sao Paulo still changed its clocks.
fn instant() -> impl Strategy<Value = Timestamp> {
    (0..70_000_000_000_000_i64).prop_map(|microseconds| {
        Timestamp::from_microsecond(1_496_275_200_000_000 + microseconds).unwrap()
    })
}

/// An instant on a whole second, so that parts add up in whole seconds.
fn whole_second() -> impl Strategy<Value = Timestamp> {
    instant().prop_map(|at| Timestamp::from_second(at.as_second()).unwrap())
}

proptest! {
    #[test]
    fn add_then_count_gives_back_the_seconds(
        hours in any_hours(), from in instant(), seconds in 1..3_000_000_i64,
    ) {
        if let Some(until) = hours.add_working_seconds(from, seconds) {
            prop_assert_eq!(hours.working_seconds_between(from, until), seconds);
            // It is the earliest such instant.
            let before = Timestamp::from_microsecond(until.as_microsecond() - 1).unwrap();
            prop_assert_eq!(hours.working_seconds_between(from, before), seconds - 1);
        }
    }

    #[test]
    fn parts_add_up(
        hours in any_hours(),
        mut at in prop::array::uniform3(whole_second()),
    ) {
        at.sort();
        let [a, b, c] = at;
        let parts =
            hours.working_seconds_between(a, b) + hours.working_seconds_between(b, c);
        prop_assert_eq!(parts, hours.working_seconds_between(a, c));
        prop_assert!(parts <= c.as_second() - a.as_second());
    }

    #[test]
    fn later_starts_and_longer_targets_are_due_later(
        hours in any_hours(), from in instant(), later in 0..1_000_000_i64,
        seconds in 0..500_000_i64, more in 0..500_000_i64,
    ) {
        let shifted = Timestamp::from_second(from.as_second() + 1 + later).unwrap();
        let due = hours.add_working_seconds(from, seconds);
        if let Some(longer) = hours.add_working_seconds(from, seconds + more) {
            prop_assert!(due.unwrap() <= longer);
            if let Some(delayed) = hours.add_working_seconds(shifted, seconds + more) {
                prop_assert!(longer <= delayed);
            }
        }
    }

    #[test]
    fn openings_agree_with_counting(hours in any_hours(), at in whole_second()) {
        let one_second_on = Timestamp::from_second(at.as_second() + 1).unwrap();
        let counts = hours.working_seconds_between(at, one_second_on) == 1;
        prop_assert_eq!(hours.is_open_at(at), counts);
        if let Some(opening) = hours.next_opening(at) {
            prop_assert!(hours.is_open_at(opening));
            prop_assert_eq!(hours.working_seconds_between(at, opening), 0);
        }
    }

    /// Away from the small hours no wall clock jumps, so a look at the wall each minute decides.
    #[test]
    fn daytime_hours_agree_with_the_wall_clock(
        calendar in calendar(4 * 60, 22 * 60), from in instant(), minutes in 0..6_000_i64,
    ) {
        let from = Timestamp::from_second(from.as_second() / 60 * 60).unwrap();
        let minute = |n: i64| Timestamp::from_second(from.as_second() + n * 60).unwrap();
        let is_worked = |at: Timestamp| {
            let wall = calendar.time_zone().to_datetime(at);
            let now = u16::try_from(i16::from(wall.hour()) * 60 + i16::from(wall.minute())).unwrap();
            let spans = calendar.weekly().on(wall.date().weekday()).intervals();
            calendar.holidays().iter().all(|holiday| holiday.date != wall.date())
                && spans.iter().any(|s| (s.start().minutes()..s.end().minutes()).contains(&now))
        };
        let expected = (0..minutes).filter(|n| is_worked(minute(*n))).count();
        let hours = Hours::from(calendar.clone());
        let counted = hours.working_seconds_between(from, minute(minutes));
        prop_assert_eq!(counted, i64::try_from(expected).unwrap() * 60);
    }

    #[test]
    fn a_pause_moves_the_due_time_by_its_working_time(
        hours in any_hours(), start in instant(), target in 1..400_000_i64,
        run in 0..400_000_i64, pause in 0..2_000_000_i64,
    ) {
        let goal = Goal::new(Target::from_seconds(target).unwrap(), &hours);
        let plus = |at: Timestamp, s: i64| Timestamp::from_second(at.as_second() + s).unwrap();
        let (from, until) = (plus(start, 1 + run), plus(start, 1 + run + pause));
        let mut clock = Clock::start(start);
        let Some(due) = clock.reading(goal, start).due_at else {
            return Ok(());
        };
        clock.pause(from);
        clock.resume(until);
        let moved = clock.reading(goal, until).due_at;
        if due <= from {
            prop_assert_eq!(moved, Some(due));
        } else {
            let waited = hours.working_seconds_between(from, until);
            prop_assert_eq!(moved, hours.add_working_seconds(start, target + waited));
        }
    }

    #[test]
    fn clocks_survive_any_programme(data in prop::collection::vec(any::<u8>(), 0..160)) {
        entry::sla_clock(&data);
    }

    #[test]
    fn any_bytes_are_no_harm_to_the_reader(data in prop::collection::vec(any::<u8>(), 0..400)) {
        entry::calendar_ics(&data);
    }

    #[test]
    fn near_calendars_are_no_harm_to_the_reader(
        lines in prop::collection::vec(
            prop_oneof![
                "(BEGIN|END):(VCALENDAR|VEVENT|VALARM)",
                "(DTSTART|DTEND|EXDATE)(;VALUE=DATE)?:20(19|2[0-9]|31)(0[1-9]|1[0-2])[0-3][0-9](T000000Z?)?",
                "RRULE:FREQ=YEARLY(;(COUNT|INTERVAL|BYMONTH|BYMONTHDAY)=[0-9]{1,5}|;BYDAY=-?[0-6](MO|TH)|;UNTIL=20[0-9]{6})*",
                "(SUMMARY|DURATION|STATUS)[:;=\"]\\PC{0,12}",
                "[ \\t]\\PC{0,8}",
                "\\PC{0,20}",
            ],
            0..30,
        ),
        wrapped in any::<bool>(),
    ) {
        let body = lines.join("\r\n");
        let text = if wrapped {
            let head = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260101";
            format!("{head}\r\n{body}\r\nEND:VEVENT\r\nEND:VCALENDAR")
        } else {
            body
        };
        entry::calendar_ics(text.as_bytes());
    }
}

#[test]
fn a_year_of_counting_is_quick() {
    let hours = business_hours();
    let from = local("Europe/London", "2026-01-01T00:00");
    let until = local("Europe/London", "2027-01-01T00:00");
    let started = std::time::Instant::now();
    for _ in 0..100 {
        assert_eq!(hours.working_seconds_between(from, until), 261 * 8 * 3600);
    }
    let each = started.elapsed() / 100;
    // Tens of microseconds when optimised; ten times the promise leaves room for a busy machine.
    assert!(
        each < std::time::Duration::from_millis(20),
        "a year took {each:?}"
    );
}
