//! What holds of every page, whatever people do and however the clock jumps.

use std::collections::HashMap;

use eider_domain::{AbsenceId, page::Paged};
use eider_domain::{
    PersonId,
    escalation::{Level, Member, Plan, Target},
    page::{Command, Event, Page, State, Way},
    rota::{Absence, Duty},
};
use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use crate::{ADA, BEN, LIN, NIGHT, PAYMENTS, ROOT, World, at, called, minutes, page, paged, rota};

const PEOPLE: [PersonId; 4] = [ADA, BEN, LIN, ROOT];

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        Just(Target::Duty {
            duty: Duty::Primary
        }),
        Just(Target::Duty {
            duty: Duty::Secondary
        }),
        Just(Target::Leads),
        Just(Target::Squad { squad: None }),
        Just(Target::Administrators),
        prop::sample::select(PEOPLE.to_vec()).prop_map(|person| Target::Person { person }),
    ]
}

prop_compose! {
    fn plan()(
        levels in prop::collection::vec((prop::collection::vec(target(), 1..3), 1_i64..20), 1..4),
        rounds in 1_u8..4,
        last_resort in prop::collection::vec(target(), 1..3),
        ask in prop_oneof![Just(0_i64), 300_i64..7_200],
    ) -> Plan {
        Plan {
            levels: levels
                .into_iter()
                .map(|(targets, minutes)| Level { targets, acknowledge_seconds: minutes * 60 })
                .collect(),
            rounds,
            last_resort,
            ask_again_seconds: ask,
        }
    }
}

fn absence() -> impl Strategy<Value = Absence> {
    (
        prop::sample::select(PEOPLE.to_vec()),
        -60_i64..600,
        prop::option::of(1_i64..600),
    )
        .prop_map(|(person, from, lasts)| Absence {
            id: AbsenceId(Uuid::from_u128(5)),
            person,
            from: at(NIGHT) + minutes(from),
            until: lasts.map(|lasts| at(NIGHT) + minutes(from + lasts)),
        })
}

prop_compose! {
    fn world()(
        plan in plan(),
        primary in prop::sample::select(PEOPLE.to_vec()),
        secondary in prop::sample::select(PEOPLE.to_vec()),
        absences in prop::collection::vec(absence(), 0..3),
        gone in prop::option::of(0_usize..4),
    ) -> World {
        let mut world = World::new();
        world.rotas = vec![
            rota(21, Duty::Primary, Some(PAYMENTS), &[primary]),
            rota(22, Duty::Secondary, Some(PAYMENTS), &[secondary]),
        ];
        world.absences = absences;
        if let Some(gone) = gone {
            world.members.remove(gone);
        }
        world.plan = plan;
        world
    }
}

/// What somebody does, or how the clock goes on.
#[derive(Clone, Debug)]
enum Deed {
    Wait(i64),
    /// To the very instant at which something happens by itself.
    Next,
    Ask(PersonId, Asked),
}

#[derive(Clone, Copy, Debug)]
enum Asked {
    Acknowledge,
    Decline,
    Escalate,
    Buddy,
    HandOver(PersonId),
    NotNow(i64),
    Wake,
}

fn deed() -> impl Strategy<Value = Deed> {
    let person = || prop::sample::select(PEOPLE.to_vec());
    let asked = prop_oneof![
        3 => Just(Asked::Acknowledge),
        2 => Just(Asked::Decline),
        1 => Just(Asked::Escalate),
        1 => Just(Asked::Buddy),
        1 => person().prop_map(Asked::HandOver),
        1 => (1_i64..300).prop_map(Asked::NotNow),
        1 => Just(Asked::Wake),
    ];
    prop_oneof![
        2 => (0_i64..400).prop_map(Deed::Wait),
        4 => Just(Deed::Next),
        3 => (person(), asked).prop_map(|(person, asked)| Deed::Ask(person, asked)),
    ]
}

fn command(asked: Asked, now: Timestamp) -> Command {
    match asked {
        Asked::Acknowledge => Command::Acknowledge { way: Way::Link },
        Asked::Decline => Command::Decline { reason: None },
        Asked::Escalate => Command::Escalate,
        Asked::Buddy => Command::CallBuddy,
        Asked::HandOver(to) => Command::HandOver { to },
        Asked::NotNow(wait) => Command::NotNow {
            until: now + minutes(wait),
            reason: "Later".into(),
        },
        Asked::Wake => Command::Wake {
            reason: "It cannot wait".into(),
        },
    }
}

/// Whether somebody may be called at all: they are there, or nobody is.
fn may_be_called(world: &World, person: PersonId) -> bool {
    let is_member = |member: &Member| member.person == person;
    world.members.iter().any(is_member)
}

/// What has to hold of everything that happens by itself.
fn check(
    world: &World,
    page: &Page,
    events: &[Event],
    now: Timestamp,
) -> Result<(), TestCaseError> {
    for event in events {
        for person in called(event) {
            prop_assert!(
                may_be_called(world, person),
                "{person} cannot sign in: {event:?}"
            );
        }
        if let Event::Called { people, level, .. } = event {
            let level = world.plan.level(*level).unwrap();
            let on_duty = world.company().reached(&level.targets, Some(PAYMENTS), now);
            for person in people {
                prop_assert!(
                    on_duty.contains(person),
                    "{person} is not on call: {event:?}"
                );
                prop_assert!(!page.notes.declined.contains(person), "{person} said no");
            }
            prop_assert!(!people.is_empty());
        }
    }
    let company = world.company();
    let circumstances = world.circumstances(&company, now);
    prop_assert_eq!(page.due(&circumstances), None, "something is left undone");
    let next = page.next_at(&circumstances);
    match &page.state {
        State::Held { .. } | State::Calling { .. } | State::Asking { .. } => {
            prop_assert!(
                next.is_some_and(|next| next > now),
                "{:?} {next:?}",
                page.state
            );
        }
        State::Acknowledged { ask_at, .. } => {
            let helpers = &page.notes.helpers;
            let is_helped = helpers.iter().any(|helper| helper.since.is_some());
            prop_assert_eq!(next.is_some(), ask_at.is_some() || is_helped);
        }
        State::LastResort { people, .. } => {
            prop_assert!(!people.is_empty());
            prop_assert!(next.is_some_and(|next| next > now), "{next:?}");
        }
        State::Ended { .. } => prop_assert_eq!(next, None),
    }
    if matches!(page.state, State::Acknowledged { .. }) {
        let helpers: Vec<_> = page.notes.helpers.iter().map(|one| one.person).collect();
        prop_assert_eq!(page.callees(), helpers);
    }
    Ok(())
}

proptest! {
    /// Safety: whatever happens, only people who are on call and can answer are called, nothing is
    /// left undone, and a page that is open has a next time or an owner.
    #[test]
    fn nobody_is_called_who_should_not_be(
        world in world(),
        held in 0_i64..200,
        deeds in prop::collection::vec(deed(), 0..40),
    ) {
        let mut now = at(NIGHT);
        let mut page = page(now, now + minutes(held));
        let events = world.settle(&mut page, now);
        check(&world, &page, &events, now)?;
        for deed in deeds {
            let mut events = Vec::new();
            match deed {
                Deed::Wait(wait) => now += minutes(wait),
                Deed::Next => now = world.next_at(&page, now).unwrap_or(now),
                Deed::Ask(person, asked) => {
                    let company = world.company();
                    let circumstances = world.circumstances(&company, now);
                    let decided = page.decide(person, command(asked, now), &circumstances);
                    for event in decided.unwrap_or_default() {
                        page.apply(&event, None, now);
                        // What people ask for by name is theirs to answer for.
                        if !matches!(event, Event::HelpCalled { .. }) {
                            events.push(event);
                        }
                    }
                }
            }
            events.extend(world.settle(&mut page, now));
            check(&world, &page, &events, now)?;
        }
    }

    /// Liveness: when nobody answers, everybody is called in turn and then the last resort, within
    /// the time of the plan, and nobody more often than the plan says.
    #[test]
    fn silence_ends_at_the_last_resort_in_time(world in world(), held in 0_i64..200) {
        let mut now = at(NIGHT);
        let begun = now + minutes(held);
        let mut page = page(now, begun);
        let mut times: HashMap<(PersonId, u16, u8), u32> = HashMap::new();
        let round: i64 = world.plan.levels.iter().map(|level| level.acknowledge_seconds).sum();
        let limit = begun + jiff::SignedDuration::from_secs(round * i64::from(world.plan.rounds));
        for _ in 0..2_000 {
            for event in world.settle(&mut page, now) {
                if let Event::Called { people, level, round, because, .. } = &event
                    && *because != eider_domain::page::Because::Duty
                {
                    for person in people {
                        *times.entry((*person, *level, *round)).or_default() += 1;
                    }
                }
            }
            if matches!(page.state, State::LastResort { .. }) {
                break;
            }
            match world.next_at(&page, now) {
                Some(next) => now = next,
                None => break,
            }
        }
        prop_assert!(matches!(page.state, State::LastResort { .. }), "{:?}", page.state);
        prop_assert!(now <= limit, "{now} is after {limit}");
        prop_assert!(times.values().all(|count| *count == 1), "{times:?}");
    }

    /// What is stored is what was there.
    #[test]
    fn a_state_survives_storage(world in world(), deeds in prop::collection::vec(deed(), 0..20)) {
        let mut now = at(NIGHT);
        let mut page = page(now, now);
        world.settle(&mut page, now);
        for deed in deeds {
            match deed {
                Deed::Wait(wait) => now += minutes(wait),
                Deed::Next => now = world.next_at(&page, now).unwrap_or(now),
                Deed::Ask(person, asked) => {
                    let company = world.company();
                    let circumstances = world.circumstances(&company, now);
                    for event in page.decide(person, command(asked, now), &circumstances).unwrap_or_default() {
                        let json = serde_json::to_string(&event).unwrap();
                        prop_assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), &event);
                        page.apply(&event, None, now);
                    }
                }
            }
            world.settle(&mut page, now);
            let json = serde_json::to_string(&(&page.state, &page.notes)).unwrap();
            let (state, notes) = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(&page.state, &state);
            prop_assert_eq!(&page.notes, &notes);
        }
    }

    /// Tickets come and go, and the first of those that are left is the one that is told of.
    #[test]
    fn tickets_come_and_go(coming in prop::collection::vec(2_i64..50, 0..20)) {
        let now = at(NIGHT);
        let mut page = page(now, now);
        let mut there = vec![paged(1)];
        for number in coming {
            let one = paged(number);
            if let Some(place) = there.iter().position(|other| other.ticket == one.ticket) {
                there.remove(place);
                let how = eider_domain::page::Ending::Taken;
                page.apply(&Event::Left { how }, Some(one.ticket), now);
            } else {
                there.push(one);
                let Paged { number, rank, .. } = one;
                let with = number;
                page.apply(&Event::Joined { number, rank, with }, Some(one.ticket), now);
            }
            prop_assert_eq!(&page.tickets, &there);
            prop_assert_eq!(page.lead(), there.first());
        }
    }
}
