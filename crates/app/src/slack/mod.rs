//! What Eider keeps of Slack: how it is connected, which channels are for support, and who is who.
//!
//! The wire itself is for `eider-slack`; this is what pages, commands and that crate share.

mod ask;
mod connection;
mod digest;
mod home;
mod install;
mod person;
mod say;
mod setup;
mod standing;

pub use ask::{Asking, ask};
pub use connection::{
    FOLLOWED, SLACK, Settings, Wire, connect, disconnect, place_channel, remove_channel,
    save_settings, sealed, settings, settings_in,
};
pub(crate) use digest::plan_anew;
pub use digest::{
    DIGEST_JOB, DIGEST_PLAN_JOB, Digest, HeldCall, OnCallNow, digest, is_digest_of_today,
    plan_digest, plan_next_digest,
};
pub use home::{HOME_PART_LIMIT, HOME_SHIFTS_SHOWN, Home, home};
pub use install::{REFRESH_JOB, begin_install, finish_install, refresh_now, refreshed};
pub use person::{
    LINK_LASTS_HOURS, REQUEST_JOB, Who, follow_link, link_address, offer_link, recognise, seen_link,
};
pub use say::{Origin, body_hash, edit, say, withdraw};
pub use setup::{
    CONNECT_JOB, Connecting, Edit, connected, connecting, edit_settings, enter_token, not_connected,
};
pub use standing::{
    Connected, Found, LOOK_JOB, Line, Overview, Refusal, found, look_again, look_at, note_line,
    note_refusal, note_trouble, overview, place_found,
};

/// For how long what Slack sent is kept after it was worked off, so that what is sent again is
/// known.
const KEPT_DAYS: i64 = 7;

/// Forgets what Slack sent more than [`KEPT_DAYS`] ago.
pub(crate) async fn forget_old(
    tx: &mut eider_store::Tx,
    now: jiff::Timestamp,
) -> crate::Result<()> {
    if let Ok(before) = now.checked_sub(jiff::SignedDuration::from_hours(24 * KEPT_DAYS)) {
        eider_store::slack::request::forget(tx, before).await?;
    }
    Ok(())
}
