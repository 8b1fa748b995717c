//! What people do in Slack, and what they see there.

pub(crate) mod ask;
mod calls;
mod cannot_wait;
mod card;
mod connecting;
mod deed;
mod digest;
mod filing;
mod find;
mod home;
mod incident;
mod joining;
mod line;
mod manners;
mod on_call;
mod page;
mod pages;
mod relied_on;
mod storm;
mod thread;
