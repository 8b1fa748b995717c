//! Chance that can be repeated.

use jiff::Timestamp;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

/// A source of chance; the same seed throws the same.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A seed for other dice.
    pub(super) fn seed(&mut self) -> u64 {
        self.0.random()
    }

    /// A whole number from `least` to `most`, both included.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        self.0.random_range(least..=most.max(least))
    }

    /// True this often, from 0 to 1.
    pub(super) fn chance(&mut self, often: f64) -> bool {
        self.0.random::<f64>() < often
    }

    /// One of them; they must not be empty.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.0.random_range(0..of.len())]
    }

    /// The place of one of the weights, heavier ones more often.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.0.random::<f64>() * weights.clone().sum::<f64>();
        let mut last = 0;
        for (index, weight) in weights.enumerate() {
            last = index;
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        last
    }

    /// About `median`, half of the time less; the wider `spread`, the longer the tail. It is how
    /// long people take (a log-normal distribution).
    pub(super) fn around(&mut self, median: f64, spread: f64) -> f64 {
        let (one, two): (f64, f64) = (self.0.random(), self.0.random());
        let normal = (-2.0 * (1.0 - one).ln()).sqrt() * (std::f64::consts::TAU * two).cos();
        median * (spread * normal).exp()
    }

    /// A new id of version 7, made at `at`.
    pub(super) fn id<Id: From<Uuid>>(&mut self, at: Timestamp) -> Id {
        let millis = u64::try_from(at.as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.0.random())
            .into_uuid()
            .into()
    }
}
