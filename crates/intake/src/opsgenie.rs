//! Opsgenie's Alert API: whatever sends there can send here.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use eider_app::alert;
use eider_domain::{
    AlertId,
    alert::{Says, Signal, alert_id},
    service::{ServiceKey, Severity, Source},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    Intake,
    door::{NotTaken, again},
};

const MESSAGE_LIMIT_CHARACTERS: usize = 130;
const ALIAS_LIMIT_CHARACTERS: usize = 512;
const DESCRIPTION_LIMIT_CHARACTERS: usize = 15_000;
const USUAL_PRIORITY: &str = "P3";
/// How the id of a request ends that closes an alert, or acknowledges one.
const CLOSE: &str = "-close";
const ACKNOWLEDGE: &str = "-acknowledge";

#[derive(Deserialize)]
pub(crate) struct NewAlert {
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    alias: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    details: Map<String, Value>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    entity: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    priority: Option<String>,
}

/// How an alert is named in a path.
#[derive(Deserialize)]
pub(crate) struct Named {
    #[serde(rename = "identifierType", default)]
    identifier_type: Option<String>,
}

/// `POST /v2/alerts`: something is wrong.
pub(crate) async fn create(
    State(intake): State<Intake>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let key = match key_of(&intake, &headers).await {
        Ok(key) => key,
        Err(refusal) => return refusal,
    };
    let new: NewAlert = match serde_json::from_slice(&body) {
        Ok(new) => new,
        Err(error) => return unreadable(&error),
    };
    let errors = check(&new);
    if !errors.is_empty() {
        return not_processable(errors);
    }
    let signal = signal(&intake, &new);
    let request = alert_id(key.service, &signal.key).to_string();
    requested(intake.take(&key, vec![signal]).await, &request)
}

/// `POST /v2/alerts/{identifier}/close`: it is over.
pub(crate) async fn close(
    state: State<Intake>,
    identifier: Path<String>,
    named: Query<Named>,
    headers: HeaderMap,
) -> Response {
    act(state, identifier, named, headers, Says::Over).await
}

/// `POST /v2/alerts/{identifier}/acknowledge`: somebody has seen it.
pub(crate) async fn acknowledge(
    state: State<Intake>,
    identifier: Path<String>,
    named: Query<Named>,
    headers: HeaderMap,
) -> Response {
    act(state, identifier, named, headers, Says::Seen).await
}

async fn act(
    State(intake): State<Intake>,
    Path(identifier): Path<String>,
    Query(named): Query<Named>,
    headers: HeaderMap,
    says: Says,
) -> Response {
    let key = match key_of(&intake, &headers).await {
        Ok(key) => key,
        Err(refusal) => return refusal,
    };
    let by_alias = named.identifier_type.as_deref() == Some("alias");
    let known_by = if by_alias {
        Some(identifier.clone())
    } else {
        match known_by(&intake, &key, &identifier).await {
            Ok(known_by) => known_by,
            Err(refusal) => return refusal,
        }
    };
    // As there: a request about an alert that is not known is taken, and comes to nothing.
    let known_by = known_by.unwrap_or(identifier);
    let signal = Signal::new(&known_by, says, Severity::Error, &known_by);
    let id = alert_id(key.service, &signal.key);
    let ending = if says == Says::Over {
        CLOSE
    } else {
        ACKNOWLEDGE
    };
    let request = format!("{id}{ending}");
    requested(intake.take(&key, vec![signal]).await, &request)
}

/// `GET /v2/alerts/requests/{id}`: what became of a request. All of it is done before it is
/// answered, so the id of a request is that of its alert, and says what was asked of it.
pub(crate) async fn request(
    State(intake): State<Intake>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let key = match key_of(&intake, &headers).await {
        Ok(key) => key,
        Err(refusal) => return refusal,
    };
    let (alert, action, status) = if let Some(alert) = id.strip_suffix(CLOSE) {
        (alert, "Close", "Closed alert")
    } else if let Some(alert) = id.strip_suffix(ACKNOWLEDGE) {
        (alert, "Acknowledge", "Acknowledged alert")
    } else {
        (id.as_str(), "Create", "Created alert")
    };
    let alias = match known_by(&intake, &key, alert).await {
        Err(refusal) => return refusal,
        Ok(alias) => alias,
    };
    if alias.is_none() && alert == id {
        let message = "Request not found. It might not be processed, yet.";
        return answer(StatusCode::NOT_FOUND, json!({"message": message}), &id);
    }
    let is_known = alias.is_some();
    let data = json!({
        "success": is_known,
        "isSuccess": is_known,
        "action": action,
        "status": if is_known { status } else { "Alert does not exist" },
        "alertId": if is_known { alert } else { "" },
        "alias": alias.unwrap_or_default(),
    });
    answer(StatusCode::OK, json!({"data": data}), &id)
}

async fn key_of(intake: &Intake, headers: &HeaderMap) -> Result<ServiceKey, Response> {
    let value = headers.get(header::AUTHORIZATION);
    let text = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let secret = text
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("geniekey"));
    let secret = secret.map_or("", |(_, secret)| secret.trim());
    let key = intake.key(Source::Opsgenie, secret).await;
    key.map_err(|not_taken| match not_taken {
        NotTaken::Failed => again(StatusCode::SERVICE_UNAVAILABLE),
        _ => answer(
            StatusCode::UNAUTHORIZED,
            json!({"message": "Could not authenticate"}),
            "",
        ),
    })
}

/// What the alert of that id is known by, if there is one.
async fn known_by(intake: &Intake, key: &ServiceKey, id: &str) -> Result<Option<String>, Response> {
    let Ok(id) = id.parse::<AlertId>() else {
        return Ok(None);
    };
    let found = alert::key_of_alert(intake.eider(), key, id).await;
    found.map_err(|error| {
        tracing::error!(%error, "an alert could not be looked up");
        again(StatusCode::SERVICE_UNAVAILABLE)
    })
}

fn check(new: &NewAlert) -> Map<String, Value> {
    let mut errors = Map::new();
    let length = |text: &Option<String>| text.as_ref().map_or(0, |text| text.chars().count());
    let message = new.message.as_deref().map_or("", str::trim);
    if message.is_empty() {
        errors.insert("message".into(), "Message can not be empty.".into());
    } else if length(&new.message) > MESSAGE_LIMIT_CHARACTERS {
        let limit =
            format!("Message can not be longer than {MESSAGE_LIMIT_CHARACTERS} characters.");
        errors.insert("message".into(), limit.into());
    }
    if length(&new.alias) > ALIAS_LIMIT_CHARACTERS {
        let limit = format!("Alias can not be longer than {ALIAS_LIMIT_CHARACTERS} characters.");
        errors.insert("alias".into(), limit.into());
    }
    if length(&new.description) > DESCRIPTION_LIMIT_CHARACTERS {
        let limit = format!(
            "Description can not be longer than {DESCRIPTION_LIMIT_CHARACTERS} characters."
        );
        errors.insert("description".into(), limit.into());
    }
    let priority = new.priority.as_deref().unwrap_or(USUAL_PRIORITY);
    if !matches!(priority, "P1" | "P2" | "P3" | "P4" | "P5") {
        errors.insert(
            "priority".into(),
            "Priority should be one of [ P1, P2, P3, P4, P5 ]".into(),
        );
    }
    errors
}

fn signal(intake: &Intake, new: &NewAlert) -> Signal {
    let message = new.message.as_deref().unwrap_or_default();
    let alias = new.alias.as_deref().map(str::trim);
    let alias = alias.filter(|alias| !alias.is_empty());
    let alias = alias.map_or_else(|| intake.new_word(), str::to_owned);
    let priority = new.priority.as_deref().unwrap_or(USUAL_PRIORITY);
    let severity = match priority {
        "P1" => Severity::Critical,
        "P2" => Severity::Error,
        "P3" => Severity::Warning,
        _ => Severity::Info,
    };
    let mut lines: Vec<String> = new.description.clone().into_iter().collect();
    if !new.tags.is_empty() {
        lines.push(format!("Tags: {}", new.tags.join(", ")));
    }
    lines.extend(new.details.iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name}: {text}"),
        other => format!("{name}: {other}"),
    }));
    Signal::new(&alias, Says::Firing, severity, message)
        .at_place(new.entity.as_deref().or(new.source.as_deref()))
        .with_detail(&lines.join("\n"))
}

fn requested(taken: Result<(), NotTaken>, request: &str) -> Response {
    match taken {
        Ok(()) => answer(
            StatusCode::ACCEPTED,
            json!({"result": "Request will be processed"}),
            request,
        ),
        Err(_) => again(StatusCode::SERVICE_UNAVAILABLE),
    }
}

fn unreadable(error: &serde_json::Error) -> Response {
    let message = format!("Could not parse request body: {error}");
    answer(StatusCode::BAD_REQUEST, json!({"message": message}), "")
}

fn not_processable(errors: Map<String, Value>) -> Response {
    let body = json!({
        "message": "Request body is not processable. Please check the errors.",
        "errors": errors,
    });
    answer(StatusCode::UNPROCESSABLE_ENTITY, body, "")
}

/// Every answer says how long it took and which request it was; here the time is not told.
fn answer(status: StatusCode, mut body: Value, request: &str) -> Response {
    body["took"] = json!(0.0);
    body["requestId"] = request.into();
    (status, Json(body)).into_response()
}
