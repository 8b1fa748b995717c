//! SQLite: of each word, the newest tickets that contain it.

use sqlx::{QueryBuilder, Sqlite};

use super::{Held, Span, Wanted, as_float, push_containing};
use crate::{Result, Tx, db::Connection};

/// How many of the newest tickets with a word are looked at.
const TICKETS_A_WORD: i64 = 200;

pub(super) async fn held(tx: &mut Tx, words: &[String], span: Span) -> Result<Vec<Held>> {
    let Connection::Sqlite(connection) = tx.connection() else {
        return Ok(Vec::new());
    };
    let mut query = QueryBuilder::new("");
    for (index, word) in words.iter().enumerate() {
        query.push(if index == 0 {
            "SELECT "
        } else {
            " UNION ALL SELECT "
        });
        query.push_bind(word.clone());
        query.push(", count(*), min(number) FROM (");
        push_newest(&mut query, word);
        query.push(")");
    }
    let counted: Vec<(String, i64, Option<i64>)> = query
        .build_query_as()
        .persistent(false)
        .fetch_all(connection)
        .await?;
    let counted = counted.into_iter().map(|(word, count, oldest)| Held {
        word,
        tickets: match oldest {
            // There are more of them: as many as the newest ones let expect.
            Some(oldest) if count == TICKETS_A_WORD => {
                as_float(count) / as_float(span.newest - oldest + 1) * span.tickets()
            }
            _ => as_float(count),
        },
    });
    Ok(counted.collect())
}

pub(super) async fn candidates(
    tx: &mut Tx,
    wanted: &[Wanted],
    limit: i64,
) -> Result<Vec<(i64, f64)>> {
    let Connection::Sqlite(connection) = tx.connection() else {
        return Ok(Vec::new());
    };
    let mut query = QueryBuilder::new("SELECT number, sum(weight) FROM (");
    for (index, term) in wanted.iter().enumerate() {
        query.push(if index == 0 { "" } else { " UNION ALL " });
        query.push("SELECT number, ").push_bind(term.weight);
        query.push(" AS weight FROM (");
        push_newest(&mut query, &term.held.word);
        query.push(")");
    }
    query.push(") GROUP BY number ORDER BY 2 DESC, 1 DESC LIMIT ");
    query.push_bind(limit);
    Ok(query
        .build_query_as()
        .persistent(false)
        .fetch_all(connection)
        .await?)
}

fn push_newest(query: &mut QueryBuilder<Sqlite>, word: &str) {
    push_containing(query, &[word], true);
    query.push(" ORDER BY rowid DESC LIMIT ");
    query.push_bind(TICKETS_A_WORD);
}
