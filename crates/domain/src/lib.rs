//! The pure rules of production support: what may happen to a ticket, and what follows.
//!
//! This crate takes facts and the present instant and answers with a decision: the new state and
//! the facts that happened. It never reads a clock, draws a random number, opens a connection or
//! waits; whoever calls it passes in time and new ids.

pub mod access;
pub mod account;
pub mod alert;
pub mod contact;
pub mod cost;
pub mod escalation;
pub mod fact;
pub mod feature;
pub mod figures;
pub mod glossary;
pub mod id;
pub mod importing;
pub mod known_issue;
pub mod page;
pub mod person;
pub mod priority;
pub mod readiness;
pub mod rota;
pub mod search;
pub mod service;
pub mod sla;
pub mod squad;
pub mod text;
pub mod ticket;
pub mod wall;
pub mod washup;
pub mod watch;

pub use id::*;
