//! A page as it is told to programs.

use eider_app::page::PageView;
use eider_domain::{
    PersonId,
    page::{Page as Rules, State as Standing},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::{
    naming::{Named, squad},
    word::{NumberText, RankText},
};
use crate::Visitor;

/// People who are called until somebody answers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Page {
    /// Identity.
    pub(super) id: Uuid,
    /// Whose people are called; null for the company's.
    squad: Option<Named>,
    /// Practice: nothing is wrong.
    is_drill: bool,
    /// What it is about.
    tickets: Vec<PagedTicket>,
    /// Where it stands: `held`, `calling`, `acknowledged`, `asking`, `last_resort` or `ended`.
    state: &'static str,
    /// Whether it is not over.
    is_open: bool,
    /// The level that is being called, from 1.
    level: Option<u16>,
    /// The round that is being called, from 1.
    round: Option<u8>,
    /// Who is being called now.
    calling: Vec<Named>,
    /// Who has it.
    acknowledged_by: Option<Named>,
    /// Since when it stands so.
    since: Option<Timestamp>,
    /// When something happens by itself: calling begins, or others are called.
    until: Option<Timestamp>,
    /// Who said that it can wait, while it does.
    put_off: Option<PutOff>,
    /// How it ended.
    ending: Option<&'static str>,
    /// Everybody who was ever called, in their order.
    called: Vec<Call>,
    /// When it began.
    opened_at: Timestamp,
}

/// A ticket that people are called about.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct PagedTicket {
    /// Its number.
    number: NumberText,
    /// What it is about, in a line.
    title: String,
    /// How urgent it is.
    priority: RankText,
}

/// Somebody's word that it can wait.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct PutOff {
    /// Who.
    by: Named,
    /// Why, in their words.
    reason: Option<String>,
}

/// Somebody who was called.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Call {
    /// Who.
    person: Named,
    /// When first.
    at: Timestamp,
    /// How often.
    times: u32,
    /// Whether no way to reach them was set up when they were last called.
    is_out_of_reach: bool,
    /// When they answered.
    answered_at: Option<Timestamp>,
    /// By which way: `link`, `ticket`, `web`, `api`, `sms` or `voice`.
    answered_by: Option<&'static str>,
}

impl Page {
    pub(super) fn of(view: &PageView, visitor: &Visitor) -> Self {
        let page = &view.page;
        let named = |person: PersonId| Named {
            id: person.0,
            name: view.name(person).to_owned(),
        };
        let (since, until) = times(page);
        let place = match page.state {
            Standing::Calling { level, round, .. } => Some((level, round)),
            _ => None,
        };
        Self {
            id: page.id.0,
            squad: page.squad.map(|id| squad(&visitor.desk, id)),
            is_drill: page.is_drill,
            tickets: view
                .tickets
                .iter()
                .map(|ticket| PagedTicket {
                    number: NumberText(ticket.number),
                    title: ticket.title.clone(),
                    priority: RankText(ticket.priority),
                })
                .collect(),
            state: page.state.as_str(),
            is_open: page.is_open(),
            level: place.map(|(level, _)| level),
            round: place.map(|(_, round)| round),
            calling: page.callees().into_iter().map(named).collect(),
            acknowledged_by: page.holder().map(named),
            since,
            until,
            put_off: put_off(page).map(|put_off| PutOff {
                by: named(put_off.by),
                reason: put_off.reason.clone(),
            }),
            ending: match page.state {
                Standing::Ended { how, .. } => Some(how.as_str()),
                _ => None,
            },
            called: page
                .notes
                .called
                .iter()
                .map(|called| Call {
                    person: named(called.person),
                    at: called.at,
                    times: called.times,
                    is_out_of_reach: page.notes.out_of_reach.contains(&called.person),
                    answered_at: called.answered.map(|(at, _)| at),
                    answered_by: called.answered.map(|(_, way)| way.as_str()),
                })
                .collect(),
            opened_at: page.opened_at,
        }
    }
}

/// Who said that it can wait, as long as it does.
fn put_off(page: &Rules) -> Option<&eider_domain::page::PutOff> {
    let put_off = page.notes.put_off.as_ref();
    put_off.filter(|_| matches!(page.state, Standing::Held { .. }))
}

/// Since when a state lasts, and when something happens by itself.
fn times(page: &Rules) -> (Option<Timestamp>, Option<Timestamp>) {
    match &page.state {
        Standing::Held { until } => (None, Some(*until)),
        Standing::Calling { since, until, .. } | Standing::Asking { since, until, .. } => {
            (Some(*since), Some(*until))
        }
        Standing::Acknowledged { at, ask_at, .. } => (Some(*at), *ask_at),
        Standing::LastResort { since, .. } => (Some(*since), page.last_resort_again_at()),
        Standing::Ended { at, .. } => (Some(*at), None),
    }
}
