//! Calling people for practice.

use axum::{extract::State, response::Response};
use eider_app::page;
use eider_domain::{
    SquadId,
    access::{Action, may},
};
use maud::{Markup, html};

use super::{DRILL, again, framed, path};
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

/// What is chosen for everybody's people; nothing chosen is nobody's.
const COMPANY: &str = "company";

pub(super) async fn form(visitor: Visitor) -> Markup {
    render(&visitor, &Answers::default(), &Wrong::default())
}

pub(super) async fn begin(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let wrong = match whose(answers.text("squad")) {
        Ok(squad) => {
            let reason = answers.text("reason");
            match page::drill(&web.eider, visitor.actor(), squad, reason).await {
                Ok(page) => return Ok(Outcome::DrillBegun.redirect(&web, &path(page.id))),
                Err(error) => Wrong::of(error)?,
            }
        }
        Err(wrong) => wrong,
    };
    Ok(again(render(&visitor, &answers, &wrong)))
}

/// Whose people were chosen: those of a squad, or the company's.
fn whose(chosen: &str) -> std::result::Result<Option<SquadId>, Wrong> {
    if chosen == COMPANY {
        return Ok(None);
    }
    let squad = chosen.parse().map(Some);
    squad.map_err(|_| Wrong::one("squad", "Choose whose people are called."))
}

fn render(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Markup {
    let manages = |squad| may(visitor.actor(), Action::ManageSquad { squad }).is_ok();
    let mut squads: Vec<Choice> = visitor
        .desk
        .squads
        .iter()
        .filter(|squad| manages(Some(squad.id)))
        .map(|squad| Choice::new(squad.id.to_string(), &squad.name))
        .collect();
    if manages(None) {
        squads.push(Choice::new(COMPANY.to_owned(), "The whole company"));
    }
    let has_a_choice = squads.len() > 1;
    let lede = "People are called as if something were wrong, and told that it is a drill. It shows \
                who answers, how soon and by which way. Figures leave it out.";
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let body = html! {
        (layout::heading("Drill", Some(lede), html! {}))
        (wrong.summary())
        (forms::form(DRILL, None, html! {
            (choices::select(&field("squad", "Whose people?"), &squads, answers.text("squad"),
                has_a_choice.then_some("Choose one")))
            (forms::text(&field("reason", "What for?").hint("Such as: the new rota, before its first night.")
                .longest(300), TextKind::Text, answers.text("reason")))
            (actions::submit("Call them", Weight::Primary))
        }))
    };
    framed(visitor, "Drill", DRILL, body)
}
