//! Maintenance of a service: planned, and ended.

use axum::{
    extract::{Path, State},
    response::Response,
};
use eider_app::service;
use eider_domain::service::{Service, Window};
use jiff::Timestamp;
use maud::{Markup, html};

use super::{again, found, page::whole, path};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, OneClick, Weight},
        forms::{self, Field, TextKind},
        tables::{Column, Table, table},
        time,
    },
    outcome::Outcome,
    rota::words,
};

pub(super) async fn plan(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let found = found(&visitor, &id)?;
    let wrong = match read(&visitor, &answers) {
        Err(wrong) => wrong,
        Ok(window) => {
            match service::plan_maintenance(&web.eider, visitor.actor(), found.id, window).await {
                Ok(_) => return Ok(Outcome::ServiceSaved.redirect(&web, &path(found.id))),
                Err(error) => Wrong::of(error)?,
            }
        }
    };
    Ok(again(
        whole(&web, &visitor, found, &answers, &wrong, None).await?,
    ))
}

pub(super) async fn end(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let found = found(&visitor, &id)?;
    let from: Timestamp = answers
        .text("begins")
        .parse()
        .map_err(|_| Error::App(eider_app::Error::NotFound("This maintenance".into())))?;
    service::end_maintenance(&web.eider, visitor.actor(), found.id, from).await?;
    Ok(Outcome::ServiceSaved.redirect(&web, &path(found.id)))
}

/// The time in two fields, in the zone of whoever plans.
fn read(visitor: &Visitor, answers: &Answers) -> std::result::Result<Window, Wrong> {
    let zone = words::zone(&visitor.who.person.zone);
    let missing = |field| Wrong::one(field, "Choose a day and a time.");
    Ok(Window {
        from: words::begins(answers.text("from"), &zone).ok_or_else(|| missing("from"))?,
        until: words::ends(answers.text("until"), &zone).ok_or_else(|| missing("until"))?,
        reason: answers.text("reason").to_owned(),
    })
}

/// What is planned, and the form for more.
pub(super) fn part(
    visitor: &Visitor,
    service: &Service,
    keeps: bool,
    answers: &Answers,
    wrong: &Wrong,
) -> Markup {
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let zone = visitor.who.person.zone.replace('_', " ");
    let planned: Vec<&Window> = service
        .maintenance
        .iter()
        .filter(|window| window.until > visitor.now)
        .collect();
    html! {
        @if planned.is_empty() { p.quiet { "None is planned." } }
        @else { (listed(visitor, service, keeps, &planned)) }
        @if keeps {
            (forms::form(&format!("{}/maintenance", path(service.id)), None, html! {
                (forms::text(&field("reason", "What is done?")
                    .error(wrong.with("maintenance")).longest(200),
                    TextKind::Text, answers.text("reason")))
                (forms::text(&field("from", "From").hint(&format!("Times are those of {zone}.")),
                    TextKind::DateTime, answers.text("from")))
                (forms::text(&field("until", "Until"), TextKind::DateTime, answers.text("until")))
                (actions::submit("Plan maintenance", Weight::Secondary))
            }))
        }
    }
}

fn listed(visitor: &Visitor, service: &Service, keeps: bool, planned: &[&Window]) -> Markup {
    let reader = visitor.reader();
    let rows = planned.iter().map(|window| {
        let begins = window.from.to_string();
        vec![
            html! { (window.reason) },
            time::moment(window.from, &reader),
            time::moment(window.until, &reader),
            html! { @if keeps {
                (actions::one_click(&OneClick {
                    action: &format!("{}/maintenance/end", path(service.id)),
                    label: "End it",
                    weight: Weight::Quiet,
                    key: None,
                    fields: &[("begins", &begins)],
                }))
            } },
        ]
    });
    table(&Table {
        caption: "Maintenance of this service".to_owned(),
        columns: vec![
            Column::words("What is done"),
            Column::words("From"),
            Column::words("Until"),
            Column::action("End it"),
        ],
        rows: rows.collect(),
    })
}
