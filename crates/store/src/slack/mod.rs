//! What is known of Slack: workspaces, channels, people, threads, messages, and what Slack sent.

pub mod channel;
pub mod home;
pub mod link;
pub mod message;
pub mod person;
pub mod request;
pub mod thread;
pub mod workspace;
