//! Holidays from the files that people really have, and from those that nobody should.

use eider_domain::sla::{Holiday, IcsError, MAX_ICS_BYTES, MAX_ICS_EVENTS, holidays_from_ics};

fn calendar(events: &[&str]) -> String {
    let events: Vec<String> = events
        .iter()
        .map(|event| format!("BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n"))
        .collect();
    let events = events.concat();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n{events}END:VCALENDAR\r\n")
}

fn read(events: &[&str]) -> Result<Vec<Holiday>, IcsError> {
    holidays_from_ics(&calendar(events), 2024..=2028)
}

fn dates(event: &str) -> String {
    let holidays = read(&[event]).unwrap();
    let dates: Vec<String> = holidays
        .iter()
        .map(|holiday| holiday.date.to_string())
        .collect();
    dates.join(" ")
}

fn refusal(event: &str) -> String {
    read(&[&format!("SUMMARY:Picnic\r\n{event}")])
        .unwrap_err()
        .to_string()
}

#[test]
fn single_days_with_names() {
    let holidays = read(&[
        "DTSTART;VALUE=DATE:20261228\r\nDTEND;VALUE=DATE:20261229\r\nSUMMARY:Boxing Day\\, in li\r\n eu",
        "dtstart;value=date:20261225\r\nSUMMARY;LANGUAGE=en:Christmas\r\nTRANSP:TRANSPARENT",
        "DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas",
        "DTSTART;VALUE=DATE:20260501\r\nSUMMARY:Never mind\r\nSTATUS:CANCELLED",
        "DTSTART;VALUE=DATE:20260101",
        "DTSTART;VALUE=DATE:20190101\r\nSUMMARY:Long ago",
    ])
    .unwrap();
    let written: Vec<String> = holidays
        .iter()
        .map(|h| format!("{} {}", h.date, h.name))
        .collect();
    assert_eq!(
        written,
        [
            "2026-01-01 Holiday",
            "2026-12-25 Christmas",
            "2026-12-28 Boxing Day, in lieu"
        ]
    );
}

#[test]
fn several_days_end_before_their_dtend() {
    assert_eq!(
        dates("DTSTART;VALUE=DATE:20261230\r\nDTEND;VALUE=DATE:20270102"),
        "2026-12-30 2026-12-31 2027-01-01"
    );
    assert_eq!(
        dates("DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20260101"),
        "2026-01-01"
    );
    assert_eq!(
        dates("DTSTART;VALUE=DATE:20260101\r\nDURATION:P2D"),
        "2026-01-01 2026-01-02"
    );
    assert_eq!(
        dates("DTSTART;VALUE=DATE:20240101\r\nDURATION:P1W")
            .split(' ')
            .count(),
        7
    );
    // Local midnight to midnight is how some office programs write a whole day.
    assert_eq!(
        dates("DTSTART;TZID=GMT:20260101T000000\r\nDTEND;TZID=GMT:20260102T000000"),
        "2026-01-01"
    );
    // An event that begins in the year before reaches in.
    assert_eq!(
        dates("DTSTART;VALUE=DATE:20231231\r\nDURATION:P2D"),
        "2024-01-01"
    );
}

#[test]
fn yearly_repetition_is_written_out() {
    let start = "DTSTART;VALUE=DATE:20201225\r\n";
    for (rule, expected) in [
        (
            "FREQ=YEARLY",
            "2024-12-25 2025-12-25 2026-12-25 2027-12-25 2028-12-25",
        ),
        ("FREQ=YEARLY;COUNT=6", "2024-12-25 2025-12-25"),
        ("FREQ=YEARLY;UNTIL=20251225", "2024-12-25 2025-12-25"),
        ("FREQ=YEARLY;UNTIL=20251224T235959Z", "2024-12-25"),
        (
            "FREQ=YEARLY;INTERVAL=3;BYMONTH=12;BYMONTHDAY=25;WKST=MO",
            "2026-12-25",
        ),
    ] {
        assert_eq!(dates(&format!("{start}RRULE:{rule}")), expected, "{rule}");
    }
    let without = "EXDATE;VALUE=DATE:20251225,20271225\r\nEXDATE:20261225T000000";
    assert_eq!(
        dates(&format!("{start}RRULE:FREQ=YEARLY\r\n{without}")),
        "2024-12-25 2028-12-25"
    );
}

#[test]
fn a_leap_day_comes_only_in_leap_years() {
    let event = "DTSTART;VALUE=DATE:20200229\r\nRRULE:FREQ=YEARLY";
    assert_eq!(dates(event), "2024-02-29 2028-02-29");
    assert_eq!(dates(&format!("{event};COUNT=2")), "2024-02-29");
}

#[test]
fn a_weekday_of_a_month_is_followed() {
    assert_eq!(
        dates("DTSTART;VALUE=DATE:20201126\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
        "2024-11-28 2025-11-27 2026-11-26 2027-11-25 2028-11-23"
    );
    assert_eq!(
        dates("DTSTART;VALUE=DATE:20200831\r\nRRULE:FREQ=YEARLY;BYMONTH=8;BYDAY=-1MO;COUNT=6"),
        "2024-08-26 2025-08-25"
    );
}

#[test]
fn refusals_name_the_event() {
    for (event, expected) in [
        ("", "it has no start date. Give it a DTSTART."),
        (
            "DTSTART:20260101T120000Z",
            "it has a time of day. Make it an all-day event, or leave it out of the file.",
        ),
        (
            "DTSTART:20260101T000000Z",
            "it has a time of day. Make it an all-day event, or leave it out of the file.",
        ),
        (
            "DTSTART;VALUE=DATE:20260230",
            "“20260230” is not a date. Write it like 20261225.",
        ),
        (
            "DTSTART;VALUE=DATE:soon",
            "“soon” is not a date. Write it like 20261225.",
        ),
        (
            "DTSTART:20260102\r\nDTEND:20260101",
            "it ends before it starts. Mend its DTEND.",
        ),
        (
            "DTSTART:20260102\r\nDTEND:99991231",
            "it lasts longer than a year. Mend its DTEND.",
        ),
        (
            "DTSTART:20260102\r\nDURATION:PT2H",
            "its duration “PT2H” is not in whole days. Write it like P2D.",
        ),
        (
            "DTSTART:20260102\r\nRRULE:FREQ=WEEKLY;BYDAY=FR",
            "its repetition “FREQ=WEEKLY;BYDAY=FR” is not a plain yearly one. Write each day as an event of its own, or use FREQ=YEARLY.",
        ),
        (
            "DTSTART:20260102\r\nRDATE:20260103",
            "it uses RDATE, which is not understood. Write each day as an event of its own.",
        ),
    ] {
        let whole = format!("The event “Picnic” cannot be used as a holiday: {expected}");
        assert_eq!(refusal(event), whole);
    }
}

#[test]
fn repetitions_that_are_not_understood_are_refused() {
    for rule in [
        "FREQ=YEARLY;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=2",
        "FREQ=YEARLY;BYMONTHDAY=3",
        "FREQ=YEARLY;BYDAY=1FR",
        "FREQ=YEARLY;BYMONTH=1;BYDAY=2FR",
        "FREQ=YEARLY;BYMONTH=99;BYDAY=1FR",
        "FREQ=YEARLY;BYEASTER=1",
        "FREQ=YEARLY;COUNT=0",
        "FREQ=YEARLY;INTERVAL=0",
        "FREQ=YEARLY;UNTIL=never",
        "COUNT=1",
        "",
        "nonsense",
    ] {
        let event = format!("DTSTART;VALUE=DATE:20260102\r\nRRULE:{rule}");
        assert!(refusal(&event).contains("repetition"), "{rule}");
    }
    let two = "DTSTART:20260102\r\nRRULE:FREQ=YEARLY\r\nRRULE:FREQ=YEARLY;COUNT=2";
    assert!(refusal(two).contains("a second RRULE"));
}

#[test]
fn other_parts_are_passed_over() {
    let alarm = "BEGIN:VALARM\r\nDTSTART:nonsense\r\nEND:VALARM";
    let events = calendar(&[&format!("DTSTART;VALUE=DATE:20260101\r\n{alarm}")]);
    let zone = "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    let text = events.replacen("BEGIN:VEVENT", &format!("{zone}BEGIN:VEVENT"), 1);
    for text in [
        text.clone(),
        text.replace("\r\n", "\n"),
        format!("\u{feff}\n{text}\n"),
    ] {
        assert_eq!(holidays_from_ics(&text, 2026..=2026).unwrap().len(), 1);
    }
    assert_eq!(read(&[]).unwrap(), []);
    #[expect(clippy::reversed_empty_ranges, reason = "a range that holds no year")]
    let none = 2028..=2024;
    assert_eq!(holidays_from_ics(&text, none).unwrap(), []);
}

#[test]
fn what_is_not_a_calendar_is_refused() {
    for text in [
        "",
        "   ",
        "hello",
        "date,name\n2026-01-01,New Year\n",
        "BEGIN:VEVENT\nEND:VEVENT",
    ] {
        assert_eq!(
            holidays_from_ics(text, 2026..=2026),
            Err(IcsError::NotACalendar),
            "{text}"
        );
    }
    for text in [
        "BEGIN:VCALENDAR",
        "BEGIN:VCALENDAR\nEND:VEVENT",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR",
        "BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR",
    ] {
        let error = holidays_from_ics(text, 2026..=2026).unwrap_err();
        assert!(
            matches!(error, IcsError::Unbalanced { .. }),
            "{text}: {error}"
        );
    }
}

#[test]
fn large_and_hostile_files_are_refused_quickly() {
    let large = " ".repeat(MAX_ICS_BYTES + 1);
    assert_eq!(
        holidays_from_ics(&large, 2026..=2026),
        Err(IcsError::TooLarge)
    );
    let deep = "BEGIN:VCALENDAR\n".repeat(60_000);
    let error = holidays_from_ics(&deep, 2026..=2026).unwrap_err();
    assert!(matches!(error, IcsError::Unbalanced { .. }));
    let many = calendar(&vec!["DTSTART:20260101"; MAX_ICS_EVENTS + 1]);
    assert_eq!(
        holidays_from_ics(&many, 2026..=2026),
        Err(IcsError::TooManyEvents)
    );
    let endless = "DTSTART:20200101\r\nDTEND:20210101\r\nRRULE:FREQ=YEARLY";
    let years = i16::MIN..=i16::MAX;
    let error = holidays_from_ics(&calendar(&[endless]), years).unwrap_err();
    assert_eq!(error, IcsError::TooManyHolidays);
    let repeated = calendar(&vec![endless; 4_000]);
    let error = holidays_from_ics(&repeated, 2026..=2036).unwrap_err();
    assert_eq!(error, IcsError::TooManyHolidays);
    // A parameter that swallows lines cannot hide a BEGIN or an END.
    let hidden = "BEGIN:VCALENDAR\r\nBEGIN:A\r\nX;A=f\r\nEND:A\r\n".repeat(20_000);
    assert!(holidays_from_ics(&hidden, 2026..=2026).is_err());
}
