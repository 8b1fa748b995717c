//! The door: recognises who comes, refuses who may not, and gives answers their form.
//!
//! A route without a [`Rule`] is refused, so none can be forgotten. What depends on the thing that
//! is asked for (is this my ticket?) is decided once more by the use case itself.

mod headers;
mod origin;
mod refusal;
mod stay;

pub(crate) use refusal::percent_encode;
pub(crate) use stay::Stay;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::Response,
};
use eider_app::account;
use eider_domain::access::{Action, may};

use crate::{
    Error, Visitor, Web,
    components::layout::{THEME_COOKIE, Theme},
    rules,
};

/// Who may come through a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not.
    Anyone,
    /// Whoever may do this.
    Needs(Action),
    /// Whoever is recognised; the use case decides, because it depends on what is asked for.
    Recognised,
}

/// One route, and who may come through it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The method.
    pub method: &'static str,
    /// The path as the router knows it, such as `/tickets/{number}`; `/assets/*` means all below.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
}

impl Rule {
    /// The rule of a GET.
    pub const fn get(path: &'static str, access: Access) -> Self {
        Self {
            method: "GET",
            path,
            access,
        }
    }

    /// The rule of a POST.
    pub const fn post(path: &'static str, access: Access) -> Self {
        Self {
            method: "POST",
            path,
            access,
        }
    }

    /// The rule of another method.
    pub const fn new(method: &'static str, path: &'static str, access: Access) -> Self {
        Self {
            method,
            path,
            access,
        }
    }

    fn covers(&self, method: &Method, path: &str) -> bool {
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let same_path = match self.path.strip_suffix('*') {
            Some(prefix) => path.starts_with(prefix),
            None => path == self.path,
        };
        same_path && self.method == method.as_str()
    }
}

/// The name of the cookie that keeps a session.
pub fn session_cookie(web: &Web) -> &'static str {
    // Browsers take the prefix as a promise that the cookie is of this host alone and of https.
    if web.is_https() {
        "__Host-eider"
    } else {
        "eider_session"
    }
}

/// Lets a request through, or answers it.
pub(crate) async fn pass(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let face = refusal::Face::of(&request);
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .to_owned();
    // The body of a request cannot be shared between threads; its headers can.
    let headers = request.headers().clone();
    let visitor = match recognise(&web, &headers, path).await {
        Ok(visitor) => visitor,
        Err(error) => {
            let formed = refusal::form(error.into(), &face, None);
            return headers::secure(formed, &web);
        }
    };
    if let Some(visitor) = &visitor {
        request.extensions_mut().insert(visitor.clone());
    }
    let response = match admit(&web, &request, visitor.as_ref()) {
        Ok(()) => next.run(request).await,
        Err(error) => axum::response::IntoResponse::into_response(error),
    };
    headers::secure(
        refusal::form_response(response, &face, visitor.as_ref()),
        &web,
    )
}

/// The answer where there is no route.
pub(crate) async fn nothing_here() -> Error {
    Error::NoSuchPage
}

fn admit(web: &Web, request: &Request, visitor: Option<&Visitor>) -> Result<(), Error> {
    let Some(path) = request.extensions().get::<MatchedPath>() else {
        return Ok(());
    };
    let rule = rules().find(|rule| rule.covers(request.method(), path.as_str()));
    let bears_token = bearer(request.headers()).is_some();
    if !bears_token && !request.method().is_safe() {
        origin::check(web, request.headers())?;
    }
    match (rule.map(|rule| rule.access), visitor) {
        (Some(Access::Anyone), _) => Ok(()),
        (Some(Access::Needs(action)), Some(visitor)) => {
            may(visitor.actor(), action).map_err(|forbidden| Error::App(forbidden.into()))
        }
        (Some(Access::Recognised), Some(_)) => Ok(()),
        (Some(Access::Needs(_) | Access::Recognised), None) => Err(Error::SignInFirst),
        // The router answers a method that it does not know; a path without a rule is a mistake.
        (None, _) if rules().any(|rule| rule.path == path.as_str()) => Ok(()),
        (None, _) => {
            tracing::error!(
                path = path.as_str(),
                "this route has no rule and is refused"
            );
            Err(Error::NoSuchPage)
        }
    }
}

async fn recognise(
    web: &Web,
    headers: &HeaderMap,
    path: String,
) -> eider_app::Result<Option<Visitor>> {
    let credential = match (bearer(headers), cookie(headers, session_cookie(web))) {
        (Some(secret), _) => account::Credential::Token(secret),
        (None, Some(secret)) => account::Credential::Session(secret),
        (None, None) => return Ok(None),
    };
    let newest_fact = web.eider.newest_fact();
    let Some((who, desk)) = account::recognise(&web.eider, credential).await? else {
        return Ok(None);
    };
    Ok(Some(Visitor {
        who,
        desk,
        theme: theme_of(headers),
        path,
        now: web.eider.now(),
        newest_fact,
    }))
}

/// The theme that was chosen on this device.
pub(crate) fn theme_of(headers: &HeaderMap) -> Theme {
    Theme::from_name(cookie(headers, THEME_COOKIE).unwrap_or_default())
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(secret.trim())
}
