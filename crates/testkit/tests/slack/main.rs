//! The strict Slack of the testkit, tried by itself: it has to refuse what Slack refuses.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod acts;
mod files;
mod forms;
mod limits;
mod rates;
mod reads;
mod sockets;
mod stand_in;
mod talk;
mod troubles;
