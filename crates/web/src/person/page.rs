//! One person.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use eider_app::person;
use eider_domain::{
    SquadId,
    person::{Person, Standing},
    squad::Squad,
};
use eider_store::ticket::Filter;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::{id, manages_people, path_of, role};
use crate::{
    Result, Visitor, Web,
    answers::Wrong,
    components::{
        actions::{self, OneClick, Weight},
        choices::{self, Choice},
        forms::{self, Field},
        layout::{self, NavItem},
        notices,
    },
    outcome::{self, Outcome},
    ticket::open,
};

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let person = person::by_id(&web.eider, visitor.actor(), id(&text)?).await?;
    let outcome = Outcome::of(&headers);
    let page = render(&web, &visitor, &person, &Wrong::default(), outcome).await?;
    Ok(outcome::told(outcome, &web, page))
}

pub(super) async fn render(
    web: &Web,
    visitor: &Visitor,
    person: &Person,
    wrong: &Wrong,
    outcome: Option<Outcome>,
) -> Result<Markup> {
    let tickets = tickets(web, visitor, person).await?;
    let manages = manages_people(visitor) && person.standing != Standing::Imported;
    let lede = match person.standing {
        Standing::Active => None,
        Standing::Disabled => Some("They can no longer sign in. What they wrote stays."),
        Standing::Imported => Some("Known from the history of another tracker; nobody signs in."),
    };
    let body = html! {
        (layout::heading(&person.name, lede, html! {}))
        (notices::facts(&facts(visitor, person)))
        (tickets)
        @if manages {
            (wrong.summary())
            (layout::section("Role", role_form(person, wrong)))
            @if !visitor.desk.squads.is_empty() {
                (layout::section("Squads", squads_form(visitor, person, wrong)))
            }
            (layout::section("Coming in", coming_in(person)))
        }
    };
    let mut shell = visitor.shell(&person.name, NavItem::People);
    shell.path = path_of(person.id);
    shell.notice = outcome.map(Outcome::notice);
    Ok(layout::page(&shell, body))
}

/// The open tickets that they have, and those that they asked.
async fn tickets(web: &Web, visitor: &Visitor, person: &Person) -> Result<Markup> {
    let owned = Filter {
        owner: Some(person.id),
        ..Filter::default()
    };
    let asked = Filter {
        reporter: Some(person.id),
        ..Filter::default()
    };
    let all = |whose: &str| format!("/tickets?status=open&{whose}={}", person.id);
    let owned = open::section(web, visitor, "Has now", owned, &all("owner")).await?;
    let asked = open::section(web, visitor, "Asked, and open", asked, &all("reporter")).await?;
    Ok(html! { (owned) (asked) })
}

fn facts(visitor: &Visitor, person: &Person) -> Vec<(&'static str, Markup)> {
    let mut facts = vec![("Role", html! { (role::word(person.role)) })];
    let squads: Vec<&Squad> = person
        .squads
        .iter()
        .filter_map(|id| visitor.desk.squad(*id))
        .collect();
    if !squads.is_empty() {
        let links = html! {
            @for (index, squad) in squads.iter().enumerate() {
                @if index > 0 { ", " }
                a href={ "/squads/" (squad.id) } { (squad.name) }
            }
        };
        facts.push(("Squads", links));
    }
    if let Some(address_as) = &person.address_as {
        facts.push(("Addressed as", html! { (address_as) }));
    }
    if let Ok(zone) = TimeZone::get(&person.zone) {
        let there = visitor.now.to_zoned(zone);
        let time = there.strftime("%H:%M").to_string();
        let place = person.zone.replace('_', " ");
        facts.push((
            "Their time",
            html! { span.number { (time) } " in " (place) },
        ));
    }
    if let (true, Some(email)) = (manages_people(visitor), &person.email) {
        facts.push(("Address", html! { (email) }));
    }
    facts
}

fn role_form(person: &Person, wrong: &Wrong) -> Markup {
    let field = Field::new("role", "What do they do here?").error(wrong.with("role"));
    forms::form(
        &format!("{}/role", path_of(person.id)),
        None,
        html! {
            (choices::radio_cards(&field, &role::cards(), person.role.as_str()))
            (actions::submit("Save the role", Weight::Secondary))
        },
    )
}

fn squads_form(visitor: &Visitor, person: &Person, wrong: &Wrong) -> Markup {
    let field = Field::new("squads", "Which squads do they belong to?")
        .optional()
        .error(wrong.with("squads"));
    forms::form(
        &format!("{}/squads", path_of(person.id)),
        None,
        html! {
            (squad_boxes(&field, visitor, &person.squads))
            (actions::submit("Save the squads", Weight::Secondary))
        },
    )
}

/// Every squad as a box to tick.
pub(super) fn squad_boxes(field: &Field, visitor: &Visitor, ticked: &[SquadId]) -> Markup {
    let squads = &visitor.desk.squads;
    let choices: Vec<Choice> = squads
        .iter()
        .map(|squad| Choice::new(squad.id.to_string(), &squad.name))
        .collect();
    let ticked: Vec<String> = ticked.iter().map(ToString::to_string).collect();
    let ticked: Vec<&str> = ticked.iter().map(String::as_str).collect();
    choices::checkboxes(field, &choices, &ticked)
}

fn coming_in(person: &Person) -> Markup {
    let button = |deed: &str, label: &str, weight| {
        let action = format!("{}/{deed}", path_of(person.id));
        actions::one_click(&OneClick {
            action: &action,
            label,
            weight,
            key: None,
            fields: &[],
        })
    };
    html! {
        @if person.standing == Standing::Active {
            p {
                "Somebody who has forgotten their password gets a link from you, with which they "
                "choose a new one within a day. Somebody who has left is switched off: their "
                "sessions and tokens end at once, and what they wrote stays."
            }
            (actions::button_row(html! {
                (button("password-link", "Make a link for a new password", Weight::Secondary))
                (button("disable", "Switch off", Weight::Danger))
            }))
        } @else {
            p { "They are switched off. Sessions and tokens that ended stay ended." }
            (actions::button_row(button("enable", "Let them sign in again", Weight::Secondary)))
        }
    }
}
