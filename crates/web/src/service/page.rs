//! One service: what fires, who gets its tickets, its keys, its maintenance.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use eider_app::alert::{self as app, Listing};
use eider_domain::service::{Service, ServiceKey, Severity};
use maud::{Markup, html};

use super::{found, keeps, key, maintenance, path};
use crate::{
    Result, Visitor, Web, alert,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        layout::{self, NavItem},
        notices::{self, NoticeKind},
    },
    outcome::{self, Outcome},
};

/// How many groups of alerts stand on the page.
const GROUPS_LIMIT: i64 = 20;

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let service = found(&visitor, &id)?;
    let outcome = Outcome::of(&headers);
    let (answers, wrong) = (Answers::default(), Wrong::default());
    let page = whole(&web, &visitor, service, &answers, &wrong, outcome).await?;
    Ok(outcome::told(outcome, &web, page))
}

/// The page with its forms as they were sent, and what was wrong with them.
pub(super) async fn whole(
    web: &Web,
    visitor: &Visitor,
    service: &Service,
    answers: &Answers,
    wrong: &Wrong,
    outcome: Option<Outcome>,
) -> Result<Markup> {
    let listing = Listing {
        service: Some(service.id),
        ..Listing::default()
    };
    let groups = app::list(&web.eider, visitor.actor(), listing, GROUPS_LIMIT).await?;
    let keeps = keeps(visitor, service);
    let keys: Vec<ServiceKey> = visitor.desk.keys_of(service.id).cloned().collect();
    let never_heard = app::never_heard(&web.eider, &keys).await?;
    let edit = format!("{}/edit", path(service.id));
    let body = html! {
        (layout::heading(&service.name, None, html! {
            @if keeps { (actions::link(&edit, "Edit", Weight::Secondary)) }
        }))
        (wrong.summary())
        @if service.retired {
            (notices::notice(NoticeKind::Information, "Retired", html! {
                "It is not watched any more, and its keys are good for nothing."
            }))
        }
        (nobody_called(visitor, service))
        (facts(visitor, service))
        (layout::section("Alerts", html! {
            @if groups.is_empty() { p.quiet { "Nothing was heard of it yet." } }
            @else { (alert::listed(visitor, "Alerts of this service", &groups)) }
        }))
        (layout::section("Maintenance",
            maintenance::part(visitor, service, keeps, answers, wrong)))
        @if keeps && !service.retired {
            (layout::section("Keys", key::part(visitor, service, &never_heard, answers, wrong)))
        }
    };
    let mut shell = visitor.shell(&service.name, NavItem::Settings);
    shell.path = path(service.id);
    shell.notice = outcome.map(Outcome::notice);
    Ok(layout::page(&shell, body))
}

/// Says so plainly where nobody would be called for its alerts.
pub(super) fn nobody_called(visitor: &Visitor, service: &Service) -> Markup {
    let why = visitor.desk.why_nobody_is_called_for(service);
    html! {
        @if let Some(why) = why.filter(|_| !service.retired) {
            (notices::notice(NoticeKind::Warning, "Alerts call nobody", html! {
                (why) " Tickets are opened all the same. "
                a href="/on-call" { "Plan who is on call" } "."
            }))
        }
    }
}

fn facts(visitor: &Visitor, service: &Service) -> Markup {
    let desk = &visitor.desk;
    let squad = service.squad.and_then(|id| desk.squad(id));
    let feature = service.feature.and_then(|id| desk.feature(id));
    let causes: Vec<&Service> = service
        .causes
        .iter()
        .filter_map(|id| desk.service(*id))
        .collect();
    let worth = |severity| {
        let rank = service.worth.of(severity);
        rank.map_or_else(|| "no ticket".to_owned(), |rank| rank.to_string())
    };
    notices::facts(&[
        (
            "Squad",
            html! {
                @match squad {
                    Some(squad) => a href={ "/squads/" (squad.id) } { (squad.name) },
                    None => "That of the feature",
                }
            },
        ),
        (
            "Feature",
            html! {
                @match feature {
                    Some(feature) => a href={ "/features/" (feature.id) } { (feature.name) },
                    None => "None in particular",
                }
            },
        ),
        (
            "Its alerts are worth",
            html! {
                "Critical " (worth(Severity::Critical)) ", error " (worth(Severity::Error))
                ", warning " (worth(Severity::Warning)) ", for information " (worth(Severity::Info))
            },
        ),
        (
            "Quiet while these are in trouble",
            html! {
                @if causes.is_empty() { "None" }
                @for (index, cause) in causes.iter().enumerate() {
                    @if index > 0 { ", " }
                    a href=(path(cause.id)) { (cause.name) }
                }
            },
        ),
    ])
}
