//! Writing a known issue.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use eider_app::configure::{self, KnownIssueEdit};
use eider_domain::known_issue::{KnownIssue, Matcher, Then};
use maud::{Markup, html};

use super::{LIST, NEW, edit_path};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
        layout::{self, NavItem},
    },
    outcome::Outcome,
};

/// What the box that ends a known issue sends.
const OVER: &str = "over";
/// What the box that lets people sleep sends.
const SLEEP: &str = "sleep";

pub(super) async fn new(visitor: Visitor) -> Markup {
    form(&visitor, None, &Answers::default(), &Wrong::default())
}

pub(super) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    write(&web, &visitor, None, &answers).await
}

pub(super) async fn edit(visitor: Visitor, Path(id): Path<String>) -> Result<Markup> {
    let issue = found(&visitor, &id)?;
    let feature = issue.feature.map(|id| id.to_string()).unwrap_or_default();
    let over = if issue.over { OVER } else { "" };
    let alerts = issue.alerts.as_ref();
    let service = alerts.and_then(|alerts| alerts.service);
    let sleeps = alerts.is_some_and(|alerts| alerts.then == Then::Sleep);
    let answers = Answers::new([
        ("title", issue.title.clone()),
        ("description", issue.description.clone()),
        ("advice", issue.advice.clone()),
        ("feature", feature),
        ("standing", over.to_owned()),
        (
            "alert_words",
            alerts.map(|it| it.words.clone()).unwrap_or_default(),
        ),
        (
            "alert_service",
            service.map(|id| id.to_string()).unwrap_or_default(),
        ),
        ("alert_then", if sleeps { SLEEP } else { "" }.to_owned()),
    ]);
    Ok(form(&visitor, Some(issue), &answers, &Wrong::default()))
}

pub(super) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let issue = found(&visitor, &id)?;
    write(&web, &visitor, Some(issue), &answers).await
}

fn found<'a>(visitor: &'a Visitor, id: &str) -> Result<&'a KnownIssue> {
    let issues = &visitor.desk.known_issues;
    issues
        .iter()
        .find(|issue| issue.id.to_string() == id)
        .ok_or_else(|| Error::App(eider_app::Error::NotFound("This known issue".into())))
}

async fn write(
    web: &Web,
    visitor: &Visitor,
    issue: Option<&KnownIssue>,
    answers: &Answers,
) -> Result<Response> {
    let edit = KnownIssueEdit {
        title: answers.text("title").to_owned(),
        description: answers.text("description").to_owned(),
        advice: answers.text("advice").to_owned(),
        feature: answers.text("feature").parse().ok(),
        over: answers.text("standing") == OVER,
        alerts: matcher(answers),
    };
    let id = issue.map(|issue| issue.id);
    let wrong = match configure::save_known_issue(&web.eider, visitor.actor(), id, edit).await {
        Ok(_) => return Ok(Outcome::KnownIssueSaved.redirect(web, LIST)),
        Err(error) => Wrong::of(error)?,
    };
    let page = form(visitor, issue, answers, &wrong);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Which alerts it explains; none without words.
fn matcher(answers: &Answers) -> Option<Matcher> {
    let words = answers.text("alert_words").trim();
    let then = if answers.text("alert_then") == SLEEP {
        Then::Sleep
    } else {
        Then::Annotate
    };
    (!words.is_empty()).then(|| Matcher {
        words: words.to_owned(),
        service: answers.text("alert_service").parse().ok(),
        then,
    })
}

/// Which alerts it explains, asked only where there are services.
fn alert_fields(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Markup {
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let services = visitor.desk.services.iter();
    let services: Vec<Choice> = services
        .filter(|service| !service.retired)
        .map(|service| Choice::new(service.id.to_string(), &service.name))
        .collect();
    let sleep = [Choice::new(SLEEP, "Nobody is bothered by them")];
    html! {
        @if !services.is_empty() {
            (forms::text(&field("alert_words", "Which alerts does it explain?").optional()
                .hint("Words that all stand in the alert. Its ticket then says that it may be this.")
                .longest(200), TextKind::Text, answers.text("alert_words")))
            (choices::select(&field("alert_service", "Of which service?").unmarked(), &services,
                answers.text("alert_service"), Some("Any")))
            (choices::checkboxes(&field("alert_then", "May people sleep?").optional(), &sleep,
                &[answers.text("alert_then")]))
        }
    }
}

fn form(visitor: &Visitor, issue: Option<&KnownIssue>, answers: &Answers, wrong: &Wrong) -> Markup {
    let (title, action) = match issue {
        Some(issue) => ("Edit the known issue", edit_path(issue)),
        None => ("New known issue", NEW.to_owned()),
    };
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let features: Vec<Choice> = visitor
        .desk
        .features
        .iter()
        .map(|feature| Choice::new(feature.id.to_string(), &feature.name))
        .collect();
    let standing = [Choice::new(OVER, "It is over, and is not offered any more")];
    let body = html! {
        (layout::heading(title, None, html! {}))
        (wrong.summary())
        (forms::form(&action, None, html! {
            (forms::text(
                &field("title", "What do people see?")
                    .hint("In their words, so that it is found while they ask.")
                    .longest(200),
                TextKind::Text,
                answers.text("title"),
            ))
            (forms::text_area(&field("description", "What is known about it?"), 4,
                answers.text("description")))
            (forms::text_area(
                &field("advice", "What should they do meanwhile?")
                    .hint("In words for whoever asks, such as: Wait until 03:20, it recovers by itself."),
                3,
                answers.text("advice"),
            ))
            (choices::select(&field("feature", "What is it about?").optional(), &features,
                answers.text("feature"), Some("No feature in particular")))
            (alert_fields(visitor, answers, wrong))
            (choices::checkboxes(&field("standing", "Is it over?").optional(), &standing,
                &[answers.text("standing")]))
            (actions::submit("Save the known issue", Weight::Primary))
        }))
    };
    let mut shell = visitor.shell(title, NavItem::Settings);
    shell.path = action;
    layout::page(&shell, body)
}
