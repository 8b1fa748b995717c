//! Somebody's own webhook.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::any,
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::{Mood, Shared, looked_at, serve};

/// A webhook.
#[derive(Clone, Debug)]
pub struct TestWebhook {
    shared: Shared<Delivered>,
    address: String,
}

looked_at!(TestWebhook takes Delivered);

/// One request that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Its path and query.
    pub path: String,
    /// The header that says when it was signed, and how.
    pub signature: String,
    /// The id by which one that came twice is known.
    pub attempt: String,
    /// The body as it came.
    pub body: String,
}

impl Delivered {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }

    /// Whether it was signed with that secret, and when, in seconds since 1970.
    pub fn signed_with(&self, secret: &str) -> Option<i64> {
        let (at, signature) = self.signature.strip_prefix("t=")?.split_once(",v1=")?;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
        mac.update(format!("{at}.{}", self.body).as_bytes());
        let digest = mac.finalize().into_bytes();
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        (hex == signature).then(|| at.parse().ok()).flatten()
    }
}

impl TestWebhook {
    /// A webhook on a free port of this machine.
    pub async fn start() -> Self {
        let mut webhook = Self {
            shared: Shared::new(),
            address: String::new(),
        };
        let router = Router::new()
            .fallback(any(receive))
            .with_state(webhook.clone());
        webhook.address = serve(router).await;
        webhook
    }

    /// Where it is.
    pub fn address(&self) -> &str {
        &self.address
    }
}

async fn receive(
    State(webhook): State<TestWebhook>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    if text("content-type") != "application/json" {
        webhook.shared.violated("the body is not said to be JSON");
    }
    let delivered = Delivered {
        path: uri.to_string(),
        signature: text("eider-signature"),
        attempt: text("eider-attempt"),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    match webhook.shared.mood() {
        Mood::Busy | Mood::Fails => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mood::Refuses => {
            let elsewhere = [(header::LOCATION, "http://127.0.0.1:1/")];
            return (StatusCode::FOUND, elsewhere).into_response();
        }
        Mood::Well | Mood::BreaksOff | Mood::Hangs => webhook.shared.take(delivered),
    }
    match webhook.shared.mood() {
        Mood::BreaksOff => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Hangs => std::future::pending().await,
        _ => StatusCode::NO_CONTENT.into_response(),
    }
}
