//! Which tickets of a list are meant.

use eider_domain::{FeatureId, PersonId, SquadId, priority::Rank, ticket::StatusKind};
use jiff::Timestamp;
use sqlx::QueryBuilder;
use uuid::Uuid;

use crate::row::micros;

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
    pub(super) fn asks_only_for_words(&self) -> bool {
        let only_words = Self {
            text: self.text.clone(),
            ..Self::default()
        };
        self.text.is_some() && *self == only_words
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
pub(super) fn goes_by_date(filter: &Filter) -> bool {
    filter.text.is_none() && Leader::of(filter) == Leader::Asked
}

pub(super) fn push_conditions<DB>(query: &mut QueryBuilder<DB>, filter: &Filter, is_sqlite: bool)
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
