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

/// "at 14:05, in 3 min" where it is today; other days, such as "tomorrow 09:00, in 11 h", need no "at".
pub fn at_moment_and_relative(at: Timestamp, reader: &Reader) -> Markup {
    html! { (preposition(at, reader)) (moment_and_relative(at, reader)) }
}

/// "at 14:05" where it is today, "tomorrow 09:00" where it is not.
pub fn at_moment(at: Timestamp, reader: &Reader) -> Markup {
    html! { (preposition(at, reader)) (moment(at, reader)) }
}

fn preposition(at: Timestamp, reader: &Reader) -> &'static str {
    if words::is_one_day(at, reader.now, reader) {
        "at "
    } else {
        ""
    }
}

/// "tomorrow 09:00 to 17:00": the day is said again only where it is another.
pub fn span(from: Timestamp, until: Timestamp, reader: &Reader) -> Markup {
    html! {
        (moment(from, reader)) " to "
        @if words::is_one_day(from, until, reader) {
            time datetime=(until) title=(words::full_instant(until, reader)) {
                (words::time_of_day(until, reader))
            }
        } @else { (moment(until, reader)) }
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
