//! Service levels: how long an answer or a resolution may take, and how long it took.
//!
//! A [`Calendar`] says when a squad works, in civil time and one zone. [`Hours`] turns that into
//! instants and counts working time, exactly across daylight saving changes. A [`Goal`] is a
//! [`Target`] measured in such hours. A [`Clock`] is stored with each ticket; it remembers when the
//! ticket started, when its time stood still, what was announced and the first breach. Read against
//! a goal it answers when the ticket is due, what is left, and how late it was.
//!
//! Nothing here reads the machine's clock: every instant is an argument. Instants count in whole
//! microseconds, as they are stored; finer parts are dropped.

mod calendar;
mod clock;
mod hours;
mod ics;
mod reading;
mod target;
mod weekly;
mod windows;

pub(crate) use calendar::find_zone;
pub use calendar::{Calendar, CalendarError, Holiday, MAX_HOLIDAYS, MAX_NAME_CHARACTERS};
pub use clock::{Clock, ClockError, Outcome, Phase, Stop};
pub use hours::{HORIZON_SECONDS, Hours};
pub use ics::{IcsError, MAX_ICS_BYTES, MAX_ICS_EVENTS, holidays_from_ics};
pub use reading::{ClockState, Point, Reached, Reading};
pub use target::{Goal, MAX_TARGET_SECONDS, Target, TargetError};
pub use weekly::{DayHours, HoursError, Interval, TimeOfDay, WeeklyHours};
pub(crate) use windows::Windows;
