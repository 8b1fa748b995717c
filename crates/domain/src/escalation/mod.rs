//! Escalation: whom to reach, one after another and within which time, and whether it is worth
//! waking anybody for.
//!
//! A [`Plan`] has levels of targets; [`Company`] says which people a target means at an instant.
//! [`PagingRules`] say for each squad and priority which plan holds and whether calls wait until
//! hours start. A plan ends with its last resort, which is never nobody.

mod company;
mod plan;
mod waking;

pub use company::{Company, Member};
pub use plan::{
    ACKNOWLEDGE_LEAST_SECONDS, ACKNOWLEDGE_LIMIT_SECONDS, ASK_AGAIN_LEAST_SECONDS,
    ASK_AGAIN_LIMIT_SECONDS, Level, MAX_LEVELS, MAX_ROUNDS, MAX_TARGETS, Plan, PlanError, Policy,
    Target,
};
pub use waking::{Happening, Paging, PagingRules, Waking};
