//! What a squad decides: its policy, and what is worth waking for.

use axum::{
    extract::{Path, State},
    response::Response,
};
use eider_app::{desk::Desk, escalation};
use eider_domain::{
    SquadId,
    access::{Action, may},
    escalation::{Paging, Waking},
    priority::Rank,
};
use maud::{Markup, html};

use super::{COMPANY, INDEX, again, framed, name_of, rules_path};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        choices::{self, Choice},
        forms::{self, Field},
        layout,
    },
    outcome::Outcome,
};

/// What is decided about a priority, in a few words.
pub(super) fn word(desk: &Desk, waking: Waking) -> String {
    match waking {
        Waking::Wake => "Wakes".to_owned(),
        Waking::Never => "Calls nobody".to_owned(),
        Waking::Hold { calendar } => {
            let named = calendar.and_then(|id| desk.calendars.iter().find(|one| one.id == id));
            let hours = named.map_or("Monday to Friday, 09:00 to 17:00", |one| {
                one.calendar.name()
            });
            format!("Waits for hours: {hours}")
        }
    }
}

pub(super) async fn form(visitor: Visitor, Path(id): Path<String>) -> Result<Markup> {
    let squad = squad_of(&visitor, &id)?;
    let decided = decided(&visitor.desk, squad);
    let mut answers = vec![(
        "policy".to_owned(),
        decided.policy.map_or_else(String::new, |id| id.to_string()),
    )];
    for (rank, waking) in &decided.waking {
        answers.push((field_of(*rank), value(*waking)));
    }
    let answers = Answers::of(answers);
    Ok(render(&visitor, squad, &answers, &Wrong::default()))
}

pub(super) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let squad = squad_of(&visitor, &id)?;
    let offered = visitor.desk.offered_priorities();
    let offered: Vec<Rank> = offered.map(|priority| priority.rank).collect();
    let mut waking: Vec<(Rank, Waking)> = offered
        .iter()
        .filter_map(|rank| Some((*rank, parse(answers.text(&field_of(*rank)))?)))
        .collect();
    // What was decided about a priority that is not offered now stays as it was.
    let before = decided(&visitor.desk, squad).waking;
    waking.extend(
        before
            .into_iter()
            .filter(|(rank, _)| !offered.contains(rank)),
    );
    let paging = Paging {
        policy: answers.text("policy").parse().ok(),
        waking,
    };
    let wrong = match escalation::save_rules(&web.eider, visitor.actor(), squad, paging).await {
        Ok(_) => return Ok(Outcome::PagingSaved.redirect(&web, INDEX)),
        Err(error) => Wrong::of(error)?,
    };
    Ok(again(render(&visitor, squad, &answers, &wrong)))
}

fn decided(desk: &Desk, squad: Option<SquadId>) -> Paging {
    match squad {
        Some(id) => desk.paging.squads.get(&id).cloned().unwrap_or_default(),
        None => desk.paging.company.clone(),
    }
}

/// The squad of an address, for somebody who may decide for it.
fn squad_of(visitor: &Visitor, text: &str) -> Result<Option<SquadId>> {
    let squad = if text == COMPANY {
        None
    } else {
        let id: Option<SquadId> = text.parse().ok();
        let found = id.and_then(|id| visitor.desk.squad(id));
        let unknown = || Error::App(eider_app::Error::NotFound("This squad".into()));
        Some(found.ok_or_else(unknown)?.id)
    };
    may(visitor.actor(), Action::ManageSquad { squad }).map_err(eider_app::Error::from)?;
    Ok(squad)
}

fn field_of(rank: Rank) -> String {
    format!("waking_{}", rank.get())
}

fn value(waking: Waking) -> String {
    match waking {
        Waking::Wake => "wake".to_owned(),
        Waking::Never => "never".to_owned(),
        Waking::Hold { calendar: None } => "hold".to_owned(),
        Waking::Hold { calendar: Some(id) } => format!("hold:{id}"),
    }
}

fn parse(value: &str) -> Option<Waking> {
    match value.split_once(':') {
        Some(("hold", id)) => id
            .parse()
            .ok()
            .map(|id| Waking::Hold { calendar: Some(id) }),
        None if value == "wake" => Some(Waking::Wake),
        None if value == "never" => Some(Waking::Never),
        None if value == "hold" => Some(Waking::Hold { calendar: None }),
        _ => None,
    }
}

fn render(visitor: &Visitor, squad: Option<SquadId>, answers: &Answers, wrong: &Wrong) -> Markup {
    let desk = &visitor.desk;
    let title = name_of(visitor, squad);
    let policies: Vec<Choice> = desk
        .policies
        .iter()
        .filter(|policy| !policy.retired || policy.id.to_string() == answers.text("policy"))
        .map(|policy| Choice::new(policy.id.to_string(), &policy.name))
        .collect();
    let mut ways: Vec<Choice> = [Waking::Wake, Waking::Hold { calendar: None }, Waking::Never]
        .map(|waking| Choice::new(value(waking), word(desk, waking)))
        .into();
    ways.extend(desk.calendars.iter().map(|named| {
        let waking = Waking::Hold {
            calendar: Some(named.id),
        };
        Choice::new(value(waking), word(desk, waking))
    }));
    let otherwise = if squad.is_some() {
        "As the company does"
    } else {
        "The usual one"
    };
    let action = rules_path(squad);
    let policy = Field::new("policy", "Which policy is followed?")
        .unmarked()
        .error(wrong.with("policy"));
    let body = html! {
        (layout::heading(&title, Some("Who is called, and what is worth waking them for."), html! {}))
        (wrong.summary())
        (forms::form(&action, None, html! {
            (choices::select(&policy, &policies, answers.text("policy"), Some(otherwise)))
            @for priority in desk.offered_priorities() {
                @let name = field_of(priority.rank);
                @let label = format!("{} {}", priority.rank, priority.name);
                @let usual = word(desk, usual(desk, squad, priority.rank));
                @let otherwise = format!("As usual: {usual}");
                (choices::select(
                    &Field::new(&name, &label).unmarked().error(wrong.with("waking")),
                    &ways, answers.text(&name), Some(&otherwise)))
            }
            (actions::submit("Save", Weight::Primary))
        }))
    };
    framed(visitor, &title, &action, body)
}

/// What holds where nothing is decided here.
fn usual(desk: &Desk, squad: Option<SquadId>, rank: Rank) -> Waking {
    match squad {
        Some(_) => desk.paging.waking(None, rank),
        None => Waking::usual(rank),
    }
}
