//! Why an import did not begin, or stopped.

use std::{io, path::PathBuf};

use eider_domain::importing::{MappingError, MissingColumn, Unnamed};

use super::limits::{COLUMNS_LIMIT, FIELD_LIMIT_BYTES, ROW_LIMIT_BYTES, ROWS_LIMIT};

/// Why an import did not begin, or stopped. What was saved before it stopped is whole, and the
/// same import run again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read or written.
    #[error("{} cannot be {done}: {source}.", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried: "read" or "written".
        done: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// No mapping of that name ships with Eider, and no file has it.
    #[error(
        "There is no mapping “{name}”: no file has that name, and the mappings that come with Eider are {presets}."
    )]
    NoMapping {
        /// The name.
        name: String,
        /// The names that would do.
        presets: String,
    },
    /// The mapping has a mistake.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The export lacks a column.
    #[error(transparent)]
    MissingColumn(#[from] MissingColumn),
    /// The export has no rows.
    #[error("The export is empty. Its first line should name its columns.")]
    Empty,
    /// It is not text.
    #[error(
        "The first line of the export is not text in UTF-8. If the file is packed, unpack it first; else save it as CSV in UTF-8."
    )]
    NotText,
    /// Too many columns.
    #[error(
        "The export has {0} columns, and at most {COLUMNS_LIMIT} are read. Export fewer of them, or check the delimiter in the mapping."
    )]
    TooManyColumns(usize),
    /// A row without end.
    #[error(
        "The row that begins near line {line} is longer than {} MB. Probably a quotation mark is not closed there. Nothing was imported.",
        ROW_LIMIT_BYTES / 1024 / 1024
    )]
    RowTooLong {
        /// About where it begins.
        line: u64,
    },
    /// A field that is too long.
    #[error(
        "The row near line {line} has a field longer than {} MB. Shorten it, or leave out its column. Nothing was imported.",
        FIELD_LIMIT_BYTES / 1024 / 1024
    )]
    FieldTooLong {
        /// About where its row begins.
        line: u64,
    },
    /// More rows than are held in mind.
    #[error(
        "The export has more than {ROWS_LIMIT} rows. Split it by tickets, and import one part after the other. Nothing was imported."
    )]
    TooManyRows,
    /// Somebody wrote into the file.
    #[error(
        "The export changed while it was read. Run the import again when nobody writes into the file; what was saved so far is whole."
    )]
    Changed,
    /// The use case failed.
    #[error(transparent)]
    App(#[from] crate::Error),
    /// A name was not resolved; a mistake of Eider's.
    #[error(transparent)]
    Unnamed(#[from] Unnamed),
    /// The thread that reads the export ended; a mistake of Eider's.
    #[error(
        "Reading the export ended unexpectedly. Run the import again; what was saved so far is whole."
    )]
    Interrupted,
}

impl From<eider_store::Error> for ImportError {
    fn from(error: eider_store::Error) -> Self {
        Self::App(error.into())
    }
}
