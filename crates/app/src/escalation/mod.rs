//! Escalation policies, and what squads decide about paging.

pub(crate) mod policy;
pub(crate) mod rules;

pub use policy::{PolicyEdit, create_policy, save_policy};
pub use rules::save_rules;
