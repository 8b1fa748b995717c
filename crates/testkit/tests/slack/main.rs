//! The strict Slack of the testkit, tried by itself: it has to refuse what Slack refuses.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod forms;
mod limits;
mod reads;
mod stand_in;
mod talk;
