//! How long somebody waits after wrong passwords.
//!
//! Attempts are counted for the account that is asked for, whether it exists or not, and for the
//! client that asks. The first few are free, because people mistype; then each wait is twice the
//! one before, up to a quarter of an hour, so that guessing is hopeless and a person who comes back
//! after a coffee is let in.

use jiff::{SignedDuration, Timestamp};

/// What attempts are counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// One account.
    Account,
    /// One client; a whole office may stand behind it.
    Client,
}

/// The attempts that were counted for one subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    /// How many failed, or have not been answered yet.
    pub failures: i64,
    /// When the last of them was.
    pub last_at: Timestamp,
}

/// The first wait, in seconds.
pub const FIRST_WAIT_SECONDS: i64 = 30;
/// The longest wait, in seconds.
pub const LONGEST_WAIT_SECONDS: i64 = 15 * 60;
/// Attempts are forgotten after so long without another.
pub const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);

impl Subject {
    /// How many attempts are free.
    pub const fn free_attempts(self) -> i64 {
        match self {
            Self::Account => 5,
            Self::Client => 30,
        }
    }
}

impl Attempts {
    /// For how many whole seconds from `now` nothing more is tried for `subject`; 0 when it may be
    /// tried at once.
    pub fn wait_seconds(self, subject: Subject, now: Timestamp) -> i64 {
        let over = self.failures - subject.free_attempts();
        if over < 0 || self.are_forgotten(now) {
            return 0;
        }
        let doublings = u32::try_from(over.min(10)).unwrap_or_default();
        let wait_seconds = (FIRST_WAIT_SECONDS << doublings).min(LONGEST_WAIT_SECONDS);
        // A clock that was set back does not make anybody wait for longer than the wait.
        let since = now.duration_since(self.last_at.min(now));
        let left = SignedDuration::from_secs(wait_seconds) - since;
        // Rounded up, so that trying again after the seconds that were told succeeds.
        (left.as_millis().max(0) as i64 + 999) / 1000
    }

    /// With one more attempt, at `now`.
    pub fn and_one(self, now: Timestamp) -> Self {
        let before = if self.are_forgotten(now) {
            0
        } else {
            self.failures
        };
        Self {
            failures: before + 1,
            last_at: now,
        }
    }

    fn are_forgotten(self, now: Timestamp) -> bool {
        now.duration_since(self.last_at) >= FORGOTTEN_AFTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOON: &str = "2026-01-05T12:00:00Z";

    fn after(failures: i64) -> Attempts {
        Attempts {
            failures,
            last_at: NOON.parse().unwrap(),
        }
    }

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let now = NOON.parse().unwrap();
        let waits: Vec<i64> = [0, 4, 5, 6, 7, 8, 9, 10, 11, 1_000_000]
            .map(|failures| after(failures).wait_seconds(Subject::Account, now))
            .into();
        assert_eq!(waits, [0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(after(29).wait_seconds(Subject::Client, now), 0);
        assert_eq!(after(30).wait_seconds(Subject::Client, now), 30);
    }

    #[test]
    fn a_day_later_all_is_forgotten() {
        let tomorrow = "2026-01-06T12:00:00Z".parse().unwrap();
        assert_eq!(after(12).wait_seconds(Subject::Account, tomorrow), 0);
        assert_eq!(after(12).and_one(tomorrow).failures, 1);
    }

    proptest! {
        #[test]
        fn whoever_waits_as_told_may_try(failures in 0_i64..10_000, later_millis in -90_000_000_i64..90_000_000) {
            let attempts = after(failures);
            let now = attempts.last_at + SignedDuration::from_millis(later_millis);
            let wait = attempts.wait_seconds(Subject::Account, now);
            prop_assert!((0..=LONGEST_WAIT_SECONDS).contains(&wait));
            if later_millis >= 0 {
                let then = now + SignedDuration::from_secs(wait);
                prop_assert_eq!(attempts.wait_seconds(Subject::Account, then), 0);
            }
        }
    }
}
