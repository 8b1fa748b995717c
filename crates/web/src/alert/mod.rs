//! Alerts: what fires now, and what monitors said.

mod group;

use axum::{Router, extract::State, routing::get};
use eider_app::alert::{self as app, Listing};
use eider_domain::{
    access::Action,
    alert::{Group, Quiet},
    service::Severity,
};
use maud::{Markup, html};

use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, Weight},
        layout::{self, NavItem},
        notices,
        tables::{Column, Table, table},
        time,
    },
    door::{Access, Rule},
    service,
};

pub(crate) const LIST: &str = "/alerts";
const ONE: &str = "/alerts/{id}";
/// How many groups stand on the page.
const GROUPS_LIMIT: i64 = 200;

const READ: Access = Access::Needs(Action::Read);

pub(crate) const RULES: &[Rule] = &[Rule::get(LIST, READ), Rule::get(ONE, READ)];

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route(LIST, get(page))
        .route(ONE, get(group::page))
}

async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Markup> {
    let firing = Listing {
        only_firing: true,
        ..Listing::default()
    };
    let groups = app::list(&web.eider, visitor.actor(), firing, GROUPS_LIMIT).await?;
    let (quiet, loud): (Vec<Group>, Vec<Group>) = groups
        .into_iter()
        .partition(|group| group.rests().is_some());
    let lede = "What monitors say now. What belongs together is one line, and one ticket.";
    let body = html! {
        (layout::heading("Alerts", Some(lede), html! {
            (actions::link(service::LIST, "Services", Weight::Secondary))
        }))
        @if loud.is_empty() && !quiet.is_empty() {
            p { "Nothing needs anybody now." }
        } @else if loud.is_empty() {
            (notices::empty("No alerts now", "What a monitor finds stands here until it is over.",
                html! {}))
        } @else {
            (folded(&visitor, "What fires now, the latest first", &loud))
        }
        @if !quiet.is_empty() {
            (layout::section("These call nobody now",
                folded(&visitor, "What fires while nobody is called, the latest first", &quiet)))
        }
    };
    let mut shell = visitor.shell("Alerts", NavItem::OnCall);
    shell.path = LIST.to_owned();
    Ok(layout::page(&shell, body))
}

/// So many groups are seen without asking for more.
const SEEN_GROUPS: usize = 20;

/// The first groups in a table, and the others behind a line, so that what comes below is found.
fn folded(visitor: &Visitor, caption: &str, groups: &[Group]) -> Markup {
    let (first, others) = groups.split_at(groups.len().min(SEEN_GROUPS));
    html! {
        (listed(visitor, caption, first))
        @if !others.is_empty() {
            details.more-that-helps {
                summary { "and " (others.len()) " more" }
                (listed(visitor, caption, others))
            }
        }
    }
}

/// Groups of alerts in a table.
pub(crate) fn listed(visitor: &Visitor, caption: &str, groups: &[Group]) -> Markup {
    let reader = visitor.reader();
    let row = |group: &Group| {
        let service = visitor.desk.service(group.service);
        vec![
            html! { a href={ (LIST) "/" (group.id) } { (group.title) } },
            html! { (service.map_or("–", |service| service.name.as_str())) },
            html! { (severity(group.severity)) },
            html! {
                @if group.firing > 0 { (group.firing) " firing" } @else { "Over" }
                @if let Some(quiet) = group.rests() { ": " (why_quiet(visitor, quiet)) }
            },
            html! {
                @match group.ticket {
                    Some(number) => a href={ "/tickets/" (number) } { (number) },
                    None => "–",
                }
            },
            time::relative(group.changed_at, &reader),
        ]
    };
    table(&Table {
        caption: caption.to_owned(),
        columns: [
            "What",
            "Service",
            "How bad",
            "How it stands",
            "Ticket",
            "Changed",
        ]
        .map(Column::words)
        .into(),
        rows: groups.iter().map(row).collect(),
    })
}

/// How bad something is, in a word.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Info => "For information",
    }
}

/// Why nobody is bothered.
fn why_quiet(visitor: &Visitor, quiet: Quiet) -> Markup {
    let reader = visitor.reader();
    html! {
        @match quiet {
            Quiet::Minor => "only for information",
            Quiet::Maintenance { until } => { "maintenance until " (time::moment(until, &reader)) }
            Quiet::Cause { service: cause } => {
                @match visitor.desk.service(cause) {
                    Some(cause) => { "because of " a href=(service::path(cause.id)) { (cause.name) } }
                    None => "because of another service",
                }
            }
            Quiet::KnownIssue { issue } => {
                @match visitor.desk.known_issue(issue) {
                    Some(issue) => { a href={ "/known-issues#" (issue.id) } { (issue.title) } }
                    None => "a known issue",
                }
            }
        }
    }
}
