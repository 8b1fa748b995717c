//! Which tables there are, as the database itself tells.

use crate::{Error, Result, Tx, db::on};

/// Tables that are worked out from the others, and the record of migrations.
const LEFT_OUT: [&str; 3] = ["_sqlx_migrations", "figure_page", "ticket_search"];

/// Columns of bytes. SQLite has one type for bytes and ids; PostgreSQL tells them apart, and a
/// test compares the two.
const BYTES: [&str; 7] = [
    "content",
    "digest",
    "hash",
    "key_hash",
    "request_hash",
    "subject",
    "token_hash",
];

/// A table to be moved.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Its place in the key, from 1; 0 for none.
    pub(super) key_place: i64,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Text,
    Id,
    Bytes,
    /// PostgreSQL's own type of truth; SQLite keeps it as an integer.
    Truth,
}

/// The tables in an order in which each comes after those that it refers to.
pub(super) async fn tables(tx: &mut Tx) -> Result<Vec<Table>> {
    let names: Vec<String> = if tx.is_sqlite() {
        on!(tx, |c| sqlx::query_scalar(
            "SELECT name FROM pragma_table_list
             WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        )
        .fetch_all(c)
        .await)?
    } else {
        on!(tx, |c| sqlx::query_scalar(
            "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()
             ORDER BY tablename COLLATE \"C\""
        )
        .fetch_all(c)
        .await)?
    };
    let mut waiting = Vec::new();
    for name in names {
        if !LEFT_OUT.contains(&name.as_str()) {
            let needs = references(tx, &name).await?;
            let columns = columns(tx, &name).await?;
            waiting.push((Table { name, columns }, needs));
        }
    }
    in_order(waiting)
}

fn in_order(mut waiting: Vec<(Table, Vec<String>)>) -> Result<Vec<Table>> {
    let mut ordered: Vec<Table> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let is_ready = |(table, needs): &(Table, Vec<String>)| {
            needs
                .iter()
                .all(|need| *need == table.name || ordered.iter().any(|t| t.name == *need))
        };
        let Some(next) = waiting.iter().position(is_ready) else {
            return Err(Error::Unusable(
                "The tables refer to each other in a circle, so they cannot be moved.".into(),
            ));
        };
        ordered.push(waiting.remove(next).0);
    }
    Ok(ordered)
}

async fn references(tx: &mut Tx, table: &str) -> Result<Vec<String>> {
    let sql = if tx.is_sqlite() {
        "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)"
    } else {
        "SELECT DISTINCT target.relname::text FROM pg_constraint c
         JOIN pg_class own ON own.oid = c.conrelid
         JOIN pg_class target ON target.oid = c.confrelid
         WHERE c.contype = 'f' AND own.relname = $1
            AND own.relnamespace = current_schema()::regnamespace"
    };
    Ok(on!(tx, |c| sqlx::query_scalar(sql)
        .bind(table)
        .fetch_all(c)
        .await)?)
}

async fn columns(tx: &mut Tx, table: &str) -> Result<Vec<Column>> {
    let sql = if tx.is_sqlite() {
        "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid"
    } else {
        "SELECT a.attname::text, format_type(a.atttypid, NULL)::text,
            coalesce(array_position(i.indkey::int2[], a.attnum), -1)::bigint + 1
         FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
         LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
         WHERE t.relname = $1 AND t.relnamespace = current_schema()::regnamespace
            AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
    };
    let rows: Vec<(String, String, i64)> =
        on!(tx, |c| sqlx::query_as(sql).bind(table).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(name, kind, key_place)| {
            let kind = match kind.as_str() {
                "INTEGER" | "bigint" => Kind::Integer,
                "TEXT" | "text" => Kind::Text,
                "BLOB" if BYTES.contains(&name.as_str()) => Kind::Bytes,
                "BLOB" | "uuid" => Kind::Id,
                "bytea" => Kind::Bytes,
                "boolean" => Kind::Truth,
                other => {
                    return Err(Error::Unusable(format!(
                        "The column {table}.{name} is of the type {other}, which cannot be moved."
                    )));
                }
            };
            Ok(Column {
                name,
                kind,
                key_place,
            })
        })
        .collect()
}

impl Table {
    pub(super) fn column_names(&self) -> Vec<String> {
        self.columns
            .iter()
            .map(|column| column.name.clone())
            .collect()
    }

    /// The statement that reads all of it in the order of its key.
    pub(super) fn select(&self, is_sqlite: bool) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|column| match column.kind {
                Kind::Truth => format!("\"{}\"::int::bigint", column.name),
                _ => format!("\"{}\"", column.name),
            })
            .collect();
        let mut key: Vec<&Column> = self.columns.iter().filter(|c| c.key_place > 0).collect();
        key.sort_by_key(|column| column.key_place);
        let order: Vec<String> = key
            .iter()
            .map(|column| match column.kind {
                // By bytes, as SQLite compares; other orders depend on the server's language.
                Kind::Text if !is_sqlite => format!("\"{}\" COLLATE \"C\"", column.name),
                _ => format!("\"{}\"", column.name),
            })
            .collect();
        format!(
            "SELECT {} FROM \"{}\" ORDER BY {}",
            columns.join(", "),
            self.name,
            order.join(", ")
        )
    }
}
