//! What holds of every rota, whatever its layers, zones, changes and absences.

use eider_domain::rota::{
    Absence, Change, ChangeKind, Cycle, CycleUnit, Layer, Reason, Roster, Rota,
};
use eider_domain::sla::TimeOfDay;
use eider_domain::{AbsenceId, ChangeId, PersonId};
use jiff::civil::Date;
use jiff::tz::{Disambiguation, TimeZone};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{hours, rota};

const ZONES: [&str; 9] = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Beirut",
    "America/Santiago",
    "Antarctica/Troll",
    "Asia/Kathmandu",
    "Pacific/Apia",
];
const WEEKS: [&str; 4] = [
    r#"{"saturday":["00:00-24:00"],"sunday":["00:00-24:00"]}"#,
    r#"{"monday":["09:00-17:00"],"wednesday":["00:00-09:00","18:00-24:00"],"thursday":["00:00-02:30"]}"#,
    r#"{"sunday":["01:30-02:15","23:30-24:00"],"monday":["00:00-00:30"]}"#,
    r#"{"monday":["00:00-24:00"],"tuesday":["00:00-24:00"],"wednesday":["00:00-24:00"],
        "thursday":["00:00-24:00"],"friday":["00:00-18:00"]}"#,
];

fn person() -> impl Strategy<Value = PersonId> {
    (1_u128..6).prop_map(|number| PersonId(Uuid::from_u128(number)))
}

fn cycle() -> impl Strategy<Value = Cycle> {
    prop_oneof![
        (1_u16..4).prop_map(|every| Cycle {
            every,
            unit: CycleUnit::Weeks
        }),
        (1_u16..10).prop_map(|every| Cycle {
            every,
            unit: CycleUnit::Days
        }),
        (1_u16..40).prop_map(|every| Cycle {
            every,
            unit: CycleUnit::Hours
        }),
    ]
}

prop_compose! {
    fn plain_layer()(
        people in prop::collection::vec(person(), 1..5),
        zone in prop::sample::select(ZONES.to_vec()),
        day in 0_i64..500,
        minute in 0_u16..1440,
        cycle in cycle(),
    ) -> Layer {
        let start = Date::constant(2025, 1, 1).checked_add(day.days()).unwrap();
        let handover = TimeOfDay::new(minute / 60, minute % 60).unwrap();
        Layer::new("Turns", people, zone, start, handover, cycle).unwrap()
    }
}

fn any_layer() -> impl Strategy<Value = Layer> {
    (
        plain_layer(),
        prop::option::of(prop::sample::select(WEEKS.to_vec())),
    )
        .prop_map(|(layer, week)| match week {
            Some(week) => layer.within(hours(week)).unwrap(),
            None => layer,
        })
}

/// An instant in 2025 to 2027, often near a change of the clocks.
fn moment() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        (0_i64..3 * 365 * 24 * 60).prop_map(|minutes| {
            let start: Timestamp = "2025-01-01T00:00:00Z".parse().unwrap();
            start + minutes.minutes()
        }),
        (
            prop::sample::select(ZONES.to_vec()),
            0_usize..5,
            -300_i64..300
        )
            .prop_map(|(zone, which, minutes)| {
                let start: Timestamp = "2025-01-01T00:00:00Z".parse().unwrap();
                let zone = TimeZone::get(zone).unwrap();
                let end = start + (3 * 365 * 24).hours();
                let changes = zone.following(start).map(|change| change.timestamp());
                let change = changes.take_while(|change| *change < end).nth(which);
                change.unwrap_or(start) + minutes.minutes()
            }),
    ]
}

prop_compose! {
    fn any_change(id: u128)(
        person in person(),
        instead_of in prop::option::of(person()),
        from in moment(),
        length_minutes in 1_i64..40_000,
        age in 0_i64..5,
    ) -> Change {
        Change {
            id: ChangeId(Uuid::from_u128(id)),
            rota: rota(Vec::new()).id,
            kind: instead_of.map_or(ChangeKind::Override, |_| ChangeKind::Swap),
            person,
            instead_of,
            from,
            until: from + length_minutes.minutes(),
            made_at: Timestamp::UNIX_EPOCH + age.seconds(),
        }
    }
}

prop_compose! {
    fn any_absence()(
        person in person(),
        from in moment(),
        length_minutes in prop::option::of(1_i64..40_000),
    ) -> Absence {
        Absence {
            id: AbsenceId(Uuid::from_u128(1)),
            person,
            from,
            until: length_minutes.map(|minutes| from + minutes.minutes()),
        }
    }
}

prop_compose! {
    fn any_rota()(
        layers in prop::collection::vec(any_layer(), 1..4),
        later in prop::option::of((prop::collection::vec(any_layer(), 1..3), moment())),
    ) -> Rota {
        let mut rota = rota(layers);
        if let Some((layers, from)) = later {
            rota.replan(layers, from).unwrap();
        }
        rota
    }
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    (any_change(1), any_change(2), any_change(3), 0_usize..4)
        .prop_map(|(a, b, c, count)| [a, b, c].into_iter().take(count).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn spans_cover_without_overlap_and_agree_with_every_instant(
        rota in any_rota(),
        changes in changes(),
        absences in prop::collection::vec(any_absence(), 0..3),
        from in moment(),
        minutes in 1_i64..60_000,
        fractions in prop::collection::vec(0.0..1.0_f64, 12),
    ) {
        let until = from + minutes.minutes();
        let roster = Roster::new(&rota, &changes, &absences);
        let spans = roster.spans(from, until);
        prop_assert_eq!(spans.first().unwrap().from, from);
        prop_assert_eq!(spans.last().unwrap().until, until);
        for pair in spans.windows(2) {
            let [before, after] = pair else { unreachable!() };
            prop_assert_eq!(before.until, after.from);
            prop_assert!(before.holders != after.holders || before.missing != after.missing);
        }
        let mut moments: Vec<Timestamp> = spans.iter().take(40).map(|span| span.from).collect();
        moments.extend(spans.iter().take(40).map(|span| span.until - 1.microseconds()));
        #[allow(clippy::cast_possible_truncation)]
        moments.extend(fractions.iter().map(|part| from + ((minutes as f64 * part) as i64).minutes()));
        for at in moments {
            let span = spans.iter().find(|span| span.from <= at && at < span.until).unwrap();
            let now = roster.at(at);
            prop_assert_eq!(&now.holders, &span.holders, "at {}", at);
            prop_assert_eq!(&now.missing, &span.missing, "at {}", at);
        }
    }

    #[test]
    fn an_override_never_loses_the_person_beneath_outside_its_time(
        rota in any_rota(),
        changes in changes(),
        mut over in any_change(9),
        from in moment(),
        minutes in 1_i64..60_000,
    ) {
        over.instead_of = None;
        over.made_at = Timestamp::UNIX_EPOCH + 1.hours();
        let until = from + minutes.minutes();
        let with: Vec<Change> = changes.iter().cloned().chain([over.clone()]).collect();
        let (plain, changed) = (Roster::new(&rota, &changes, &[]), Roster::new(&rota, &with, &[]));
        for (start, end) in [(from, until.min(over.from)), (from.max(over.until), until)] {
            if start < end {
                prop_assert_eq!(plain.spans(start, end), changed.spans(start, end));
            }
        }
        let (start, end) = (from.max(over.from), until.min(over.until));
        if start < end {
            for span in changed.spans(start, end) {
                let people: Vec<_> = span.holders.iter().map(|held| held.person).collect();
                prop_assert_eq!(people, vec![over.person]);
            }
        }
    }

    #[test]
    fn a_layer_has_nobody_out_of_order_and_no_hole(layer in plain_layer(), from in moment()) {
        let zone = TimeZone::get(layer.zone()).unwrap();
        let first = layer.start().at(0, 0, 0, 0).to_zoned(zone).unwrap().timestamp() + 48.hours();
        let start = from.max(first);
        let rota = rota(vec![layer.clone()]);
        let roster = Roster::new(&rota, &[], &[]);
        let until = start + (24 * 40).hours();
        let spans = roster.spans(start, until);
        prop_assert!(spans.iter().all(|span| !span.is_gap()));
        let mut last = None;
        for shift in roster.shifts(start, until) {
            let turn = shift.turn.unwrap();
            prop_assert_eq!(layer.person_of(turn.number), Some(shift.person));
            prop_assert!(last.is_none_or(|last| last < turn.number), "{:?}", turn);
            last = Some(turn.number);
        }
    }

    /// Walks from the first turn, as a person with a calendar would.
    #[test]
    fn reckoning_agrees_with_walking(layer in plain_layer(), at in moment()) {
        prop_assume!(layer.cycle().unit != CycleUnit::Hours);
        let zone = TimeZone::get(layer.zone()).unwrap();
        let days = i64::from(layer.cycle().every)
            * if layer.cycle().unit == CycleUnit::Weeks { 7 } else { 1 };
        let (hour, minute) = (layer.handover().minutes() / 60, layer.handover().minutes() % 60);
        let on = |date: Date, which| {
            let civil = date.at(i8::try_from(hour).unwrap(), i8::try_from(minute).unwrap(), 0, 0);
            let instant = zone.to_ambiguous_zoned(civil).disambiguate(which).unwrap();
            // A skipped time is the instant of the skip.
            if instant.datetime() == civil {
                instant.timestamp()
            } else {
                let earlier = instant.timestamp() - 30.hours();
                zone.following(earlier).next().unwrap().timestamp()
            }
        };
        let mut expected: Vec<PersonId> = Vec::new();
        let mut date = layer.start();
        let mut number = 0;
        while date <= Date::constant(2028, 6, 1) {
            let next = date.checked_add(days.days()).unwrap();
            let (begins, ends) = (on(date, Disambiguation::Earlier), on(next, Disambiguation::Later));
            let person = layer.person_of(number).unwrap();
            if begins <= at && at < ends && !expected.contains(&person) {
                expected.push(person);
            }
            date = next;
            number += 1;
        }
        let rota = rota(vec![layer]);
        let span = Roster::new(&rota, &[], &[]).at(at);
        let holders: Vec<_> = span.holders.iter().map(|held| held.person).collect();
        prop_assert_eq!(holders, expected);
        prop_assert!(span.holders.iter().all(|held| held.reason == Reason::Rota));
    }

    #[test]
    fn a_swap_of_two_turns_keeps_the_count_of_shifts(
        people in 2_u128..6,
        zone in prop::sample::select(ZONES.to_vec()),
        minute in 0_u16..1440,
        first in 0_usize..20,
        second in 0_usize..20,
    ) {
        let people: Vec<_> = (1..=people).map(|number| PersonId(Uuid::from_u128(number))).collect();
        let handover = TimeOfDay::new(minute / 60, minute % 60).unwrap();
        let start = Date::constant(2026, 1, 5);
        let layer = Layer::new("Turns", people.clone(), zone, start, handover, Cycle::WEEK).unwrap();
        let rota = rota(vec![layer]);
        let from: Timestamp = "2026-01-07T00:00:00Z".parse().unwrap();
        let until = from + (24 * 7 * 24).hours();
        let plain = Roster::new(&rota, &[], &[]).shifts(from, until);
        let (one, other) = (plain[first], plain[second]);
        prop_assume!(one.person != other.person);
        let swap = |id, person, instead_of, from, until| Change {
            id: ChangeId(Uuid::from_u128(id)),
            rota: rota.id,
            kind: ChangeKind::Swap,
            person,
            instead_of: Some(instead_of),
            from,
            until,
            made_at: Timestamp::UNIX_EPOCH,
        };
        // The hour in which a handover comes twice is held by both; each gives what is theirs alone.
        let hour = 2.hours();
        let changes = [
            swap(1, other.person, one.person, one.from + hour, one.until - hour),
            swap(2, one.person, other.person, other.from + hour, other.until - hour),
        ];
        let roster = Roster::new(&rota, &changes, &[]);
        let count = |roster: &Roster<'_>, person| {
            let spans = roster.spans(from, until);
            let held = spans.iter().filter_map(|span| {
                let own = span.holders.iter().find(|held| held.person == person)?;
                let long = span.until.duration_since(span.from).as_hours() > 24;
                own.turn.filter(|_| long)
            });
            let turns: std::collections::BTreeSet<_> = held.collect();
            turns.len()
        };
        let plain = Roster::new(&rota, &[], &[]);
        for person in people {
            prop_assert_eq!(count(&plain, person), count(&roster, person));
        }
    }
}
