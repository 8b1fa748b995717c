//! Out of a database.

use std::io::Write;

use futures_util::TryStreamExt as _;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;

use super::{
    FORMAT, Header, Moved, TableHeader, TableMark, Trailer,
    cell::Cell,
    hexadecimal,
    schema::{self, Table},
};
use crate::{Error, Result, Tx, db::on};

/// Writes everything that `tx` sees to `to`, row by row.
///
/// # Errors
/// When the database fails, or `to` cannot be written.
pub async fn export(tx: &mut Tx, to: &mut (dyn Write + Send)) -> Result<Moved> {
    let mut lines = Lines {
        to,
        hasher: Sha256::new(),
    };
    let tables = schema::tables(tx).await?;
    let mut headers = Vec::with_capacity(tables.len());
    for table in &tables {
        headers.push(TableHeader {
            name: table.name.clone(),
            columns: table.column_names(),
            rows: count(tx, &table.name).await?,
        });
    }
    let header = Header {
        eider_export: FORMAT,
        schema: crate::db::latest_migration(tx.is_sqlite()),
        tables: headers,
    };
    lines.write(&header)?;
    for table in &tables {
        lines.write(&TableMark {
            table: table.name.clone(),
        })?;
        rows(tx, table, &mut lines).await?;
    }
    let sha256 = hexadecimal(&lines.hasher.clone().finalize());
    lines.write(&Trailer { sha256 })?;
    lines.to.flush().map_err(unwritable)?;
    Ok(Moved {
        tables: header
            .tables
            .into_iter()
            .map(|table| (table.name, table.rows))
            .collect(),
    })
}

pub(super) async fn count(tx: &mut Tx, table: &str) -> Result<i64> {
    let sql = format!("SELECT count(*) FROM \"{table}\"");
    Ok(on!(tx, |c| sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(c)
        .await)?)
}

async fn rows(tx: &mut Tx, table: &Table, lines: &mut Lines<'_>) -> Result<()> {
    let sql = table.select(tx.is_sqlite());
    on!(tx, |c| {
        let mut rows = sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch(c);
        while let Some(row) = rows.try_next().await? {
            let mut values = Vec::with_capacity(table.columns.len());
            for (place, column) in table.columns.iter().enumerate() {
                values.push(Cell::read(&row, place, column.kind)?.into_json());
            }
            lines.write(&Value::Array(values))?;
        }
    });
    Ok(())
}

/// Lines as they are written, and what they come to.
struct Lines<'a> {
    to: &'a mut (dyn Write + Send),
    hasher: Sha256,
}

impl Lines<'_> {
    fn write<T: Serialize>(&mut self, value: &T) -> Result<()> {
        let mut line = serde_json::to_vec(value)
            .map_err(|error| Error::Unusable(format!("A row cannot be written: {error}.")))?;
        line.push(b'\n');
        self.hasher.update(&line);
        self.to.write_all(&line).map_err(unwritable)
    }
}

fn unwritable(error: std::io::Error) -> Error {
    Error::Unusable(format!("The export cannot be written: {error}."))
}
