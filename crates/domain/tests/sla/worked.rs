//! The examples that everybody can follow with a calendar on the wall.

use eider_domain::sla::{Clock, ClockState, Hours};

use crate::{business_hours, goal, london};

#[test]
fn three_hours_from_friday_16_00_are_due_on_monday_11_00() {
    let hours = business_hours();
    let clock = Clock::start(london("2026-06-05T16:00"));
    let reading = clock.reading(goal(&hours, 3), london("2026-06-05T16:00"));
    assert_eq!(reading.due_at, Some(london("2026-06-08T11:00")));
    assert_eq!(reading.remaining_seconds, 3 * 3600);
    assert_eq!(reading.half_at, Some(london("2026-06-08T09:30")));
    assert_eq!(reading.four_fifths_at, Some(london("2026-06-08T10:24")));
    assert_eq!(reading.state, ClockState::Calm);
}

#[test]
fn thirty_minutes_of_waiting_for_the_reporter_move_it_to_11_30() {
    let hours = business_hours();
    let mut clock = Clock::start(london("2026-06-05T16:00"));
    clock.pause(london("2026-06-08T09:15"));
    clock.resume(london("2026-06-08T09:45"));
    let reading = clock.reading(goal(&hours, 3), london("2026-06-08T10:00"));
    assert_eq!(reading.due_at, Some(london("2026-06-08T11:30")));
    assert_eq!(reading.elapsed_seconds, 90 * 60);
    assert_eq!(reading.state, ClockState::Half);
}

#[test]
fn waiting_over_the_weekend_costs_nothing() {
    let hours = business_hours();
    let mut clock = Clock::start(london("2026-06-05T16:00"));
    clock.pause(london("2026-06-05T18:00"));
    clock.resume(london("2026-06-08T08:00"));
    let reading = clock.reading(goal(&hours, 3), london("2026-06-08T10:00"));
    assert_eq!(reading.due_at, Some(london("2026-06-08T11:00")));
}

#[test]
fn twenty_four_business_hours_from_friday_16_00_are_due_on_wednesday_16_00() {
    let hours = business_hours();
    let clock = Clock::start(london("2026-06-05T16:00"));
    let reading = clock.reading(goal(&hours, 24), london("2026-06-05T16:00"));
    assert_eq!(reading.due_at, Some(london("2026-06-10T16:00")));
}

#[test]
fn twenty_four_hours_around_the_clock_are_due_on_saturday_16_00() {
    let hours = Hours::AroundTheClock;
    let clock = Clock::start(london("2026-06-05T16:00"));
    let reading = clock.reading(goal(&hours, 24), london("2026-06-05T16:00"));
    assert_eq!(reading.due_at, Some(london("2026-06-06T16:00")));
}

#[test]
fn how_early_and_how_late_is_kept_for_ever() {
    let (hours, all_day) = (business_hours(), Hours::AroundTheClock);
    let mut early = Clock::start(london("2026-06-05T16:00"));
    early.finish(goal(&hours, 3), london("2026-06-08T10:00"));
    let mut late = Clock::start(london("2026-06-05T16:00"));
    late.finish(goal(&hours, 3), london("2026-06-09T09:30"));
    // Neither a later day nor another goal changes what was settled.
    for (later, asked) in [
        (london("2026-06-09T09:30"), goal(&hours, 3)),
        (london("2027-01-01T00:00"), goal(&all_day, 1)),
    ] {
        let reading = early.reading(asked, later);
        assert_eq!(reading.difference_seconds, Some(-3600));
        assert_eq!(reading.due_at, Some(london("2026-06-08T11:00")));
        assert_eq!(
            (reading.state, reading.breached_at),
            (ClockState::Half, None)
        );
        let reading = late.reading(asked, later);
        assert_eq!(reading.difference_seconds, Some((6 * 60 + 30) * 60));
        assert_eq!(reading.remaining_seconds, -(6 * 60 + 30) * 60);
        assert_eq!(reading.breached_at, Some(london("2026-06-08T11:00")));
        assert_eq!(reading.state, ClockState::Breached);
    }
}
