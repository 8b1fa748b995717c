//! Every service, with who looks after it.

use axum::{extract::State, http::HeaderMap, response::Response};
use eider_domain::service::Service;
use maud::{Markup, html};

use super::{LIST, NEW, may_add, path};
use crate::{
    Result, Visitor, Web, alert,
    components::{
        actions::{self, Weight},
        layout::{self, NavItem},
        notices,
        tables::{Column, Table, table},
    },
    outcome::{self, Outcome},
};

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response> {
    let (retired, watched): (Vec<&Service>, Vec<&Service>) = visitor
        .desk
        .services
        .iter()
        .partition(|service| service.retired);
    let adds = may_add(&visitor).is_ok();
    let add = |weight| html! { @if adds { (actions::link(NEW, "New service", weight)) } };
    let lede = "What monitors watch. Their alerts open tickets for the squad that looks after it.";
    let body = html! {
        (layout::heading("Services", Some(lede), add(Weight::Secondary)))
        @if watched.is_empty() {
            (notices::empty(
                "No services yet",
                "A service is what your monitors watch, such as “Checkout”. Make one, make a key \
                 for it, and let Prometheus or another monitor send its alerts with that key.",
                add(Weight::Primary),
            ))
        } @else {
            p { a href=(alert::LIST) { "Alerts now" } }
            (listed(&visitor, "Services, by name", &watched))
        }
        @if !retired.is_empty() {
            (layout::section("Retired",
                listed(&visitor, "Retired services, by name", &retired)))
        }
    };
    let outcome = Outcome::of(&headers);
    let mut shell = visitor.shell("Services", NavItem::Settings);
    shell.path = LIST.to_owned();
    shell.notice = outcome.map(Outcome::notice);
    Ok(outcome::told(outcome, &web, layout::page(&shell, body)))
}

fn listed(visitor: &Visitor, caption: &str, services: &[&Service]) -> Markup {
    let row = |service: &&Service| {
        let desk = &visitor.desk;
        let squad = service.squad.and_then(|id| desk.squad(id));
        let feature = service.feature.and_then(|id| desk.feature(id));
        vec![
            html! { a href=(path(service.id)) { (service.name) } },
            html! { (squad.map_or("Nobody yet", |squad| squad.name.as_str())) },
            html! { (feature.map_or("–", |feature| feature.name.as_str())) },
            html! { (desk.keys_of(service.id).count()) },
        ]
    };
    table(&Table {
        caption: caption.to_owned(),
        columns: vec![
            Column::words("Service"),
            Column::words("Squad"),
            Column::words("Feature"),
            Column::number("Keys"),
        ],
        rows: services.iter().map(row).collect(),
    })
}
