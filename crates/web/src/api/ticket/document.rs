//! A ticket as programs see it.

use std::collections::HashMap;

use eider_domain::{
    PersonId,
    cost::Tally,
    sla::{ClockState, Phase, Reading},
    ticket::{self as rules, Change, Noticed, Status, StatusKind},
};
use eider_store::{person::PersonName, ticket::Summary};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    super::{
        naming::{Named, Names},
        word::{NoticedWord, NumberText, RankText, StatusWord},
    },
    TriedAt,
    hat::HatWearers,
    update::TicketUpdate,
};
use crate::{Result, Visitor, Web};

/// A ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in crate::api) struct Ticket {
    /// Identity.
    id: Uuid,
    /// The number that people see.
    #[schema(value_type = NumberText)]
    number: NumberText,
    /// What it is about, in a line.
    title: String,
    /// Where it stands.
    #[schema(value_type = StatusWord)]
    status: StatusKind,
    /// How urgent it is held to be.
    priority: RankText,
    /// What it is about.
    feature: Option<Named>,
    /// Who looks after it.
    squad: Option<Named>,
    /// Who asked.
    reporter: Named,
    /// Who has it.
    owner: Option<Named>,
    /// Who is diagnosing, and who is communicating.
    hats: HatWearers,
    /// When it was asked.
    opened_at: Timestamp,
    /// When somebody first said that it is seen.
    acknowledged_at: Option<Timestamp>,
    /// When it was last resolved.
    resolved_at: Option<Timestamp>,
    /// When it was closed.
    closed_at: Option<Timestamp>,
    /// When something last happened.
    changed_at: Timestamp,
    /// How it stood when somebody last told.
    last_update: Option<TicketUpdate>,
    /// When the next update was promised for; it is late once that has passed.
    next_update_at: Option<Timestamp>,
    /// How many people said that it affects them too.
    joined: i64,
    /// The clock until somebody answers.
    respond: ClockReading,
    /// The clock until it is put right.
    resolve: ClockReading,
    /// What it has cost so far.
    cost: Cost,
    /// What the reporter told.
    report: TicketReport,
    /// How it was resolved, while that holds.
    resolution: Option<TicketResolution>,
    /// The ticket that goes on, when this one was merged.
    merged_into: Option<NumberText>,
}

/// One of the two clocks of a ticket, as of now.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
struct ClockReading {
    /// Whether time counts, stands still, or the work is done.
    phase: ClockPhase,
    /// How much of the target has gone.
    #[schema(value_type = ClockStateWord)]
    state: ClockState,
    /// Working seconds gone.
    elapsed_seconds: i64,
    /// Working seconds left; 0 or less when it is late.
    remaining_seconds: i64,
    /// When it is due; paused: when it would be due if it went on now.
    due_at: Option<Timestamp>,
    /// When finished, working seconds after the due time: 0 or more is late, less is early.
    difference_seconds: Option<i64>,
    /// When it first ran out; that stays.
    breached_at: Option<Timestamp>,
}

/// What a clock is doing.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ClockPhase {
    /// Time counts, within working hours.
    Running,
    /// Time stands still.
    Paused,
    /// The work is done.
    Finished,
}

/// How much of a target has gone.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "it describes `ClockState`")]
enum ClockStateWord {
    /// Less than half.
    Calm,
    /// At least half.
    Half,
    /// At least four fifths.
    FourFifths,
    /// All of it.
    Breached,
}

/// What a ticket has cost.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
struct Cost {
    /// Messages in the thread.
    replies: i64,
    /// Distinct people who did something on it.
    people: i64,
    /// Hands-on time of those who work on it.
    hands_on_seconds: i64,
    /// From asking until it was closed, or until now.
    elapsed_seconds: i64,
    /// For how long nobody owned it.
    unowned_seconds: i64,
    /// How often it went from one owner or squad to another.
    hand_offs: i64,
    /// How often it came back to an owner or squad that had had it before.
    ping_pong: i64,
    /// How often it was reopened.
    reopened: i64,
}

/// What the reporter told.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct TicketReport {
    /// What happened.
    what: String,
    /// What was expected instead.
    expected: Option<String>,
    /// The key of the word of the glossary that fits.
    word: Option<String>,
    /// Where it was tried.
    tried: Vec<TriedAt>,
    /// On which network.
    network: Option<String>,
    /// Who noticed, and how.
    #[schema(value_type = Option<NoticedWord>)]
    noticed: Option<Noticed>,
    /// How many people it concerns.
    people_affected: Option<i64>,
    /// Since when.
    since: Option<Timestamp>,
    /// Steps with their timing.
    steps: Option<String>,
    /// Web addresses that show it.
    links: Vec<String>,
}

/// How a ticket was resolved.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct TicketResolution {
    /// What in the system made it happen.
    cause: String,
    /// How we know that it is put right.
    how_known: String,
    /// Whether the product had to be changed.
    change_needed: bool,
    /// Which change: an address or a name.
    change_reference: Option<String>,
    /// What the customer has now.
    customer_outcome: Option<String>,
    /// The known issue that it was, if it was one.
    known_issue: Option<Named>,
}

/// What a list shows of a ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in crate::api) struct TicketSummary {
    /// Identity.
    id: Uuid,
    /// The number that people see.
    number: NumberText,
    /// What it is about, in a line.
    title: String,
    /// Where it stands.
    #[schema(value_type = StatusWord)]
    status: StatusKind,
    /// How urgent it is held to be.
    priority: RankText,
    /// What it is about.
    feature: Option<Named>,
    /// Who looks after it.
    squad: Option<Named>,
    /// Who asked.
    reporter: Named,
    /// Who has it.
    owner: Option<Named>,
    /// Who is diagnosing, and who is communicating.
    hats: HatWearers,
    /// When it was asked.
    opened_at: Timestamp,
    /// When it was last resolved.
    resolved_at: Option<Timestamp>,
    /// When it was closed.
    closed_at: Option<Timestamp>,
    /// When something last happened.
    changed_at: Timestamp,
    /// When somebody last told how it stands.
    last_update_at: Option<Timestamp>,
    /// When the next update was promised for.
    next_update_at: Option<Timestamp>,
    /// The clock until somebody answers.
    respond: Due,
    /// The clock until it is put right.
    resolve: Due,
    /// Whether the product had to be changed, once that is known.
    change_needed: Option<bool>,
    /// Messages in the thread.
    replies: i64,
    /// Distinct people who did something on it.
    people: i64,
    /// How many people said that it affects them too.
    joined: i64,
    /// Hands-on time of those who work on it.
    hands_on_seconds: i64,
}

/// What a list shows of a clock.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
struct Due {
    /// When it is or was due.
    due_at: Option<Timestamp>,
    /// When finished, working seconds after the due time: 0 or more is late, less is early.
    difference_seconds: Option<i64>,
}

/// The document of a ticket that `visitor` just changed.
pub(super) async fn of_change(
    web: &Web,
    visitor: &Visitor,
    ticket: &rules::Ticket,
) -> Result<Ticket> {
    let person = &visitor.who.person;
    let mut others = ticket.people_on_it();
    let own = ticket.reporter == person.id && others.all(|other| other == person.id);
    let people: HashMap<PersonId, PersonName> = if own {
        // Everybody on it is known already: nothing needs to be read.
        let name = PersonName {
            name: person.name.clone(),
            initials: person.initials.clone(),
        };
        HashMap::from([(person.id, name)])
    } else {
        eider_app::ticket::names_on(&web.eider, ticket).await?
    };
    let names = Names {
        people: &people,
        desk: &visitor.desk,
    };
    Ok(Ticket::of(ticket, names, visitor.now))
}

impl Ticket {
    pub(in crate::api) fn of(ticket: &rules::Ticket, names: Names<'_>, now: Timestamp) -> Self {
        let goals = names.desk.levels.of(ticket.priority);
        let respond = ticket.respond.reading(goals.respond, now);
        let resolve = ticket.resolve.reading(goals.resolve, now);
        Self {
            id: ticket.id.0,
            number: NumberText(ticket.number),
            title: ticket.title.clone(),
            status: ticket.status.kind(),
            priority: RankText(ticket.priority),
            feature: ticket.feature.map(|id| names.feature(id)),
            squad: ticket.squad.map(|id| names.squad(id)),
            reporter: names.person(ticket.reporter),
            owner: ticket.owner.map(|id| names.person(id)),
            hats: HatWearers::of(ticket.hats, names),
            opened_at: ticket.opened_at,
            acknowledged_at: ticket.acknowledged_at,
            resolved_at: ticket.resolved_at,
            closed_at: ticket.closed_at,
            changed_at: ticket.changed_at,
            last_update: ticket.update.as_ref().map(|u| TicketUpdate::of(u, names)),
            next_update_at: ticket.next_update.map(|next| next.at),
            joined: ticket.joined_count(),
            respond: ClockReading::of(respond, ticket.respond.phase()),
            resolve: ClockReading::of(resolve, ticket.resolve.phase()),
            cost: Cost::of(&ticket.tally, ticket, now),
            report: TicketReport::of(&ticket.report),
            resolution: ticket
                .status
                .resolution()
                .map(|resolution| TicketResolution::of(resolution, names)),
            merged_into: match ticket.status {
                Status::Merged { into } => Some(NumberText(into)),
                _ => None,
            },
        }
    }
}

impl ClockReading {
    fn of(reading: Reading, phase: Phase) -> Self {
        Self {
            phase: match phase {
                Phase::Running => ClockPhase::Running,
                Phase::Paused { .. } => ClockPhase::Paused,
                Phase::Finished { .. } => ClockPhase::Finished,
            },
            state: reading.state,
            elapsed_seconds: reading.elapsed_seconds,
            remaining_seconds: reading.remaining_seconds,
            due_at: reading.due_at,
            difference_seconds: reading.difference_seconds,
            breached_at: reading.breached_at,
        }
    }
}

impl Cost {
    fn of(tally: &Tally, ticket: &rules::Ticket, now: Timestamp) -> Self {
        let until = ticket.closed_at.unwrap_or(now);
        Self {
            replies: tally.replies,
            people: tally.people,
            hands_on_seconds: tally.hands_on_seconds,
            elapsed_seconds: (until.as_second() - ticket.opened_at.as_second()).max(0),
            unowned_seconds: tally.unowned_seconds_at(now),
            hand_offs: tally.hand_offs,
            ping_pong: tally.ping_pong,
            reopened: tally.reopened,
        }
    }
}

impl TicketReport {
    fn of(report: &rules::Report) -> Self {
        let tried = report.tried.iter().map(|tried| TriedAt {
            platform: tried.platform,
            works: tried.works,
        });
        Self {
            what: report.what.clone(),
            expected: report.expected.clone(),
            word: report.word.clone(),
            tried: tried.collect(),
            network: report.network.clone(),
            noticed: report.noticed,
            people_affected: report.people_affected,
            since: report.since,
            steps: report.steps.clone(),
            links: report.links.clone(),
        }
    }
}

impl TicketResolution {
    fn of(resolution: &rules::Resolution, names: Names<'_>) -> Self {
        Self {
            cause: resolution.cause.clone(),
            how_known: resolution.how_known.clone(),
            change_needed: resolution.change.is_needed(),
            change_reference: match &resolution.change {
                Change::No => None,
                Change::Yes { reference } => reference.clone(),
            },
            customer_outcome: resolution.customer_outcome.clone(),
            known_issue: resolution.known_issue.map(|id| names.known_issue(id)),
        }
    }
}

impl TicketSummary {
    pub(in crate::api) fn of(ticket: &Summary, names: Names<'_>) -> Self {
        Self {
            id: ticket.id.0,
            number: NumberText(ticket.number),
            title: ticket.title.clone(),
            status: ticket.status,
            priority: RankText(ticket.priority),
            feature: ticket.feature.map(|id| names.feature(id)),
            squad: ticket.squad.map(|id| names.squad(id)),
            reporter: names.person(ticket.reporter),
            owner: ticket.owner.map(|id| names.person(id)),
            hats: HatWearers::of(ticket.hats, names),
            opened_at: ticket.opened_at,
            resolved_at: ticket.resolved_at,
            closed_at: ticket.closed_at,
            changed_at: ticket.changed_at,
            last_update_at: ticket.last_update_at,
            next_update_at: ticket.next_update_at,
            respond: Due {
                due_at: ticket.respond_due_at,
                difference_seconds: ticket.respond_difference_seconds,
            },
            resolve: Due {
                due_at: ticket.resolve_due_at,
                difference_seconds: ticket.resolve_difference_seconds,
            },
            change_needed: ticket.change_needed,
            replies: ticket.replies,
            people: ticket.people,
            joined: ticket.joined,
            hands_on_seconds: ticket.hands_on_seconds,
        }
    }
}
