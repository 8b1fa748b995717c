//! Alerts: what monitors say, what belongs together, and what follows from it.
//!
//! A monitor sends [`Signal`]s. Signals of one key are one alert, however often they come; alerts
//! of one group share one ticket. [`Group::on_firing`] and [`Group::on_over`] decide what follows.

mod fired;
mod group;
mod signal;

pub use fired::Fired;
pub use group::{
    Deed, Group, LOOK_AT_CAUSES, Quiet, RESTLESS_FOR, RESTLESS_TURNS, SETTLES_FOR, TicketScene,
    holds_until,
};
pub use signal::{Says, Signal, alert_id, group_id};
