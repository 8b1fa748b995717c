//! What is drawn, all of it from the seed.

use jiff::SignedDuration;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Draws from a seed.
#[derive(Clone, Debug)]
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// What is drawn for a seed.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Another source, which draws independently of this one from now on.
    pub fn fork(&mut self) -> Self {
        Self::new(self.0.next_u64())
    }

    /// 32 bytes, as the seed of a node's ids.
    pub fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// A number below `limit`; 0 when that is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0.next_u64() % limit.max(1)
    }

    /// A number from `least` to `most`.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let width = u64::try_from(most - least + 1).unwrap_or(1);
        least + i64::try_from(self.below(width)).unwrap_or(0)
    }

    /// Yes, in so many of a thousand draws.
    pub fn in_thousand(&mut self, times: u64) -> bool {
        self.below(1_000) < times
    }

    /// Yes, in so many of a hundred draws.
    pub fn percent(&mut self, times: u64) -> bool {
        self.below(100) < times
    }

    /// One of them.
    ///
    /// # Panics
    /// When there is none.
    pub fn pick<'a, T>(&mut self, some: &'a [T]) -> &'a T {
        let place = self.below(u64::try_from(some.len()).unwrap_or(1));
        &some[usize::try_from(place).unwrap_or(0)]
    }

    /// A place among so many.
    pub fn place(&mut self, count: usize) -> usize {
        usize::try_from(self.below(u64::try_from(count).unwrap_or(1))).unwrap_or(0)
    }

    /// A time from `least` to `most` milliseconds, short ones more often than long ones.
    pub fn mostly_short(&mut self, least: i64, most: i64) -> SignedDuration {
        let most = self.between(least, most);
        let millis = self.between(least, most);
        SignedDuration::from_millis(millis)
    }

    /// A time from `least` to `most` seconds.
    pub fn seconds(&mut self, least: i64, most: i64) -> SignedDuration {
        SignedDuration::from_millis(self.between(least * 1_000, most * 1_000))
    }
}
