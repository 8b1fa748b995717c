//! Test alerts of a watcher outside.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use eider_app::{Error, watch::take_probe};
use eider_domain::ProbeId;
use serde::Deserialize;

use crate::{Intake, door::NotTaken};

#[derive(Deserialize)]
struct Probe {
    probe: ProbeId,
}

pub(crate) async fn probe(
    State(intake): State<Intake>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let sent = headers.get(header::AUTHORIZATION);
    let sent = sent.and_then(|value| value.to_str().ok());
    let key = sent.and_then(|value| value.strip_prefix("Bearer "));
    let read = serde_json::from_slice::<Probe>(&body);
    let (Some(key), Ok(Probe { probe })) = (key, read) else {
        let sentence = "Send {\"probe\": ID} and the key as a bearer token.";
        return NotTaken::Unreadable(sentence.into()).of_hook();
    };
    match take_probe(intake.eider(), key, probe).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(Error::NotFound(_)) => {
            let sentence = "This is not the key of the watch, or the server has none: see [watched_by] in \
                            its configuration.";
            (StatusCode::UNAUTHORIZED, sentence).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a test alert of the watch could not be taken in");
            NotTaken::Failed.of_hook()
        }
    }
}
