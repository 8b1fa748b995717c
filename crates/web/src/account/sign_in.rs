//! Signing in and out.

use axum::{
    Extension,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use eider_app::account::{self, SignIn};
use maud::{Markup, html};
use serde::Deserialize;

use super::{again, cookies, device, front, local};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    client::Client,
    components::{
        actions::{self, Weight},
        forms::{self, Field, TextKind},
        layout::{self, SIGN_IN_PATH},
        notices::{self, NoticeKind},
        words,
    },
};

#[derive(Deserialize)]
pub(super) struct Asked {
    /// Where to go afterwards, a path of this site.
    #[serde(default)]
    next: String,
}

pub(super) async fn page(
    Query(asked): Query<Asked>,
    visitor: Option<Extension<Visitor>>,
    headers: HeaderMap,
) -> Response {
    if visitor.is_some() {
        return Redirect::to(local(&asked.next)).into_response();
    }
    let answers = Answers::new([("next", asked.next)]);
    form(&headers, &answers, &Wrong::default(), None).into_response()
}

pub(super) async fn submit(
    State(web): State<Web>,
    Client(client): Client,
    headers: HeaderMap,
    answers: Answers,
) -> Result<Response> {
    let asked = SignIn {
        email: answers.text("email"),
        password: answers.text("password"),
        device: device(&headers),
        client: Some(&client),
    };
    match account::sign_in(&web.eider, asked).await {
        Ok(session) => {
            let cookie = (header::SET_COOKIE, cookies::keep(&web, &session));
            let next = Redirect::to(local(answers.text("next")));
            Ok((AppendHeaders([cookie]), next).into_response())
        }
        Err(eider_app::Error::NotSignedIn(sentence)) => {
            let wrong = Wrong::one("password", sentence);
            Ok(again(form(&headers, &answers, &wrong, None)))
        }
        Err(eider_app::Error::TooMany {
            retry_after_seconds,
        }) => Ok(wait(&headers, &answers, retry_after_seconds)),
        Err(other) => Err(Error::App(other)),
    }
}

pub(super) async fn sign_out(State(web): State<Web>, headers: HeaderMap) -> Result<Response> {
    if let Some(secret) = cookies::session(&web, &headers) {
        account::sign_out(&web.eider, secret).await?;
    }
    let cookie = (header::SET_COOKIE, cookies::forget(&web));
    Ok((AppendHeaders([cookie]), Redirect::to(SIGN_IN_PATH)).into_response())
}

fn wait(headers: &HeaderMap, answers: &Answers, seconds: i64) -> Response {
    let time = if seconds < 60 {
        format!("{seconds} seconds")
    } else {
        // Rounded up, so that whoever waits for what is said does not come too early.
        words::duration(seconds + 59)
    };
    let notice = notices::notice(
        NoticeKind::Error,
        "A moment, please",
        html! {
            "There were too many attempts. Wait " (time) " and try again. If it was not you, your "
            "password is still safe; tell an administrator."
        },
    );
    let page = form(headers, answers, &Wrong::default(), Some(notice));
    let mut response = (StatusCode::TOO_MANY_REQUESTS, page).into_response();
    let retry_after = HeaderValue::from(seconds);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, retry_after);
    response
}

fn form(headers: &HeaderMap, answers: &Answers, wrong: &Wrong, notice: Option<Markup>) -> Markup {
    let email = Field::new("email", "Your e-mail address").autocomplete("username");
    let password = Field::new("password", "Password")
        .autocomplete("current-password")
        .error(wrong.with("password"));
    let body = html! {
        (layout::heading("Sign in", None, html! {}))
        @if let Some(notice) = notice { (notice) }
        (wrong.summary())
        (forms::form(SIGN_IN_PATH, None, html! {
            input type="hidden" name="next" value=(local(answers.text("next")));
            (forms::text(&email, TextKind::Email, answers.text("email")))
            (forms::text(&password, TextKind::Password, ""))
            (actions::submit("Sign in", Weight::Primary))
        }))
        p.quiet {
            "You were invited? Open the link that you were given. You cannot sign in? An "
            "administrator can give you a link for a new password."
        }
    };
    layout::page(&front("Sign in", headers), body)
}
