//! What Eider keeps of Slack: how it is connected, which channels are for support, and who is who.
//!
//! The wire itself is for `eider-slack`; this is what pages, commands and that crate share.

mod ask;
mod connection;
mod person;
mod say;
mod setup;

pub use ask::{Asking, ask};
pub use connection::{
    FOLLOWED, SLACK, Settings, Wire, connect, place_channel, remove_channel, save_settings, sealed,
    settings, settings_in,
};
pub use person::{
    LINK_LASTS_HOURS, REQUEST_JOB, Who, follow_link, link_address, offer_link, recognise, seen_link,
};
pub use say::{Origin, edit, say, withdraw};
pub use setup::{
    CONNECT_JOB, Connected, Connecting, Edit, Found, LOOK_JOB, Overview, REFRESH_JOB,
    begin_install, connected, connecting, edit_settings, enter_token, finish_install, found,
    look_again, look_at, not_connected, note_trouble, note_wire, overview, refresh_now, refreshed,
};
