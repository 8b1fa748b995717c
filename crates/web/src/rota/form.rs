//! A rota's settings.

use axum::{
    extract::{Path, State},
    response::Response,
};
use eider_app::rota::{self, RotaEdit};
use eider_domain::{
    access::{Action, may},
    rota::{Cover, Duty, Limits, Rota},
};
use jiff::Timestamp;
use maud::{Markup, html};

use super::{NEW, again, found, layer_form, page, path, words};
use crate::{
    Result, Visitor, Web,
    account::zones,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
        layout,
    },
    outcome::Outcome,
};

pub(super) async fn new(State(web): State<Web>, visitor: Visitor) -> Result<Markup> {
    let limits = Limits::default();
    let zone = visitor.desk.settings.zone.clone();
    let mut answers = vec![
        ("zone".to_owned(), zone.clone()),
        ("duty".to_owned(), Duty::Primary.as_str().to_owned()),
    ];
    answers.extend(limit_answers(limits));
    answers.extend(layer_form::fresh(&zone, visitor.now));
    let squad = visitor
        .desk
        .squads
        .iter()
        .find(|squad| may_plan(&visitor, Some(squad.id)));
    answers.extend(squad.map(|squad| ("squad".to_owned(), squad.id.to_string())));
    let answers = Answers::of(answers);
    render(&web, &visitor, None, &answers, &Wrong::default()).await
}

pub(super) async fn edit(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Markup> {
    let rota = found(&visitor, &id)?;
    let mut answers = vec![
        ("name".to_owned(), rota.name.clone()),
        ("zone".to_owned(), rota.zone.clone()),
        ("duty".to_owned(), rota.duty.as_str().to_owned()),
        ("vital".to_owned(), rota.vital.clone()),
    ];
    answers.extend(rota.squad.map(|id| ("squad".to_owned(), id.to_string())));
    if rota.retired {
        answers.push(("retired".to_owned(), "yes".to_owned()));
    }
    answers.extend(limit_answers(rota.limits));
    if let Some(plan) = rota.latest() {
        answers.extend(layer_form::answers_of(&plan.layers));
    }
    let answers = Answers::of(answers);
    render(&web, &visitor, Some(rota), &answers, &Wrong::default()).await
}

pub(super) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    write(&web, &visitor, None, &answers).await
}

pub(super) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let rota = found(&visitor, &id)?;
    write(&web, &visitor, Some(rota), &answers).await
}

fn limit_answers(limits: Limits) -> [(String, String); 3] {
    [
        ("cover".to_owned(), limits.cover.as_str().to_owned()),
        (
            "most_weeks_on_end".to_owned(),
            limits.most_weeks_on_end.to_string(),
        ),
        (
            "least_rest_hours".to_owned(),
            limits.least_rest_hours.to_string(),
        ),
    ]
}

fn may_plan(visitor: &Visitor, squad: Option<eider_domain::SquadId>) -> bool {
    may(visitor.actor(), Action::ManageSquad { squad }).is_ok()
}

async fn write(
    web: &Web,
    visitor: &Visitor,
    before: Option<&Rota>,
    answers: &Answers,
) -> Result<Response> {
    let wrong = match read(answers) {
        Err(wrong) => wrong,
        Ok(edit) => {
            let id = before.map(|rota| rota.id);
            match rota::save_rota(&web.eider, visitor.actor(), id, edit).await {
                Ok(rota) => return Ok(Outcome::RotaSaved.redirect(web, &path(rota.id))),
                Err(eider_app::Error::Conflict(sentence)) => Wrong::one("name", sentence),
                Err(error) => Wrong::of(error)?,
            }
        }
    };
    Ok(again(render(web, visitor, before, answers, &wrong).await?))
}

fn read(answers: &Answers) -> std::result::Result<RotaEdit, Wrong> {
    let zone = answers.text("zone");
    let number = |field: &'static str| {
        let number = answers.text(field).trim().parse();
        number.map_err(|_| Wrong::one(field, "Write a whole number."))
    };
    Ok(RotaEdit {
        name: answers.text("name").to_owned(),
        squad: answers.text("squad").parse().ok(),
        duty: Duty::parse(answers.text("duty"))
            .ok_or_else(|| Wrong::one("duty", "Choose what its people are there for."))?,
        zone: zone.to_owned(),
        vital: answers.text("vital").to_owned(),
        cover: Cover::parse(answers.text("cover")).unwrap_or(Cover::Always),
        most_weeks_on_end: number("most_weeks_on_end")?,
        least_rest_hours: number("least_rest_hours")?,
        layers: layer_form::read(answers)?,
        from: from(answers)?,
        retired: answers.text("retired") == "yes",
    })
}

fn from(answers: &Answers) -> std::result::Result<Option<Timestamp>, Wrong> {
    let text = answers.text("from").trim();
    if text.is_empty() {
        return Ok(None);
    }
    let from = words::begins(text, &words::zone(answers.text("zone")));
    let wrong = || Wrong::one("from", "Choose a day and a time, or leave it empty.");
    from.ok_or_else(wrong).map(Some)
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    before: Option<&Rota>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup> {
    let everybody = eider_app::person::all(&web.eider, visitor.actor()).await?;
    let (title, action) = match before {
        Some(rota) => ("Edit the rota", format!("{}/edit", path(rota.id))),
        None => ("New rota", NEW.to_owned()),
    };
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let planned = before
        .map(|rota| rota.people_from(visitor.now))
        .unwrap_or_default();
    let people = layer_form::people(&everybody, &planned);
    let zone = answers.text("zone");
    let body = html! {
        (layout::heading(title, None, html! {}))
        (wrong.summary())
        (forms::form(&action, None, html! {
            (forms::text(&field("name", "What is it called?")
                .hint("Such as: Payments, primary.").longest(80),
                TextKind::Text, answers.text("name")))
            (choices::select(&field("duty", "What are its people there for?"), &duties(),
                answers.text("duty"), None))
            (choices::select(&field("squad", "Whose rota is it?").unmarked(), &squads(visitor),
                answers.text("squad"), may_plan(visitor, None).then_some("The whole company")))
            (choices::select(&field("zone", "In which time zone is its calendar shown?"),
                &zones::choices(zone), zone, None))
            @for place in 0..layer_form::shown(answers) {
                (layer_form::fields(place, answers, wrong, &people))
            }
            @if before.is_some() {
                (forms::text(&field("from", "From when does a new order of turns hold?")
                    .hint("Empty means from now on. What was planned until then stays in the record.")
                    .optional(), TextKind::DateTime, answers.text("from")))
            }
            (limits(answers, &field))
            (forms::text_area(&field("vital", "Numbers and places that matter at night")
                .hint("They stand in everybody’s calendar: a conference number, the data centre, the supplier.")
                .optional().longest(1_000), 4, answers.text("vital")))
            @if before.is_some() {
                (choices::checkboxes(&field("retired", "Is it still in use?").unmarked(),
                    &[Choice::new("yes", "Retire it: it is no longer shown, and its past stays")],
                    &[answers.text("retired")]))
            }
            (actions::submit("Save the rota", Weight::Primary))
        }))
    };
    Ok(page(visitor, title, &action, body))
}

fn limits<'a>(
    answers: &Answers,
    field: &impl Fn(&'static str, &'static str) -> Field<'a>,
) -> Markup {
    let covers = [
        Choice::new(Cover::Always.as_str(), "At every hour"),
        Choice::new(
            Cover::WhilePlanned.as_str(),
            "Only in the hours that are planned",
        ),
    ];
    forms::fieldset(
        "What should be found weeks ahead?",
        Some("What is beyond these stands above the calendar, so that it can be mended in time."),
        html! {
            (choices::select(&field("cover", "When must somebody be on call?"), &covers,
                answers.text("cover"), None))
            (forms::text(&field("most_weeks_on_end", "The most weeks on end for one person"),
                TextKind::Number, answers.text("most_weeks_on_end")))
            (forms::text(&field("least_rest_hours", "The least hours of rest between two turns"),
                TextKind::Number, answers.text("least_rest_hours")))
        },
    )
}

fn duties() -> Vec<Choice> {
    [
        (Duty::Primary, "Primary: is called first"),
        (
            Duty::Secondary,
            "Secondary: the primary’s buddy, called next",
        ),
        (Duty::Gardener, "Gardener: tends what runs"),
    ]
    .map(|(duty, label)| Choice::new(duty.as_str(), label))
    .into()
}

fn squads(visitor: &Visitor) -> Vec<Choice> {
    let squads = visitor.desk.squads.iter();
    squads
        .filter(|squad| may_plan(visitor, Some(squad.id)))
        .map(|squad| Choice::new(squad.id.to_string(), squad.name.clone()))
        .collect()
}
