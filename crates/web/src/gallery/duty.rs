//! Who is on call, in every state.

use jiff::{ToSpan as _, civil::Date};
use maud::{Markup, html};

use crate::components::duty::{self, Bar, Callee, Day, DayRow, Entry, Week, Whose};

/// Callees, a week of a month, two days.
pub(super) fn samples() -> Markup {
    html! {
        (duty::callee(&Callee {
            name: "Ada Lovelace".to_owned(),
            initials: "AL".to_owned(),
            number: Some("+44 20 7946 0958".to_owned()),
            note: Some(html! { "you, instead of Ben Okri" }),
        }))
        (duty::nobody("Ben Okri is away"))
        (duty::month(&[week()]))
        (duty::days(&days()))
    }
}

fn week() -> Week {
    let monday = Date::constant(2026, 3, 30);
    let days = monday.series(1.day()).take(7).map(|date| Day {
        date,
        is_today: date.day() == 1,
        is_outside: date.month() == 3,
    });
    let bar = |from_quarter, quarters, whose, label: &str, is_changed| Bar {
        from_quarter,
        quarters,
        whose,
        label: label.to_owned(),
        heard: format!("{label}, for a part of this week"),
        is_changed,
        href: (whose != Whose::Another).then(|| "/gallery".to_owned()),
    };
    Week {
        days: days.collect(),
        bars: vec![
            bar(0, 2, Whose::Another, "Ben", false),
            bar(2, 12, Whose::Mine, "Ada", false),
            bar(14, 4, Whose::Nobody, "Nobody", false),
            bar(18, 10, Whose::Another, "Cleo", true),
        ],
    }
}

fn days() -> [DayRow; 2] {
    let entry = |label: &str, times: &str, whose, note: Option<&str>| Entry {
        times: times.to_owned(),
        label: label.to_owned(),
        note: note.map(str::to_owned),
        whose,
        href: Some("/gallery".to_owned()),
    };
    let first = Date::constant(2026, 4, 1);
    [
        DayRow {
            date: first,
            is_today: true,
            entries: vec![
                entry("Ada Lovelace", "until 09:00", Whose::Mine, None),
                entry(
                    "Cleo Nine",
                    "from 09:00",
                    Whose::Another,
                    Some("stands in for Ben Okri"),
                ),
            ],
        },
        DayRow {
            date: first.saturating_add(1.day()),
            is_today: false,
            entries: vec![entry(
                "Nobody",
                "all day",
                Whose::Nobody,
                Some("Ben Okri is away"),
            )],
        },
    ]
}
