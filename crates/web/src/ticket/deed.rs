//! What is done to a ticket with words: each has a form, as a dialog and as a page of its own.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use eider_app::{FieldError, ticket};
use eider_domain::{
    TicketNumber,
    priority::Rank,
    text::{self, BODY_LIMIT_CHARACTERS, SHORT_LIMIT_CHARACTERS, TITLE_LIMIT_CHARACTERS},
    ticket::{Change, Command, Hat, Resolution},
};

use crate::{Error, Result, Visitor, Web, outcome::Outcome};

use super::{deed_form, load::load, parse_number, shown};

/// A command that needs words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Assign,
    Hat(Hat),
    Update,
    Wait,
    Resolve,
    Reopen,
    Merge,
    Priority,
    Feature,
    Squad,
    Title,
    Time,
}

/// What was typed, by field.
pub(super) type Typed = HashMap<String, String>;

impl Deed {
    pub(super) const ALL: [Self; 13] = [
        Self::Assign,
        Self::Hat(Hat::Diagnosing),
        Self::Hat(Hat::Communicating),
        Self::Update,
        Self::Wait,
        Self::Resolve,
        Self::Reopen,
        Self::Merge,
        Self::Priority,
        Self::Feature,
        Self::Squad,
        Self::Title,
        Self::Time,
    ];

    /// Those that are offered beside the facts of a ticket.
    pub(super) const BESIDE_FACTS: [Self; 7] = [
        Self::Hat(Hat::Diagnosing),
        Self::Hat(Hat::Communicating),
        Self::Priority,
        Self::Feature,
        Self::Squad,
        Self::Title,
        Self::Time,
    ];

    /// The last part of its address.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Assign => "assign",
            Self::Hat(hat) => hat.as_str(),
            Self::Update => "update",
            Self::Wait => "wait",
            Self::Resolve => "resolve",
            Self::Reopen => "reopen",
            Self::Merge => "merge",
            Self::Priority => "priority",
            Self::Feature => "feature",
            Self::Squad => "squad",
            Self::Title => "title",
            Self::Time => "time",
        }
    }

    fn outcome(self) -> Outcome {
        match self {
            Self::Assign => Outcome::Assigned,
            Self::Update => Outcome::Told,
            Self::Wait => Outcome::Waiting,
            Self::Resolve => Outcome::Resolved,
            Self::Reopen => Outcome::Reopened,
            Self::Merge => Outcome::Merged,
            Self::Hat(_) | Self::Priority | Self::Feature | Self::Squad | Self::Title => {
                Outcome::Changed
            }
            Self::Time => Outcome::Logged,
        }
    }
}

/// `GET /tickets/{number}/{deed}`.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(number): Path<String>,
    deed: Deed,
) -> Result<Response> {
    let loaded = load(&web, &visitor, parse_number(&number)?).await?;
    let typed = deed_form::as_it_is(deed, &loaded);
    let page = deed_form::page(&visitor, &loaded, deed, &typed, &[], None);
    Ok(page.into_response())
}

/// `POST /tickets/{number}/{deed}`.
pub(super) async fn act(
    State(web): State<Web>,
    visitor: Visitor,
    Path(number): Path<String>,
    deed: Deed,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let number = parse_number(&number)?;
    let done = match command(deed, &typed, &visitor) {
        Ok(command) => ticket::act(&web.eider, visitor.actor(), number, command).await,
        Err(errors) => Err(eider_app::Error::Invalid(errors)),
    };
    let error = match done {
        Ok(_) => return Ok(deed.outcome().redirect(&web, &shown::path(number))),
        Err(error) => Error::from(error),
    };
    let status = error.status();
    if !matches!(
        status,
        StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY
    ) {
        return Err(error);
    }
    let loaded = load(&web, &visitor, number).await?;
    let refusal = (status == StatusCode::CONFLICT).then(|| error.to_string());
    let page = deed_form::page(
        &visitor,
        &loaded,
        deed,
        &typed,
        error.fields(),
        refusal.as_deref(),
    );
    Ok((status, page).into_response())
}

/// The command that the form asks for.
fn command(
    deed: Deed,
    typed: &Typed,
    visitor: &Visitor,
) -> std::result::Result<Command, Vec<FieldError>> {
    let mut answers = Answers {
        typed,
        errors: Vec::new(),
    };
    let command = match deed {
        Deed::Resolve => answers.resolution().map(Command::Resolve),
        Deed::Assign => answers
            .chosen("owner", "Choose who shall have it.")
            .map(|to| Command::Assign { to }),
        Deed::Hat(hat) => answers
            .maybe_chosen("person", "Choose somebody, or nobody.")
            .map(|to| match to {
                Some(to) => Command::GiveHat { hat, to },
                None => Command::LayDownHat { hat },
            }),
        Deed::Update => answers.update(visitor),
        Deed::Wait => answers
            .words("question", "The question")
            .map(|question| Command::Wait {
                question: Some(question),
            }),
        Deed::Reopen => answers
            .words("why", "What is not right")
            .map(|why| Command::Reopen { why: Some(why) }),
        Deed::Merge => answers
            .chosen(
                "into",
                "Write the number of the ticket that goes on, such as T-1042.",
            )
            .map(|into: TicketNumber| Command::Merge { into }),
        Deed::Priority => answers.priority(),
        Deed::Feature => answers.feature(visitor),
        Deed::Squad => answers
            .maybe_chosen("squad", "Choose one of the squads.")
            .map(|to| Command::ChangeSquad { to }),
        Deed::Title => answers
            .line("title", "The title", TITLE_LIMIT_CHARACTERS)
            .map(|title| Command::Rename { title }),
        Deed::Time => answers
            .chosen(
                "minutes",
                "Write the minutes as a whole number, such as 45.",
            )
            .map(|minutes: i64| Command::LogTime {
                seconds: minutes.saturating_mul(60),
            }),
    };
    match command {
        Some(command) if answers.errors.is_empty() => Ok(command),
        _ => Err(answers.errors),
    }
}

/// Reads the answers of a form and gathers what is wrong with them.
pub(super) struct Answers<'a> {
    typed: &'a Typed,
    errors: Vec<FieldError>,
}

impl Answers<'_> {
    pub(super) fn given(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", |text| text.trim())
    }

    pub(super) fn check<T, E: ToString>(
        &mut self,
        field: &'static str,
        value: std::result::Result<T, E>,
    ) -> Option<T> {
        value
            .map_err(|error| self.errors.push(FieldError::new(field, error)))
            .ok()
    }

    fn words(&mut self, field: &'static str, name: &'static str) -> Option<String> {
        let words = text::lines(name, self.given(field), BODY_LIMIT_CHARACTERS);
        self.check(field, words)
    }

    fn maybe_words(&mut self, field: &'static str, name: &'static str) -> Option<String> {
        let words = text::optional_lines(name, Some(self.given(field)), BODY_LIMIT_CHARACTERS);
        self.check(field, words).flatten()
    }

    fn line(&mut self, field: &'static str, name: &'static str, limit: usize) -> Option<String> {
        let line = text::line(name, self.given(field), limit);
        self.check(field, line)
    }

    fn chosen<T: std::str::FromStr>(
        &mut self,
        field: &'static str,
        otherwise: &'static str,
    ) -> Option<T> {
        let value = self.given(field).parse().map_err(|_| otherwise);
        self.check(field, value)
    }

    /// Nothing chosen is an answer too.
    fn maybe_chosen<T: std::str::FromStr>(
        &mut self,
        field: &'static str,
        otherwise: &'static str,
    ) -> Option<Option<T>> {
        if self.given(field).is_empty() {
            Some(None)
        } else {
            self.chosen(field, otherwise).map(Some)
        }
    }

    fn priority(&mut self) -> Option<Command> {
        let rank = Rank::parse(self.given("priority")).ok_or("Choose one of the priorities.");
        let to = self.check("priority", rank);
        let reason = self.maybe_words("reason", "The reason");
        to.map(|to| Command::Prioritise { to, reason })
    }

    fn feature(&mut self, visitor: &Visitor) -> Option<Command> {
        let to = self.maybe_chosen("feature", "Choose one of the features.")?;
        let feature = to.and_then(|id| visitor.desk.feature(id));
        if to.is_some() && feature.is_none() {
            let error = FieldError::new("feature", "Choose one of the features.");
            self.errors.push(error);
            return None;
        }
        Some(Command::ChangeFeature {
            to,
            squad: feature.and_then(|feature| feature.squad),
        })
    }

    fn resolution(&mut self) -> Option<Resolution> {
        let cause = self.words("cause", "What made it happen");
        let how_known = self.words("how_known", "How we know");
        let reference = match self.given("reference") {
            "" => None,
            _ => self.line("reference", "The change", SHORT_LIMIT_CHARACTERS),
        };
        let change = match self.given("change") {
            "no" => Ok(Change::No),
            "yes" => Ok(Change::Yes { reference }),
            _ => Err("Choose whether a code change was needed."),
        };
        let change = self.check("change", change);
        let customer_outcome = self.maybe_words("customer_outcome", "What the customer has now");
        let known_issue = self.maybe_chosen("known_issue", "Choose one of the known issues.");
        Some(Resolution {
            cause: cause?,
            how_known: how_known?,
            change: change?,
            customer_outcome,
            known_issue: known_issue?,
        })
    }
}
