//! Lengths of time as people write them into a form.

const UNITS: [(&str, i64); 10] = [
    ("s", 1),
    ("min", 60),
    ("m", 60),
    ("minute", 60),
    ("minutes", 60),
    ("h", 3_600),
    ("hour", 3_600),
    ("hours", 3_600),
    ("d", 86_400),
    ("days", 86_400),
];

/// The seconds of a length such as "15 min", "1 h 30 min" or "2 d"; a day is 24 hours. Nothing for
/// what is none.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let unit = rest[..letters].to_lowercase();
        let unit = unit.strip_prefix("day").map_or(unit.as_str(), |_| "days");
        let (_, length) = UNITS.iter().find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.checked_mul(*length)?)?;
        rest = rest[letters..].trim_start();
    }
    Some(total)
}

/// A length as [`seconds`] reads it, without losing any. It is told in hours however many: a day of
/// the office has not 24 of them.
pub(crate) fn written(seconds: i64) -> String {
    let parts = [
        (seconds / 3_600, "h"),
        (seconds % 3_600 / 60, "min"),
        (seconds % 60, "s"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number} {unit}"))
        .collect();
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        for (text, wanted) in [
            ("15 min", Some(900)),
            ("1h30min", Some(5_400)),
            (" 2 days ", Some(172_800)),
            ("1 day 2 hours", Some(93_600)),
            ("24 h", Some(86_400)),
            ("15", None),
            ("soon", None),
            ("", None),
            ("-1 h", None),
            ("99999999999999999999 h", None),
            ("9000000000000000 d", None),
        ] {
            assert_eq!(seconds(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for length in [1, 60, 900, 5_400, 86_400, 90_061, 31_622_400] {
            assert_eq!(seconds(&written(length)), Some(length));
        }
    }
}
