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

pub(super) async fn form(visitor: Visitor) -> Markup {
    render(&visitor, &Answers::default(), &Wrong::default())
}

pub(super) async fn begin(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let squad: Option<SquadId> = answers.text("squad").parse().ok();
    let reason = answers.text("reason");
    let wrong = match page::drill(&web.eider, visitor.actor(), squad, reason).await {
        Ok(page) => return Ok(Outcome::DrillBegun.redirect(&web, &path(page.id))),
        Err(error) => Wrong::of(error)?,
    };
    Ok(again(render(&visitor, &answers, &wrong)))
}

fn render(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Markup {
    let manages = |squad| may(visitor.actor(), Action::ManageSquad { squad }).is_ok();
    let squads: Vec<Choice> = visitor
        .desk
        .squads
        .iter()
        .filter(|squad| manages(Some(squad.id)))
        .map(|squad| Choice::new(squad.id.to_string(), &squad.name))
        .collect();
    let lede = "People are called as if something were wrong, and told that it is a drill. It shows \
                who answers, how soon and by which way. Figures leave it out.";
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let body = html! {
        (layout::heading("Drill", Some(lede), html! {}))
        (wrong.summary())
        (forms::form(DRILL, None, html! {
            (choices::select(&field("squad", "Whose people?").unmarked(), &squads,
                answers.text("squad"), manages(None).then_some("The whole company")))
            (forms::text(&field("reason", "What for?").hint("Such as: the new rota, before its first night.")
                .longest(300), TextKind::Text, answers.text("reason")))
            (actions::submit("Call them", Weight::Primary))
        }))
    };
    framed(visitor, "Drill", DRILL, body)
}
