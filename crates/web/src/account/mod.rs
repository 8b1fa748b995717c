//! Coming in and one's own account: signing in and out, links, the profile, tokens, the theme.

mod cookies;
mod profile;
mod sign_in;
mod theme;
mod token;
mod welcome;
pub(crate) mod zones;

use axum::{
    Router,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use eider_domain::access::Action;
use maud::Markup;

use crate::{
    Web,
    components::layout::{PROFILE_PATH, SIGN_IN_PATH, SIGN_OUT_PATH, Shell, THEME_PATH},
    door::{self, Access, Rule},
};

const WELCOME: &str = "/welcome/{token}";
const PASSWORD: &str = "/settings/profile/password";
const END_SESSION: &str = "/settings/profile/sessions/end";
const END_OTHERS: &str = "/settings/profile/sessions/end-others";
const TOKENS: &str = "/settings/profile/tokens";
const REVOKE: &str = "/settings/profile/tokens/{id}/revoke";

const OWN: Access = Access::Needs(Action::OwnAccount);

pub(crate) const RULES: &[Rule] = &[
    Rule::get(SIGN_IN_PATH, Access::Anyone),
    Rule::post(SIGN_IN_PATH, Access::Anyone),
    Rule::post(SIGN_OUT_PATH, Access::Anyone),
    Rule::get(WELCOME, Access::Anyone),
    Rule::post(WELCOME, Access::Anyone),
    Rule::post(THEME_PATH, Access::Anyone),
    Rule::get(PROFILE_PATH, OWN),
    Rule::post(PROFILE_PATH, OWN),
    Rule::post(PASSWORD, OWN),
    Rule::post(END_SESSION, OWN),
    Rule::post(END_OTHERS, OWN),
    Rule::get(TOKENS, OWN),
    Rule::post(TOKENS, OWN),
    Rule::post(REVOKE, OWN),
];

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route(SIGN_IN_PATH, get(sign_in::page).post(sign_in::submit))
        .route(SIGN_OUT_PATH, post(sign_in::sign_out))
        .route(WELCOME, get(welcome::page).post(welcome::submit))
        .route(THEME_PATH, post(theme::choose))
        .route(PROFILE_PATH, get(profile::page).post(profile::save))
        .route(PASSWORD, post(profile::change_password))
        .route(END_SESSION, post(profile::end_session))
        .route(END_OTHERS, post(profile::end_other_sessions))
        .route(TOKENS, get(token::page).post(token::create))
        .route(REVOKE, post(token::revoke))
}

/// The path of the page behind a link that lets somebody in, by the secret in it.
pub fn welcome_path(secret: &str) -> String {
    format!("/welcome/{secret}")
}

/// The frame of a page for somebody who is not signed in.
fn front(title: &str, headers: &HeaderMap) -> Shell {
    Shell {
        title: title.to_owned(),
        theme: door::theme_of(headers),
        ..Shell::default()
    }
}

/// A form that is shown again because of what was wrong with it.
fn again(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// The browser, as it calls itself.
fn device(headers: &HeaderMap) -> &str {
    headers
        .get(axum::http::header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The path, when it is one of this site; else the first page. A form must not send anybody
/// elsewhere, and browsers read `//host` and `/\host` as elsewhere.
fn local(path: &str) -> &str {
    let is_local = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 2_000
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if is_local { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for path in ["/", "/tickets?q=a%20b&p=2", "/people/7#x"] {
            assert_eq!(local(path), path);
        }
        let long = format!("/{}", "a".repeat(2_000));
        for elsewhere in [
            "",
            "tickets",
            "//example.com",
            "/\\example.com",
            "\\\\example.com",
            "https://example.com",
            "javascript:alert(1)",
            "/\texample",
            "/a\r\nSet-Cookie: x=y",
            "/é",
            &long,
        ] {
            assert_eq!(local(elsewhere), "/", "{elsewhere}");
        }
    }
}
