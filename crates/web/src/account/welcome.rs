//! The page behind a link that lets somebody in. Opening it does nothing; its button does.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use eider_app::account::{self, Joining, Link};
use eider_domain::account::password::SHORTEST_CHARACTERS;
use eider_store::invitation::Purpose;
use maud::{Markup, html};

use super::{again, cookies, device, front, welcome_path, zones};
use crate::{
    Result, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, OneClick, Weight},
        choices,
        forms::{self, Field, TextKind},
        layout::{self, SIGN_IN_PATH},
    },
};

pub(super) async fn page(
    State(web): State<Web>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let Some(link) = account::open_link(&web.eider, &secret).await? else {
        return Ok(ended(&headers));
    };
    let desk = web.eider.desk().await?;
    let answers = Answers::new([
        ("name", link.invitation.name.clone().unwrap_or_default()),
        ("zone", desk.settings.zone.clone()),
    ]);
    let page = form(&headers, &secret, &link, &answers, &Wrong::default());
    Ok(page.into_response())
}

pub(super) async fn submit(
    State(web): State<Web>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    answers: Answers,
) -> Result<Response> {
    let Some(link) = account::open_link(&web.eider, &secret).await? else {
        return Ok(ended(&headers));
    };
    let device = device(&headers);
    let done = match link.invitation.purpose {
        Purpose::SignIn => account::sign_in_by_link(&web.eider, &secret, device).await,
        Purpose::PasswordReset => {
            account::reset_password(&web.eider, &secret, answers.text("password"), device).await
        }
        Purpose::Invitation | Purpose::FirstAdministrator => {
            let joining = Joining {
                name: answers.text("name"),
                email: answers.text("email"),
                password: answers.text("password"),
                zone: answers.text("zone"),
                device,
            };
            account::accept(&web.eider, &secret, joining).await
        }
    };
    match done {
        Ok(session) => {
            let cookie = (header::SET_COOKIE, cookies::keep(&web, &session));
            Ok((AppendHeaders([cookie]), Redirect::to("/")).into_response())
        }
        // Somebody else was faster with the same link.
        Err(eider_app::Error::Conflict(_)) => Ok(ended(&headers)),
        Err(error) => {
            let wrong = Wrong::of(error)?;
            Ok(again(form(&headers, &secret, &link, &answers, &wrong)))
        }
    }
}

fn form(
    headers: &HeaderMap,
    secret: &str,
    link: &Link,
    answers: &Answers,
    wrong: &Wrong,
) -> Markup {
    let action = welcome_path(secret);
    let (title, body) = match link.invitation.purpose {
        Purpose::SignIn => sign_in(&action, link),
        Purpose::PasswordReset => reset(&action, link, wrong),
        Purpose::Invitation | Purpose::FirstAdministrator => join(&action, link, answers, wrong),
    };
    layout::page(&front(title, headers), html! { (body) })
}

fn sign_in(action: &str, link: &Link) -> (&'static str, Markup) {
    let name = link.person.as_ref().map_or("", |person| &person.name);
    let label = format!("Sign in as {name}");
    let body = html! {
        (layout::heading("Sign in with this link", None, html! {}))
        p { "This link signs you in on this device without a password." }
        (actions::button_row(actions::one_click(&OneClick {
            action,
            label: &label,
            weight: Weight::Primary,
            key: None,
            fields: &[],
        })))
    };
    ("Sign in with this link", body)
}

fn reset(action: &str, link: &Link, wrong: &Wrong) -> (&'static str, Markup) {
    let email = link
        .person
        .as_ref()
        .and_then(|person| person.email.as_deref())
        .unwrap_or_default();
    let lede = "You are signed out everywhere else, and signed in here.";
    let body = html! {
        (layout::heading("Choose a new password", Some(lede), html! {}))
        (wrong.summary())
        (forms::form(action, None, html! {
            (known_address(email))
            (new_password(wrong))
            (actions::submit("Save and sign in", Weight::Primary))
        }))
    };
    ("Choose a new password", body)
}

fn join(action: &str, link: &Link, answers: &Answers, wrong: &Wrong) -> (&'static str, Markup) {
    let is_first = link.invitation.purpose == Purpose::FirstAdministrator;
    let lede = match &link.invited_by {
        _ if is_first => {
            "Nobody is here yet. You become the first administrator: you let others in.".to_owned()
        }
        Some(name) => format!("{name} asks you to join. A few questions, and you are in."),
        None => "You were asked to join. A few questions, and you are in.".to_owned(),
    };
    let name = Field::new("name", "Your name")
        .hint("As others know you, such as Ada Lovelace.")
        .autocomplete("name")
        .longest(100)
        .error(wrong.with("name"));
    let email = Field::new("email", "Your e-mail address")
        .hint("You sign in with it.")
        .autocomplete("username")
        .error(wrong.with("email"));
    let zone = Field::new("zone", "Your time zone")
        .hint("Times are shown in this zone, except where another one is named.")
        .error(wrong.with("zone"));
    let body = html! {
        (layout::heading("Welcome to Eider", Some(&lede), html! {}))
        (wrong.summary())
        (forms::form(action, None, html! {
            (forms::text(&name, TextKind::Text, answers.text("name")))
            @if let (false, Some(address)) = (is_first, &link.invitation.email) {
                (known_address(address))
            } @else {
                (forms::text(&email, TextKind::Email, answers.text("email")))
            }
            (new_password(wrong))
            (choices::select(&zone, &zones::choices(answers.text("zone")), answers.text("zone"), None))
            (actions::submit("Join", Weight::Primary))
        }))
    };
    ("Welcome", body)
}

/// The address is settled; browsers still want to know it for their keychain.
fn known_address(email: &str) -> Markup {
    html! {
        p { "You sign in with " strong { (email) } "." }
        input type="hidden" name="email" value=(email) autocomplete="username";
    }
}

/// The field of a new password, with the rule.
pub(super) fn new_password(wrong: &Wrong) -> Markup {
    let rule = format!(
        "At least {SHORTEST_CHARACTERS} characters. Three or four words that do not belong together do well."
    );
    // A password is never sent back, so what was typed before is gone.
    let hint = if wrong.is_any() && wrong.with("password").is_none() {
        format!("{rule} Type it again.")
    } else {
        rule
    };
    let field = Field::new("password", "New password")
        .hint(&hint)
        .autocomplete("new-password")
        .error(wrong.with("password"));
    forms::text(&field, TextKind::Password, "")
}

fn ended(headers: &HeaderMap) -> Response {
    let body = html! {
        (layout::heading("This link is no longer good", None, html! {}))
        p {
            "It has been used already, or its time is over. Ask whoever gave it to you for a new "
            "one; or sign in, if you have a password."
        }
        (actions::button_row(actions::link(SIGN_IN_PATH, "Sign in", Weight::Primary)))
    };
    let page = layout::page(&front("This link is no longer good", headers), body);
    (StatusCode::GONE, page).into_response()
}
