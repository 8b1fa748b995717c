//! A rota's calendar, as a month or as the next two weeks, with what should not be so.

use axum::{
    extract::{Path, Query, State},
    http::HeaderMap,
    response::Response,
};
use eider_app::rota::{self, Ahead, Calendar};
use eider_domain::{
    access::{Action, may},
    rota::{Change, Finding, Found, Reason, Rota, Span},
    wall,
};
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use maud::{Markup, html};
use serde::Deserialize;

use super::{found, month, on_call::holders, path, words};
use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, OneClick, Weight},
        duty::{self, Bar, Day, DayRow, Entry, QUARTERS_A_WEEK, Week, Whose},
        filters::{self, Tab},
        layout::{self, NavItem},
    },
    live::ON_CALL,
    outcome::{self, Outcome},
};

const SECONDS_A_QUARTER: i64 = 6 * 3_600;
/// How far ahead findings are looked for, whatever is shown.
const FINDINGS_DAYS: i64 = 56;
/// How many findings stand open; further ones are folded away.
const FOUND_AT_ONCE: usize = 6;

/// What of the calendar is shown.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Shown {
    /// `days` for two weeks day by day; else a month.
    #[serde(default)]
    view: String,
    /// A day within it; today when there is none.
    #[serde(default)]
    on: String,
}

/// The days that are shown, in the rota's zone.
struct Window {
    first: Date,
    days: i64,
    previous: Date,
    next: Date,
    title: String,
    by_day: bool,
    /// The day that was asked for, in whose month it lies.
    anchor: Date,
}

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(shown): Query<Shown>,
    headers: HeaderMap,
) -> Result<Response> {
    let rota = found(&visitor, &id)?.clone();
    let outcome = Outcome::of(&headers);
    let zone = words::zone(&rota.zone);
    let today = visitor.now.to_zoned(zone.clone()).date();
    let window = window(&shown, today);
    let begin = |date: Date| wall::begins(&zone, date.at(0, 0, 0, 0)).unwrap_or(visitor.now);
    let end = window.first.saturating_add(window.days.days());
    let (eider, actor) = (&web.eider, visitor.actor());
    let calendar = rota::calendar(eider, actor, rota.id, begin(window.first), begin(end)).await?;
    let ahead = visitor.now + (FINDINGS_DAYS * 24).hours();
    let soon = rota::calendar(eider, actor, rota.id, visitor.now, ahead).await?;
    let now = rota::on_call(eider, actor, visitor.now, Ahead::Now).await?;
    let standing = now
        .rotas
        .iter()
        .find(|standing| standing.rota().id == rota.id);
    let view = View {
        visitor: &visitor,
        calendar: &calendar,
        zone,
        today,
    };
    let body = html! {
        (layout::heading(&rota.name, Some(&view.lede()), view.heading_actions(&rota)))
        (layout::fragment("calendar", html! {
            @if let Some(standing) = standing {
                (holders(&visitor, &rota, &standing.now, &now.people))
            }
            (view.findings(&soon))
            (view.shown(&window))
            (view.changes(&soon))
        }))
        @if !rota.vital.is_empty() {
            (layout::section("Good to have at night", html! { p.duty-vital { (rota.vital) } }))
        }
        @if view.works() { (view.bar_of_actions(&rota)) }
    };
    let mut shell = visitor.shell(&rota.name, NavItem::OnCall);
    shell.path = path(rota.id);
    shell.live_url = Some(visitor.live_url(ON_CALL));
    shell.notice = outcome.map(Outcome::notice);
    Ok(outcome::told(outcome, &web, layout::page(&shell, body)))
}

fn window(shown: &Shown, today: Date) -> Window {
    let anchor: Date = shown.on.parse().unwrap_or(today);
    let anchor = anchor.clamp(Date::constant(1970, 2, 1), Date::constant(2200, 1, 1));
    let monday = |date: Date| {
        let back = i64::from(date.weekday().to_monday_zero_offset());
        date.saturating_sub(back.days())
    };
    if shown.view == "days" {
        let end = anchor.saturating_add(13.days());
        return Window {
            first: anchor,
            days: 14,
            previous: anchor.saturating_sub(14.days()),
            next: anchor.saturating_add(14.days()),
            title: format!(
                "{} to {}",
                anchor.strftime("%-d %b"),
                end.strftime("%-d %b %Y")
            ),
            by_day: true,
            anchor,
        };
    }
    let first = monday(anchor.first_of_month());
    let last = monday(anchor.last_of_month()).saturating_add(6.days());
    let days = last.duration_since(first).as_hours() / 24 + 1;
    Window {
        first,
        days,
        previous: anchor.first_of_month().saturating_sub(1.month()),
        next: anchor.first_of_month().saturating_add(1.month()),
        title: anchor.strftime("%B %Y").to_string(),
        by_day: false,
        anchor,
    }
}

/// A calendar for a reader.
struct View<'a> {
    visitor: &'a Visitor,
    calendar: &'a Calendar,
    zone: TimeZone,
    today: Date,
}

impl View<'_> {
    fn works(&self) -> bool {
        may(self.visitor.actor(), Action::Work).is_ok()
    }

    fn lede(&self) -> String {
        let rota = &self.calendar.rota;
        let squad = rota.squad.and_then(|id| self.visitor.desk.squad(id));
        let of = squad.map_or("the whole company", |squad| squad.name.as_str());
        let retired = if rota.retired {
            " It is no longer in use."
        } else {
            ""
        };
        let zone = rota.zone.replace('_', " ");
        format!(
            "{} of {of}. Times are those of {zone}.{retired}",
            words::duty(rota.duty)
        )
    }

    fn heading_actions(&self, rota: &Rota) -> Markup {
        let action = Action::ManageSquad { squad: rota.squad };
        html! {
            @if may(self.visitor.actor(), action).is_ok() {
                (actions::link(&format!("{}/edit", path(rota.id)), "Edit", Weight::Secondary))
            }
        }
    }

    fn bar_of_actions(&self, rota: &Rota) -> Markup {
        let path = path(rota.id);
        let change = format!("{path}/override");
        let swap = format!("{path}/swap");
        actions::action_bar(
            actions::link(&change, "Change who is on call", Weight::Primary),
            actions::link(&swap, "Ask for a swap", Weight::Secondary),
        )
    }

    /// What should not be so in the weeks ahead.
    fn findings(&self, soon: &Calendar) -> Markup {
        if soon.found.is_empty() {
            return html! {};
        }
        let (first, rest) = soon.found.split_at(soon.found.len().min(FOUND_AT_ONCE));
        layout::section(
            "To mend in the next eight weeks",
            html! {
                ul.duty-found { @for found in first { (self.finding(soon, found)) } }
                @if !rest.is_empty() {
                    details.explain {
                        summary { (rest.len()) " more" }
                        ul.duty-found.explain-body {
                            @for found in rest { (self.finding(soon, found)) }
                        }
                    }
                }
            },
        )
    }

    fn finding(&self, soon: &Calendar, found: &Found) -> Markup {
        html! {
            li.is-gap[matches!(found.finding, Finding::Gap { .. })] {
                (rota::finding_sentence(found, &soon.rota, &soon.people))
                @if self.works() {
                    " " a href=(self.override_path(found.from, found.until)) {
                        "Put somebody on call"
                    }
                }
            }
        }
    }

    fn shown(&self, window: &Window) -> Markup {
        let path = path(self.calendar.rota.id);
        let view = if window.by_day { "view=days&" } else { "" };
        let tabs = [("Month", ""), ("Two weeks", "view=days&")].map(|(label, view)| Tab {
            label: label.to_owned(),
            href: format!("{path}?{view}on={}", window.anchor),
            count: None,
        });
        let step = |date: Date| format!("{path}?{view}on={date}");
        html! {
            section.section {
                (filters::tabs("Calendar", &tabs, usize::from(window.by_day)))
                div.duty-move {
                    (actions::link(&step(window.previous), "Earlier", Weight::Quiet))
                    h2 { (window.title) }
                    (actions::link(&step(window.next), "Later", Weight::Quiet))
                }
                @if window.by_day { (duty::days(&self.rows(window))) }
                @else { (duty::month(&self.weeks(window))) }
            }
        }
    }

    fn weeks(&self, window: &Window) -> Vec<Week> {
        let mut weeks = Vec::new();
        let mut first = window.first;
        for _ in 0..window.days / 7 {
            let days: Vec<Day> = first
                .series(1.day())
                .take(7)
                .map(|date| Day {
                    date,
                    is_today: date == self.today,
                    is_outside: date.month() != window.anchor.month(),
                })
                .collect();
            let next = first.saturating_add(7.days());
            let (from, until) = (self.midnight(first), self.midnight(next));
            let spans: Vec<&Span> = self.within(from, until).collect();
            let bars = month::runs(&spans)
                .filter_map(|run| self.bar(run, first, from, until))
                .collect();
            weeks.push(Week { days, bars });
            first = next;
        }
        weeks
    }

    fn rows(&self, window: &Window) -> Vec<DayRow> {
        let days = window.first.series(1.day());
        let days = days.take(usize::try_from(window.days).unwrap_or_default());
        days.map(|date| {
            let from = self.midnight(date);
            let until = self.midnight(date.saturating_add(1.day()));
            DayRow {
                date,
                is_today: date == self.today,
                entries: self
                    .within(from, until)
                    .map(|span| self.entry(span, from, until))
                    .collect(),
            }
        })
        .collect()
    }

    fn midnight(&self, date: Date) -> Timestamp {
        wall::begins(&self.zone, date.at(0, 0, 0, 0)).unwrap_or(self.visitor.now)
    }

    /// The spans that touch a time; hours that nobody was to cover are left free.
    fn within(&self, from: Timestamp, until: Timestamp) -> impl Iterator<Item = &Span> {
        let always = self.calendar.rota.limits.cover == eider_domain::rota::Cover::Always;
        self.calendar.spans.iter().filter(move |span| {
            let is_told = always || !span.is_gap() || !span.missing.is_empty();
            span.until > from && span.from < until && is_told
        })
    }

    /// A stretch, or the days of one person in a row, as a bar. What is several is changed day by
    /// day.
    fn bar(&self, run: &[&Span], first: Date, from: Timestamp, until: Timestamp) -> Option<Bar> {
        let (span, last) = (run.first()?, run.last()?);
        let quarter = |at: Timestamp| {
            let wall = at.clamp(from, until).to_zoned(self.zone.clone()).datetime();
            let seconds = wall.duration_since(first.at(0, 0, 0, 0)).as_secs();
            let quarters = (seconds + SECONDS_A_QUARTER / 2) / SECONDS_A_QUARTER;
            u8::try_from(quarters.clamp(0, i64::from(QUARTERS_A_WEEK))).unwrap_or_default()
        };
        let (begins, ends) = (quarter(span.from), quarter(last.until));
        let who = self.who(span, words::short);
        let heard = format!(
            "{}, {}{}",
            self.who(span, |person, people| people.name(person)),
            month::times(run, &self.zone),
            self.note(span)
                .map(|note| format!(", {note}"))
                .unwrap_or_default(),
        );
        Some(Bar {
            from_quarter: begins.min(QUARTERS_A_WEEK - 1),
            quarters: ends.saturating_sub(begins).max(1),
            whose: self.whose(span),
            label: who,
            heard,
            is_changed: is_changed(span),
            href: match run {
                [only] => self.href(only),
                _ => Some(self.days_path(first)),
            },
        })
    }

    fn entry(&self, span: &Span, from: Timestamp, until: Timestamp) -> Entry {
        let time = |at: Timestamp| {
            let wall = at.to_zoned(self.zone.clone());
            wall.strftime("%H:%M").to_string()
        };
        let times = match (span.from <= from, span.until >= until) {
            (true, true) => "all day".to_owned(),
            (true, false) => format!("until {}", time(span.until)),
            (false, true) => format!("from {}", time(span.from)),
            (false, false) => format!("{} to {}", time(span.from), time(span.until)),
        };
        Entry {
            times,
            label: self.who(span, |person, people| people.name(person)),
            note: self.note(span),
            whose: self.whose(span),
            href: self.href(span),
        }
    }

    fn who<'a>(
        &'a self,
        span: &Span,
        name: impl Fn(eider_domain::PersonId, &'a rota::People) -> &'a str,
    ) -> String {
        let people = &self.calendar.people;
        let names: Vec<&str> = span
            .holders
            .iter()
            .map(|holding| name(holding.person, people))
            .collect();
        if names.is_empty() {
            "Nobody".to_owned()
        } else {
            names.join(" and ")
        }
    }

    fn note(&self, span: &Span) -> Option<String> {
        let people = &self.calendar.people;
        if span.is_gap() && !span.missing.is_empty() {
            return Some(words::missing(&span.missing, people));
        }
        let mut holders = span.holders.iter();
        holders.find_map(|holding| words::reason(holding, people))
    }

    fn whose(&self, span: &Span) -> Whose {
        let me = self.visitor.actor().person;
        if span.is_gap() {
            Whose::Nobody
        } else if span.holders.iter().any(|holding| holding.person == me) {
            Whose::Mine
        } else {
            Whose::Another
        }
    }

    fn days_path(&self, on: Date) -> String {
        format!("{}?view=days&on={on}", path(self.calendar.rota.id))
    }

    /// What is past cannot be changed.
    fn href(&self, span: &Span) -> Option<String> {
        (self.works() && span.until > self.visitor.now)
            .then(|| self.override_path(span.from, span.until))
    }

    fn override_path(&self, from: Timestamp, until: Timestamp) -> String {
        let from = words::field(from.max(self.visitor.now), &self.zone);
        let until = words::field(until, &self.zone);
        let rota = path(self.calendar.rota.id);
        format!("{rota}/override?from={from}&until={until}")
    }

    /// What differs from the plan, and the way to end it.
    fn changes(&self, soon: &Calendar) -> Markup {
        let open: Vec<&Change> = soon.changes.iter().collect();
        if open.is_empty() {
            return html! {};
        }
        let people = &soon.people;
        layout::section(
            "Differs from the plan",
            html! {
                ul.duty-found {
                    @for change in open {
                        li {
                            strong { (people.name(change.person)) }
                            @if let Some(planned) = change.instead_of {
                                " for " (people.name(planned))
                            }
                            ", " (words::span(change.from, change.until, &self.zone)) ". "
                            @if self.ends(change) {
                                (actions::one_click(&OneClick {
                                    action: &format!("/on-call/changes/{}/end", change.id),
                                    label: "End this",
                                    weight: Weight::Quiet,
                                    key: None,
                                    fields: &[],
                                }))
                            }
                        }
                    }
                }
            },
        )
    }

    fn ends(&self, change: &Change) -> bool {
        let squad = self.calendar.rota.squad;
        let action = match change.kind {
            eider_domain::rota::ChangeKind::Swap => Action::ManageSquad { squad },
            _ => Action::PutOnCall {
                squad,
                person: change.person,
            },
        };
        may(self.visitor.actor(), action).is_ok()
    }
}

pub(super) fn is_changed(span: &Span) -> bool {
    let mut holders = span.holders.iter();
    holders.any(|holding| matches!(holding.reason, Reason::Changed { .. }))
}
