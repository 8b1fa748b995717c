//! Something that stands in for Eider: it keeps what Slack sends and answers as it was told.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use eider_app::Clock;
use eider_testkit::{at, slack::TestSlack};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

/// One request that Slack made.
#[derive(Clone, Debug)]
pub struct Request {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Request {
    /// Its content: JSON, or the fields of a form with `payload` read.
    pub fn content(&self) -> Value {
        if self.path == "events" {
            return serde_json::from_str(&self.body).unwrap();
        }
        let mut url = reqwest::Url::parse("http://form/").unwrap();
        url.set_query(Some(&self.body));
        let fields: serde_json::Map<String, Value> = url
            .query_pairs()
            .map(|(name, value)| (name.into_owned(), json!(value)))
            .collect();
        match fields.get("payload") {
            Some(payload) => serde_json::from_str(payload.as_str().unwrap()).unwrap(),
            None => Value::Object(fields),
        }
    }
}

/// The next answers by path; an empty 200 when there is none.
type Answers = Arc<Mutex<Vec<(String, StatusCode, Value)>>>;

/// A Slack, a clock, and what stands in for Eider.
pub struct Desk {
    pub slack: TestSlack,
    pub clock: Clock,
    pub http: reqwest::Client,
    requests: Arc<Mutex<Vec<Request>>>,
    answers: Answers,
}

impl Desk {
    pub async fn new() -> Self {
        let clock = Clock::moved_by_hand(at("2026-03-02T09:00:00Z"));
        let slack = TestSlack::start(clock.clone()).await;
        let desk = Self {
            slack,
            clock,
            http: reqwest::Client::new(),
            requests: Arc::default(),
            answers: Arc::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/slack/{path}", post(heard))
            .with_state((desk.requests.clone(), desk.answers.clone()));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        desk.slack.connect_http(&address, SECRET);
        desk
    }

    /// Calls a method with JSON as the app does.
    pub async fn call(&self, method: &str, arguments: Value) -> Value {
        let response = self.send(method, arguments).await.unwrap();
        response.json().await.unwrap()
    }

    pub async fn send(&self, method: &str, arguments: Value) -> reqwest::Result<reqwest::Response> {
        self.http
            .post(format!("{}/{method}", self.slack.api_url()))
            .bearer_auth(self.slack.bot_token())
            .json(&arguments)
            .send()
            .await
    }

    /// Calls a method with a form, as methods that only read want it.
    pub async fn read(&self, method: &str, arguments: &[(&str, &str)]) -> Value {
        let response = self
            .http
            .post(format!("{}/{method}", self.slack.api_url()))
            .bearer_auth(self.slack.bot_token())
            .form(arguments)
            .send()
            .await
            .unwrap();
        response.json().await.unwrap()
    }

    /// The next request to that path is answered so.
    pub fn answers(&self, path: &str, status: u16, body: Value) {
        let status = StatusCode::from_u16(status).unwrap();
        self.answers
            .lock()
            .unwrap()
            .push((path.to_owned(), status, body));
    }

    pub fn requests(&self, path: &str) -> Vec<Request> {
        let requests = self.requests.lock().unwrap();
        requests
            .iter()
            .filter(|request| request.path == path)
            .cloned()
            .collect()
    }

    /// The newest request to that path.
    pub fn last(&self, path: &str) -> Value {
        self.requests(path).last().unwrap().content()
    }

    pub fn pass_seconds(&self, seconds: i64) {
        self.clock
            .set(self.clock.now() + SignedDuration::from_secs(seconds));
    }
}

async fn heard(
    State((requests, answers)): State<(Arc<Mutex<Vec<Request>>>, Answers)>,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = Request {
        path: path.clone(),
        headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    requests.lock().unwrap().push(request);
    let mut answers = answers.lock().unwrap();
    match answers.iter().position(|(wanted, _, _)| *wanted == path) {
        None => StatusCode::OK.into_response(),
        Some(at) => {
            let (_, status, body) = answers.remove(at);
            if body.is_null() {
                status.into_response()
            } else {
                (status, axum::Json(body)).into_response()
            }
        }
    }
}

/// A modal with one required field and a button.
pub fn modal() -> Value {
    json!({
        "type": "modal",
        "callback_id": "ask",
        "title": {"type": "plain_text", "text": "Ask for support"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [
            {
                "type": "input", "block_id": "what",
                "label": {"type": "plain_text", "text": "What is wrong?"},
                "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
            },
            {
                "type": "input", "block_id": "feature", "optional": true,
                "label": {"type": "plain_text", "text": "Feature"},
                "element": {"type": "external_select", "action_id": "pick", "min_query_length": 0},
            },
            {
                "type": "actions", "block_id": "more",
                "elements": [{
                    "type": "button", "action_id": "help", "value": "7",
                    "text": {"type": "plain_text", "text": "Help"},
                }],
            },
        ],
    })
}

/// A message with a button.
pub fn card(channel: &str) -> Value {
    json!({
        "channel": channel,
        "text": "T-1: Nobody can pay",
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": "*T-1* Nobody can pay"}},
            {"type": "actions", "block_id": "acts", "elements": [{
                "type": "button", "action_id": "take", "value": "T-1", "style": "primary",
                "text": {"type": "plain_text", "text": "Take"},
            }]},
        ],
    })
}
