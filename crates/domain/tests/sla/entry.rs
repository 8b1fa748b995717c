//! What the fuzz targets run, shared with the ordinary tests: bytes in, panics out.

use eider_domain::sla::{
    Calendar, Clock, ClockState, DayHours, Goal, Holiday, Hours, Phase, Target, WeeklyHours,
    holidays_from_ics,
};
use jiff::Timestamp;
use jiff::civil::date;

const ZONES: [&str; 8] = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "UTC",
];
const DAYS: [&str; 5] = [
    "09:00-17:00",
    "00:00-06:00,22:00-24:00",
    "01:15-01:45,02:10-02:20",
    "00:00-24:00",
    "",
];

/// Reads bytes as a file of holidays, as a stored calendar and as a stored clock.
///
/// # Panics
/// When what was read breaks a promise of the engine.
pub fn calendar_ics(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match holidays_from_ics(&text, 2020..=2030) {
        Ok(holidays) => {
            assert!(holidays.is_sorted(), "holidays are sorted");
            assert!(
                holidays
                    .iter()
                    .all(|h| (2020..=2030).contains(&h.date.year()))
            );
            let calendar = Calendar::mon_fri_nine_to_five("Europe/London");
            let hours: Hours = calendar
                .and_then(|calendar| calendar.with_holidays(holidays))
                .expect("holidays from a file fit a calendar")
                .into();
            check_hours(
                &hours,
                Timestamp::from_second(1_780_000_000).expect("in range"),
                90_000,
            );
        }
        Err(error) => assert!(error.to_string().ends_with('.'), "an error is a sentence"),
    }
    if let Ok(calendar) = serde_json::from_slice::<Calendar>(data) {
        let json = serde_json::to_vec(&calendar).expect("a calendar can be written");
        assert_eq!(
            serde_json::from_slice::<Calendar>(&json).ok(),
            Some(calendar.clone())
        );
        let hours = Hours::from(calendar);
        check_hours(
            &hours,
            Timestamp::from_second(1_780_000_000).expect("in range"),
            90_000,
        );
    }
    if let Ok(mut clock) = serde_json::from_slice::<Clock>(data) {
        let hours = Hours::AroundTheClock;
        let goal = Goal::new(Target::from_seconds(3600).expect("in range"), &hours);
        let now = clock.started_at();
        clock.reading(goal, now);
        clock.finish(goal, now);
        clock.reopen(goal, now);
        clock.due_points(goal, now);
    }
}

/// Runs a clock through a programme written in bytes: a zone, hours and target, then changes.
///
/// # Panics
/// When a promise of the engine is broken.
pub fn sla_clock(data: &[u8]) {
    let mut bytes = data.iter().copied();
    let mut next = || bytes.next();
    let (Some(zone), Some(day), Some(holiday), Some(length)) = (next(), next(), next(), next())
    else {
        return;
    };
    let all_hours = [hours_of(zone, day, holiday), Hours::AroundTheClock];
    let targets = [
        3_600 * i64::from(length % 40 + 1),
        60 * i64::from(length) + 1,
    ];
    let mut goal = Goal::new(target(targets[0]), &all_hours[0]);
    // A week before London, Beirut and Lord Howe change their clocks.
    let mut now =
        Timestamp::from_second(1_774_000_000 + i64::from(holiday) * 7_200).expect("in range");
    let mut clock = Clock::start(now);
    while let (Some(operation), Some(high), Some(low)) = (next(), next(), next()) {
        let minutes = i64::from(i16::from_be_bytes([high, low]));
        now = Timestamp::from_second(now.as_second() + minutes * 20).expect("in range");
        let before = clock.breached_at();
        match operation % 7 {
            0 => clock.pause(now),
            1 => clock.resume(now),
            2 => clock.finish(goal, now),
            3 => clock.reopen(goal, now),
            4 => {
                let index = usize::from(operation / 7);
                let new = Goal::new(target(targets[index % 2]), &all_hours[index / 2 % 2]);
                clock.change_goal(goal, new, now);
                goal = new;
            }
            _ => {
                for reached in clock.due_points(goal, now) {
                    assert!(
                        reached.at <= now.max(clock_floor(&clock)),
                        "reached in the past"
                    );
                    clock.announce(reached);
                }
                assert_eq!(clock.due_points(goal, now), [], "announced once");
            }
        }
        if before.is_some() {
            assert_eq!(clock.breached_at(), before, "a breach stays");
        }
        check_clock(&clock, goal, now);
    }
}

/// The latest time of the clock's own record; a jump back of `now` does not go behind it.
fn clock_floor(clock: &Clock) -> Timestamp {
    let json = serde_json::to_value(clock).expect("a clock can be written");
    json["changed_at"]
        .as_str()
        .and_then(|at| at.parse().ok())
        .expect("a time")
}

fn target(seconds: i64) -> Target {
    Target::from_seconds(seconds).expect("in range")
}

fn hours_of(zone: u8, day: u8, holiday: u8) -> Hours {
    let zone = ZONES[usize::from(zone) % ZONES.len()];
    let day: DayHours = DAYS[usize::from(day) % DAYS.len()].parse().expect("hours");
    let weekly = match holiday % 2 {
        0 => WeeklyHours::every_day(day),
        _ => WeeklyHours::monday_to_friday(day),
    };
    let date = date(2026, 3, 1).saturating_add(jiff::Span::new().days(i64::from(holiday)));
    let holidays = vec![Holiday {
        date,
        name: "Holiday".to_owned(),
    }];
    Calendar::new("Fuzz", zone, weekly, holidays)
        .expect("a calendar")
        .into()
}

fn check_hours(hours: &Hours, from: Timestamp, seconds: i64) {
    if let Some(until) = hours.add_working_seconds(from, seconds) {
        assert_eq!(
            hours.working_seconds_between(from, until),
            seconds,
            "add, then count"
        );
    }
    if let Some(opening) = hours.next_opening(from) {
        assert!(
            opening >= from && hours.is_open_at(opening),
            "an opening is open"
        );
    }
}

fn check_clock(clock: &Clock, goal: Goal<'_>, now: Timestamp) {
    let reading = clock.reading(goal, now);
    assert!(reading.elapsed_seconds >= 0);
    let is_late = reading.remaining_seconds <= 0;
    assert_eq!(
        reading.state == ClockState::Breached,
        is_late,
        "late is late"
    );
    if is_late {
        assert!(reading.breached_at.is_some(), "who is late has breached");
    }
    let points = [reading.half_at, reading.four_fifths_at, reading.due_at];
    assert!(points.iter().flatten().is_sorted(), "points come in order");
    if clock.phase() == Phase::Running {
        assert_eq!(
            reading.remaining_seconds,
            goal.target.seconds() - reading.elapsed_seconds
        );
        if let Some(due_at) = reading.due_at
            && now >= clock_floor(clock)
        {
            assert_eq!(due_at <= now, is_late, "late from the due instant on");
        }
    } else {
        assert_eq!(clock.next_point_at(goal), None);
    }
    let json = serde_json::to_vec(clock).expect("a clock can be written");
    assert_eq!(
        serde_json::from_slice::<Clock>(&json).ok().as_ref(),
        Some(clock)
    );
}
