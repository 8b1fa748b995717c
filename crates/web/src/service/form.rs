//! Adding and editing a service.

use axum::{
    extract::{Path, State},
    response::Response,
};
use eider_app::service::{self, ServiceEdit};
use eider_domain::{
    access::{Action, may},
    priority::Rank,
    service::{Service, Severity, Worth},
};
use maud::{Markup, html};

use super::{NEW, again, found, may_add, path, shown};
use crate::{
    Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
        layout,
    },
    outcome::Outcome,
};

/// What the box that retires a service sends.
const RETIRED: &str = "retired";

pub(super) async fn new(visitor: Visitor) -> Result<Markup> {
    may_add(&visitor)?;
    let answers = Answers::new(worth_fields(&Worth::default()));
    Ok(form(&visitor, None, &answers, &Wrong::default()))
}

pub(super) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    save_answers(&web, &visitor, None, &answers).await
}

pub(super) async fn edit(visitor: Visitor, Path(id): Path<String>) -> Result<Markup> {
    let service = found(&visitor, &id)?;
    let squad = service.squad;
    may(visitor.actor(), Action::ManageSquad { squad }).map_err(eider_app::Error::from)?;
    let feature = service.feature.map(|id| id.to_string());
    let fields = [
        ("name", service.name.clone()),
        ("squad", squad.map(|id| id.to_string()).unwrap_or_default()),
        ("feature", feature.unwrap_or_default()),
    ];
    let standing = service.retired.then(|| ("standing", RETIRED.to_owned()));
    let causes = service.causes.iter().map(|id| ("causes", id.to_string()));
    let all = fields
        .into_iter()
        .chain(standing)
        .chain(causes)
        .chain(worth_fields(&service.worth));
    let answers = Answers::new(all);
    Ok(form(&visitor, Some(service), &answers, &Wrong::default()))
}

pub(super) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let service = found(&visitor, &id)?;
    save_answers(&web, &visitor, Some(service), &answers).await
}

fn worth_fields(worth: &Worth) -> Vec<(&'static str, String)> {
    Severity::ALL
        .into_iter()
        .map(|severity| {
            let rank = worth.of(severity).map(|rank| rank.to_string());
            (severity.as_str(), rank.unwrap_or_default())
        })
        .collect()
}

async fn save_answers(
    web: &Web,
    visitor: &Visitor,
    service: Option<&Service>,
    answers: &Answers,
) -> Result<Response> {
    let rank = |severity: Severity| Rank::parse(answers.text(severity.as_str()));
    let edit = ServiceEdit {
        name: answers.text("name").to_owned(),
        squad: answers.text("squad").parse().ok(),
        feature: answers.text("feature").parse().ok(),
        worth: Worth {
            critical: rank(Severity::Critical),
            error: rank(Severity::Error),
            warning: rank(Severity::Warning),
            info: rank(Severity::Info),
        },
        causes: answers.parsed("causes"),
        maintenance: service.map_or_else(Vec::new, |service| service.maintenance.clone()),
        retired: answers.text("standing") == RETIRED,
    };
    let id = service.map(|service| service.id);
    let wrong = match service::save_service(&web.eider, visitor.actor(), id, edit).await {
        Ok(saved) => return Ok(Outcome::ServiceSaved.redirect(web, &path(saved.id))),
        Err(eider_app::Error::Conflict(sentence)) => Wrong::one("name", sentence),
        Err(error) => Wrong::of(error)?,
    };
    Ok(again(form(visitor, service, answers, &wrong)))
}

fn form(visitor: &Visitor, service: Option<&Service>, answers: &Answers, wrong: &Wrong) -> Markup {
    let (title, action) = match service {
        Some(service) => ("Edit the service", format!("{}/edit", path(service.id))),
        None => ("New service", NEW.to_owned()),
    };
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let desk = &visitor.desk;
    let squads: Vec<Choice> = desk
        .squads
        .iter()
        .filter(|squad| {
            let id = Some(squad.id);
            let is_chosen = service.is_some_and(|service| service.squad == id);
            is_chosen || may(visitor.actor(), Action::ManageSquad { squad: id }).is_ok()
        })
        .map(|squad| Choice::new(squad.id.to_string(), &squad.name))
        .collect();
    let features: Vec<Choice> = desk
        .features
        .iter()
        .filter(|feature| !feature.retired)
        .map(|feature| Choice::new(feature.id.to_string(), &feature.name))
        .collect();
    let body = html! {
        (layout::heading(title, None, html! {}))
        (wrong.summary())
        (forms::form(&action, None, html! {
            (forms::text(
                &field("name", "What is it called?")
                    .hint("As your monitors call it: alerts with the label “service” find it by this.")
                    .longest(80),
                TextKind::Text,
                answers.text("name"),
            ))
            (choices::select(&field("squad", "Which squad gets its tickets?").optional(), &squads,
                answers.text("squad"), Some("That of the feature")))
            (choices::select(&field("feature", "Which feature breaks when it does?").optional(),
                &features, answers.text("feature"), Some("None in particular")))
            (worth(visitor, answers, wrong))
            (causes(visitor, service, answers, wrong))
            @if service.is_some() {
                (choices::checkboxes(&field("standing", "Is it still watched?").optional(),
                    &[Choice::new(RETIRED, "No: its keys are good for nothing any more")],
                    &[answers.text("standing")]))
            }
            (actions::submit("Save the service", Weight::Primary))
        }))
    };
    shown(visitor, title, &action, body)
}

/// Which priority a ticket has, by how bad the alert is.
fn worth(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Markup {
    let ranks: Vec<Choice> = visitor
        .desk
        .offered_priorities()
        .map(|priority| {
            let label = format!("{} {}", priority.rank, priority.name);
            Choice::new(priority.rank.to_string(), label)
        })
        .collect();
    let question = |severity| match severity {
        Severity::Critical => "How urgent is a critical alert?",
        Severity::Error => "How urgent is an error?",
        Severity::Warning => "How urgent is a warning?",
        Severity::Info => "How urgent is an alert that is only for information?",
    };
    html! {
        @for severity in Severity::ALL {
            (choices::select(
                &Field::new(severity.as_str(), question(severity))
                    .error(wrong.with(severity.as_str()))
                    .unmarked(),
                &ranks,
                answers.text(severity.as_str()),
                Some("It opens no ticket"),
            ))
        }
    }
}

fn causes(
    visitor: &Visitor,
    service: Option<&Service>,
    answers: &Answers,
    wrong: &Wrong,
) -> Markup {
    let others: Vec<Choice> = visitor
        .desk
        .services
        .iter()
        .filter(|other| !other.retired && Some(other.id) != service.map(|service| service.id))
        .map(|other| Choice::new(other.id.to_string(), &other.name))
        .collect();
    let ticked: Vec<&str> = answers.all("causes").collect();
    html! {
        @if !others.is_empty() {
            (choices::checkboxes(
                &Field::new("causes", "Whose trouble causes trouble here?")
                    .hint("While one of these has a ticket for alerts that fire, alerts of this one bother nobody.")
                    .error(wrong.with("causes"))
                    .optional(),
                &others,
                &ticked,
            ))
        }
    }
}
