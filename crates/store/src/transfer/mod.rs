//! Everything, out of one database and into another of either kind.
//!
//! An export is text, one JSON value a line: a header that names the tables, their columns and how
//! many rows each has; for each table a line with its name and then its rows as arrays; at the end
//! the SHA-256 of all lines before. Ids are written as UUIDs, bytes in base64 (RFC 4648), instants
//! as microseconds, truth as 0 and 1. Tables come after those that they refer to, and rows in the
//! order of their keys, so the same desk is written alike from both databases, byte for byte.
//!
//! What can be worked out from the rest is left out: the packed records of figures and the words
//! of the search. Whoever imports makes them anew.

mod cell;
mod export;
mod import;
mod schema;

use serde::{Deserialize, Serialize};

pub use export::export;
pub use import::import;

/// The form of an export; another number is another form.
const FORMAT: i64 = 1;

/// What was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Rows by table, in the order in which they were moved.
    pub tables: Vec<(String, i64)>,
}

impl Moved {
    /// All rows together.
    pub fn rows(&self) -> i64 {
        self.tables.iter().map(|(_, rows)| rows).sum()
    }
}

/// The first line of an export.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    eider_export: i64,
    /// The last migration of the database that it comes from.
    schema: i64,
    tables: Vec<TableHeader>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct TableHeader {
    name: String,
    columns: Vec<String>,
    rows: i64,
}

/// The line before a table's rows.
#[derive(Debug, Serialize, Deserialize)]
struct TableMark {
    table: String,
}

/// The last line of an export.
#[derive(Debug, Serialize, Deserialize)]
struct Trailer {
    sha256: String,
}

/// Whether a file that begins with `start` is an export.
pub fn is_export(start: &[u8]) -> bool {
    start.starts_with(br#"{"eider_export":"#)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
