//! On call: who is now, who is next, and how they are reached.

use axum::{extract::State, http::HeaderMap, response::Response};
use eider_app::rota::{self, Ahead, People, Standing};
use eider_domain::{
    access::{Action, may},
    rota::{Cover, Rota, Span},
};
use maud::{Markup, html};

use super::{DUTY, HOME, NEW, path, words};
use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, Weight},
        duty::{self, Callee},
        layout::{self, NavItem},
        notices, time,
    },
    outcome::{self, Outcome},
};

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response> {
    let outcome = Outcome::of(&headers);
    let actor = visitor.actor();
    let on_call = rota::on_call(&web.eider, actor, visitor.now, Ahead::Next).await?;
    let plans = plans_any(&visitor);
    let body = html! {
        (layout::heading("On call", None, html! {
            (actions::link("/pages", "Pages", Weight::Secondary))
            @if may(actor, Action::Work).is_ok() {
                (actions::link(DUTY, "My duty", Weight::Secondary))
            }
            @if plans && !on_call.rotas.is_empty() {
                (actions::link(NEW, "New rota", Weight::Secondary))
            }
        }))
        @if on_call.rotas.is_empty() { (empty(plans)) }
        @for group in on_call.rotas.chunk_by(|one, other| one.rota.squad == other.rota.squad) {
            (squad(&visitor, group, &on_call.people))
        }
    };
    let mut shell = visitor.shell("On call", NavItem::OnCall);
    HOME.clone_into(&mut shell.path);
    shell.notice = outcome.map(Outcome::notice);
    Ok(outcome::told(outcome, &web, layout::page(&shell, body)))
}

/// Whether somebody may plan for any squad, or for the company.
pub(super) fn plans_any(visitor: &Visitor) -> bool {
    let squads = visitor.desk.squads.iter().map(|squad| Some(squad.id));
    let mut squads = squads.chain([None]);
    squads.any(|squad| may(visitor.actor(), Action::ManageSquad { squad }).is_ok())
}

fn empty(plans: bool) -> Markup {
    notices::empty(
        "No rotas yet",
        "A rota says who is called first, who is their buddy, or whose week it is to tend what \
         runs. Here stands who it is now, until when, and who is next.",
        html! { @if plans { (actions::link(NEW, "Make the first rota", Weight::Primary)) } },
    )
}

fn squad(visitor: &Visitor, rotas: &[Standing], people: &People) -> Markup {
    let id = rotas.first().and_then(|standing| standing.rota.squad);
    let name = id.and_then(|id| visitor.desk.squad(id));
    let title = name.map_or("The whole company", |squad| squad.name.as_str());
    layout::section(
        title,
        html! { @for standing in rotas { (one(visitor, standing, people)) } },
    )
}

fn one(visitor: &Visitor, standing: &Standing, people: &People) -> Markup {
    let (rota, reader) = (&standing.rota, visitor.reader());
    html! {
        div.duty-rota {
            h3 {
                a href=(path(rota.id)) { (rota.name) }
                span.quiet { (words::duty(rota.duty)) }
            }
            (holders(visitor, rota, &standing.now, people))
            @if let Some(next) = &standing.next {
                p.quiet {
                    @if standing.now.is_gap() { "From " } @else { "Until " }
                    (time::moment(standing.now.until, &reader)) ", then "
                    (names(next, people)) "."
                }
            } @else if !standing.now.is_gap() {
                p.quiet { "For the next five weeks." }
            }
        }
    }
}

/// Those on call in a span, with their numbers.
pub(super) fn holders(visitor: &Visitor, rota: &Rota, span: &Span, people: &People) -> Markup {
    let is_planned_so = rota.limits.cover == Cover::WhilePlanned && span.missing.is_empty();
    html! {
        @if span.is_gap() {
            @if is_planned_so { p.quiet { "Outside its hours." } }
            @else { (duty::nobody(&words::missing(&span.missing, people))) }
        }
        @for holding in &span.holders {
            @let is_me = holding.person == visitor.actor().person;
            @let reason = words::reason(holding, people);
            @let note = match (is_me, reason) {
                (true, Some(reason)) => Some(format!("you, {reason}")),
                (true, None) => Some("you".to_owned()),
                (false, reason) => reason,
            };
            (duty::callee(&Callee {
                name: people.name(holding.person).to_owned(),
                initials: people.initials(holding.person).to_owned(),
                number: people.number(holding.person).map(str::to_owned),
                note: note.map(|note| html! { (note) }),
            }))
        }
    }
}

/// "Ada Lovelace and Ben Okri", or "nobody".
fn names(span: &Span, people: &People) -> String {
    let names: Vec<&str> = span
        .holders
        .iter()
        .map(|holding| people.name(holding.person))
        .collect();
    if names.is_empty() {
        "nobody".to_owned()
    } else {
        names.join(" and ")
    }
}
