//! Gives an error its form: a page for a person, a problem document for a program.

use axum::{
    Json,
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use serde_json::json;

use crate::{
    Error, Visitor,
    components::{
        actions::{self, Weight},
        layout::{self, NavItem, Shell},
    },
    error::Told,
};

/// Who asks, as far as the form of an answer goes.
pub(super) struct Face {
    is_program: bool,
    is_get: bool,
    path: String,
}

impl Face {
    pub(super) fn of(request: &Request) -> Self {
        let path = request.uri().path();
        let is_program = path.starts_with("/api/")
            || path == crate::observe::METRICS_PATH
            || super::bearer(request.headers()).is_some();
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str())
            .to_owned();
        Self {
            is_program,
            is_get: request.method().is_safe(),
            path,
        }
    }
}

pub(super) fn form(error: Error, face: &Face, visitor: Option<&Visitor>) -> Response {
    form_response(error.into_response(), face, visitor)
}

/// Leaves answers as they are, and gives errors their form.
pub(super) fn form_response(
    mut response: Response,
    face: &Face,
    visitor: Option<&Visitor>,
) -> Response {
    let told = response
        .extensions_mut()
        .remove::<Told>()
        .or_else(|| plain(&response));
    let Some(told) = told else { return response };
    if !face.is_program && told.status == StatusCode::UNAUTHORIZED && face.is_get {
        let next = percent_encode(&face.path);
        return Redirect::to(&format!("{}?next={next}", layout::SIGN_IN_PATH)).into_response();
    }
    let mut formed = if face.is_program {
        problem(&told)
    } else {
        page(&told, visitor)
    };
    for kept in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers_mut().remove(&kept) {
            formed.headers_mut().insert(kept, value);
        }
    }
    if told.status == StatusCode::UNAUTHORIZED {
        let scheme = header::HeaderValue::from_static("Bearer");
        formed
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, scheme);
    }
    formed
}

/// An error that the framework made, such as a body that is too large.
fn plain(response: &Response) -> Option<Told> {
    let status = response.status();
    let is_html_or_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| !value.starts_with("text/plain"));
    if is_html_or_json || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let sentence = match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            "This is too large to be read: at most 10 MiB. Nothing was saved."
        }
        StatusCode::METHOD_NOT_ALLOWED => "This address does not take this kind of request.",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            "The body is not of a kind that is read here. Send JSON, with “Content-Type: application/json”."
        }
        StatusCode::UNPROCESSABLE_ENTITY | StatusCode::BAD_REQUEST => {
            "The request cannot be read. Check its fields and their types; the API's description is at /api/openapi.json."
        }
        _ if status.is_server_error() => {
            "Something went wrong here, and nothing was saved. Try again; if it stays, tell whoever runs Eider."
        }
        _ => "The request cannot be done.",
    };
    Some(Told {
        status,
        sentence: sentence.to_owned(),
        fields: Vec::new(),
    })
}

fn problem(told: &Told) -> Response {
    let errors: Vec<_> = told
        .fields
        .iter()
        .map(|error| json!({ "field": error.field, "message": error.message }))
        .collect();
    let mut body = json!({
        "type": "about:blank",
        "title": told.status.canonical_reason().unwrap_or("Error"),
        "status": told.status.as_u16(),
        "detail": told.sentence,
    });
    if !errors.is_empty() {
        body["errors"] = errors.into();
    }
    let mut response = (told.status, Json(body)).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/problem+json"),
    );
    response
}

fn page(told: &Told, visitor: Option<&Visitor>) -> Response {
    let title = match told.status {
        StatusCode::NOT_FOUND => "There is nothing here",
        StatusCode::FORBIDDEN => "That is not yours to do",
        StatusCode::CONFLICT => "That cannot be done now",
        StatusCode::UNPROCESSABLE_ENTITY | StatusCode::BAD_REQUEST => "Something needs mending",
        StatusCode::SERVICE_UNAVAILABLE => "Not just now",
        StatusCode::TOO_MANY_REQUESTS => "A moment, please",
        _ => "That did not work",
    };
    let shell = match visitor {
        Some(visitor) => Shell {
            nav: None,
            ..visitor.shell(title, NavItem::Now)
        },
        None => Shell {
            title: title.to_owned(),
            ..Shell::default()
        },
    };
    let body = html! {
        (layout::heading(title, None, html! {}))
        p { (told.sentence) }
        (actions::button_row(html! { (actions::link("/", "Go to Now", Weight::Secondary)) }))
    };
    (told.status, layout::page(&shell, body)).into_response()
}

/// Text as it stands in the query of an address; slashes and commas mean nothing there and stay.
pub(crate) fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b',' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
