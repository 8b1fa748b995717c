//! The first time through an export: where the rows of each ticket stand.
//!
//! Rows of one ticket may be far apart, and an export may be larger than memory. So the file is
//! read twice: once to note where each ticket's rows are, and once ticket by ticket.

use std::{
    cell::Cell,
    collections::HashMap,
    io::{self, Read},
    rc::Rc,
};

use csv::{ByteRecord, ReaderBuilder};
use eider_domain::importing::{Layout, Mapping};
use sha2::{Digest, Sha256};

use super::{
    ImportError,
    limits::{COLUMNS_LIMIT, FIELD_LIMIT_BYTES, ROW_LIMIT_BYTES, ROWS_LIMIT},
};

const BUFFER_BYTES: usize = 64 * 1024;
/// After how many rows it is told how far reading has come.
const ROWS_BETWEEN_NEWS: u64 = 10_000;

/// The ticket of rows of which it cannot be told whose they are.
pub(super) const NOBODY: u32 = u32::MAX;

/// Some rows of one ticket that stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// The ticket's place among the tickets, by first appearance.
    pub(super) ticket: u32,
    /// The first byte.
    pub(super) start: u64,
    /// How many bytes.
    pub(super) length: u64,
    /// The line of the first byte, from 1. The row itself begins after any ends of lines there.
    pub(super) line: u64,
}

/// Where the rows of each ticket stand.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) layout: Layout,
    /// By ticket, then by place.
    pub(super) extents: Vec<Extent>,
    pub(super) rows: u64,
}

/// Reads `export` once. `news` hears how many bytes were read.
pub(super) fn index(
    export: impl Read,
    mapping: &Mapping,
    mut news: impl FnMut(u64) -> Result<(), ImportError>,
) -> Result<Index, ImportError> {
    let mut records = Records::new(export, mapping.delimiter());
    let mut record = ByteRecord::new();
    if records.next(&mut record)?.is_none() {
        return Err(ImportError::Empty);
    }
    let layout = bind(mapping, &record)?;
    let (mut tickets, mut extents) = (Tickets::default(), Vec::new());
    let mut rows = 0;
    while let Some(place) = records.next(&mut record)? {
        rows += 1;
        if rows > ROWS_LIMIT {
            return Err(ImportError::TooManyRows);
        }
        let fields: Vec<&str> = record
            .iter()
            .map(|field| str::from_utf8(field).unwrap_or(""))
            .collect();
        let ticket = layout.key(&fields).map(|key| tickets.place(&key));
        extend(&mut extents, ticket.unwrap_or(NOBODY), place);
        if rows % ROWS_BETWEEN_NEWS == 0 {
            news(place.end)?;
        }
    }
    extents.sort_by_key(|extent| (extent.ticket, extent.start));
    Ok(Index {
        layout,
        extents,
        rows,
    })
}

/// Adds a row to the extent before it, if that is of the same ticket and ends where the row begins.
fn extend(extents: &mut Vec<Extent>, ticket: u32, place: Place) {
    match extents.last_mut() {
        Some(last)
            if last.ticket == ticket
                && last.start + last.length == place.start
                && last.length < ROW_LIMIT_BYTES =>
        {
            last.length = place.end - last.start;
        }
        _ => extents.push(Extent {
            ticket,
            start: place.start,
            length: place.end - place.start,
            line: place.line,
        }),
    }
}

/// Where a row stands.
#[derive(Clone, Copy)]
struct Place {
    start: u64,
    end: u64,
    line: u64,
}

/// The rows of an export, none of them longer than may be.
struct Records<R> {
    reader: csv::Reader<Bounded<R>>,
    allowance: Rc<Cell<u64>>,
}

impl<R: Read> Records<R> {
    fn new(export: R, delimiter: u8) -> Self {
        let allowance = Rc::new(Cell::new(0));
        let reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(Bounded {
                inner: export,
                allowance: Rc::clone(&allowance),
            });
        Self { reader, allowance }
    }

    /// Reads the next row into `record`; nothing when there is none.
    fn next(&mut self, record: &mut ByteRecord) -> Result<Option<Place>, ImportError> {
        self.allowance.set(ROW_LIMIT_BYTES);
        let line = self.reader.position().line();
        let more = self.reader.read_byte_record(record).map_err(|error| {
            if self.allowance.get() == 0 {
                ImportError::RowTooLong { line }
            } else {
                unreadable(error)
            }
        })?;
        if record.iter().any(|field| field.len() > FIELD_LIMIT_BYTES) {
            return Err(ImportError::FieldTooLong { line });
        }
        let start = record.position().map_or(0, csv::Position::byte);
        let line = record.position().map_or(line, csv::Position::line);
        let end = self.reader.position().byte();
        Ok(more.then_some(Place { start, end, line }))
    }
}

fn bind(mapping: &Mapping, record: &ByteRecord) -> Result<Layout, ImportError> {
    if record.len() > COLUMNS_LIMIT {
        return Err(ImportError::TooManyColumns(record.len()));
    }
    let header: Vec<&str> = record
        .iter()
        .map(str::from_utf8)
        .collect::<Result<_, _>>()
        .map_err(|_| ImportError::NotText)?;
    Ok(Layout::bind(mapping, &header)?)
}

pub(super) fn unreadable(error: csv::Error) -> ImportError {
    let source = match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::from(io::ErrorKind::InvalidData),
    };
    ImportError::File {
        path: "The export".into(),
        done: "read",
        source,
    }
}

/// The places of tickets by first appearance. Of a key only 16 bytes of its digest are kept, so
/// that millions of them fit into memory.
#[derive(Default)]
struct Tickets {
    places: HashMap<[u8; 16], u32>,
    last: Option<(String, u32)>,
}

impl Tickets {
    fn place(&mut self, key: &str) -> u32 {
        if let Some((last, place)) = &self.last
            && last == key
        {
            return *place;
        }
        let digest = Sha256::digest(key.as_bytes());
        let mut short = [0; 16];
        short.copy_from_slice(&digest[..16]);
        // There are at most as many tickets as rows, and of those fewer than a u32 counts.
        let next = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(short).or_insert(next);
        self.last = Some((key.to_owned(), place));
        place
    }
}

/// Gives out no more bytes than are allowed until the allowance is renewed: the reader of CSV would
/// hold a row of any length in memory.
struct Bounded<R> {
    inner: R,
    allowance: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let allowed = usize::try_from(self.allowance.get()).unwrap_or(usize::MAX);
        if allowed == 0 {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let length = buffer.len().min(allowed);
        let read = self.inner.read(&mut buffer[..length])?;
        self.allowance.set(self.allowance.get() - read as u64);
        Ok(read)
    }
}
