//! What a ticket costs: replies, distinct people, elapsed and hands-on time (A11).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What one doing counts for when nothing came shortly before it: five minutes.
pub const ALONE_SECONDS: i64 = 5 * 60;
/// Two doings of one person on one ticket within this belong together: half an hour.
pub const TOGETHER_SECONDS: i64 = 30 * 60;

/// Hands-on seconds that a doing at `now` adds, when the same person last did something on the
/// same ticket at `before`. Doings within half an hour of each other count the time between them;
/// one that stands alone counts five minutes. See docs/figures.md, "Hands-on time".
pub fn hands_on_seconds(before: Option<Timestamp>, now: Timestamp) -> i64 {
    match before.map(|before| now.as_second() - before.as_second()) {
        Some(gap) if (0..=TOGETHER_SECONDS).contains(&gap) => gap,
        Some(gap) if gap < 0 => 0,
        _ => ALONE_SECONDS,
    }
}

/// What has been counted on a ticket so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Messages in the thread.
    pub replies: i64,
    /// Distinct people who did something on it, its reporter included.
    pub people: i64,
    /// Hands-on time of those who work on it, in seconds.
    pub hands_on_seconds: i64,
    /// How often it went from one owner or squad to another.
    pub hand_offs: i64,
    /// How often it came back to an owner or squad that had had it before.
    pub ping_pong: i64,
    /// How often it was reopened.
    pub reopened: i64,
    /// For how long nobody owned it while it was open, in seconds, until [`Self::unowned_since`].
    pub unowned_seconds: i64,
    /// Since when nobody has owned it, while it is open.
    pub unowned_since: Option<Timestamp>,
}

impl Tally {
    /// Nobody owns it from `at` on.
    pub fn unowned_from(&mut self, at: Timestamp) {
        self.unowned_since.get_or_insert(at);
    }

    /// Somebody owns it, or it is over, from `at` on.
    pub fn owned_from(&mut self, at: Timestamp) {
        if let Some(since) = self.unowned_since.take() {
            self.unowned_seconds += (at.as_second() - since.as_second()).max(0);
        }
    }

    /// Unowned seconds until `now`.
    pub fn unowned_seconds_at(&self, now: Timestamp) -> i64 {
        let running = self
            .unowned_since
            .map_or(0, |since| now.as_second() - since.as_second());
        self.unowned_seconds + running.max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn doings_close_together_count_the_time_between_them() {
        assert_eq!(hands_on_seconds(None, at(0)), ALONE_SECONDS);
        assert_eq!(hands_on_seconds(Some(at(0)), at(600)), 600);
        assert_eq!(
            hands_on_seconds(Some(at(0)), at(TOGETHER_SECONDS + 1)),
            ALONE_SECONDS
        );
        assert_eq!(hands_on_seconds(Some(at(10)), at(0)), 0);
    }

    #[test]
    fn unowned_time_runs_while_nobody_has_it() {
        let mut tally = Tally::default();
        tally.unowned_from(at(0));
        tally.unowned_from(at(50));
        assert_eq!(tally.unowned_seconds_at(at(100)), 100);
        tally.owned_from(at(100));
        assert_eq!(tally.unowned_seconds_at(at(900)), 100);
    }
}
