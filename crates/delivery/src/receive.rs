//! What Twilio calls: what became of a message or a call, a key that was pressed, an answer.
//!
//! Each request is checked by its signature first. What cannot be kept just now is answered with
//! 503, so that it is sent again where Twilio does that.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use eider_app::contact;
use eider_domain::{
    AttemptId,
    contact::{Arrival, Kind, parse_address},
};

use crate::{
    Delivery,
    provider::Provider,
    twilio::{Twilio, escaped},
};

/// Where the state of what was sent is told; the attempt's id follows.
pub(crate) const STATUS_PATH: &str = "/hooks/twilio/status/";
/// Where keys are told; the attempt's id follows.
pub(crate) const KEYS_PATH: &str = "/hooks/twilio/keys/";
/// Where answers by text message are told.
pub(crate) const MESSAGES_PATH: &str = "/hooks/twilio/messages";

/// The largest request that is read, in bytes.
const BODY_LIMIT_BYTES: usize = 64 * 1024;

/// The fields of a request, in their order.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

impl Delivery {
    /// The addresses that providers call.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/hooks/twilio/status/{attempt}", post(status))
            .route("/hooks/twilio/keys/{attempt}", post(keys))
            .route(MESSAGES_PATH, post(messages))
            .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
            .with_state(self.clone())
    }

    /// The fields of a request to `path`, if one of our accounts signed it.
    fn signed(&self, path: &str, headers: &HeaderMap, body: &Bytes) -> Option<Fields> {
        let fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
        let signature = headers.get("x-twilio-signature");
        let signature = signature.and_then(|value| value.to_str().ok());
        let is_by = |twilio: &Twilio| {
            signature.is_some_and(|signature| twilio.has_signed(path, &fields, signature))
        };
        let accounts = self
            .providers()
            .iter()
            .filter_map(|provider| match provider {
                Provider::Twilio(twilio) => Some(twilio),
                _ => None,
            });
        accounts.into_iter().any(is_by).then_some(Fields(fields))
    }
}

fn not_signed() -> Response {
    let why = "This request is not signed by Twilio with the token of an account here, or for \
               another address: check public_url.";
    (StatusCode::FORBIDDEN, why).into_response()
}

async fn status(
    State(delivery): State<Delivery>,
    Path(attempt): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = format!("{STATUS_PATH}{attempt}");
    let Some(fields) = delivery.signed(&path, &headers, &body) else {
        return not_signed();
    };
    let Ok(id) = attempt.parse::<AttemptId>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some((reference, arrival)) = arrival(&fields) else {
        return StatusCode::NO_CONTENT.into_response();
    };
    match contact::hear(delivery.eider(), id, reference, &arrival).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => unavailable(&error),
    }
}

/// What is told of which message or call; nothing while it is still on its way.
fn arrival(fields: &Fields) -> Option<(&str, Arrival)> {
    let lost = |what: &str| {
        let code = fields.text("ErrorCode");
        let why = match code {
            "" => format!("The {what} was lost on its way."),
            code => format!("The {what} was lost on its way ({code})."),
        };
        Arrival::Lost { why }
    };
    let message = match fields.text("MessageStatus") {
        "delivered" | "read" => Some(Arrival::Arrived),
        "undelivered" | "failed" => Some(lost("text message")),
        _ => None,
    };
    let call = || match fields.text("CallStatus") {
        "completed" => Some(Arrival::Arrived),
        "busy" => Some(Arrival::NotAnswered {
            why: "The line was busy.".into(),
        }),
        "no-answer" | "canceled" => Some(Arrival::NotAnswered {
            why: "Nobody answered the call.".into(),
        }),
        "failed" => Some(lost("call")),
        _ => None,
    };
    match message {
        Some(arrival) => Some((fields.text("MessageSid"), arrival)),
        None => call().map(|arrival| (fields.text("CallSid"), arrival)),
    }
}

async fn keys(
    State(delivery): State<Delivery>,
    Path(attempt): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = format!("{KEYS_PATH}{attempt}");
    let Some(fields) = delivery.signed(&path, &headers, &body) else {
        return not_signed();
    };
    let (id, digit) = (
        attempt.parse::<AttemptId>(),
        fields.text("Digits").parse::<u8>(),
    );
    let (Ok(id), Ok(digit)) = (id, digit) else {
        return twiml("<Hangup/>");
    };
    let call = fields.text("CallSid");
    match contact::answer_key(delivery.eider(), id, call, digit).await {
        Ok(said) => twiml(&format!("<Say>{}</Say>", escaped(&said))),
        Err(error) => unavailable(&error),
    }
}

async fn messages(State(delivery): State<Delivery>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(fields) = delivery.signed(MESSAGES_PATH, &headers, &body) else {
        return not_signed();
    };
    let Ok(number) = parse_address(Kind::Sms, fields.text("From")) else {
        return twiml("");
    };
    match contact::answer_message(delivery.eider(), &number, fields.text("Body")).await {
        Ok(Some(said)) => twiml(&format!("<Message>{}</Message>", escaped(&said))),
        Ok(None) => twiml(""),
        Err(error) => unavailable(&error),
    }
}

fn twiml(verbs: &str) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/xml; charset=utf-8")];
    (kind, format!("<Response>{verbs}</Response>")).into_response()
}

fn unavailable(error: &eider_app::Error) -> Response {
    tracing::error!(%error, "what Twilio told could not be kept");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}
