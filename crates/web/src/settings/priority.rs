//! One priority.

use axum::{
    extract::{Path, State},
    response::Response,
};
use eider_app::configure;
use eider_domain::priority::{Priority, Rank};
use maud::{Markup, html};

use super::{INDEX, again, span};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, OneClick, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
        layout,
        notices::{self, NoticeKind},
    },
    outcome::Outcome,
};

/// The path of a priority's form.
pub(super) fn path(rank: Rank) -> String {
    format!("/settings/priorities/{}", rank.get())
}

pub(super) async fn page(visitor: Visitor, Path(rank): Path<String>) -> Result<Markup> {
    let rank = read(&rank)?;
    let answers = visitor
        .desk
        .priority(rank)
        .map_or_else(Answers::default, |priority| {
            let calendar = priority
                .calendar
                .map(|id| id.to_string())
                .unwrap_or_default();
            Answers::new([
                ("name", priority.name.clone()),
                ("meaning", priority.meaning.clone()),
                ("examples", priority.examples.join("\n")),
                ("consequence", priority.consequence.clone()),
                ("respond_seconds", span::written(priority.respond_seconds)),
                ("resolve_seconds", span::written(priority.resolve_seconds)),
                ("calendar", calendar),
            ])
        });
    Ok(form(&visitor, rank, &answers, &Wrong::default()))
}

pub(super) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(rank): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let rank = read(&rank)?;
    // What is no length of time is refused at its field, as one out of bounds is.
    let length = |name| span::seconds(answers.text(name)).unwrap_or_default();
    let priority = Priority {
        rank,
        name: answers.text("name").to_owned(),
        meaning: answers.text("meaning").to_owned(),
        examples: answers
            .text("examples")
            .lines()
            .map(str::to_owned)
            .collect(),
        consequence: answers.text("consequence").to_owned(),
        respond_seconds: length("respond_seconds"),
        resolve_seconds: length("resolve_seconds"),
        calendar: answers.text("calendar").parse().ok(),
        retired: false,
    };
    let wrong = match configure::save_priority(&web.eider, visitor.actor(), priority).await {
        Ok(_) => return Ok(Outcome::MeasureSaved.redirect(&web, INDEX)),
        Err(eider_app::Error::Conflict(sentence)) => Wrong::one("name", sentence),
        Err(error) => Wrong::of(error)?,
    };
    Ok(again(form(&visitor, rank, &answers, &wrong)))
}

pub(super) async fn retire(
    State(web): State<Web>,
    visitor: Visitor,
    Path(rank): Path<String>,
) -> Result<Response> {
    configure::retire_priority(&web.eider, visitor.actor(), read(&rank)?).await?;
    Ok(Outcome::PriorityRetired.redirect(&web, INDEX))
}

pub(super) async fn bring_back(
    State(web): State<Web>,
    visitor: Visitor,
    Path(rank): Path<String>,
) -> Result<Response> {
    configure::bring_back_priority(&web.eider, visitor.actor(), read(&rank)?).await?;
    Ok(Outcome::PriorityBack.redirect(&web, INDEX))
}

fn read(rank: &str) -> Result<Rank> {
    let nowhere = || Error::App(eider_app::Error::NotFound("This priority".into()));
    Rank::parse(rank).ok_or_else(nowhere)
}

fn form(visitor: &Visitor, rank: Rank, answers: &Answers, wrong: &Wrong) -> Markup {
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let calendars: Vec<Choice> = visitor
        .desk
        .calendars
        .iter()
        .map(|named| Choice::new(named.id.to_string(), named.calendar.name()))
        .collect();
    let title = format!("Priority {rank}");
    let body = html! {
        (layout::heading(&title, None, html! {}))
        (wrong.summary())
        @if visitor.desk.priority(rank).is_some_and(|priority| priority.retired) {
            (notices::notice(NoticeKind::Information, "Retired", html! {
                "It is no longer offered. Its tickets keep it."
            }))
        }
        (notices::notice(NoticeKind::Information, "Open tickets follow", html! {
            "When you change how long it may take, open tickets are measured anew. What was late once stays so."
        }))
        (forms::form(&path(rank), None, html! {
            (forms::text(&field("name", "What is it called?")
                .hint("In business words, such as: Business critical.").longest(80),
                TextKind::Text, answers.text("name")))
            (forms::text_area(&field("meaning", "What does it mean?")
                .hint("A sentence that whoever asks understands."), 2, answers.text("meaning")))
            (forms::text_area(&field("examples", "Examples")
                .hint("One a line, up to ten.").optional(), 3, answers.text("examples")))
            (forms::text_area(&field("consequence", "What happens when somebody chooses it?")
                .hint("Such as: It goes before everything else."), 2, answers.text("consequence")))
            (forms::text(&field("respond_seconds", "Answered within")
                .hint("Such as 15 min, 3 h or 24 h, of the hours that count."),
                TextKind::Text, answers.text("respond_seconds")))
            (forms::text(&field("resolve_seconds", "Put right within")
                .hint("Such as 1 h 30 min."), TextKind::Text, answers.text("resolve_seconds")))
            (choices::select(&field("calendar", "Which hours count?").optional(), &calendars,
                answers.text("calendar"), Some("Around the clock")))
            (actions::submit("Save the priority", Weight::Primary))
        }))
        @if let Some(priority) = visitor.desk.priority(rank) { (retiring(visitor, priority)) }
    };
    super::page(visitor, &title, &path(rank), body)
}

/// The way to retire it or to bring it back; the last one that can be chosen stays.
fn retiring(visitor: &Visitor, priority: &Priority) -> Markup {
    let (verb, label, consequence) = if priority.retired {
        (
            "bring-back",
            "Bring it back",
            "It can be chosen again, for new tickets and for old ones.",
        )
    } else {
        (
            "retire",
            "Retire it",
            "It can no longer be chosen. Tickets that have it keep it, and are measured by it.",
        )
    };
    let mut offered = visitor.desk.offered_priorities();
    let is_last = !priority.retired && !offered.any(|other| other.rank != priority.rank);
    let action = format!("{}/{verb}", path(priority.rank));
    layout::section(
        label,
        html! {
            @if is_last {
                p.quiet { "It is the last one that can be chosen. Add another one first, or bring one back." }
            } @else {
                p.quiet { (consequence) }
                (actions::button_row(actions::one_click(&OneClick {
                    action: &action,
                    label,
                    weight: Weight::Secondary,
                    key: None,
                    fields: &[],
                })))
            }
        },
    )
}
