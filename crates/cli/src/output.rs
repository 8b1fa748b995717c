//! What is printed: tables and lines for people, JSON for programs. Never colours.

use std::io::Write;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use crate::Failure;

/// Where answers are printed, and how.
pub(crate) struct Output<'a, W> {
    out: &'a mut W,
    as_json: bool,
    zone: TimeZone,
}

impl<'a, W: Write> Output<'a, W> {
    pub(crate) fn new(out: &'a mut W, as_json: bool, zone: TimeZone) -> Self {
        Self { out, as_json, zone }
    }

    /// Prints the document for programs, or what `lines` makes of it for people.
    pub(crate) fn tell(
        &mut self,
        document: &Value,
        lines: impl FnOnce(&Value, &TimeZone) -> String,
    ) -> Result<(), Failure> {
        let text = if self.as_json {
            format!("{document:#}\n")
        } else {
            printable(&lines(document, &self.zone))
        };
        self.out.write_all(text.as_bytes())?;
        self.out.flush()?;
        Ok(())
    }
}

/// A table: a heading for each column, and rows of as many cells. The last column may be as long
/// as it likes. Columns are as wide as they look: wide characters count two.
pub(crate) fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = headings.iter().map(|heading| heading.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(one_line(cell).width());
        }
    }
    let heading = headings.iter().map(|heading| (*heading).to_owned());
    let mut text = line(&heading.collect::<Vec<_>>(), &widths);
    for row in rows {
        text.push_str(&line(row, &widths));
    }
    text
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let cell = one_line(cell);
        text.push_str(&cell);
        text.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
    }
    format!("{}\n", text.trim_end())
}

fn one_line(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text without what would move the cursor or change the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|&c| c == '\n' || c == '\t' || !c.is_control())
        .collect()
}

/// The text at `pointer`, such as `/owner/name`, or a dash.
pub(crate) fn text(document: &Value, pointer: &str) -> String {
    match document.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(true)) => "yes".to_owned(),
        Some(Value::Bool(false)) => "no".to_owned(),
        _ => "-".to_owned(),
    }
}

/// The words at `pointer` as people read them: `waiting_for_reporter` has no strokes.
pub(crate) fn words(document: &Value, pointer: &str) -> String {
    text(document, pointer).replace('_', " ")
}

/// The instant at `pointer` in `zone`, to the minute, or a dash.
pub(crate) fn time(document: &Value, pointer: &str, zone: &TimeZone) -> String {
    let text = document.pointer(pointer).and_then(Value::as_str);
    let at = text.and_then(|text| text.parse::<Timestamp>().ok());
    at.map_or_else(
        || "-".to_owned(),
        |at| {
            at.to_zoned(zone.clone())
                .strftime("%Y-%m-%d %H:%M")
                .to_string()
        },
    )
}

/// A length of time in its two largest units, such as `2 h 5 min`.
pub(crate) fn duration(seconds: i64) -> String {
    let minutes = seconds.unsigned_abs().div_ceil(60);
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let units = [(days, "d"), (hours, "h"), (minutes, "min")];
    let first = units.iter().position(|(count, _)| *count > 0);
    let shown = first.map_or(&units[2..], |first| {
        &units[first..units.len().min(first + 2)]
    });
    let parts: Vec<String> = shown
        .iter()
        .enumerate()
        .filter(|(index, (count, _))| *index == 0 || *count > 0)
        .map(|(_, (count, unit))| format!("{count} {unit}"))
        .collect();
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_whatever_the_script() {
        let rows = [
            vec!["T-1".to_owned(), "日本".to_owned(), "a\nb".to_owned()],
            vec!["T-1000".to_owned(), "Ada".to_owned(), "c".to_owned()],
        ];
        let told = table(&["NUMBER", "OWNER", "TITLE"], &rows);
        assert_eq!(
            told,
            "NUMBER  OWNER  TITLE\nT-1     日本   a b\nT-1000  Ada    c\n"
        );
    }

    #[test]
    fn nothing_that_is_printed_moves_the_cursor() {
        assert_eq!(printable("a\u{1b}[2Jb\r\u{9b}c\n"), "a[2Jbc\n");
    }

    #[test]
    fn lengths_of_time_are_told_in_two_units() {
        for (seconds, told) in [
            (0, "0 min"),
            (59, "1 min"),
            (3_600, "1 h"),
            (-3_900, "1 h 5 min"),
            (90_000, "1 d 1 h"),
            (86_460, "1 d"),
        ] {
            assert_eq!(duration(seconds), told, "{seconds}");
        }
    }
}
