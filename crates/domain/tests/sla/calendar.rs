//! What a calendar accepts, how it is written, and what it says when it refuses.

use eider_domain::sla::{Calendar, DayHours, Holiday, Hours, Interval, TimeOfDay, WeeklyHours};
use jiff::civil::date;

fn refusal(zone: &str, day: &str) -> String {
    match day.parse::<DayHours>() {
        Err(error) => error.to_string(),
        Ok(day) => Calendar::new("Desk", zone, WeeklyHours::monday_to_friday(day), Vec::new())
            .unwrap_err()
            .to_string(),
    }
}

#[test]
fn refusals_say_how_to_mend() {
    insta::assert_snapshot!(
        refusal("Atlantis", "09:00-17:00"),
        @"“Atlantis” is not a known time zone. Use a name from the IANA list, like Europe/London."
    );
    insta::assert_snapshot!(
        refusal("Etc/Unknown", "09:00-17:00"),
        @"“Etc/Unknown” is not a known time zone. Use a name from the IANA list, like Europe/London."
    );
    insta::assert_snapshot!(
        refusal("Europe/London", "09:00-13:00, 12:00-17:00"),
        @"The hours 09:00-13:00 and 12:00-17:00 overlap. Join them, or let one end before the other starts."
    );
    insta::assert_snapshot!(
        refusal("Europe/London", "22:00-06:00"),
        @"The hours 22:00-06:00 do not end after they start. For hours across midnight, write 22:00-24:00 on one day and 00:00-06:00 on the next."
    );
    insta::assert_snapshot!(
        refusal("Europe/London", "9-17"),
        @"“9” is not a time of day. Write hours and minutes from 00:00 to 24:00, like 09:00."
    );
    insta::assert_snapshot!(
        refusal("Europe/London", "morning"),
        @"“morning” is not a span of hours. Write two times with a dash between, like 09:00-17:00."
    );
    insta::assert_snapshot!(
        Calendar::new(" ", "UTC", WeeklyHours::default(), Vec::new()).unwrap_err(),
        @"The calendar has no name. Give it one that people will recognise."
    );
}

#[test]
fn times_of_day_go_from_00_00_to_24_00() {
    for (text, minutes) in [
        ("00:00", 0),
        ("9:05", 545),
        ("24:00", 1440),
        (" 23:59 ", 1439),
    ] {
        assert_eq!(
            text.parse::<TimeOfDay>().unwrap().minutes(),
            minutes,
            "{text}"
        );
    }
    for text in [
        "24:01", "25:00", "12:60", "-1:00", "+1:00", "12", "12:5", "", ":", "٣:00",
    ] {
        assert!(text.parse::<TimeOfDay>().is_err(), "{text}");
    }
    assert!(TimeOfDay::new(u16::MAX, u16::MAX).is_err());
}

#[test]
fn the_json_is_stable_and_comes_back() {
    let holidays = vec![
        Holiday {
            date: date(2026, 12, 25),
            name: "Christmas Day".to_owned(),
        },
        Holiday {
            date: date(2026, 1, 1),
            name: "New Year’s Day".to_owned(),
        },
        Holiday {
            date: date(2026, 1, 1),
            name: "New Year’s Day".to_owned(),
        },
    ];
    let day: DayHours = "13:00-17:00,09:00-12:00".parse().unwrap();
    let weekly = WeeklyHours {
        friday: day,
        ..WeeklyHours::default()
    };
    let calendar = Calendar::new(" Fridays ", "europe/london", weekly, holidays).unwrap();
    let hours = Hours::from(calendar);
    let json = serde_json::to_string(&hours).unwrap();
    insta::assert_snapshot!(json, @r#"{"kind":"calendar","name":"Fridays","zone":"Europe/London","weekly":{"monday":[],"tuesday":[],"wednesday":[],"thursday":[],"friday":["09:00-12:00","13:00-17:00"],"saturday":[],"sunday":[]},"holidays":[{"date":"2026-01-01","name":"New Year’s Day"},{"date":"2026-12-25","name":"Christmas Day"}]}"#);
    assert_eq!(serde_json::from_str::<Hours>(&json).unwrap(), hours);
    let around = serde_json::to_string(&Hours::AroundTheClock).unwrap();
    assert_eq!(around, r#"{"kind":"around_the_clock"}"#);
    assert_eq!(
        serde_json::from_str::<Hours>(&around).unwrap(),
        Hours::AroundTheClock
    );
}

#[test]
fn a_stored_calendar_is_checked_when_it_is_read() {
    for json in [
        r#"{"name":"A","zone":"Nowhere","weekly":{}}"#,
        r#"{"name":"A","zone":"UTC","weekly":{"monday":["10:00-12:00","11:00-13:00"]}}"#,
        r#"{"name":"A","zone":"UTC","weekly":{"monday":["12:00-12:00"]}}"#,
        r#"{"name":"A","zone":"UTC","weekly":{"funday":["12:00-13:00"]}}"#,
        r#"{"name":"","zone":"UTC","weekly":{}}"#,
    ] {
        assert!(serde_json::from_str::<Calendar>(json).is_err(), "{json}");
    }
    let shortest = r#"{"name":"A","zone":"UTC","weekly":{"monday":["00:00-24:00"]}}"#;
    let calendar: Calendar = serde_json::from_str(shortest).unwrap();
    assert_eq!(
        calendar.weekly().monday.intervals(),
        [Interval::whole_day()]
    );
}

#[test]
fn a_day_has_at_most_24_spans() {
    let span = |hour: u16| format!("{hour:02}:00-{hour:02}:30");
    let all: Vec<String> = (0..24).map(span).collect();
    assert!(all.join(",").parse::<DayHours>().is_ok());
    let more = format!("{},23:40-23:50", all.join(","));
    assert!(more.parse::<DayHours>().is_err());
}
