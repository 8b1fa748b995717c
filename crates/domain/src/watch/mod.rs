//! The watcher watched: whether anything is older than its time, and what a watcher outside of Eider
//! says when it does not hear of it.

mod late;
mod standing;

pub use late::{FAILURES_LIMIT, Late, Oldest};
pub use standing::{Say, Standing};
