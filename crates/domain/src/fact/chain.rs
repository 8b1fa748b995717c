//! The chain: each fact's link depends on every fact before, so that nothing can be altered
//! unnoticed.

use sha2::{Digest, Sha256};

use crate::{PersonId, TicketId};

/// A link of the chain: 32 bytes that depend on every fact before.
pub type ChainHash = [u8; 32];

/// What the first fact follows.
pub const CHAIN_START: ChainHash = [0; 32];

/// The columns of a stored fact that its hash covers.
#[derive(Clone, Copy, Debug)]
pub struct ChainedColumns<'a> {
    /// Place in the chain, from 1.
    pub seq: i64,
    /// When it happened, in microseconds since 1970.
    pub at_micros: i64,
    /// When it was recorded, in microseconds since 1970.
    pub recorded_at_micros: i64,
    /// Who did it.
    pub actor: Option<PersonId>,
    /// The ticket it belongs to.
    pub ticket: Option<TicketId>,
    /// Its kind.
    pub kind: &'a str,
    /// Its data, as stored.
    pub data: &'a str,
}

/// The next link: SHA-256 over the link before and the stored columns, each with its length, so
/// that no two rows can be written alike.
pub fn chain(previous: &ChainHash, row: ChainedColumns<'_>) -> ChainHash {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    for number in [row.seq, row.at_micros, row.recorded_at_micros] {
        hasher.update(number.to_be_bytes());
    }
    for id in [row.actor.map(|id| id.0), row.ticket.map(|id| id.0)] {
        hasher.update([u8::from(id.is_some())]);
        hasher.update(id.unwrap_or_default().as_bytes());
    }
    for text in [row.kind, row.data] {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_changes_the_link() {
        let row = ChainedColumns {
            seq: 1,
            at_micros: 2,
            recorded_at_micros: 3,
            actor: None,
            ticket: None,
            kind: "followed",
            data: "",
        };
        let link = chain(&CHAIN_START, row);
        let nil = uuid::Uuid::nil();
        for other in [
            ChainedColumns { seq: 2, ..row },
            ChainedColumns {
                at_micros: 3,
                ..row
            },
            ChainedColumns {
                recorded_at_micros: 4,
                ..row
            },
            ChainedColumns {
                actor: Some(nil.into()),
                ..row
            },
            ChainedColumns {
                ticket: Some(nil.into()),
                ..row
            },
            ChainedColumns {
                kind: "followe",
                data: "d",
                ..row
            },
        ] {
            assert_ne!(chain(&CHAIN_START, other), link);
        }
    }
}
