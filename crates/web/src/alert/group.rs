//! Alerts that belong together.

use axum::extract::{Path, State};
use eider_app::alert as app;
use eider_domain::AlertGroupId;
use eider_store::alert::Alert;
use maud::{Markup, html};

use super::{LIST, severity, why_quiet};
use crate::{
    Error, Result, Visitor, Web,
    components::{
        layout::{self, NavItem},
        notices, time,
        words::{self, Reader},
    },
    service,
};

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Markup> {
    let unknown = || Error::App(eider_app::Error::NotFound("This group of alerts".into()));
    let id: AlertGroupId = id.parse().map_err(|_| unknown())?;
    let view = app::group(&web.eider, visitor.actor(), id).await?;
    let (group, reader) = (&view.group, visitor.reader());
    let of = visitor.desk.service(group.service);
    let facts = [
        (
            "Service",
            html! {
                @match of {
                    Some(of) => a href=(service::path(of.id)) { (of.name) },
                    None => "None that is known here",
                }
            },
        ),
        ("How bad", html! { (severity(group.severity)) }),
        (
            "How it stands",
            html! {
                @if group.firing > 0 { (group.firing) " firing" } @else { "Over" }
                @if let Some(quiet) = group.rests() { ": " (why_quiet(&visitor, quiet)) }
            },
        ),
        (
            "Ticket",
            html! {
                @match group.ticket {
                    Some(number) => a href={ "/tickets/" (number) } { (number) },
                    None => "None was opened",
                }
            },
        ),
        ("Group", html! { code { (group.name) } }),
    ];
    let body = html! {
        (layout::heading(&group.title, None, html! {}))
        (notices::facts(&facts))
        @for alert in &view.alerts { (told(alert, &reader)) }
    };
    let mut shell = visitor.shell(&group.title, NavItem::OnCall);
    shell.path = format!("{LIST}/{id}");
    Ok(layout::page(&shell, body))
}

fn told(alert: &Alert, reader: &Reader) -> Markup {
    let times = u64::try_from(alert.times).unwrap_or_default();
    layout::section(
        &alert.title,
        html! {
            p {
                (severity(alert.severity))
                @if let Some(place) = &alert.place { ", at " (place) }
                ". Since " (time::moment_and_relative(alert.began_at, reader))
                @match alert.ended_at {
                    Some(ended_at) => { ", over " (time::moment_and_relative(ended_at, reader)) }
                    None if times == 1 => ", heard of once",
                    None => { ", heard of " (words::count(times, "time", "times")) }
                }
                "."
            }
            @if let Some(link) = &alert.link {
                p { a href=(link) rel="noopener noreferrer" { "See it in the monitor" } }
            }
            @if !alert.detail.is_empty() { pre.as-sent { (alert.detail) } }
        },
    )
}
