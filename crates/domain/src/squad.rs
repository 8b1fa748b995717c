//! Squads: the people who look after some features.

use serde::{Deserialize, Serialize};

use crate::SquadId;

/// A squad.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Squad {
    /// Identity.
    pub id: SquadId,
    /// Name as people say it; unique without regard to case.
    pub name: String,
    /// What an hour of one of its people costs, in hundredths of the currency.
    pub rate_cents_per_hour: i64,
}
