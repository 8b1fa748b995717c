//! What was measured beside what was promised.

use std::time::Duration;

use crate::load::Report;

/// A promise about a number.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
    /// Measured to put the others in proportion.
    Nothing,
}

/// One line of the table.
#[derive(Clone)]
pub struct Row {
    what: String,
    measured: f64,
    unit: &'static str,
    target: Target,
    /// Said after the verdict, such as why there is no number.
    note: String,
}

impl Row {
    /// A number in `unit`, and what was promised of it.
    pub fn new(what: impl Into<String>, measured: f64, unit: &'static str, target: Target) -> Row {
        Row {
            what: what.into(),
            measured,
            unit,
            target,
            note: String::new(),
        }
    }

    /// What could not be measured, and why: a promise that is not known to be kept is missed.
    pub fn failed(
        what: impl Into<String>,
        unit: &'static str,
        target: Target,
        reason: impl Into<String>,
    ) -> Row {
        Row {
            note: reason.into(),
            ..Row::new(what, f64::NAN, unit, target)
        }
    }

    /// The median and the 99th percentile of a load, the latter held to `target`.
    pub fn latencies(what: &str, report: &Report, target: Target) -> [Row; 2] {
        let name = |percentile: &str| format!("{what}, {percentile}");
        if let Some(first) = &report.first_error {
            let reason = format!("{} requests failed, the first: {first}", report.errors);
            return [
                Row::failed(name("p50"), "ms", Target::Nothing, reason.clone()),
                Row::failed(name("p99"), "ms", target, reason),
            ];
        }
        let at = |percent| report.percentile(percent).map_or(f64::NAN, milliseconds);
        [
            Row::new(name("p50"), at(50.0), "ms", Target::Nothing),
            Row::new(name("p99"), at(99.0), "ms", target),
        ]
    }

    /// Whether the promise is kept.
    pub fn held(&self) -> bool {
        match self.target {
            Target::AtMost(limit) => self.measured <= limit,
            Target::AtLeast(limit) => self.measured >= limit,
            Target::Nothing => true,
        }
    }

    fn verdict(&self) -> &'static str {
        match self.target {
            Target::Nothing => "",
            _ if self.held() => "kept",
            _ => "MISSED",
        }
    }
}

/// The rows beneath one another: what, target, measured, verdict.
pub fn table(rows: &[Row]) -> String {
    let mut text = line("what", "target", "measured", "verdict");
    for row in rows {
        let target = match row.target {
            Target::AtMost(limit) => format!("at most {limit} {}", row.unit),
            Target::AtLeast(limit) => format!("at least {limit} {}", row.unit),
            Target::Nothing => String::new(),
        };
        let measured = format!("{} {}", number(row.measured), row.unit);
        let verdict = format!("{} {}", row.verdict(), row.note);
        text.push_str(&line(&row.what, &target, &measured, verdict.trim()));
    }
    text
}

fn line(what: &str, target: &str, measured: &str, verdict: &str) -> String {
    format!("{what:<54} {target:>28} {measured:>20}  {verdict}\n")
}

/// Three digits are all that one run can tell.
fn number(value: f64) -> String {
    match value {
        value if value.is_nan() => "no".to_owned(),
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

/// A length of time in milliseconds.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_promise_has_its_verdict() {
        let rows = [
            Row::new("idle memory", 41.26, "MB", Target::AtMost(40.0)),
            Row::new("commands", 2345.6, "a second", Target::AtLeast(2000.0)),
            Row::new("floor", 0.123, "ms", Target::Nothing),
            Row::failed("list", "ms", Target::AtMost(50.0), "status 500"),
        ];
        let table = table(&rows);
        let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
        let ends = [
            "at most 40 MB              41.3 MB  MISSED",
            "at least 2000 a second        2346 a second  kept",
            "0.12 ms",
            "at most 50 ms                no ms  MISSED status 500",
        ];
        for (line, end) in lines[1..].iter().zip(ends) {
            assert!(line.ends_with(end), "{line}");
        }
        assert_eq!(rows.map(|row| row.held()), [false, true, true, false]);
    }
}
