//! What administrators do about a person.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use eider_app::{account, person};
use eider_domain::{PersonId, person::Role};
use maud::html;

use super::{id, page, path_of};
use crate::{
    Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        forms,
        layout::{self, NavItem},
        notices::{self, NoticeKind},
    },
    outcome::Outcome,
    welcome_path,
};

pub(super) async fn change_role(
    State(web): State<Web>,
    visitor: Visitor,
    Path(text): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let person: PersonId = id(&text)?;
    let Some(role) = Role::parse(answers.text("role")) else {
        let wrong = Wrong::one("role", "Choose what they do here.");
        return again(&web, &visitor, person, &wrong).await;
    };
    account::change_role(&web.eider, visitor.actor(), person, role).await?;
    Ok(Outcome::RoleChanged.redirect(&web, &path_of(person)))
}

pub(super) async fn set_squads(
    State(web): State<Web>,
    visitor: Visitor,
    Path(text): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let person: PersonId = id(&text)?;
    let squads = answers.parsed("squads");
    match account::set_squads(&web.eider, visitor.actor(), person, &squads).await {
        Ok(_) => Ok(Outcome::MembershipChanged.redirect(&web, &path_of(person))),
        Err(error) => again(&web, &visitor, person, &Wrong::of(error)?).await,
    }
}

pub(super) async fn disable(
    State(web): State<Web>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response> {
    let person: PersonId = id(&text)?;
    account::disable(&web.eider, visitor.actor(), person).await?;
    Ok(Outcome::Disabled.redirect(&web, &path_of(person)))
}

pub(super) async fn enable(
    State(web): State<Web>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response> {
    let person: PersonId = id(&text)?;
    account::enable(&web.eider, visitor.actor(), person).await?;
    Ok(Outcome::Enabled.redirect(&web, &path_of(person)))
}

pub(super) async fn password_link(
    State(web): State<Web>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response> {
    let person: PersonId = id(&text)?;
    let secret = account::password_reset_link(&web.eider, visitor.actor(), person).await?;
    let person = person::by_id(&web.eider, visitor.actor(), person).await?;
    let link = format!("{}{}", web.public_url, welcome_path(&secret));
    let title = "A link for a new password";
    let body = html! {
        (layout::heading(title, Some(&format!("For {}.", person.name)), html! {}))
        (notices::notice(NoticeKind::Warning, "Pass it on to nobody else", html! {
            "It is shown this once and works once, within a day. Whoever opens it can sign in as "
            (person.name) "."
        }))
        (forms::copyable("link", "The link", &link, "Copy the link"))
        (actions::button_row(actions::link(&path_of(person.id), "Back", Weight::Secondary)))
    };
    let mut shell = visitor.shell(title, NavItem::People);
    shell.path = path_of(person.id);
    Ok(layout::page(&shell, body).into_response())
}

async fn again(web: &Web, visitor: &Visitor, person: PersonId, wrong: &Wrong) -> Result<Response> {
    let person = person::by_id(&web.eider, visitor.actor(), person).await?;
    let page = page::render(web, visitor, &person, wrong, None).await?;
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
