//! One level after another, until somebody answers.

use eider_domain::{
    AbsenceId, PersonId,
    page::{Because, Command, Event, Page, Refusal, State, Way},
    rota::{Absence, Duty},
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{ADA, BEN, LIN, NIGHT, PAYMENTS, ROOT, World, at, called, minutes, page, rota};

fn decide(
    world: &World,
    page: &mut Page,
    actor: PersonId,
    command: Command,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let company = world.company();
    let circumstances = world.circumstances(&company, now);
    let mut events = page.decide(actor, command, &circumstances)?;
    for event in &events {
        page.apply(event, None, now);
    }
    events.extend(page.settle(&circumstances));
    Ok(events)
}

const ACKNOWLEDGE: Command = Command::Acknowledge { way: Way::Link };

#[test]
fn primary_then_buddy_twice_over_then_the_last_resort() {
    let world = World::new();
    let begun = at(NIGHT);
    let mut page = page(begun, begun);
    let mut calls = Vec::new();
    let mut now = begun;
    loop {
        for event in world.settle(&mut page, now) {
            calls.push(((now.duration_since(begun)).as_mins(), called(&event)));
        }
        match world.next_at(&page, now) {
            Some(next) if next <= begun + minutes(80) => now = next,
            _ => break,
        }
    }
    assert_eq!(
        calls,
        [
            (0, vec![ADA]),
            (5, vec![BEN]),
            (10, vec![ADA]),
            (15, vec![BEN]),
            (20, vec![ROOT]),
            // Still nobody has answered.
            (50, vec![ROOT]),
            (80, vec![ROOT]),
        ]
    );
    assert!(
        page.is_unanswered(),
        "it is not over: somebody may still answer"
    );
    decide(&world, &mut page, LIN, ACKNOWLEDGE, now).unwrap();
    assert_eq!(page.holder(), Some(LIN));
}

#[test]
fn nobody_is_called_before_hours_start() {
    let world = World::new();
    let (now, morning) = (at(NIGHT), at("2026-03-02T09:00:00Z"));
    let mut page = page(now, morning);
    assert_eq!(world.settle(&mut page, now), []);
    assert_eq!(world.next_at(&page, now), Some(morning));
    let wake = Command::Wake {
        reason: "The shop opens at six".into(),
    };
    let events = decide(&world, &mut page, LIN, wake.clone(), now).unwrap();
    assert_eq!(called(&events[1]), [ADA]);
    assert_eq!(
        decide(&world, &mut page, LIN, wake, now),
        Err(Refusal::Calling)
    );
}

#[test]
fn after_an_acknowledgement_nobody_is_called() {
    let world = World::new();
    let begun = at(NIGHT);
    let mut page = page(begun, begun);
    world.settle(&mut page, begun);
    let now = begun + minutes(2);
    decide(&world, &mut page, ADA, ACKNOWLEDGE, now).unwrap();
    assert_eq!(page.callees(), []);
    let again = decide(&world, &mut page, ADA, ACKNOWLEDGE, now);
    assert_eq!(again, Ok(Vec::new()), "twice is once");
    let other = decide(&world, &mut page, BEN, ACKNOWLEDGE, now);
    assert_eq!(other, Err(Refusal::Taken));
    assert_eq!(world.settle(&mut page, now + minutes(59)), []);
}

#[test]
fn whoever_has_it_is_asked_again_and_then_it_is_nobodys() {
    let world = World::new();
    let begun = at(NIGHT);
    let mut page = page(begun, begun);
    world.settle(&mut page, begun);
    decide(&world, &mut page, ADA, ACKNOWLEDGE, begun).unwrap();
    let asked = begun + minutes(60);
    assert_eq!(world.next_at(&page, begun), Some(asked));
    let events = world.settle(&mut page, asked);
    assert_eq!(called(&events[0]), [ADA]);
    let mut answered = page.clone();
    decide(&world, &mut answered, ADA, ACKNOWLEDGE, asked + minutes(1)).unwrap();
    assert_eq!(answered.holder(), Some(ADA));
    assert_eq!(answered.callees(), []);
    let silent = asked + minutes(5);
    let events = world.settle(&mut page, silent);
    assert!(matches!(
        events[0],
        Event::Unacknowledged { person: ADA, .. }
    ));
    assert_eq!(called(&events[1]), [ADA], "calling begins anew");
}

#[test]
fn whoever_works_on_it_is_not_asked() {
    let world = World::new();
    let begun = at(NIGHT);
    let mut page = page(begun, begun);
    world.settle(&mut page, begun);
    decide(&world, &mut page, ADA, ACKNOWLEDGE, begun).unwrap();
    let company = world.company();
    let mut circumstances = world.circumstances(&company, begun + minutes(60));
    circumstances.active_at = Some(begun + minutes(50));
    assert_eq!(page.due(&circumstances), None);
    assert_eq!(page.next_at(&circumstances), Some(begun + minutes(110)));
    circumstances.active_at = None;
    circumstances.is_resting = true;
    assert_eq!(page.due(&circumstances), None, "it waits for its reporter");
    circumstances.is_resting = false;
    circumstances.calls_at = begun + minutes(300);
    assert_eq!(page.due(&circumstances), None, "it is not worth waking for");
    assert_eq!(page.next_at(&circumstances), Some(begun + minutes(300)));
}

#[test]
fn who_cannot_is_followed_by_the_next_at_once() {
    let world = World::new();
    let begun = at(NIGHT);
    let mut page = page(begun, begun);
    world.settle(&mut page, begun);
    let decline = Command::Decline { reason: None };
    let now = begun + minutes(1);
    assert_eq!(
        decide(&world, &mut page, LIN, decline.clone(), now),
        Err(Refusal::NotCalled)
    );
    let events = decide(&world, &mut page, ADA, decline, now).unwrap();
    assert!(matches!(
        events[1],
        Event::Called {
            because: Because::Declined,
            level: 2,
            ..
        }
    ));
    assert_eq!(called(&events[1]), [BEN]);
    // Round two passes over Ada.
    let later = now + minutes(5);
    let events = world.settle(&mut page, later);
    assert_eq!(called(&events[0]), [BEN]);
    // Of what is handed to her since then, she says it anew.
    decide(&world, &mut page, BEN, ACKNOWLEDGE, later).unwrap();
    let hand_over = Command::HandOver { to: ADA };
    decide(&world, &mut page, BEN, hand_over, later).unwrap();
    assert_eq!(page.callees(), [ADA]);
    let decline = Command::Decline { reason: None };
    decide(&world, &mut page, ADA, decline, later).unwrap();
    assert_eq!(page.callees(), []);
    assert_eq!(page.holder(), Some(BEN));
}

#[test]
fn the_next_level_can_be_asked_for() {
    let world = World::new();
    let begun = at(NIGHT);
    let mut page = page(begun, begun);
    let early = decide(&world, &mut page, ADA, Command::Escalate, begun);
    assert_eq!(early, Err(Refusal::NotCalling), "nobody is called yet");
    world.settle(&mut page, begun);
    decide(&world, &mut page, ADA, ACKNOWLEDGE, begun).unwrap();
    let events = decide(&world, &mut page, ADA, Command::Escalate, begun).unwrap();
    assert_eq!(called(&events[0]), [BEN]);
    assert_eq!(page.holder(), None, "it is on its way to somebody else");
}

#[test]
fn whoever_has_what_fires_again_is_asked_unless_they_are_at_it() {
    let world = World::new();
    let begun = at(NIGHT);
    let mut page = page(begun, begun);
    world.settle(&mut page, begun);
    decide(&world, &mut page, ADA, ACKNOWLEDGE, begun).unwrap();
    let company = world.company();
    let asked = |page: &Page, now| page.fires_again(&world.circumstances(&company, now));
    assert_eq!(asked(&page, begun + minutes(29)), None, "she is at it");
    let again = asked(&page, begun + minutes(30)).unwrap();
    assert!(matches!(again, Event::AskedAgain { person: ADA, .. }));
    page.apply(&again, None, begun + minutes(30));
    assert_eq!(
        asked(&page, begun + minutes(31)),
        None,
        "she is being asked"
    );
    // It was over before she answered; hours later she is asked anew.
    assert!(asked(&page, begun + minutes(200)).is_some());
}

#[test]
fn whoever_is_called_last_has_nobody_to_ask_for() {
    let world = World::new();
    let begun = at(NIGHT);
    let mut page = page(begun, begun);
    let mut now = begun;
    while !matches!(page.state, State::LastResort { .. }) {
        world.settle(&mut page, now);
        now = world.next_at(&page, now).unwrap();
    }
    decide(&world, &mut page, ROOT, ACKNOWLEDGE, now).unwrap();
    let refused = decide(&world, &mut page, ROOT, Command::Escalate, now);
    assert_eq!(refused, Err(Refusal::NobodyBeyond));
    assert_eq!(page.holder(), Some(ROOT), "nobody takes it from them");
}

#[test]
fn a_buddy_comes_besides() {
    let world = World::new();
    let begun = at(NIGHT);
    let mut page = page(begun, begun);
    world.settle(&mut page, begun);
    decide(&world, &mut page, ADA, ACKNOWLEDGE, begun).unwrap();
    let events = decide(&world, &mut page, ADA, Command::CallBuddy, begun).unwrap();
    assert_eq!(called(&events[0]), [BEN]);
    assert!(page.is_calling(BEN));
    let twice = decide(&world, &mut page, ADA, Command::CallBuddy, begun);
    assert_eq!(twice, Err(Refusal::Calling));
    decide(&world, &mut page, BEN, ACKNOWLEDGE, begun).unwrap();
    assert_eq!(page.holder(), Some(ADA), "it stays hers");
    assert!(!page.is_calling(BEN));
}

#[test]
fn it_is_anothers_only_when_they_answer() {
    let world = World::new();
    let begun = at(NIGHT);
    let mut page = page(begun, begun);
    world.settle(&mut page, begun);
    decide(&world, &mut page, ADA, ACKNOWLEDGE, begun).unwrap();
    decide(&world, &mut page, ADA, Command::HandOver { to: LIN }, begun).unwrap();
    assert_eq!((page.holder(), page.is_calling(LIN)), (Some(ADA), true));
    decide(&world, &mut page, LIN, ACKNOWLEDGE, begun).unwrap();
    assert_eq!((page.holder(), page.is_calling(LIN)), (Some(LIN), false));
}

#[test]
fn a_handover_of_duty_calls_whoever_comes_on() {
    let mut world = World::new();
    // Ada until Monday at nine, Lin from then on.
    world.rotas[0] = rota(21, Duty::Primary, Some(PAYMENTS), &[LIN, ADA]);
    world.plan.levels[0].acknowledge_seconds = 3_600;
    let begun = at("2026-03-02T08:30:00Z");
    let mut page = page(begun, begun);
    let events = world.settle(&mut page, begun);
    assert_eq!(called(&events[0]), [ADA]);
    let handover = at("2026-03-02T09:00:00Z");
    assert_eq!(world.next_at(&page, begun), Some(handover));
    let events = world.settle(&mut page, handover);
    assert_eq!(called(&events[0]), [LIN]);
    assert!(!page.is_calling(ADA), "she is not on call any more");
    let State::Calling { since, until, .. } = page.state else {
        panic!("{:?}", page.state)
    };
    assert_eq!((since, until), (begun, begun + minutes(60)));
}

#[test]
fn a_level_without_anybody_is_passed_over_at_once() {
    let mut world = World::new();
    world.absences.push(Absence {
        id: AbsenceId(Uuid::from_u128(5)),
        person: ADA,
        from: at("2026-03-01T00:00:00Z"),
        until: Some(at("2026-03-09T00:00:00Z")),
    });
    let begun = at(NIGHT);
    let mut first = page(begun, begun);
    let events = world.settle(&mut first, begun);
    assert!(matches!(&events[0], Event::Called { empty, level: 2, .. } if *empty == [1]));
    assert_eq!(called(&events[0]), [BEN]);
    world.rotas.clear();
    let mut second = page(begun, begun);
    let events = world.settle(&mut second, begun);
    assert!(matches!(&events[0], Event::LastResortCalled { empty, .. } if *empty == [1, 2]));
    assert_eq!(called(&events[0]), [ROOT]);
    assert_eq!(events.len(), 1);
}

#[test]
fn a_clock_that_jumps_calls_one_level_not_all() {
    let world = World::new();
    let begun = at(NIGHT);
    let mut page = page(begun, begun);
    world.settle(&mut page, begun);
    let later = begun + minutes(600);
    let events = world.settle(&mut page, later);
    assert_eq!(events.len(), 1);
    assert_eq!(called(&events[0]), [BEN]);
    assert_eq!(world.next_at(&page, later), Some(later + minutes(5)));
}

#[test]
fn not_now_is_for_a_while() {
    let world = World::new();
    let begun = at(NIGHT);
    let mut page = page(begun, begun);
    world.settle(&mut page, begun);
    let morning = at("2026-03-02T09:00:00Z");
    let not_now = |until| Command::NotNow {
        until,
        reason: "It is a test system".into(),
    };
    let late = decide(
        &world,
        &mut page,
        ADA,
        not_now(at("2026-03-09T09:00:00Z")),
        begun,
    );
    assert_eq!(late, Err(Refusal::TooLong));
    decide(&world, &mut page, ADA, not_now(morning), begun).unwrap();
    assert_eq!(page.callees(), []);
    assert_eq!(world.next_at(&page, begun), Some(morning));
    let events = world.settle(&mut page, morning);
    assert_eq!(called(&events[0]), [ADA]);
}

#[test]
fn over_is_over() {
    let world = World::new();
    let begun = at(NIGHT);
    let mut page = page(begun, begun);
    world.settle(&mut page, begun);
    decide(&world, &mut page, ADA, Command::CallOff, begun).unwrap();
    assert_eq!((page.callees(), page.is_open()), (Vec::new(), false));
    assert_eq!(world.next_at(&page, begun), None);
    let late = decide(&world, &mut page, ADA, ACKNOWLEDGE, begun);
    assert_eq!(late, Err(Refusal::Over));
}

#[test]
fn a_wait_that_a_clock_began_in_the_future_is_as_long_as_it_was_to_be() {
    let world = World::new();
    let (right, hours) = (at(NIGHT), minutes(240));
    let ahead = right + hours;
    let mut page = page(ahead, ahead);
    // It was to be called at once, and a clock that is right by less than a minute changes nothing.
    let nearly = ahead - minutes(1);
    assert_eq!(world.settle(&mut page.clone(), nearly), []);
    let events = world.settle(&mut page.clone(), right);
    assert_eq!(events[0], Event::ClockPutRight { until: right });
    assert_eq!(called(&events[1]), [ADA]);

    world.settle(&mut page, ahead);
    assert_eq!(world.settle(&mut page.clone(), nearly), []);
    let until = right + minutes(5);
    let put_right = Event::ClockPutRight { until };
    assert_eq!(world.settle(&mut page, right), [put_right]);
    assert_eq!(world.next_at(&page, right), Some(until));
    assert_eq!(world.settle(&mut page, right), [], "once is enough");
    let next = world.settle(&mut page, until);
    assert_eq!(called(&next[0]), [BEN]);

    // Whoever has it is asked in time, and has their time to answer.
    decide(&world, &mut page, BEN, ACKNOWLEDGE, until + hours).unwrap();
    let put_right = Event::ClockPutRight {
        until: until + minutes(60),
    };
    assert_eq!(world.settle(&mut page, until), [put_right]);
    world.settle(&mut page, until + minutes(60) + hours);
    let back = until + minutes(61);
    world.settle(&mut page, back);
    assert_eq!(world.next_at(&page, back), Some(back + minutes(5)));

    // What is held until a time of day is held until then.
    let (night, morning) = (at(NIGHT), at("2026-03-02T09:00:00Z"));
    let mut held = crate::page(night + minutes(180), morning);
    assert_eq!(world.settle(&mut held, night), []);
}
