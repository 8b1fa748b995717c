//! Chance that can be repeated: the same number brings the same throws.

use std::fs;
use std::io::Read;
use std::time::Duration;

/// A source of throws (SplitMix64).
pub struct Dice(u64);

impl Dice {
    /// Dice that throw the same for the same two numbers.
    pub fn new(seed: u64, which: u64) -> Dice {
        let mut dice = Dice(seed ^ which.wrapping_mul(0xA076_1D64_78BD_642F));
        dice.next();
        dice
    }

    /// A number that nobody knows before.
    pub fn fresh_seed() -> Result<u64, String> {
        let mut bytes = [0_u8; 4];
        fs::File::open("/dev/urandom")
            .and_then(|mut source| source.read_exact(&mut bytes))
            .map_err(|error| format!("No random number: {error}"))?;
        Ok(u64::from(u32::from_le_bytes(bytes)))
    }

    /// A number from 0 to one less than `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// True that many times of a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A time from `least` to `most`, in milliseconds.
    pub fn millis(&mut self, least: u64, most: u64) -> Duration {
        Duration::from_millis(least + self.below(most.saturating_sub(least) + 1))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_numbers_throw_the_same_and_others_do_not() {
        let throws = |seed, which| {
            let mut dice = Dice::new(seed, which);
            (0..20).map(|_| dice.below(1000)).collect::<Vec<u64>>()
        };
        assert_eq!(throws(7, 1), throws(7, 1));
        assert_ne!(throws(7, 1), throws(7, 2));
        assert_ne!(throws(7, 1), throws(8, 1));
    }

    #[test]
    fn a_tenth_is_about_a_tenth() {
        let mut dice = Dice::new(1, 1);
        let hits = (0..10_000).filter(|_| dice.chance(10)).count();
        assert!((900..1100).contains(&hits), "{hits}");
    }
}
