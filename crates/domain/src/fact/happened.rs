//! A fact with its circumstances.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Fact;
use crate::{PersonId, TicketId};

/// One of the two clocks of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Until somebody has answered.
    Respond,
    /// Until it is put right.
    Resolve,
}

/// A fact with its circumstances, before it has a place in the chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Happened {
    /// When it happened; for imported history, when it happened there.
    pub at: Timestamp,
    /// Who did it; nobody when Eider did it by itself.
    pub actor: Option<PersonId>,
    /// The ticket it belongs to, if it belongs to one.
    pub ticket: Option<TicketId>,
    /// What happened.
    pub fact: Fact,
}
