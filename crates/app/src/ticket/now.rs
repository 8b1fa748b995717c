//! What needs somebody now.

use std::collections::{HashMap, HashSet};

use eider_domain::{
    PersonId, TicketId,
    access::{Action, Actor, may},
    fact::Measure,
    person::Role,
    priority::Rank,
    sla::{Goal, Point},
    ticket::StatusKind,
};
use eider_store::{
    Tx,
    person::PersonName,
    ticket::{self, Due, Filter, Summary},
};
use jiff::Timestamp;

use super::list::names_of;
use crate::{Eider, Result, desk::Desk, washup::OpenAction};

/// How many tickets a part shows.
pub const PART_LIMIT: usize = 15;
/// On how many tickets at most something is asked for at the top.
pub const ASKED_LIMIT: usize = 5;
/// Late tickets are counted up to here.
pub const LATE_COUNT_LIMIT: i64 = 1_000;
const HIGHEST_RANK: i64 = 9;

/// What needs somebody now. A ticket stands in the first part that it belongs to; what is asked for
/// at the top stands below as well.
#[derive(Clone, Debug, Default)]
pub struct Now {
    /// As urgent as can be, and nobody wears one of the hats; only for those who work on tickets,
    /// and at most [`ASKED_LIMIT`].
    pub hats_wanted: Vec<Summary>,
    /// An update was promised, its time has come, and none was given; only for those who work on
    /// tickets, and at most [`ASKED_LIMIT`].
    pub updates_due: Vec<Summary>,
    /// Past the time to answer or to resolve.
    pub late: Part,
    /// How many are late, counted up to [`LATE_COUNT_LIMIT`].
    pub late_count: i64,
    /// Four fifths of the time to answer or to resolve have gone.
    pub near: Part,
    /// Nobody owns them.
    pub unowned: Part,
    /// Asked by this person, and waiting for their answer.
    pub to_answer: Part,
    /// Asked by this person, resolved, and waiting for their word.
    pub to_confirm: Part,
    /// Owned by this person.
    pub mine: Part,
    /// Owned by this person, and waiting for the reporter.
    pub waiting: Part,
    /// Asked by this person, and with somebody else.
    pub asked: Part,
    /// What this person agreed to follow up.
    pub actions: Vec<OpenAction>,
    /// Names of everybody in it.
    pub names: HashMap<PersonId, PersonName>,
}

/// Some tickets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// The most urgent ones, at most [`PART_LIMIT`].
    pub tickets: Vec<Summary>,
    /// There are more than are shown.
    pub has_more: bool,
}

impl Now {
    /// Nothing needs anybody.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
            && self.hats_wanted.is_empty()
            && self.updates_due.is_empty()
            && self.parts().all(|part| part.tickets.is_empty())
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        [
            &self.late,
            &self.near,
            &self.unowned,
            &self.to_answer,
            &self.to_confirm,
            &self.mine,
            &self.waiting,
            &self.asked,
        ]
        .into_iter()
    }
}

/// What needs somebody, or `actor` themself, now.
///
/// # Errors
/// When the database fails.
pub async fn now(eider: &Eider, actor: &Actor) -> Result<Now> {
    may(actor, Action::Read)?;
    let now = eider.now();
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    // One more than is shown tells that there are more.
    let limit = i64::try_from(PART_LIMIT).unwrap_or(i64::MAX) + 1;

    let late = ticket::due(&mut tx, &late_windows(now), limit).await?;
    let near = ticket::due(&mut tx, &near_windows(&desk, now), limit).await?;
    let owned = ticket::owned_by(&mut tx, actor.person, 3 * limit).await?;
    let asked = ticket::asked_by(&mut tx, actor.person, 3 * limit).await?;
    let to_confirm = ticket::to_confirm(&mut tx, actor.person, limit).await?;
    // Those that are late or nearly late do not stand there twice, so a few more are asked for.
    let unowned = ticket::unowned(&mut tx, 3 * limit).await?;

    let waits = |ticket: &Summary| ticket.status == StatusKind::WaitingForReporter;
    let (owned_waiting, owned): (Vec<_>, Vec<_>) = owned.into_iter().partition(&waits);
    let (to_answer, asked): (Vec<_>, Vec<_>) = asked.into_iter().partition(&waits);
    let mut shown = HashSet::new();
    let mut now_page = Now {
        to_answer: part(to_answer, &mut shown),
        to_confirm: part(to_confirm, &mut shown),
        ..Now::default()
    };
    let works = actor.role >= Role::Responder;
    if works {
        let limit = i64::try_from(ASKED_LIMIT).unwrap_or(i64::MAX);
        now_page.hats_wanted = ticket::hats_wanted(&mut tx, desk.most_urgent(), limit).await?;
        now_page.updates_due = ticket::updates_due(&mut tx, now, limit).await?;
    }
    // Whoever only asks sees first what is theirs; whoever works, what is late.
    if !works {
        now_page.asked = part(asked, &mut shown);
        now_page.late = part(by_urgency(late), &mut shown);
        now_page.near = part(by_urgency(near), &mut shown);
        now_page.unowned = part(unowned, &mut shown);
    } else {
        now_page.late = part(by_urgency(late), &mut shown);
        now_page.near = part(by_urgency(near), &mut shown);
        now_page.unowned = part(unowned, &mut shown);
        now_page.mine = part(owned, &mut shown);
        now_page.waiting = part(owned_waiting, &mut shown);
        now_page.asked = part(asked, &mut shown);
    }
    now_page.late_count = late_count(&mut tx, now).await?;
    now_page.actions = crate::washup::open_of(&mut tx, actor.person).await?;
    let everything: Vec<Summary> = now_page
        .parts()
        .flat_map(|part| &part.tickets)
        .chain(&now_page.hats_wanted)
        .chain(&now_page.updates_due)
        .cloned()
        .collect();
    now_page.names = names_of(&mut tx, &everything).await?;
    Ok(now_page)
}

/// The filter for what is late at `now`.
pub fn late_filter(now: Timestamp) -> Filter {
    Filter {
        late_at: Some(now),
        ..Filter::default()
    }
}

async fn late_count(tx: &mut Tx, now: Timestamp) -> Result<i64> {
    Ok(ticket::count(tx, &late_filter(now), LATE_COUNT_LIMIT).await?)
}

/// Imported tickets may carry a rank that is not configured any more, so every rank is looked at.
fn late_windows(now: Timestamp) -> Vec<Due> {
    let ranks = (1..=HIGHEST_RANK).filter_map(Rank::new);
    ranks
        .flat_map(|rank| {
            [Measure::Respond, Measure::Resolve].map(|measure| Due {
                measure,
                rank,
                after: None,
                until: now,
            })
        })
        .collect()
}

/// Four fifths of a target have gone exactly when it is due within its last fifth of working time.
fn near_windows(desk: &Desk, now: Timestamp) -> Vec<Due> {
    let mut windows = Vec::new();
    for priority in &desk.priorities {
        let goals = desk.levels.of(priority.rank);
        for (measure, goal) in [
            (Measure::Respond, goals.respond),
            (Measure::Resolve, goals.resolve),
        ] {
            if let Some(until) = last_fifth_ends(goal, now) {
                windows.push(Due {
                    measure,
                    rank: priority.rank,
                    after: Some(now),
                    until,
                });
            }
        }
    }
    windows
}

fn last_fifth_ends(goal: Goal<'_>, now: Timestamp) -> Option<Timestamp> {
    let left_percent = 100 - Point::FourFifths.percent();
    let left_seconds = goal.target.seconds().saturating_mul(left_percent) / 100;
    goal.hours.add_working_seconds(now, left_seconds)
}

fn by_urgency(mut tickets: Vec<Summary>) -> Vec<Summary> {
    tickets.sort_by_key(|ticket| (ticket.priority, due_next(ticket), ticket.number));
    tickets
}

/// When the clock that matters now runs out: to answer, and then to resolve.
fn due_next(ticket: &Summary) -> Option<Timestamp> {
    match ticket.respond_difference_seconds {
        None => ticket.respond_due_at,
        Some(_) => ticket.resolve_due_at,
    }
}

fn part(tickets: Vec<Summary>, shown: &mut HashSet<TicketId>) -> Part {
    let mut part = Part::default();
    for ticket in tickets {
        if shown.contains(&ticket.id) {
            continue;
        }
        if part.tickets.len() == PART_LIMIT {
            part.has_more = true;
            break;
        }
        shown.insert(ticket.id);
        part.tickets.push(ticket);
    }
    part
}
