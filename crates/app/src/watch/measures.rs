//! What this process counts of its own work. It begins with nothing at each start; whoever scrapes
//! it knows how to deal with that.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use eider_jobs::Takeovers;
use jiff::SignedDuration;

/// The upper ends of the buckets of [`Calls`], in seconds.
pub const CALL_BUCKETS_SECONDS: [f64; 13] = [
    0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0,
];

/// What this process counts.
#[derive(Debug, Default)]
pub struct Measures {
    takeovers: Takeovers,
    attempts: Mutex<BTreeMap<(String, &'static str), u64>>,
    calls: Mutex<Calls>,
    probes: Mutex<BTreeMap<&'static str, u64>>,
}

/// How long it took from the moment at which people were to be called until a provider was called.
#[derive(Clone, Copy, Debug, Default)]
pub struct Calls {
    /// How many took no longer than each of [`CALL_BUCKETS_SECONDS`].
    pub buckets: [u64; CALL_BUCKETS_SECONDS.len()],
    /// How many there were.
    pub count: u64,
    /// How long all of them took together.
    pub sum_seconds: f64,
}

impl Measures {
    /// Where workers count what they take over from others.
    pub fn takeovers(&self) -> &Takeovers {
        &self.takeovers
    }

    /// Counts what a provider answered.
    pub(crate) fn count_attempt(&self, provider: &str, outcome: &'static str) {
        let key = (provider.to_owned(), outcome);
        *locked(&self.attempts).entry(key).or_default() += 1;
    }

    /// How often each provider answered what.
    pub fn attempts(&self) -> Vec<(String, &'static str, u64)> {
        let attempts = locked(&self.attempts);
        let all = attempts.iter();
        all.map(|((provider, outcome), count)| (provider.clone(), *outcome, *count))
            .collect()
    }

    /// Counts what came of answering a test alert of a watcher.
    pub(crate) fn count_probe(&self, outcome: &'static str) {
        *locked(&self.probes).entry(outcome).or_default() += 1;
    }

    /// How often answering a test alert of a watcher ended so.
    pub fn probes(&self) -> Vec<(&'static str, u64)> {
        let probes = locked(&self.probes);
        probes.iter().map(|(word, count)| (*word, *count)).collect()
    }

    /// Counts how long it took until a provider was called.
    pub(crate) fn count_call(&self, took: SignedDuration) {
        // A clock that was put back has not made it faster.
        let seconds = took.as_secs_f64().max(0.0);
        let mut calls = locked(&self.calls);
        for (end, bucket) in CALL_BUCKETS_SECONDS.iter().zip(&mut calls.buckets) {
            *bucket += u64::from(seconds <= *end);
        }
        calls.count += 1;
        calls.sum_seconds += seconds;
    }

    /// How long it took until providers were called.
    pub fn calls(&self) -> Calls {
        *locked(&self.calls)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
