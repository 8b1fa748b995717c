//! Nothing is older than its time: the one sentence that has to hold while Eider is believed.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// A page is acted on within this after its time. A node that dies in the middle gives its jobs up
/// after 15 seconds, so that there is time for another to take over.
const PAGE_MARGIN: SignedDuration = SignedDuration::from_secs(30);
/// A message goes out within this after its time, with time for the second provider to step in.
const MESSAGE_MARGIN: SignedDuration = SignedDuration::from_secs(60);
/// A job is begun within this after its time.
const JOB_MARGIN: SignedDuration = SignedDuration::from_secs(60);
/// Somebody was reached within this after calling began: the second provider has stepped in by then.
const UNHEARD_MARGIN: SignedDuration = SignedDuration::from_secs(60);
/// The last resort of a page has reached somebody within this, or nobody knows of it at all.
const LAST_RESORT_MARGIN: SignedDuration = SignedDuration::from_secs(60);
/// A job that has failed so often in a row has failed for more than a minute.
pub const FAILURES_LIMIT: i64 = 5;

/// The oldest of each that is still to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oldest {
    /// When the next thing was to happen to an open page.
    pub page_at: Option<Timestamp>,
    /// When a message to somebody was to go out.
    pub message_at: Option<Timestamp>,
    /// When somebody was first to be reached for a page of which no provider has taken a message.
    pub unheard_at: Option<Timestamp>,
    /// When the last resort of a page was to be reached that no provider has taken a message to.
    pub last_resort_at: Option<Timestamp>,
    /// When a job was to be done that looks at pages and alerts or reaches people.
    pub job_at: Option<Timestamp>,
    /// How many of the jobs that look at pages and alerts fail over and over.
    pub failing: i64,
}

/// Something that is older than its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// Somebody should have been called by now.
    Page {
        /// For how long.
        by: SignedDuration,
    },
    /// A message should have gone out by now.
    Message {
        /// For how long.
        by: SignedDuration,
    },
    /// Somebody should have been reached for a page by now.
    Unheard {
        /// For how long.
        by: SignedDuration,
    },
    /// The last resort should have been reached by now.
    LastResort {
        /// For how long.
        by: SignedDuration,
    },
    /// A job should have been done by now.
    Job {
        /// For how long.
        by: SignedDuration,
    },
    /// Jobs fail over and over.
    Failing {
        /// How many.
        jobs: i64,
    },
}

impl Oldest {
    /// Everything that is older than its time; nothing when all is well.
    pub fn late(&self, now: Timestamp) -> Vec<Late> {
        let beyond = |at: Option<Timestamp>, margin: SignedDuration| {
            let by = now.duration_since(at?);
            (by > margin).then_some(by)
        };
        let page = beyond(self.page_at, PAGE_MARGIN).map(|by| Late::Page { by });
        let message = beyond(self.message_at, MESSAGE_MARGIN).map(|by| Late::Message { by });
        let unheard = beyond(self.unheard_at, UNHEARD_MARGIN).map(|by| Late::Unheard { by });
        let last = beyond(self.last_resort_at, LAST_RESORT_MARGIN);
        let last = last.map(|by| Late::LastResort { by });
        let job = beyond(self.job_at, JOB_MARGIN).map(|by| Late::Job { by });
        let failing = (self.failing > 0).then_some(Late::Failing { jobs: self.failing });
        [page, message, unheard, last, job, failing]
            .into_iter()
            .flatten()
            .collect()
    }
}

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page { by } => write!(
                f,
                "A page has waited for {} s beyond its time: somebody should have been called.",
                by.as_secs()
            ),
            Self::Message { by } => write!(
                f,
                "A message to somebody has waited for {} s beyond its time: no provider takes it, or \
                 none was asked.",
                by.as_secs()
            ),
            Self::Unheard { by } => write!(
                f,
                "Nobody was reached for a page for {} s, whoever was called: no provider took a message.",
                by.as_secs()
            ),
            Self::LastResort { by } => write!(
                f,
                "Nobody was reached for a page, not even the last resort, for {} s: no provider took a \
                 message.",
                by.as_secs()
            ),
            Self::Job { by } => write!(
                f,
                "A job of pages, alerts or messages has waited for {} s beyond its time: nobody does \
                 it, or it takes too long.",
                by.as_secs()
            ),
            Self::Failing { jobs } => write!(
                f,
                "Jobs of pages and alerts fail over and over: {jobs}. The log says why."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_within_its_margin_is_not_late() {
        let now: Timestamp = "2026-03-02T03:00:00Z".parse().unwrap();
        let before = |seconds: i64| Some(now - SignedDuration::from_secs(seconds));
        let oldest = |seconds: i64| Oldest {
            page_at: before(seconds),
            message_at: before(seconds),
            unheard_at: before(seconds),
            last_resort_at: before(seconds),
            job_at: before(seconds),
            failing: 0,
        };
        let late = |seconds: i64| oldest(seconds).late(now).len();
        assert_eq!([late(-10), late(0), late(30)], [0, 0, 0]);
        assert_eq!([late(31), late(60), late(61)], [1, 1, 5]);
        let by = SignedDuration::from_secs(31);
        assert_eq!(oldest(31).late(now), [Late::Page { by }]);
        let failing = Oldest {
            failing: 2,
            ..Oldest::default()
        };
        assert_eq!(failing.late(now), [Late::Failing { jobs: 2 }]);
    }
}
