//! Reaching one person: their contact methods, in which order and how soon these are tried, and
//! what becomes of each try.

mod attempt;
mod code;
mod instead;
mod message;
mod method;
mod plan;

pub use attempt::{Arrival, Attempt, AttemptState, Others, Outcome, Subject, Then};
pub use code::{CODE_DIGITS, CODE_LIFE, Code, CodeRefusal};
pub use instead::Instead;
pub use message::{Key, Message};
pub use method::{BadAddress, Kind, METHODS_LIMIT, Method, parse_address, shown_address};
pub use plan::{DELAY_LIMIT_SECONDS, Plan, PlanError, Quiet, Reach, Step, Try, Urgency, Way};
