//! What becomes of a page when its ticket is given to somebody.

use eider_domain::{
    PageId, PersonId,
    page::{Course, Ending, Event, Page, Way, Wish, follow},
    priority::Rank,
    ticket::Command,
};
use uuid::Uuid;

use crate::{
    ADA, BEN, LIN, NIGHT, at,
    following::{act, calling, has_it_by, kinds, now, opened, then, wish},
    minutes, paged,
};

/// Somebody is called to have it from somebody else.
fn given_to(to: PersonId, by: PersonId) -> Event {
    Event::HelpCalled {
        people: vec![to],
        hand_over: true,
        by: Some(by),
    }
}

#[test]
fn giving_it_to_somebody_calls_them_and_the_giver_has_it_until_then() {
    let (mut ticket, _) = opened(Rank::P1);
    let facts = act(&mut ticket, LIN, Command::Assign { to: BEN });
    let course = follow(Some(&calling()), &ticket, &facts, now());
    assert!(matches!(
        kinds(&course)[..],
        [
            Event::Acknowledged { by: LIN, .. },
            Event::HelpCalled { hand_over: true, people, by: Some(LIN) }
        ] if *people == [BEN]
    ));
}

#[test]
fn one_of_several_that_is_given_to_somebody_is_handed_over_alone() {
    let mut page = calling();
    page.tickets.push(paged(2));
    let how = Ending::Retimed;
    let (mut ticket, _) = opened(Rank::P1);
    let facts = act(&mut ticket, LIN, Command::Assign { to: BEN });
    let its_own = [&has_it_by(LIN, Way::Ticket), &given_to(BEN, LIN)];
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(kinds(&course), [&Event::Left { how }]);
    assert_eq!(then(&course), its_own);
    // So it is with what somebody has; the others stay theirs.
    page.apply(&has_it_by(LIN, Way::Link), None, at(NIGHT));
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(kinds(&course), [&Event::Left { how }]);
    assert_eq!(
        then(&course),
        [&has_it_by(LIN, Way::Before), &given_to(BEN, LIN)]
    );
    // Whoever is called to have all of it is not called for one.
    page.apply(&given_to(BEN, LIN), None, at(NIGHT));
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(course, Course::default());
}

#[test]
fn what_is_given_one_after_another_is_one_call() {
    let there = PageId(Uuid::from_u128(77));
    let with_others = Wish {
        given_with: Some(there),
        ..now()
    };
    let how = Ending::Gathered;
    let (mut ticket, _) = opened(Rank::P1);
    let facts = act(&mut ticket, LIN, Command::Assign { to: BEN });
    for page in [None, Some(calling())] {
        let course = follow(page.as_ref(), &ticket, &facts, with_others);
        let comes_in = course.begin.as_ref().and_then(|begin| begin.with);
        assert_eq!(comes_in, Some(there));
        let ends = page.map(|_| Event::Ended { how });
        assert_eq!(kinds(&course), Vec::from_iter(&ends));
    }
    let mut page = calling();
    assert!(!page.is_given(LIN, LIN, BEN), "nobody has it");
    page.apply(&has_it_by(LIN, Way::Ticket), None, at(NIGHT));
    page.apply(&given_to(BEN, LIN), None, at(NIGHT));
    assert!(page.is_given(LIN, LIN, BEN));
    assert!(!page.is_given(LIN, ADA, BEN), "another hand");
    assert!(!page.is_given(ADA, LIN, BEN), "somebody else has it");
    assert!(!page.is_given(LIN, LIN, ADA), "another person");
    let missed = Event::HelpMissed {
        person: BEN,
        by: Some(LIN),
    };
    let mut late = page.clone();
    late.apply(&missed, None, at(NIGHT));
    assert!(!late.is_given(LIN, LIN, BEN), "they do not answer");
    page.apply(&given_to(ADA, LIN), None, at(NIGHT));
    assert_eq!(
        page.callees(),
        [ADA],
        "it can only be one who is to have it"
    );
}

#[test]
fn what_somebody_is_called_for_already_does_not_call_them_again() {
    for others in [vec![], vec![paged(2)]] {
        let (mut ticket, _) = opened(Rank::P1);
        let mut page = calling();
        page.tickets.extend(others);
        assert_eq!(page.callees(), [ADA]);
        let facts = act(&mut ticket, LIN, Command::Assign { to: ADA });
        let course = follow(Some(&page), &ticket, &facts, now());
        assert_eq!(course, Course::default());
    }
}

#[test]
fn what_somebody_else_has_stays_theirs_until_it_is_answered() {
    let (mut ticket, _) = opened(Rank::P1);
    let mut page = calling();
    page.tickets.push(paged(2));
    page.apply(&has_it_by(ADA, Way::Link), None, at(NIGHT));
    let facts = act(&mut ticket, LIN, Command::Assign { to: BEN });
    let course = follow(Some(&page), &ticket, &facts, now());
    let its_own = [&has_it_by(ADA, Way::Before), &given_to(BEN, LIN)];
    assert_eq!(then(&course), its_own);
}

#[test]
fn what_is_taken_back_or_begun_calls_nobody_any_more() {
    let (mut ticket, _) = opened(Rank::P1);
    let mut page = calling();
    page.apply(&has_it_by(LIN, Way::Ticket), None, at(NIGHT));
    page.apply(&given_to(BEN, LIN), None, at(NIGHT));
    act(&mut ticket, LIN, Command::Assign { to: BEN });
    let facts = act(&mut ticket.clone(), BEN, Command::Start);
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(kinds(&course), [&has_it_by(BEN, Way::Ticket)]);
    // Somebody who takes the ticket off them says nothing in their name.
    let facts = act(&mut ticket.clone(), LIN, Command::Release);
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(kinds(&course), [&has_it_by(LIN, Way::Ticket)]);
    // Whoever has it is asked where a third person did it.
    let until = at(NIGHT) + minutes(5);
    let asked = Event::AskedAgain { person: LIN, until };
    for command in [Command::Release, Command::Assign { to: LIN }] {
        let facts = act(&mut ticket.clone(), ADA, command);
        let course = follow(Some(&page), &ticket, &facts, now());
        assert_eq!(kinds(&course), [&Event::HandOverEnded, &asked]);
        let mut theirs = page.clone();
        for (_, event) in &course.events {
            theirs.apply(event, None, at(NIGHT));
        }
        assert_eq!(theirs.callees(), [LIN]);
    }
    // Whoever gives it back is called no more, and whoever asked for them hears of it.
    let facts = act(&mut ticket.clone(), BEN, Command::Release);
    let course = follow(Some(&page), &ticket, &facts, now());
    let declined = Event::Declined {
        by: BEN,
        reason: None,
    };
    assert_eq!(kinds(&course), [&declined]);
    assert_eq!(page.asker_of(BEN), Some(LIN));
    let mut refused = page.clone();
    refused.apply(&declined, None, at(NIGHT));
    assert_eq!(refused.callees(), []);
    assert_eq!(refused.notes.refused[0].by, Some(LIN));
    let facts = act(&mut ticket.clone(), LIN, Command::Assign { to: LIN });
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(kinds(&course), [&has_it_by(LIN, Way::Ticket)]);
    for (_, event) in &course.events {
        page.apply(event, None, at(NIGHT));
    }
    assert_eq!(page.callees(), []);
    // Out of several it has a page of its own, and they are still called for the others.
    page.apply(&given_to(BEN, LIN), None, at(NIGHT));
    page.tickets.push(paged(2));
    let course = follow(Some(&page), &ticket, &facts, now());
    let how = Ending::Taken;
    assert_eq!(kinds(&course), [&Event::Left { how }]);
    assert_eq!(then(&course), [&has_it_by(LIN, Way::Ticket)]);
    // So it is where they give one of them back, or it is assigned to whoever has it, who is asked.
    let how = Ending::Retimed;
    let facts = act(&mut ticket.clone(), BEN, Command::Release);
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(kinds(&course), [&Event::Left { how }]);
    assert_eq!(then(&course), [&has_it_by(LIN, Way::Before), &asked]);
    let facts = act(&mut ticket.clone(), ADA, Command::Assign { to: LIN });
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(kinds(&course), [&Event::Left { how }]);
    assert_eq!(then(&course), [&has_it_by(LIN, Way::Before), &asked]);
}

#[test]
fn what_whoever_is_asked_has_and_is_given_on_is_the_givers() {
    let (mut ticket, _) = opened(Rank::P1);
    let mut page = calling();
    page.tickets.push(paged(2));
    page.apply(&has_it_by(ADA, Way::Link), None, at(NIGHT));
    let until = at(NIGHT) + minutes(5);
    let asked = Event::AskedAgain { person: ADA, until };
    page.apply(&asked, None, at(NIGHT));
    let facts = act(&mut ticket, LIN, Command::Assign { to: BEN });
    let course = follow(Some(&page), &ticket, &facts, now());
    let its_own = [&has_it_by(LIN, Way::Ticket), &given_to(BEN, LIN)];
    assert_eq!(then(&course), its_own, "she may be asleep");
    page.tickets.truncate(1);
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(kinds(&course), its_own);
}

#[test]
fn what_is_given_at_night_and_can_wait_calls_nobody() {
    let morning = wish(Some(at(NIGHT) + minutes(480)));
    let (mut ticket, _) = opened(Rank::P2);
    let mut page = calling();
    page.apply(&has_it_by(ADA, Way::Link), None, at(NIGHT));
    let facts = act(&mut ticket, ADA, Command::Assign { to: BEN });
    let course = follow(Some(&page), &ticket, &facts, morning);
    assert_eq!(course, Course::default(), "it is hers until the morning");
    page.notes.reason = Some("Payroll runs tonight".into());
    let course = follow(Some(&page), &ticket, &facts, morning);
    assert_eq!(kinds(&course), [&given_to(BEN, ADA)], "it cannot wait");
}

#[test]
fn what_somebody_took_for_themselves_calls_whom_they_give_it_to() {
    let (mut ticket, _) = opened(Rank::P1);
    let several = Page {
        tickets: vec![paged(1), paged(2)],
        ..calling()
    };
    // Out of several it becomes a page of their own, so that they are asked again.
    let facts = act(&mut ticket, ADA, Command::Take);
    let course = follow(Some(&several), &ticket, &facts, now());
    let how = Ending::Taken;
    assert_eq!(kinds(&course), [&Event::Left { how }]);
    assert_eq!(then(&course), [&has_it_by(ADA, Way::Ticket)]);
    // Without any page, whom it is given to is called, and whoever gave it has it until then.
    let facts = act(&mut ticket, ADA, Command::Assign { to: BEN });
    let course = follow(None, &ticket, &facts, now());
    assert_eq!(
        then(&course),
        [&has_it_by(ADA, Way::Ticket), &given_to(BEN, ADA)]
    );
    // Nobody is called for what waits for the morning, is not worth it, or is theirs already.
    for calls_at in [Some(at(NIGHT) + minutes(480)), None] {
        let course = follow(None, &ticket, &facts, wish(calls_at));
        assert_eq!(course, Course::default());
    }
    let facts = act(&mut ticket, ADA, Command::Assign { to: ADA });
    assert_eq!(follow(None, &ticket, &facts, now()), Course::default());
}
