//! The page of one's readiness: each shift that begins soon, what is open, and what is taken over.

use axum::{extract::State, http::HeaderMap, response::Response};
use eider_app::readiness::{self, Handover, Ready, Upcoming};
use eider_domain::{SquadId, contact::Attempt};
use maud::{Markup, html};

use super::{HOME, words};
use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, OneClick, Weight},
        layout::{self, NavItem},
        notices::{self, NoticeKind},
        time,
    },
    live::ON_CALL,
    outcome::{self, Outcome},
    ticket::shown,
};

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response> {
    let outcome = Outcome::of(&headers);
    let ready = readiness::mine(&web.eider, visitor.actor()).await?;
    let body = html! {
        (layout::heading("Are you ready?", None, html! {
            (actions::link("/my-duty", "My duty", Weight::Secondary))
        }))
        (layout::fragment("ready", html! {
            @if ready.starts.is_empty() { (empty()) }
            @for (one, takes_over) in &ready.starts { (start(&visitor, &ready, one, takes_over)) }
            (layout::section("Try how you are reached", tests(&visitor, &ready.tests)))
        }))
    };
    let mut shell = visitor.shell("Are you ready?", NavItem::OnCall);
    HOME.clone_into(&mut shell.path);
    shell.live_url = Some(visitor.live_url(ON_CALL));
    shell.notice = outcome.map(Outcome::notice);
    Ok(outcome::told(outcome, &web, layout::page(&shell, body)))
}

fn empty() -> Markup {
    notices::empty(
        "No shift of yours begins within a week",
        "Before one begins, here stands what to see to: how you are reached, and what you take over.",
        actions::button_row(actions::link("/my-duty", "My duty", Weight::Primary)),
    )
}

/// What stands on somebody's own page when a shift begins soon.
pub(crate) fn summary(visitor: &Visitor, ready: &Ready) -> Markup {
    let Some((next, _)) = ready.starts.iter().find(|(one, _)| !one.is_ready()) else {
        return html! {};
    };
    let reader = visitor.reader();
    notices::notice(
        NoticeKind::Warning,
        "Say that you are ready",
        html! {
            "You are on call in " (next.rota.name) " from "
            (time::moment(next.start.from, &reader)) ". "
            a href=(HOME) { "See what is open and say so" } "."
        },
    )
}

fn start(visitor: &Visitor, ready: &Ready, one: &Upcoming, takes_over: &Handover) -> Markup {
    let reader = visitor.reader();
    let open = words::open_points(one, visitor.now);
    layout::section(
        &one.rota.name,
        html! {
            p {
                "You are " (one.rota.duty.as_str()) " from "
                strong { (time::moment_and_relative(one.start.from, &reader)) } " until "
                (time::moment(one.start.until, &reader)) "."
            }
            @for point in &open { p { (point) } }
            @if !open.is_empty() {
                (actions::button_row(actions::link(
                    crate::contact::HOME, "Contact methods", Weight::Secondary)))
            }
            (needed(visitor, one.rota.squad))
            (taken_over(ready, takes_over))
            @match one.ready_at {
                Some(at) => p { "You said that you are ready, " (time::relative(at, &reader)) "." },
                None => (actions::one_click(&OneClick {
                    action: HOME,
                    label: "I am ready",
                    weight: Weight::Primary,
                    key: None,
                    fields: &[
                        ("rota", &one.rota.id.to_string()),
                        ("from", &one.start.from.to_string()),
                    ],
                })),
            }
        },
    )
}

/// What they may have to open: the links of what the squad looks after.
fn needed(visitor: &Visitor, squad: Option<SquadId>) -> Markup {
    let features = visitor.desk.features.iter();
    let own = features.filter(|feature| !feature.retired && feature.squad == squad);
    let linked: Vec<_> = own.filter(|feature| !feature.links.is_empty()).collect();
    html! {
        @if !linked.is_empty() {
            p { "See that you can open these:" }
            ul {
                @for feature in linked {
                    li {
                        (feature.name) ": "
                        @for (index, link) in feature.links.iter().enumerate() {
                            @if index > 0 { ", " }
                            a href=(link.url) rel="noreferrer" { (link.title) }
                        }
                    }
                }
            }
        }
    }
}

/// So many of each sort are named.
const NAMED: usize = 10;

/// How many there are besides those that are named.
fn more(count: usize) -> Markup {
    let more = count.saturating_sub(NAMED);
    html! { @if more > 0 { li { "and " (more) " more like these" } } }
}

fn taken_over(ready: &Ready, takes_over: &Handover) -> Markup {
    let number = |number: &eider_domain::TicketNumber| {
        html! { a href=(shown::path(*number)) { (number) } }
    };
    html! {
        @if takes_over.is_empty() {
            p.quiet { "There is nothing to take over." }
        } @else {
            p { "To take over:" }
            ul {
                @for open in takes_over.open.iter().take(NAMED) {
                    li { (number(open)) ": people are called for it, or somebody has it" }
                }
                (more(takes_over.open.len()))
                @for held in takes_over.held.iter().take(NAMED) {
                    li { (number(held)) ": held until hours start" }
                }
                (more(takes_over.held.len()))
                @for ticket in takes_over.tickets.iter().take(NAMED) {
                    li {
                        (number(&ticket.number)) ": " (ticket.title)
                        @if let Some(owner) = ticket.owner {
                            ", in the hands of " (ready.people.name(owner))
                        }
                    }
                }
                (more(takes_over.tickets.len()))
            }
        }
    }
}

fn tests(visitor: &Visitor, tests: &[Attempt]) -> Markup {
    let reader = visitor.reader();
    html! {
        @for test in tests {
            div.duty-rota {
                p {
                    "Test page to " (test.way.kind.name()) " " (test.way.address) ", "
                    (time::relative(test.due_at, &reader)) ". Did it come?"
                }
                (actions::one_click(&OneClick {
                    action: &format!("{HOME}/came/{}", test.id),
                    label: "It came",
                    weight: Weight::Secondary,
                    key: None,
                    fields: &[],
                }))
            }
        }
        @if tests.is_empty() {
            p.quiet { "A test page comes as a real one would. Say here when it came." }
        }
        (actions::one_click(&OneClick {
            action: crate::contact::TEST,
            label: "Send me a test page",
            weight: Weight::Secondary,
            key: None,
            fields: &[],
        }))
    }
}
