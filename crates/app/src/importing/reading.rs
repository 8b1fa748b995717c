//! The second time through an export: one ticket after the other.

use std::io::{Read, Seek, SeekFrom};

use csv::{ByteRecord, ReaderBuilder};
use eider_domain::importing::{History, Layout, Reason, Snapshot};
use jiff::Timestamp;

use super::{
    ImportError,
    index::{Extent, Index, NOBODY, unreadable},
    limits::{BATCH_BYTES, BATCH_TICKETS, TICKET_LIMIT_BYTES},
    rejected::Rejection,
};

/// A ticket of the export.
#[derive(Debug)]
pub(super) struct Exported {
    pub(super) key: String,
    /// The line in which its first row begins.
    pub(super) line: u64,
    pub(super) history: History,
    pub(super) digest: [u8; 32],
}

/// Some tickets that are saved together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) tickets: Vec<Exported>,
    pub(super) rejected: Vec<Rejection>,
    pub(super) rows: u64,
    bytes: u64,
}

/// Reads the tickets of `export` and hands them on in batches. Nothing may lie after `now`.
pub(super) fn read(
    mut export: impl Read + Seek,
    delimiter: u8,
    index: &Index,
    now: Timestamp,
    mut hand_on: impl FnMut(Batch) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let mut batch = Batch::default();
    let mut bytes = Vec::new();
    let tickets = index
        .extents
        .chunk_by(|one, other| one.ticket == other.ticket);
    for extents in tickets {
        let length: u64 = extents.iter().map(|extent| extent.length).sum();
        let is_full = batch.tickets.len() >= BATCH_TICKETS || batch.bytes + length > BATCH_BYTES;
        if is_full && batch.rows > 0 {
            hand_on(std::mem::take(&mut batch))?;
        }
        batch.bytes += length;
        let is_whose = extents.iter().all(|extent| extent.ticket != NOBODY);
        if length > TICKET_LIMIT_BYTES && is_whose {
            batch.rejected.push(too_long(extents));
            continue;
        }
        let mut rows = Rows::new(&index.layout, now);
        for extent in extents {
            read_extent(&mut export, extent, &mut bytes)?;
            rows.add(&bytes, extent, delimiter)?;
        }
        rows.finish(&mut batch);
    }
    hand_on(batch)
}

fn too_long(extents: &[Extent]) -> Rejection {
    Rejection {
        line: extents.first().map_or(0, |extent| extent.line),
        reason: format!(
            "The rows of this ticket together are longer than {} MB. It was not imported.",
            TICKET_LIMIT_BYTES / 1024 / 1024
        ),
        row: String::new(),
    }
}

fn read_extent(
    export: &mut (impl Read + Seek),
    extent: &Extent,
    bytes: &mut Vec<u8>,
) -> Result<(), ImportError> {
    let length = usize::try_from(extent.length).unwrap_or(usize::MAX);
    bytes.resize(length, 0);
    let read = export
        .seek(SeekFrom::Start(extent.start))
        .and_then(|_| export.read_exact(bytes));
    read.map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => ImportError::Changed,
        _ => unreadable(error.into()),
    })
}

/// The rows of one ticket.
struct Rows<'a> {
    layout: &'a Layout,
    now: Timestamp,
    key: Option<String>,
    line: u64,
    count: u64,
    snapshots: Vec<Snapshot>,
    rejected: Vec<Rejection>,
    is_last_rejected: bool,
}

impl<'a> Rows<'a> {
    fn new(layout: &'a Layout, now: Timestamp) -> Self {
        Self {
            layout,
            now,
            key: None,
            line: 0,
            count: 0,
            snapshots: Vec::new(),
            rejected: Vec::new(),
            is_last_rejected: false,
        }
    }

    fn add(&mut self, bytes: &[u8], extent: &Extent, delimiter: u8) -> Result<(), ImportError> {
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut record = ByteRecord::new();
        while reader.read_byte_record(&mut record).map_err(unreadable)? {
            // The reader places a row before the ends of lines that lead to it.
            let (start, line) = record
                .position()
                .map_or((0, 1), |position| (position.byte(), position.line()));
            let start = usize::try_from(start).unwrap_or(bytes.len());
            let ends = bytes.iter().skip(start).take_while(|b| b"\r\n".contains(b));
            let ends = ends.filter(|byte| **byte == b'\n').count() as u64;
            self.add_row(&record, extent.line + line - 1 + ends, extent.ticket)?;
        }
        Ok(())
    }

    fn add_row(&mut self, record: &ByteRecord, line: u64, ticket: u32) -> Result<(), ImportError> {
        self.count += 1;
        let fields: Vec<&str> = record
            .iter()
            .map(|field| str::from_utf8(field).unwrap_or(""))
            .collect();
        let key = match (self.layout.key(&fields), ticket) {
            (Ok(key), ticket) if ticket != NOBODY => key,
            (Err(reason), NOBODY) => {
                self.rejected.push(Rejection::of_row(line, &reason, record));
                return Ok(());
            }
            _ => return Err(ImportError::Changed),
        };
        match &self.key {
            None => (self.key, self.line) = (Some(key), line),
            Some(known) if *known != key => return Err(ImportError::Changed),
            Some(_) => {}
        }
        let snapshot = self
            .check(record)
            .and_then(|()| self.layout.snapshot(&fields, line, self.now));
        self.is_last_rejected = snapshot.is_err();
        match snapshot {
            Ok(snapshot) => self.snapshots.push(snapshot),
            Err(reason) => self.rejected.push(Rejection::of_row(line, &reason, record)),
        }
        Ok(())
    }

    fn check(&self, record: &ByteRecord) -> Result<(), Reason> {
        if record.iter().any(|field| str::from_utf8(field).is_err()) {
            let reason = "It is not text in UTF-8. Save the export in UTF-8.";
            return Err(Reason(reason.into()));
        }
        let (length, width) = (record.len(), self.layout.width());
        if length != width {
            return Err(Reason(format!(
                "It has {length} fields, and the first line of the export names {width} columns. Perhaps a quotation mark or a delimiter is missing or too many."
            )));
        }
        Ok(())
    }

    /// A ticket of which the last row cannot be read is not imported: it is not known where it
    /// stands.
    fn finish(mut self, batch: &mut Batch) {
        batch.rows += self.count;
        batch.rejected.append(&mut self.rejected);
        let Some(key) = self.key.take() else {
            return;
        };
        let history = if self.is_last_rejected && !self.snapshots.is_empty() {
            Err(Reason("Its last row cannot be read.".into()))
        } else {
            self.layout.history(self.snapshots)
        };
        match history {
            Ok(history) => batch.tickets.push(Exported {
                digest: history.digest(),
                key,
                line: self.line,
                history,
            }),
            Err(reason) => batch.rejected.push(Rejection {
                line: self.line,
                reason: format!("Ticket {key} was not imported. {reason}"),
                row: String::new(),
            }),
        }
    }
}
