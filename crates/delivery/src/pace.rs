//! How fast a provider may be called: so many a second, as the operator says.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

const SECOND_MICROS: i64 = 1_000_000;

/// Lets so many calls through each second; without a limit, all.
#[derive(Debug)]
pub(crate) struct Pace {
    pause: Option<SignedDuration>,
    /// When the bucket would be full again, had nobody called since.
    full_at: Mutex<Timestamp>,
}

impl Pace {
    /// So many a second, and as many at once.
    pub(crate) fn new(per_second: Option<u32>) -> Self {
        let pause = per_second
            .map(|count| SignedDuration::from_micros(SECOND_MICROS / i64::from(count.max(1))));
        Self {
            pause,
            full_at: Mutex::new(Timestamp::MIN),
        }
    }

    /// Takes one call. Where there are several in a second, one is kept for what goes ahead of others:
    /// it is made at once, however many wait.
    ///
    /// # Errors
    /// When the next may be made.
    pub(crate) fn take(&self, now: Timestamp, goes_ahead: bool) -> Result<(), Timestamp> {
        let Some(pause) = self.pause else {
            return Ok(());
        };
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let latest = now.saturating_add(SignedDuration::from_secs(1));
        let latest = latest.unwrap_or(Timestamp::MAX);
        // It is never further ahead than a second, unless the clock was put back.
        let begins = if *full_at > latest {
            now
        } else {
            (*full_at).max(now)
        };
        let after = begins.saturating_add(pause).unwrap_or(Timestamp::MAX);
        let is_kept = !goes_ahead && pause < SignedDuration::from_secs(1);
        let kept = if is_kept { pause } else { SignedDuration::ZERO };
        // A second's worth may be taken at once.
        let full = after.saturating_add(kept).unwrap_or(Timestamp::MAX);
        if full > latest {
            let wait = full.duration_since(latest);
            return Err(now.saturating_add(wait).unwrap_or(Timestamp::MAX));
        }
        *full_at = after;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_lets_so_many_through_and_the_next_as_many_again() {
        let pace = Pace::new(Some(4));
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        for _ in 0..3 {
            assert_eq!(pace.take(now, false), Ok(()));
        }
        let next = now + SignedDuration::from_millis(250);
        assert_eq!(pace.take(now, false), Err(next), "the last is kept");
        assert_eq!(pace.take(now, true), Ok(()));
        assert_eq!(
            pace.take(now, true),
            Err(next),
            "what goes ahead too has its pace"
        );
        assert_eq!(pace.take(next, true), Ok(()));
        assert_eq!(
            pace.take(next, false),
            Err(next + SignedDuration::from_millis(500))
        );
        let later = now + SignedDuration::from_secs(10);
        for _ in 0..3 {
            assert_eq!(
                pace.take(later, false),
                Ok(()),
                "what was not used is not saved up"
            );
        }
        assert!(pace.take(later, false).is_err());
        assert_eq!(Pace::new(None).take(now, false), Ok(()));
    }

    #[test]
    fn one_a_second_is_anybodys() {
        let pace = Pace::new(Some(1));
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        assert_eq!(pace.take(now, false), Ok(()));
        assert!(pace.take(now, true).is_err());
    }

    #[test]
    fn a_clock_that_is_put_back_stops_nobody_for_long() {
        let pace = Pace::new(Some(1));
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        assert_eq!(pace.take(now, false), Ok(()));
        let before = now - SignedDuration::from_hours(1);
        assert_eq!(pace.take(before, false), Ok(()));
    }
}
