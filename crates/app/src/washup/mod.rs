//! Wash-ups: what was learnt from a ticket, and who follows it up (L1, the light one).

mod read;
mod write;

pub use read::{OpenAction, WashUpView, open, view};
pub use write::{NewAction, agree, agree_once, finish, write};

pub(crate) use read::open_of;
