//! The file beside an import that tells what could not be imported, and why.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
};

use csv::ByteRecord;
use eider_domain::importing::Reason;

use super::ImportError;

const HEADER: [&str; 3] = ["line", "reason", "row"];
/// More of a row is not repeated.
const ROW_LIMIT_CHARACTERS: usize = 2_000;

/// A row or a ticket that was not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The line of the export in which the row begins, from 1.
    pub line: u64,
    /// Why, in sentences that say how to mend it.
    pub reason: String,
    /// The row, shortened.
    pub row: String,
}

impl Rejection {
    pub(super) fn of_row(line: u64, reason: &Reason, record: &ByteRecord) -> Self {
        let fields: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        Self {
            line,
            reason: reason.0.clone(),
            row: fields
                .join(",")
                .chars()
                .take(ROW_LIMIT_CHARACTERS)
                .collect(),
        }
    }
}

/// The file, made when the first rejection comes.
#[derive(Debug)]
pub(super) struct RejectedFile {
    path: PathBuf,
    writer: Option<csv::Writer<File>>,
    pub(super) count: u64,
}

impl RejectedFile {
    /// A file at `path`. One of an earlier import is removed: it would be taken for this one's.
    pub(super) fn new(path: PathBuf) -> Result<Self, ImportError> {
        if is_ours(&path) {
            fs::remove_file(&path).map_err(|source| failed(&path, source))?;
        }
        Ok(Self {
            path,
            writer: None,
            count: 0,
        })
    }

    pub(super) fn add(&mut self, rejection: &Rejection) -> Result<(), ImportError> {
        let path = &self.path;
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                let file = File::create(path).map_err(|source| failed(path, source))?;
                let mut writer = csv::Writer::from_writer(file);
                written(path, writer.write_record(HEADER))?;
                none.insert(writer)
            }
        };
        self.count += 1;
        let line = rejection.line.to_string();
        let fields = [line.as_str(), &rejection.reason, &rejection.row];
        written(path, writer.write_record(fields))
    }

    /// Saves the file; its path, if there was anything to tell.
    pub(super) fn finish(self) -> Result<Option<PathBuf>, ImportError> {
        let Some(mut writer) = self.writer else {
            return Ok(None);
        };
        writer
            .flush()
            .map_err(|source| failed(&self.path, source))?;
        Ok(Some(self.path))
    }
}

fn is_ours(path: &Path) -> bool {
    let Ok(file) = File::open(path) else {
        return false;
    };
    let mut first = String::new();
    let is_read = BufReader::new(file).read_line(&mut first).is_ok();
    is_read && first.trim_end() == HEADER.join(",")
}

fn written(path: &Path, result: csv::Result<()>) -> Result<(), ImportError> {
    result.map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(source) => failed(path, source),
        _ => failed(path, std::io::ErrorKind::InvalidData.into()),
    })
}

fn failed(path: &Path, source: std::io::Error) -> ImportError {
    ImportError::File {
        path: path.to_owned(),
        done: "written",
        source,
    }
}
