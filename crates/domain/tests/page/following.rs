//! What becomes of a page when something happens to its ticket.

use eider_domain::{
    PageId, PersonId, SquadId,
    access::Actor,
    fact::Happened,
    page::{Course, Ending, Event, Page, State, Way, Why, Wish, follow},
    person::Role,
    priority::{Rank, ServiceLevels, defaults},
    ticket::{Change, Command, NewTicket, Report, Resolution, Situation, Ticket},
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{ADA, BEN, LIN, NIGHT, PAYMENTS, World, at, minutes, page, paged};

fn levels() -> ServiceLevels {
    ServiceLevels::new(&defaults(), &[]).unwrap()
}

fn opened(priority: Rank) -> (Ticket, Vec<Happened>) {
    let paged = paged(1);
    let new = NewTicket {
        id: paged.ticket,
        number: paged.number,
        title: "Cards are refused".into(),
        report: Report::default(),
        priority,
        feature: None,
        squad: Some(PAYMENTS),
        reporter: PersonId(Uuid::from_u128(50)),
    };
    let (ticket, fact) = Ticket::open(new, at(NIGHT));
    (ticket, vec![fact])
}

/// The facts of a command, which the ticket has afterwards.
fn act(ticket: &mut Ticket, person: PersonId, command: Command) -> Vec<Happened> {
    let actor = Actor {
        person,
        role: Role::Lead,
        squads: Vec::new(),
        scopes: None,
    };
    let situation = Situation {
        actor: Some(&actor),
        now: at(NIGHT),
    };
    let facts = ticket.decide(command, situation).unwrap();
    for fact in &facts {
        ticket.apply(fact, &levels());
    }
    facts
}

fn wish(calls_at: Option<Timestamp>) -> Wish {
    Wish {
        calls_at,
        ask_again_seconds: 3_600,
        unless_taken_at: Some(at(NIGHT) + minutes(60)),
        given_with: None,
        now: at(NIGHT),
    }
}

fn now() -> Wish {
    wish(Some(at(NIGHT)))
}

fn begin_of(course: &Course) -> Option<Timestamp> {
    course.begin.as_ref().map(|begin| begin.at)
}

/// What happens at once to the page that begins.
fn then(course: &Course) -> Vec<&Event> {
    let begin = course.begin.iter();
    begin
        .flat_map(|begin| &begin.then)
        .map(|(_, event)| event)
        .collect()
}

fn has_it_by(person: PersonId, way: Way) -> Event {
    Page::acknowledgement(person, way, now().ask_again_seconds, at(NIGHT))
}

fn kinds(course: &Course) -> Vec<&Event> {
    course.events.iter().map(|(_, event)| event).collect()
}

/// A page that calls Ada.
fn calling() -> Page {
    let mut page = page(at(NIGHT), at(NIGHT));
    World::new().settle(&mut page, at(NIGHT));
    page
}

#[test]
fn a_new_ticket_begins_one_and_nothing_else_does() {
    let (mut ticket, facts) = opened(Rank::P1);
    assert_eq!(
        begin_of(&follow(None, &ticket, &facts, now())),
        Some(at(NIGHT))
    );
    let none = follow(None, &ticket, &facts, wish(None));
    assert_eq!(none, Course::default());
    let facts = act(&mut ticket, ADA, Command::Follow);
    assert_eq!(follow(None, &ticket, &facts, now()), Course::default());
}

#[test]
fn raising_begins_one_and_lowering_does_not() {
    for (from, to, begins) in [(Rank::P3, Rank::P1, true), (Rank::P1, Rank::P2, false)] {
        let (mut ticket, _) = opened(from);
        let facts = act(&mut ticket, LIN, Command::Prioritise { to, reason: None });
        let course = follow(None, &ticket, &facts, now());
        assert_eq!(course.begin.is_some(), begins, "{from} to {to}");
    }
}

#[test]
fn what_somebody_took_when_it_was_less_urgent_begins_one() {
    let raised_by = |actor| {
        let (mut ticket, _) = opened(Rank::P3);
        act(&mut ticket, ADA, Command::Take);
        let raise = Command::Prioritise {
            to: Rank::P1,
            reason: None,
        };
        let facts = act(&mut ticket, actor, raise);
        (ticket, facts)
    };
    let (ticket, facts) = raised_by(LIN);
    let course = follow(None, &ticket, &facts, now());
    assert_eq!(begin_of(&course), Some(at(NIGHT)), "Ada may be asleep");
    let morning = wish(Some(at(NIGHT) + minutes(480)));
    let course = follow(None, &ticket, &facts, morning);
    assert_eq!(course, Course::default(), "it is hers in the morning");
    let (ticket, facts) = raised_by(ADA);
    assert_eq!(follow(None, &ticket, &facts, now()), Course::default());
}

#[test]
fn whoever_has_it_is_asked_when_it_is_raised() {
    let mut page = calling();
    let has_it = Page::acknowledgement(ADA, Way::Link, 0, at(NIGHT));
    page.apply(&has_it, None, at(NIGHT));
    let (mut ticket, _) = opened(Rank::P2);
    let raise = Command::Prioritise {
        to: Rank::P1,
        reason: None,
    };
    let facts = act(&mut ticket, LIN, raise);
    let course = follow(Some(&page), &ticket, &facts, now());
    assert!(matches!(
        kinds(&course)[..],
        [Event::AskedAgain { person: ADA, .. }]
    ));
    let (mut ticket, _) = opened(Rank::P2);
    let raise = Command::Prioritise {
        to: Rank::P1,
        reason: None,
    };
    let facts = act(&mut ticket, ADA, raise);
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(course, Course::default(), "she knows");
}

#[test]
fn what_is_held_and_given_to_somebody_or_only_seen_is_not_forgotten() {
    let held = page(at(NIGHT), at(NIGHT) + minutes(480));
    let (mut ticket, _) = opened(Rank::P2);
    let facts = act(&mut ticket, LIN, Command::Assign { to: BEN });
    let course = follow(Some(&held), &ticket, &facts, now());
    assert_eq!(course, Course::default(), "Ben may not know");
    let (mut ticket, _) = opened(Rank::P2);
    let facts = act(&mut ticket, LIN, Command::Acknowledge);
    let course = follow(Some(&held), &ticket, &facts, now());
    assert!(matches!(
        kinds(&course)[..],
        [Event::Acknowledged { by: LIN, .. }]
    ));
    let (mut ticket, _) = opened(Rank::P2);
    let facts = act(&mut ticket, BEN, Command::Take);
    let course = follow(Some(&held), &ticket, &facts, now());
    assert_eq!(kinds(&course), [&Event::Ended { how: Ending::Taken }]);
}

#[test]
fn what_was_reopened_begins_one_though_somebody_had_it() {
    let (mut ticket, _) = opened(Rank::P3);
    act(&mut ticket, ADA, Command::Take);
    let resolution = Resolution {
        cause: "A full disk".into(),
        how_known: "Cards work".into(),
        change: Change::No,
        customer_outcome: None,
        known_issue: None,
    };
    act(&mut ticket, ADA, Command::Resolve(resolution));
    let facts = act(&mut ticket, LIN, Command::Reopen { why: None });
    let course = follow(None, &ticket, &facts, now());
    assert_eq!(
        begin_of(&course),
        Some(at(NIGHT)),
        "whoever had it may be asleep"
    );
}

#[test]
fn taking_it_answers() {
    let (mut ticket, _) = opened(Rank::P1);
    let facts = act(&mut ticket, ADA, Command::Take);
    let course = follow(Some(&calling()), &ticket, &facts, now());
    assert!(matches!(
        kinds(&course)[..],
        [Event::Acknowledged { by: ADA, .. }]
    ));
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

/// Somebody is called to have it from somebody else.
fn given_to(to: PersonId, by: PersonId) -> Event {
    Event::HelpCalled {
        people: vec![to],
        hand_over: true,
        by: Some(by),
    }
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
fn one_of_several_that_somebody_takes_is_theirs_alone() {
    let mut page = calling();
    page.tickets.push(paged(2));
    let (mut ticket, _) = opened(Rank::P1);
    let facts = act(&mut ticket, BEN, Command::Take);
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(kinds(&course), [&Event::Left { how: Ending::Taken }]);
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
fn what_is_over_ends_it() {
    let (mut ticket, _) = opened(Rank::P1);
    let facts = act(
        &mut ticket,
        LIN,
        Command::Merge {
            into: paged(7).number,
        },
    );
    let mut page = calling();
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(
        kinds(&course),
        [&Event::Ended {
            how: Ending::Merged
        }]
    );
    page.tickets.push(paged(2));
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(
        kinds(&course),
        [&Event::Left {
            how: Ending::Merged
        }]
    );
}

#[test]
fn another_squad_has_a_page_of_its_own() {
    let (mut ticket, _) = opened(Rank::P1);
    let other = Some(SquadId(Uuid::from_u128(12)));
    let facts = act(&mut ticket, LIN, Command::ChangeSquad { to: other });
    let course = follow(Some(&calling()), &ticket, &facts, now());
    assert_eq!(kinds(&course), [&Event::Ended { how: Ending::Moved }]);
    assert_eq!(begin_of(&course), Some(at(NIGHT)));
    // What has an owner and nobody has answered calls there too; what somebody has stays theirs.
    act(&mut ticket, ADA, Command::Take);
    let back = Some(PAYMENTS);
    let facts = act(&mut ticket, LIN, Command::ChangeSquad { to: back });
    let mut theirs = Page {
        squad: other,
        ..calling()
    };
    let course = follow(Some(&theirs), &ticket, &facts, now());
    assert_eq!(begin_of(&course), Some(at(NIGHT)));
    let has_it = Page::acknowledgement(ADA, Way::Link, 0, at(NIGHT));
    theirs.apply(&has_it, None, at(NIGHT));
    let course = follow(Some(&theirs), &ticket, &facts, now());
    assert_eq!(then(&course), [&has_it_by(ADA, Way::Before)]);
    // Whoever is being asked whether they still have it is asked there too.
    let until = at(NIGHT) + minutes(5);
    let asked = Event::AskedAgain { person: ADA, until };
    theirs.apply(&asked, None, at(NIGHT));
    let course = follow(Some(&theirs), &ticket, &facts, now());
    assert_eq!(then(&course), [&has_it_by(ADA, Way::Before), &asked]);
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

#[test]
fn what_somebody_else_answers_is_theirs_and_not_its_owners() {
    let held = page(at(NIGHT), at(NIGHT) + minutes(480));
    let (mut ticket, _) = opened(Rank::P1);
    act(&mut ticket, LIN, Command::Assign { to: ADA });
    let facts = act(&mut ticket, LIN, Command::Start);
    let course = follow(Some(&held), &ticket, &facts, now());
    assert_eq!(kinds(&course), [&has_it_by(LIN, Way::Ticket)]);
    let facts = act(&mut ticket, ADA, Command::Wait { question: None });
    let course = follow(Some(&held), &ticket, &facts, now());
    let how = Ending::Taken;
    assert_eq!(kinds(&course), [&Event::Ended { how }]);
}

#[test]
fn what_is_held_is_released_by_raising_and_calling_ends_by_lowering() {
    let morning = at(NIGHT) + minutes(480);
    let held = page(at(NIGHT), morning);
    let (mut ticket, _) = opened(Rank::P2);
    let raise = Command::Prioritise {
        to: Rank::P1,
        reason: None,
    };
    let facts = act(&mut ticket, LIN, raise);
    let course = follow(Some(&held), &ticket, &facts, now());
    assert!(matches!(kinds(&course)[..], [Event::Held { until, .. }] if *until == at(NIGHT)));

    let (mut ticket, _) = opened(Rank::P1);
    let lower = Command::Prioritise {
        to: Rank::P3,
        reason: None,
    };
    let facts = act(&mut ticket, LIN, lower);
    let course = follow(Some(&calling()), &ticket, &facts, wish(None));
    assert_eq!(
        kinds(&course),
        [&Event::Ended {
            how: Ending::Lowered
        }]
    );
    let course = follow(Some(&calling()), &ticket, &facts, wish(Some(morning)));
    assert!(matches!(kinds(&course)[..], [Event::Held { until, .. }] if *until == morning));
}

#[test]
fn what_is_given_back_is_called_anew_without_them() {
    let (mut ticket, _) = opened(Rank::P1);
    act(&mut ticket, ADA, Command::Take);
    let mut page = calling();
    page.apply(
        &Page::acknowledgement(ADA, eider_domain::page::Way::Ticket, 0, at(NIGHT)),
        None,
        at(NIGHT),
    );
    let facts = act(&mut ticket, ADA, Command::Release);
    let course = follow(Some(&page), &ticket, &facts, now());
    for (_, event) in &course.events {
        page.apply(event, None, at(NIGHT));
    }
    World::new().settle(&mut page, at(NIGHT));
    assert_eq!(page.callees(), [BEN]);
    assert!(matches!(page.state, State::Calling { level: 2, .. }));
}

#[test]
fn a_monitor_that_says_seen_stops_calling_for_a_while() {
    let (mut ticket, _) = opened(Rank::P1);
    let situation = Situation {
        actor: None,
        now: at(NIGHT),
    };
    let facts = ticket.decide(Command::Acknowledge, situation).unwrap();
    for fact in &facts {
        ticket.apply(fact, &levels());
    }
    let held = |course: &Course| match kinds(course)[..] {
        [Event::Held { until, why, .. }] => Some((*until, *why)),
        _ => None,
    };
    let later = at(NIGHT) + minutes(60);
    let course = follow(Some(&calling()), &ticket, &facts, now());
    assert_eq!(held(&course), Some((later, Why::Seen)));
    // What waits for longer goes on waiting, and what somebody has stays theirs.
    let morning = page(at(NIGHT), at("2026-03-02T09:00:00Z"));
    let course = follow(Some(&morning), &ticket, &facts, now());
    assert_eq!(course, Course::default());
    let mut theirs = calling();
    let has_it = Page::acknowledgement(ADA, Way::Link, 3_600, at(NIGHT));
    theirs.apply(&has_it, None, at(NIGHT));
    let course = follow(Some(&theirs), &ticket, &facts, now());
    assert_eq!(course, Course::default());
    // One of several waits on its own.
    let mut several = calling();
    several.tickets.push(paged(2));
    let course = follow(Some(&several), &ticket, &facts, now());
    assert_eq!(
        kinds(&course),
        [&Event::Left {
            how: Ending::Retimed
        }]
    );
    assert_eq!(begin_of(&course), Some(later));
}
