//! What was filled in, as a command.

use eider_domain::{
    priority::Rank,
    text::{self, BODY_LIMIT_CHARACTERS, SHORT_LIMIT_CHARACTERS, UPDATE_LIMIT_CHARACTERS},
    ticket::{Change, Command, NextUpdate, Resolution},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    Deed, Errors, RESPONDER,
    form::{MINUTES, NEXT_AT},
};
use crate::Slack;

/// The command of a form that was filled in, or what is wrong with it. A time is counted from
/// when the form was sent.
pub(super) fn command(slack: &Slack, deed: Deed, body: &Value) -> Result<Command, Errors> {
    let mut answers = Answers {
        values: &body["view"]["state"]["values"],
        errors: Vec::new(),
    };
    let command = match deed {
        Deed::Wait => answers
            .words("question", "The question")
            .map(|question| Command::Wait {
                question: Some(question),
            }),
        Deed::Priority => answers.priority(),
        Deed::Resolve => answers.resolution().map(Command::Resolve),
        Deed::Update => answers.update(slack.eider().now()),
        Deed::Assign => answers.owner(),
        Deed::Reopen => answers
            .words("why", "What is not right")
            .map(|why| Command::Reopen { why: Some(why) }),
    };
    match command {
        Some(command) if answers.errors.is_empty() => Ok(command),
        _ => Err(answers.errors),
    }
}

struct Answers<'a> {
    values: &'a Value,
    errors: Errors,
}

impl<'a> Answers<'a> {
    fn answer(&self, field: &str) -> &'a Value {
        let block = &self.values[field];
        // Each question has one element; that of the owner is named for who offers its choices.
        let element = if field == "owner" { RESPONDER } else { field };
        &block[element]
    }

    fn given(&self, field: &str) -> &'a str {
        let answer = self.answer(field);
        let chosen = answer["selected_option"]["value"].as_str();
        chosen
            .or_else(|| answer["value"].as_str())
            .unwrap_or_default()
    }

    fn check<T, E: ToString>(&mut self, field: &'static str, value: Result<T, E>) -> Option<T> {
        value
            .map_err(|error| self.errors.push((field, error.to_string())))
            .ok()
    }

    fn words(&mut self, field: &'static str, name: &'static str) -> Option<String> {
        let words = text::lines(name, self.given(field), BODY_LIMIT_CHARACTERS);
        self.check(field, words)
    }

    fn told(&mut self, field: &'static str, name: &'static str) -> Option<String> {
        let words = text::lines(name, self.given(field), UPDATE_LIMIT_CHARACTERS);
        self.check(field, words)
    }

    fn maybe_words(&mut self, field: &'static str, name: &'static str) -> Option<String> {
        let words = text::optional_lines(name, Some(self.given(field)), BODY_LIMIT_CHARACTERS);
        self.check(field, words).flatten()
    }

    fn priority(&mut self) -> Option<Command> {
        let rank = Rank::parse(self.given("priority")).ok_or("Choose one of the priorities.");
        let to = self.check("priority", rank);
        let reason = self.maybe_words("reason", "The reason");
        to.map(|to| Command::Prioritise { to, reason })
    }

    fn owner(&mut self) -> Option<Command> {
        let to = self.given("owner").parse().map_err(|_| "Choose somebody.");
        let to = self.check("owner", to);
        to.map(|to| Command::Assign { to })
    }

    fn resolution(&mut self) -> Option<Resolution> {
        let cause = self.words("cause", "What made it happen");
        let how_known = self.words("how_known", "How you know");
        let reference = match self.given("reference").trim() {
            "" => None,
            given => {
                let line = text::line("The change", given, SHORT_LIMIT_CHARACTERS);
                self.check("reference", line)
            }
        };
        let change = match self.given("change") {
            "no" => Ok(Change::No),
            "yes" => Ok(Change::Yes { reference }),
            _ => Err("Choose whether a code change was needed."),
        };
        let change = self.check("change", change);
        let customer_outcome = self.maybe_words("customer_outcome", "What the customer has now");
        let known_issue = match self.given("known_issue") {
            "" => Ok(None),
            given => given.parse().map(Some),
        };
        let known_issue = known_issue.map_err(|_| "Choose one of the known issues.");
        let known_issue = self.check("known_issue", known_issue);
        Some(Resolution {
            cause: cause?,
            how_known: how_known?,
            change: change?,
            customer_outcome,
            known_issue: known_issue?,
        })
    }

    fn update(&mut self, now: Timestamp) -> Option<Command> {
        let known = self.told("known", "What is known");
        let doing = self.told("doing", "What is being done");
        let next = match self.given("next") {
            "none" => Ok(NextUpdate::NotPlanned),
            "at" => self
                .chosen_time()
                .map(NextUpdate::At)
                .ok_or((NEXT_AT, "Choose the time of the next update.")),
            minutes => minutes
                .parse()
                .ok()
                .filter(|minutes| MINUTES.contains(minutes))
                .and_then(|minutes| now.checked_add(SignedDuration::from_mins(minutes)).ok())
                .map(NextUpdate::At)
                .ok_or(("next", "Choose when the next update comes.")),
        };
        let next = match next {
            Ok(next) => next,
            Err((field, message)) => {
                self.errors.push((field, message.to_owned()));
                return None;
            }
        };
        Some(Command::Update {
            known: known?,
            doing: doing?,
            next: Some(next),
        })
    }

    fn chosen_time(&self) -> Option<Timestamp> {
        let second = self.answer(NEXT_AT)["selected_date_time"].as_i64()?;
        Timestamp::from_second(second).ok()
    }
}

/// What is wrong with the form to resolve when nothing stands in it, for the gallery.
#[cfg(test)]
pub(super) fn errors_of_nothing() -> Errors {
    let mut answers = Answers {
        values: &Value::Null,
        errors: Vec::new(),
    };
    assert!(answers.resolution().is_none());
    answers.errors
}
