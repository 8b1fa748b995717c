//! Lists of tickets: their order, their pages, how many there are.

use eider_domain::TicketNumber;
use sqlx::QueryBuilder;

use super::{
    filter::{Filter, goes_by_date, push_conditions},
    summary::{COLUMNS, Row, Summary},
};
use crate::{
    Result, Tx,
    db::on,
    search::{Containing, Reach},
};

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

/// How many of the newest tickets with the words of a filter are looked at first, when the filter
/// asks for more than words.
const FIRST_LOOK: i64 = 1_000;

/// The tickets that a filter means. Its words are looked up once, for the list and for the count.
#[derive(Debug)]
pub struct Selection<'f> {
    filter: &'f Filter,
    words: Option<Containing>,
}

impl<'f> Selection<'f> {
    /// The tickets that `filter` means.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(tx: &mut Tx, filter: &'f Filter) -> Result<Self> {
        let words = match &filter.text {
            Some(text) => Some(Containing::of(tx, text).await?),
            None => None,
        };
        Ok(Self { filter, words })
    }

    /// A part of them, in `order`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, tx: &mut Tx, order: Order, page: Page) -> Result<Vec<Summary>> {
        let is_forward = order == Order::Newest && page.after.is_none();
        if self.words.is_some() && tx.is_sqlite() && is_forward {
            let look = if self.filter.asks_only_for_words() {
                page.limit
            } else {
                FIRST_LOOK
            };
            let newest = Reach::Newest(look, page.before);
            let found = self.list_within(tx, newest, order, page).await?;
            if i64::try_from(found.len()).unwrap_or(i64::MAX) == page.limit {
                return Ok(found);
            }
        }
        let reach = match self.are_words_common() && !is_forward {
            true => Reach::EachInTurn,
            false => Reach::All,
        };
        let mut found = self.list_within(tx, reach, order, page).await?;
        if page.after.is_some() {
            // They were walked towards the newest, and are shown as every list is.
            found.reverse();
        }
        Ok(found)
    }

    /// Whether its words let the database count quickly.
    pub fn is_quickly_counted(&self, tx: &Tx) -> bool {
        let words = self.words.as_ref();
        words.is_none_or(|words| words.is_quickly_counted(tx.is_sqlite()))
    }

    /// How many there are, counted up to `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(&self, tx: &mut Tx, limit: i64) -> Result<i64> {
        if let Some(words) = &self.words
            && self.filter.asks_only_for_words()
        {
            return words.count(tx, limit).await;
        }
        if self.are_words_common() {
            let newest = Reach::Newest(limit.max(FIRST_LOOK), None);
            let found = self.count_within(tx, newest, limit).await?;
            if found == limit {
                return Ok(found);
            }
        }
        self.count_within(tx, Reach::All, limit).await
    }

    fn are_words_common(&self) -> bool {
        self.words.as_ref().is_some_and(Containing::is_common)
    }

    async fn list_within(
        &self,
        tx: &mut Tx,
        reach: Reach,
        order: Order,
        page: Page,
    ) -> Result<Vec<Summary>> {
        let (filter, is_sqlite) = (self.filter, tx.is_sqlite());
        let rows: Vec<Row> = on!(tx, |c| {
            let mut query = QueryBuilder::new(COLUMNS);
            push_conditions(&mut query, filter, is_sqlite);
            if let Some(words) = &self.words {
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

    async fn count_within(&self, tx: &mut Tx, reach: Reach, limit: i64) -> Result<i64> {
        let (filter, is_sqlite) = (self.filter, tx.is_sqlite());
        Ok(on!(tx, |c| {
            let mut query = QueryBuilder::new("SELECT count(*) FROM (SELECT 1 AS one FROM ticket");
            push_conditions(&mut query, filter, is_sqlite);
            if let Some(words) = &self.words {
                words.push(&mut query, reach, is_sqlite);
            } else {
                // The order tells SQLite by which index to walk.
                query.push(newest_first(filter));
            }
            query.push(" LIMIT ").push_bind(limit).push(") AS counted");
            query.build_query_scalar().fetch_one(c).await
        })?)
    }
}

/// The tickets that `filter` means, in `order`.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, filter: &Filter, order: Order, page: Page) -> Result<Vec<Summary>> {
    let selection = Selection::of(tx, filter).await?;
    selection.list(tx, order, page).await
}

/// How many tickets `filter` means, counted up to `limit`.
///
/// # Errors
/// When the database fails.
pub async fn count(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<i64> {
    let selection = Selection::of(tx, filter).await?;
    selection.count(tx, limit).await
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
