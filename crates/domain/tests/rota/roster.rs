//! Layers, changes, absences and plans, read together.

use eider_domain::rota::{
    Absence, Change, ChangeKind, Cycle, Reason, Roster, RotaError, Shift, Span, Why,
};
use eider_domain::{AbsenceId, ChangeId, PersonId};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use crate::{ADA, BEN, CLEO, DAY, hours, instant, layer, local, london, rota, weekly};

pub(crate) fn change(
    id: u128,
    person: PersonId,
    instead_of: Option<PersonId>,
    from: Timestamp,
    until: Timestamp,
) -> Change {
    Change {
        id: ChangeId(Uuid::from_u128(id)),
        rota: rota(vec![weekly()]).id,
        kind: instead_of.map_or(ChangeKind::Override, |_| ChangeKind::Cover),
        person,
        instead_of,
        from,
        until,
        made_at: from - (1000 - i64::try_from(id).unwrap()).seconds(),
    }
}

pub(crate) fn away(person: PersonId, from: Timestamp, until: Option<Timestamp>) -> Absence {
    Absence {
        id: AbsenceId(Uuid::from_u128(77)),
        person,
        from,
        until,
    }
}

fn people(span: &Span) -> Vec<PersonId> {
    span.holders.iter().map(|holding| holding.person).collect()
}

fn told(spans: &[Span]) -> Vec<(String, Vec<PersonId>)> {
    spans
        .iter()
        .map(|span| (span.from.to_string(), people(span)))
        .collect()
}

#[test]
fn weeks_go_round_in_order() {
    let rota = rota(vec![weekly()]);
    let roster = Roster::new(&rota, &[], &[]);
    let spans = roster.spans(london("2026-01-01T00:00"), london("2026-02-02T09:00"));
    assert_eq!(
        told(&spans),
        [
            ("2026-01-01T00:00:00Z".to_owned(), vec![]),
            ("2026-01-05T09:00:00Z".to_owned(), vec![ADA]),
            ("2026-01-12T09:00:00Z".to_owned(), vec![BEN]),
            ("2026-01-19T09:00:00Z".to_owned(), vec![CLEO]),
            ("2026-01-26T09:00:00Z".to_owned(), vec![ADA]),
        ]
    );
}

#[test]
fn a_later_layer_lies_over_those_before() {
    let weekend = hours(r#"{"saturday":["00:00-24:00"],"sunday":["00:00-24:00"]}"#);
    let over = layer(&[CLEO], "Europe/London", "2026-01-05", "00:00", Cycle::WEEK);
    let rota = rota(vec![weekly(), over.within(weekend).unwrap()]);
    let roster = Roster::new(&rota, &[], &[]);
    let spans = roster.spans(london("2026-01-09T00:00"), london("2026-01-13T00:00"));
    let people: Vec<_> = spans.iter().map(people).collect();
    assert_eq!(people, [vec![ADA], vec![CLEO], vec![ADA], vec![BEN]]);
}

#[test]
fn work_follows_the_sun() {
    let day = r#"["09:00-17:00"]"#;
    let every_day: Vec<String> = ["monday", "tuesday", "wednesday", "thursday", "friday"]
        .iter()
        .map(|weekday| format!(r#""{weekday}":{day}"#))
        .collect();
    let office = hours(&format!("{{{}}}", every_day.join(",")));
    let zones = [
        ("Asia/Tokyo", ADA),
        ("Europe/London", BEN),
        ("America/Los_Angeles", CLEO),
    ];
    let layers = zones.map(|(zone, person)| {
        let layer = layer(&[person], zone, "2026-01-05", "09:00", DAY);
        layer.within(office.clone()).unwrap()
    });
    let rota = rota(layers.to_vec());
    let roster = Roster::new(&rota, &[], &[]);
    for (zone, person) in zones {
        for time in ["2026-06-10T09:00", "2026-06-10T16:59", "2026-12-09T12:00"] {
            assert_eq!(
                people(&roster.at(local(zone, time))),
                [person],
                "{zone} {time}"
            );
        }
    }
    // Tokyo has gone home and London has not come yet.
    assert!(roster.at(instant("2026-01-06T08:30Z")).is_gap());
}

#[test]
fn an_override_holds_for_its_time_and_says_whose_turn_it_was() {
    let rota = rota(vec![weekly()]);
    let from = london("2026-01-07T18:00");
    let until = london("2026-01-08T08:00");
    let changes = [change(5, CLEO, None, from, until)];
    let roster = Roster::new(&rota, &changes, &[]);
    let spans = roster.spans(london("2026-01-05T09:00"), london("2026-01-12T09:00"));
    assert_eq!(
        spans.iter().map(people).collect::<Vec<_>>(),
        [vec![ADA], vec![CLEO], vec![ADA]]
    );
    let middle = spans.get(1).unwrap();
    assert_eq!((middle.from, middle.until), (from, until));
    let holding = middle.holders.first().unwrap();
    assert_eq!(holding.instead_of, Some(ADA));
    assert!(matches!(
        holding.reason,
        Reason::Changed {
            how: ChangeKind::Override,
            ..
        }
    ));
}

#[test]
fn of_two_changes_the_later_made_holds() {
    let rota = rota(vec![weekly()]);
    let (from, until) = (london("2026-01-07T00:00"), london("2026-01-09T00:00"));
    let changes = [
        change(8, BEN, None, from, until),
        change(7, CLEO, None, from, until),
    ];
    let roster = Roster::new(&rota, &changes, &[]);
    assert_eq!(people(&roster.at(from)), [BEN]);
}

#[test]
fn a_cover_holds_only_where_its_person_would_be_on_call() {
    let rota = rota(vec![weekly()]);
    let (from, until) = (london("2026-01-11T00:00"), london("2026-01-14T00:00"));
    let changes = [change(5, CLEO, Some(ADA), from, until)];
    let roster = Roster::new(&rota, &changes, &[]);
    let spans = roster.spans(from, until);
    assert_eq!(
        spans.iter().map(people).collect::<Vec<_>>(),
        [vec![CLEO], vec![BEN]]
    );
    // Cleo passes it on.
    let changes = [changes[0].clone(), change(6, BEN, Some(CLEO), from, until)];
    let roster = Roster::new(&rota, &changes, &[]);
    assert_eq!(people(&roster.at(from)), [BEN]);
}

#[test]
fn who_is_away_leaves_a_gap_that_says_so() {
    let rota = rota(vec![weekly()]);
    let (from, until) = (london("2026-01-07T00:00"), london("2026-01-09T00:00"));
    let absences = [away(ADA, from, Some(until)), away(BEN, from, Some(until))];
    let roster = Roster::new(&rota, &[], &absences);
    let spans = roster.spans(london("2026-01-05T09:00"), london("2026-01-12T09:00"));
    let middle = spans.get(1).unwrap();
    assert!(middle.is_gap());
    assert_eq!((middle.from, middle.until), (from, until));
    let missing: Vec<_> = middle
        .missing
        .iter()
        .map(|missing| (missing.person, missing.why))
        .collect();
    assert_eq!(missing, [(ADA, Why::Away)]);
    // Somebody stands in.
    let changes = [change(5, CLEO, Some(ADA), from, until)];
    let roster = Roster::new(&rota, &changes, &absences);
    assert_eq!(people(&roster.at(from)), [CLEO]);
}

#[test]
fn who_has_left_is_missing_from_then_on_and_not_before() {
    let rota = rota(vec![weekly()]);
    let left = london("2026-01-14T12:00");
    let absences = [away(BEN, left, None)];
    let roster = Roster::new(&rota, &[], &absences);
    assert_eq!(people(&roster.at(london("2026-01-13T12:00"))), [BEN]);
    for week in ["2026-01-15T12:00", "2026-02-04T12:00", "2027-01-06T12:00"] {
        let span = roster.at(london(week));
        if let Some(missing) = span.missing.first() {
            assert_eq!((missing.person, missing.why), (BEN, Why::Left), "{week}");
        }
    }
    assert!(roster.at(london("2026-02-04T12:00")).is_gap());
}

#[test]
fn a_new_plan_leaves_the_past_as_it_was() {
    let mut rota = rota(vec![weekly()]);
    let before = rota.clone();
    let from = london("2026-06-01T09:00");
    let two = [CLEO, BEN];
    rota.replan(
        vec![layer(
            &two,
            "Europe/London",
            "2026-06-01",
            "09:00",
            Cycle::WEEK,
        )],
        from,
    )
    .unwrap();
    let (old, new) = (Roster::new(&before, &[], &[]), Roster::new(&rota, &[], &[]));
    let start = london("2026-01-05T09:00");
    assert_eq!(old.shifts(start, from), new.shifts(start, from));
    assert_eq!(people(&new.at(from)), [CLEO]);
    assert_eq!(people(&new.at(london("2026-06-08T09:00"))), [BEN]);
    assert_eq!(rota.people_from(from), two);
    assert_eq!(rota.replan(Vec::new(), from), Err(RotaError::NoLayers));
}

#[test]
fn planning_the_same_again_changes_nothing() {
    let mut rota = rota(vec![weekly()]);
    rota.replan(vec![weekly()], london("2026-06-01T09:00"))
        .unwrap();
    assert_eq!(rota.plans.len(), 1);
    // A later plan that is taken back before it began.
    let other = layer(&[ADA], "Europe/London", "2026-06-01", "09:00", Cycle::WEEK);
    rota.replan(vec![other], london("2026-07-01T09:00"))
        .unwrap();
    assert_eq!(rota.plans.len(), 2);
    rota.replan(vec![weekly()], london("2026-06-01T09:00"))
        .unwrap();
    assert_eq!(rota.plans.len(), 1);
}

#[test]
fn a_layer_survives_being_written_down() {
    let nights = hours(r#"{"monday":["18:00-24:00"],"tuesday":["00:00-09:00"]}"#);
    let layer = weekly().within(nights).unwrap();
    let json = serde_json::to_string(&layer).unwrap();
    assert_eq!(
        serde_json::from_str::<eider_domain::rota::Layer>(&json).unwrap(),
        layer
    );
    let no_zone = json.replace("Europe/London", "Europe/Nowhere");
    assert!(serde_json::from_str::<eider_domain::rota::Layer>(&no_zone).is_err());
}

#[test]
fn a_shift_is_told_alike_whenever_it_is_asked_for() {
    let one = rota(vec![weekly()]);
    let cover = change(
        1,
        BEN,
        None,
        london("2026-01-06T09:00"),
        london("2026-03-20T09:00"),
    );
    let changes = [cover];
    let roster = Roster::new(&one, &changes, &[]);
    let all = roster.shifts(london("2025-01-01T00:00"), london("2027-06-01T00:00"));
    for step in 0..384 {
        let from = london("2026-01-04T00:30") + (step * 7).hours();
        let until = from + (24 * 30).hours();
        let touching: Vec<Shift> = all
            .iter()
            .copied()
            .filter(|shift| shift.from < until && from < shift.until)
            .collect();
        let told = roster.whole_shifts(from, until);
        let ends = |shifts: &[Shift]| -> Vec<_> {
            shifts
                .iter()
                .map(|it| (it.person, it.from, it.until))
                .collect()
        };
        assert_eq!(ends(&told), ends(&touching), "from {from}");
    }
}
