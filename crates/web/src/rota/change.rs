//! Putting somebody on call for a time: touch the time, touch the person, done.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use eider_app::rota::{self, NewChange};
use eider_domain::{
    ChangeId, PersonId,
    access::{Action, may},
    person::{Person, Role, Standing},
    rota::Rota,
};
use jiff::ToSpan as _;
use maud::{Markup, html};
use serde::Deserialize;

use super::{again, found, page, path, words};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        choices::{self, Card},
        forms::{self, Field, TextKind},
        layout,
    },
    outcome::Outcome,
};

/// The time that was touched, as the fields have it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Touched {
    #[serde(default)]
    pub(super) from: String,
    #[serde(default)]
    pub(super) until: String,
}

pub(super) async fn form(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(touched): Query<Touched>,
) -> Result<Markup> {
    let rota = found(&visitor, &id)?;
    let answers = answers_of(&visitor, rota, touched);
    render(&web, &visitor, rota, &answers, &Wrong::default()).await
}

/// The time that was touched; without one, the next twelve hours.
pub(super) fn answers_of(visitor: &Visitor, rota: &Rota, touched: Touched) -> Answers {
    let zone = words::zone(&rota.zone);
    let or = |text: String, at| {
        if text.is_empty() {
            words::field(at, &zone)
        } else {
            text
        }
    };
    let (from, until) = (touched.from, touched.until);
    Answers::new([
        ("from", or(from, visitor.now)),
        ("until", or(until, visitor.now + 12.hours())),
    ])
}

pub(super) async fn put(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let rota = found(&visitor, &id)?;
    let wrong = match read(rota, &answers) {
        Err(wrong) => wrong,
        Ok(new) => match rota::put_on_call(&web.eider, visitor.actor(), rota.id, new, None).await {
            Ok(_) => return Ok(Outcome::PutOnCall.redirect(&web, &path(rota.id))),
            Err(error) => Wrong::of(error)?,
        },
    };
    Ok(again(render(&web, &visitor, rota, &answers, &wrong).await?))
}

pub(super) async fn end(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    let unknown = || Error::App(eider_app::Error::NotFound("This change".into()));
    let id: ChangeId = id.parse().map_err(|_| unknown())?;
    let rota = rota::end_change(&web.eider, visitor.actor(), id).await?;
    Ok(Outcome::DutyChangeEnded.redirect(&web, &path(rota)))
}

fn read(rota: &Rota, answers: &Answers) -> std::result::Result<NewChange, Wrong> {
    let zone = words::zone(&rota.zone);
    let from = words::begins(answers.text("from"), &zone)
        .ok_or_else(|| Wrong::one("from", "Choose a day and a time."))?;
    let until = words::ends(answers.text("until"), &zone)
        .ok_or_else(|| Wrong::one("until", "Choose a day and a time."))?;
    let person = answers.text("person").parse();
    let person = person.map_err(|_| Wrong::one("person", "Choose who is on call."))?;
    Ok(NewChange {
        person,
        instead_of: None,
        from,
        until,
    })
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    rota: &Rota,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup> {
    let everybody = eider_app::person::all(&web.eider, visitor.actor()).await?;
    let cards = cards(visitor, rota, &everybody);
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let zone = rota.zone.replace('_', " ");
    let chosen = match (answers.text("person"), cards.as_slice()) {
        ("", [only]) => only.value.as_str(),
        (person, _) => person,
    };
    let lede = format!("{}. Times are those of {zone}.", rota.name);
    let action = format!("{}/override", path(rota.id));
    let body = html! {
        (layout::heading("Who is on call instead?", Some(&lede), html! {}))
        (wrong.summary())
        (forms::form(&action, None, html! {
            (forms::text(&field("from", "From"), TextKind::DateTime, answers.text("from")))
            (forms::text(&field("until", "Until"), TextKind::DateTime, answers.text("until")))
            (choices::radio_cards(&field("person", "Who?"), &cards, chosen))
            // It stays within reach of a thumb however many people there are to choose from.
            (actions::action_bar(actions::submit("Put on call", Weight::Primary), html! {}))
        }))
    };
    Ok(page(visitor, "Change who is on call", &action, body))
}

/// Whom the reader may put on call: themselves, and for whoever leads the squad everybody who works
/// on tickets, people of the rota first, then those of its squad.
fn cards(visitor: &Visitor, rota: &Rota, everybody: &[Person]) -> Vec<Card> {
    let (actor, squad) = (visitor.actor(), rota.squad);
    let planned = rota.people_from(visitor.now);
    let place = |person: PersonId| planned.iter().position(|planned| *planned == person);
    let in_squad = |person: &Person| squad.is_some_and(|squad| person.squads.contains(&squad));
    let mut people: Vec<&Person> = everybody
        .iter()
        .filter(|person| person.standing == Standing::Active && person.role >= Role::Responder)
        .filter(|person| {
            may(
                actor,
                Action::PutOnCall {
                    squad,
                    person: person.id,
                },
            )
            .is_ok()
        })
        .collect();
    people.sort_by_key(|person| {
        let mine = person.id != actor.person;
        let place = place(person.id).unwrap_or(usize::MAX);
        (mine, place, !in_squad(person))
    });
    people
        .into_iter()
        .map(|person| Card {
            value: person.id.to_string(),
            title: if person.id == actor.person {
                format!("{} (you)", person.name)
            } else {
                person.name.clone()
            },
            meaning: match place(person.id) {
                Some(_) => "Takes turns in this rota".to_owned(),
                None if in_squad(person) => "In the squad, not in this rota".to_owned(),
                None => "Not in this rota".to_owned(),
            },
            ..Card::default()
        })
        .collect()
}
