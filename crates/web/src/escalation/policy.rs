//! The form of a policy.

use axum::{
    extract::{Path, State},
    response::Response,
};
use eider_app::escalation::{self, PolicyEdit};
use eider_domain::{
    PolicyId,
    escalation::{Level, MAX_LEVELS, MAX_TARGETS, Plan, Policy, Target},
};
use maud::{Markup, html};

use super::{INDEX, NEW, again, framed, policy_path, target};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
        layout, words,
    },
    outcome::Outcome,
    settings::span,
};

pub(super) async fn new(State(web): State<Web>, visitor: Visitor) -> Result<Markup> {
    let answers = answers_of("", &Plan::usual(), false);
    render(&web, &visitor, None, &answers, &Wrong::default()).await
}

pub(super) async fn edit(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Markup> {
    let policy = found(&visitor, &id)?;
    let answers = answers_of(&policy.name, &policy.plan, policy.retired);
    render(&web, &visitor, Some(policy), &answers, &Wrong::default()).await
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
    let policy = found(&visitor, &id)?;
    write(&web, &visitor, Some(policy), &answers).await
}

fn found<'a>(visitor: &'a Visitor, id: &str) -> Result<&'a Policy> {
    let id: Option<PolicyId> = id.parse().ok();
    id.and_then(|id| visitor.desk.policy(id))
        .ok_or_else(|| Error::App(eider_app::Error::NotFound("This policy".into())))
}

async fn write(
    web: &Web,
    visitor: &Visitor,
    before: Option<&Policy>,
    answers: &Answers,
) -> Result<Response> {
    let wrong = match read(answers) {
        Err(wrong) => wrong,
        Ok(edit) => {
            let id = before.map(|policy| policy.id);
            match escalation::save_policy(&web.eider, visitor.actor(), id, edit).await {
                Ok(_) => return Ok(Outcome::PolicySaved.redirect(web, INDEX)),
                Err(eider_app::Error::Conflict(sentence)) => Wrong::one("name", sentence),
                Err(error) => Wrong::of(error)?,
            }
        }
    };
    Ok(again(render(web, visitor, before, answers, &wrong).await?))
}

/// The name of a field of a level, from 1.
fn of_level(level: usize, field: &str) -> String {
    format!("level_{level}_{field}")
}

fn answers_of(name: &str, plan: &Plan, retired: bool) -> Answers {
    let mut answers = vec![
        ("name".to_owned(), name.to_owned()),
        ("rounds".to_owned(), plan.rounds.to_string()),
        (
            "ask_again_seconds".to_owned(),
            span::written(plan.ask_again_seconds),
        ),
    ];
    for (index, level) in plan.levels.iter().enumerate() {
        for one in &level.targets {
            answers.push((of_level(index + 1, "target"), target::value(one)));
        }
        let seconds = span::written(level.acknowledge_seconds);
        answers.push((of_level(index + 1, "time"), seconds));
    }
    for one in &plan.last_resort {
        answers.push(("last_resort".to_owned(), target::value(one)));
    }
    if retired {
        answers.push(("retired".to_owned(), "yes".to_owned()));
    }
    Answers::of(answers)
}

fn targets(answers: &Answers, name: &str) -> Vec<Target> {
    answers.all(name).filter_map(target::parse).collect()
}

/// The levels that were filled in; one without a target or a time in the middle is refused by the
/// rules, one at the end is no level.
fn read(answers: &Answers) -> std::result::Result<PolicyEdit, Wrong> {
    let mut levels = Vec::new();
    for number in 1..=MAX_LEVELS {
        let targets = targets(answers, &of_level(number, "target"));
        if targets.is_empty() {
            continue;
        }
        let time = answers.text(&of_level(number, "time"));
        let message = "Write how long people have to acknowledge, such as 5 min.";
        let acknowledge_seconds =
            span::seconds(time).ok_or_else(|| Wrong::one("levels", message))?;
        levels.push(Level {
            targets,
            acknowledge_seconds,
        });
    }
    let rounds = answers.text("rounds").trim().parse();
    let asked = answers.text("ask_again_seconds").trim();
    let ask_again_seconds = if asked.is_empty() {
        0
    } else {
        let message = "Write a length of time such as 1 h, or leave it empty for never.";
        span::seconds(asked).ok_or_else(|| Wrong::one("ask_again_seconds", message))?
    };
    Ok(PolicyEdit {
        name: answers.text("name").to_owned(),
        plan: Plan {
            levels,
            rounds: rounds.map_err(|_| Wrong::one("rounds", "Write a whole number."))?,
            last_resort: targets(answers, "last_resort"),
            ask_again_seconds,
        },
        retired: answers.text("retired") == "yes",
    })
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    before: Option<&Policy>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup> {
    let everybody = eider_app::person::all(&web.eider, visitor.actor()).await?;
    let names = target::Names {
        desk: &visitor.desk,
        everybody: &everybody,
    };
    let choices = names.choices();
    let (title, action) = match before {
        Some(policy) => ("Edit the policy", policy_path(policy)),
        None => ("New policy", NEW.to_owned()),
    };
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let filled = (1..=MAX_LEVELS)
        .filter(|number| !targets(answers, &of_level(*number, "target")).is_empty())
        .max()
        .unwrap_or(0);
    let body = html! {
        (layout::heading(title, None, html! {}))
        (wrong.summary())
        (forms::form(&action, None, html! {
            (forms::text(&field("name", "What is it called?").hint("Such as: Day and night.").longest(80),
                TextKind::Text, answers.text("name")))
            div id="field-levels" {
                @if let Some(error) = wrong.with("levels") { p.field-error { (error) } }
                @for number in 1..=(filled + 1).min(MAX_LEVELS) {
                    (level(answers, number, &choices))
                }
            }
            (forms::text(&field("rounds", "How often are they gone through?")
                .hint("From 1 to 9 times."), TextKind::Number, answers.text("rounds")))
            (several(&field("last_resort", "Who is called when nobody has answered?")
                .hint("A page never ends in silence. When none of these can be called, the administrators are."),
                answers, "last_resort", &choices))
            (forms::text(&field("ask_again_seconds", "Ask again after")
                .hint("Whoever acknowledged is asked whether they still have it, unless they have done something on it since. Empty for never.")
                .optional(), TextKind::Text, answers.text("ask_again_seconds")))
            @if before.is_some() {
                (choices::checkboxes(&Field::new("retired", "Is it still in use?").unmarked(),
                    &[Choice::new("yes", "Retired: no longer offered to squads")],
                    &[answers.text("retired")]))
            }
            (actions::submit("Save the policy", Weight::Primary))
        }))
    };
    Ok(framed(visitor, title, &action, body))
}

fn level(answers: &Answers, number: usize, choices: &[Choice]) -> Markup {
    let legend = match number {
        1 => "Who is called first?".to_owned(),
        number => format!("And then, at level {number}?"),
    };
    let (target, time) = (of_level(number, "target"), of_level(number, "time"));
    let who = Field::new(&target, "Who").unmarked();
    let label = "How long do they have to answer?";
    let how_long = Field::new(&time, label).unmarked();
    html! {
        fieldset.fieldset {
            legend { (legend) }
            (several(&who, answers, &target, choices))
            (forms::text(&how_long, TextKind::Text, match answers.text(&time) {
                "" => words::duration(300),
                given => given.to_owned(),
            }.as_str()))
        }
    }
}

/// A menu for each that is chosen, and one more.
fn several(field: &Field<'_>, answers: &Answers, name: &str, choices: &[Choice]) -> Markup {
    let chosen: Vec<&str> = answers
        .all(name)
        .filter(|value| !value.is_empty())
        .collect();
    let shown = (chosen.len() + 1).min(MAX_TARGETS);
    html! {
        @for place in 0..shown {
            @let value = chosen.get(place).copied().unwrap_or_default();
            @if place == 0 { (choices::select(field, choices, value, Some("Nobody"))) }
            @else { (and_also(name, place, choices, value)) }
        }
    }
}

/// A further menu of the same name, with an id of its own.
fn and_also(name: &str, place: usize, choices: &[Choice], chosen: &str) -> Markup {
    let id = format!("field-{name}-{place}");
    html! {
        div.field {
            label for=(id) { "And also" }
            select id=(id) name=(name) {
                option value="" { "Nobody else" }
                @for choice in choices {
                    option value=(choice.value) selected[choice.value == chosen] { (choice.label) }
                }
            }
        }
    }
}
