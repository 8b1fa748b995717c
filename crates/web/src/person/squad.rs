//! Squads and who belongs to them.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use eider_app::account;
use eider_domain::{
    PersonId, SquadId,
    access::{Action, may},
    person::{Person, Standing},
    squad::Squad,
};
use eider_store::ticket::Filter;
use maud::{Markup, html};

use super::{NEW_SQUAD, id, path_of, role};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, OneClick, Weight},
        choices::{self, Choice},
        forms::{self, Field},
        layout::{self, NavItem},
        notices, people,
        tables::{Column, Table, table},
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
    let outcome = Outcome::of(&headers);
    let page = render(&web, &visitor, id(&text)?, &Wrong::default(), outcome).await?;
    Ok(outcome::told(outcome, &web, page))
}

pub(super) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    Path(text): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let squad: SquadId = id(&text)?;
    may(visitor.actor(), Action::ManageSquad { squad: Some(squad) })
        .map_err(eider_app::Error::from)?;
    let Ok(person) = answers.text("person").parse() else {
        let wrong = Wrong::one("person", "Choose who joins the squad.");
        let page = render(&web, &visitor, squad, &wrong, None).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    account::add_to_squad(&web.eider, visitor.actor(), squad, person).await?;
    Ok(Outcome::MembershipChanged.redirect(&web, &path(squad)))
}

pub(super) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(text): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let squad: SquadId = id(&text)?;
    let person: PersonId = answers
        .text("person")
        .parse()
        .unwrap_or(PersonId(uuid::Uuid::nil()));
    account::remove_from_squad(&web.eider, visitor.actor(), squad, person).await?;
    Ok(Outcome::MembershipChanged.redirect(&web, &path(squad)))
}

/// Every squad with how many belong to it.
pub(super) fn list(visitor: &Visitor, everybody: &[Person]) -> Markup {
    let squads = &visitor.desk.squads;
    let rows = squads.iter().map(|squad| {
        let members = members(squad, everybody);
        let features = visitor.desk.features.iter();
        let features: Vec<&str> = features
            .filter(|feature| feature.squad == Some(squad.id) && !feature.retired)
            .map(|feature| feature.name.as_str())
            .collect();
        vec![
            html! { a href=(path(squad.id)) { (squad.name) } },
            html! { (members.len()) },
            html! { @if features.is_empty() { "–" } @else { (features.join(", ")) } },
        ]
    });
    let listed = Table {
        caption: "Squads, by name".to_owned(),
        columns: vec![
            Column::words("Squad"),
            Column::number("People"),
            Column::words("Looks after"),
        ],
        rows: rows.collect(),
    };
    layout::section(
        "Squads",
        html! {
            @if squads.is_empty() {
                (notices::empty(
                    "No squads yet",
                    "A squad is the people who look after some features. Tickets about those go to them.",
                    html! {},
                ))
            } @else { (table(&listed)) }
            @if may(visitor.actor(), Action::ManageSquad { squad: None }).is_ok() {
                (actions::button_row(actions::link(NEW_SQUAD, "New squad", Weight::Secondary)))
            }
        },
    )
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    id: SquadId,
    wrong: &Wrong,
    outcome: Option<Outcome>,
) -> Result<Markup> {
    let squad = visitor
        .desk
        .squad(id)
        .ok_or_else(|| Error::App(eider_app::Error::NotFound("This squad".into())))?;
    let everybody = eider_app::person::all(&web.eider, visitor.actor()).await?;
    let with_it = Filter {
        squad: Some(id),
        ..Filter::default()
    };
    let all_open = format!("/tickets?status=open&squad={id}");
    let open = open::section(web, visitor, "Open tickets", with_it, &all_open).await?;
    let action = Action::ManageSquad { squad: Some(id) };
    let manages = may(visitor.actor(), action).is_ok();
    let features = visitor.desk.features.iter();
    let features: Vec<&str> = features
        .filter(|feature| feature.squad == Some(id) && !feature.retired)
        .map(|feature| feature.name.as_str())
        .collect();
    let lede = if features.is_empty() {
        "This squad looks after no feature yet.".to_owned()
    } else {
        format!("This squad looks after {}.", features.join(", "))
    };
    let body = html! {
        (layout::heading(&squad.name, Some(&lede), html! {
            @if manages {
                (actions::link(&format!("{}/edit", path(id)), "Edit", Weight::Secondary))
            }
        }))
        (open)
        (layout::section("People", belonging(squad, &everybody, manages)))
        @if manages { (layout::section("Add somebody", add_form(squad, &everybody, wrong))) }
    };
    let mut shell = visitor.shell(&squad.name, NavItem::People);
    shell.path = path(id);
    shell.notice = outcome.map(Outcome::notice);
    Ok(layout::page(&shell, body))
}

fn belonging(squad: &Squad, everybody: &[Person], manages: bool) -> Markup {
    let members = members(squad, everybody);
    if members.is_empty() {
        return notices::empty(
            "Nobody belongs to it yet",
            "The people of a squad are asked first about what it looks after.",
            html! {},
        );
    }
    let action = format!("{}/members/remove", path(squad.id));
    let rows = members.iter().map(|person| {
        let id = person.id.to_string();
        let mut cells = vec![
            people::chip(&people::Person {
                name: person.name.clone(),
                initials: person.initials.clone(),
                href: Some(path_of(person.id)),
                ..people::Person::default()
            }),
            html! { (role::word(person.role)) },
        ];
        if manages {
            cells.push(actions::one_click(&OneClick {
                action: &action,
                label: "Take out",
                weight: Weight::Secondary,
                key: None,
                fields: &[("person", &id)],
            }));
        }
        cells
    });
    let mut columns = vec![Column::words("Name"), Column::words("Role")];
    if manages {
        columns.push(Column::action("Take out"));
    }
    table(&Table {
        caption: format!("People of {}", squad.name),
        rows: rows.collect(),
        columns,
    })
}

fn add_form(squad: &Squad, everybody: &[Person], wrong: &Wrong) -> Markup {
    let others: Vec<Choice> = everybody
        .iter()
        .filter(|person| person.standing == Standing::Active)
        .filter(|person| !person.squads.contains(&squad.id))
        .map(|person| Choice::new(person.id.to_string(), &person.name))
        .collect();
    let field = Field::new("person", "Who joins?").error(wrong.with("person"));
    html! {
        (wrong.summary())
        (forms::form(&format!("{}/members", path(squad.id)), None, html! {
            (choices::select(&field, &others, "", Some("Choose somebody")))
            (actions::submit("Add to the squad", Weight::Secondary))
        }))
    }
}

fn members<'a>(squad: &Squad, everybody: &'a [Person]) -> Vec<&'a Person> {
    everybody
        .iter()
        .filter(|person| person.standing == Standing::Active)
        .filter(|person| person.squads.contains(&squad.id))
        .collect()
}

/// The path of a squad's page.
pub(super) fn path(squad: SquadId) -> String {
    format!("/squads/{squad}")
}
