//! PagerDuty's Events API, version 2: whatever sends there can send here.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use eider_domain::{
    alert::{Says, Signal},
    service::{Severity, Source},
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Intake,
    door::{NotTaken, again},
};

const ROUTING_KEY_CHARACTERS: usize = 32;
const DEDUP_KEY_LIMIT_CHARACTERS: usize = 255;

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    routing_key: Value,
    #[serde(default)]
    event_action: Value,
    #[serde(default)]
    dedup_key: Option<String>,
    #[serde(default)]
    payload: Option<Payload>,
    #[serde(default)]
    client: Option<String>,
    #[serde(default)]
    client_url: Option<String>,
    #[serde(default)]
    links: Vec<Link>,
}

#[derive(Default, Deserialize)]
struct Payload {
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    severity: Option<String>,
    #[serde(default)]
    timestamp: Option<String>,
    #[serde(default)]
    component: Option<String>,
    #[serde(default)]
    group: Option<String>,
    #[serde(default)]
    class: Option<String>,
    #[serde(default)]
    custom_details: Option<Value>,
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    href: Option<String>,
}

/// `POST /v2/enqueue`: something is wrong, is seen, or is over.
pub(crate) async fn event(State(intake): State<Intake>, body: Bytes) -> Response {
    let event = match read(&body) {
        Ok(event) => event,
        Err(errors) => return invalid(&errors),
    };
    let mut errors = Vec::new();
    let routing_key = routing_key(&event, &mut errors);
    let says = match event.event_action.as_str() {
        Some("trigger") => Some(Says::Firing),
        Some("acknowledge") => Some(Says::Seen),
        Some("resolve") => Some(Says::Over),
        Some(_) => {
            errors.push("'event_action' must be one of trigger, acknowledge or resolve".to_owned());
            None
        }
        None => {
            errors.push("'event_action' is missing or blank".to_owned());
            None
        }
    };
    let payload = event.payload.as_ref();
    if says == Some(Says::Firing) {
        check_payload(payload, &mut errors);
    }
    let dedup_key = event.dedup_key.as_deref().filter(|key| !key.is_empty());
    if dedup_key.is_some_and(|key| key.chars().count() > DEDUP_KEY_LIMIT_CHARACTERS) {
        errors.push(format!(
            "Length of 'dedup_key' is incorrect (should be at most {DEDUP_KEY_LIMIT_CHARACTERS} characters)"
        ));
    }
    if dedup_key.is_none() && matches!(says, Some(Says::Seen | Says::Over)) {
        errors.push("'dedup_key' is missing or blank".to_owned());
    }
    let (Some(says), true) = (says, errors.is_empty()) else {
        return invalid(&errors);
    };
    let dedup_key = dedup_key.map_or_else(|| intake.new_word(), str::to_owned);
    let signal = signal(&event, says, &dedup_key);
    let taken = async {
        let key = intake.key(Source::Pagerduty, &routing_key).await?;
        intake.take(&key, vec![signal]).await
    };
    match taken.await {
        Ok(()) => accepted(json!({
            "status": "success", "message": "Event processed", "dedup_key": dedup_key,
        })),
        Err(not_taken) => refusal(not_taken),
    }
}

/// `POST /v2/change/enqueue`: something was changed, such as a new version. It is no alert; it stands
/// among the facts.
pub(crate) async fn change(State(intake): State<Intake>, body: Bytes) -> Response {
    let event = match read(&body) {
        Ok(event) => event,
        Err(errors) => return invalid(&errors),
    };
    let mut errors = Vec::new();
    let routing_key = routing_key(&event, &mut errors);
    let summary = event.payload.as_ref().and_then(|it| it.summary.as_deref());
    if is_blank(summary) {
        errors.push("'payload.summary' is missing or blank".to_owned());
    }
    if !errors.is_empty() {
        return invalid(&errors);
    }
    let link = event.links.first().and_then(|link| link.href.as_deref());
    let noted = async {
        let key = intake.key(Source::Pagerduty, &routing_key).await?;
        intake
            .note_change(&key, summary.unwrap_or_default(), link)
            .await
    };
    match noted.await {
        Ok(()) => accepted(json!({"status": "success", "message": "Change event processed"})),
        Err(not_taken) => refusal(not_taken),
    }
}

fn read(body: &[u8]) -> Result<Event, Vec<String>> {
    serde_json::from_slice(body).map_err(|error| vec![format!("The body cannot be read: {error}")])
}

fn routing_key(event: &Event, errors: &mut Vec<String>) -> String {
    let key = event.routing_key.as_str().unwrap_or_default();
    if key.is_empty() {
        errors.push("'routing_key' is missing or blank".to_owned());
    } else if key.chars().count() != ROUTING_KEY_CHARACTERS {
        errors.push(format!(
            "Length of 'routing_key' is incorrect (should be {ROUTING_KEY_CHARACTERS} characters)"
        ));
    }
    key.to_owned()
}

fn check_payload(payload: Option<&Payload>, errors: &mut Vec<String>) {
    let Some(payload) = payload else {
        errors.push("'payload' is missing or blank".to_owned());
        return;
    };
    if is_blank(payload.summary.as_deref()) {
        errors.push("'payload.summary' is missing or blank".to_owned());
    }
    if is_blank(payload.source.as_deref()) {
        errors.push("'payload.source' is missing or blank".to_owned());
    }
    match payload.severity.as_deref() {
        None | Some("") => errors.push("'payload.severity' is missing or blank".to_owned()),
        Some(word) if Severity::parse(word).is_none() => errors.push(
            "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')"
                .to_owned(),
        ),
        Some(_) => {}
    }
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

fn signal(event: &Event, says: Says, dedup_key: &str) -> Signal {
    let none = Payload::default();
    let payload = event.payload.as_ref().unwrap_or(&none);
    let severity = payload.severity.as_deref().and_then(Severity::parse);
    let since = payload.timestamp.as_deref();
    let first_link = event.links.first().and_then(|link| link.href.as_deref());
    Signal::new(
        dedup_key,
        says,
        severity.unwrap_or(Severity::Error),
        payload.summary.as_deref().unwrap_or_default(),
    )
    .at_place(payload.source.as_deref())
    .with_detail(&detail(event, payload))
    .with_link(event.client_url.as_deref().or(first_link))
    .since(since.and_then(|since| since.parse::<Timestamp>().ok()))
}

fn detail(event: &Event, payload: &Payload) -> String {
    let named = [
        ("Component", &payload.component),
        ("Group", &payload.group),
        ("Class", &payload.class),
        ("From", &event.client),
    ];
    let mut lines: Vec<String> = named
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}: {}", value.as_ref()?)))
        .collect();
    match &payload.custom_details {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) => lines.push(text.clone()),
        Some(Value::Object(fields)) => {
            lines.extend(fields.iter().map(|(name, value)| match value {
                Value::String(text) => format!("{name}: {text}"),
                other => format!("{name}: {other}"),
            }));
        }
        Some(other) => lines.push(other.to_string()),
    }
    lines.join("\n")
}

fn refusal(not_taken: NotTaken) -> Response {
    match not_taken {
        NotTaken::UnknownKey => invalid(&["Invalid routing key".to_owned()]),
        NotTaken::Unreadable(why) => invalid(&[why]),
        NotTaken::Failed => again(StatusCode::SERVICE_UNAVAILABLE),
    }
}

fn accepted(answer: Value) -> Response {
    (StatusCode::ACCEPTED, Json(answer)).into_response()
}

fn invalid(errors: &[String]) -> Response {
    let answer = json!({
        "status": "invalid event",
        "message": "Event object is invalid",
        "errors": errors,
    });
    (StatusCode::BAD_REQUEST, Json(answer)).into_response()
}
