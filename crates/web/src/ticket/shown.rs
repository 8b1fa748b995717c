//! Tickets as the components show them.

use std::collections::HashMap;

use eider_app::desk::Desk;
use eider_domain::{
    PersonId,
    priority::Rank,
    sla::{self, Goal, Phase, Reading},
    ticket::{StatusKind, Ticket},
};
use eider_store::{person::PersonName, ticket::Summary};
use jiff::Timestamp;

use crate::components::{
    badges::{self, Status},
    clock::{Clock, ClockState},
    people::Person,
    tickets::TicketRow,
    words::Reader,
};

const ANSWER: &str = "Answer";
const RESOLVE: &str = "Resolve";

/// The address of a ticket's page.
pub(crate) fn path(number: eider_domain::TicketNumber) -> String {
    format!("/tickets/{number}")
}

/// A priority by its rank; one that is not configured any more is known by its rank alone.
pub(crate) fn priority(desk: &Desk, rank: Rank) -> badges::Priority {
    badges::Priority {
        rank: rank.get(),
        code: rank.to_string(),
        name: desk
            .priority(rank)
            .map_or_else(String::new, |priority| priority.name.clone()),
    }
}

/// A status.
pub(crate) fn status(kind: StatusKind) -> Status {
    match kind {
        StatusKind::New => Status::New,
        StatusKind::Acknowledged => Status::Acknowledged,
        StatusKind::InProgress => Status::InProgress,
        StatusKind::WaitingForReporter => Status::WaitingForReporter,
        StatusKind::Resolved => Status::Resolved,
        StatusKind::Closed => Status::Closed,
        StatusKind::Reopened => Status::Reopened,
        StatusKind::Merged => Status::Merged,
    }
}

/// A person by their name.
pub(crate) fn person(names: &HashMap<PersonId, PersonName>, id: PersonId) -> Person {
    match names.get(&id) {
        Some(known) => Person {
            name: known.name.clone(),
            initials: known.initials.clone(),
            ..Person::default()
        },
        None => Person {
            name: "Somebody".to_owned(),
            initials: "?".to_owned(),
            ..Person::default()
        },
    }
}

/// A ticket in a list.
pub(crate) fn row(
    ticket: &Summary,
    names: &HashMap<PersonId, PersonName>,
    desk: &Desk,
    reader: &Reader,
) -> TicketRow {
    TicketRow {
        key: ticket.number.to_string(),
        href: path(ticket.number),
        title: ticket.title.clone(),
        priority: priority(desk, ticket.priority),
        status: status(ticket.status),
        owner: ticket.owner.map(|id| person(names, id)),
        feature: ticket
            .feature
            .and_then(|id| desk.feature(id))
            .map(|feature| feature.name.clone()),
        reporter: names.get(&ticket.reporter).map(|name| name.name.clone()),
        joined: u64::try_from(ticket.joined).unwrap_or_default(),
        opened_at: ticket.opened_at,
        clock: summary_clock(ticket, desk, reader.now),
    }
}

/// The head of a ticket's own page.
pub(crate) fn head(
    ticket: &Ticket,
    clock: Clock,
    names: &HashMap<PersonId, PersonName>,
    desk: &Desk,
) -> TicketRow {
    TicketRow {
        key: ticket.number.to_string(),
        href: path(ticket.number),
        title: ticket.title.clone(),
        priority: priority(desk, ticket.priority),
        status: status(ticket.status.kind()),
        owner: ticket.owner.map(|id| person(names, id)),
        feature: ticket
            .feature
            .and_then(|id| desk.feature(id))
            .map(|feature| feature.name.clone()),
        reporter: names.get(&ticket.reporter).map(|name| name.name.clone()),
        joined: u64::try_from(ticket.joined_count()).unwrap_or_default(),
        opened_at: ticket.opened_at,
        clock,
    }
}

/// The clock until somebody answers, and the one until it is put right.
pub(crate) fn clocks(ticket: &Ticket, respond: &Reading, resolve: &Reading) -> [Clock; 2] {
    [
        read_clock(ANSWER, &ticket.respond, respond),
        read_clock(RESOLVE, &ticket.resolve, resolve),
    ]
}

/// The clock of an open ticket that matters now: to answer, and then to resolve.
pub(crate) fn clock_now(ticket: &Ticket, desk: &Desk, now: Timestamp) -> Option<Clock> {
    if !ticket.status.kind().is_open() {
        return None;
    }
    let goals = desk.levels.of(ticket.priority);
    let respond = ticket.respond.reading(goals.respond, now);
    let resolve = ticket.resolve.reading(goals.resolve, now);
    let [answer, put_right] = clocks(ticket, &respond, &resolve);
    let is_answered = matches!(answer.state, ClockState::Stopped { .. });
    Some(if is_answered { put_right } else { answer })
}

fn read_clock(label: &str, clock: &sla::Clock, reading: &Reading) -> Clock {
    let target_seconds = reading.elapsed_seconds + reading.remaining_seconds;
    let used_percent = percent(reading.elapsed_seconds, target_seconds);
    let state = match (clock.phase(), reading.due_at) {
        (Phase::Finished { .. }, _) => ClockState::Stopped {
            early_seconds: reading.difference_seconds.map_or(0, i64::saturating_neg),
        },
        (Phase::Paused { .. }, _) => ClockState::Paused {
            remaining_seconds: reading.remaining_seconds,
            used_percent,
        },
        (Phase::Running, Some(due)) => ClockState::Running { due, used_percent },
        (Phase::Running, None) => ClockState::NoTarget,
    };
    Clock {
        label: label.to_owned(),
        state,
    }
}

/// The clock that matters now, from the columns of a list: to answer, and then to resolve.
fn summary_clock(ticket: &Summary, desk: &Desk, now: Timestamp) -> Clock {
    let goals = desk.levels.of(ticket.priority);
    let answered = ticket.respond_difference_seconds.is_some();
    let state = if let Some(difference) = ticket.resolve_difference_seconds {
        ClockState::Stopped {
            early_seconds: difference.saturating_neg(),
        }
    } else if ticket.status == StatusKind::WaitingForReporter {
        // The due time was written when the clock was paused, as if it went on just then.
        let left = left_seconds(goals.resolve, ticket.changed_at, ticket.resolve_due_at);
        ClockState::Paused {
            remaining_seconds: left.unwrap_or_default(),
            used_percent: used_percent(goals.resolve, left),
        }
    } else {
        let (goal, due_at) = if answered {
            (goals.resolve, ticket.resolve_due_at)
        } else {
            (goals.respond, ticket.respond_due_at)
        };
        let left = left_seconds(goal, now, due_at);
        match due_at {
            Some(due) => ClockState::Running {
                due,
                used_percent: used_percent(goal, left),
            },
            None => ClockState::NoTarget,
        }
    };
    Clock {
        label: if answered { RESOLVE } else { ANSWER }.to_owned(),
        state,
    }
}

/// Working seconds until a clock is due.
fn left_seconds(goal: Goal<'_>, from: Timestamp, due_at: Option<Timestamp>) -> Option<i64> {
    due_at.map(|due_at| goal.hours.working_seconds_between(from, due_at))
}

/// How much of a target is used, from what is left of it.
fn used_percent(goal: Goal<'_>, left_seconds: Option<i64>) -> u32 {
    let target_seconds = goal.target.seconds();
    let left_seconds = left_seconds.unwrap_or(target_seconds);
    percent(target_seconds.saturating_sub(left_seconds), target_seconds)
}

fn percent(part: i64, whole: i64) -> u32 {
    let percent = part.max(0).saturating_mul(100) / whole.max(1);
    u32::try_from(percent).unwrap_or(u32::MAX)
}
