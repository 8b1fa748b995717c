//! What a list shows of a ticket, as it is read.

use eider_domain::{
    FeatureId, PersonId, SquadId, TicketId, TicketNumber,
    priority::Rank,
    ticket::{Hats, StatusKind},
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result,
    row::{instant, maybe_instant, unreadable},
};

/// What a list shows of a ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Identity.
    pub id: TicketId,
    /// Number.
    pub number: TicketNumber,
    /// Title.
    pub title: String,
    /// Where it stands.
    pub status: StatusKind,
    /// How urgent.
    pub priority: Rank,
    /// About what.
    pub feature: Option<FeatureId>,
    /// With whom.
    pub squad: Option<SquadId>,
    /// Who asked.
    pub reporter: PersonId,
    /// Who has it.
    pub owner: Option<PersonId>,
    /// Who looks for the cause, and who tells how it stands.
    pub hats: Hats,
    /// When it was asked.
    pub opened_at: Timestamp,
    /// When it was last resolved.
    pub resolved_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// When something last happened.
    pub changed_at: Timestamp,
    /// When somebody has to have answered.
    pub respond_due_at: Option<Timestamp>,
    /// Seconds late (or early, below zero), once somebody answered.
    pub respond_difference_seconds: Option<i64>,
    /// When it has to be put right.
    pub resolve_due_at: Option<Timestamp>,
    /// Seconds late (or early, below zero), once it was resolved.
    pub resolve_difference_seconds: Option<i64>,
    /// When the time to resolve first ran out.
    pub resolve_breached_at: Option<Timestamp>,
    /// When somebody last told how it stands.
    pub last_update_at: Option<Timestamp>,
    /// When the next update was promised for.
    pub next_update_at: Option<Timestamp>,
    /// Whether a code change was needed, once it is known.
    pub change_needed: Option<bool>,
    /// Messages in the thread.
    pub replies: i64,
    /// People who did something on it.
    pub people: i64,
    /// People who said that it affects them too.
    pub joined: i64,
    /// Hands-on time, in seconds.
    pub hands_on_seconds: i64,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    number: i64,
    title: String,
    status: String,
    priority: i64,
    feature_id: Option<Uuid>,
    squad_id: Option<Uuid>,
    reporter_id: Uuid,
    owner_id: Option<Uuid>,
    diagnosing_id: Option<Uuid>,
    communicating_id: Option<Uuid>,
    opened_at: i64,
    resolved_at: Option<i64>,
    closed_at: Option<i64>,
    changed_at: i64,
    respond_due_at: Option<i64>,
    respond_difference_seconds: Option<i64>,
    resolve_due_at: Option<i64>,
    resolve_difference_seconds: Option<i64>,
    resolve_breached_at: Option<i64>,
    last_update_at: Option<i64>,
    next_update_at: Option<i64>,
    change_needed: Option<bool>,
    replies: i64,
    people: i64,
    joined: i64,
    hands_on_seconds: i64,
}

impl Row {
    pub(super) fn into_summary(self) -> Result<Summary> {
        Ok(Summary {
            id: self.id.into(),
            number: TicketNumber(self.number),
            title: self.title,
            status: StatusKind::parse(&self.status)
                .ok_or_else(|| unreadable("a ticket's status", &self.status))?,
            priority: Rank::new(self.priority)
                .ok_or_else(|| unreadable("a ticket's priority", self.priority))?,
            feature: self.feature_id.map(Into::into),
            squad: self.squad_id.map(Into::into),
            reporter: self.reporter_id.into(),
            owner: self.owner_id.map(Into::into),
            hats: Hats {
                diagnosing: self.diagnosing_id.map(Into::into),
                communicating: self.communicating_id.map(Into::into),
            },
            opened_at: instant(self.opened_at)?,
            resolved_at: maybe_instant(self.resolved_at)?,
            closed_at: maybe_instant(self.closed_at)?,
            changed_at: instant(self.changed_at)?,
            respond_due_at: maybe_instant(self.respond_due_at)?,
            respond_difference_seconds: self.respond_difference_seconds,
            resolve_due_at: maybe_instant(self.resolve_due_at)?,
            resolve_difference_seconds: self.resolve_difference_seconds,
            resolve_breached_at: maybe_instant(self.resolve_breached_at)?,
            last_update_at: maybe_instant(self.last_update_at)?,
            next_update_at: maybe_instant(self.next_update_at)?,
            change_needed: self.change_needed,
            replies: self.replies,
            people: self.people,
            joined: self.joined,
            hands_on_seconds: self.hands_on_seconds,
        })
    }
}

pub(super) const COLUMNS: &str = "SELECT id, number, title, status, priority, feature_id, squad_id,
    reporter_id, owner_id, diagnosing_id, communicating_id, opened_at, resolved_at, closed_at, changed_at, respond_due_at,
    respond_difference_seconds, resolve_due_at, resolve_difference_seconds, resolve_breached_at,
    last_update_at, next_update_at, change_needed, replies, people, joined,
    hands_on_seconds FROM ticket";
