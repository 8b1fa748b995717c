//! The forms of a wash-up.

use eider_app::{FieldError, washup::NewAction};
use eider_domain::{PersonId, TicketNumber, washup::WashUp};
use eider_store::person::PersonName;
use maud::{Markup, html};
use serde::Deserialize;

use super::Parsed;
use crate::{
    components::{
        actions::{self, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
    },
    markdown,
    ticket::shown,
};

/// A wash-up as the form sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Written {
    what_happened: String,
    who_was_affected: String,
    cause: String,
    how_resolved: String,
    lessons: String,
}

impl From<Written> for WashUp {
    fn from(written: Written) -> Self {
        Self {
            what_happened: written.what_happened,
            who_was_affected: written.who_was_affected,
            cause: written.cause,
            how_resolved: written.how_resolved,
            lessons: written.lessons,
        }
    }
}

/// A follow-up as the form sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewFollowUp {
    what: String,
    owner: String,
    due_on: String,
}

impl NewFollowUp {
    pub(super) fn parse(&self) -> Parsed {
        let mut errors = Vec::new();
        let owner = self.owner.trim().parse::<PersonId>();
        if owner.is_err() {
            errors.push(FieldError::new("owner", "Choose who will do it."));
        }
        let due_on = self.due_on.trim().parse();
        if due_on.is_err() {
            let message = "Choose the day by which it is done.";
            errors.push(FieldError::new("due_on", message));
        }
        if self.what.trim().is_empty() {
            errors.push(FieldError::new("what", "Write what will be done."));
        }
        match (owner, due_on) {
            (Ok(owner), Ok(due_on)) if errors.is_empty() => Ok(NewAction {
                what: self.what.clone(),
                owner,
                due_on,
            }),
            _ => Err(errors),
        }
    }
}

/// The key of the draft that is kept on the device.
pub(super) fn draft_key(number: TicketNumber) -> String {
    format!("wash-up:{}", number.0)
}

/// Every error at the top of the page.
pub(super) fn error_summary(errors: &[FieldError]) -> Markup {
    let summary: Vec<(&str, &str)> = errors
        .iter()
        .map(|error| (error.field, error.message.as_str()))
        .collect();
    forms::error_summary(&summary)
}

const QUESTIONS: [(&str, &str, &str); 5] = [
    (
        "what_happened",
        "What happened?",
        "From the timeline; make a story of it that somebody who was not there understands.",
    ),
    (
        "who_was_affected",
        "Who was affected, and how much?",
        "How many people, where, and for how long.",
    ),
    (
        "cause",
        "What in the system made it possible?",
        "Ask about the system, not about a person.",
    ),
    (
        "how_resolved",
        "How was it put right, or handed on?",
        "And how we know.",
    ),
    (
        "lessons",
        "What would we do differently?",
        "One lesson that is kept is better than five that are not.",
    ),
];

fn answers(wash_up: &WashUp) -> [&str; 5] {
    [
        &wash_up.what_happened,
        &wash_up.who_was_affected,
        &wash_up.cause,
        &wash_up.how_resolved,
        &wash_up.lessons,
    ]
}

/// The form, with what is written or prefilled.
pub(super) fn wash_up(
    number: TicketNumber,
    wash_up: &WashUp,
    errors: &[FieldError],
    is_written: bool,
) -> Markup {
    let path = format!("{}/wash-up", shown::path(number));
    let fields = html! {
        @if !is_written {
            p.quiet { "Filled in from the timeline, and not kept yet. Correct what is not right." }
        }
        @for ((name, question, hint), answer) in QUESTIONS.into_iter().zip(answers(wash_up)) {
            @let field = Field::new(name, question).hint(hint).error(error_of(errors, name));
            @let field = if name == "what_happened" { field } else { field.optional() };
            (forms::text_area(&field, 3, answer))
        }
        div {
            (actions::submit("Keep the wash-up", Weight::Primary))
            (forms::draft_note())
        }
    };
    forms::form(&path, Some(&draft_key(number)), fields)
}

/// For those who only read.
pub(super) fn to_read(wash_up: &WashUp) -> Markup {
    html! {
        dl.told {
            @for ((_, question, _), answer) in QUESTIONS.into_iter().zip(answers(wash_up)) {
                @if !answer.is_empty() {
                    div { dt { (question) } dd { div.message-body { (markdown::markup(answer)) } } }
                }
            }
        }
    }
}

/// The form of one more follow-up.
pub(super) fn follow_up(
    path: &str,
    people: &[(PersonId, PersonName)],
    typed: &NewFollowUp,
    errors: &[FieldError],
) -> Markup {
    let people: Vec<Choice> = people
        .iter()
        .map(|(id, person)| Choice::new(id.to_string(), &person.name))
        .collect();
    let field = |name, label| Field::new(name, label).error(error_of(errors, name));
    let action = format!("{path}/actions");
    html! {
        h3 { "Agree on something to do" }
        (forms::form(&action, None, html! {
            (forms::text(
                &field("what", "What will be done?").hint("Such as: warn when the queue grows.").longest(200),
                TextKind::Text,
                &typed.what,
            ))
            (choices::select(
                &field("owner", "Who will do it?"),
                &people,
                &typed.owner,
                Some("Choose somebody"),
            ))
            (forms::text(&field("due_on", "By which day?"), TextKind::Date, &typed.due_on))
            (actions::submit("Agree", Weight::Secondary))
        }))
    }
}

fn error_of<'a>(errors: &'a [FieldError], name: &str) -> Option<&'a str> {
    errors
        .iter()
        .find(|error| error.field == name)
        .map(|error| error.message.as_str())
}
