//! Inviting somebody.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use eider_app::account::{self, Invite};
use eider_domain::person::Role;
use maud::{Markup, html};

use super::{INVITE, LIST, page::squad_boxes, role};
use crate::{
    Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        choices,
        forms::{self, Field, TextKind},
        layout::{self, NavItem},
        notices::{self, NoticeKind},
    },
    outcome::Outcome,
    welcome_path,
};

pub(super) async fn page(visitor: Visitor) -> Markup {
    form(&visitor, &Answers::default(), &Wrong::default())
}

pub(super) async fn submit(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let again = |wrong: Wrong| {
        let page = form(&visitor, &answers, &wrong);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let Some(role) = Role::parse(answers.text("role")) else {
        return again(Wrong::one("role", "Choose what they will do here."));
    };
    let new = Invite {
        email: answers.text("email").to_owned(),
        name: answers.text("name").to_owned(),
        role,
        squads: answers.parsed("squads"),
    };
    match account::invite(&web.eider, visitor.actor(), new).await {
        Ok(secret) => {
            let link = format!("{}{}", web.public_url, welcome_path(&secret));
            Ok(invited(&visitor, answers.text("email"), &link).into_response())
        }
        Err(error) => again(Wrong::of(error)?),
    }
}

pub(super) async fn withdraw(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    account::withdraw_invitation(&web.eider, visitor.actor(), answers.text("email")).await?;
    Ok(Outcome::InvitationWithdrawn.redirect(&web, LIST))
}

fn form(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Markup {
    let email = Field::new("email", "Their e-mail address")
        .hint("They sign in with it.")
        .autocomplete("off")
        .error(wrong.with("email"));
    let name = Field::new("name", "Their name")
        .hint("They can correct it.")
        .autocomplete("off")
        .longest(100)
        .optional()
        .error(wrong.with("name"));
    let role = Field::new("role", "What will they do here?").error(wrong.with("role"));
    let squads = Field::new("squads", "Which squads will they belong to?")
        .optional()
        .error(wrong.with("squads"));
    let lede = "You get a link to pass on. It works once, within seven days.";
    let body = html! {
        (layout::heading("Invite somebody", Some(lede), html! {}))
        (wrong.summary())
        (forms::form(INVITE, None, html! {
            (forms::text(&email, TextKind::Email, answers.text("email")))
            (forms::text(&name, TextKind::Text, answers.text("name")))
            (choices::radio_cards(&role, &role::cards(), answers.text("role")))
            @if !visitor.desk.squads.is_empty() {
                (squad_boxes(&squads, visitor, &answers.parsed("squads")))
            }
            (actions::submit("Make the invitation", Weight::Primary))
        }))
    };
    layout::page(&visitor.shell("Invite somebody", NavItem::People), body)
}

fn invited(visitor: &Visitor, email: &str, link: &str) -> Markup {
    let body = html! {
        (layout::heading("The invitation is ready", Some(&format!("For {email}.")), html! {}))
        (notices::notice(NoticeKind::Information, "Pass the link on yourself", html! {
            "It is shown this once. It works once, within seven days, for whoever opens it."
        }))
        (forms::copyable("link", "The link", link, "Copy the link"))
        (actions::button_row(html! {
            (actions::link(INVITE, "Invite somebody else", Weight::Secondary))
            (actions::link(LIST, "Back to people", Weight::Quiet))
        }))
    };
    let mut shell = visitor.shell("The invitation is ready", NavItem::People);
    shell.path = LIST.to_owned();
    layout::page(&shell, body)
}
