//! "Contains all of these words" as a condition of a list of tickets.

use eider_domain::{TicketNumber, search::distinct};
use sqlx::{Database, Encode, QueryBuilder, Type};

use super::{COMMON_TICKETS, as_float, expected_together, gathered, held, push_containing, span};
use crate::{Result, Tx, db::on};

/// How many words of a filter are looked at.
const WORDS_A_FILTER: usize = 16;
/// When more tickets than this contain the words, asking ticket by ticket finds some sooner than
/// gathering them all.
const TOO_MANY_TO_GATHER: f64 = 50_000.0;

/// By how much more tickets with one word than are counted are expected, when counting is left out:
/// the statistics of PostgreSQL are not that wrong about a common word.
const SURELY_MORE: f64 = 4.0;

/// The words that a list is filtered by.
#[derive(Debug)]
pub(crate) struct Containing {
    words: Vec<String>,
    tickets: f64,
    /// PostgreSQL: every ticket that contains them, when they are few enough to be named.
    named: Option<Vec<i64>>,
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
        let (tickets, named) = if words.is_empty() {
            (0.0, None)
        } else if tx.is_sqlite() {
            (by_each_word(tx, &words).await?, None)
        } else {
            let mut tickets = gathered::expected(tx, &words).await?;
            if tickets > COMMON_TICKETS {
                // Of a word that its statistics do not know, PostgreSQL expects far too many.
                tickets = tickets.min(by_each_word(tx, &words).await?);
            }
            let named = if tickets > COMMON_TICKETS {
                None
            } else {
                gathered::named(tx, &words).await?
            };
            (tickets, named)
        };
        Ok(Self {
            words,
            tickets,
            named,
        })
    }

    /// Whether gathering all tickets that contain the words would take too long.
    pub(crate) fn is_common(&self) -> bool {
        self.tickets > TOO_MANY_TO_GATHER
    }

    /// Whether counting is quick: PostgreSQL gathers every ticket with several common words first.
    pub(crate) fn is_quickly_counted(&self, is_sqlite: bool) -> bool {
        is_sqlite || self.words.len() < 2 || self.named.is_some()
    }

    /// How many tickets contain the words, counted up to `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn count(&self, tx: &mut Tx, limit: i64) -> Result<i64> {
        if self.words.is_empty() {
            return Ok(0);
        }
        if let Some(named) = &self.named {
            return Ok(i64::try_from(named.len()).unwrap_or(limit).min(limit));
        }
        let is_sqlite = tx.is_sqlite();
        if !is_sqlite && self.words.len() == 1 && self.tickets > SURELY_MORE * as_float(limit) {
            return Ok(limit);
        }
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
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
        if let Some(named) = &self.named {
            let numbers: Vec<String> = named.iter().map(i64::to_string).collect();
            query.push(" AND number = ANY(CAST(string_to_array(");
            query.push_bind(numbers.join(","));
            query.push(", ',') AS BIGINT[]))");
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

/// How many tickets are expected to contain all of these words, by how many contain each.
async fn by_each_word(tx: &mut Tx, words: &[String]) -> Result<f64> {
    let span = span(tx).await?;
    let held = held(tx, words, span).await?;
    Ok(expected_together(&held, span))
}
