//! Tickets of other trackers: how an export is read, and what history its rows tell.
//!
//! A [`Mapping`] is a small file that says which column means what. Bound to the header of an
//! export it is a [`Layout`], which reads each row into a [`Snapshot`]: a ticket as it was at one
//! moment. All snapshots of one ticket make a [`History`]: how it was opened, and every change
//! with its original time. [`History::replay`] turns that into a ticket and its facts, and
//! [`History::catch_up`] into the facts that a ticket imported earlier lacks.

mod document;
mod history;
mod layout;
mod mapping;
mod presets;
mod replay;
mod snapshot;
mod states;
mod template;
mod times;

pub use history::{Event, History, Opening, What};
pub use layout::{Layout, MissingColumn};
pub use mapping::{Mapping, MappingError, Shape};
pub use presets::{PRESETS, Preset, preset};
pub use replay::{Names, Unnamed};
pub use snapshot::{Reason, Snapshot};
