//! Use cases: load, decide with the domain, save facts, state and jobs in one transaction.
//!
//! Every face (pages, API, command line, Slack) comes through here. This crate holds no rule of
//! the field (those are in `eider-domain`), no SQL (that is in `eider-store`), and knows nothing of
//! HTTP. It reads time, randomness and new ids only from what the server gave it.

pub mod account;
pub mod alert;
pub mod as_code;
pub mod configure;
pub mod contact;
pub mod demo;
pub mod desk;
mod eider;
mod error;
pub mod escalation;
pub mod fact;
pub mod figures;
mod forgetting;
mod ids;
pub mod importing;
pub mod live;
mod members;
pub mod once;
pub mod page;
pub mod person;
pub mod readiness;
pub mod rota;
mod seal;
pub mod search;
pub mod service;
pub mod slack;
pub mod ticket;
pub mod transfer;
pub mod washup;
pub mod watch;

pub use eider::{Eider, Timers};
pub use eider_jobs::Clock;
pub use error::{Error, FieldError, Result};
pub use ids::Ids;
pub use seal::{SealKey, sealed};
