use std::collections::BTreeSet;

use eider_domain::{priority::ServiceLevels, ticket::StatusKind};

use super::*;

/// A Tuesday noon, far from any holiday.
fn noon() -> Timestamp {
    "2026-06-16T11:00:00Z".parse().unwrap()
}

fn made(seed: u64, now: Timestamp) -> Vec<Told> {
    let mut dice = Dice::new(seed);
    let words = Words::load().unwrap();
    let company = Company::found(&mut dice, company::start_of_day(now)).unwrap();
    let calendars = [company.calendar.clone()];
    let levels = ServiceLevels::new(&company.priorities, &calendars).unwrap();
    let plans = plan::make(&mut dice, &company, &words, &levels, now);
    let mut told = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        let number = TicketNumber(1001 + i64::try_from(index).unwrap());
        let original = plan.duplicate_of.map(|place| {
            let original: &Told = &told[place];
            original.ticket.number
        });
        let mut dice = Dice::new(plan.seed);
        let story =
            story::tell(&mut dice, &company, &words, &levels, plan, number, original).unwrap();
        told.push(story);
    }
    told
}

#[test]
fn the_same_seed_makes_the_same_company() {
    let facts = |seed| -> Vec<Happened> {
        made(seed, noon())
            .into_iter()
            .flat_map(|told| told.facts)
            .collect()
    };
    let one = facts(1);
    assert_eq!(one, facts(1));
    assert_ne!(one, facts(2));
}

#[test]
fn what_is_past_does_not_depend_on_the_hour() {
    let later = noon() + jiff::SignedDuration::from_hours(3);
    // Numbers shift with the few tickets that are placed by the hour, so they are left out.
    let past = |now| -> Vec<Happened> {
        made(1, now)
            .into_iter()
            .filter(|told| told.stage == plan::Stage::WholeLife)
            .flat_map(|told| told.facts)
            .filter(|happened| !matches!(happened.fact, Fact::TicketOpened { .. }))
            .collect()
    };
    let (early, late) = (past(noon()), past(later));
    assert!(early.len() > 8_000, "{}", early.len());
    assert_eq!(early, late);
}

#[test]
fn half_a_year_is_believable() {
    let told = made(1, noon());
    assert!((1_050..1_400).contains(&told.len()), "{}", told.len());
    let statuses: BTreeSet<&str> = told
        .iter()
        .map(|told| told.ticket.status.kind().as_str())
        .collect();
    assert_eq!(statuses.len(), StatusKind::ALL.len(), "{statuses:?}");
    let open = |told: &&Told| told.ticket.status.kind().is_open();
    let open_count = told.iter().filter(open).count();
    assert!((15..80).contains(&open_count), "{open_count} are open");
    let late = told
        .iter()
        .filter(|told| told.ticket.resolve.breached_at().is_some())
        .count();
    let share = late * 100 / told.len();
    assert!((5..30).contains(&share), "{share} % are late");
    let changed = told
        .iter()
        .filter_map(|told| told.ticket.status.resolution())
        .filter(|resolution| resolution.change.is_needed())
        .count();
    assert!((100..600).contains(&changed), "{changed} changes");
    let washed_up = told.iter().filter(|told| told.wash_up.is_some()).count();
    assert!((10..60).contains(&washed_up), "{washed_up} wash-ups");
    let agreed = told.iter().flat_map(|told| &told.actions);
    let (done, open): (Vec<_>, Vec<_>) = agreed.partition(|(_, done_at)| done_at.is_some());
    assert!(done.len() > open.len() && !open.is_empty());
    for told in &told {
        assert!(!told.ticket.title.contains('{'), "{}", told.ticket.title);
        for message in &told.messages {
            assert!(!message.body.contains('{'), "{}", message.body);
        }
        assert!(told.facts.is_sorted_by_key(|happened| happened.at));
        assert!(told.facts.iter().all(|happened| happened.at <= noon()));
    }
}

#[test]
fn it_can_be_made_at_any_hour() {
    for start in [
        "2026-03-29T01:30:00Z",
        "2026-10-25T00:30:00Z",
        "2026-12-26T23:59:59Z",
    ] {
        let now: Timestamp = start.parse().unwrap();
        let told = made(7, now);
        assert!(told.len() > 1_000);
        let late = told.iter().flat_map(|told| &told.facts).map(|fact| fact.at);
        assert!(late.max().unwrap() <= now, "{start}");
    }
}
