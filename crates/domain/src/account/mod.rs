//! Coming in: which passwords are good, and how long to wait after wrong ones.

pub mod password;
pub mod throttle;
