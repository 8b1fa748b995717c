//! A real server on port 0, both databases, people to begin with, and a clock that the test moves.
//!
//! A story is written once and told on SQLite and on PostgreSQL: [`on_both`]. Nothing here is
//! part of the product.

mod contact_desk;
mod database;
mod desk;
pub mod postgres;
mod program;
pub mod providers;
mod server;
pub mod slack;
mod slack_desk;

use std::time::Duration;

pub use contact_desk::{ContactDesk, code_in};
pub use database::{Database, on_both, on_sqlite};
pub use desk::{TestDesk, at};
pub use program::{RunningProgram, printed};
pub use server::{Client, TestServer, trust_in_ring};
pub use slack_desk::{DESK_URL, Known, SlackDesk};

/// What a story waits for has come by then, by the machine's clock, however busy it is; or it hangs.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks at whether something has come.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(10);
/// How many looks that makes.
pub(crate) const LOOKS: u128 = PATIENCE.as_millis() / LOOK_EVERY.as_millis();
