//! Lists of tickets: filters, orders, pages.

use eider_domain::{
    FeatureId, PersonId, SquadId, TicketId, TicketNumber,
    priority::Rank,
    ticket::{Hats, StatusKind},
};
use jiff::Timestamp;
use sqlx::QueryBuilder;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, maybe_instant, micros, unreadable},
    search::{Containing, Reach},
};

/// Which tickets are meant. Everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// In one of these statuses; in any when empty.
    pub statuses: Vec<StatusKind>,
    /// Of one of these priorities; of any when empty.
    pub priorities: Vec<Rank>,
    /// About this feature.
    pub feature: Option<FeatureId>,
    /// With this squad.
    pub squad: Option<SquadId>,
    /// Owned by this person.
    pub owner: Option<PersonId>,
    /// Asked by this person.
    pub reporter: Option<PersonId>,
    /// Nobody owns it.
    pub only_unowned: bool,
    /// Only open ones.
    pub only_open: bool,
    /// Open, not waiting for its reporter, and at this instant past the time to answer or to
    /// resolve.
    pub late_at: Option<Timestamp>,
    /// Open tickets past the time to resolve, or open ones due before this instant.
    pub due_before: Option<Timestamp>,
    /// Asked at or after this instant.
    pub opened_from: Option<Timestamp>,
    /// Asked before this instant.
    pub opened_to: Option<Timestamp>,
    /// Containing these words.
    pub text: Option<String>,
}

impl Filter {
    /// Whether every ticket that contains the words is meant.
    fn asks_only_for_words(&self) -> bool {
        let only_words = Self {
            text: self.text.clone(),
            ..Self::default()
        };
        self.text.is_some() && *self == only_words
    }
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest number first; within dates, the one that was asked last.
    #[default]
    Newest,
    /// The most urgent first: by priority, then by when it is due. Only open tickets.
    Urgency,
}

/// Which part of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// For [`Order::Newest`]: what comes after this one.
    pub before: Option<TicketNumber>,
    /// For [`Order::Newest`]: what comes right before this one; for the way back.
    pub after: Option<TicketNumber>,
    /// At most so many.
    pub limit: i64,
}

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

/// How many of the newest tickets with the words of a filter are looked at first, when the filter
/// asks for more than words.
const FIRST_LOOK: i64 = 1_000;

/// The tickets that `filter` means, in `order`.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, filter: &Filter, order: Order, page: Page) -> Result<Vec<Summary>> {
    let containing = containing(tx, filter).await?;
    let words = containing.as_ref();
    if words.is_some() && tx.is_sqlite() && order == Order::Newest && page.after.is_none() {
        let look = if filter.asks_only_for_words() {
            page.limit
        } else {
            FIRST_LOOK
        };
        let newest = Reach::Newest(look, page.before);
        let found = list_within(tx, filter, words.map(|w| (w, newest)), order, page).await?;
        if i64::try_from(found.len()).unwrap_or(i64::MAX) == page.limit {
            return Ok(found);
        }
    }
    let is_forward = order == Order::Newest && page.after.is_none();
    let words = words.map(|words| match words.is_common() && !is_forward {
        true => (words, Reach::EachInTurn),
        false => (words, Reach::All),
    });
    let mut found = list_within(tx, filter, words, order, page).await?;
    if page.after.is_some() {
        // They were walked towards the newest, and are shown as every list is.
        found.reverse();
    }
    Ok(found)
}

async fn list_within(
    tx: &mut Tx,
    filter: &Filter,
    words: Option<(&Containing, Reach)>,
    order: Order,
    page: Page,
) -> Result<Vec<Summary>> {
    let is_sqlite = tx.is_sqlite();
    let rows: Vec<Row> = on!(tx, |c| {
        let mut query = QueryBuilder::new(COLUMNS);
        push_conditions(&mut query, filter, is_sqlite);
        if let Some((words, reach)) = words {
            words.push(&mut query, reach, is_sqlite);
        }
        push_place(&mut query, filter, page);
        query.push(match order {
            Order::Newest if page.after.is_some() => oldest_first(filter),
            Order::Newest => newest_first(filter),
            Order::Urgency => " AND is_open ORDER BY priority, resolve_due_at, number",
        });
        query.push(" LIMIT ").push_bind(page.limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(Row::into_summary).collect()
}

/// How many tickets `filter` means, counted up to `limit`.
///
/// # Errors
/// When the database fails.
pub async fn count(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<i64> {
    let containing = containing(tx, filter).await?;
    let words = containing.as_ref();
    if let Some(words) = words.filter(|_| filter.asks_only_for_words()) {
        return words.count(tx, limit).await;
    }
    if words.is_some_and(Containing::is_common) {
        let newest = Reach::Newest(limit.max(FIRST_LOOK), None);
        let found = count_within(tx, filter, words.map(|w| (w, newest)), limit).await?;
        if found == limit {
            return Ok(found);
        }
    }
    count_within(tx, filter, words.map(|w| (w, Reach::All)), limit).await
}

async fn count_within(
    tx: &mut Tx,
    filter: &Filter,
    words: Option<(&Containing, Reach)>,
    limit: i64,
) -> Result<i64> {
    let is_sqlite = tx.is_sqlite();
    Ok(on!(tx, |c| {
        let mut query = QueryBuilder::new("SELECT count(*) FROM (SELECT 1 AS one FROM ticket");
        push_conditions(&mut query, filter, is_sqlite);
        if let Some((words, reach)) = words {
            words.push(&mut query, reach, is_sqlite);
        }
        if words.is_none() {
            // The order tells SQLite by which index to walk.
            query.push(newest_first(filter));
        }
        query.push(" LIMIT ").push_bind(limit).push(") AS counted");
        query.build_query_scalar().fetch_one(c).await
    })?)
}

async fn containing(tx: &mut Tx, filter: &Filter) -> Result<Option<Containing>> {
    match &filter.text {
        Some(text) => Containing::of(tx, text).await.map(Some),
        None => Ok(None),
    }
}

/// The condition whose index is walked. SQLite joins no indexes and knows nothing of how values
/// are spread, so it is told: people and open tickets are few, features more, and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leader {
    Owner,
    Reporter,
    Open,
    Asked,
    Feature,
    Squad,
    Status,
    Priority,
    Nothing,
}

impl Leader {
    fn of(filter: &Filter) -> Self {
        let few = [
            (Self::Owner, filter.owner.is_some()),
            (Self::Reporter, filter.reporter.is_some()),
            (Self::Open, is_about_open_ones(filter)),
            (Self::Asked, is_about_dates(filter)),
            (Self::Feature, filter.feature.is_some()),
            (Self::Squad, filter.squad.is_some()),
            (Self::Status, !filter.statuses.is_empty()),
            (Self::Priority, !filter.priorities.is_empty()),
        ];
        let first = few.into_iter().find(|(_, is_set)| *is_set);
        first.map_or(Self::Nothing, |(leader, _)| leader)
    }
}

fn is_about_open_ones(filter: &Filter) -> bool {
    filter.only_open
        || filter.only_unowned
        || filter.late_at.is_some()
        || filter.due_before.is_some()
        || (!filter.statuses.is_empty() && filter.statuses.iter().all(|kind| kind.is_open()))
}

fn is_about_dates(filter: &Filter) -> bool {
    filter.opened_from.is_some() || filter.opened_to.is_some()
}

/// Whether tickets are walked by when they were asked instead of by number, which is the same
/// order but for imported history.
fn goes_by_date(filter: &Filter) -> bool {
    filter.text.is_none() && Leader::of(filter) == Leader::Asked
}

fn push_conditions<DB>(query: &mut QueryBuilder<DB>, filter: &Filter, is_sqlite: bool)
where
    DB: sqlx::Database,
    i64: sqlx::Type<DB> + for<'q> sqlx::Encode<'q, DB>,
    Uuid: sqlx::Type<DB> + for<'q> sqlx::Encode<'q, DB>,
    String: sqlx::Type<DB> + for<'q> sqlx::Encode<'q, DB>,
{
    // Words bring their own index, which their module chooses.
    let leader = Leader::of(filter);
    let hints = is_sqlite && filter.text.is_none();
    // In SQLite a plus before a column keeps its index out of the choice.
    let unless_led_by = |column| if hints && leader != column { "+" } else { "" };
    query.push(" WHERE 1 = 1");
    if is_about_open_ones(filter) {
        query.push(" AND is_open");
    }
    if !filter.statuses.is_empty() {
        let plus = unless_led_by(Leader::Status);
        query.push(format!(" AND {plus}status IN ("));
        let mut list = query.separated(", ");
        for status in &filter.statuses {
            list.push_bind(status.as_str().to_owned());
        }
        query.push(")");
    }
    if !filter.priorities.is_empty() {
        let plus = unless_led_by(Leader::Priority);
        query.push(format!(" AND {plus}priority IN ("));
        let mut list = query.separated(", ");
        for rank in &filter.priorities {
            list.push_bind(i64::from(rank.get()));
        }
        query.push(")");
    }
    let ids = [
        (Leader::Feature, "feature_id", filter.feature.map(|id| id.0)),
        (Leader::Squad, "squad_id", filter.squad.map(|id| id.0)),
        (Leader::Owner, "owner_id", filter.owner.map(|id| id.0)),
        (
            Leader::Reporter,
            "reporter_id",
            filter.reporter.map(|id| id.0),
        ),
    ];
    for (column_leader, column, id) in ids {
        if let Some(id) = id {
            let plus = unless_led_by(column_leader);
            query.push(format!(" AND {plus}{column} = ")).push_bind(id);
        }
    }
    if filter.only_unowned {
        let plus = if hints { "+" } else { "" };
        query.push(format!(" AND {plus}owner_id IS NULL"));
    }
    if let Some(at) = filter.late_at {
        let plus = if hints { "+" } else { "" };
        query
            .push(format!(
                " AND {plus}status <> 'waiting_for_reporter' AND (resolve_due_at <= "
            ))
            .push_bind(micros(at))
            .push(" OR respond_difference_seconds IS NULL AND respond_due_at <= ")
            .push_bind(micros(at))
            .push(")");
    }
    let asked = unless_led_by(Leader::Asked);
    let instants = [
        (" AND resolve_due_at < ".to_owned(), filter.due_before),
        (format!(" AND {asked}opened_at >= "), filter.opened_from),
        (format!(" AND {asked}opened_at < "), filter.opened_to),
    ];
    for (condition, at) in instants {
        if let Some(at) = at {
            query.push(condition).push_bind(micros(at));
        }
    }
}

/// What comes after the ticket that a page ended with, or before the one that it began with.
fn push_place<DB>(query: &mut QueryBuilder<DB>, filter: &Filter, page: Page)
where
    DB: sqlx::Database,
    i64: sqlx::Type<DB> + for<'q> sqlx::Encode<'q, DB>,
{
    let places = [('<', page.before), ('>', page.after)];
    for (side, place) in places {
        let Some(TicketNumber(number)) = place else {
            continue;
        };
        if goes_by_date(filter) {
            let asked = "(SELECT opened_at FROM ticket WHERE number = ";
            // The first of the two lets an index begin at the right place; the second is exact.
            query
                .push(format!(" AND opened_at {side}= {asked}"))
                .push_bind(number)
                .push(format!(") AND (opened_at, number) {side} ({asked}"))
                .push_bind(number)
                .push("), ")
                .push_bind(number)
                .push(")");
        } else {
            query.push(format!(" AND number {side} ")).push_bind(number);
        }
    }
}

fn newest_first(filter: &Filter) -> &'static str {
    if goes_by_date(filter) {
        " ORDER BY opened_at DESC, number DESC"
    } else {
        " ORDER BY number DESC"
    }
}

fn oldest_first(filter: &Filter) -> &'static str {
    if goes_by_date(filter) {
        " ORDER BY opened_at, number"
    } else {
        " ORDER BY number"
    }
}
