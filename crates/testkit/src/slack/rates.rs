//! How often each method may be called.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{TestSlack, call::Arguments, methods::Method};

/// Posts to one channel that may come at once before the pace of one a second holds.
const BURST: i64 = 5;

/// A documented pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// Tier 1: once a minute. Slack lets a few more through at first, and so does this.
    Tier1,
    /// Tier 2: 20 a minute.
    Tier2,
    /// Tier 3: 50 a minute.
    Tier3,
    /// Tier 4: 100 a minute.
    Tier4,
    /// About one a second for each channel, several hundred a minute for a workspace.
    Posting,
    /// Several hundred a minute.
    Special,
}

impl Pace {
    fn a_minute(self) -> usize {
        match self {
            Self::Tier1 => 5,
            Self::Tier2 => 20,
            Self::Tier3 => 50,
            Self::Tier4 => 100,
            Self::Posting | Self::Special => 300,
        }
    }
}

/// When what was called.
#[derive(Default)]
pub(super) struct Rates {
    called: BTreeMap<(String, String), Vec<Timestamp>>,
    /// When the next post to a channel would be due if they came evenly, one a second.
    due: BTreeMap<(String, String), Timestamp>,
    is_off: bool,
}

impl Rates {
    /// Counts a call, or tells the seconds to wait when it is one too many.
    pub fn too_many(
        &mut self,
        team: &str,
        method: &Method,
        call: &Arguments,
        now: Timestamp,
    ) -> Option<i64> {
        if self.is_off {
            return None;
        }
        let key = (team.to_owned(), method.name.to_owned());
        let wait = self.wait(&key, method.pace.a_minute(), now);
        let channel_key = (team.to_owned(), call.text("channel").unwrap_or_default());
        let is_posting = method.pace == Pace::Posting;
        let due = self.due.get(&channel_key).copied().unwrap_or(now).max(now);
        let ahead_seconds = seconds_up(due.duration_since(now));
        let channel_wait = (is_posting && ahead_seconds >= BURST).then_some(1);
        if wait.is_some() || channel_wait.is_some() {
            return wait.max(channel_wait);
        }
        self.called.entry(key).or_default().push(now);
        if is_posting {
            self.due
                .insert(channel_key, due + SignedDuration::from_secs(1));
        }
        None
    }

    /// Seconds until one more fits into a minute in which so many may be.
    fn wait(&mut self, key: &(String, String), most: usize, now: Timestamp) -> Option<i64> {
        let minute = SignedDuration::from_mins(1);
        let called = self.called.get_mut(key)?;
        called.retain(|at| now.duration_since(*at) < minute);
        if called.len() < most {
            return None;
        }
        let free = *called.first()? + minute;
        Some(seconds_up(free.duration_since(now)).max(1))
    }
}

fn seconds_up(wait: SignedDuration) -> i64 {
    wait.as_secs() + i64::from(wait.subsec_nanos() > 0)
}

impl TestSlack {
    /// Lets every method be called as often as one likes.
    pub fn without_rates(&self) {
        self.state().rates.is_off = true;
    }

    /// Limits rates again; this is how it begins.
    pub fn with_rates(&self) {
        self.state().rates.is_off = false;
    }
}
