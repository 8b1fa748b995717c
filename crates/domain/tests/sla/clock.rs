//! The life of a clock: pauses, ends, reopening, announcements, and machines whose clocks jump.

use eider_domain::sla::{Clock, ClockState, Hours, Phase, Point, Reached, Stop};
use jiff::Timestamp;

use crate::{business_hours, goal, london};

fn points(reached: &[Reached]) -> Vec<(Point, Timestamp)> {
    reached
        .iter()
        .map(|reached| (reached.point, reached.at))
        .collect()
}

#[test]
fn points_are_told_once_each_at_their_moment() {
    let hours = business_hours();
    let goal = goal(&hours, 3);
    let mut clock = Clock::start(london("2026-06-05T16:00"));
    for (point, at) in [
        (Point::Half, london("2026-06-08T09:30")),
        (Point::FourFifths, london("2026-06-08T10:24")),
        (Point::Breach, london("2026-06-08T11:00")),
    ] {
        assert_eq!(clock.next_point_at(goal), Some(at));
        let just_before = Timestamp::from_microsecond(at.as_microsecond() - 1).unwrap();
        assert_eq!(clock.due_points(goal, just_before), []);
        let reached = clock.due_points(goal, at);
        assert_eq!(points(&reached), [(point, at)]);
        clock.announce(reached[0]);
        assert_eq!(clock.due_points(goal, at), []);
    }
    assert_eq!(clock.next_point_at(goal), None);
    assert_eq!(clock.breached_at(), Some(london("2026-06-08T11:00")));
}

#[test]
fn a_late_timer_still_gives_the_right_moments() {
    let hours = business_hours();
    let goal = goal(&hours, 3);
    let mut clock = Clock::start(london("2026-06-05T16:00"));
    let tuesday = london("2026-06-09T10:00");
    assert_eq!(clock.next_point_at(goal), Some(london("2026-06-08T09:30")));
    let reached = clock.due_points(goal, tuesday);
    assert_eq!(
        points(&reached),
        [
            (Point::Half, london("2026-06-08T09:30")),
            (Point::FourFifths, london("2026-06-08T10:24")),
            (Point::Breach, london("2026-06-08T11:00")),
        ]
    );
    // Telling the last settles the others.
    clock.announce(reached[2]);
    assert_eq!(clock.due_points(goal, tuesday), []);
    assert_eq!(clock.breached_at(), Some(london("2026-06-08T11:00")));
}

#[test]
fn while_paused_the_due_time_moves_along_and_no_point_lies_ahead() {
    let hours = business_hours();
    let goal = goal(&hours, 3);
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    clock.pause(london("2026-06-08T10:00"));
    for (now, due) in [
        ("2026-06-08T10:00", "2026-06-08T12:00"),
        ("2026-06-08T12:00", "2026-06-08T14:00"),
        ("2026-06-08T16:00", "2026-06-09T10:00"),
        // A clock that jumped back does not bring the due time before the pause.
        ("2026-06-08T08:00", "2026-06-08T12:00"),
    ] {
        let reading = clock.reading(goal, london(now));
        assert_eq!(reading.due_at, Some(london(due)), "at {now}");
        assert_eq!(reading.elapsed_seconds, 3600);
        assert_eq!((reading.half_at, reading.four_fifths_at), (None, None));
    }
    assert_eq!(clock.next_point_at(goal), None);
}

#[test]
fn a_breach_before_the_pause_is_not_hidden_by_it() {
    let hours = business_hours();
    let goal = goal(&hours, 3);
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    clock.pause(london("2026-06-08T13:00"));
    let reading = clock.reading(goal, london("2026-06-08T15:00"));
    assert_eq!(reading.due_at, Some(london("2026-06-08T12:00")));
    assert_eq!(reading.remaining_seconds, -3600);
    assert_eq!(reading.breached_at, Some(london("2026-06-08T12:00")));
    assert_eq!(clock.due_points(goal, london("2026-06-08T15:00")).len(), 3);
}

#[test]
fn the_due_instant_itself_is_late_and_the_moment_before_is_not() {
    let hours = business_hours();
    let goal = goal(&hours, 3);
    let mut late = Clock::start(london("2026-06-08T09:00"));
    late.finish(goal, london("2026-06-08T12:00"));
    assert_eq!(
        late.reading(goal, london("2026-06-08T12:00"))
            .difference_seconds,
        Some(0)
    );
    assert_eq!(late.breached_at(), Some(london("2026-06-08T12:00")));
    let mut kept = Clock::start(london("2026-06-08T09:00"));
    kept.finish(goal, london("2026-06-08T11:59:59.999999"));
    assert_eq!(
        kept.reading(goal, london("2026-06-08T12:00"))
            .difference_seconds,
        Some(-1)
    );
    assert_eq!(kept.breached_at(), None);
    assert_eq!(kept.due_points(goal, london("2026-06-09T12:00")), []);
}

#[test]
fn a_breach_that_no_timer_saw_is_told_after_the_end() {
    let hours = business_hours();
    let goal = goal(&hours, 3);
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    clock.finish(goal, london("2026-06-08T12:05"));
    let reached = clock.due_points(goal, london("2026-06-08T12:06"));
    assert_eq!(
        points(&reached),
        [(Point::Breach, london("2026-06-08T12:00"))]
    );
    clock.announce(reached[0]);
    assert_eq!(clock.due_points(goal, london("2026-06-08T12:06")), []);
}

#[test]
fn between_resolved_and_reopened_time_stands_still() {
    let hours = business_hours();
    let goal = goal(&hours, 3);
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    clock.pause(london("2026-06-08T10:00"));
    clock.finish(goal, london("2026-06-08T11:00"));
    assert_eq!(clock.finished_at(), Some(london("2026-06-08T11:00")));
    clock.reopen(goal, london("2026-06-09T09:00"));
    assert_eq!(clock.finished_at(), None);
    // The pause and the finished stretch touch, so they are one stop.
    let stop = Stop {
        from: london("2026-06-08T10:00"),
        until: london("2026-06-09T09:00"),
    };
    assert_eq!(clock.stops(), [stop]);
    let reading = clock.reading(goal, london("2026-06-09T09:30"));
    assert_eq!(reading.due_at, Some(london("2026-06-09T11:00")));
    assert_eq!(reading.elapsed_seconds, 90 * 60);
}

#[test]
fn a_breach_is_never_undone_by_reopening_or_a_kinder_priority() {
    let (hours, all_day) = (business_hours(), Hours::AroundTheClock);
    let (short, long) = (goal(&all_day, 1), goal(&hours, 24));
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    clock.finish(short, london("2026-06-08T10:30"));
    let breach = Some(london("2026-06-08T10:00"));
    assert_eq!(clock.breached_at(), breach);
    clock.reopen(short, london("2026-06-08T11:00"));
    clock.change_goal(short, long, london("2026-06-08T11:10"));
    let reading = clock.reading(long, london("2026-06-08T11:10"));
    assert_eq!(
        (reading.state, reading.breached_at),
        (ClockState::Calm, breach)
    );
    clock.finish(long, london("2026-06-08T12:00"));
    let reading = clock.reading(long, london("2026-06-08T12:00"));
    assert!(reading.difference_seconds.unwrap() < 0);
    assert_eq!(reading.breached_at, breach);
}

#[test]
fn repeated_and_misplaced_changes_do_nothing() {
    let hours = business_hours();
    let goal = goal(&hours, 3);
    let nine = london("2026-06-08T09:00");
    let mut clock = Clock::start(nine);
    let fresh = clock.clone();
    clock.resume(london("2026-06-08T09:10"));
    clock.reopen(goal, london("2026-06-08T09:10"));
    assert_eq!(clock, fresh);
    clock.pause(london("2026-06-08T10:00"));
    clock.pause(london("2026-06-08T10:30"));
    assert_eq!(
        clock.phase(),
        Phase::Paused {
            since: london("2026-06-08T10:00")
        }
    );
    clock.finish(goal, london("2026-06-08T11:00"));
    let finished = clock.clone();
    clock.finish(goal, london("2026-06-08T15:00"));
    clock.pause(london("2026-06-08T15:00"));
    clock.resume(london("2026-06-08T15:00"));
    assert_eq!(clock, finished);
}

#[test]
fn times_before_the_last_change_count_as_that_change() {
    let hours = business_hours();
    let goal = goal(&hours, 3);
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    clock.pause(london("2026-06-08T10:00"));
    clock.resume(london("2026-06-08T09:30"));
    assert_eq!(clock.stops(), []);
    clock.finish(goal, london("2026-06-08T08:00"));
    assert_eq!(clock.finished_at(), Some(london("2026-06-08T10:00")));
    assert_eq!(
        clock
            .reading(goal, london("2026-06-08T10:00"))
            .elapsed_seconds,
        3600
    );
}

#[test]
fn a_clock_is_never_due_in_a_calendar_without_hours() {
    let never = crate::daily("UTC", "");
    let goal = goal(&never, 3);
    let clock = Clock::start(london("2026-06-08T09:00"));
    let reading = clock.reading(goal, london("2029-06-08T09:00"));
    assert_eq!((reading.due_at, reading.state), (None, ClockState::Calm));
    assert_eq!(clock.next_point_at(goal), None);
}

#[test]
fn the_json_is_stable_and_comes_back() {
    let hours = business_hours();
    let goal = goal(&hours, 3);
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    clock.pause(london("2026-06-08T10:00"));
    clock.resume(london("2026-06-08T10:15"));
    clock.finish(goal, london("2026-06-08T13:00"));
    let json = serde_json::to_string(&clock).unwrap();
    insta::assert_snapshot!(json, @r#"{"started_at":"2026-06-08T08:00:00Z","stops":[{"from":"2026-06-08T09:00:00Z","until":"2026-06-08T09:15:00Z"}],"phase":{"state":"finished","at":"2026-06-08T12:00:00Z","outcome":{"elapsed_seconds":13500,"target_seconds":10800,"due_at":"2026-06-08T11:15:00Z"}},"announced":null,"breached_at":"2026-06-08T11:15:00Z","target_since":null,"changed_at":"2026-06-08T12:00:00Z"}"#);
    assert_eq!(serde_json::from_str::<Clock>(&json).unwrap(), clock);
}

#[test]
fn a_damaged_stored_clock_is_refused() {
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    clock.pause(london("2026-06-08T10:00"));
    clock.resume(london("2026-06-08T10:15"));
    let json = serde_json::to_string(&clock).unwrap();
    // The stop ends before it begins.
    let damaged = json.replace("09:15:00Z", "08:45:00Z");
    assert_ne!(json, damaged);
    let error = serde_json::from_str::<Clock>(&damaged)
        .unwrap_err()
        .to_string();
    assert!(error.contains("Restore it from a backup"), "{error}");
}
