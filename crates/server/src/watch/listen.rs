//! The small door at which test alerts come back.

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use eider_delivery::{SIGNATURE_HEADER, Secret, is_signed};
use eider_domain::{ProbeId, contact::Subject};
use serde::Deserialize;
use tokio::{net::TcpListener, sync::mpsc};

use crate::machine;

/// More than any answer has.
const BODY_LIMIT_BYTES: usize = 16 * 1024;
/// Answers that wait to be looked at; more are those of nobody who watches.
const WAITING: usize = 16;

/// A test alert that came back.
#[derive(Debug)]
pub(super) struct Answer {
    /// Which.
    pub(super) probe: ProbeId,
    /// What is older than its time, in sentences; nothing when all is well.
    pub(super) late: String,
}

struct Door {
    key: Secret,
    answers: mpsc::Sender<Answer>,
}

#[derive(Deserialize)]
struct Body {
    about: String,
    text: String,
}

/// Takes what comes back, for as long as the process lives. `/healthz` tells that it does.
pub(super) fn answers(listener: TcpListener, key: Secret) -> mpsc::Receiver<Answer> {
    let (sender, receiver) = mpsc::channel(WAITING);
    let door = Arc::new(Door {
        key,
        answers: sender,
    });
    let router = Router::new()
        .route("/", post(take))
        .route("/healthz", get(async || "ok"))
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .with_state(door);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "answers cannot be taken any more");
        }
    });
    receiver
}

async fn take(State(door): State<Arc<Door>>, headers: HeaderMap, body: String) -> StatusCode {
    let header = headers.get(SIGNATURE_HEADER);
    let header = header
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !is_signed(&door.key, &body, header, machine::now()) {
        tracing::warn!("an answer came that is not signed with the key of the watch just now");
        return StatusCode::UNAUTHORIZED;
    }
    let read = serde_json::from_str::<Body>(&body).ok();
    let subject = read.as_ref().and_then(|body| body.about.parse().ok());
    let (Some(body), Some(Subject::Probe(probe))) = (read, subject) else {
        return StatusCode::BAD_REQUEST;
    };
    let answer = Answer {
        probe,
        late: body.text,
    };
    // An answer that nobody waits for any more is no trouble of whoever sends it.
    let _waits = door.answers.try_send(answer);
    StatusCode::NO_CONTENT
}
