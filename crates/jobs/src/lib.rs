//! A durable queue and timers.
//!
//! A job is a row that is written in the transaction of the facts that call for it. A [`Runner`]
//! claims what is due by lease, hands it to the handler of its kind, and tries again when that
//! fails. This crate knows no job by name and never reads state: a handler derives again what is
//! still to be done, so it may run twice.

mod clock;
mod runner;

pub use clock::Clock;
pub use eider_store::job::{Claimed, NewJob};
pub use runner::{Again, Handlers, LEASE, Runner, Takeovers};
