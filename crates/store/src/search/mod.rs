//! Full-text search over tickets: which ones contain which words.
//!
//! Words are made by [`eider_domain::search::words`], and how well a ticket answers is reckoned
//! there too. Every question to the database is bounded, however common a word is: of each word,
//! only the newest tickets that contain it are looked at.

mod containing;

use eider_domain::{TicketNumber, search::distinct};
use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::{Result, Tx, db::on};
pub(crate) use containing::{Containing, Reach};

/// How many words of a ticket are kept.
const WORDS_A_TICKET: usize = 1_000;
/// How many new tickets one statement makes findable.
const TICKETS_A_STATEMENT: usize = 500;
/// How many of the newest tickets with a word are looked at.
const TICKETS_A_WORD: i64 = 200;
/// A word is common when more tickets than this contain it.
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

/// How many tickets contain each of these words.
///
/// # Errors
/// When the database fails.
pub async fn held(tx: &mut Tx, words: &[String], span: Span) -> Result<Vec<Held>> {
    let mut all = common_words(tx, words, span).await?;
    let rare: Vec<&String> = words
        .iter()
        .filter(|word| !all.iter().any(|held| held.word == **word))
        .collect();
    if rare.is_empty() {
        return Ok(all);
    }
    let is_sqlite = tx.is_sqlite();
    let counted: Vec<(String, i64, Option<i64>)> = on!(tx, |c| {
        let mut query = QueryBuilder::new("");
        for (index, word) in rare.iter().enumerate() {
            query.push(if index == 0 {
                "SELECT "
            } else {
                " UNION ALL SELECT "
            });
            query.push_bind((*word).clone());
            query.push(", count(*), min(number) FROM (");
            push_newest(&mut query, word, false, is_sqlite);
            query.push(") AS newest");
        }
        query.build_query_as().persistent(false).fetch_all(c).await
    })?;
    all.extend(counted.into_iter().map(|(word, count, oldest)| Held {
        word,
        tickets: match oldest {
            // There are more of them: as many as the newest ones let expect.
            Some(oldest) if count == TICKETS_A_WORD => {
                as_float(count) / as_float(span.newest - oldest + 1) * span.tickets()
            }
            _ => as_float(count),
        },
    }));
    Ok(all)
}

/// The tickets that contain the weightiest of these words, and the weight of the words that each
/// was found by; at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn candidates(
    tx: &mut Tx,
    wanted: &[Wanted],
    limit: i64,
) -> Result<Vec<(TicketNumber, f64)>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let is_sqlite = tx.is_sqlite();
    let rows: Vec<(i64, f64)> = on!(tx, |c| {
        let mut query = QueryBuilder::new("SELECT number, sum(weight) FROM (");
        for (index, term) in wanted.iter().enumerate() {
            query.push(if index == 0 { "" } else { " UNION ALL " });
            query.push("SELECT number, CAST(").push_bind(term.weight);
            query.push(" AS DOUBLE PRECISION) AS weight FROM (");
            let is_common = term.held.tickets > COMMON_TICKETS;
            push_newest(&mut query, &term.held.word, is_common, is_sqlite);
            query.push(") AS newest");
        }
        query.push(") AS found GROUP BY number ORDER BY 2 DESC, 1 DESC LIMIT ");
        query.push_bind(limit);
        query.build_query_as().persistent(false).fetch_all(c).await
    })?;
    Ok(rows
        .into_iter()
        .map(|(number, weight)| (TicketNumber(number), weight))
        .collect())
}

/// The newest tickets that contain all of these words.
///
/// # Errors
/// When the database fails.
pub async fn containing_all(tx: &mut Tx, held: &[Held], limit: i64) -> Result<Vec<TicketNumber>> {
    let is_sqlite = tx.is_sqlite();
    // Going back from the newest finds some soon only when every word is common.
    let is_common = held.iter().all(|held| held.tickets > COMMON_TICKETS);
    let words: Vec<&str> = held.iter().map(|held| held.word.as_str()).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let numbers: Vec<i64> = on!(tx, |c| {
        let mut query = QueryBuilder::new("");
        push_containing(&mut query, &words, is_sqlite);
        query
            .push(newest_first(is_common || is_sqlite))
            .push(" LIMIT ");
        query.push_bind(limit);
        query
            .build_query_scalar()
            .persistent(false)
            .fetch_all(c)
            .await
    })?;
    Ok(numbers.into_iter().map(TicketNumber).collect())
}

/// The words that PostgreSQL's own statistics know as common. SQLite needs none: it finds the
/// newest tickets with a word by the index alone.
async fn common_words(tx: &mut Tx, words: &[String], span: Span) -> Result<Vec<Held>> {
    if tx.is_sqlite() {
        return Ok(Vec::new());
    }
    let shares: Vec<(String, f64)> = on!(tx, |c| sqlx::query_as(
        "SELECT word, CAST(share AS DOUBLE PRECISION)
         FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs)
            AS common (word, share)
         WHERE schemaname = current_schema() AND tablename = 'ticket_search'
            AND attname = 'words' AND word IS NOT NULL
            AND word = ANY(string_to_array($1, ' '))",
    )
    .bind(words.join(" "))
    .fetch_all(c)
    .await)?;
    Ok(shares
        .into_iter()
        .map(|(word, share)| Held {
            word,
            tickets: share * span.tickets(),
        })
        .filter(|held| held.tickets > COMMON_TICKETS)
        .collect())
}

/// The newest tickets with a word.
fn push_newest<DB>(query: &mut QueryBuilder<DB>, word: &str, is_common: bool, is_sqlite: bool)
where
    DB: Database,
    String: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("SELECT number FROM (");
    push_containing(query, &[word], is_sqlite);
    query.push(newest_first(is_common || is_sqlite));
    query.push(format_args!(" LIMIT {TICKETS_A_WORD}) AS one"));
}

/// PostgreSQL takes the order of an expression as no reason to go back ticket by ticket, which for
/// a rare word would end at the oldest.
fn newest_first(going_back: bool) -> &'static str {
    if going_back {
        " ORDER BY number DESC"
    } else {
        " ORDER BY number + 0 DESC"
    }
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
