//! Requests to an address of somebody's own.

use eider_app::contact::Sending;
use eider_domain::contact::{Outcome, Urgency};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::json;
use sha2::Sha256;

use crate::{
    WebhookRules,
    http::unanswered,
    place::{MayLead, Place},
};

/// The header with the instant and the signature.
pub const SIGNATURE_HEADER: &str = "Eider-Signature";
/// The header with the id of the attempt, by which one that came twice is known.
const ATTEMPT_HEADER: &str = "Eider-Attempt";

/// Calls people's own webhooks.
pub(crate) struct Webhook {
    may_lead: MayLead,
    public_url: String,
}

impl Webhook {
    pub(crate) fn new(rules: WebhookRules, public_url: &str) -> Self {
        Self {
            may_lead: MayLead::of(rules.allow_private_addresses),
            public_url: public_url.to_owned(),
        }
    }

    pub(crate) async fn send(&self, sending: &Sending, now: Timestamp) -> Outcome {
        // Where a watcher listens is for the operator to say, not for people.
        let may_lead = if sending.attempt.subject.is_probe() {
            MayLead::Anywhere
        } else {
            self.may_lead
        };
        let found = Place::find(&sending.attempt.way.address, may_lead).await;
        let called = found.and_then(|place| Ok((place.client()?, place)));
        let (client, place) = match called {
            Ok(called) => called,
            Err(outcome) => return outcome,
        };
        let body = self.body(sending);
        let secret = sending.secret.as_deref().unwrap_or_default();
        let request = client
            .post(place.url)
            .header("content-type", "application/json")
            .header(SIGNATURE_HEADER, signature(secret, &body, now))
            .header(ATTEMPT_HEADER, sending.attempt.id.to_string())
            .body(body);
        match request.send().await {
            Ok(response) => answered(response.status()),
            Err(error) => unanswered(&error),
        }
    }

    fn body(&self, sending: &Sending) -> String {
        let (attempt, message) = (&sending.attempt, &sending.message);
        let link = message.link.as_ref();
        let urgency = match attempt.urgency {
            Urgency::High => "high",
            Urgency::Low => "low",
        };
        json!({
            "attempt": attempt.id,
            "about": attempt.subject.to_string(),
            "urgency": urgency,
            "title": message.title,
            "text": message.text,
            "link": link.map(|path| format!("{}{path}", self.public_url)),
            "is_repeat": attempt.repeats.is_some(),
        })
        .to_string()
    }
}

/// How a request is signed: the instant in seconds, and the HMAC-SHA256 of that instant, a full
/// stop and the body, in hexadecimal digits.
pub fn signature(secret: &str, body: &str, now: Timestamp) -> String {
    let at = now.as_second();
    // A key may be of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{at}.{body}").as_bytes());
    let digest = mac.finalize().into_bytes();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

/// Whoever answers knows an attempt again by its id, so that it may be sent again.
fn answered(status: StatusCode) -> Outcome {
    let why = format!("It answers {status}.");
    match status {
        status if status.is_success() => Outcome::Accepted {
            reference: status.as_u16().to_string(),
        },
        status if status.is_redirection() => Outcome::Refused {
            why: format!("{why} Redirects are not followed: enter the address that it leads to."),
        },
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
            Outcome::Busy { why }
        }
        status if status.is_server_error() => Outcome::Busy { why },
        _ => Outcome::Refused { why },
    }
}
