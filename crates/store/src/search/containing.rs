//! "Contains all of these words" as a condition of a list of tickets.

use eider_domain::{TicketNumber, search::distinct};
use sqlx::{Database, Encode, QueryBuilder, Type};

use super::{COMMON_TICKETS, expected_together, held, push_containing, span};
use crate::{Result, Tx, db::on};

/// How many words of a filter are looked at.
const WORDS_A_FILTER: usize = 16;
/// When more tickets than this contain the words, asking ticket by ticket finds some sooner than
/// gathering them all.
const TOO_MANY_TO_GATHER: f64 = 50_000.0;

/// The words that a list is filtered by.
#[derive(Debug)]
pub(crate) struct Containing {
    words: Vec<String>,
    tickets: f64,
}

/// Among which tickets SQLite looks for the words. PostgreSQL finds its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Among all.
    All,
    /// Among so many of the newest that contain them, below that number if one is given.
    Newest(i64, Option<TicketNumber>),
    /// At each ticket in turn, in the order of the list.
    EachInTurn,
}

impl Containing {
    /// The words of a filter.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn of(tx: &mut Tx, text: &str) -> Result<Self> {
        let words = distinct(text, WORDS_A_FILTER);
        let span = span(tx).await?;
        let held = held(tx, &words, span).await?;
        let tickets = expected_together(&held, span);
        Ok(Self { words, tickets })
    }

    /// Whether gathering all tickets that contain the words would take too long.
    pub(crate) fn is_common(&self) -> bool {
        self.tickets > TOO_MANY_TO_GATHER
    }

    /// How many tickets contain the words, counted up to `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn count(&self, tx: &mut Tx, limit: i64) -> Result<i64> {
        if self.words.is_empty() {
            return Ok(0);
        }
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let is_sqlite = tx.is_sqlite();
        Ok(on!(tx, |c| {
            let mut query = QueryBuilder::new("SELECT count(*) FROM (");
            push_containing(&mut query, &words, is_sqlite);
            query.push(" LIMIT ").push_bind(limit).push(") AS counted");
            query.build_query_scalar().fetch_one(c).await
        })?)
    }

    /// Adds the condition. A text without any word is contained in nothing.
    pub(crate) fn push<DB>(&self, query: &mut QueryBuilder<DB>, reach: Reach, is_sqlite: bool)
    where
        DB: Database,
        String: Type<DB> + for<'q> Encode<'q, DB>,
        i64: Type<DB> + for<'q> Encode<'q, DB>,
    {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        if words.is_empty() {
            query.push(" AND 1 = 0");
            return;
        }
        if !is_sqlite {
            query.push(" AND number IN (");
            push_containing(query, &words, is_sqlite);
            // A bound makes PostgreSQL gather these first, where it would go through all tickets
            // because it takes the words for more common than they are.
            query.push(if self.tickets > COMMON_TICKETS {
                ")"
            } else {
                " OFFSET 0)"
            });
            return;
        }
        query.push(match reach {
            Reach::EachInTurn => " AND EXISTS (",
            Reach::All | Reach::Newest(..) => " AND number IN (",
        });
        push_containing(query, &words, is_sqlite);
        match reach {
            Reach::All => {}
            Reach::EachInTurn => {
                query.push(" AND rowid = ticket.number");
            }
            Reach::Newest(limit, before) => {
                if let Some(before) = before {
                    query.push(" AND rowid < ").push_bind(before.0);
                }
                query.push(" ORDER BY rowid DESC LIMIT ").push_bind(limit);
            }
        }
        query.push(")");
    }
}
