//! What Eider keeps of Slack: how it is connected, which channels are for support, and who is who.
//!
//! The wire itself is for `eider-slack`; this is what pages, commands and that crate share.

mod ask;
mod connection;
mod person;
mod say;

pub use ask::{Asking, ask};
pub use connection::{
    FOLLOWED, SLACK, Settings, Wire, connect, place_channel, remove_channel, save_settings,
    settings, settings_in,
};
pub use person::{
    LINK_LASTS_HOURS, REQUEST_JOB, Who, follow_link, link_address, offer_link, recognise, seen_link,
};
pub use say::{Origin, edit, say, withdraw};
