//! On call: who is now, who is next, and how they are reached.

use std::collections::BTreeSet;

use axum::{extract::State, http::HeaderMap, response::Response};
use eider_app::{
    readiness::{self, Upcoming},
    rota::{self, Ahead, People, Standing},
};
use eider_domain::{
    PersonId,
    access::{Action, may},
    rota::{Cover, Holding, Rota, Span},
};
use maud::{Markup, html};

use super::{DUTY, HOME, NEW, path, words};
use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, Weight},
        duty::{self, Callee},
        icons::{Icon, icon},
        layout::{self, NavItem},
        notices, time,
    },
    contact,
    live::ON_CALL,
    outcome::{self, Outcome},
    readiness as ready,
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
    // Whether somebody is ready is told to those who work on tickets.
    let known = match may(actor, Action::Work) {
        Ok(()) => Known {
            next: readiness::upcoming(&web.eider, actor).await?.0,
            out_of_reach: readiness::out_of_reach(&web.eider, actor, called(&on_call.rotas))
                .await?,
        },
        Err(_) => Known::default(),
    };
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
        (layout::fragment("on-call", html! {
            @if on_call.rotas.is_empty() { (empty(plans)) }
            @for group in on_call.rotas.chunk_by(|one, other| one.rota().squad == other.rota().squad) {
                (squad(&visitor, group, &on_call.people, &known))
            }
        }))
    };
    let mut shell = visitor.shell("On call", NavItem::OnCall);
    HOME.clone_into(&mut shell.path);
    shell.live_url = Some(visitor.live_url(ON_CALL));
    shell.notice = outcome.map(Outcome::notice);
    Ok(outcome::told(outcome, &web, layout::page(&shell, body)))
}

/// What those who work on tickets see of those who are on call now and next.
#[derive(Default)]
struct Known {
    next: Vec<Upcoming>,
    /// Those who are on call now and whom nothing reaches.
    out_of_reach: BTreeSet<PersonId>,
}

/// Those who are called now if something is urgent.
fn called(rotas: &[Standing]) -> BTreeSet<PersonId> {
    let called = rotas.iter().filter(|one| one.rota().duty.is_called());
    called
        .flat_map(|one| one.now.holders.iter().map(|holding| holding.person))
        .collect()
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

fn squad(visitor: &Visitor, rotas: &[Standing], people: &People, known: &Known) -> Markup {
    let id = rotas.first().and_then(|standing| standing.rota().squad);
    let name = id.and_then(|id| visitor.desk.squad(id));
    let title = name.map_or("The whole company", |squad| squad.name.as_str());
    layout::section(
        title,
        html! { @for standing in rotas { (one(visitor, standing, people, known)) } },
    )
}

fn one(visitor: &Visitor, standing: &Standing, people: &People, known: &Known) -> Markup {
    let (rota, reader) = (standing.rota(), visitor.reader());
    html! {
        div.duty-rota {
            h3 {
                a href=(path(rota.id)) { (rota.name) }
                @if !says_duty(rota) { span.quiet { (words::duty(rota.duty)) } }
            }
            (holders(visitor, rota, &standing.now, people))
            @let is_warned = |holding: &&Holding| {
                rota.duty.is_called() && known.out_of_reach.contains(&holding.person)
            };
            @for holding in standing.now.holders.iter().filter(is_warned) {
                @if holding.person == visitor.actor().person {
                    p.duty-warned { (icon(Icon::Warning))
                        "You have no verified way to be reached. " a href=(contact::HOME) { "Add one" } "." }
                } @else {
                    (warned(people.name(holding.person), ready::OUT_OF_REACH))
                }
            }
            @if let Some(next) = &standing.next {
                p.quiet {
                    @if standing.now.is_gap() {
                        "From " (time::moment(standing.now.until, &reader)) ": "
                    } @else {
                        "Until " (time::moment(standing.now.until, &reader)) ", then "
                    }
                    (names(next, people)) "."
                }
            } @else if !standing.now.is_gap() {
                p.quiet { "For the next five weeks." }
            }
            @let begins = |one: &&Upcoming| {
                one.rota.id == rota.id && one.start.from == standing.now.until
            };
            @for next in known.next.iter().filter(begins) {
                @let name = people.name(next.start.person);
                @if next.reachable.is_out_of_reach() {
                    (warned(name, ready::stands(next)))
                } @else {
                    p.quiet { (name) " " (ready::stands(next)) "." }
                }
            }
        }
    }
}

fn warned(name: &str, how: &str) -> Markup {
    html! { p.duty-warned { (icon(Icon::Warning)) (name) " " (how) "." } }
}

/// Whether its name tells the duty already, as "Payments, primary" does.
fn says_duty(rota: &Rota) -> bool {
    let duty = words::duty(rota.duty).to_lowercase();
    rota.name.to_lowercase().contains(&duty)
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
