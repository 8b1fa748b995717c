//! Records as bytes, little-endian. A page begins with its number, so that pages may be joined;
//! then follow 88 bytes for each ticket, at the place of its number in the page.
//!
//! ```text
//!  0 flags       1 priority    2 respond     3 resolve     4 hand-offs   6 ping-pong
//!  8 reopened   10 people     12 replies    16 hands-on seconds         20 unowned seconds
//! 24 opened     32 resolved   40 closed     48 unowned since (microseconds since 1970)
//! 56 squad      72 feature
//! ```
//! A change of this needs a migration that rebuilds the pages.

use eider_domain::{
    TicketNumber,
    figures::{Outcome, Record},
    priority::Rank,
};
use uuid::Uuid;

use crate::{Result, row::unreadable};

/// Tickets in a page: 44 records fill a page of SQLite, and two pages one of PostgreSQL.
pub(super) const TICKETS: usize = 44;
const LENGTH: usize = 88;
const HEAD: usize = 8;
const PAGE_LENGTH: usize = HEAD + TICKETS * LENGTH;

const PRESENT: u8 = 1;
const MERGED: u8 = 2;
const CHANGE_KNOWN: u8 = 4;
const CHANGE_NEEDED: u8 = 8;
const HAS_SQUAD: u8 = 16;
const HAS_FEATURE: u8 = 32;
/// Stands for an instant that is not there.
const NEVER: i64 = i64::MIN;

/// A page that is being changed.
pub(super) struct Page(Vec<u8>);

pub(super) fn page_of(number: TicketNumber) -> i64 {
    number.0.div_euclid(TICKETS as i64)
}

impl Page {
    pub(super) fn empty(number: i64) -> Self {
        let mut bytes = vec![0; PAGE_LENGTH];
        bytes[..HEAD].copy_from_slice(&number.to_le_bytes());
        Self(bytes)
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        if bytes.len() == PAGE_LENGTH {
            Ok(Self(bytes.to_vec()))
        } else {
            Err(unreadable("a page of figures", bytes.len()))
        }
    }

    pub(super) fn set(&mut self, record: &Record) {
        let place = record.number.0.rem_euclid(TICKETS as i64);
        let start = HEAD + usize::try_from(place).unwrap_or(0) * LENGTH;
        write(&mut self.0[start..start + LENGTH], record);
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// When the first and the last of its tickets were asked.
    pub(super) fn opened_between(&self) -> (i64, i64) {
        let opened = self.0[HEAD..]
            .chunks_exact(LENGTH)
            .filter(|bytes| bytes[0] & PRESENT > 0)
            .map(|bytes| long(bytes, 24));
        opened.fold((i64::MAX, i64::MIN), |(first, last), at| {
            (first.min(at), last.max(at))
        })
    }
}

/// Calls `with` for each record of pages that were joined.
pub(super) fn each(joined: &[u8], with: &mut impl FnMut(&Record)) -> Result<()> {
    let pages = joined.chunks_exact(PAGE_LENGTH);
    if !pages.remainder().is_empty() {
        return Err(unreadable("pages of figures", joined.len()));
    }
    for page in pages {
        let first = long(page, 0) * TICKETS as i64;
        for (record, number) in page[HEAD..].chunks_exact(LENGTH).zip(first..) {
            if record[0] & PRESENT > 0 {
                with(&read(record, TicketNumber(number))?);
            }
        }
    }
    Ok(())
}

fn write(bytes: &mut [u8], record: &Record) {
    let flag = |is_set, flag| if is_set { flag } else { 0 };
    bytes[0] = PRESENT
        | flag(record.is_merged, MERGED)
        | flag(record.change_needed.is_some(), CHANGE_KNOWN)
        | flag(record.change_needed == Some(true), CHANGE_NEEDED)
        | flag(record.squad.is_some(), HAS_SQUAD)
        | flag(record.feature.is_some(), HAS_FEATURE);
    bytes[1] = record.priority.get();
    bytes[2] = outcome_byte(record.respond);
    bytes[3] = outcome_byte(record.resolve);
    bytes[4..6].copy_from_slice(&record.hand_offs.to_le_bytes());
    bytes[6..8].copy_from_slice(&record.ping_pong.to_le_bytes());
    bytes[8..10].copy_from_slice(&record.reopened.to_le_bytes());
    bytes[10..12].copy_from_slice(&record.people.to_le_bytes());
    bytes[12..16].copy_from_slice(&record.replies.to_le_bytes());
    bytes[16..20].copy_from_slice(&record.hands_on_seconds.to_le_bytes());
    bytes[20..24].copy_from_slice(&record.unowned_seconds.to_le_bytes());
    let instants = [
        Some(record.opened_micros),
        record.resolved_micros,
        record.closed_micros,
        record.unowned_since_micros,
    ];
    for (place, at) in bytes[24..56].chunks_exact_mut(8).zip(instants) {
        place.copy_from_slice(&at.unwrap_or(NEVER).to_le_bytes());
    }
    let ids = [
        record.squad.map(|squad| squad.0),
        record.feature.map(|feature| feature.0),
    ];
    for (place, id) in bytes[56..88].chunks_exact_mut(16).zip(ids) {
        place.copy_from_slice(id.unwrap_or_default().as_bytes());
    }
}

fn read(bytes: &[u8], number: TicketNumber) -> Result<Record> {
    let has = |flag| bytes[0] & flag > 0;
    Ok(Record {
        number,
        is_merged: has(MERGED),
        priority: Rank::new(bytes[1].into())
            .ok_or_else(|| unreadable("a ticket's priority", bytes[1]))?,
        feature: has(HAS_FEATURE).then(|| id(bytes, 72).into()),
        squad: has(HAS_SQUAD).then(|| id(bytes, 56).into()),
        opened_micros: long(bytes, 24),
        resolved_micros: maybe(long(bytes, 32)),
        closed_micros: maybe(long(bytes, 40)),
        respond: outcome(bytes[2])?,
        resolve: outcome(bytes[3])?,
        change_needed: has(CHANGE_KNOWN).then(|| has(CHANGE_NEEDED)),
        replies: u32::from_le_bytes(part(bytes, 12)),
        people: u16::from_le_bytes(part(bytes, 10)),
        hands_on_seconds: u32::from_le_bytes(part(bytes, 16)),
        hand_offs: u16::from_le_bytes(part(bytes, 4)),
        ping_pong: u16::from_le_bytes(part(bytes, 6)),
        reopened: u16::from_le_bytes(part(bytes, 8)),
        unowned_seconds: u32::from_le_bytes(part(bytes, 20)),
        unowned_since_micros: maybe(long(bytes, 48)),
    })
}

fn outcome_byte(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Open => 0,
        Outcome::Kept => 1,
        Outcome::Late => 2,
    }
}

fn outcome(byte: u8) -> Result<Outcome> {
    match byte {
        0 => Ok(Outcome::Open),
        1 => Ok(Outcome::Kept),
        2 => Ok(Outcome::Late),
        _ => Err(unreadable("an outcome", byte)),
    }
}

/// The bytes from `at` on. The length of a record is checked before, so that they are there.
fn part<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[at..at + N]);
    part
}

fn long(bytes: &[u8], at: usize) -> i64 {
    i64::from_le_bytes(part(bytes, at))
}

fn id(bytes: &[u8], at: usize) -> Uuid {
    Uuid::from_bytes(part(bytes, at))
}

fn maybe(micros: i64) -> Option<i64> {
    (micros != NEVER).then_some(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: i64) -> Record {
        Record {
            number: TicketNumber(number),
            is_merged: true,
            priority: Rank::P2,
            feature: Some(Uuid::from_u128(7).into()),
            squad: None,
            opened_micros: -5_000_000,
            resolved_micros: Some(10),
            closed_micros: None,
            respond: Outcome::Kept,
            resolve: Outcome::Late,
            change_needed: Some(false),
            replies: 70_000,
            people: 3,
            hands_on_seconds: 100_000,
            hand_offs: 4,
            ping_pong: 5,
            reopened: 6,
            unowned_seconds: 80_000,
            unowned_since_micros: Some(1_700_000_000_000_000),
        }
    }

    fn all(pages: &[&Page]) -> Vec<Record> {
        let bytes: Vec<&[u8]> = pages.iter().map(|page| page.bytes()).collect();
        let mut records = Vec::new();
        each(&bytes.concat(), &mut |record| records.push(*record)).unwrap();
        records
    }

    #[test]
    fn a_page_gives_back_what_was_put_in() {
        let first = Record {
            change_needed: Some(true),
            is_merged: false,
            squad: Some(Uuid::from_u128(u128::MAX).into()),
            feature: None,
            opened_micros: 99_000_000,
            unowned_since_micros: None,
            ..record(1012)
        };
        let second = record(1055);
        assert_eq!(page_of(first.number), 23);
        assert_eq!(page_of(second.number), 23);
        assert_eq!(page_of(TicketNumber(1056)), 24);
        let mut page = Page::empty(23);
        page.set(&second);
        page.set(&record(1012));
        page.set(&first);
        assert_eq!(all(&[&page]), [first, second]);
        assert_eq!(page.opened_between(), (-5_000_000, 99_000_000));
        let mut next = Page::empty(24);
        next.set(&record(1056));
        let again = Page::read(page.bytes()).unwrap();
        assert_eq!(all(&[&again, &next]), [first, second, record(1056)]);
    }

    #[test]
    fn damage_is_told() {
        assert!(Page::read(&[0; 87]).is_err());
        assert!(each(&[0; PAGE_LENGTH + 1], &mut |_| {}).is_err());
        let mut page = Page::empty(1);
        page.set(&record(44));
        page.0[HEAD + 1] = 0;
        assert!(each(page.bytes(), &mut |_| {}).is_err());
    }
}
