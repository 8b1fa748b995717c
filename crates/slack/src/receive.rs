//! What Slack sends: checked, kept, answered. The work follows as a job.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Json, Response},
    routing::post,
};
use eider_app::slack::{REQUEST_JOB, settings};
use eider_jobs::NewJob;
use eider_store::{
    job,
    slack::request::{self, Request},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{CallError, Slack, signature};

/// The largest request that is read, in bytes. Slack's own limit for a view is 250 KB.
const BODY_LIMIT_BYTES: usize = 2 * 1024 * 1024;
/// What is answered with something to show is worked off after this, so that Slack shows the answer
/// first and what came of it then.
const ANSWERED_FIRST: SignedDuration = SignedDuration::from_millis(200);

/// What kind of thing Slack sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something happened.
    Event,
    /// Somebody pressed, chose or sent something.
    Interaction,
    /// Somebody typed a slash command.
    Command,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Interaction => "interaction",
            Self::Command => "command",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Event, Self::Interaction, Self::Command]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

impl Slack {
    /// The addresses that Slack calls when it reaches Eider by HTTP, and those by which people
    /// install it.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/slack/events", post(events))
            .route("/slack/interactions", post(interactions))
            .route("/slack/commands", post(commands))
            .merge(crate::install::router())
            .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
            .with_state(self.clone())
    }

    /// Keeps what Slack sent and answers it at once. The work is done by a job, so that nothing is
    /// lost once it was answered; what came before is answered and not done again.
    ///
    /// # Errors
    /// When it could not be kept: Slack has to send it again.
    pub async fn receive(&self, kind: Kind, body: Value) -> Result<Option<Value>, CallError> {
        if body["type"] == "url_verification" {
            return Ok(Some(json!({"challenge": body["challenge"]})));
        }
        // Choices are offered while somebody types, and change nothing.
        if body["type"] == "block_suggestion" {
            return crate::request::options(self, &body).await.map(Some);
        }
        let immediate = crate::request::immediate(self, kind, &body).await?;
        if !immediate.is_work {
            return Ok(immediate.answer);
        }
        let now = self.eider().now();
        let kept = Request {
            id: self.eider().ids().id(now),
            kind: kind.as_str().to_owned(),
            dedup_key: dedup_key(kind, &body),
            body: body.to_string(),
            received_at: now,
        };
        let mut tx = self.eider().db().write().await?;
        if request::keep(&mut tx, &kept).await? {
            let wait = match immediate.answer {
                Some(_) => ANSWERED_FIRST,
                None => SignedDuration::ZERO,
            };
            let job = NewJob {
                id: self.eider().ids().id(now),
                kind: REQUEST_JOB,
                payload: kept.id.to_string(),
                run_at: now.saturating_add(wait).unwrap_or(now),
                dedup_key: Some(format!("{REQUEST_JOB}:{}", kept.id)),
            };
            job::enqueue(&mut tx, &job).await?;
        }
        tx.commit().await?;
        self.eider().committed();
        Ok(immediate.answer)
    }

    async fn received(&self, kind: Kind, body: Value) -> Response {
        match self.receive(kind, body).await {
            Ok(Some(answer)) => Json(answer).into_response(),
            Ok(None) => StatusCode::OK.into_response(),
            Err(error) => {
                tracing::error!(%error, "what Slack sent could not be kept; Slack sends it again");
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
        }
    }

    /// The body, if Slack signed it.
    async fn signed(&self, headers: &HeaderMap, body: &Bytes) -> Result<(), Response> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let (timestamp, signature) = (
            header("x-slack-request-timestamp").unwrap_or_default(),
            header("x-slack-signature").unwrap_or_default(),
        );
        let unavailable = |error: &dyn std::fmt::Display| {
            tracing::error!(%error, "what Slack sent could not be checked; Slack sends it again");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        };
        let settings = settings(self.eider())
            .await
            .map_err(|error| unavailable(&error))?;
        let refused = |why| (StatusCode::UNAUTHORIZED, why).into_response();
        let Some(sealed) = settings.signing_secret else {
            return Err(refused(
                "Slack is not connected here by HTTP. Set its signing secret first.",
            ));
        };
        let secret = self
            .eider()
            .unseal(&sealed)
            .map_err(|error| unavailable(&error))?;
        if signature::is_slacks(&secret, timestamp, body, signature, self.eider().now()) {
            Ok(())
        } else {
            Err(refused(
                "This request is not signed by Slack, or it is more than five minutes old.",
            ))
        }
    }
}

/// Slack sends some things again: the word by which each is known.
fn dedup_key(kind: Kind, body: &Value) -> String {
    let given = match kind {
        Kind::Event => body["event_id"].as_str(),
        // A trigger belongs to one thing that somebody did. Sending a form has none.
        Kind::Interaction if body["type"] == "view_submission" => None,
        Kind::Interaction | Kind::Command => body["trigger_id"].as_str(),
    };
    let kind = kind.as_str();
    match given {
        Some(given) => format!("{kind}:{given}"),
        None => {
            let digest = Sha256::digest(body.to_string().as_bytes());
            let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{kind}:{hex}")
        }
    }
}

async fn events(State(slack): State<Slack>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refusal) = slack.signed(&headers, &body).await {
        return refusal;
    }
    match serde_json::from_slice(&body) {
        Ok(body) => slack.received(Kind::Event, body).await,
        Err(error) => not_understood(&error),
    }
}

async fn interactions(State(slack): State<Slack>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refusal) = slack.signed(&headers, &body).await {
        return refusal;
    }
    let form = form(&body);
    let payload = form
        .get("payload")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match serde_json::from_str(payload) {
        Ok(body) => slack.received(Kind::Interaction, body).await,
        Err(error) => not_understood(&error),
    }
}

async fn commands(State(slack): State<Slack>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refusal) = slack.signed(&headers, &body).await {
        return refusal;
    }
    slack
        .received(Kind::Command, Value::Object(form(&body)))
        .await
}

fn not_understood(error: &serde_json::Error) -> Response {
    let sentence = format!("This is not JSON as Slack sends it: {error}.");
    (StatusCode::BAD_REQUEST, sentence).into_response()
}

/// The fields of a form, as the members of an object.
fn form(body: &[u8]) -> serde_json::Map<String, Value> {
    form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
        .collect()
}
