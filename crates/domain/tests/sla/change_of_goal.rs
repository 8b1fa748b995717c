//! What a change of priority does to a running clock.

use eider_domain::sla::{Clock, ClockState, Hours, Point, Reached};

use crate::{business_hours, goal, london};

#[test]
fn time_gone_counts_against_the_new_target() {
    let hours = business_hours();
    let (long, short) = (goal(&hours, 24), goal(&hours, 3));
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    assert_eq!(
        clock.change_goal(long, short, london("2026-06-08T10:00")),
        []
    );
    let reading = clock.reading(short, london("2026-06-08T10:00"));
    assert_eq!(reading.due_at, Some(london("2026-06-08T12:00")));
}

#[test]
fn a_shorter_target_that_is_over_already_is_breached_at_the_change() {
    let hours = business_hours();
    let (long, short) = (goal(&hours, 24), goal(&hours, 3));
    let change = london("2026-06-08T16:00");
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    assert_eq!(clock.change_goal(long, short, change), []);
    // The three hours were over at noon, but until the change nobody had promised them.
    let reached = clock.due_points(short, change);
    let at_change = Point::ALL.map(|point| Reached { point, at: change });
    assert_eq!(reached, at_change);
    assert_eq!(clock.next_point_at(short), Some(change));
    let reading = clock.reading(short, change);
    assert_eq!(
        (reading.state, reading.breached_at),
        (ClockState::Breached, Some(change))
    );
    assert_eq!(reading.remaining_seconds, -4 * 3600);
    reached
        .into_iter()
        .for_each(|reached| clock.announce(reached));
    assert_eq!(clock.breached_at(), Some(change));
}

#[test]
fn a_longer_target_warns_anew_when_its_own_points_come() {
    let hours = Hours::AroundTheClock;
    let (short, long) = (goal(&hours, 1), goal(&hours, 24));
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    let half = clock.due_points(short, london("2026-06-08T09:30"));
    clock.announce(half[0]);
    clock.change_goal(short, long, london("2026-06-08T09:40"));
    assert_eq!(clock.announced(), None);
    assert_eq!(clock.next_point_at(long), Some(london("2026-06-08T21:00")));
}

#[test]
fn what_the_new_target_reached_as_well_is_not_told_twice() {
    let hours = Hours::AroundTheClock;
    let (two, three) = (goal(&hours, 2), goal(&hours, 3));
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    let now = london("2026-06-08T10:40");
    for reached in clock.due_points(two, now) {
        clock.announce(reached);
    }
    assert_eq!(clock.announced(), Some(Point::FourFifths));
    // 100 minutes are over half of three hours, but not four fifths.
    clock.change_goal(two, three, now);
    assert_eq!(clock.announced(), Some(Point::Half));
    assert_eq!(clock.due_points(three, now), []);
    assert_eq!(clock.next_point_at(three), Some(london("2026-06-08T11:24")));
}

#[test]
fn a_breach_that_no_timer_saw_is_caught_before_the_change() {
    let hours = Hours::AroundTheClock;
    let (short, long) = (goal(&hours, 1), goal(&hours, 24));
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    let missed = clock.change_goal(short, long, london("2026-06-08T10:05"));
    assert_eq!(missed.len(), 3);
    assert_eq!(
        missed[2],
        Reached {
            point: Point::Breach,
            at: london("2026-06-08T10:00")
        }
    );
    assert_eq!(clock.breached_at(), Some(london("2026-06-08T10:00")));
    // The longer target can be missed too, and people hear of it; the record keeps the first.
    let due = london("2026-06-09T09:00");
    let reached = clock.due_points(long, due);
    assert_eq!(
        reached.last(),
        Some(&Reached {
            point: Point::Breach,
            at: due
        })
    );
    reached
        .into_iter()
        .for_each(|reached| clock.announce(reached));
    assert_eq!(clock.breached_at(), Some(london("2026-06-08T10:00")));
}

#[test]
fn a_change_of_hours_measures_the_whole_life_anew() {
    let (hours, all_day) = (business_hours(), Hours::AroundTheClock);
    let (business, around) = (goal(&hours, 24), goal(&all_day, 24));
    let mut clock = Clock::start(london("2026-06-05T16:00"));
    let sunday = london("2026-06-07T12:00");
    assert_eq!(clock.reading(business, sunday).elapsed_seconds, 3600);
    clock.change_goal(business, around, sunday);
    let reading = clock.reading(around, sunday);
    assert_eq!(reading.elapsed_seconds, 44 * 3600);
    assert_eq!(reading.breached_at, Some(sunday));
}

#[test]
fn a_finished_clock_keeps_its_outcome() {
    let hours = Hours::AroundTheClock;
    let (long, short) = (goal(&hours, 24), goal(&hours, 1));
    let mut clock = Clock::start(london("2026-06-08T09:00"));
    clock.finish(long, london("2026-06-08T15:00"));
    let later = london("2026-06-08T16:00");
    assert_eq!(clock.change_goal(long, short, later), []);
    assert_eq!(clock.due_points(short, later), []);
    assert_eq!(
        clock.reading(short, later).difference_seconds,
        Some(-18 * 3600)
    );
    // Reopened, it runs against the goal that applies now, which is over as soon as it goes on:
    // while it was finished nobody could keep it or break it.
    let evening = london("2026-06-08T18:00");
    clock.reopen(short, evening);
    let breach = clock.due_points(short, evening).pop();
    assert_eq!(
        breach,
        Some(Reached {
            point: Point::Breach,
            at: evening
        })
    );
}
