//! The register of known issues: what is already understood, and what to do meanwhile.

mod form;

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use eider_domain::{
    access::{Action, may},
    known_issue::{KnownIssue, Then},
};
use maud::{Markup, html};

use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, Weight},
        layout::{self, NavItem},
        notices,
    },
    door::{Access, Rule},
    markdown,
    outcome::{self, Outcome},
};

pub(crate) const LIST: &str = "/known-issues";
const NEW: &str = "/known-issues/new";
const EDIT: &str = "/known-issues/{id}/edit";

const KEEP: Access = Access::Needs(Action::KeepKnownIssues);

pub(crate) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::get(NEW, KEEP),
    Rule::post(NEW, KEEP),
    Rule::get(EDIT, KEEP),
    Rule::post(EDIT, KEEP),
];

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route(LIST, get(page))
        .route(NEW, get(form::new).post(form::add))
        .route(EDIT, get(form::edit).post(form::save))
}

async fn page(State(web): State<Web>, visitor: Visitor, headers: HeaderMap) -> Result<Response> {
    let keeps = may(visitor.actor(), Action::KeepKnownIssues).is_ok();
    let add = |weight| html! { @if keeps { (actions::link(NEW, "New known issue", weight)) } };
    let issues = visitor.desk.known_issues.iter();
    let (over, current): (Vec<&KnownIssue>, Vec<&KnownIssue>) = issues.partition(|i| i.over);
    let lede = "What is already understood, and what to do meanwhile.";
    let body = html! {
        (layout::heading("Known issues", Some(lede), add(Weight::Secondary)))
        @if current.is_empty() {
            (notices::empty(
                "Nothing is known to be wrong",
                "What is written here is offered to whoever is about to ask about the same.",
                add(Weight::Primary),
            ))
        }
        @for issue in current { (entry(&visitor, issue, keeps)) }
        @if !over.is_empty() {
            (layout::section("Over", html! {
                ul { @for issue in over {
                    li id=(issue.id) {
                        @if keeps { a href=(edit_path(issue)) { (issue.title) } }
                        @else { (issue.title) }
                    }
                } }
            }))
        }
    };
    let outcome = Outcome::of(&headers);
    let mut shell = visitor.shell("Known issues", NavItem::Settings);
    shell.notice = outcome.map(Outcome::notice);
    Ok(outcome::told(outcome, &web, layout::page(&shell, body)))
}

fn entry(visitor: &Visitor, issue: &KnownIssue, keeps: bool) -> Markup {
    let feature = issue.feature.and_then(|id| visitor.desk.feature(id));
    let edit = html! {
        @if keeps { (actions::link(&edit_path(issue), "Edit", Weight::Quiet)) }
    };
    html! {
        div id=(issue.id) {
            (layout::section_with_action(&issue.title, edit, html! {
                @if let Some(feature) = feature {
                    p.quiet { "About " a href={ "/features/" (feature.id) } { (feature.name) } }
                }
                (markdown::markup(&issue.description))
                (notices::facts(&[("What to do meanwhile", markdown::markup(&issue.advice))]))
                @if let Some(alerts) = &issue.alerts {
                    p.quiet {
                        "Alerts with “" (alerts.words) "” may be this"
                        @if let Some(service) = alerts.service.and_then(|id| visitor.desk.service(id)) {
                            " where they come from " (service.name)
                        }
                        @if alerts.then == Then::Sleep { ", and bother nobody" } "."
                    }
                }
            }))
        }
    }
}

fn edit_path(issue: &KnownIssue) -> String {
    format!("{LIST}/{}/edit", issue.id)
}
