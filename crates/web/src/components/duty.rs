//! Who is on call: the one now with their number, and calendars by month and by day.

use jiff::civil::Date;
use maud::{Markup, html};

use super::icons::{Icon, icon};

/// Quarters of a day in a week: as finely as a month is drawn.
pub const QUARTERS_A_WEEK: u8 = 28;

/// Whose time a stretch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The reader's own.
    Mine,
    /// Somebody else's.
    Another,
    /// Nobody's, where somebody should be.
    Nobody,
}

/// Somebody who can be called.
#[derive(Debug, Clone, Default)]
pub struct Callee {
    /// Their name.
    pub name: String,
    /// One to three letters.
    pub initials: String,
    /// The number at which they are called.
    pub number: Option<String>,
    /// Such as "until Mon 09:00", or why it is them.
    pub note: Option<Markup>,
}

/// A stretch of a week as a bar.
#[derive(Debug, Clone)]
pub struct Bar {
    /// Where it begins, in quarters of a day from the start of the week.
    pub from_quarter: u8,
    /// How long it is, in quarters of a day.
    pub quarters: u8,
    /// Whose it is.
    pub whose: Whose,
    /// The name, as short as it is known.
    pub label: String,
    /// The whole of it: who, from when until when, and why.
    pub heard: String,
    /// Whether it differs from the plan.
    pub is_changed: bool,
    /// Where it can be changed.
    pub href: Option<String>,
}

/// A day at the head of its column.
#[derive(Debug, Clone)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// Whether it is today.
    pub is_today: bool,
    /// Whether it belongs to another month.
    pub is_outside: bool,
}

/// A week of a month.
#[derive(Debug, Clone)]
pub struct Week {
    /// Its seven days.
    pub days: Vec<Day>,
    /// Its bars, by their beginning.
    pub bars: Vec<Bar>,
}

/// A stretch on one day.
#[derive(Debug, Clone)]
pub struct Entry {
    /// "09:00 to 18:00", "all day".
    pub times: String,
    /// Who.
    pub label: String,
    /// Why, where it differs from the plan.
    pub note: Option<String>,
    /// Whose it is.
    pub whose: Whose,
    /// Where it can be changed.
    pub href: Option<String>,
}

/// A day with its stretches.
#[derive(Debug, Clone)]
pub struct DayRow {
    /// The day.
    pub date: Date,
    /// Whether it is today.
    pub is_today: bool,
    /// Its stretches, in order.
    pub entries: Vec<Entry>,
}

/// Somebody on call with their number, large enough to be pressed half asleep.
pub fn callee(callee: &Callee) -> Markup {
    html! {
        div.callee {
            span.face aria-hidden="true" { (callee.initials) }
            div.callee-words {
                span.callee-name { (callee.name) }
                @if let Some(note) = &callee.note { span.quiet { (note) } }
            }
            @if let Some(number) = &callee.number {
                a.button.secondary-button.callee-number href={ "tel:" (dialled(number)) } {
                    (icon(Icon::OnCall)) (number)
                }
            }
        }
    }
}

/// Said loudly where somebody should be on call.
pub fn nobody(note: &str) -> Markup {
    html! {
        div.callee {
            span.nobody { (icon(Icon::Nobody)) "Nobody is on call" }
            @if !note.is_empty() { span.quiet { (note) } }
        }
    }
}

/// A month, week by week. The bars are a list that is heard in full.
pub fn month(weeks: &[Week]) -> Markup {
    html! {
        div.duty-month {
            div.duty-days.duty-weekdays aria-hidden="true" {
                @for word in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] { span { (word) } }
            }
            ol.duty-weeks { @for one in weeks { (week(one)) } }
        }
    }
}

fn week(week: &Week) -> Markup {
    html! {
        li.duty-week {
            div.duty-days aria-hidden="true" {
                @for day in &week.days {
                    span.is-today[day.is_today].is-outside[day.is_outside] { (day.date.day()) }
                }
            }
            ul.duty-bars { @for one in &week.bars { li class=(bar_class(one)) { (bar(one)) } } }
        }
    }
}

fn bar_class(bar: &Bar) -> String {
    let from = bar.from_quarter.min(QUARTERS_A_WEEK - 1);
    let quarters = bar.quarters.clamp(1, QUARTERS_A_WEEK - from);
    format!("at-{from} long-{quarters}")
}

fn bar(bar: &Bar) -> Markup {
    let body = html! {
        span aria-hidden="true" {
            @if bar.is_changed { span.duty-changed { "↔" } }
            (bar.label)
        }
        span.only-heard { (bar.heard) }
    };
    html! {
        @match &bar.href {
            Some(href) => a.duty-bar.(whose_class(bar.whose)) href=(href) title=(bar.heard) { (body) },
            None => span.duty-bar.(whose_class(bar.whose)) title=(bar.heard) { (body) },
        }
    }
}

/// Days beneath one another, each with who is on call.
pub fn days(rows: &[DayRow]) -> Markup {
    html! {
        ol.duty-list {
            @for row in rows {
                li.duty-day.is-today[row.is_today] {
                    time.duty-date datetime=(row.date) {
                        (row.date.strftime("%a").to_string()) " "
                        strong { (row.date.strftime("%-d %b").to_string()) }
                        @if row.is_today { span.only-heard { ", today" } }
                    }
                    ul { @for one in &row.entries { li { (entry(one)) } } }
                }
            }
        }
    }
}

fn entry(entry: &Entry) -> Markup {
    let body = html! {
        span.duty-who { (entry.label) }
        span.duty-times.quiet {
            (entry.times) @if let Some(note) = &entry.note { ", " (note) }
        }
    };
    html! {
        @match &entry.href {
            Some(href) => a.duty-entry.(whose_class(entry.whose)) href=(href) { (body) },
            None => span.duty-entry.(whose_class(entry.whose)) { (body) },
        }
    }
}

fn whose_class(whose: Whose) -> &'static str {
    match whose {
        Whose::Mine => "is-mine",
        Whose::Another => "is-another",
        Whose::Nobody => "is-nobody",
    }
}

/// The number as a telephone takes it.
fn dialled(number: &str) -> String {
    number
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_dialled_without_its_blanks() {
        assert_eq!(dialled("+44 (20) 7946-0958"), "+442079460958");
    }

    #[test]
    fn a_bar_stays_within_its_week() {
        let bar = Bar {
            from_quarter: 26,
            quarters: 9,
            whose: Whose::Mine,
            label: "Ada".into(),
            heard: "Ada Lovelace".into(),
            is_changed: false,
            href: None,
        };
        assert_eq!(bar_class(&bar), "at-26 long-2");
    }
}
