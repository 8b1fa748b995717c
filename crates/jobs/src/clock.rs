//! The clock that everything above the domain goes by: the machine's, or one that a test moves.

use std::{fmt, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::sync::watch;

/// However far away the next job is, the machine's clock is looked at again after this long: it
/// may jump, and another node may have queued something.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Tells the time and waits for it. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    Machine(fn() -> Timestamp),
    Moved(Arc<watch::Sender<Timestamp>>),
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

impl Clock {
    /// The machine's clock, read by `now`.
    pub fn machine(now: fn() -> Timestamp) -> Self {
        Self(Source::Machine(now))
    }

    /// A clock that stands at `start` until it is moved.
    pub fn moved_by_hand(start: Timestamp) -> Self {
        Self(Source::Moved(Arc::new(watch::Sender::new(start))))
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::Machine(now) => now(),
            Source::Moved(sender) => *sender.borrow(),
        }
    }

    /// Moves a clock that is moved by hand, forwards or back, and wakes whoever waits for it. The
    /// machine's clock is left alone.
    pub fn set(&self, now: Timestamp) {
        if let Source::Moved(sender) = &self.0 {
            sender.send_replace(now);
        }
    }

    /// Waits until `at`, or for a little while, whichever is sooner. The caller looks again.
    pub async fn wait_towards(&self, at: Option<Timestamp>) {
        match &self.0 {
            Source::Machine(now) => {
                let until = at.map(|at| at.duration_since(now()));
                let wait = until.and_then(|until| Duration::try_from(until).ok());
                let is_past = until.is_some_and(|until| until.is_negative());
                let wait = if is_past {
                    Duration::from_millis(1)
                } else {
                    wait.unwrap_or(LOOK_AGAIN)
                };
                tokio::time::sleep(wait.min(LOOK_AGAIN)).await;
            }
            Source::Moved(sender) => {
                let mut receiver = sender.subscribe();
                if at.is_some_and(|at| at <= *receiver.borrow_and_update()) {
                    return;
                }
                // The sender lives as long as this clock, so waiting can only end by a change.
                let _changed = receiver.changed().await;
            }
        }
    }
}
