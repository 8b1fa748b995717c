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
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    Intake,
    door::{NotTaken, again},
    read::field::{Word, first, line, lines, list},
};

const MESSAGE_LIMIT_CHARACTERS: usize = 130;
const ALIAS_LIMIT_CHARACTERS: usize = 512;
const DESCRIPTION_LIMIT_CHARACTERS: usize = 15_000;
const USUAL_PRIORITY: &str = "P3";
/// How long the id of an alert is, with which that of a request begins.
const ALERT_ID_CHARACTERS: usize = 36;
/// What may be asked for, as the id of a request says it.
const CREATE: &str = "create";
const CLOSE: &str = "close";
const ACKNOWLEDGE: &str = "acknowledge";

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewAlert {
    message: Option<Word>,
    alias: Option<Word>,
    description: Option<Word>,
    details: Value,
    tags: Value,
    responders: Value,
    entity: Option<Word>,
    source: Option<Word>,
    priority: Option<Word>,
}

/// How an alert is named in a path.
#[derive(Deserialize)]
pub(crate) struct Named {
    #[serde(rename = "identifierType", default)]
    identifier_type: Option<String>,
}

/// A request, and when it came: every answer says how long it took, and which request it was.
struct Asked<'a> {
    intake: &'a Intake,
    at: Timestamp,
}

/// `POST /v2/alerts`: something is wrong.
pub(crate) async fn create(
    State(intake): State<Intake>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked = Asked::now(&intake);
    let key = match asked.key(&headers).await {
        Ok(key) => key,
        Err(refusal) => return refusal,
    };
    let new: NewAlert = match serde_json::from_slice(&body) {
        Ok(new) => new,
        Err(error) => {
            let message = format!("Could not parse request body: {error}");
            return asked.refused(StatusCode::BAD_REQUEST, json!({"message": message}));
        }
    };
    let errors = check(&new);
    if !errors.is_empty() {
        let message = "Request body is not processable. Please check the errors.";
        let body = json!({"message": message, "errors": errors});
        return asked.refused(StatusCode::UNPROCESSABLE_ENTITY, body);
    }
    let alias = said(&new.alias).map(str::trim);
    let alias = alias.map_or_else(|| intake.new_word(), str::to_owned);
    asked.take(&key, signal(&new, &alias), CREATE).await
}

/// `POST /v2/alerts/{identifier}/close`: it is over.
pub(crate) async fn close(
    state: State<Intake>,
    identifier: Path<String>,
    named: Query<Named>,
    headers: HeaderMap,
) -> Response {
    act(state, identifier, named, headers, (Says::Over, CLOSE)).await
}

/// `POST /v2/alerts/{identifier}/acknowledge`: somebody has seen it.
pub(crate) async fn acknowledge(
    state: State<Intake>,
    identifier: Path<String>,
    named: Query<Named>,
    headers: HeaderMap,
) -> Response {
    act(state, identifier, named, headers, (Says::Seen, ACKNOWLEDGE)).await
}

async fn act(
    State(intake): State<Intake>,
    Path(identifier): Path<String>,
    Query(named): Query<Named>,
    headers: HeaderMap,
    (says, action): (Says, &str),
) -> Response {
    let asked = Asked::now(&intake);
    let key = match asked.key(&headers).await {
        Ok(key) => key,
        Err(refusal) => return refusal,
    };
    let by_alias = named.identifier_type.as_deref() == Some("alias");
    let known_by = if by_alias {
        Some(identifier.clone())
    } else {
        match asked.known_by(&key, &identifier).await {
            Ok(known_by) => known_by,
            Err(refusal) => return refusal,
        }
    };
    // As there: a request about an alert that is not known is taken, and comes to nothing.
    let known_by = known_by.unwrap_or(identifier);
    let signal = Signal::new(&known_by, says, Severity::Error, &known_by);
    asked.take(&key, signal, action).await
}

/// `GET /v2/alerts/requests/{id}`: what became of a request. All of it is done before it is
/// answered, so its id begins with that of its alert and goes on with what was asked of it; nothing
/// else has to be kept.
pub(crate) async fn request(
    State(intake): State<Intake>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let asked = Asked::now(&intake);
    let key = match asked.key(&headers).await {
        Ok(key) => key,
        Err(refusal) => return refusal,
    };
    let (alert, rest) = id.split_at_checked(ALERT_ID_CHARACTERS).unwrap_or_default();
    let done = match rest.trim_start_matches('-').split('-').next() {
        Some(CREATE) => Some(("Create", "Created alert")),
        Some(CLOSE) => Some(("Close", "Closed alert")),
        Some(ACKNOWLEDGE) => Some(("Acknowledge", "Acknowledged alert")),
        _ => None,
    };
    let alias = match asked.known_by(&key, alert).await {
        Err(refusal) => return refusal,
        Ok(alias) => alias,
    };
    let Some((action, status)) = done.filter(|(action, _)| alias.is_some() || *action != "Create")
    else {
        let message = "Request not found. It might not be processed, yet.";
        return asked.answer(StatusCode::NOT_FOUND, json!({"message": message}), &id);
    };
    let is_known = alias.is_some();
    let data = json!({
        "success": is_known,
        "isSuccess": is_known,
        "action": action,
        "status": if is_known { status } else { "Alert does not exist" },
        "alertId": if is_known { alert } else { "" },
        "alias": alias.unwrap_or_default(),
    });
    asked.answer(StatusCode::OK, json!({"data": data}), &id)
}

/// Why something is not taken that came at `at`, as Opsgenie says it.
pub(crate) fn refused(intake: &Intake, at: Timestamp, message: &str) -> Value {
    let asked = Asked { intake, at };
    asked.told(json!({"message": message}), &intake.new_word())
}

impl<'a> Asked<'a> {
    fn now(intake: &'a Intake) -> Self {
        let at = intake.eider().now();
        Self { intake, at }
    }

    async fn key(&self, headers: &HeaderMap) -> Result<ServiceKey, Response> {
        let value = headers.get(header::AUTHORIZATION);
        let text = value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let secret = text
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("geniekey"));
        let secret = secret.map_or("", |(_, secret)| secret.trim());
        let key = self.intake.key(Source::Opsgenie, secret).await;
        key.map_err(|not_taken| match not_taken {
            NotTaken::Failed => again(StatusCode::SERVICE_UNAVAILABLE),
            _ => self.refused(
                StatusCode::UNAUTHORIZED,
                json!({"message": "Could not authenticate"}),
            ),
        })
    }

    /// What the alert of that id is known by, if there is one.
    async fn known_by(&self, key: &ServiceKey, id: &str) -> Result<Option<String>, Response> {
        let Ok(id) = id.parse::<AlertId>() else {
            return Ok(None);
        };
        let found = alert::key_of_alert(self.intake.eider(), key, id).await;
        found.map_err(|error| {
            tracing::error!(%error, "an alert could not be looked up");
            again(StatusCode::SERVICE_UNAVAILABLE)
        })
    }

    /// Takes in what is asked. The id by which the request is known is its own, each time.
    async fn take(&self, key: &ServiceKey, signal: Signal, action: &str) -> Response {
        let id = alert_id(key.service, &signal.key);
        let request = format!("{id}-{action}-{}", self.intake.new_word());
        match self.intake.take(key, vec![signal]).await {
            Ok(()) => self.answer(
                StatusCode::ACCEPTED,
                json!({"result": "Request will be processed"}),
                &request,
            ),
            Err(_) => again(StatusCode::SERVICE_UNAVAILABLE),
        }
    }

    fn refused(&self, status: StatusCode, body: Value) -> Response {
        self.answer(status, body, &self.intake.new_word())
    }

    fn answer(&self, status: StatusCode, body: Value, request: &str) -> Response {
        (status, Json(self.told(body, request))).into_response()
    }

    /// With how long it took, in seconds to the thousandth, and the id of the request.
    fn told(&self, mut body: Value, request: &str) -> Value {
        let took = self.intake.eider().now().duration_since(self.at);
        body["took"] = json!(to_the_thousandth(took));
        body["requestId"] = request.into();
        body
    }
}

fn to_the_thousandth(took: SignedDuration) -> f64 {
    (took.as_secs_f64() * 1_000.0).round() / 1_000.0
}

fn said(word: &Option<Word>) -> Option<&str> {
    word.as_ref().and_then(Word::said)
}

fn check(new: &NewAlert) -> Map<String, Value> {
    let mut errors = Map::new();
    let length = |text: &Option<Word>| text.as_ref().map_or(0, |text| text.0.chars().count());
    if said(&new.message).is_none() {
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
    if !matches!(priority(new), "P1" | "P2" | "P3" | "P4" | "P5") {
        errors.insert(
            "priority".into(),
            "Priority should be one of [ P1, P2, P3, P4, P5 ]".into(),
        );
    }
    errors
}

fn priority(new: &NewAlert) -> &str {
    said(&new.priority).unwrap_or(USUAL_PRIORITY)
}

fn signal(new: &NewAlert, alias: &str) -> Signal {
    let severity = match priority(new) {
        "P1" => Severity::Critical,
        "P2" => Severity::Error,
        "P3" => Severity::Warning,
        _ => Severity::Info,
    };
    let mut told: Vec<String> = said(&new.description)
        .map(str::to_owned)
        .into_iter()
        .collect();
    let together = [
        ("Tags", list(&new.tags)),
        ("Responders", responders(&new.responders)),
    ];
    let together = together.iter().filter(|(_, each)| !each.is_empty());
    told.extend(together.map(|(name, each)| line(name, each.join(", "))));
    told.extend(lines(&new.details));
    Signal::new(
        alias,
        Says::Firing,
        severity,
        said(&new.message).unwrap_or_default(),
    )
    .at_place(said(&new.entity).or_else(|| said(&new.source)))
    .with_detail(&told.join("\n"))
}

/// Whom the sender means: Eider calls who is on call, so they are only told of.
fn responders(sent: &Value) -> Vec<String> {
    let each = sent.as_array().into_iter().flatten();
    each.filter_map(|one| {
        let name = one.as_str();
        let name = name.or_else(|| first(one, &["name", "username", "id"]))?;
        Some(match first(one, &["type"]) {
            Some(kind) => format!("{kind} {name}"),
            None => name.to_owned(),
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_signal(body: &Value) -> Signal {
        let new: NewAlert = serde_json::from_value(body.clone()).unwrap();
        assert!(check(&new).is_empty(), "{body}");
        signal(&new, "alias")
    }

    #[test]
    fn every_optional_field_may_be_null() {
        let signal = read_signal(
            &json!({"message": "Disk", "alias": null, "description": null,
            "details": null, "tags": null, "responders": null, "entity": null, "source": null,
            "priority": null}),
        );
        assert_eq!(
            (signal.title.as_str(), signal.detail.as_str()),
            ("Disk", "")
        );
        assert_eq!(signal.severity, Severity::Warning);
        let signal = read_signal(&json!({"message": "Disk", "tags": ["a", null],
            "details": {"free": null, "load": 7}}));
        assert_eq!(signal.detail, "Tags: a\nload: 7");
    }

    #[test]
    fn how_long_it_took_is_told() {
        let took = SignedDuration::from_micros(1_302_499);
        assert_eq!(json!(to_the_thousandth(took)), json!(1.302));
    }

    #[test]
    fn whom_the_sender_means_is_told() {
        let signal = read_signal(&json!({"message": "Disk", "responders": [
            {"type": "team", "name": "Payments"}, {"type": "user", "username": "ada@example.com"},
            {"type": "escalation", "id": "4513b7ea"}, {"type": "user"}]}));
        assert_eq!(
            signal.detail,
            "Responders: team Payments, user ada@example.com, escalation 4513b7ea"
        );
    }
}
