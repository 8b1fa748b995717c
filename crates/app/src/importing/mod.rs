//! Importing tickets of another tracker with their history, from a CSV export.
//!
//! A thread reads the export twice, first to find each ticket's rows and then ticket by ticket, and
//! hands on batches. Each batch is saved in one transaction: people, squads, features, tickets,
//! facts and the words by which they are found. Of every ticket it is remembered by which key the
//! other tracker knows it and what was imported, so an import that was interrupted goes on when it
//! is run again, and one that is complete changes nothing.

mod error;
mod index;
mod limits;
mod reading;
mod rejected;
mod saving;

use std::{
    fs::{self, File},
    io::{self, BufReader, Cursor, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use eider_domain::{
    PersonId,
    importing::{Mapping, PRESETS, preset},
};
use jiff::Timestamp;
use tokio::sync::mpsc;

pub use error::ImportError;
pub use limits::*;
pub use rejected::Rejection;

use self::{
    index::index,
    reading::{Batch, read},
    rejected::RejectedFile,
    saving::Saver,
};
use crate::Eider;

/// What to import.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// The export.
    pub input: Input,
    /// What its columns mean.
    pub mapping: Mapping,
    /// Where to tell what could not be imported; written only when there is something.
    pub rejected: PathBuf,
    /// Who imports, if it is not the machine's administrator.
    pub actor: Option<PersonId>,
}

/// Where an export comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input, which is copied into a temporary file first.
    StandardInput,
}

impl Input {
    /// The input that a command line names: a path, or `-` for standard input.
    pub fn named(name: &Path) -> Self {
        match name.to_str() {
            Some("-") => Self::StandardInput,
            _ => Self::File(name.to_owned()),
        }
    }

    /// Where to tell what could not be imported, beside the export: `FILE.rejected.csv`.
    pub fn rejected(&self) -> PathBuf {
        match self {
            Self::StandardInput => "standard-input.rejected.csv".into(),
            Self::File(path) => {
                let mut name = path.clone().into_os_string();
                name.push(".rejected.csv");
                name.into()
            }
        }
    }
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The export is read for the first time, to find each ticket's rows.
    Reading {
        /// Bytes read.
        bytes: u64,
        /// Bytes in all.
        total_bytes: u64,
    },
    /// Its tickets are saved.
    Saving {
        /// Rows of tickets that are saved, were saved before, or cannot be imported.
        rows: u64,
        /// Rows in all.
        total_rows: u64,
    },
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Rows of the export.
    pub rows: u64,
    /// Tickets that are new here.
    pub imported: u64,
    /// Tickets that were here and have got further.
    pub updated: u64,
    /// Tickets that were here and are as they were.
    pub unchanged: u64,
    /// Facts that were recorded.
    pub facts: u64,
    /// Rows and tickets that could not be imported.
    pub rejected: u64,
    /// The file that tells which and why, if there are any.
    pub rejected_file: Option<PathBuf>,
    /// Columns that the mapping names and the export does not have; what they would tell was left
    /// out.
    pub absent_columns: Vec<String>,
}

/// The mapping of that name: one that comes with Eider, or a file.
///
/// # Errors
/// When there is neither, or the file has a mistake.
pub fn mapping_named(name: &str) -> Result<Mapping, ImportError> {
    if let Some(preset) = preset(name) {
        return Ok(Mapping::parse(preset.text)?);
    }
    match fs::read_to_string(name) {
        Ok(text) => Ok(Mapping::parse(&text)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ImportError::NoMapping {
            name: name.to_owned(),
            presets: PRESETS.map(|preset| preset.name).join(", "),
        }),
        Err(source) => Err(ImportError::File {
            path: name.into(),
            done: "read",
            source,
        }),
    }
}

/// Imports the tickets of an export with their history. What was imported before and has not
/// changed is left alone; what has got further since is brought up to date, unless people have
/// worked on it here.
///
/// # Errors
/// When the export or the mapping cannot be used as a whole, or the database fails. Whatever was
/// saved until then is whole, and running the import again completes it.
pub async fn import_tickets(
    eider: &Eider,
    options: ImportOptions,
    mut progress: impl FnMut(Progress),
) -> Result<ImportReport, ImportError> {
    let mut report = ImportReport::default();
    let mut rejected = RejectedFile::new(options.rejected)?;
    let source = options.mapping.source().to_owned();
    let mut saver = Saver::new(eider, &source, options.actor);
    let (sender, mut receiver) = mpsc::channel(3);
    let now = eider.now();
    let reader = tokio::task::spawn_blocking(move || {
        let send = |news| {
            sender
                .blocking_send(news)
                .map_err(|_| ImportError::Interrupted)
        };
        examine(&options.input, &options.mapping, now, send)
    });
    while let Some(news) = receiver.recv().await {
        match news {
            News::Progress(step) => progress(step),
            News::Indexed { rows, absent } => {
                report.rows = rows;
                report.absent_columns = absent;
            }
            News::Batch(batch, step) => {
                let outcome = saver.save(&batch.tickets).await?;
                for rejection in batch.rejected.iter().chain(&outcome.rejected) {
                    rejected.add(rejection)?;
                }
                report.imported += outcome.imported;
                report.updated += outcome.updated;
                report.unchanged += outcome.unchanged;
                report.facts += outcome.facts;
                progress(step);
            }
        }
    }
    reader.await.map_err(|_| ImportError::Interrupted)??;
    saver.finish().await?;
    report.rejected = rejected.count;
    report.rejected_file = rejected.finish()?;
    Ok(report)
}

/// What the thread that reads tells the one that saves.
enum News {
    Progress(Progress),
    Indexed { rows: u64, absent: Vec<String> },
    Batch(Batch, Progress),
}

fn examine(
    input: &Input,
    mapping: &Mapping,
    now: Timestamp,
    send: impl Fn(News) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let (file, total_bytes) = open(input)?;
    examine_export(BufReader::new(file), total_bytes, mapping, now, send)
}

fn examine_export(
    mut export: impl Read + Seek,
    total_bytes: u64,
    mapping: &Mapping,
    now: Timestamp,
    send: impl Fn(News) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let index = index(&mut export, mapping, |bytes| {
        send(News::Progress(Progress::Reading { bytes, total_bytes }))
    })?;
    send(News::Indexed {
        rows: index.rows,
        absent: index.layout.absent().to_vec(),
    })?;
    let (mut rows, total_rows) = (0, index.rows);
    read(export, mapping.delimiter(), &index, now, |batch| {
        rows += batch.rows;
        send(News::Batch(batch, Progress::Saving { rows, total_rows }))
    })
}

/// What an export holds, without importing it: how many tickets could be, and what could not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examined {
    /// Rows of the export.
    pub rows: u64,
    /// Tickets that can be imported.
    pub tickets: u64,
    /// Rows and tickets that cannot.
    pub rejected: Vec<Rejection>,
}

/// Reads an export that is in memory as an import at `now` would, without a database.
///
/// # Errors
/// When the export cannot be used as a whole.
pub fn examine_bytes(
    bytes: &[u8],
    mapping: &Mapping,
    now: Timestamp,
) -> Result<Examined, ImportError> {
    let examined = std::cell::RefCell::new(Examined::default());
    examine_export(
        Cursor::new(bytes),
        bytes.len() as u64,
        mapping,
        now,
        |news| {
            let mut examined = examined.borrow_mut();
            match news {
                News::Progress(_) => {}
                News::Indexed { rows, .. } => examined.rows = rows,
                News::Batch(batch, _) => {
                    examined.tickets += batch.tickets.len() as u64;
                    examined.rejected.extend(batch.rejected);
                }
            }
            Ok(())
        },
    )?;
    Ok(examined.into_inner())
}

fn open(input: &Input) -> Result<(File, u64), ImportError> {
    let path = match input {
        Input::File(path) => path.clone(),
        Input::StandardInput => "Standard input".into(),
    };
    let opened = match input {
        Input::File(path) => File::open(path),
        Input::StandardInput => tempfile::tempfile().and_then(|mut copy| {
            io::copy(&mut io::stdin().lock(), &mut copy)?;
            copy.seek(SeekFrom::Start(0))?;
            Ok(copy)
        }),
    };
    opened
        .and_then(|file| {
            let length = file.metadata()?.len();
            Ok((file, length))
        })
        .map_err(|source| ImportError::File {
            path,
            done: "read",
            source,
        })
}
