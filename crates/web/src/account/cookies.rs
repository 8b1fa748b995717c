//! The cookies that keep a session and a theme.

use axum::http::{HeaderMap, HeaderValue};
use eider_app::account::{NewSession, SESSION_LONGEST_DAYS};

use crate::{
    Web,
    components::layout::{THEME_COOKIE, Theme},
    door,
};

const DAY_SECONDS: i64 = 24 * 60 * 60;
const THEME_DAYS: i64 = 365;

/// The secret of the session that a request comes with.
pub(super) fn session<'a>(web: &Web, headers: &'a HeaderMap) -> Option<&'a str> {
    door::cookie(headers, door::session_cookie(web))
}

/// Keeps a session. The server ends it sooner than the cookie when it is not used.
pub(super) fn keep(web: &Web, session: &NewSession) -> HeaderValue {
    let life = SESSION_LONGEST_DAYS * DAY_SECONDS;
    cookie(web, door::session_cookie(web), &session.secret, life)
}

/// Forgets a session.
pub(super) fn forget(web: &Web) -> HeaderValue {
    cookie(web, door::session_cookie(web), "", 0)
}

/// Keeps a theme on this device.
pub(super) fn theme(web: &Web, theme: Theme) -> HeaderValue {
    cookie(web, THEME_COOKIE, theme.name(), THEME_DAYS * DAY_SECONDS)
}

/// Lax, so that a link in a chat finds the person signed in; what changes something is checked at
/// the door besides.
fn cookie(web: &Web, name: &str, value: &str, life_seconds: i64) -> HeaderValue {
    let secure = if web.is_https() { "; Secure" } else { "" };
    let text =
        format!("{name}={value}; Path=/; Max-Age={life_seconds}; HttpOnly; SameSite=Lax{secure}");
    // Names are ours and values are hexadecimal or a word, so there is always a header.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
