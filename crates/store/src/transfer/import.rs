//! Into an empty database.

use std::io::{BufRead, Read as _};

use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, QueryBuilder};

use super::{
    FORMAT, Header, Moved, TableHeader, TableMark, Trailer,
    cell::Cell,
    export::count,
    hexadecimal,
    schema::{self, Table},
};
use crate::{Error, Result, Tx, db::on};

/// What a database holds before anybody has used it; an import replaces it.
const AT_FIRST: [&str; 4] = ["chain_head", "counter", "invitation", "priority"];

/// The longest line that is read: the largest attachment in base64, and room.
const LINE_LIMIT_BYTES: u64 = 64 * 1024 * 1024;
/// SQLite takes 32,766 parameters in a statement.
const PARAMETERS_A_STATEMENT: usize = 30_000;
const ROWS_A_STATEMENT: usize = 500;
const BYTES_A_STATEMENT: usize = 4 * 1024 * 1024;

/// Reads an export into the database of `tx`, which must be empty. What can be worked out from
/// the rest is left to the caller, and so is the commit.
///
/// # Errors
/// `Unusable` with a sentence when the database is in use, or the export is not whole or not of
/// this version. Nothing may be kept then.
pub async fn import(tx: &mut Tx, from: &mut (dyn BufRead + Send)) -> Result<Moved> {
    let mut lines = Lines {
        from,
        hasher: Sha256::new(),
        number: 0,
    };
    let header = read_header(&mut lines, crate::db::latest_migration(tx.is_sqlite()))?;
    let tables = schema::tables(tx).await?;
    compare(&tables, &header.tables)?;
    make_room(tx, &tables).await?;
    for (table, told) in tables.iter().zip(&header.tables) {
        let mark: TableMark = lines.next()?;
        if mark.table != table.name {
            return Err(lines.wrong("another table was expected"));
        }
        rows(tx, table, told.rows, &mut lines).await?;
    }
    let sum = hexadecimal(&lines.hasher.clone().finalize());
    let trailer: Trailer = lines.next()?;
    if trailer.sha256 != sum {
        return Err(Error::Unusable(
            "This export was altered or damaged after it was made: its sum does not fit. Nothing \
             was imported. Make a new one."
                .into(),
        ));
    }
    let told = header.tables.into_iter();
    Ok(Moved {
        tables: told.map(|table| (table.name, table.rows)).collect(),
    })
}

fn read_header(lines: &mut Lines<'_>, schema: i64) -> Result<Header> {
    let header: Header = lines.next().map_err(|_| {
        Error::Unusable("This is not an export of Eider. `eider export FILE` makes one.".into())
    })?;
    if header.eider_export != FORMAT {
        return Err(Error::Unusable(format!(
            "This export is of the form {}, and this version of Eider reads the form {FORMAT}. \
             Use the version that made it.",
            header.eider_export
        )));
    }
    if header.schema != schema {
        return Err(Error::Unusable(format!(
            "This export comes from a database of version {}, and this Eider uses version \
             {schema}. Bring both to the same version of Eider (`eider migrate`), and export again.",
            header.schema
        )));
    }
    Ok(header)
}

fn compare(tables: &[Table], told: &[TableHeader]) -> Result<()> {
    let here: Vec<(&str, Vec<String>)> = tables
        .iter()
        .map(|table| (table.name.as_str(), table.column_names()))
        .collect();
    let there: Vec<(&str, Vec<String>)> = told
        .iter()
        .map(|table| (table.name.as_str(), table.columns.clone()))
        .collect();
    if here == there {
        Ok(())
    } else {
        Err(Error::Unusable(
            "The tables of this export are not those of this database. Export with the same \
             version of Eider."
                .into(),
        ))
    }
}

async fn make_room(tx: &mut Tx, tables: &[Table]) -> Result<()> {
    for table in tables {
        let is_at_first = AT_FIRST.contains(&table.name.as_str());
        if !is_at_first && count(tx, &table.name).await? > 0 {
            return Err(Error::Unusable(format!(
                "This database is in use (there is something in “{}”), and an import needs an \
                 empty one. Name another folder or database.",
                table.name
            )));
        }
    }
    for name in AT_FIRST {
        let sql = format!("DELETE FROM \"{name}\"");
        on!(tx, |c| sqlx::query(AssertSqlSafe(sql))
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

async fn rows(tx: &mut Tx, table: &Table, count: i64, lines: &mut Lines<'_>) -> Result<()> {
    let most = (PARAMETERS_A_STATEMENT / table.columns.len().max(1)).min(ROWS_A_STATEMENT);
    let mut batch = Vec::with_capacity(most);
    let mut size_bytes = 0;
    for _ in 0..count {
        let row = cells(table, lines)?;
        size_bytes += row.iter().map(Cell::size_bytes).sum::<usize>();
        batch.push(row);
        if batch.len() >= most || size_bytes >= BYTES_A_STATEMENT {
            insert(tx, table, std::mem::take(&mut batch)).await?;
            size_bytes = 0;
        }
    }
    insert(tx, table, batch).await
}

fn cells(table: &Table, lines: &mut Lines<'_>) -> Result<Vec<Cell>> {
    let values: Vec<Value> = lines.next()?;
    if values.len() != table.columns.len() {
        return Err(lines.wrong("it has not as many values as its table has columns"));
    }
    values
        .into_iter()
        .zip(&table.columns)
        .map(|(value, column)| {
            Cell::from_json(value, column)
                .ok_or_else(|| lines.wrong(&format!("its value for {} does not fit", column.name)))
        })
        .collect()
}

async fn insert(tx: &mut Tx, table: &Table, rows: Vec<Vec<Cell>>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    let start = format!("INSERT INTO \"{}\" ({}) ", table.name, columns.join(", "));
    on!(tx, |c| {
        let mut query = QueryBuilder::new(start);
        query.push_values(rows, |mut row, cells| {
            for cell in cells {
                cell.bind(&mut row);
            }
        });
        query.build().persistent(false).execute(c).await.map(drop)
    })?;
    Ok(())
}

/// Lines as they are read, and what they come to.
struct Lines<'a> {
    from: &'a mut (dyn BufRead + Send),
    hasher: Sha256,
    number: u64,
}

impl Lines<'_> {
    fn next<T: DeserializeOwned>(&mut self) -> Result<T> {
        let mut line = Vec::new();
        self.number += 1;
        let read = (&mut *self.from)
            .take(LINE_LIMIT_BYTES)
            .read_until(b'\n', &mut line);
        read.map_err(|error| Error::Unusable(format!("The export cannot be read: {error}.")))?;
        if line.last() != Some(&b'\n') {
            return Err(self.wrong("the file ends before its end"));
        }
        self.hasher.update(&line);
        serde_json::from_slice(&line).map_err(|error| self.wrong(&error.to_string()))
    }

    fn wrong(&self, what: &str) -> Error {
        Error::Unusable(format!(
            "Line {} of the export cannot be used: {what}. Nothing was imported.",
            self.number
        ))
    }
}
