//! Instants on a page: short words to read, the exact instant and zone beneath.

use jiff::Timestamp;
use maud::{Markup, html};

use super::words::{self, Reader};

/// "14:05", with the full instant and zone on hover and in `datetime`.
pub fn moment(at: Timestamp, reader: &Reader) -> Markup {
    html! {
        time datetime=(at) title=(words::full_instant(at, reader)) { (words::moment(at, reader)) }
    }
}

/// "3 min ago" or "in 2 h"; the script keeps it ticking.
pub fn relative(at: Timestamp, reader: &Reader) -> Markup {
    html! {
        time datetime=(at) title=(words::full_instant(at, reader))
            data-relative=(reader.now.as_millisecond()) {
            (words::relative(at, reader.now))
        }
    }
}

/// "14:05, 3 min ago": the moment, and how far away it is.
pub fn moment_and_relative(at: Timestamp, reader: &Reader) -> Markup {
    html! { (moment(at, reader)) ", " (relative(at, reader)) }
}

/// "Fri 21 Nov 2025", with the full instant on hover.
pub fn day(at: Timestamp, reader: &Reader) -> Markup {
    html! {
        time datetime=(at) title=(words::full_instant(at, reader)) { (words::day(at, reader)) }
    }
}
