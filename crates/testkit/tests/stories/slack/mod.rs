//! What people do in Slack, and what they see there.

mod ask;
mod card;
mod connecting;
mod digest;
mod find;
mod home;
mod joining;
mod line;
mod pages;
