//! The door: lets in as many as there is room for, and finds out for which service they speak.

use axum::{
    body::HttpBody as _,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use eider_app::alert;
use eider_domain::{
    alert::Signal,
    service::{ServiceKey, Source},
};
use jiff::Timestamp;

use crate::{ANSWER_WITHIN, BODY_LIMIT_BYTES, EVENT_LIMIT_BYTES, Intake, opsgenie, pagerduty};

/// What working on a request takes besides its body, in KiB.
const WORK_KIB: u32 = 64;
/// After how many seconds a sender is asked to try again.
const RETRY_AFTER_SECONDS: u16 = 5;

/// Where the addresses of others' interfaces begin.
const OTHERS: &str = "/v2/";
const SEND_AGAIN: &str = "Nothing was taken in. Send it again in a moment.";

/// Why what was sent was not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// The key is not good for this address.
    UnknownKey,
    /// It cannot be read.
    Unreadable(String),
    /// It could not be kept; it has to be sent again.
    Failed,
}

/// Lets a request in while there is room. It is not read before, and once half of the room is taken
/// nobody gets in who names no good key in the address.
pub(crate) async fn admit(State(intake): State<Intake>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let at = intake.eider().now();
    let response = admitted(&intake, request, next).await;
    if path.starts_with(OTHERS) && response.status().as_u16() >= 400 {
        return as_they_say_it(&intake, &path, at, response);
    }
    response
}

/// What is refused before it is read, or at an address where nothing is, in the form in which the
/// clients of others' interfaces read it.
fn as_they_say_it(intake: &Intake, path: &str, at: Timestamp, response: Response) -> Response {
    let json = HeaderValue::from_static("application/json");
    if response.headers().get(header::CONTENT_TYPE) == Some(&json) {
        return response;
    }
    let message = match response.status() {
        StatusCode::NOT_FOUND => "There is nothing at this address.".to_owned(),
        StatusCode::METHOD_NOT_ALLOWED => "This address does not take this method.".to_owned(),
        StatusCode::PAYLOAD_TOO_LARGE => {
            format!("The body is longer than {} KiB.", EVENT_LIMIT_BYTES / 1024)
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => SEND_AGAIN.to_owned(),
        other => other
            .canonical_reason()
            .unwrap_or("It was not taken.")
            .to_owned(),
    };
    let body = if path.starts_with("/v2/alerts") {
        opsgenie::refused(intake, at, &message)
    } else {
        let status = match response.status() {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "throttle exceeded",
            _ => "invalid event",
        };
        pagerduty::refused(status, &message, std::slice::from_ref(&message))
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(header::CONTENT_TYPE, json);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, body.to_string().into())
}

async fn admitted(intake: &Intake, request: Request, next: Next) -> Response {
    let is_scarce = intake.0.room.available_permits() <= intake.0.room_kib / 2;
    if let Some(secret) = secret_in(request.uri().path()).filter(|_| is_scarce) {
        match alert::key_of(intake.eider(), secret).await {
            Ok(Some(_)) => {}
            Ok(None) => return NotTaken::UnknownKey.of_hook(),
            Err(error) => return failed(error).of_hook(),
        }
    }
    let Ok(_room) = intake.0.room.try_acquire_many(length_kib(&request)) else {
        return busy(request.uri().path());
    };
    let path = request.uri().path().to_owned();
    match tokio::time::timeout(ANSWER_WITHIN, next.run(request)).await {
        Ok(response) => response,
        Err(_) => busy(&path),
    }
}

/// The secret in the address of a hook, `/hooks/SOURCE/SECRET`.
fn secret_in(path: &str) -> Option<&str> {
    let (_, secret) = path.strip_prefix("/hooks/")?.split_once('/')?;
    Some(secret)
}

/// How much room a request takes: as long as its body is, or the most that is read when it does not
/// say; and something for the work itself.
fn length_kib(request: &Request) -> u32 {
    let said = request.body().size_hint().upper();
    let bytes = said.map_or(BODY_LIMIT_BYTES, |said| {
        usize::try_from(said).unwrap_or(BODY_LIMIT_BYTES)
    });
    u32::try_from(bytes.min(BODY_LIMIT_BYTES) / 1024)
        .unwrap_or(u32::MAX)
        .saturating_add(WORK_KIB)
}

/// The answer where others' interfaces have an address that this one has not.
pub(crate) async fn nothing_here() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// Asks to try again. Alertmanager drops what is answered with 429 and repeats what is answered with
/// 503; PagerDuty's clients know 429.
fn busy(path: &str) -> Response {
    let status = if path.starts_with(OTHERS) {
        StatusCode::TOO_MANY_REQUESTS
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    again(status)
}

/// The answer to what could not be kept.
pub(crate) fn again(status: StatusCode) -> Response {
    let mut response = (status, SEND_AGAIN).into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
    response
}

impl NotTaken {
    /// The answer of a hook of our own.
    pub(crate) fn of_hook(self) -> Response {
        match self {
            Self::UnknownKey => {
                let sentence = "This key is not good here. Make one on the page of the service.";
                (StatusCode::UNAUTHORIZED, sentence).into_response()
            }
            Self::Unreadable(why) => (StatusCode::BAD_REQUEST, why).into_response(),
            Self::Failed => again(StatusCode::SERVICE_UNAVAILABLE),
        }
    }
}

impl Intake {
    /// The key of that secret, if it is good for monitors of that kind.
    pub(crate) async fn key(&self, source: Source, secret: &str) -> Result<ServiceKey, NotTaken> {
        let found = alert::key_of(self.eider(), secret).await.map_err(failed)?;
        found
            .filter(|key| key.source == source)
            .ok_or(NotTaken::UnknownKey)
    }

    /// Takes in what a monitor says. When it answers well, all of it is on the disk.
    pub(crate) async fn take(
        &self,
        key: &ServiceKey,
        signals: Vec<Signal>,
    ) -> Result<(), NotTaken> {
        alert::take(self.eider(), key, signals)
            .await
            .map_err(failed)?;
        Ok(())
    }

    /// Notes that something of a service was changed.
    pub(crate) async fn note_change(
        &self,
        key: &ServiceKey,
        summary: &str,
        link: Option<&str>,
    ) -> Result<(), NotTaken> {
        alert::note_change(self.eider(), key, summary, link)
            .await
            .map_err(failed)
    }
}

fn failed(error: eider_app::Error) -> NotTaken {
    tracing::error!(%error, "alerts could not be taken in; their sender is asked to try again");
    NotTaken::Failed
}
