//! Between a ticket and its row.

use eider_domain::{
    PersonId, SquadId, TicketNumber,
    cost::Tally,
    figures::{Outcome, Record},
    priority::{Rank, ServiceLevels},
    sla::{Clock, Goal},
    ticket::{
        Contribution, ExpectedUpdate, Hats, Report, Resolution, Status, StatusKind, Ticket, Update,
    },
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, instant, maybe_instant, micros, to_json, unreadable},
};

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
    acknowledged_at: Option<i64>,
    resolved_at: Option<i64>,
    closed_at: Option<i64>,
    changed_at: i64,
    next_update_at: Option<i64>,
    next_update_is_due: bool,
    merged_into: Option<i64>,
    replies: i64,
    people: i64,
    hands_on_seconds: i64,
    hand_offs: i64,
    ping_pong: i64,
    reopened: i64,
    unowned_seconds: i64,
    unowned_since_at: Option<i64>,
    detail: String,
}

/// What only the domain reads of a ticket.
#[derive(Serialize, Deserialize)]
struct Detail {
    report: Report,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resolution: Option<Resolution>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    update: Option<Update>,
    respond: Clock,
    resolve: Clock,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    contributions: Vec<Contribution>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    followers: Vec<PersonId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    joined: Vec<PersonId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    past_owners: Vec<PersonId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    past_squads: Vec<SquadId>,
}

impl Row {
    pub(super) fn into_ticket(self) -> Result<Ticket> {
        let detail: Detail = from_json("a ticket", &self.detail)?;
        let status = status(&self.status, detail.resolution, self.merged_into)?;
        Ok(Ticket {
            id: self.id.into(),
            number: TicketNumber(self.number),
            title: self.title,
            report: detail.report,
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
            update: detail.update,
            next_update: maybe_instant(self.next_update_at)?.map(|at| ExpectedUpdate {
                at,
                is_due: self.next_update_is_due,
            }),
            status,
            opened_at: instant(self.opened_at)?,
            acknowledged_at: maybe_instant(self.acknowledged_at)?,
            resolved_at: maybe_instant(self.resolved_at)?,
            closed_at: maybe_instant(self.closed_at)?,
            changed_at: instant(self.changed_at)?,
            respond: detail.respond,
            resolve: detail.resolve,
            tally: Tally {
                replies: self.replies,
                people: self.people,
                hands_on_seconds: self.hands_on_seconds,
                hand_offs: self.hand_offs,
                ping_pong: self.ping_pong,
                reopened: self.reopened,
                unowned_seconds: self.unowned_seconds,
                unowned_since: maybe_instant(self.unowned_since_at)?,
            },
            contributions: detail.contributions,
            followers: detail.followers,
            joined: detail.joined,
            past_owners: detail.past_owners,
            past_squads: detail.past_squads,
        })
    }
}

fn status(word: &str, resolution: Option<Resolution>, merged_into: Option<i64>) -> Result<Status> {
    let kind = StatusKind::parse(word).ok_or_else(|| unreadable("a ticket's status", word))?;
    Ok(match (kind, merged_into) {
        (StatusKind::New, _) => Status::New,
        (StatusKind::Acknowledged, _) => Status::Acknowledged,
        (StatusKind::InProgress, _) => Status::InProgress,
        (StatusKind::WaitingForReporter, _) => Status::WaitingForReporter,
        (StatusKind::Resolved, _) => {
            Status::Resolved(resolution.unwrap_or_else(Resolution::untold))
        }
        (StatusKind::Closed, _) => Status::Closed(resolution),
        (StatusKind::Reopened, _) => Status::Reopened,
        (StatusKind::Merged, Some(into)) => Status::Merged {
            into: TicketNumber(into),
        },
        (StatusKind::Merged, None) => return Err(unreadable("a merged ticket", "into nothing")),
    })
}

/// What a clock comes to, in columns.
struct ClockColumns {
    due_at: Option<i64>,
    breached_at: Option<i64>,
    difference_seconds: Option<i64>,
}

fn clock_columns(clock: &Clock, goal: Goal<'_>, now: Timestamp) -> ClockColumns {
    let reading = clock.reading(goal, now);
    ClockColumns {
        due_at: reading.due_at.map(micros),
        breached_at: clock.breached_at().map(micros),
        difference_seconds: reading.difference_seconds,
    }
}

/// What a ticket comes to, in columns.
struct Columns<'a> {
    ticket: &'a Ticket,
    respond: ClockColumns,
    resolve: ClockColumns,
    next_point: Option<i64>,
    detail: String,
}

impl<'a> Columns<'a> {
    fn of(ticket: &'a Ticket, levels: &ServiceLevels, now: Timestamp) -> Result<Self> {
        let detail = Detail {
            report: ticket.report.clone(),
            resolution: ticket.status.resolution().cloned(),
            update: ticket.update.clone(),
            respond: ticket.respond.clone(),
            resolve: ticket.resolve.clone(),
            contributions: ticket.contributions.clone(),
            followers: ticket.followers.clone(),
            joined: ticket.joined.clone(),
            past_owners: ticket.past_owners.clone(),
            past_squads: ticket.past_squads.clone(),
        };
        let goals = levels.of(ticket.priority);
        Ok(Self {
            ticket,
            respond: clock_columns(&ticket.respond, goals.respond, now),
            resolve: clock_columns(&ticket.resolve, goals.resolve, now),
            next_point: ticket.next_service_level_at(levels).map(micros),
            detail: to_json("a ticket", &detail)?,
        })
    }

    /// The ticket as figures know it.
    fn record(&self) -> Record {
        let outcome = |clock: &Clock, columns: &ClockColumns| {
            Outcome::of(clock.breached_at(), columns.difference_seconds)
        };
        let ticket = self.ticket;
        Record::of(
            ticket,
            outcome(&ticket.respond, &self.respond),
            outcome(&ticket.resolve, &self.resolve),
        )
    }
}

const ROWS_A_STATEMENT: usize = 200;

const INSERT: &str = "INSERT INTO ticket (id, number, title, status, is_open, priority, feature_id,
    squad_id, reporter_id, owner_id, diagnosing_id, communicating_id, opened_at,
    acknowledged_at, resolved_at, closed_at, changed_at, respond_due_at, respond_breached_at,
    respond_difference_seconds, resolve_due_at, resolve_breached_at,
    resolve_difference_seconds, next_point_at, last_update_at, next_update_at,
    next_update_is_due, change_needed, merged_into, replies, people, joined, hands_on_seconds, hand_offs, ping_pong, reopened, unowned_seconds,
    unowned_since_at, detail) ";

const OR_UPDATE: &str =
    " ON CONFLICT (id) DO UPDATE SET title = excluded.title, status = excluded.status,
    is_open = excluded.is_open, priority = excluded.priority,
    feature_id = excluded.feature_id, squad_id = excluded.squad_id,
    reporter_id = excluded.reporter_id, owner_id = excluded.owner_id,
    diagnosing_id = excluded.diagnosing_id, communicating_id = excluded.communicating_id,
    opened_at = excluded.opened_at, acknowledged_at = excluded.acknowledged_at,
    resolved_at = excluded.resolved_at, closed_at = excluded.closed_at,
    changed_at = excluded.changed_at, respond_due_at = excluded.respond_due_at,
    respond_breached_at = excluded.respond_breached_at,
    respond_difference_seconds = excluded.respond_difference_seconds,
    resolve_due_at = excluded.resolve_due_at,
    resolve_breached_at = excluded.resolve_breached_at,
    resolve_difference_seconds = excluded.resolve_difference_seconds,
    next_point_at = excluded.next_point_at, last_update_at = excluded.last_update_at,
    next_update_at = excluded.next_update_at,
    next_update_is_due = excluded.next_update_is_due,
    change_needed = excluded.change_needed, merged_into = excluded.merged_into,
    replies = excluded.replies, people = excluded.people, joined = excluded.joined,
    hands_on_seconds = excluded.hands_on_seconds,
    hand_offs = excluded.hand_offs, ping_pong = excluded.ping_pong,
    reopened = excluded.reopened, unowned_seconds = excluded.unowned_seconds,
    unowned_since_at = excluded.unowned_since_at, detail = excluded.detail";

pub(super) async fn write_all(
    tx: &mut Tx,
    tickets: &[Ticket],
    levels: &ServiceLevels,
    now: Timestamp,
) -> Result<()> {
    for batch in tickets.chunks(ROWS_A_STATEMENT) {
        let rows: Result<Vec<Columns<'_>>> = batch
            .iter()
            .map(|ticket| Columns::of(ticket, levels, now))
            .collect();
        let rows = rows?;
        let records: Vec<Record> = rows.iter().map(Columns::record).collect();
        on!(tx, |c| {
            let mut query = sqlx::QueryBuilder::new(INSERT);
            query.push_values(rows, |mut row, columns| {
                let Columns {
                    ticket,
                    respond,
                    resolve,
                    next_point,
                    detail,
                } = columns;
                let kind = ticket.status.kind();
                let merged_into = match ticket.status {
                    Status::Merged { into } => Some(into.0),
                    _ => None,
                };
                row.push_bind(ticket.id.0)
                    .push_bind(ticket.number.0)
                    .push_bind(ticket.title.as_str())
                    .push_bind(kind.as_str())
                    .push_bind(kind.is_open())
                    .push_bind(i64::from(ticket.priority.get()))
                    .push_bind(ticket.feature.map(|id| id.0))
                    .push_bind(ticket.squad.map(|id| id.0))
                    .push_bind(ticket.reporter.0)
                    .push_bind(ticket.owner.map(|id| id.0))
                    .push_bind(ticket.hats.diagnosing.map(|id| id.0))
                    .push_bind(ticket.hats.communicating.map(|id| id.0))
                    .push_bind(micros(ticket.opened_at))
                    .push_bind(ticket.acknowledged_at.map(micros))
                    .push_bind(ticket.resolved_at.map(micros))
                    .push_bind(ticket.closed_at.map(micros))
                    .push_bind(micros(ticket.changed_at))
                    .push_bind(respond.due_at)
                    .push_bind(respond.breached_at)
                    .push_bind(respond.difference_seconds)
                    .push_bind(resolve.due_at)
                    .push_bind(resolve.breached_at)
                    .push_bind(resolve.difference_seconds)
                    .push_bind(next_point)
                    .push_bind(ticket.update.as_ref().map(|update| micros(update.at)))
                    .push_bind(ticket.next_update.map(|next| micros(next.at)))
                    .push_bind(ticket.next_update.is_some_and(|next| next.is_due))
                    .push_bind(ticket.status.resolution().map(|r| r.change.is_needed()))
                    .push_bind(merged_into)
                    .push_bind(ticket.tally.replies)
                    .push_bind(ticket.tally.people)
                    .push_bind(ticket.joined_count())
                    .push_bind(ticket.tally.hands_on_seconds)
                    .push_bind(ticket.tally.hand_offs)
                    .push_bind(ticket.tally.ping_pong)
                    .push_bind(ticket.tally.reopened)
                    .push_bind(ticket.tally.unowned_seconds)
                    .push_bind(ticket.tally.unowned_since.map(micros))
                    .push_bind(detail);
            });
            query.push(OR_UPDATE);
            query
                .build()
                .persistent(batch.len() == 1)
                .execute(c)
                .await
                .map(drop)
        })?;
        crate::figures::put(tx, &records).await?;
    }
    Ok(())
}
