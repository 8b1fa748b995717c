//! The service-level clock: words, and a thin bar that changes at half, four fifths and past due.

use jiff::Timestamp;
use maud::{Markup, html};

use super::badges;
use super::words::{self, Reader};

/// One clock of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// What is timed, such as "Answer" or "Resolve".
    pub label: String,
    /// How it stands.
    pub state: ClockState,
}

/// How a clock stands at the reader's now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// It runs; it is late once `due` has passed.
    Running {
        /// When the target is reached.
        due: Timestamp,
        /// How much of the target is used, 0 to 100 and beyond.
        used_percent: u32,
    },
    /// It rests while the reporter is asked.
    Paused {
        /// What will be left when it runs again; negative when it was late already.
        remaining_seconds: i64,
        /// How much of the target is used, 0 to 100 and beyond.
        used_percent: u32,
    },
    /// It stopped: the target was met, or missed when negative.
    Stopped {
        /// How long before the due time it stopped; negative is how late it was.
        early_seconds: i64,
    },
    /// This priority has no such target.
    NoTarget,
}

/// How near the due time is: the bar and the words change with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nearness {
    /// Under half of the target is used, or nothing runs.
    Calm,
    /// Half is used.
    Half,
    /// Four fifths are used.
    Near,
    /// Past due.
    Late,
    /// Stopped in time.
    Met,
    /// Stopped too late; nobody can do anything about it any more.
    Missed,
}

impl ClockState {
    /// How near the due time is at `now`.
    pub fn nearness(&self, now: Timestamp) -> Nearness {
        match *self {
            Self::Running { due, .. } if due < now => Nearness::Late,
            Self::Running { used_percent, .. } if used_percent >= 80 => Nearness::Near,
            Self::Running { used_percent, .. } if used_percent >= 50 => Nearness::Half,
            Self::Paused {
                remaining_seconds, ..
            } if remaining_seconds < 0 => Nearness::Late,
            Self::Stopped { early_seconds } if early_seconds < 0 => Nearness::Missed,
            Self::Stopped { .. } => Nearness::Met,
            Self::Running { .. } | Self::Paused { .. } | Self::NoTarget => Nearness::Calm,
        }
    }

    fn bar_percent(&self, now: Timestamp) -> Option<u32> {
        match *self {
            Self::Running { due, .. } if due < now => Some(100),
            Self::Running { used_percent, .. } | Self::Paused { used_percent, .. } => {
                Some(used_percent.min(100))
            }
            Self::Stopped { .. } | Self::NoTarget => None,
        }
    }
}

/// The sentence of a clock: "due 14:05, in 38 min", "late by 2 h 5 min", "paused, waiting for
/// the reporter", "met, 12 min early", "missed by 20 min".
pub fn clock_words(state: &ClockState, reader: &Reader) -> String {
    match *state {
        ClockState::Running { due, .. } if due < reader.now => {
            format!(
                "late by {}",
                words::duration(seconds_between(due, reader.now))
            )
        }
        ClockState::Running { due, .. } => format!(
            "due {}, in {}",
            words::moment(due, reader),
            words::duration(seconds_between(reader.now, due))
        ),
        ClockState::Paused { .. } => "paused, waiting for the reporter".to_owned(),
        ClockState::Stopped { early_seconds: 0 } => "met, just in time".to_owned(),
        ClockState::Stopped { early_seconds } if early_seconds > 0 => {
            format!("met, {} early", words::duration(early_seconds))
        }
        ClockState::Stopped { early_seconds } => {
            format!("missed by {}", words::duration(early_seconds))
        }
        ClockState::NoTarget => "no target".to_owned(),
    }
}

/// The whole clock: label, words and bar.
pub fn clock(clock: &Clock, reader: &Reader) -> Markup {
    html! {
        div.clock.(nearness_class(clock.state.nearness(reader.now))) {
            span.clock-label { (clock.label) }
            (body(&clock.state, reader))
        }
    }
}

/// Words and bar without the label, for rows.
pub fn clock_short(clock: &Clock, reader: &Reader) -> Markup {
    html! {
        div.clock.(nearness_class(clock.state.nearness(reader.now))) {
            span.only-heard { (clock.label) ": " }
            (body(&clock.state, reader))
        }
    }
}

/// "Late" or "Nearly late", for places that name a ticket without its clock; nothing otherwise.
pub fn badge(clock: &Clock, reader: &Reader) -> Markup {
    match clock.state.nearness(reader.now) {
        Nearness::Late => html! { span.badge.late { (badges::late_shape()) span { "Late" } } },
        Nearness::Near => nearly_late(),
        _ => html! {},
    }
}

fn nearly_late() -> Markup {
    html! { span.badge.nearly-late { (badges::nearly_late_shape()) span { "Nearly late" } } }
}

/// The class that carries a nearness; rows use it too.
pub fn nearness_class(nearness: Nearness) -> &'static str {
    match nearness {
        Nearness::Calm => "is-calm",
        Nearness::Half => "is-half",
        Nearness::Near => "is-near",
        Nearness::Late => "is-late",
        Nearness::Met => "is-met",
        Nearness::Missed => "is-missed",
    }
}

/// "Nearly late" is always there for the stylesheet to show, so that the script has only to change
/// the clock's class when the time has come.
fn body(state: &ClockState, reader: &Reader) -> Markup {
    html! {
        @if matches!(state, ClockState::Running { .. }) { (nearly_late()) }
        span.clock-words { (late_mark()) (timed_words(state, reader)) }
        @if let Some(percent) = state.bar_percent(reader.now) { (bar(percent)) }
    }
}

/// The words of a late clock say so; its shape says it again without colour.
fn late_mark() -> Markup {
    html! { span.late-mark { (badges::late_shape()) } }
}

/// A running clock carries its instants, so that the script can keep it ticking.
fn timed_words(state: &ClockState, reader: &Reader) -> Markup {
    let said = clock_words(state, reader);
    match *state {
        ClockState::Running { due, used_percent } => html! {
            time datetime=(due) title={ "due " (words::full_instant(due, reader)) }
                data-due=(due.as_millisecond()) data-used=(used_percent)
                data-at=(reader.now.as_millisecond())
                data-due-words={ "due " (words::moment(due, reader)) } { (said) }
        },
        ClockState::Paused {
            remaining_seconds, ..
        } if remaining_seconds > 0 => html! {
            span title={ (words::duration(remaining_seconds)) " left when it runs again" } { (said) }
        },
        _ => html! { (said) },
    }
}

/// The marks at 50 and 80 are where the service level warns.
fn bar(percent: u32) -> Markup {
    html! {
        svg.bar viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.bar-track width="100" height="4" {}
            rect.bar-fill width=(percent) height="4" {}
            rect.bar-mark x="50" width="0.7" height="4" {}
            rect.bar-mark x="80" width="0.7" height="4" {}
        }
    }
}

fn seconds_between(from: Timestamp, to: Timestamp) -> i64 {
    to.as_second() - from.as_second()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn reader() -> Reader {
        let zone = TimeZone::get("Europe/London").expect("a zone");
        let now = "2025-11-21T13:27:00Z".parse().expect("a timestamp");
        Reader {
            now,
            zone: zone.clone(),
            team_zone: zone,
        }
    }

    fn running(due: &str, used_percent: u32) -> ClockState {
        ClockState::Running {
            due: due.parse().expect("a timestamp"),
            used_percent,
        }
    }

    #[test]
    fn clocks_speak_in_one_way() {
        let said = [
            running("2025-11-21T14:05:00Z", 37),
            running("2025-11-21T11:22:00Z", 300),
            ClockState::Paused {
                remaining_seconds: 1_800,
                used_percent: 40,
            },
            ClockState::Stopped { early_seconds: 720 },
            ClockState::Stopped {
                early_seconds: -1_200,
            },
            ClockState::NoTarget,
        ]
        .map(|state| clock_words(&state, &reader()));
        assert_eq!(
            said,
            [
                "due 14:05, in 38 min",
                "late by 2 h 5 min",
                "paused, waiting for the reporter",
                "met, 12 min early",
                "missed by 20 min",
                "no target"
            ]
        );
    }

    #[test]
    fn nearness_changes_at_half_four_fifths_and_past_due() {
        let now = reader().now;
        let near =
            [49, 50, 79, 80, 99].map(|used| running("2025-11-21T14:05:00Z", used).nearness(now));
        use Nearness::{Calm, Half, Near};
        assert_eq!(near, [Calm, Half, Half, Near, Near]);
        assert_eq!(
            running("2025-11-21T13:26:59Z", 100).nearness(now),
            Nearness::Late
        );
    }
}
