//! Times as other trackers write them.

use jiff::{
    Timestamp, civil,
    fmt::strtime::{self, BrokenDownTime},
    tz::TimeZone,
};

/// How times are written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Format {
    /// As in RFC 3339 or ISO 8601, with or without an offset.
    Iso,
    /// A pattern of strptime.
    Pattern(String),
}

/// Reads times, trying one format after the other; a time without an offset is of the zone.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TimeReader {
    formats: Vec<Format>,
    zone: TimeZone,
}

impl TimeReader {
    /// A reader of those formats, `iso` or patterns of strptime, in that zone.
    ///
    /// # Errors
    /// The first format that cannot tell a date.
    pub(super) fn new(formats: &[String], zone: TimeZone) -> Result<Self, String> {
        let formats = formats
            .iter()
            .map(|text| match text.as_str() {
                "iso" => Ok(Format::Iso),
                pattern if tells_a_date(pattern) => Ok(Format::Pattern(pattern.to_owned())),
                pattern => Err(pattern.to_owned()),
            })
            .collect::<Result<_, String>>()?;
        Ok(Self { formats, zone })
    }

    /// The instant that `text` means. A time that a change of the clocks leaves out is read as
    /// if the clocks had not changed yet; one that comes twice is the first of the two.
    pub(super) fn read(&self, text: &str) -> Option<Timestamp> {
        self.formats.iter().find_map(|format| match format {
            Format::Iso => self.read_iso(text),
            Format::Pattern(pattern) => {
                let parsed = BrokenDownTime::parse(pattern, text).ok()?;
                match parsed.to_timestamp() {
                    Ok(instant) => Some(instant),
                    Err(_) => self.in_zone(parsed.to_datetime().ok()?),
                }
            }
        })
    }

    fn read_iso(&self, text: &str) -> Option<Timestamp> {
        match text.parse::<Timestamp>() {
            Ok(instant) => Some(instant),
            Err(_) => self.in_zone(text.parse().ok()?),
        }
    }

    fn in_zone(&self, civil: civil::DateTime) -> Option<Timestamp> {
        self.zone.to_ambiguous_timestamp(civil).compatible().ok()
    }
}

/// Whether what a pattern writes can be read by it again, as a date at least.
fn tells_a_date(pattern: &str) -> bool {
    let sample = civil::date(2016, 11, 29).at(13, 14, 15, 0);
    let Ok(zoned) = sample.to_zoned(TimeZone::UTC) else {
        return false;
    };
    strtime::format(pattern, &zoned)
        .and_then(|written| BrokenDownTime::parse(pattern, written))
        .is_ok_and(|parsed| parsed.to_timestamp().is_ok() || parsed.to_datetime().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(formats: &[&str], zone: &str) -> Result<TimeReader, String> {
        let formats: Vec<String> = formats.iter().map(ToString::to_string).collect();
        TimeReader::new(&formats, TimeZone::get(zone).unwrap())
    }

    #[test]
    fn several_formats_are_tried_in_order() {
        let formats = ["%d/%m/%Y %H:%M", "%d/%b/%y %I:%M %p", "%Y-%m-%d", "iso"];
        let reader = reader(&formats, "Europe/Lisbon").unwrap();
        for (text, instant) in [
            ("29/2/2016 01:16", "2016-02-29T01:16:00Z"),
            ("1/7/2016 00:30", "2016-06-30T23:30:00Z"),
            ("30/Sep/21 5:20 PM", "2021-09-30T16:20:00Z"),
            ("2016-02-29", "2016-02-29T00:00:00Z"),
            ("2016-07-01T00:30:00+02:00", "2016-06-30T22:30:00Z"),
            ("2016-07-01T00:30:00", "2016-06-30T23:30:00Z"),
        ] {
            assert_eq!(reader.read(text), instant.parse().ok(), "{text}");
        }
        for text in ["", "?", "30/2/2016 01:16", "29/2/2016 25:16", "yesterday"] {
            assert_eq!(reader.read(text), None, "{text}");
        }
    }

    #[test]
    fn a_format_that_tells_no_date_is_refused() {
        for pattern in ["", "%H:%M", "%d/%m", "%!", "d/m/Y"] {
            assert_eq!(reader(&[pattern], "UTC"), Err(pattern.to_owned()));
        }
    }
}
