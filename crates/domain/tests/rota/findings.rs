//! What should not be so, found weeks ahead.

use eider_domain::rota::{Cover, Cycle, CycleUnit, Duty, Finding, Found, Roster, Rota, findings};
use jiff::SignedDuration;

use crate::roster::{away, change};
use crate::{ADA, BEN, CLEO, duty, hours, layer, london, rota, weekly};

fn found(rota: &Rota, roster: Roster<'_>) -> Vec<Found> {
    assert_eq!(roster.rota().id, rota.id);
    findings(
        &[roster],
        london("2026-01-05T09:00"),
        london("2026-03-02T09:00"),
    )
}

#[test]
fn a_rota_that_is_well_planned_has_none() {
    let rota = rota(vec![weekly()]);
    assert_eq!(found(&rota, Roster::new(&rota, &[], &[])), []);
}

#[test]
fn somebody_away_in_their_week_is_a_gap() {
    let rota = rota(vec![weekly()]);
    let (from, until) = (london("2026-01-14T00:00"), london("2026-01-16T00:00"));
    let absences = [away(BEN, from, Some(until))];
    let all = found(&rota, Roster::new(&rota, &[], &absences));
    let [one] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!((one.from, one.until), (from, until));
    assert!(matches!(&one.finding, Finding::Gap { missing } if missing.len() == 1));
}

#[test]
fn hours_that_nobody_planned_are_a_gap_only_where_all_hours_are_covered() {
    let office = hours(r#"{"monday":["09:00-17:00"],"tuesday":["09:00-17:00"]}"#);
    let mut rota = rota(vec![weekly().within(office).unwrap()]);
    assert!(!found(&rota, Roster::new(&rota, &[], &[])).is_empty());
    rota.limits.cover = Cover::WhilePlanned;
    assert_eq!(found(&rota, Roster::new(&rota, &[], &[])), []);
}

#[test]
fn one_person_with_two_duties_is_found_once_for_each_stretch() {
    let zone = "Europe/London";
    let primary = duty(Duty::Primary, 1, vec![weekly()]);
    let others = [BEN, ADA, ADA, CLEO];
    let turns = layer(&others, zone, "2026-01-05", "09:00", Cycle::WEEK);
    let secondary = duty(Duty::Secondary, 2, vec![turns]);
    let rosters = [
        Roster::new(&primary, &[], &[]),
        Roster::new(&secondary, &[], &[]),
    ];
    let all = findings(
        &rosters,
        london("2026-01-05T09:00"),
        london("2026-02-16T09:00"),
    );
    let double: Vec<_> = all
        .iter()
        .filter(|found| matches!(found.finding, Finding::DoubleDuty { .. }))
        .collect();
    // Primary: A B C A B C. Secondary: B A A C B A. They meet in the fifth week alone.
    let [one] = double.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(
        one.finding,
        Finding::DoubleDuty {
            person: BEN,
            other: secondary.id
        }
    );
    let week = (london("2026-02-02T09:00"), london("2026-02-09T09:00"));
    assert_eq!((one.from, one.until), week);
}

#[test]
fn weeks_on_end_are_counted_over_what_came_before() {
    let zone = "Europe/London";
    let people = [ADA, ADA, ADA, BEN];
    let mut rota = rota(vec![layer(
        &people,
        zone,
        "2025-12-22",
        "09:00",
        Cycle::WEEK,
    )]);
    rota.duty = Duty::Gardener;
    let all = found(&rota, Roster::new(&rota, &[], &[]));
    let many: Vec<_> = all
        .iter()
        .map(|found| (found.from, &found.finding))
        .collect();
    let finding = Finding::TooManyWeeks {
        person: ADA,
        most_weeks: 2,
    };
    // Of the weeks from 16 February on, two lie within the time that is looked at.
    assert_eq!(
        many,
        [
            (london("2025-12-22T09:00"), &finding),
            (london("2026-01-19T09:00"), &finding),
        ]
    );
    rota.limits.most_weeks_on_end = 3;
    assert_eq!(found(&rota, Roster::new(&rota, &[], &[])), []);
}

#[test]
fn a_primary_twice_running_is_found_and_an_evening_is_not() {
    let rota = rota(vec![weekly()]);
    let evening = change(
        5,
        BEN,
        None,
        london("2026-01-07T18:00"),
        london("2026-01-08T08:00"),
    );
    let changes = [evening];
    assert!(
        found(&rota, Roster::new(&rota, &changes, &[]))
            .iter()
            .all(|found| !matches!(found.finding, Finding::TwiceRunning { .. }))
    );
    let week = change(
        5,
        BEN,
        None,
        london("2026-01-05T09:00"),
        london("2026-01-12T09:00"),
    );
    let changes = [week];
    let all = found(&rota, Roster::new(&rota, &changes, &[]));
    let [one] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(one.finding, Finding::TwiceRunning { person: BEN });
    assert_eq!(one.from, london("2026-01-12T09:00"));
}

#[test]
fn too_little_rest_between_two_turns_is_found() {
    let zone = "Europe/London";
    let cycle = Cycle {
        every: 8,
        unit: CycleUnit::Hours,
    };
    let rota = rota(vec![layer(&[ADA, BEN], zone, "2026-01-05", "00:00", cycle)]);
    let from = london("2026-01-06T00:00");
    let all = findings(
        &[Roster::new(&rota, &[], &[])],
        from,
        london("2026-01-07T00:00"),
    );
    assert!(!all.is_empty());
    let rest = SignedDuration::from_hours(8);
    assert!(all.iter().all(|found| matches!(
        found.finding,
        Finding::TooLittleRest { rest: found_rest, least_hours: 11, .. } if found_rest == rest
    )));
}

#[test]
fn a_break_within_one_turn_is_how_it_was_planned() {
    let nights = hours(r#"{"monday":["18:00-24:00"],"tuesday":["00:00-09:00","18:00-24:00"]}"#);
    let mut rota = rota(vec![weekly().within(nights).unwrap()]);
    rota.limits.cover = Cover::WhilePlanned;
    assert_eq!(found(&rota, Roster::new(&rota, &[], &[])), []);
}
