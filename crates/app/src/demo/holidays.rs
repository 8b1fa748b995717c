//! Bank holidays in England and Wales, worked out by their rules
//! (<https://www.gov.uk/bank-holidays>).

use eider_domain::sla::Holiday;
use jiff::{
    ToSpan as _,
    civil::{Date, Weekday, date},
};

/// The bank holidays of that year, with the days that stand in for those on a weekend.
pub(super) fn of_year(year: i16) -> Vec<Holiday> {
    let easter = easter_sunday(year);
    let days = [
        ("New Year’s Day", substitute(date(year, 1, 1), 0)),
        ("Good Friday", easter.saturating_sub(2.days())),
        ("Easter Monday", easter.saturating_add(1.day())),
        ("Early May bank holiday", first_monday(year, 5)),
        ("Spring bank holiday", last_monday(year, 5)),
        ("Summer bank holiday", last_monday(year, 8)),
        ("Christmas Day", substitute(date(year, 12, 25), 1)),
        ("Boxing Day", substitute(date(year, 12, 26), 1)),
    ];
    days.into_iter()
        .map(|(name, date)| Holiday {
            date,
            name: name.into(),
        })
        .collect()
}

/// The weekday that stands in for a holiday on a weekend: the Monday after, and `neighbours` days
/// later where another holiday takes that one.
fn substitute(day: Date, neighbours: i8) -> Date {
    let days = match (day.weekday(), neighbours) {
        (Weekday::Saturday, _) => 2,
        (Weekday::Sunday, 0) => 1,
        (Weekday::Sunday, _) => 2,
        _ => 0,
    };
    day.saturating_add(days.days())
}

fn first_monday(year: i16, month: i8) -> Date {
    let first = date(year, month, 1);
    let days = first.weekday().until(Weekday::Monday);
    first.saturating_add(days.days())
}

fn last_monday(year: i16, month: i8) -> Date {
    let last = date(year, month, 1).last_of_month();
    last.saturating_sub(last.weekday().since(Weekday::Monday).days())
}

/// The anonymous Gregorian computus in the form of New Scientist, 30 March 1961.
fn easter_sunday(year: i16) -> Date {
    let year_number = i32::from(year);
    let (a, b, c) = (year_number % 19, year_number / 100, year_number % 100);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - b / 4 - g + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let days_after_march_22 = h + l - 7 * m;
    date(year, 3, 22).saturating_add(days_after_march_22.days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_are_those_that_the_government_lists() {
        let dates = |year| -> Vec<String> {
            of_year(year)
                .into_iter()
                .map(|holiday| holiday.date.to_string())
                .collect()
        };
        assert_eq!(
            dates(2026),
            [
                "2026-01-01",
                "2026-04-03",
                "2026-04-06",
                "2026-05-04",
                "2026-05-25",
                "2026-08-31",
                "2026-12-25",
                "2026-12-28"
            ]
        );
        assert_eq!(
            dates(2027),
            [
                "2027-01-01",
                "2027-03-26",
                "2027-03-29",
                "2027-05-03",
                "2027-05-31",
                "2027-08-30",
                "2027-12-27",
                "2027-12-28"
            ]
        );
        // Christmas on a Sunday: Tuesday stands in, because Monday is Boxing Day itself.
        assert_eq!(dates(2033)[6..], ["2033-12-27", "2033-12-26"]);
    }
}
