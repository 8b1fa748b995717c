//! What goes out as one call, and what does not.

use eider_domain::{
    PageId,
    page::{Command, Event, MAX_TICKETS, Page, State, Way, Why},
    priority::Rank,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{ADA, BEN, LIN, NIGHT, PAYMENTS, World, at, minutes, page, paged};

/// Another page of Payments, about T-2.
fn another(now: Timestamp, until: Timestamp) -> Page {
    Page {
        id: PageId(Uuid::from_u128(100)),
        tickets: vec![paged(2)],
        ..page(now, until)
    }
}

#[test]
fn what_comes_while_the_first_are_called_comes_in_unless_it_is_more_urgent() {
    let world = World::new();
    let now = at(NIGHT);
    let mut page = page(now, now);
    page.tickets[0].rank = Rank::P2;
    let squad = Some(PAYMENTS);
    let takes_in = |page: &Page, rank, at| page.takes_in(squad, rank, at, now);
    assert!(takes_in(&page, Rank::P1, now), "both go out with one call");
    world.settle(&mut page, now);
    assert!(takes_in(&page, Rank::P2, now));
    assert!(!takes_in(&page, Rank::P1, now), "it has to ring");
    assert!(!takes_in(&page, Rank::P2, now + minutes(480)), "it waits");
    assert!(
        !page.takes_in(None, Rank::P2, now, now),
        "others are called"
    );
    world.settle(&mut page, now + minutes(5));
    assert!(
        !takes_in(&page, Rank::P2, now),
        "somebody else is called now"
    );
}

#[test]
fn what_comes_after_somebody_could_not_has_a_call_of_its_own() {
    let world = World::new();
    let now = at(NIGHT);
    let mut page = page(now, now);
    world.settle(&mut page, now);
    let takes_in = |page: &Page| page.takes_in(Some(PAYMENTS), Rank::P2, now, now);
    assert!(takes_in(&page));
    let cannot = Event::Declined {
        by: BEN,
        reason: None,
    };
    page.apply(&cannot, None, now);
    assert!(!takes_in(&page), "Ben did not say that of what comes now");
    // Whom nothing reaches would be reached by no call of its own either.
    page.notes.out_of_reach.push(BEN);
    assert!(takes_in(&page));
}

#[test]
fn what_is_held_until_the_same_instant_comes_in() {
    let (now, morning) = (at(NIGHT), at("2026-03-02T09:00:00Z"));
    let mut page = page(now, morning);
    let takes_in = |page: &Page, at| page.takes_in(Some(PAYMENTS), Rank::P1, at, now);
    assert!(takes_in(&page, morning));
    assert!(!takes_in(&page, morning + minutes(60)));
    assert!(!takes_in(&page, now));
    for number in 2.. {
        if page.tickets.len() == MAX_TICKETS {
            break;
        }
        page.tickets.push(paged(number));
    }
    assert!(!takes_in(&page, morning), "it is full");
}

#[test]
fn what_is_released_together_is_one_call_unless_somebody_said_something_of_it() {
    let (now, morning) = (at(NIGHT), at("2026-03-02T09:00:00Z"));
    let (one, other) = (page(now, morning), another(now, morning));
    assert!(!one.takes_along(&other, now), "nothing is released yet");
    assert!(one.takes_along(&other, morning));
    let declined = Event::Declined {
        by: ADA,
        reason: None,
    };
    let mut refused = other.clone();
    refused.apply(&declined, None, now);
    assert!(!one.takes_along(&refused, morning), "Ada would be called");
    assert!(
        !refused.takes_along(&one, morning),
        "Ada would not be called"
    );
    let mut asked = other.clone();
    let woken = Event::Held {
        until: now,
        why: Why::Asked,
        reason: Some("The shop opens at six".into()),
        by: None,
    };
    asked.apply(&woken, None, now);
    assert!(
        !one.takes_along(&asked, morning),
        "the reason would be lost"
    );
    let mut theirs = other.clone();
    theirs.squad = None;
    assert!(!one.takes_along(&theirs, morning));
    let mut called = other;
    World::new().settle(&mut called, morning);
    assert!(!one.takes_along(&called, morning));
}

#[test]
fn what_is_put_off_calls_nobody_besides() {
    let world = World::new();
    let now = at(NIGHT);
    let mut page = page(now, now);
    world.settle(&mut page, now);
    let company = world.company();
    let circumstances = world.circumstances(&company, now);
    let not_now = Command::NotNow {
        until: now + minutes(60),
        reason: "It is the test shop".into(),
    };
    for (who, command) in [(ADA, Command::HandOver { to: LIN }), (BEN, not_now)] {
        for event in page.decide(who, command, &circumstances).unwrap() {
            page.apply(&event, None, now);
        }
    }
    assert_eq!(page.callees(), []);
}

#[test]
fn a_drill_is_over_when_somebody_answers() {
    let world = World::new();
    let now = at(NIGHT);
    let started = Event::Started {
        squad: Some(PAYMENTS),
        rank: Rank::P1,
        why: Why::Drill,
        until: now,
        reason: Some("The new rota".into()),
    };
    let mut drill = Page::start(PageId(Uuid::from_u128(7)), None, &started, now).unwrap();
    world.settle(&mut drill, now);
    assert_eq!(drill.callees(), [ADA]);
    assert_eq!(drill.notes.reason.as_deref(), Some("The new rota"));
    let company = world.company();
    let circumstances = world.circumstances(&company, now);
    let answer = Command::Acknowledge { way: Way::Voice };
    for event in drill.decide(ADA, answer, &circumstances).unwrap() {
        drill.apply(&event, None, now);
    }
    assert!(matches!(drill.state, State::Ended { .. }));
    assert_eq!(drill.notes.called[0].answered, Some((now, Way::Voice)));
    assert_eq!(world.next_at(&drill, now), None);
}
