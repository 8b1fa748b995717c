//! Full-text search over tickets: which ones contain which words.
//!
//! Words are made by [`eider_domain::search::words`], and how well a ticket answers is reckoned
//! there too. Every question to the database is bounded, however common a word is. Here the two
//! databases truly differ: SQLite walks the tickets with a word from the newest on (`newest`),
//! PostgreSQL gathers all of them before it can order them (`gathered`).

mod containing;
mod gathered;
mod newest;

use eider_domain::{TicketNumber, search::distinct};
use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::{Result, Tx, db::on};
pub(crate) use containing::{Containing, Reach};

/// How many words of a ticket are kept.
const WORDS_A_TICKET: usize = 1_000;
/// How many new tickets one statement makes findable.
const TICKETS_A_STATEMENT: usize = 500;
/// In PostgreSQL words are common when more tickets than this contain them all: then some are met
/// soon by going back from the newest ticket, else the index names all of them sooner.
const COMMON_TICKETS: f64 = 2_000.0;

/// How many tickets contain a word.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The word.
    pub word: String,
    /// How many tickets contain it: counted when they are few, estimated when they are many.
    pub tickets: f64,
}

/// A word to look for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// The word.
    pub held: Held,
    /// How much it tells.
    pub weight: f64,
}

/// Where the numbers of tickets begin and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    oldest: i64,
    newest: i64,
}

impl Span {
    /// About how many tickets there are.
    pub fn tickets(self) -> f64 {
        as_float(self.newest - self.oldest + 1)
    }
}

/// Makes a ticket findable by these texts; again after they change. The ticket has to be there.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, number: TicketNumber, title: &str, body: &str) -> Result<()> {
    let words = distinct(&format!("{title}\n{body}"), WORDS_A_TICKET).join(" ");
    if tx.is_sqlite() {
        on!(tx, |c| {
            sqlx::query("DELETE FROM ticket_search WHERE rowid = $1")
                .bind(number.0)
                .execute(&mut *c)
                .await?;
            sqlx::query("INSERT INTO ticket_search (rowid, words) VALUES ($1, $2)")
                .bind(number.0)
                .bind(words)
                .execute(&mut *c)
                .await
                .map(drop)
        })?;
    } else {
        on!(tx, |c| sqlx::query(
            "INSERT INTO ticket_search (number, words)
             VALUES ($1, array_to_tsvector(array_remove(string_to_array($2, ' '), '')))
             ON CONFLICT (number) DO UPDATE SET words = excluded.words",
        )
        .bind(number.0)
        .bind(words)
        .execute(c)
        .await
        .map(drop))?;
    }
    Ok(())
}

/// Makes new tickets findable: number, title, and the other texts by which each is found. The
/// tickets have to be there.
///
/// # Errors
/// When the database fails, or a ticket is findable already.
pub async fn put_new(tx: &mut Tx, tickets: &[(TicketNumber, &str, String)]) -> Result<()> {
    for batch in tickets.chunks(TICKETS_A_STATEMENT) {
        let rows = batch.iter().map(|(number, title, body)| {
            let words = distinct(&format!("{title}\n{body}"), WORDS_A_TICKET).join(" ");
            (number.0, words)
        });
        if tx.is_sqlite() {
            on!(tx, |c| {
                let mut query = QueryBuilder::new("INSERT INTO ticket_search (rowid, words) ");
                query.push_values(rows, |mut row, (number, words)| {
                    row.push_bind(number).push_bind(words);
                });
                query.build().execute(c).await.map(drop)
            })?;
        } else {
            on!(tx, |c| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO ticket_search (number, words) SELECT number,
                        array_to_tsvector(array_remove(string_to_array(words, ' '), '')) FROM (",
                );
                query.push_values(rows, |mut row, (number, words)| {
                    row.push_bind(number).push_bind(words);
                });
                query.push(") AS new (number, words)");
                query.build().execute(c).await.map(drop)
            })?;
        }
    }
    Ok(())
}

/// Where the numbers of tickets begin and end; both are 1 when there is no ticket.
///
/// # Errors
/// When the database fails.
pub async fn span(tx: &mut Tx) -> Result<Span> {
    let (oldest, newest): (Option<i64>, Option<i64>) = on!(tx, |c| sqlx::query_as(
        "SELECT (SELECT min(number) FROM ticket), (SELECT max(number) FROM ticket)"
    )
    .fetch_one(c)
    .await)?;
    Ok(Span {
        oldest: oldest.unwrap_or(1),
        newest: newest.unwrap_or(1),
    })
}

/// How many tickets contain each of these words: counted when they are few, estimated when they are
/// many.
///
/// # Errors
/// When the database fails.
pub async fn held(tx: &mut Tx, words: &[String], span: Span) -> Result<Vec<Held>> {
    if words.is_empty() {
        Ok(Vec::new())
    } else if tx.is_sqlite() {
        newest::held(tx, words, span).await
    } else {
        gathered::held(tx, words, span).await
    }
}

/// Tickets that contain the weightiest of these words, and the weight of the words that each was
/// found by; at most `limit`. The words come rarest first.
///
/// # Errors
/// When the database fails.
pub async fn candidates(
    tx: &mut Tx,
    wanted: &[Wanted],
    span: Span,
    limit: i64,
) -> Result<Vec<(TicketNumber, f64)>> {
    let rows = if wanted.is_empty() {
        Vec::new()
    } else if tx.is_sqlite() {
        newest::candidates(tx, wanted, limit).await?
    } else {
        gathered::candidates(tx, wanted, span, limit).await?
    };
    Ok(rows
        .into_iter()
        .map(|(number, weight)| (TicketNumber(number), weight))
        .collect())
}

/// The newest tickets that contain all of these words.
///
/// # Errors
/// When the database fails.
pub async fn containing_all(
    tx: &mut Tx,
    held: &[Held],
    span: Span,
    limit: i64,
) -> Result<Vec<TicketNumber>> {
    let words: Vec<&str> = held.iter().map(|held| held.word.as_str()).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let is_sqlite = tx.is_sqlite();
    let going_back = is_sqlite || expected_together(held, span) > COMMON_TICKETS;
    let numbers: Vec<i64> = on!(tx, |c| {
        let mut query = QueryBuilder::new("");
        push_containing(&mut query, &words, is_sqlite);
        // PostgreSQL takes the order of an expression as no reason to go back ticket by ticket.
        query.push(if going_back {
            " ORDER BY number DESC LIMIT "
        } else {
            " ORDER BY number + 0 DESC LIMIT "
        });
        query.push_bind(limit);
        query
            .build_query_scalar()
            .persistent(false)
            .fetch_all(c)
            .await
    })?;
    Ok(numbers.into_iter().map(TicketNumber).collect())
}

/// How many tickets contain all of these words, if none has to do with another.
fn expected_together(held: &[Held], span: Span) -> f64 {
    held.iter().fold(span.tickets(), |together, held| {
        together * (held.tickets / span.tickets()).min(1.0)
    })
}

fn push_containing<DB>(query: &mut QueryBuilder<DB>, words: &[&str], is_sqlite: bool)
where
    DB: Database,
    String: Type<DB> + for<'q> Encode<'q, DB>,
{
    if is_sqlite {
        query.push("SELECT rowid AS number FROM ticket_search WHERE ticket_search MATCH ");
        query.push_bind(expression(words, '"', " "));
    } else {
        query.push("SELECT number FROM ticket_search WHERE words @@ CAST(");
        query
            .push_bind(expression(words, '\'', " & "))
            .push(" AS tsquery)");
    }
}

/// Every word quoted, so that nothing of it is an operator. Words hold letters and digits only.
fn expression(words: &[&str], quote: char, and: &str) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| format!("{quote}{word}{quote}"))
        .collect();
    quoted.join(and)
}

/// Counts of tickets stay far below 2 to the 52, where this would begin to round.
fn as_float(count: i64) -> f64 {
    count as f64
}
