//! PostgreSQL: the index names every ticket with a word at once, but each has to be fetched to be
//! seen. So common words are known by the statistics that PostgreSQL keeps itself, rare words bring
//! up all of their tickets, and those between only tickets that contain two of them.

use serde_json::Value;
use sqlx::{Postgres, QueryBuilder, types::Json};

use super::{Held, Span, Wanted, as_float, push_containing};
use crate::{Result, Tx, db::Connection, row::unreadable};

/// How many tickets with a word that the statistics do not know are counted.
const COUNTED_TICKETS: i64 = 50;
/// The same, as long as there are no statistics.
const COUNTED_WITHOUT_STATISTICS: i64 = 1_000;
/// How many tickets may be brought up by single words.
const TICKETS_BY_ONE_WORD: f64 = 1_500.0;
/// How many tickets may be brought up by two words, as far as can be told.
const TICKETS_BY_TWO_WORDS: f64 = 2_000.0;
/// Words that stand together do so oftener than by chance.
const TOGETHER: f64 = 2.0;
/// A word in a larger share of all tickets brings up nothing: its list in the index is long.
const SHARE_LIMIT: f64 = 0.02;
/// How many of the words between are combined.
const COMBINED_WORDS: usize = 8;

/// How many tickets are named at most.
const NAMED_TICKETS: i64 = 5_000;

/// How many tickets PostgreSQL expects to contain all of these words, by its statistics.
pub(super) async fn expected(tx: &mut Tx, words: &[String]) -> Result<f64> {
    let Connection::Postgres(connection) = tx.connection() else {
        return Ok(0.0);
    };
    let mut query = QueryBuilder::new("EXPLAIN (FORMAT JSON) ");
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    push_containing(&mut query, &words, false);
    let Json(plan): Json<Value> = query
        .build_query_scalar()
        .persistent(false)
        .fetch_one(connection)
        .await?;
    plan[0]["Plan"]["Plan Rows"]
        .as_f64()
        .ok_or_else(|| unreadable("the plan of a search", plan.to_string()))
}

/// Every ticket that contains all of these words; none when there are too many to name them.
pub(super) async fn named(tx: &mut Tx, words: &[String]) -> Result<Option<Vec<i64>>> {
    let Connection::Postgres(connection) = tx.connection() else {
        return Ok(None);
    };
    let mut query = QueryBuilder::new("");
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    push_containing(&mut query, &words, false);
    query.push(" LIMIT ").push_bind(NAMED_TICKETS);
    let numbers: Vec<i64> = query
        .build_query_scalar()
        .persistent(false)
        .fetch_all(connection)
        .await?;
    let are_all = numbers.len() < usize::try_from(NAMED_TICKETS).unwrap_or(usize::MAX);
    Ok(are_all.then_some(numbers))
}

pub(super) async fn held(tx: &mut Tx, words: &[String], span: Span) -> Result<Vec<Held>> {
    let (mut all, least_share) = common(tx, words, span).await?;
    let Connection::Postgres(connection) = tx.connection() else {
        return Ok(all);
    };
    let unknown: Vec<&String> = words
        .iter()
        .filter(|word| !all.iter().any(|held| held.word == **word))
        .collect();
    if unknown.is_empty() {
        return Ok(all);
    }
    let limit = least_share.map_or(COUNTED_WITHOUT_STATISTICS, |_| COUNTED_TICKETS);
    let mut query = QueryBuilder::new("");
    for (index, word) in unknown.into_iter().enumerate() {
        query.push(if index == 0 {
            "SELECT "
        } else {
            " UNION ALL SELECT "
        });
        query.push_bind(word.clone());
        query.push(", (SELECT count(*) FROM (");
        push_containing(&mut query, &[word], false);
        query.push(" LIMIT ").push_bind(limit).push(") AS counted)");
    }
    let counted: Vec<(String, i64)> = query
        .build_query_as()
        .persistent(false)
        .fetch_all(connection)
        .await?;
    all.extend(counted.into_iter().map(|(word, count)| {
        let rarer_than_known = least_share.filter(|_| count == limit);
        let expected = rarer_than_known.map(|share| share / 2.0 * span.tickets());
        let tickets = as_float(count).max(expected.unwrap_or_default());
        Held { word, tickets }
    }));
    Ok(all)
}

/// The words that the statistics know as common, and the least share that they know of.
async fn common(tx: &mut Tx, words: &[String], span: Span) -> Result<(Vec<Held>, Option<f64>)> {
    let Connection::Postgres(connection) = tx.connection() else {
        return Ok((Vec::new(), None));
    };
    let shares: Vec<(Option<String>, Option<f64>)> = sqlx::query_as(
        "WITH common AS MATERIALIZED (
            SELECT word, CAST(share AS DOUBLE PRECISION) AS share
            FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs)
                AS known (word, share)
            WHERE schemaname = current_schema() AND tablename = 'ticket_search'
                AND attname = 'words' AND word IS NOT NULL)
         SELECT word, share FROM common WHERE word = ANY(string_to_array($1, ' '))
         UNION ALL SELECT NULL, min(share) FROM common",
    )
    .bind(words.join(" "))
    .fetch_all(connection)
    .await?;
    let mut held = Vec::new();
    let mut least_share = None;
    for (word, share) in shares {
        match (word, share) {
            (Some(word), Some(share)) => held.push(Held {
                word,
                tickets: share * span.tickets(),
            }),
            (None, share) => least_share = share,
            (Some(_), None) => {}
        }
    }
    Ok((held, least_share))
}

pub(super) async fn candidates(
    tx: &mut Tx,
    wanted: &[Wanted],
    span: Span,
    limit: i64,
) -> Result<Vec<(i64, f64)>> {
    let Connection::Postgres(connection) = tx.connection() else {
        return Ok(Vec::new());
    };
    let mut query = QueryBuilder::new("SELECT number, ");
    push_weight(&mut query, wanted);
    let expression = one_or_two(wanted, span);
    if expression.is_empty() {
        // Every word is very common: the newest tickets with the least common of them will do.
        query.push(" FROM (SELECT number, words FROM ticket_search WHERE words @@ CAST(");
        query.push_bind(quoted(&wanted[0]));
        query.push(" AS tsquery) ORDER BY number DESC LIMIT ");
        query.push_bind(limit).push(") AS newest");
    } else {
        query.push(" FROM ticket_search WHERE words @@ CAST(");
        query.push_bind(expression).push(" AS tsquery)");
    }
    query.push(" ORDER BY 2 DESC, 1 DESC LIMIT ");
    query.push_bind(limit);
    Ok(query
        .build_query_as()
        .persistent(false)
        .fetch_all(connection)
        .await?)
}

fn push_weight(query: &mut QueryBuilder<Postgres>, wanted: &[Wanted]) {
    for (index, term) in wanted.iter().enumerate() {
        query.push(if index == 0 { "" } else { " + " });
        query.push("CASE WHEN words @@ CAST(");
        query.push_bind(quoted(term));
        query.push(" AS tsquery) THEN ").push_bind(term.weight);
        query.push(" ELSE CAST(0 AS DOUBLE PRECISION) END");
    }
    query.push(" AS weight");
}

/// Any of the rare words, or two of those that are neither rare nor very common.
fn one_or_two(wanted: &[Wanted], span: Span) -> String {
    let mut alternatives = Vec::new();
    let mut between: Vec<&Wanted> = Vec::new();
    let mut by_one = TICKETS_BY_ONE_WORD;
    for term in wanted {
        if term.held.tickets <= by_one {
            by_one -= term.held.tickets;
            alternatives.push(quoted(term));
        } else if term.held.tickets <= SHARE_LIMIT * span.tickets() {
            between.push(term);
        }
    }
    between.truncate(COMBINED_WORDS);
    let mut by_two = TICKETS_BY_TWO_WORDS;
    for (index, first) in between.iter().enumerate() {
        for second in &between[index + 1..] {
            let chance = first.held.tickets * second.held.tickets / span.tickets();
            if chance * TOGETHER <= by_two {
                by_two -= chance * TOGETHER;
                alternatives.push(format!("({} & {})", quoted(first), quoted(second)));
            }
        }
    }
    alternatives.join(" | ")
}

/// A word holds letters and digits only, so quotes are enough.
fn quoted(term: &Wanted) -> String {
    format!("'{}'", term.held.word)
}
