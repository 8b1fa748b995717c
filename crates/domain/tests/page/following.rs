//! What becomes of a page when something happens to its ticket.

use eider_domain::{
    PersonId, SquadId,
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

pub(crate) fn opened(priority: Rank) -> (Ticket, Vec<Happened>) {
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
pub(crate) fn act(ticket: &mut Ticket, person: PersonId, command: Command) -> Vec<Happened> {
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

pub(crate) fn wish(calls_at: Option<Timestamp>) -> Wish {
    Wish {
        calls_at,
        ask_again_seconds: 3_600,
        unless_taken_at: Some(at(NIGHT) + minutes(60)),
        given_with: None,
        now: at(NIGHT),
    }
}

pub(crate) fn now() -> Wish {
    wish(Some(at(NIGHT)))
}

fn begin_of(course: &Course) -> Option<Timestamp> {
    course.begin.as_ref().map(|begin| begin.at)
}

/// What happens at once to the page that begins.
pub(crate) fn then(course: &Course) -> Vec<&Event> {
    let begin = course.begin.iter();
    begin
        .flat_map(|begin| &begin.then)
        .map(|(_, event)| event)
        .collect()
}

pub(crate) fn has_it_by(person: PersonId, way: Way) -> Event {
    Page::acknowledgement(person, way, now().ask_again_seconds, at(NIGHT))
}

pub(crate) fn kinds(course: &Course) -> Vec<&Event> {
    course.events.iter().map(|(_, event)| event).collect()
}

/// A page that calls Ada.
pub(crate) fn calling() -> Page {
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
fn one_of_several_that_somebody_takes_is_theirs_alone() {
    let mut page = calling();
    page.tickets.push(paged(2));
    let (mut ticket, _) = opened(Rank::P1);
    let facts = act(&mut ticket, BEN, Command::Take);
    let course = follow(Some(&page), &ticket, &facts, now());
    assert_eq!(kinds(&course), [&Event::Left { how: Ending::Taken }]);
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
