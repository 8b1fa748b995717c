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

use crate::{ANSWER_WITHIN, BODY_LIMIT_BYTES, Intake};

/// What working on a request takes besides its body, in KiB.
const WORK_KIB: u32 = 64;
/// After how many seconds a sender is asked to try again.
const RETRY_AFTER_SECONDS: u16 = 5;

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

/// Lets a request in while there is room. It is not read before.
pub(crate) async fn admit(State(intake): State<Intake>, request: Request, next: Next) -> Response {
    let Ok(_room) = intake.0.room.try_acquire_many(length_kib(&request)) else {
        return busy(request.uri().path());
    };
    let path = request.uri().path().to_owned();
    match tokio::time::timeout(ANSWER_WITHIN, next.run(request)).await {
        Ok(response) => response,
        Err(_) => busy(&path),
    }
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

/// Asks to try again. Alertmanager drops what is answered with 429 and repeats what is answered with
/// 503; PagerDuty's clients know 429.
fn busy(path: &str) -> Response {
    let status = if path.starts_with("/v2/") {
        StatusCode::TOO_MANY_REQUESTS
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    again(status)
}

/// The answer to what could not be kept.
pub(crate) fn again(status: StatusCode) -> Response {
    let sentence = "Nothing was taken in. Send it again in a moment.";
    let mut response = (status, sentence).into_response();
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
