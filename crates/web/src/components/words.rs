//! How Eider says times, lengths of time and counts. All wording of this kind lives here; the
//! browser script mirrors [`duration`] and [`relative`] so that open pages keep ticking.

use jiff::{Timestamp, tz::TimeZone};

const MINUTE_SECONDS: i64 = 60;
const HOUR_SECONDS: i64 = 60 * MINUTE_SECONDS;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;

/// Who is reading, and when: every time on a page is said from here.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The instant the page is made for.
    pub now: Timestamp,
    /// The zone in which this person reads times.
    pub zone: TimeZone,
    /// The team's zone. Times name the reader's zone when the two differ at that instant.
    pub team_zone: TimeZone,
}

/// A length of time for people: "38 min", "2 h 5 min", "3 d 4 h", "24 d". Negative lengths are
/// said as their size, for the sentence around them says which way ("late by", "in").
pub fn duration(seconds: i64) -> String {
    let seconds = seconds.saturating_abs();
    let (days, hours, minutes) = (
        seconds / DAY_SECONDS,
        seconds % DAY_SECONDS / HOUR_SECONDS,
        seconds % HOUR_SECONDS / MINUTE_SECONDS,
    );
    match (days, hours, minutes) {
        (0, 0, 0) => "under a minute".to_owned(),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) if days < 10 => format!("{days} d {hours} h"),
        (days, _, _) => format!("{days} d"),
    }
}

/// A length of working time, in hours however many: a day of the office has not 24 of them. "24 h",
/// "1 h 30 min".
pub fn working_time(seconds: i64) -> String {
    let (hours, minutes) = (
        seconds / HOUR_SECONDS,
        seconds % HOUR_SECONDS / MINUTE_SECONDS,
    );
    match (hours, minutes) {
        (0, _) => duration(seconds),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// How far an instant is from now: "just now", "3 min ago", "in 2 h 5 min".
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.as_second() - now.as_second();
    if (1..MINUTE_SECONDS).contains(&seconds) {
        "in under a minute".to_owned()
    } else if seconds.abs() < MINUTE_SECONDS {
        "just now".to_owned()
    } else if seconds < 0 {
        format!("{} ago", duration(seconds))
    } else {
        format!("in {}", duration(seconds))
    }
}

/// The moment in the reader's zone, as short as it can be said without doubt: "14:05",
/// "tomorrow 09:00", "Mon 11:00", "12 Jan 11:00", "12 Jan 2024 11:00". The zone is named when
/// the team's clocks show something else at that instant.
pub fn moment(at: Timestamp, reader: &Reader) -> String {
    let then = at.to_zoned(reader.zone.clone());
    let today = reader.now.to_zoned(reader.zone.clone()).date();
    let days_ahead = today
        .until(then.date())
        .map_or(i32::MAX, |span| span.get_days());
    let format = match days_ahead {
        0 => "%H:%M",
        1 => "tomorrow %H:%M",
        -1 => "yesterday %H:%M",
        2..=6 | -6..=-2 => "%a %H:%M",
        _ if then.year() == today.year() => "%-d %b %H:%M",
        _ => "%-d %b %Y %H:%M",
    };
    let said = then.strftime(format).to_string();
    match zone_name_if_foreign(at, reader) {
        Some(zone) => format!("{said} {zone}"),
        None => said,
    }
}

/// Whether both are on one day of the reader's.
pub fn is_one_day(one: Timestamp, other: Timestamp, reader: &Reader) -> bool {
    let day = |at: Timestamp| at.to_zoned(reader.zone.clone()).date();
    day(one) == day(other)
}

/// The time of day in the reader's zone: "14:05", with the zone where the team's clocks show
/// something else.
pub fn time_of_day(at: Timestamp, reader: &Reader) -> String {
    let said = at.to_zoned(reader.zone.clone()).strftime("%H:%M");
    match zone_name_if_foreign(at, reader) {
        Some(zone) => format!("{said} {zone}"),
        None => said.to_string(),
    }
}

/// The day alone in the reader's zone: "Fri 21 Nov 2025".
pub fn day(at: Timestamp, reader: &Reader) -> String {
    at.to_zoned(reader.zone.clone())
        .strftime("%a %-d %b %Y")
        .to_string()
}

/// The whole truth for a tooltip: "Friday 21 November 2025, 14:05:09, Europe/London (UTC+00:00)".
pub fn full_instant(at: Timestamp, reader: &Reader) -> String {
    let then = at.to_zoned(reader.zone.clone());
    let zone = reader.zone.iana_name().unwrap_or("fixed offset");
    format!(
        "{}, {zone} (UTC{})",
        then.strftime("%A %-d %B %Y, %H:%M:%S"),
        then.strftime("%:z")
    )
}

/// A count with its noun and thousands separated: "1 ticket", "24,918 tickets", "no tickets".
pub fn count(number: u64, one: &str, many: &str) -> String {
    match number {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        number => format!("{} {many}", thousands(number)),
    }
}

/// Several things in a sentence: "1", "1 and 2", "1, 2 and 3".
pub fn listed(things: &[String]) -> String {
    joined(things, "and")
}

/// One of several things in a sentence: "1", "1 or 2", "1, 2 or 3".
pub fn either(things: &[String]) -> String {
    joined(things, "or")
}

fn joined(things: &[String], joint: &str) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [some @ .., last] => format!("{} {joint} {last}", some.join(", ")),
    }
}

/// A number with its thousands separated: "24,918".
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut separated = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            separated.push(',');
        }
        separated.push(digit);
    }
    separated
}

/// The size of a file: "812 bytes", "14 kB", "3.2 MB" (decimal units, as shops sell them).
pub fn file_size(bytes: u64) -> String {
    match bytes {
        0..1_000 => count(bytes, "byte", "bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

fn zone_name_if_foreign(at: Timestamp, reader: &Reader) -> Option<String> {
    let here = reader.zone.to_offset_info(at);
    if here.offset() == reader.team_zone.to_offset(at) {
        return None;
    }
    let abbreviation = here.abbreviation();
    // Zones without letters of their own carry a bare offset such as "+03".
    Some(if abbreviation.starts_with(['+', '-']) {
        format!("UTC{abbreviation}")
    } else {
        abbreviation.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    fn reader(now: &str, zone: &str, team_zone: &str) -> Reader {
        Reader {
            now: at(now),
            zone: TimeZone::get(zone).expect("a zone"),
            team_zone: TimeZone::get(team_zone).expect("a zone"),
        }
    }

    #[test]
    fn lengths_use_two_units_and_no_zeroes() {
        let said = [
            0, 59, 60, 2_280, 3_600, 7_500, 86_400, 273_600, 2_073_600, -720,
        ]
        .map(duration);
        assert_eq!(
            said,
            [
                "under a minute",
                "under a minute",
                "1 min",
                "38 min",
                "1 h",
                "2 h 5 min",
                "1 d",
                "3 d 4 h",
                "24 d",
                "12 min"
            ]
        );
        assert_eq!(duration(i64::MIN), duration(i64::MAX));
    }

    #[test]
    fn relative_times_look_both_ways() {
        let now = at("2025-11-21T14:00:00Z");
        assert_eq!(relative(at("2025-11-21T13:57:00Z"), now), "3 min ago");
        assert_eq!(relative(at("2025-11-21T13:59:30Z"), now), "just now");
        let soon = "in under a minute";
        assert_eq!(relative(at("2025-11-21T14:00:30Z"), now), soon);
        assert_eq!(relative(at("2025-11-21T16:05:00Z"), now), "in 2 h 5 min");
    }

    #[test]
    fn moments_are_as_short_as_is_clear() {
        let london = reader("2025-11-21T13:27:00Z", "Europe/London", "Europe/London");
        let said = [
            "2025-11-21T14:05:00Z",
            "2025-11-22T09:00:00Z",
            "2025-11-20T23:59:00Z",
            "2025-11-24T11:00:00Z",
            "2025-11-28T11:00:00Z",
            "2024-01-12T11:00:00Z",
        ]
        .map(|text| moment(at(text), &london));
        assert_eq!(
            said,
            [
                "14:05",
                "tomorrow 09:00",
                "yesterday 23:59",
                "Mon 11:00",
                "28 Nov 11:00",
                "12 Jan 2024 11:00"
            ]
        );
    }

    #[test]
    fn a_foreign_zone_is_named_and_midnight_is_the_readers() {
        let tokyo = reader("2025-11-21T13:27:00Z", "Asia/Tokyo", "Europe/London");
        assert_eq!(
            moment(at("2025-11-21T15:30:00Z"), &tokyo),
            "tomorrow 00:30 JST"
        );
        let paris = reader("2025-11-21T13:27:00Z", "Europe/Paris", "Europe/Berlin");
        assert_eq!(moment(at("2025-11-21T13:05:00Z"), &paris), "14:05");
        let sao_paulo = reader("2025-11-21T13:27:00Z", "America/Sao_Paulo", "Europe/London");
        assert_eq!(
            moment(at("2025-11-21T15:00:00Z"), &sao_paulo),
            "12:00 UTC-03"
        );
    }

    #[test]
    fn the_tooltip_has_instant_zone_and_offset() {
        let london = reader("2025-07-01T10:00:00Z", "Europe/London", "Europe/London");
        assert_eq!(
            full_instant(at("2025-07-01T13:05:09Z"), &london),
            "Tuesday 1 July 2025, 14:05:09, Europe/London (UTC+01:00)"
        );
    }

    #[test]
    fn counts_sizes_and_thousands() {
        let things = ["Ada", "Ben", "Cleo"].map(str::to_owned);
        assert_eq!(listed(&things[..1]), "Ada");
        assert_eq!(listed(&things), "Ada, Ben and Cleo");
        assert_eq!(count(0, "ticket", "tickets"), "no tickets");
        assert_eq!(count(1, "ticket", "tickets"), "1 ticket");
        assert_eq!(count(24_918, "ticket", "tickets"), "24,918 tickets");
        assert_eq!(
            [100, 1_000, 1_234_567].map(thousands),
            ["100", "1,000", "1,234,567"]
        );
        assert_eq!(
            [812, 14_200, 3_250_000].map(file_size),
            ["812 bytes", "14 kB", "3.2 MB"]
        );
    }
}
