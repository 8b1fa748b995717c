//! What becomes of a page when something happened to its ticket.

use jiff::Timestamp;

use super::{
    Ending, Event, Page, State, Way, Why,
    due::{LEAST_ASKING_SECONDS, later},
    give::{given, handed, not_taken_over},
};
use crate::{
    PageId, PersonId,
    fact::{Fact, Happened},
    ticket::{StatusKind, Ticket},
};

/// Whether and when people would be called for a ticket as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// From when people are called; nothing when nobody is.
    pub calls_at: Option<Timestamp>,
    /// After how many seconds whoever has it is asked again.
    pub ask_again_seconds: i64,
    /// From when people are called when a monitor says that somebody has seen it and nobody takes it
    /// here: after as long as they would have been asked again, and within hours.
    pub unless_taken_at: Option<Timestamp>,
    /// The page that whoever it is given to is called for already by the same hand, so that it comes
    /// in there instead of calling them once more.
    pub given_with: Option<PageId>,
    /// The present instant.
    pub now: Timestamp,
}

/// What becomes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// What happens to the page that it has, each with who did it.
    pub events: Vec<(Option<PersonId>, Event)>,
    /// A page begins for it, or it comes into one that is there.
    pub begin: Option<Begin>,
}

/// A page that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    /// When people are called.
    pub at: Timestamp,
    /// Why.
    pub why: Why,
    /// Who did what it begins by.
    pub actor: Option<PersonId>,
    /// What happens to it at once, each with who did it: somebody has it already, so that nobody is
    /// called, and it joins no other page.
    pub then: Vec<(Option<PersonId>, Event)>,
    /// The page that it comes into instead, if that still takes it in.
    pub with: Option<PageId>,
}

/// What happened, as far as it matters here.
#[derive(Default)]
pub(super) struct Happenings {
    /// Why people might have to be called, and who did it.
    pub(super) trigger: Option<(Why, Option<PersonId>)>,
    /// Whether somebody showed that they see to it.
    pub(super) is_answered: bool,
    /// Who took it for themselves.
    pub(super) taken_by: Option<PersonId>,
    /// To whom somebody else gave it. They may not know yet.
    pub(super) given_to: Option<PersonId>,
    /// Who gave it back.
    pub(super) given_back_by: Option<PersonId>,
    pub(super) has_moved_squad: bool,
    pub(super) is_reprioritised: bool,
    pub(super) actor: Option<PersonId>,
}

/// What becomes of the page of `ticket`, which is as the `facts` made it. `page` is the open one that
/// it is in.
pub fn follow(page: Option<&Page>, ticket: &Ticket, facts: &[Happened], wish: Wish) -> Course {
    let what = happenings(ticket, facts);
    let Some(page) = page else {
        let begin = beginning(ticket, &what, wish);
        return Course {
            begin: begin.or_else(|| handed(ticket, &what, None, wish)),
            ..Course::default()
        };
    };
    if let Some(how) = over(ticket) {
        return Course::leaving(page, how, what.actor);
    }
    if what.has_moved_squad && page.squad != ticket.squad {
        let begin = beginning(ticket, &what, wish);
        return Course {
            begin: begin.or_else(|| goes_on(page, ticket, &what, wish)),
            ..Course::leaving(page, Ending::Moved, what.actor)
        };
    }
    if what.given_back_by.is_some() && page.holder() == what.given_back_by {
        return given_back(page, ticket, &what, wish);
    }
    if let Some(by) = what.given_back_by.filter(|by| page.is_handed_to(*by)) {
        return not_taken_over(page, ticket, &what, by, wish);
    }
    if what.is_answered {
        return answered(page, ticket, &what, wish);
    }
    if what.is_reprioritised {
        return reprioritised(page, ticket, &what, wish);
    }
    Course::default()
}

fn happenings(ticket: &Ticket, facts: &[Happened]) -> Happenings {
    let mut what = Happenings::default();
    for happened in facts {
        let actor = happened.actor;
        let mut trigger = |why| {
            what.trigger.get_or_insert((why, actor));
        };
        match &happened.fact {
            Fact::TicketOpened { .. } => trigger(Why::Opened),
            Fact::TicketMoved { to, .. } if *to == StatusKind::Reopened => trigger(Why::Reopened),
            // A reporter who answers a question has not begun to work on it.
            Fact::TicketMoved { to, .. }
                if to.is_open() && *to != StatusKind::New && actor != Some(ticket.reporter) =>
            {
                what.is_answered = true;
            }
            Fact::OwnerChanged { to: Some(to), .. } => {
                what.is_answered = true;
                if actor == Some(*to) {
                    what.taken_by = actor;
                } else {
                    what.given_to = Some(*to);
                }
            }
            Fact::OwnerChanged { from, to: None } => {
                trigger(Why::GivenBack);
                what.given_back_by = *from;
            }
            Fact::PriorityChanged { from, to, .. } => {
                // Rank 1 is the most urgent.
                if to < from {
                    trigger(Why::Raised);
                }
                what.is_reprioritised = true;
            }
            Fact::SquadChanged { .. } => {
                trigger(Why::Moved);
                what.has_moved_squad = true;
            }
            _ => continue,
        }
        what.actor = what.actor.or(actor);
    }
    what
}

/// Why nobody has to do anything on it any more.
fn over(ticket: &Ticket) -> Option<Ending> {
    match ticket.status.kind() {
        StatusKind::Resolved => Some(Ending::Resolved),
        StatusKind::Closed => Some(Ending::Closed),
        StatusKind::Merged => Some(Ending::Merged),
        _ => None,
    }
}

/// Nobody sees to it: it is open and nobody has it, or whoever had it before it was reopened may be
/// asleep.
fn needs_somebody(ticket: &Ticket) -> bool {
    match ticket.status.kind() {
        StatusKind::Reopened => true,
        StatusKind::WaitingForReporter => false,
        kind => kind.is_open() && ticket.owner.is_none(),
    }
}

/// Whoever has it took it when it was less urgent, and may be asleep by now. If they raised it
/// themselves, they know; and what waits for hours is theirs when these start.
fn is_graver(ticket: &Ticket, begin: &Begin, wish: Wish) -> bool {
    let is_theirs = begin.actor.is_some() && begin.actor == ticket.owner;
    begin.why == Why::Raised && ticket.status.kind().is_open() && !is_theirs && begin.at <= wish.now
}

fn beginning(ticket: &Ticket, what: &Happenings, wish: Wish) -> Option<Begin> {
    let (why, actor) = what.trigger?;
    let at = wish.calls_at?;
    let begin = Begin::calling(at, why, actor);
    (needs_somebody(ticket) || is_graver(ticket, &begin, wish)).then_some(begin)
}

/// What nobody had answered calls in another squad too, though it has an owner: they may not know.
/// Whoever had answered has it there too.
fn goes_on(page: &Page, ticket: &Ticket, what: &Happenings, wish: Wish) -> Option<Begin> {
    let at = wish.calls_at?;
    let Some(holder) = page.holder() else {
        return Some(Begin::calling(at, Why::Moved, what.actor));
    };
    let mut begin = had_by(holder, Way::Before, ticket, wish)?;
    // Who has not said yet that they still have it is asked anew.
    if let State::Asking { .. } = page.state {
        let until = later(wish.now, LEAST_ASKING_SECONDS);
        let asked = Event::AskedAgain {
            person: holder,
            until,
        };
        begin.then.push((None, asked));
    }
    Some(begin)
}

/// A page that `holder` has from its beginning, where people would be called for its ticket: they are
/// asked again as anybody who acknowledged one.
pub(super) fn had_by(holder: PersonId, way: Way, ticket: &Ticket, wish: Wish) -> Option<Begin> {
    let is_worth_it = wish.calls_at.is_some() && ticket.status.kind().is_open();
    is_worth_it.then(|| {
        let seconds = wish.ask_again_seconds;
        let has_it = Page::acknowledgement(holder, way, seconds, wish.now);
        Begin {
            then: vec![(Some(holder), has_it)],
            ..Begin::calling(wish.now, Why::Had, Some(holder))
        }
    })
}

/// Whoever had it gave it back, and nobody has it: calling begins anew, without them.
fn given_back(page: &Page, ticket: &Ticket, what: &Happenings, wish: Wish) -> Course {
    let (Some(by), Some(at)) = (what.given_back_by, wish.calls_at) else {
        return Course::leaving(page, Ending::Lowered, what.actor);
    };
    if page.tickets.len() > 1 {
        return Course {
            begin: beginning(ticket, what, wish),
            ..Course::leaving(page, Ending::Retimed, what.actor)
        };
    }
    let declined = Event::Declined { by, reason: None };
    let mut events = vec![(what.actor.or(Some(by)), declined)];
    if at > wish.now {
        let held = Event::Held {
            until: at,
            why: Why::GivenBack,
            reason: None,
            by: None,
        };
        events.push((None, held));
    }
    Course {
        events,
        begin: None,
    }
}

/// Somebody took it, gave it to somebody, or showed in another way that they see to it.
fn answered(page: &Page, ticket: &Ticket, what: &Happenings, wish: Wish) -> Course {
    let Some(actor) = what.actor else {
        return seen(page, ticket, wish);
    };
    if let Some(to) = what.given_to {
        return given(page, ticket, what, to, wish);
    }
    let is_sole = page.tickets.len() == 1;
    let has_it = Page::acknowledgement(actor, Way::Ticket, wish.ask_again_seconds, wish.now);
    // Out of several it has a page of its own, which is theirs.
    let theirs = || Course {
        begin: had_by(actor, Way::Ticket, ticket, wish),
        ..Course::leaving(page, Ending::Taken, Some(actor))
    };
    match page.state {
        // What waits for the morning is not asked about at night once whoever has it shows that they do.
        State::Held { .. } if ticket.owner == Some(actor) => {
            Course::leaving(page, Ending::Taken, Some(actor))
        }
        State::Held { .. } if is_sole => Course::events(actor, [has_it]),
        State::Held { .. } => Course::default(),
        State::Acknowledged { by, .. } | State::Asking { by, .. } => {
            let is_asked = matches!(page.state, State::Asking { .. });
            // Whoever takes it back, or has begun with it, is called no more, and nobody else is for it.
            let is_theirs_now = match what.taken_by {
                Some(_) => by != actor || page.notes.helpers.iter().any(|one| one.hand_over),
                None => page.is_handed_to(actor),
            };
            match is_theirs_now {
                true if !is_sole => theirs(),
                true => Course::events(actor, [has_it]),
                false if by == actor && is_asked => Course::events(actor, [has_it]),
                false => Course::default(),
            }
        }
        _ if is_sole => Course::events(actor, [has_it]),
        _ => theirs(),
    }
}

/// A monitor says that somebody has seen it, and not who. There is nobody who could be asked whether
/// they still have it, so calling waits for as long as they would have, and then goes on.
fn seen(page: &Page, ticket: &Ticket, wish: Wish) -> Course {
    let Some(at) = wish.unless_taken_at else {
        return Course::default();
    };
    let why = Why::Seen;
    match page.state {
        State::Held { until } if until >= at => Course::default(),
        State::Acknowledged { .. } | State::Asking { .. } => Course::default(),
        _ if page.tickets.len() > 1 => Course {
            begin: {
                let begin = || Begin::calling(at, why, None);
                ticket.status.kind().is_open().then(begin)
            },
            ..Course::leaving(page, Ending::Retimed, None)
        },
        _ => Course {
            events: vec![(
                None,
                Event::Held {
                    until: at,
                    why,
                    reason: None,
                    by: None,
                },
            )],
            begin: None,
        },
    }
}

/// It is more or less urgent than it was.
fn reprioritised(page: &Page, ticket: &Ticket, what: &Happenings, wish: Wish) -> Course {
    let now = wish.now;
    if page.holder().is_some() {
        return asked_of_holder(page, what, wish);
    }
    let Some(at) = wish.calls_at else {
        return Course::leaving(page, Ending::Lowered, what.actor);
    };
    let (why, begins_anew) = match (&page.state, what.trigger) {
        (State::Held { until }, _) if at < *until => (Why::Raised, true),
        (State::LastResort { .. }, Some((Why::Raised, _))) => (Why::Raised, true),
        (State::Calling { .. } | State::LastResort { .. }, _) if at > now => (Why::Lowered, true),
        _ => (Why::Raised, false),
    };
    if !begins_anew {
        return Course::default();
    }
    if page.tickets.len() == 1 {
        let held = Event::Held {
            until: at,
            why,
            reason: None,
            by: None,
        };
        return Course {
            events: vec![(what.actor, held)],
            begin: None,
        };
    }
    let begin = Begin::calling(at, why, what.actor);
    Course {
        begin: ticket.status.kind().is_open().then_some(begin),
        ..Course::leaving(page, Ending::Retimed, what.actor)
    }
}

/// Whoever has it acknowledged it when it was less urgent: they are asked whether they still have
/// it, unless they raised it themselves.
fn asked_of_holder(page: &Page, what: &Happenings, wish: Wish) -> Course {
    let is_raised = matches!(what.trigger, Some((Why::Raised, _)));
    let is_called_now = wish.calls_at.is_some_and(|at| at <= wish.now);
    match page.state {
        State::Acknowledged { by, .. } if is_raised && is_called_now && what.actor != Some(by) => {
            let until = later(wish.now, LEAST_ASKING_SECONDS);
            Course {
                events: vec![(what.actor, Event::AskedAgain { person: by, until })],
                begin: None,
            }
        }
        _ => Course::default(),
    }
}

impl Begin {
    /// People are called.
    fn calling(at: Timestamp, why: Why, actor: Option<PersonId>) -> Self {
        Self {
            at,
            why,
            actor,
            then: Vec::new(),
            with: None,
        }
    }
}

impl Course {
    pub(super) fn events(by: PersonId, events: impl IntoIterator<Item = Event>) -> Self {
        Self {
            events: events.into_iter().map(|event| (Some(by), event)).collect(),
            begin: None,
        }
    }

    /// The ticket goes; a page without any other is over.
    pub(super) fn leaving(page: &Page, how: Ending, actor: Option<PersonId>) -> Self {
        let event = if page.tickets.len() > 1 {
            Event::Left { how }
        } else {
            Event::Ended { how }
        };
        Self {
            events: vec![(actor, event)],
            begin: None,
        }
    }
}
