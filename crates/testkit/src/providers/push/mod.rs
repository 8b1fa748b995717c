//! The service of a browser's maker, with the browsers that it brings notifications to.
//!
//! It takes what RFC 8030 asks for and refuses what real ones refuse: a message without `TTL`, one
//! that is too long, one that is signed by another than the one whose key the browser was given.
//! What it takes it reads as the browser would, so that a message which no browser can read is a
//! violation.

mod open;
mod sender;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::Value;

use super::{Mood, Shared, looked_at, serve};
use open::Browser;

/// What services take at most.
const LIMIT_BYTES: usize = 4_096;
const TOPIC_LIMIT: usize = 32;
/// While it is busy it asks to be left alone for so long.
const REST_SECONDS: &str = "120";

/// A service, and the browsers that it knows.
#[derive(Clone)]
pub struct TestPush {
    shared: Shared<Pushed>,
    browsers: Arc<Mutex<Vec<Known>>>,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    address: String,
}

looked_at!(TestPush takes Pushed);

impl fmt::Debug for TestPush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TestPush").field(&self.address).finish()
    }
}

/// A browser that takes notifications, and from whom.
#[derive(Clone)]
struct Known {
    browser: Browser,
    sender_key: String,
    is_gone: bool,
}

/// What a browser gives to a page that may notify it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Where messages go.
    pub endpoint: String,
    /// The browser's public key.
    pub p256dh: String,
    /// The secret that both share.
    pub auth: String,
    number: usize,
}

/// One message, as the service and the browser read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// Whose it is.
    pub endpoint: String,
    /// For how many seconds it is kept for a browser that is away.
    pub ttl_seconds: u32,
    /// `very-low`, `low`, `normal` or `high`.
    pub urgency: String,
    /// By what it takes the place of another that the browser has not fetched yet.
    pub topic: String,
    /// What the browser reads.
    pub message: Value,
}

impl Pushed {
    /// A text of the message.
    ///
    /// # Panics
    /// When it has none of that name.
    pub fn text(&self, name: &str) -> &str {
        let text = self.message[name].as_str();
        text.unwrap_or_else(|| panic!("no {name} in {}", self.message))
    }
}

type Refusal = (StatusCode, String);

impl TestPush {
    /// A service on a free port, whose clock is `now`.
    pub async fn start(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        let mut push = Self {
            shared: Shared::new(),
            browsers: Arc::default(),
            now: Arc::new(now),
            address: String::new(),
        };
        // The address is known only once it is served, and those who serve need it too.
        let place = Arc::new(Mutex::new(String::new()));
        let state = (push.clone(), Arc::clone(&place));
        let router = Router::new()
            .route("/push/{number}", post(receive))
            .with_state(state);
        push.address = serve(router).await;
        place
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone_from(&push.address);
        push
    }

    /// Where it is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A browser takes notifications from whoever has that key.
    pub fn subscribe(&self, sender_key: &str) -> Subscription {
        let mut browsers = self.browsers();
        let number = browsers.len();
        let browser = Browser::new(number);
        let subscription = Subscription {
            endpoint: format!("{}/push/{number}", self.address),
            p256dh: URL_SAFE_NO_PAD.encode(browser.public()),
            auth: URL_SAFE_NO_PAD.encode(browser.auth()),
            number,
        };
        browsers.push(Known {
            browser,
            sender_key: sender_key.to_owned(),
            is_gone: false,
        });
        subscription
    }

    /// The browser takes notifications no more.
    pub fn unsubscribe(&self, subscription: &Subscription) {
        if let Some(known) = self.browsers().get_mut(subscription.number) {
            known.is_gone = true;
        }
    }

    fn browsers(&self) -> MutexGuard<'_, Vec<Known>> {
        self.browsers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a message to a browser, or says why it is refused.
    fn read(&self, known: &Known, headers: &HeaderMap, body: &[u8]) -> Result<Pushed, Refusal> {
        let refused = |status, why: &str| Err((status, why.to_owned()));
        let bad = |why: &str| (StatusCode::BAD_REQUEST, why.to_owned());
        let text = |name: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default()
        };
        let ttl: Result<u32, _> = text("ttl").parse();
        let ttl_seconds = ttl.map_err(|_| bad("TTL is missing or no number"))?;
        let urgency = text("urgency");
        if !["very-low", "low", "normal", "high"].contains(&urgency) {
            return Err(bad(&format!("no urgency: {urgency}")));
        }
        let topic = text("topic");
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if topic.is_empty() || topic.len() > TOPIC_LIMIT || !topic.chars().all(is_letter) {
            return Err(bad(&format!("no topic: {topic}")));
        }
        if text("content-encoding") != "aes128gcm" {
            return Err(bad("it is not encoded as aes128gcm"));
        }
        if body.len() > LIMIT_BYTES {
            return refused(StatusCode::PAYLOAD_TOO_LARGE, "it is too long");
        }
        let origin = &self.address;
        let sender = sender::verified(text("authorization"), origin, (self.now)());
        let sender_key = sender.map_err(|why| (StatusCode::UNAUTHORIZED, why))?;
        if sender_key != known.sender_key {
            return refused(StatusCode::FORBIDDEN, "it is signed by somebody else");
        }
        let opened = known.browser.open(body).ok_or_else(|| bad("unreadable"))?;
        let message = serde_json::from_slice(&opened).map_err(|_| bad("no JSON"))?;
        Ok(Pushed {
            endpoint: format!("{origin}/push/{}", known.browser.number()),
            ttl_seconds,
            urgency: urgency.to_owned(),
            topic: topic.to_owned(),
            message,
        })
    }
}

async fn receive(
    State((push, address)): State<(TestPush, Arc<Mutex<String>>)>,
    Path(number): Path<usize>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let address = address
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let push = TestPush { address, ..push };
    let known = push.browsers().get(number).cloned();
    let Some(known) = known else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if known.is_gone {
        return StatusCode::GONE.into_response();
    }
    let pushed = match push.read(&known, &headers, &body) {
        Ok(pushed) => pushed,
        Err((status, why)) => {
            push.shared.violated(why);
            return status.into_response();
        }
    };
    match push.shared.mood() {
        Mood::Refuses => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Mood::Busy => {
            let rest = [("retry-after", REST_SECONDS)];
            return (StatusCode::TOO_MANY_REQUESTS, rest).into_response();
        }
        Mood::Fails => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Well | Mood::BreaksOff | Mood::Hangs => push.shared.take(pushed),
    }
    match push.shared.mood() {
        Mood::BreaksOff => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Hangs => std::future::pending().await,
        _ => {
            let place = format!("{}/message/{}", push.address, push.taken().len());
            (StatusCode::CREATED, [("location", place)]).into_response()
        }
    }
}
