//! Swaps: who may ask and answer, and that the first acceptance wins.

use eider_domain::rota::{
    Change, ChangeError, Decided, Roster, Rota, Swap, SwapCommand, SwapError, SwapState,
};
use eider_domain::{ChangeId, PersonId, SwapId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::roster::away;
use crate::{ADA, BEN, CLEO, london, rota, weekly};

const IDS: [ChangeId; 2] = [
    ChangeId(Uuid::from_u128(901)),
    ChangeId(Uuid::from_u128(902)),
];

fn now() -> Timestamp {
    london("2026-01-06T12:00")
}

/// Ada asks for her week from 2026-01-26.
fn request(rota: &Rota, asked: Option<PersonId>) -> Swap {
    let swap = Swap {
        id: SwapId(Uuid::from_u128(900)),
        rota: rota.id,
        asker: ADA,
        asked,
        from: london("2026-01-26T09:00"),
        until: london("2026-02-02T09:00"),
        made_at: now(),
        state: SwapState::Open { offers: Vec::new() },
    };
    swap.ask(&Roster::new(rota, &[], &[]), now()).unwrap()
}

fn decide(
    rota: &Rota,
    swap: &Swap,
    command: SwapCommand,
    actor: PersonId,
) -> Result<Decided, SwapError> {
    swap.decide(&command, actor, &Roster::new(rota, &[], &[]), IDS, now())
}

#[test]
fn the_first_acceptance_wins() {
    let rota = rota(vec![weekly()]);
    let swap = request(&rota, None);
    let taken = decide(&rota, &swap, SwapCommand::Take, BEN).unwrap();
    assert_eq!(taken.changes.len(), 1);
    let roster = Roster::new(&rota, &taken.changes, &[]);
    assert_eq!(
        roster
            .at(london("2026-01-28T12:00"))
            .holders
            .first()
            .unwrap()
            .person,
        BEN
    );
    for actor in [CLEO, BEN] {
        let late = decide(&rota, &taken.swap, SwapCommand::Take, actor);
        assert_eq!(late, Err(SwapError::Taken { by: BEN }));
    }
}

#[test]
fn what_is_given_in_return_is_taken_too() {
    let rota = rota(vec![weekly()]);
    let swap = request(&rota, None);
    let (from, until) = (london("2026-02-02T09:00"), london("2026-02-09T09:00"));
    let offered = decide(&rota, &swap, SwapCommand::Offer { from, until }, BEN).unwrap();
    assert!(offered.changes.is_empty());
    let accept = SwapCommand::Accept { by: BEN };
    assert_eq!(
        decide(&rota, &offered.swap, accept.clone(), CLEO),
        Err(SwapError::NotAsked)
    );
    let taken = decide(&rota, &offered.swap, accept, ADA).unwrap();
    let roster = Roster::new(&rota, &taken.changes, &[]);
    let at = |civil| roster.at(london(civil)).holders.first().unwrap().person;
    assert_eq!((at("2026-01-28T12:00"), at("2026-02-04T12:00")), (BEN, ADA));
}

#[test]
fn one_who_was_asked_answers_alone() {
    let rota = rota(vec![weekly()]);
    let swap = request(&rota, Some(BEN));
    assert_eq!(
        decide(&rota, &swap, SwapCommand::Take, CLEO),
        Err(SwapError::NotAsked)
    );
    assert_eq!(
        decide(&rota, &swap, SwapCommand::Take, ADA),
        Err(SwapError::Yourself)
    );
    let declined = decide(&rota, &swap, SwapCommand::Decline, BEN).unwrap();
    assert_eq!(
        decide(&rota, &declined.swap, SwapCommand::Take, BEN),
        Err(SwapError::Declined)
    );
    let withdrawn = decide(&rota, &swap, SwapCommand::Withdraw, ADA).unwrap();
    assert_eq!(
        decide(&rota, &withdrawn.swap, SwapCommand::Take, BEN),
        Err(SwapError::Withdrawn)
    );
    let all = request(&rota, None);
    assert_eq!(
        decide(&rota, &all, SwapCommand::Decline, BEN),
        Err(SwapError::NotAsked)
    );
}

#[test]
fn only_time_that_is_ones_own_can_be_given() {
    let rota = rota(vec![weekly()]);
    let roster = Roster::new(&rota, &[], &[]);
    let mut swap = request(&rota, None);
    swap.from = london("2026-01-13T00:00");
    swap.until = london("2026-01-14T00:00");
    assert_eq!(
        swap.clone().ask(&roster, now()),
        Err(SwapError::NotYourTime)
    );
    swap.until = london("2026-01-12T00:00");
    let refused = Err(SwapError::Time(ChangeError::EndsBeforeStart));
    assert_eq!(swap.ask(&roster, now()), refused);
    // Somebody took her week by an override meanwhile.
    let swap = request(&rota, None);
    let change = Change {
        id: ChangeId(Uuid::from_u128(5)),
        rota: rota.id,
        kind: eider_domain::rota::ChangeKind::Override,
        person: CLEO,
        instead_of: None,
        from: swap.from,
        until: swap.until,
        made_at: now(),
    };
    let changes = [change];
    let roster = Roster::new(&rota, &changes, &[]);
    let late = swap.decide(&SwapCommand::Take, BEN, &roster, IDS, now());
    assert_eq!(late, Err(SwapError::NoLongerTheirTime));
}

#[test]
fn whoever_is_away_or_on_call_already_cannot_take_it() {
    let rota = rota(vec![weekly()]);
    let swap = request(&rota, None);
    let absences = [away(
        BEN,
        london("2026-01-30T00:00"),
        Some(london("2026-01-31T00:00")),
    )];
    let roster = Roster::new(&rota, &[], &absences);
    let refused = swap.decide(&SwapCommand::Take, BEN, &roster, IDS, now());
    assert_eq!(refused, Err(SwapError::NotFree));
    let mut long = swap;
    long.until = london("2026-02-04T00:00");
    assert_eq!(
        decide(&rota, &long, SwapCommand::Take, BEN),
        Err(SwapError::NotFree)
    );
    assert_eq!(
        decide(&rota, &long, SwapCommand::Take, CLEO)
            .unwrap()
            .changes
            .len(),
        1
    );
}

#[test]
fn a_week_that_has_begun_is_taken_from_now_on() {
    let rota = rota(vec![weekly()]);
    let mut swap = request(&rota, None);
    swap.from = london("2026-01-05T09:00");
    swap.until = london("2026-01-12T09:00");
    let taken = decide(&rota, &swap, SwapCommand::Take, BEN).unwrap();
    assert_eq!(taken.changes.first().unwrap().from, now());
    let after = swap.decide(
        &SwapCommand::Take,
        BEN,
        &Roster::new(&rota, &[], &[]),
        IDS,
        swap.until,
    );
    assert_eq!(after, Err(SwapError::Over));
}
