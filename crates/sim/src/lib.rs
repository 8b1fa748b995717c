//! Whole deployments under faults, by a seed.
//!
//! A [`world`] has nodes that run the real `app`, `store`, `jobs` and `delivery` on one SQLite file,
//! people who are called, and providers. One thing happens at a time, and which one is drawn from
//! the seed, so that a seed always tells the same story. While faults happen, [`check`] says whether
//! anything was done that never may be (safety). Then they stop, and it says whether everything comes
//! to its end in time (liveness). Faults planted on purpose ([`fault::Planted`]) show that it would see
//! them.
//!
//! Nothing here goes into the product, and nothing reads the machine's clock or randomness.

pub mod alert;
pub mod chance;
pub mod check;
pub mod company;
mod deed;
pub mod duty;
pub mod fault;
mod happen;
mod monitor;
pub mod neglect;
mod node;
mod people;
pub mod provider;
pub mod report;
pub mod run;
pub mod shadow;
mod stage;
pub mod ticket;
pub mod world;

pub use fault::Planted;
pub use report::Report;
pub use run::{Options, run};
