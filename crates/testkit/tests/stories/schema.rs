//! The two schemas say the same.

use std::collections::BTreeMap;

use eider_testkit::Database;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

/// Columns by table: name, kind, whether it must be there.
type Schema = BTreeMap<String, Vec<(String, &'static str, bool)>>;

/// Tables that differ on purpose: full-text search is each database's own.
fn is_search(table: &str) -> bool {
    table.contains("_search") || table.starts_with("_sqlx") || table.starts_with("sqlite_")
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let sqlite = Database::sqlite().await;
    let postgres = Database::postgres().await;
    assert_eq!(
        sqlite_schema(&sqlite.address).await,
        postgres_schema(&postgres.address).await
    );
}

async fn sqlite_schema(path: &str) -> Schema {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{path}"))
        .await
        .unwrap();
    let columns: Vec<(String, String, String, bool)> = sqlx::query_as(
        "SELECT t.name, c.name, c.type, c.\"notnull\" OR c.pk > 0
         FROM sqlite_schema t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' ORDER BY t.name, c.cid",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    gather(columns, |kind| match kind {
        "INTEGER" => "number",
        "TEXT" => "text",
        "BLOB" => "bytes",
        other => panic!("SQLite has a column of type {other}"),
    })
}

async fn postgres_schema(url: &str) -> Schema {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let columns: Vec<(String, String, String, bool)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO'
         FROM information_schema.columns WHERE table_schema = 'public'
         ORDER BY table_name COLLATE \"C\", ordinal_position",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    gather(columns, |kind| match kind {
        "bigint" | "boolean" => "number",
        "text" => "text",
        "bytea" | "uuid" => "bytes",
        other => panic!("PostgreSQL has a column of type {other}"),
    })
}

fn gather(
    columns: Vec<(String, String, String, bool)>,
    kind: impl Fn(&str) -> &'static str,
) -> Schema {
    let mut schema = Schema::new();
    for (table, column, type_name, needed) in columns {
        if !is_search(&table) {
            schema
                .entry(table)
                .or_default()
                .push((column, kind(&type_name), needed));
        }
    }
    schema
}
