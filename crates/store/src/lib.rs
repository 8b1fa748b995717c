//! The only crate that knows SQL: facts, state, search and figures on SQLite and PostgreSQL.
//!
//! Each feature is a module of plain functions that take a [`Tx`]. One text of SQL serves both
//! databases; where they truly differ, a `match` shows it. This crate decides nothing: what may
//! happen is for `eider-domain`, and when is for `eider-app`. It never reads a clock.

pub mod alert;
pub mod api_token;
pub mod attachment;
pub mod attempt;
pub mod backup;
pub mod contact;
pub mod counter;
mod db;
pub mod doctor;
mod error;
pub mod escalation;
pub mod fact;
pub mod feature;
pub mod figures;
pub mod importing;
pub mod invitation;
pub mod job;
pub mod known_issue;
mod list;
pub mod message;
pub mod moment;
pub mod once;
pub mod page;
pub mod person;
pub mod priority;
pub mod readiness;
pub mod rota;
mod row;
pub mod search;
pub mod service;
pub mod session;
pub mod setting;
pub mod slack;
pub mod squad;
pub mod ticket;
pub mod transfer;
pub mod washup;
pub mod watch;
mod writer;

pub use db::{Db, Tx, answered_within};
pub use error::{Error, Result};
pub use row::name_key;
