//! A server of ntfy, as far as messages are published to it.

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use serde::Deserialize;
use serde_json::json;

use super::{Mood, Shared, looked_at, serve};

const TOKEN: &str = "tk_a1b2c3";

/// A server of ntfy.
#[derive(Clone, Debug)]
pub struct TestNtfy {
    shared: Shared<Notification>,
    address: String,
}

looked_at!(TestNtfy takes Notification);

/// One message that was published.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notification {
    /// Where.
    pub topic: String,
    /// Its title.
    pub title: String,
    /// What it says.
    pub message: String,
    /// From 1 to 5.
    pub priority: u8,
    /// Words and signs beside it.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Where it leads when it is pressed.
    #[serde(default)]
    pub click: Option<String>,
}

impl TestNtfy {
    /// A server on a free port of this machine.
    pub async fn start() -> Self {
        let mut ntfy = Self {
            shared: Shared::new(),
            address: String::new(),
        };
        let router = Router::new()
            .route("/", post(publish))
            .with_state(ntfy.clone());
        ntfy.address = serve(router).await;
        ntfy
    }

    /// Where it is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The token that may publish.
    pub fn token(&self) -> &'static str {
        TOKEN
    }
}

async fn publish(State(ntfy): State<TestNtfy>, headers: HeaderMap, body: Bytes) -> Response {
    let sent = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    if sent != Some(format!("Bearer {TOKEN}").as_str()) {
        return refused(StatusCode::UNAUTHORIZED, 40_101, "unauthorized");
    }
    let Ok(published) = serde_json::from_slice::<Notification>(&body) else {
        let text = String::from_utf8_lossy(&body).into_owned();
        ntfy.shared
            .violated(format!("ntfy does not know this: {text}"));
        return refused(
            StatusCode::BAD_REQUEST,
            40_024,
            "invalid request: body must be message JSON",
        );
    };
    let is_known = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let topic = &published.topic;
    if topic.is_empty() || topic.len() > 64 || !topic.chars().all(is_known) {
        return refused(
            StatusCode::BAD_REQUEST,
            40_009,
            "invalid request: topic invalid",
        );
    }
    if !(1..=5).contains(&published.priority) {
        return refused(
            StatusCode::BAD_REQUEST,
            40_007,
            "invalid request: priority invalid",
        );
    }
    let answer = json!({
        "id": format!("m{}", ntfy.shared.taken().len()), "event": "message",
        "topic": published.topic, "message": published.message,
    });
    match ntfy.shared.mood() {
        Mood::Refuses => return refused(StatusCode::FORBIDDEN, 40_301, "forbidden"),
        Mood::Busy => {
            let why = "limit reached: too many requests";
            return refused(StatusCode::TOO_MANY_REQUESTS, 42_901, why);
        }
        Mood::Fails => {
            let why = "internal server error";
            return refused(StatusCode::INTERNAL_SERVER_ERROR, 50_001, why);
        }
        Mood::Well | Mood::BreaksOff | Mood::Hangs => ntfy.shared.take(published),
    }
    match ntfy.shared.mood() {
        // As the gateway in front of it says, which lost its answer.
        Mood::BreaksOff => StatusCode::GATEWAY_TIMEOUT.into_response(),
        Mood::Hangs => std::future::pending().await,
        _ => Json(answer).into_response(),
    }
}

fn refused(status: StatusCode, code: i64, error: &str) -> Response {
    let problem = json!({ "code": code, "http": status.as_u16(), "error": error });
    (status, Json(problem)).into_response()
}
