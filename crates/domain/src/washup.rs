//! Wash-ups: what was learnt, without blame (L1, the light one).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{ActionId, PersonId};

/// A light wash-up of one ticket. It asks about the system, never about a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WashUp {
    /// What happened, prefilled from the timeline.
    pub what_happened: String,
    /// Who was affected, and how much.
    pub who_was_affected: String,
    /// What in the system made it possible.
    pub cause: String,
    /// How it was put right, or handed on.
    pub how_resolved: String,
    /// What we would do differently.
    pub lessons: String,
}

/// A follow-up that somebody agreed to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Identity.
    pub id: ActionId,
    /// What will be done.
    pub what: String,
    /// Who will do it.
    pub owner: PersonId,
    /// By when, as a date where the owner lives.
    pub due_on: Date,
    /// Done or not.
    pub done: bool,
}
