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
    read::field::{Word, first, line, lines},
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
    dedup_key: Option<Word>,
    #[serde(default)]
    payload: Option<Payload>,
    #[serde(default)]
    client: Option<Word>,
    #[serde(default)]
    client_url: Option<Word>,
    #[serde(default)]
    links: Value,
    #[serde(default)]
    images: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    summary: Option<Word>,
    source: Option<Word>,
    severity: Option<Word>,
    timestamp: Option<Word>,
    component: Option<Word>,
    group: Option<Word>,
    class: Option<Word>,
    custom_details: Value,
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
    let dedup_key = said(&event.dedup_key);
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
    let summary = event.payload.as_ref().and_then(|it| said(&it.summary));
    if summary.is_none() {
        errors.push("'payload.summary' is missing or blank".to_owned());
    }
    if !errors.is_empty() {
        return invalid(&errors);
    }
    let link = hrefs(&event.links).next();
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
    if said(&payload.summary).is_none() {
        errors.push("'payload.summary' is missing or blank".to_owned());
    }
    if said(&payload.source).is_none() {
        errors.push("'payload.source' is missing or blank".to_owned());
    }
    match said(&payload.severity) {
        None => errors.push("'payload.severity' is missing or blank".to_owned()),
        Some(word) if Severity::parse(word).is_none() => errors.push(
            "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')"
                .to_owned(),
        ),
        Some(_) => {}
    }
}

fn said(word: &Option<Word>) -> Option<&str> {
    word.as_ref().and_then(Word::said)
}

fn signal(event: &Event, says: Says, dedup_key: &str) -> Signal {
    let none = Payload::default();
    let payload = event.payload.as_ref().unwrap_or(&none);
    let severity = said(&payload.severity).and_then(Severity::parse);
    let since = said(&payload.timestamp);
    let link = said(&event.client_url).or_else(|| hrefs(&event.links).next());
    Signal::new(
        dedup_key,
        says,
        severity.unwrap_or(Severity::Error),
        said(&payload.summary).unwrap_or_default(),
    )
    .at_place(said(&payload.source))
    .with_detail(&detail(event, payload))
    .with_link(link)
    .since(since.and_then(|since| since.parse::<Timestamp>().ok()))
}

fn detail(event: &Event, payload: &Payload) -> String {
    let named = [
        ("Component", &payload.component),
        ("Group", &payload.group),
        ("Class", &payload.class),
        ("From", &event.client),
    ];
    let named = named.into_iter();
    let mut told: Vec<String> = named
        .filter_map(|(name, value)| Some(line(name, said(value)?)))
        .collect();
    told.extend(lines(&payload.custom_details));
    told.extend(shown("Link", &event.links, &["href"], &["text"]));
    told.extend(shown("Image", &event.images, &["src"], &["alt"]));
    // An image may lead somewhere else than it comes from.
    told.extend(shown("Link", &event.images, &["href"], &["alt"]));
    told.join("\n")
}

/// A line for each link or image: where it is, and what it is called.
fn shown(what: &str, sent: &Value, place: &[&str], name: &[&str]) -> Vec<String> {
    let each = sent.as_array().into_iter().flatten();
    each.filter_map(|one| {
        let place = one.as_str().or_else(|| first(one, place))?;
        Some(match first(one, name) {
            Some(name) => line(what, format_args!("{name}: {place}")),
            None => line(what, place),
        })
    })
    .collect()
}

fn hrefs(links: &Value) -> impl Iterator<Item = &str> {
    let each = links.as_array().into_iter().flatten();
    each.filter_map(|link| first(link, &["href"]))
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
    let answer = refused("invalid event", "Event object is invalid", errors);
    (StatusCode::BAD_REQUEST, Json(answer)).into_response()
}

/// Why something is not taken, as PagerDuty says it.
pub(crate) fn refused(status: &str, message: &str, errors: &[String]) -> Value {
    json!({"status": status, "message": message, "errors": errors})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_signal(body: &Value) -> Signal {
        let event = read(body.to_string().as_bytes()).unwrap();
        signal(&event, Says::Firing, "key")
    }

    #[test]
    fn every_optional_field_may_be_null() {
        let signal = read_signal(&json!({"routing_key": "r", "event_action": "trigger",
            "dedup_key": null, "client": null, "client_url": null, "links": null, "images": null,
            "payload": {"summary": "Disk", "source": "db1", "severity": "error",
                "timestamp": null, "component": null, "group": null, "class": 7,
                "custom_details": null}}));
        assert_eq!(
            (signal.title.as_str(), signal.detail.as_str()),
            ("Disk", "Class: 7")
        );
        assert!(read(br#"{"payload": null}"#).is_ok_and(|event| event.payload.is_none()));
    }

    #[test]
    fn every_link_and_image_is_kept() {
        let signal = read_signal(&json!({
            "links": [{"href": "https://a.example", "text": "Graph"}, {"href": "https://b.example"},
                {"text": "nowhere"}, null],
            "images": [{"src": "https://c.example/1.png", "href": "https://d.example", "alt": "Load"},
                {"src": "https://c.example/2.png", "href": null, "alt": null}],
            "payload": {"summary": "Disk", "custom_details": {"free": "1%"}}}));
        assert_eq!(signal.link.as_deref(), Some("https://a.example"));
        let told = "free: 1%\nLink: Graph: https://a.example\nLink: https://b.example\n\
            Image: Load: https://c.example/1.png\nImage: https://c.example/2.png\n\
            Link: Load: https://d.example";
        assert_eq!(signal.detail, told);
    }
}
