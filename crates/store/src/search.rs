//! Full-text search over tickets, on both databases.

use eider_domain::TicketNumber;
use sqlx::QueryBuilder;

use crate::{Result, Tx, db::on};

/// Makes tickets findable by these words; again after they change.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, number: TicketNumber, title: &str, body: &str) -> Result<()> {
    if tx.is_sqlite() {
        on!(tx, |c| {
            sqlx::query("DELETE FROM ticket_search WHERE rowid = $1")
                .bind(number.0)
                .execute(&mut *c)
                .await?;
            sqlx::query("INSERT INTO ticket_search (rowid, title, body) VALUES ($1, $2, $3)")
                .bind(number.0)
                .bind(title)
                .bind(body)
                .execute(&mut *c)
                .await
                .map(drop)
        })?;
    } else {
        on!(tx, |c| sqlx::query(
            "INSERT INTO ticket_search (number, document) VALUES ($1,
                setweight(to_tsvector('english', $2), 'A') ||
                setweight(to_tsvector('english', $3), 'B'))
             ON CONFLICT (number) DO UPDATE SET document = excluded.document",
        )
        .bind(number.0)
        .bind(title)
        .bind(body)
        .execute(c)
        .await
        .map(drop))?;
    }
    Ok(())
}

/// Adds "contains all of these words" to a list of tickets.
pub(crate) fn push_condition<DB>(query: &mut QueryBuilder<DB>, text: &str, is_sqlite: bool)
where
    DB: sqlx::Database,
    String: sqlx::Type<DB> + for<'q> sqlx::Encode<'q, DB>,
{
    if is_sqlite {
        query.push(" AND number IN (SELECT rowid FROM ticket_search WHERE ticket_search MATCH ");
        query.push_bind(all_words(text)).push(")");
    } else {
        query.push(
            " AND number IN (SELECT number FROM ticket_search
                WHERE document @@ plainto_tsquery('english', ",
        );
        query.push_bind(text.to_owned()).push("))");
    }
}

/// Every word quoted, so that nothing of it is an operator of FTS5.
fn all_words(text: &str) -> String {
    let words: Vec<String> = words(text).map(|word| format!("\"{word}\"")).collect();
    if words.is_empty() {
        "\"\"".to_owned()
    } else {
        words.join(" ")
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}
