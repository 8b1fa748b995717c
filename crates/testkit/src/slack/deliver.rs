//! Sending to Eider: signed requests or envelopes through a socket, and again when nobody answered.

use std::{
    collections::BTreeMap,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::Sha256;

use super::TestSlack;

/// Where Eider can be reached.
#[derive(Clone, Default)]
pub(super) enum Line {
    #[default]
    Nowhere,
    Http {
        base: String,
        secret: String,
    },
    Socket,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Event,
    Interaction,
    Command,
}

/// Something for Eider.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub team: String,
    pub kind: Kind,
    pub body: Value,
}

impl Parcel {
    pub fn event(team: &str, event: Value) -> Self {
        Self::new(team, Kind::Event, event)
    }

    pub fn interaction(team: &str, payload: Value) -> Self {
        Self::new(team, Kind::Interaction, payload)
    }

    pub fn command(team: &str, fields: Value) -> Self {
        Self::new(team, Kind::Command, fields)
    }

    fn new(team: &str, kind: Kind, body: Value) -> Self {
        Self {
            team: team.to_owned(),
            kind,
            body,
        }
    }
}

/// An event that is to be sent again.
#[derive(Clone)]
pub(super) struct Retry {
    parcel: Parcel,
    number: usize,
    reason: String,
    due: Timestamp,
}

/// What Eider answered to something that was sent to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    /// Whether it was answered in time and well.
    pub is_accepted: bool,
    /// The body of the answer; null when it was empty.
    pub body: Value,
    /// Why not, in Slack's words: `http_timeout`, `connection_failed`, `http_error`.
    pub reason: Option<String>,
    /// The status, when there was one.
    pub status: Option<u16>,
    /// That Eider asked not to be sent it again.
    pub(super) wants_no_retry: bool,
}

impl Delivery {
    pub(super) fn accepted(body: Value) -> Self {
        Self {
            is_accepted: true,
            body,
            ..Self::default()
        }
    }

    pub(super) fn failed(reason: &str) -> Self {
        Self {
            reason: Some(reason.to_owned()),
            ..Self::default()
        }
    }

    /// # Panics
    /// When Eider did not take it.
    pub fn accepted_or_panic(&self) {
        assert!(self.is_accepted, "Eider did not take it: {self:?}");
    }
}

/// The signature that Slack puts on a request.
pub fn signature(secret: &str, timestamp_seconds: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(format!("v0:{timestamp_seconds}:{body}").as_bytes());
    let digest = mac.finalize().into_bytes();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v0={hex}")
}

impl TestSlack {
    /// Sends what happens to `{base}/slack/…` from now on, signed with that secret.
    pub fn connect_http(&self, base: &str, signing_secret: &str) {
        self.state().line = Line::Http {
            base: base.trim_end_matches('/').to_owned(),
            secret: signing_secret.to_owned(),
        };
    }

    /// Sends what happens through the sockets that Eider opens, from now on.
    pub fn connect_socket(&self) {
        self.state().line = Line::Socket;
    }

    /// Sends nothing any more; what happens is not queued either.
    pub fn disconnect(&self) {
        self.state().line = Line::Nowhere;
    }

    /// Waits so long, by the machine, for Eider's answers; three seconds unless told otherwise.
    pub fn set_patience(&self, patience: Duration) {
        let millis = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        self.inner.patience_millis.store(millis, Ordering::Relaxed);
    }

    pub(super) fn patience(&self) -> Duration {
        Duration::from_millis(self.inner.patience_millis.load(Ordering::Relaxed))
    }

    /// Asks the URL for events whether it is Eider's, as Slack does when one is entered.
    ///
    /// # Errors
    /// What it answered instead of the challenge.
    pub async fn verifies_url(&self) -> Result<(), String> {
        let challenge = format!("challenge-{}", self.state().number());
        let token = self.state().app.verification_token.clone();
        let body = json!({"type": "url_verification", "token": token, "challenge": challenge});
        let delivery = self
            .post("/slack/events", "application/json", &body.to_string(), &[])
            .await;
        let is_right =
            delivery.body == json!({"challenge": challenge}) || delivery.body == json!(challenge);
        if delivery.is_accepted && is_right {
            Ok(())
        } else {
            Err(format!("{delivery:?}"))
        }
    }

    /// Sends what waits in the outbox, in the background.
    pub(super) fn send_outbox(&self) {
        let parcels: Vec<Parcel> = self.state().outbox.drain(..).collect();
        if parcels.is_empty() {
            return;
        }
        self.inner.in_flight.fetch_add(1, Ordering::SeqCst);
        let slack = self.clone();
        tokio::spawn(async move {
            for parcel in parcels {
                slack.hand_over(parcel).await;
            }
            slack.inner.in_flight.fetch_sub(1, Ordering::SeqCst);
        });
    }

    /// Sends what waits in the outbox and waits for the answers.
    pub(super) async fn flush(&self) {
        let parcels: Vec<Parcel> = self.state().outbox.drain(..).collect();
        for parcel in parcels {
            self.hand_over(parcel).await;
        }
    }

    /// Waits until nothing is on its way to Eider.
    pub async fn settled(&self) {
        self.until("nothing is on its way to Eider", |slack| {
            (slack.inner.in_flight.load(Ordering::SeqCst) == 0).then_some(())
        })
        .await;
    }

    /// Sends one thing. An event that is not taken is queued to be sent again.
    pub(super) async fn hand_over(&self, parcel: Parcel) -> Delivery {
        let Some(parcel) = self.wrapped(parcel) else {
            return Delivery::failed("not_subscribed");
        };
        let delivery = self.send(&parcel, None).await;
        self.queue_retry(parcel, 1, &delivery);
        delivery
    }

    fn queue_retry(&self, parcel: Parcel, number: usize, delivery: &Delivery) {
        if delivery.is_accepted || delivery.wants_no_retry || parcel.kind != Kind::Event {
            return;
        }
        let minutes = match number {
            1 => 0,
            2 => 1,
            3 => 5,
            _ => return,
        };
        let due = self.now() + SignedDuration::from_mins(minutes);
        let retry = Retry {
            parcel,
            number,
            reason: delivery.reason.clone().unwrap_or_default(),
            due,
        };
        self.state().retries.push(retry);
    }

    /// Sends again what was not taken and whose time has come; gives how many were sent.
    pub async fn deliver_retries(&self) -> usize {
        let now = self.now();
        let due: Vec<Retry> = {
            let mut state = self.state();
            let (due, later) = state
                .retries
                .drain(..)
                .partition(|retry: &Retry| retry.due <= now);
            state.retries = later;
            due
        };
        let count = due.len();
        for retry in due {
            let delivery = self.send(&retry.parcel, Some(&retry)).await;
            self.queue_retry(retry.parcel, retry.number + 1, &delivery);
        }
        count
    }

    /// How many events wait to be sent again.
    pub fn waiting_retries(&self) -> usize {
        self.state().retries.len()
    }

    /// Sends the event with that id once more, though it was taken, as Slack sometimes does.
    pub async fn repeats_last_event(&self) -> Delivery {
        let last = self
            .inner
            .last_event
            .lock()
            .expect("nobody panicked with it")
            .clone();
        self.send(&last.expect("an event was sent before"), None)
            .await
    }

    /// An event in its envelope, if the app asked for such events.
    fn wrapped(&self, parcel: Parcel) -> Option<Parcel> {
        if parcel.kind != Kind::Event {
            return Some(parcel);
        }
        let now = self.now();
        let mut state = self.state();
        if matches!(state.line, Line::Nowhere) || !state.app.is_subscribed(&parcel.body) {
            return None;
        }
        let event_id = state.id("Ev");
        let app = state.app.id.clone();
        let token = state.app.verification_token.clone();
        let bot = state.workspace(&parcel.team).bot_user.clone();
        let is_shared = parcel.body["channel"].as_str().is_some_and(|id| {
            let channel = state.workspaces[&parcel.team].channels.get(id);
            channel.is_some_and(|channel| channel.is_shared)
        });
        let body = json!({
            "token": token,
            "team_id": parcel.team,
            "context_team_id": parcel.team,
            "context_enterprise_id": null,
            "api_app_id": app,
            "event": parcel.body,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": now.as_second(),
            "authorizations": [{
                "enterprise_id": null, "team_id": parcel.team, "user_id": bot, "is_bot": true,
                "is_enterprise_install": false,
            }],
            "is_ext_shared_channel": is_shared,
            "event_context": format!("4-{event_id}"),
        });
        drop(state);
        let wrapped = Parcel { body, ..parcel };
        *self
            .inner
            .last_event
            .lock()
            .expect("nobody panicked with it") = Some(wrapped.clone());
        Some(wrapped)
    }

    async fn send(&self, parcel: &Parcel, retry: Option<&Retry>) -> Delivery {
        let line = self.state().line.clone();
        let begun = Instant::now();
        let delivery = match line {
            Line::Nowhere => Delivery::failed("connection_failed"),
            Line::Socket => {
                let attempt = retry.map(|retry| (retry.number, retry.reason.as_str()));
                self.send_envelope(parcel, attempt).await
            }
            Line::Http { .. } => self.send_request(parcel, retry).await,
        };
        self.state().answer_times.push(begun.elapsed());
        self.note_change();
        delivery
    }

    /// How long Eider took to answer each thing that was sent to it, by the machine's clock.
    pub fn answer_times(&self) -> Vec<Duration> {
        self.state().answer_times.clone()
    }

    async fn send_request(&self, parcel: &Parcel, retry: Option<&Retry>) -> Delivery {
        let form = "application/x-www-form-urlencoded";
        match parcel.kind {
            Kind::Event => {
                let headers: Vec<(&str, String)> = retry
                    .map(|retry| {
                        vec![
                            ("x-slack-retry-num", retry.number.to_string()),
                            ("x-slack-retry-reason", retry.reason.clone()),
                        ]
                    })
                    .unwrap_or_default();
                let body = parcel.body.to_string();
                self.post("/slack/events", "application/json", &body, &headers)
                    .await
            }
            Kind::Interaction => {
                let body = form_of(&json!({"payload": parcel.body.to_string()}));
                self.post("/slack/interactions", form, &body, &[]).await
            }
            Kind::Command => {
                let body = form_of(&parcel.body);
                self.post("/slack/commands", form, &body, &[]).await
            }
        }
    }

    async fn post(
        &self,
        path: &str,
        kind: &str,
        body: &str,
        headers: &[(&str, String)],
    ) -> Delivery {
        let Line::Http { base, secret } = self.state().line.clone() else {
            return Delivery::failed("connection_failed");
        };
        let timestamp = self.now().as_second();
        let mut request = self
            .inner
            .http
            .post(format!("{base}{path}"))
            .header("content-type", kind)
            .header("x-slack-request-timestamp", timestamp.to_string())
            .header("x-slack-signature", signature(&secret, timestamp, body))
            .timeout(self.patience())
            .body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_timeout() => return Delivery::failed("http_timeout"),
            Err(_) => return Delivery::failed("connection_failed"),
        };
        let status = response.status();
        let wants_no_retry = response
            .headers()
            .get("x-slack-no-retry")
            .is_some_and(|it| it == "1");
        let text = response.text().await.unwrap_or_default();
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        };
        Delivery {
            is_accepted: status.is_success(),
            body,
            reason: (!status.is_success()).then(|| "http_error".to_owned()),
            status: Some(status.as_u16()),
            wants_no_retry,
        }
    }
}

/// Fields as a form writes them.
fn form_of(fields: &Value) -> String {
    let fields: BTreeMap<String, String> = fields
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), text)
        })
        .collect();
    let mut url = reqwest::Url::parse("http://form/").expect("it is a URL");
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}

impl super::state::App {
    /// Whether the app asked for such events.
    fn is_subscribed(&self, event: &Value) -> bool {
        let Some(events) = &self.events else {
            return true;
        };
        let kind = event["type"].as_str().unwrap_or_default();
        let name = match (kind, event["channel_type"].as_str()) {
            ("message", Some("channel")) => "message.channels",
            ("message", Some("group")) => "message.groups",
            ("message", Some("im")) => "message.im",
            (kind, _) => kind,
        };
        events.contains(name)
    }
}
