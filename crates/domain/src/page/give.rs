//! What becomes of the page of a ticket that somebody gives to somebody else.

use super::{
    Ending, Event, Page, State, Way,
    due::{LEAST_ASKING_SECONDS, later},
    follow::{Begin, Course, Happenings, Wish, had_by},
};
use crate::{PersonId, ticket::Ticket};

/// Somebody gave it to somebody who may not know of it: they are called, and whoever had it, or else
/// gave it, has it until they answer. What waits for hours calls nobody for that.
pub(super) fn handed(
    ticket: &Ticket,
    what: &Happenings,
    holder: Option<PersonId>,
    wish: Wish,
) -> Option<Begin> {
    let (to, by, at) = (what.given_to?, what.actor?, wish.calls_at?);
    if at > wish.now {
        return None;
    }
    let mut begin = match holder {
        Some(holder) => had_by(holder, Way::Before, ticket, wish)?,
        None => had_by(by, Way::Ticket, ticket, wish)?,
    };
    begin.then.push((Some(by), handed_to(to, by)));
    begin.with = wish.given_with;
    Some(begin)
}

/// To be given something is not to know of it: whoever had it, or else gave it, has it until they
/// answer. Out of several it has a page of its own, so that only what was given becomes theirs.
pub(super) fn given(
    page: &Page,
    ticket: &Ticket,
    what: &Happenings,
    to: PersonId,
    wish: Wish,
) -> Course {
    let (Some(actor), holder) = (what.actor, page.holder()) else {
        return Course::default();
    };
    // They may not know of what is held, so that somebody is called in the morning.
    if matches!(page.state, State::Held { .. }) {
        return Course::default();
    }
    if holder == Some(to) {
        return stays(page, ticket, what, wish);
    }
    // They are being called for it already, perhaps with everything else that it is about.
    let is_called = match holder {
        Some(holder) => page.is_given(holder, actor, to),
        None => page.is_calling(to),
    };
    if is_called {
        return Course::default();
    }
    let is_sole = page.tickets.len() == 1;
    let is_asked = matches!(page.state, State::Asking { by, .. } if by == actor);
    let has_it = Page::acknowledgement(actor, Way::Ticket, wish.ask_again_seconds, wish.now);
    // Whoever is asked whether they still have it may be asleep.
    let awake = holder.filter(|_| matches!(page.state, State::Acknowledged { .. }));
    let shows = (is_asked || (awake.is_none() && is_sole)).then_some(has_it);
    let has_company = !is_sole || wish.given_with.is_some();
    if let Some(begin) = handed(ticket, what, awake, wish).filter(|_| has_company) {
        let how = match begin.with {
            Some(_) => Ending::Gathered,
            None => Ending::Retimed,
        };
        let leaving = Course::leaving(page, how, Some(actor));
        let shown = shows.filter(|_| !is_sole).map(|event| (Some(actor), event));
        return Course {
            events: shown.into_iter().chain(leaving.events).collect(),
            begin: Some(begin),
        };
    }
    let is_called_now = wish.calls_at.is_some_and(|at| at <= wish.now);
    let cannot_wait = is_called_now || page.notes.reason.is_some();
    let calls = (is_sole && cannot_wait).then(|| handed_to(to, actor));
    Course::events(actor, shows.into_iter().chain(calls))
}

/// Whoever was called to have it gave the ticket back, or somebody took it off them.
pub(super) fn not_taken_over(
    page: &Page,
    ticket: &Ticket,
    what: &Happenings,
    by: PersonId,
    wish: Wish,
) -> Course {
    // Whoever leaves says nothing any more, and cannot take it either.
    let is_own = what.actor.is_none_or(|actor| actor == by);
    if is_own && page.tickets.len() == 1 {
        return Course::events(by, [Event::Declined { by, reason: None }]);
    }
    stays(page, ticket, what, wish)
}

/// Nobody is called any more to have it from whoever has it, who has it as before. They are asked
/// whether they do, unless they did it themselves: they thought that it would be somebody else's.
fn stays(page: &Page, ticket: &Ticket, what: &Happenings, wish: Wish) -> Course {
    let is_handed = page.notes.helpers.iter().any(|one| one.hand_over);
    let Some(holder) = page.holder().filter(|_| is_handed) else {
        return Course::default();
    };
    let knows = what.actor == Some(holder);
    let until = later(wish.now, LEAST_ASKING_SECONDS);
    let is_called_now = wish.calls_at.is_some_and(|at| at <= wish.now);
    let is_asked = !knows && is_called_now;
    let asked = is_asked.then_some(Event::AskedAgain {
        person: holder,
        until,
    });
    let asked = asked.map(|event| (what.actor, event));
    if page.tickets.len() > 1 {
        let begin = had_by(holder, Way::Before, ticket, wish).map(|mut begin| {
            begin.then.extend(asked);
            begin
        });
        return Course {
            begin,
            ..Course::leaving(page, Ending::Retimed, what.actor)
        };
    }
    let seconds = wish.ask_again_seconds;
    let has_it = Page::acknowledgement(holder, Way::Ticket, seconds, wish.now);
    let ended = if knows { has_it } else { Event::HandOverEnded };
    Course {
        events: [(what.actor, ended)].into_iter().chain(asked).collect(),
        begin: None,
    }
}

fn handed_to(to: PersonId, by: PersonId) -> Event {
    Event::HelpCalled {
        people: vec![to],
        hand_over: true,
        by: Some(by),
    }
}
