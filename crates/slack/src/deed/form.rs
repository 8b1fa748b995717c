//! How the forms look.

use eider_app::desk::Desk;
use eider_domain::{priority::Priority, text::UPDATE_LIMIT_CHARACTERS, ticket::Ticket};
use serde_json::Value;

use super::{CALLBACK, Deed, RESPONDER};
use crate::kit::{self, Question, TextField};

/// Every field that may be asked.
pub(super) const FIELDS: [&str; 15] = [
    "question",
    "priority",
    "reason",
    "cause",
    "how_known",
    "change",
    "reference",
    "known_issue",
    "customer_outcome",
    "known",
    "doing",
    "next",
    NEXT_AT,
    "owner",
    "why",
];
/// In how many minutes the next update may come, as the form offers it.
pub(super) const MINUTES: [i64; 3] = [15, 30, 60];
/// The field of the time that is chosen.
pub(super) const NEXT_AT: &str = "next_at";

/// The form of a deed.
pub(super) fn view(deed: Deed, ticket: &Ticket, desk: &Desk) -> Value {
    let (title, submit) = words(deed);
    let mut blocks = vec![kit::context(&[format!(
        "*{}* {}",
        ticket.number,
        kit::escape(&ticket.title)
    )])];
    blocks.extend(match deed {
        Deed::Wait => wait(),
        Deed::Priority => priority(ticket, desk),
        Deed::Resolve => resolve(desk),
        Deed::Update => update(ticket),
        Deed::Assign => assign(),
        Deed::Reopen => reopen(),
    });
    let callback = format!("{CALLBACK}{}", deed.word());
    kit::modal(
        &callback,
        title,
        Some(submit),
        &ticket.number.to_string(),
        blocks,
    )
}

fn words(deed: Deed) -> (&'static str, &'static str) {
    match deed {
        Deed::Wait => ("Ask the reporter", "Ask and wait"),
        Deed::Priority => ("How urgent is it?", "Change it"),
        Deed::Resolve => ("Resolve it", "It is put right"),
        Deed::Update => ("How does it stand?", "Tell everybody"),
        Deed::Assign => ("Give it to somebody", "Give it"),
        Deed::Reopen => ("It does not work", "Open it again"),
    }
}

/// A question that is answered in words.
struct Ask<'a> {
    field: &'a str,
    label: &'a str,
    hint: &'a str,
    initial: &'a str,
    limit: usize,
    optional: bool,
}

impl<'a> Ask<'a> {
    fn new(field: &'a str, label: &'a str, hint: &'a str) -> Self {
        Self {
            field,
            label,
            hint,
            initial: "",
            limit: kit::SECTION_LIMIT,
            optional: false,
        }
    }

    fn optional(field: &'a str, label: &'a str, hint: &'a str) -> Self {
        Self {
            optional: true,
            ..Self::new(field, label, hint)
        }
    }

    fn area(&self) -> Value {
        let field = TextField {
            action_id: self.field,
            placeholder: "",
            initial: self.initial,
            multiline: true,
            limit: self.limit,
        };
        question(
            self.field,
            self.label,
            self.hint,
            self.optional,
            kit::text_field(field),
        )
    }
}

fn question(field: &str, label: &str, hint: &str, optional: bool, element: Value) -> Value {
    let question = Question {
        block_id: field,
        label,
        hint,
        optional,
        at_once: false,
    };
    kit::input(question, element)
}

fn wait() -> Vec<Value> {
    let hint = "The clock to resolve rests until the reporter answers.";
    vec![Ask::new("question", "What do you need to know?", hint).area()]
}

fn priority(ticket: &Ticket, desk: &Desk) -> Vec<Value> {
    let mut blocks: Vec<Value> = desk.priorities.iter().map(explained).collect();
    let options = desk.priorities.iter().map(|priority| {
        let rank = priority.rank.to_string();
        kit::option(&format!("{rank} {}", priority.name), &rank)
    });
    let chosen = ticket.priority.to_string();
    let choice = kit::radio_buttons("priority", options.collect(), Some(&chosen));
    blocks.push(question("priority", "It is", "", false, choice));
    blocks.push(Ask::optional("reason", "Why?", "The thread is told.").area());
    blocks
}

fn explained(priority: &Priority) -> Value {
    let mut text = format!(
        "*{} {}*\n{}",
        priority.rank,
        kit::escape(&priority.name),
        kit::escape(&priority.meaning)
    );
    if !priority.examples.is_empty() {
        let examples: Vec<&str> = priority
            .examples
            .iter()
            .map(|example| example.trim_end_matches('.'))
            .collect();
        let examples = kit::escape(&examples.join("; "));
        text.push_str(&format!("\n_For example:_ {examples}."));
    }
    text.push_str(&format!("\n{}", kit::escape(&priority.consequence)));
    kit::section(&text)
}

fn resolve(desk: &Desk) -> Vec<Value> {
    let mut blocks = vec![
        Ask::new(
            "cause",
            "What made it happen?",
            "What in the system, in a sentence or two.",
        )
        .area(),
        Ask::new(
            "how_known",
            "How do you know that it is put right?",
            "What you tried, or saw, or measured.",
        )
        .area(),
        question(
            "change",
            "Was a code change needed?",
            "",
            false,
            kit::radio_buttons(
                "change",
                vec![
                    kit::option("Yes", "yes"),
                    kit::option("No: a setting, a repair, an explanation", "no"),
                ],
                None,
            ),
        ),
        question(
            "reference",
            "Which change?",
            "An address, or its name.",
            true,
            kit::text_field(TextField {
                action_id: "reference",
                placeholder: "https://",
                initial: "",
                multiline: false,
                limit: 200,
            }),
        ),
    ];
    let issues: Vec<Value> = desk
        .known_issues
        .iter()
        .filter(|issue| !issue.over)
        .take(kit::OPTIONS_LIMIT)
        .map(|issue| kit::option(&issue.title, &issue.id.to_string()))
        .collect();
    if !issues.is_empty() {
        let choice = kit::select("known_issue", "None of them", issues, None);
        blocks.push(question(
            "known_issue",
            "Is it a known issue?",
            "",
            true,
            choice,
        ));
    }
    let hint = "For example: they can pay again; nothing was charged twice.";
    blocks.push(Ask::optional("customer_outcome", "What does the customer have now?", hint).area());
    blocks
}

fn update(ticket: &Ticket) -> Vec<Value> {
    let before = ticket.update.as_ref();
    let told = |field, label, initial| {
        Ask {
            initial,
            limit: UPDATE_LIMIT_CHARACTERS,
            ..Ask::new(field, label, "")
        }
        .area()
    };
    let mut options: Vec<Value> = MINUTES
        .iter()
        .map(|minutes| kit::option(&format!("In {minutes} minutes"), &minutes.to_string()))
        .collect();
    options.push(kit::option("At the time that I choose below", "at"));
    options.push(kit::option("No further update is planned", "none"));
    vec![
        told(
            "known",
            "What is known?",
            before.map_or("", |update| update.known.as_str()),
        ),
        told(
            "doing",
            "What is being done?",
            before.map_or("", |update| update.doing.as_str()),
        ),
        question(
            "next",
            "When does the next update come?",
            "Whoever asks for news meanwhile is told this time.",
            false,
            kit::radio_buttons("next", options, Some("30")),
        ),
        question(
            NEXT_AT,
            "At this time",
            "Only for a time of your own, within a day.",
            true,
            kit::instant_field(NEXT_AT, None),
        ),
    ]
}

fn assign() -> Vec<Value> {
    let choice = kit::external_select(RESPONDER, "Type a name", None);
    let hint = "Everybody who works on tickets.";
    vec![question(
        "owner",
        "Who has it from now on?",
        hint,
        false,
        choice,
    )]
}

fn reopen() -> Vec<Value> {
    vec![Ask::new("why", "What is not right?", "What you see now, and where.").area()]
}
