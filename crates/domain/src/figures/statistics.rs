//! Mean, percentiles and the uncertainty of a share.

/// A percentile, as a fraction so that the median of whole numbers is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percentile {
    numerator: i128,
    denominator: i128,
}

impl Percentile {
    /// Half are below it.
    pub const MEDIAN: Self = Self {
        numerator: 1,
        denominator: 2,
    };
    /// Nine of ten are below it.
    pub const P90: Self = Self {
        numerator: 9,
        denominator: 10,
    };

    /// So many of a hundred are below it; none above 100.
    pub fn of_hundred(percent: u8) -> Option<Self> {
        (percent <= 100).then_some(Self {
            numerator: percent.into(),
            denominator: 100,
        })
    }

    /// This percentile of `values`, which it reorders: linear interpolation between the two values
    /// around the position (n - 1) p, which is type 7 of Hyndman and Fan (1996), as in R, NumPy
    /// and spreadsheets. None when there are no values.
    pub fn of(self, values: &mut [i64]) -> Option<f64> {
        let last = i128::try_from(values.len().checked_sub(1)?).ok()?;
        let position = last * self.numerator;
        let below = usize::try_from(position / self.denominator).ok()?;
        let rest = position % self.denominator;
        let (_, low, above) = values.select_nth_unstable(below);
        let low = i128::from(*low);
        let high = match above.iter().min() {
            Some(high) if rest > 0 => i128::from(*high),
            _ => low,
        };
        let scaled = low * self.denominator + (high - low) * rest;
        Some(scaled as f64 / self.denominator as f64)
    }
}

/// The mean of `values`, from their exact sum. None when there are no values.
pub fn mean(values: &[i64]) -> Option<f64> {
    let sum: i128 = values.iter().copied().map(i128::from).sum();
    (!values.is_empty()).then(|| sum as f64 / values.len() as f64)
}

/// Between what and what a share probably lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// From, 0 to 1.
    pub low: f64,
    /// To, 0 to 1.
    pub high: f64,
}

/// The 95 % interval of Wilson (1927) for `hits` among `count`, which holds for small counts and
/// for shares near 0 and 1. None when nothing was counted.
pub fn wilson(hits: u64, count: u64) -> Option<Interval> {
    const Z: f64 = 1.959_963_984_540_054;
    if count == 0 {
        return None;
    }
    let n = count as f64;
    let share = hits as f64 / n;
    let centre = share + Z * Z / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    Some(Interval {
        low: ((centre - spread) / scale).clamp(0.0, 1.0),
        high: ((centre + spread) / scale).clamp(0.0, 1.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, word for word.
    fn naive(values: &[i64], p: f64) -> f64 {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        let h = (sorted.len() - 1) as f64 * p;
        let (low, high) = (sorted[h.floor() as usize], sorted[h.ceil() as usize]);
        low as f64 + (h - h.floor()) * (high as f64 - low as f64)
    }

    proptest! {
        #[test]
        fn percentiles_are_as_defined(
            mut values in proptest::collection::vec(-1_000_000_000_i64..1_000_000_000, 1..200),
            percent in 0_u8..=100,
        ) {
            let wanted = naive(&values, f64::from(percent) / 100.0);
            let got = Percentile::of_hundred(percent).unwrap().of(&mut values).unwrap();
            prop_assert!((got - wanted).abs() <= 1e-4, "{got} is not {wanted}");
        }

        #[test]
        fn the_median_has_as_many_above_as_below(
            mut values in proptest::collection::vec(0_i64..100, 1..60),
        ) {
            let median = Percentile::MEDIAN.of(&mut values).unwrap();
            let below = values.iter().filter(|value| (**value as f64) < median).count();
            let above = values.iter().filter(|value| (**value as f64) > median).count();
            prop_assert!(below <= values.len() / 2 && above <= values.len() / 2);
        }
    }

    #[test]
    fn percentiles_of_few() {
        assert_eq!(Percentile::MEDIAN.of(&mut []), None);
        assert_eq!(Percentile::P90.of(&mut [7]), Some(7.0));
        assert_eq!(Percentile::MEDIAN.of(&mut [4, 1]), Some(2.5));
        assert_eq!(Percentile::P90.of(&mut [10, 30, 20, 40]), Some(37.0));
        assert_eq!(
            Percentile::MEDIAN.of(&mut [i64::MAX, i64::MAX]),
            Some(i64::MAX as f64)
        );
        assert_eq!(Percentile::of_hundred(101), None);
    }

    #[test]
    fn means_do_not_overflow() {
        assert_eq!(mean(&[]), None);
        assert_eq!(mean(&[1, 2]), Some(1.5));
        assert_eq!(mean(&[i64::MAX, i64::MAX]), Some(i64::MAX as f64));
    }

    #[test]
    fn small_counts_claim_little() {
        assert_eq!(wilson(0, 0), None);
        // R: binom::binom.confint(1, 10, methods = "wilson")
        let few = wilson(1, 10).unwrap();
        assert!((few.low - 0.017_876_2).abs() < 1e-6, "{few:?}");
        assert!((few.high - 0.404_150_0).abs() < 1e-6, "{few:?}");
        let none = wilson(0, 10).unwrap();
        assert_eq!(none.low, 0.0);
        assert!(none.high > 0.27 && none.high < 0.28, "{none:?}");
    }
}
