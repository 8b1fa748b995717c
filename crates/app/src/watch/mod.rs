//! The watcher watched: whether all is in time, the heartbeat that says so outside, and what is
//! measured on the way.
//!
//! The heartbeat is a job, so that one node sends it and another takes over. It is sent only while
//! nothing is older than its time, so that silence means trouble whatever the trouble is.

mod health;
mod heartbeat;
mod measures;
mod probe;

pub use health::{Health, health, late};
pub use heartbeat::{
    Beat, HEARTBEAT_JOB, LastBeat, beat_done, beat_due, last_beat, plan_heartbeat,
};
pub use measures::{CALL_BUCKETS_SECONDS, Calls, Measures};
pub use probe::{Watcher, take_probe};
pub(crate) use probe::{handlers, words};
