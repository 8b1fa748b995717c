//! Handovers as the clocks change: people overlap rather than leave a hole.

use eider_domain::rota::{Cycle, CycleUnit, Roster};
use jiff::{SignedDuration, ToSpan, civil::Date};

use crate::{ADA, BEN, CLEO, DAY, hours, instant, layer, local, rota};

/// The zone, the day and time of the handover, when the one before ends and the next begins.
const HANDOVERS: [(&str, &str, &str, &str, &str); 19] = [
    // The time is skipped: both at the instant of the skip.
    (
        "Europe/London",
        "2026-03-29",
        "01:30",
        "2026-03-29T01:00Z",
        "2026-03-29T01:00Z",
    ),
    (
        "America/New_York",
        "2026-03-08",
        "02:30",
        "2026-03-08T07:00Z",
        "2026-03-08T07:00Z",
    ),
    (
        "Australia/Lord_Howe",
        "2026-10-04",
        "02:15",
        "2026-10-03T15:30Z",
        "2026-10-03T15:30Z",
    ),
    (
        "America/Havana",
        "2026-03-08",
        "00:00",
        "2026-03-08T05:00Z",
        "2026-03-08T05:00Z",
    ),
    (
        "Asia/Beirut",
        "2026-03-29",
        "00:00",
        "2026-03-28T22:00Z",
        "2026-03-28T22:00Z",
    ),
    (
        "America/Santiago",
        "2026-09-06",
        "00:15",
        "2026-09-06T04:00Z",
        "2026-09-06T04:00Z",
    ),
    (
        "Antarctica/Troll",
        "2026-03-29",
        "02:00",
        "2026-03-29T01:00Z",
        "2026-03-29T01:00Z",
    ),
    // The time comes twice: the next begins at the first, the one before ends at the last.
    (
        "Europe/London",
        "2026-10-25",
        "01:30",
        "2026-10-25T01:30Z",
        "2026-10-25T00:30Z",
    ),
    (
        "America/New_York",
        "2026-11-01",
        "01:30",
        "2026-11-01T06:30Z",
        "2026-11-01T05:30Z",
    ),
    (
        "Australia/Lord_Howe",
        "2026-04-05",
        "01:45",
        "2026-04-04T15:15Z",
        "2026-04-04T14:45Z",
    ),
    (
        "America/Havana",
        "2026-11-01",
        "00:00",
        "2026-11-01T05:00Z",
        "2026-11-01T04:00Z",
    ),
    (
        "Asia/Beirut",
        "2026-10-24",
        "23:30",
        "2026-10-24T21:30Z",
        "2026-10-24T20:30Z",
    ),
    (
        "America/Santiago",
        "2026-04-04",
        "23:30",
        "2026-04-05T03:30Z",
        "2026-04-05T02:30Z",
    ),
    (
        "Antarctica/Troll",
        "2026-10-25",
        "02:00",
        "2026-10-25T02:00Z",
        "2026-10-25T00:00Z",
    ),
    // The time is an ordinary one on the day of a change, or nothing ever changes.
    (
        "Europe/London",
        "2026-03-29",
        "09:00",
        "2026-03-29T08:00Z",
        "2026-03-29T08:00Z",
    ),
    (
        "Europe/London",
        "2026-10-25",
        "09:00",
        "2026-10-25T09:00Z",
        "2026-10-25T09:00Z",
    ),
    (
        "Asia/Beirut",
        "2026-10-25",
        "00:00",
        "2026-10-24T22:00Z",
        "2026-10-24T22:00Z",
    ),
    (
        "Asia/Kathmandu",
        "2026-03-29",
        "09:00",
        "2026-03-29T03:15Z",
        "2026-03-29T03:15Z",
    ),
    (
        "Asia/Kolkata",
        "2026-10-25",
        "18:30",
        "2026-10-25T13:00Z",
        "2026-10-25T13:00Z",
    ),
];

#[test]
fn a_turn_begins_at_the_first_occurrence_and_ends_at_the_last() {
    for (zone, day, handover, ends, begins) in HANDOVERS {
        for cycle in [DAY, Cycle::WEEK] {
            let day: Date = day.parse().unwrap();
            // Far enough back that several turns lie before, with the handover on that day.
            let start = day.checked_sub(28.days()).unwrap();
            let people = [ADA, BEN, CLEO];
            let turns = layer(&people, zone, &start.to_string(), handover, cycle);
            let number = if cycle == DAY { 28 } else { 4 };
            let (before, after) = (turns.person_of(number - 1), turns.person_of(number));
            let rota = rota(vec![turns]);
            let roster = Roster::new(&rota, &[], &[]);
            let (ends, begins) = (instant(ends), instant(begins));
            let shifts = roster.shifts(begins - 3.hours(), ends + 3.hours());
            let of = |person| {
                shifts
                    .iter()
                    .find(|shift| Some(shift.person) == person)
                    .unwrap()
            };
            assert_eq!(
                of(before).until,
                ends,
                "{zone} {day} {handover}: the one before"
            );
            assert_eq!(of(after).from, begins, "{zone} {day} {handover}: the next");
            let spans = roster.spans(begins - 3.hours(), ends + 3.hours());
            assert!(
                spans.iter().all(|span| !span.is_gap()),
                "{zone} {day} {handover}"
            );
            let together = spans.iter().filter(|span| span.holders.len() == 2);
            let length = together
                .map(|span| span.until.duration_since(span.from))
                .sum();
            let expected: SignedDuration = ends.duration_since(begins);
            // One instant says the same as the whole, on both sides of the repeated hour.
            let part = expected / 8;
            for moment in (0..8).map(|eighth| begins + part * eighth) {
                let holders = roster.at(moment).holders.len();
                let together = if begins < ends { 2 } else { 1 };
                assert_eq!(holders, together, "{zone} {day} {handover} at {moment}");
            }
            assert_eq!(roster.at(ends).holders.len(), 1, "{zone} {day} {handover}");
            assert_eq!(expected, length, "{zone} {day} {handover}");
        }
    }
}

#[test]
fn a_day_of_23_hours_is_a_day() {
    let turns = layer(&[ADA, BEN], "Europe/London", "2026-03-02", "09:00", DAY);
    let rota = rota(vec![turns]);
    let roster = Roster::new(&rota, &[], &[]);
    let from = local("Europe/London", "2026-03-27T12:00");
    let shifts = roster.shifts(from, local("Europe/London", "2026-03-31T12:00"));
    let hours: Vec<i64> = shifts
        .iter()
        .map(|shift| shift.until.duration_since(shift.from).as_hours())
        .collect();
    assert_eq!(hours, [21, 23, 24, 24, 3]);
}

#[test]
fn turns_of_hours_keep_to_the_clock_on_the_wall() {
    let cycle = Cycle {
        every: 12,
        unit: CycleUnit::Hours,
    };
    let turns = layer(
        &[ADA, BEN],
        "America/New_York",
        "2026-01-01",
        "08:00",
        cycle,
    );
    let rota = rota(vec![turns]);
    let roster = Roster::new(&rota, &[], &[]);
    for day in [
        "2026-01-31",
        "2026-03-08",
        "2026-03-09",
        "2026-07-04",
        "2026-11-01",
        "2026-11-02",
    ] {
        for (time, person) in [
            ("07:59", BEN),
            ("08:00", ADA),
            ("19:59", ADA),
            ("20:00", BEN),
        ] {
            let at = local("America/New_York", &format!("{day}T{time}"));
            let holders = roster.at(at).holders;
            assert_eq!(holders.len(), 1);
            assert_eq!(holders.first().unwrap().person, person, "{day} {time}");
        }
    }
}

#[test]
fn hours_of_the_week_leave_no_hole_at_a_midnight_that_is_skipped_or_repeated() {
    for (zone, from, until) in [
        ("America/Havana", "2026-03-07T12:00", "2026-03-08T12:00"),
        ("America/Havana", "2026-10-31T12:00", "2026-11-01T12:00"),
        ("Asia/Beirut", "2026-03-28T12:00", "2026-03-29T12:00"),
        ("Asia/Beirut", "2026-10-24T12:00", "2026-10-25T12:00"),
        ("America/Santiago", "2026-04-04T12:00", "2026-04-05T12:00"),
        (
            "Australia/Lord_Howe",
            "2026-04-04T12:00",
            "2026-04-05T12:00",
        ),
    ] {
        let weekend = hours(r#"{"saturday":["00:00-24:00"],"sunday":["00:00-24:00"]}"#);
        let turns = layer(&[ADA, BEN], zone, "2026-01-05", "00:00", Cycle::WEEK);
        let rota = rota(vec![turns.within(weekend).unwrap()]);
        let roster = Roster::new(&rota, &[], &[]);
        let spans = roster.spans(local(zone, from), local(zone, until));
        assert_eq!(spans.len(), 1, "{zone} {from}: {spans:?}");
        assert!(spans.iter().all(|span| !span.is_gap()), "{zone} {from}");
    }
}
