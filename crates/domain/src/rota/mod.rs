//! Rotas: who is on call, when, and why.
//!
//! A [`Rota`] plans one [`Duty`] for a squad or the company, in [`Layer`]s of turns that begin at a
//! time of day in a zone. A [`Change`] puts somebody else on call for a time, an [`Absence`] takes
//! somebody off. A [`Roster`] reads them together and answers who holds the duty at an instant and
//! over a span, each with the reason, and leaves a gap a gap. [`findings()`] looks weeks ahead for
//! what should not be so, and [`News`] is what of it the lead is told; a [`Swap`] is how people mend it among themselves.
//!
//! Nothing here walks from the first day of a rota: the turn of an instant is reckoned.

mod change;
mod findings;
mod ics;
mod layer;
mod plan;
mod roster;
mod swap;
mod telling;
mod whole;

pub use change::{Absence, AbsenceError, Change, ChangeError, ChangeKind, MAX_CHANGE_DAYS};
pub use findings::{Finding, Found, findings};
pub use ics::{Event, feed};
pub use layer::{Cycle, CycleUnit, Layer, LayerError, MAX_PEOPLE, MAX_REPEATS};
pub use plan::{Cover, Duty, Limits, MAX_LAYERS, MAX_PLANS, Plan, Rota, RotaError};
pub use roster::{Holding, Missing, Reason, Roster, Shift, Span, Turn, Why};
pub use swap::{Decided, Offer, Swap, SwapCommand, SwapError, SwapState};
pub use telling::{AHEAD, Looked, News, PRESSING, Telling, next_digest, still_there};
