//! Round numbers for axes, and how numbers are said in charts.

use crate::components::words;

/// In what a chart counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Things.
    Count,
    /// Seconds.
    Seconds,
    /// A part of 1; its axis always goes to 1.
    Share,
    /// Hundredths of the currency of that code.
    Cents(Currency),
}

/// The code of a currency, of three letters.
pub(crate) type Currency = [u8; 3];

/// From nothing to above the largest value, with a few round numbers on the way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) ticks: Vec<f64>,
    top: f64,
}

const MOST_TICKS: f64 = 4.0;

impl Scale {
    /// For values up to `largest`.
    pub(super) fn up_to(largest: f64, measure: Measure) -> Self {
        if measure == Measure::Share {
            return Self {
                ticks: vec![0.0, 0.5, 1.0],
                top: 1.0,
            };
        }
        let least = match measure {
            Measure::Count | Measure::Share => 1.0,
            Measure::Seconds => 60.0,
            Measure::Cents(_) => 100.0,
        };
        let largest = if largest.is_finite() { largest } else { 0.0 };
        let step = steps(measure, least)
            .find(|step| largest / step <= MOST_TICKS)
            .unwrap_or(largest);
        let count = (largest / step).ceil().max(1.0);
        Self {
            ticks: (0..=count as u32)
                .map(|tick| f64::from(tick) * step)
                .collect(),
            top: count * step,
        }
    }

    /// How far up a value is: 0 at the foot, 1 at the top.
    pub(super) fn part(&self, value: f64) -> f64 {
        (value / self.top).clamp(0.0, 1.0)
    }
}

/// Round steps, ever larger.
fn steps(measure: Measure, least: f64) -> impl Iterator<Item = f64> {
    const MINUTE: f64 = 60.0;
    const HOUR: f64 = 60.0 * MINUTE;
    const DAY: f64 = 24.0 * HOUR;
    let of_clocks: &[f64] = match measure {
        Measure::Seconds => &[
            MINUTE,
            2.0 * MINUTE,
            5.0 * MINUTE,
            10.0 * MINUTE,
            15.0 * MINUTE,
            30.0 * MINUTE,
            HOUR,
            2.0 * HOUR,
            3.0 * HOUR,
            6.0 * HOUR,
            12.0 * HOUR,
        ],
        _ => &[],
    };
    let unit = if measure == Measure::Seconds {
        DAY
    } else {
        least
    };
    let decimal = (0..15)
        .flat_map(move |power| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(power) * unit));
    of_clocks.iter().copied().chain(decimal)
}

/// A number as it is read, such as "3 h 12 min", "94 %" or "£1,204".
pub(crate) fn say(value: f64, measure: Measure) -> String {
    match measure {
        Measure::Count if value.fract() == 0.0 => thousands(value),
        Measure::Count => format!("{value:.1}"),
        Measure::Seconds if value == 0.0 => "0".to_owned(),
        Measure::Seconds => words::duration(value.round() as i64),
        Measure::Share => percent(value),
        Measure::Cents(currency) => money(value, currency),
    }
}

/// "94 %", and one digit more where it would otherwise say nothing or everything.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let is_near_end = (percent > 0.0 && percent < 1.0) || (percent > 99.0 && percent < 100.0);
    if is_near_end {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}

fn money(cents: f64, currency: Currency) -> String {
    let sign = match &currency {
        b"GBP" => "£".to_owned(),
        b"EUR" => "€".to_owned(),
        b"USD" => "$".to_owned(),
        code => format!("{} ", String::from_utf8_lossy(code)),
    };
    let whole = cents / 100.0;
    if whole != 0.0 && whole.abs() < 100.0 {
        format!("{sign}{whole:.2}")
    } else {
        format!("{sign}{}", thousands(whole))
    }
}

fn thousands(value: f64) -> String {
    words::thousands(value.round().max(0.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_few_round_numbers() {
        let ticks = |largest, measure| {
            let scale = Scale::up_to(largest, measure);
            let said: Vec<String> = scale.ticks.iter().map(|tick| say(*tick, measure)).collect();
            said.join(", ")
        };
        assert_eq!(ticks(7.0, Measure::Count), "0, 2, 4, 6, 8");
        assert_eq!(ticks(0.0, Measure::Count), "0, 1");
        assert_eq!(
            ticks(5_000.0, Measure::Seconds),
            "0, 30 min, 1 h, 1 h 30 min"
        );
        assert_eq!(ticks(300_000.0, Measure::Seconds), "0, 1 d, 2 d, 3 d, 4 d");
        assert_eq!(ticks(0.3, Measure::Share), "0 %, 50 %, 100 %");
        assert_eq!(
            ticks(250_000.0, Measure::Cents(*b"GBP")),
            "£0, £1,000, £2,000, £3,000"
        );
        assert_eq!(ticks(f64::NAN, Measure::Count), "0, 1");
    }

    #[test]
    fn numbers_are_said_as_people_read_them() {
        assert_eq!(say(0.9999, Measure::Share), "100.0 %");
        assert_eq!(say(0.942, Measure::Share), "94 %");
        assert_eq!(say(0.004, Measure::Share), "0.4 %");
        assert_eq!(say(1_250.0, Measure::Cents(*b"CHF")), "CHF 12.50");
        assert_eq!(say(2.25, Measure::Count), "2.2");
    }
}
