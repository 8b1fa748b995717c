//! Figures: what the tickets of a period come to, each with its definition (L2).
//!
//! Every figure is counted from one short [`Record`] for each ticket, in one pass, so that all of
//! them, in any grouping, cost the same and come out the same on every database. Name, title,
//! definition and columns of a figure stand in its own file; pages, CSV, JSON, pictures and
//! docs/figures.md are made from them.

mod about;
mod changes;
mod cost;
mod dearest;
mod effort;
mod group;
mod open_time;
mod ownership;
mod period;
mod reckoning;
mod record;
mod service_level;
mod statistics;

pub use about::{About, COMMON, Column, Figure, Unit, Value};
pub use changes::READING as MISUNDERSTOOD;
pub use group::{Dimension, Group, Key, Month, MonthStarts};
pub use open_time::Until;
pub use period::Period;
pub use reckoning::{Context, Line, Question, Reckoned, Reckoning};
pub use record::{Outcome, Record, large, small};
pub use statistics::{Interval, Percentile, mean, wilson};
