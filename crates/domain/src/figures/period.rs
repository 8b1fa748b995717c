//! A length of time on the calendar.

use std::ops::Range;

use jiff::{Timestamp, ToSpan, Zoned, tz::TimeZone};

/// From an instant until before another one; without bound where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first instant that is in it.
    pub from: Option<Timestamp>,
    /// The first instant that is after it.
    pub to: Option<Timestamp>,
}

impl Period {
    /// Its bounds in microseconds since 1970.
    pub(super) fn micros(&self) -> Range<i64> {
        let from = self.from.map_or(i64::MIN, Timestamp::as_microsecond);
        let to = self.to.map_or(i64::MAX, Timestamp::as_microsecond);
        from..to
    }

    /// The period of the same length just before this one, by the calendar of `zone`: as many
    /// months when both ends are the first of a month, else as many days. `now` stands in for an
    /// end that is open. None without a beginning.
    pub fn before(&self, zone: &TimeZone, now: Timestamp) -> Option<Self> {
        let to = self.from?;
        let (start, end) = (
            to.to_zoned(zone.clone()),
            self.to.unwrap_or(now).to_zoned(zone.clone()),
        );
        let from = if is_month_start(&start) && is_month_start(&end) {
            let months =
                i64::from(end.year() - start.year()) * 12 + i64::from(end.month() - start.month());
            start.checked_sub(months.months()).ok()?
        } else {
            let days = start.date().until(end.date()).ok()?.get_days().max(1);
            start.checked_sub(days.days()).ok()?
        };
        Some(Self {
            from: Some(from.timestamp()),
            to: Some(to),
        })
    }
}

fn is_month_start(at: &Zoned) -> bool {
    at.day() == 1 && at.time() == jiff::civil::Time::midnight()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn london(from: &str, to: Option<&str>) -> (Period, TimeZone) {
        let zone = TimeZone::get("Europe/London").unwrap();
        let at = |day: &str| {
            let date: jiff::civil::Date = day.parse().unwrap();
            date.to_zoned(zone.clone()).unwrap().timestamp()
        };
        let period = Period {
            from: Some(at(from)),
            to: to.map(at),
        };
        (period, zone)
    }

    fn before(from: &str, to: Option<&str>) -> String {
        let (period, zone) = london(from, to);
        let now = "2025-07-14T09:30:00Z".parse().unwrap();
        let before = period.before(&zone, now).unwrap();
        assert_eq!(before.to, period.from);
        before.from.unwrap().to_zoned(zone).date().to_string()
    }

    #[test]
    fn the_period_before_is_as_long_by_the_calendar() {
        assert_eq!(before("2025-03-01", Some("2025-04-01")), "2025-02-01");
        assert_eq!(before("2025-01-01", Some("2026-01-01")), "2024-01-01");
        assert_eq!(before("2025-03-29", Some("2025-04-05")), "2025-03-22");
        assert_eq!(before("2025-07-01", None), "2025-06-18");
        let (_, zone) = london("2025-01-01", None);
        assert_eq!(Period::default().before(&zone, Timestamp::UNIX_EPOCH), None);
    }

    #[test]
    fn the_end_is_outside() {
        let (period, _) = london("2025-03-01", Some("2025-04-01"));
        let micros = period.micros();
        assert!(micros.contains(&period.from.unwrap().as_microsecond()));
        assert!(!micros.contains(&period.to.unwrap().as_microsecond()));
        assert!(Period::default().micros().contains(&0));
    }
}
