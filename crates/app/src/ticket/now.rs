//! What needs somebody now.

use std::collections::{HashMap, HashSet};

use eider_domain::{
    PersonId, TicketId,
    access::{Action, Actor, may},
    person::Role,
    ticket::StatusKind,
};
use eider_store::{
    person::PersonName,
    ticket::{self, Summary},
};

use super::{list::names_of, needed::needed};
use crate::{Eider, Result, washup::OpenAction};

/// How many tickets a part shows.
pub const PART_LIMIT: usize = 15;

/// What needs somebody now. A ticket stands in the first part that it belongs to; what is asked for
/// at the top stands below as well.
#[derive(Clone, Debug, Default)]
pub struct Now {
    /// As urgent as can be, and nobody wears one of the hats; only for those who work on tickets,
    /// and at most [`ASKED_LIMIT`](super::ASKED_LIMIT).
    pub hats_wanted: Vec<Summary>,
    /// An update was promised, its time has come, and none was given; only for those who work on
    /// tickets, and at most [`ASKED_LIMIT`](super::ASKED_LIMIT).
    pub updates_due: Vec<Summary>,
    /// Past the time to answer or to resolve.
    pub late: Part,
    /// How many are late, counted up to [`LATE_COUNT_LIMIT`](super::LATE_COUNT_LIMIT).
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

    let needed = needed(eider, &mut tx, &desk, now, limit).await?;
    let owned = ticket::owned_by(&mut tx, actor.person, 3 * limit).await?;
    let asked = ticket::asked_by(&mut tx, actor.person, 3 * limit).await?;
    let to_confirm = ticket::to_confirm(&mut tx, actor.person, limit).await?;

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
        now_page.hats_wanted.clone_from(&needed.hats_wanted);
        now_page.updates_due.clone_from(&needed.updates_due);
    }
    // Whoever only asks sees first what is theirs; whoever works, what is late.
    if !works {
        now_page.asked = part(asked, &mut shown);
        now_page.late = part(needed.late.clone(), &mut shown);
        now_page.near = part(needed.near.clone(), &mut shown);
        now_page.unowned = part(needed.unowned.clone(), &mut shown);
    } else {
        now_page.late = part(needed.late.clone(), &mut shown);
        now_page.near = part(needed.near.clone(), &mut shown);
        now_page.unowned = part(needed.unowned.clone(), &mut shown);
        now_page.mine = part(owned, &mut shown);
        now_page.waiting = part(owned_waiting, &mut shown);
        now_page.asked = part(asked, &mut shown);
    }
    now_page.late_count = needed.late_count;
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
