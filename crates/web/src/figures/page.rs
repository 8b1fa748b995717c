//! The page of a figure.

use eider_app::{
    desk::Desk,
    figures::{Preset, Words},
};
use eider_domain::figures::{COMMON, Dimension, Figure, Until};
use maud::{Markup, html};

use super::{
    address,
    numbers::{currency, table},
    story::Story,
};
use crate::{
    Visitor,
    components::{
        actions::{self, Weight},
        charts::{self, Chart, KeyFigure},
        choices::{Choice, select},
        filters::{self, Tab},
        forms::{self, Field, TextKind},
        layout::{self, NavItem},
        notices,
    },
};

/// The page of the figure that `story` tells.
pub(super) fn page(visitor: &Visitor, story: &Story, keys: Option<&[KeyFigure]>) -> Markup {
    let about = story.figure().about();
    let shell = visitor.shell(format!("{}, figures", about.title), NavItem::Figures);
    let lede = "What the tickets of a period come to, each number with how it is counted.";
    let body = html! {
        (layout::heading("Figures", Some(lede), html! {}))
        (tabs(story))
        (form(&visitor.desk, story))
        @if let Some(keys) = keys { (charts::key_figures(keys)) }
        @if story.has_tickets() {
            (charts::chart(&chart(&visitor.desk, story)))
        } @else {
            (nothing(story))
        }
        p.quiet.chart-definition { (COMMON) }
    };
    layout::page(&shell, body)
}

fn chart(desk: &Desk, story: &Story) -> Chart {
    let about = story.figure().about();
    let download = |word: &str, ending: &str| {
        (
            word.to_owned(),
            address::of(story.figure(), ending, &story.words),
        )
    };
    Chart {
        id: about.name.to_owned(),
        finding: story.finding.clone(),
        subtitle: story.subtitle.clone(),
        drawing: story.drawing.markup(),
        definition: about.definition.to_owned(),
        table: table(&story.answer, &story.subtitle, currency(desk)),
        downloads: vec![download("CSV", ".csv"), download("PNG", ".png")],
    }
}

fn nothing(story: &Story) -> Markup {
    let all = Words {
        period: Some(Preset::All.name().to_owned()),
        ..Words::default()
    };
    notices::empty(
        "No tickets to count here",
        "Once tickets of this period and choice are asked, this page tells how long they were \
         open, what they cost and what they say about the product.",
        actions::link(
            &address::of(story.figure(), "", &all),
            "Show everything",
            Weight::Secondary,
        ),
    )
}

fn tabs(story: &Story) -> Markup {
    let tabs = Figure::ALL.map(|figure| Tab {
        label: capital(&figure.about().name.replace('-', " ")),
        href: address::of_other(figure, &story.words),
        count: None,
    });
    let current = Figure::ALL
        .iter()
        .position(|figure| *figure == story.figure());
    filters::tabs("Figures", &tabs, current.unwrap_or_default())
}

/// The words with a capital at their beginning.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A GET form, so that what is seen has an address.
fn form(desk: &Desk, story: &Story) -> Markup {
    let words = &story.words;
    let word = |word: &'_ Option<String>| word.clone().unwrap_or_default();
    let named = |name: &str| Choice::new(name, name);
    let periods = Preset::ALL.map(|preset| Choice::new(preset.name(), preset.title()));
    let priorities: Vec<Choice> = desk
        .priorities
        .iter()
        .map(|priority| {
            let rank = priority.rank.to_string();
            Choice::new(rank.clone(), format!("{rank} {}", priority.name))
        })
        .collect();
    let squads: Vec<Choice> = desk.squads.iter().map(|squad| named(&squad.name)).collect();
    let features: Vec<Choice> = desk.features.iter().map(|f| named(&f.name)).collect();
    let field = |name: &'static str, label: &'static str| Field::new(name, label).optional();
    let is_list = story.figure() == Figure::Dearest;
    html! {
        form.filter-bar method="get" action=(address::of(story.figure(), "", &Words::default())) {
            details.filter-fields open[is_narrowed(words)] {
                summary { "Period and choice" }
                div.filter-grid {
                    (select(&field("period", "Period"), &periods, &word(&words.period),
                        Some("From and to")))
                    (forms::text(&field("from", "From"), TextKind::Date, &word(&words.from)))
                    (forms::text(&field("to", "To, not included"), TextKind::Date, &word(&words.to)))
                    (select(&field("priority", "Priority"), &priorities, &word(&words.priority),
                        Some("All")))
                    (select(&field("squad", "Squad"), &squads, &word(&words.squad), Some("All")))
                    (select(&field("feature", "Feature"), &features, &word(&words.feature),
                        Some("All")))
                    @if !is_list {
                        (select(&field("group_by", "Numbers by"), &groupings(),
                            &word(&words.group_by), Some("As usual")))
                    }
                    @if story.figure() == Figure::OpenTime {
                        (select(&field("until", "Open until"), &ends(), &word(&words.until), None))
                    }
                }
                (actions::submit("Show", Weight::Secondary))
            }
        }
    }
}

/// Whether somebody chose anything but a period.
fn is_narrowed(words: &Words) -> bool {
    [
        &words.from,
        &words.to,
        &words.priority,
        &words.squad,
        &words.feature,
        &words.group_by,
        &words.until,
    ]
    .into_iter()
    .any(|word| word.as_deref().is_some_and(|word| !word.is_empty()))
}

fn groupings() -> Vec<Choice> {
    let one = Dimension::ALL.map(|dimension| Choice::new(dimension.name(), dimension.title()));
    let by_month = [Dimension::Priority, Dimension::Squad, Dimension::Feature].map(|dimension| {
        Choice::new(
            format!("month,{}", dimension.name()),
            format!("Month and {}", dimension.title().to_lowercase()),
        )
    });
    let none = Choice::new("none", "Nothing, all in one");
    one.into_iter().chain(by_month).chain([none]).collect()
}

fn ends() -> Vec<Choice> {
    [(Until::Closed, "Closed"), (Until::Resolved, "Resolved")]
        .map(|(until, title)| Choice::new(until.name(), title))
        .into()
}
