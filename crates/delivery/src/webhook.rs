//! Requests to an address of somebody's own.

use std::net::{IpAddr, SocketAddr};

use eider_app::contact::Sending;
use eider_domain::contact::{Outcome, Urgency};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::{StatusCode, Url};
use serde_json::json;
use sha2::Sha256;
use tokio::{net::lookup_host, time::timeout};

use crate::{
    WebhookRules,
    http::{self, ANSWER_WITHIN, unanswered},
    public::is_public,
};

/// The header with the instant and the signature.
pub const SIGNATURE_HEADER: &str = "Eider-Signature";
/// The header with the id of the attempt, by which one that came twice is known.
const ATTEMPT_HEADER: &str = "Eider-Attempt";

/// Calls people's own webhooks.
pub(crate) struct Webhook {
    rules: WebhookRules,
    public_url: String,
}

/// Where a webhook is, looked up once: what is checked is what is called.
struct Place {
    url: Url,
    host: String,
    addresses: Vec<SocketAddr>,
}

impl Webhook {
    pub(crate) fn new(rules: WebhookRules, public_url: &str) -> Self {
        Self {
            rules,
            public_url: public_url.to_owned(),
        }
    }

    pub(crate) async fn send(&self, sending: &Sending, now: Timestamp) -> Outcome {
        let found = timeout(ANSWER_WITHIN / 3, self.find(&sending.attempt.way.address));
        let place = match found.await {
            Ok(Ok(place)) => place,
            Ok(Err(outcome)) => return outcome,
            Err(_) => {
                let why = "Its name could not be looked up in time.".into();
                return Outcome::Busy { why };
            }
        };
        let built = http::client()
            .timeout(ANSWER_WITHIN * 2 / 3)
            .no_proxy()
            .resolve_to_addrs(&place.host, &place.addresses)
            .build();
        let client = match built {
            Ok(client) => client,
            Err(error) => return unanswered(&error),
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

    async fn find(&self, address: &str) -> Result<Place, Outcome> {
        let refused = |why: &str| Outcome::Refused { why: why.into() };
        let url: Url = address
            .parse()
            .map_err(|_| refused("This is no web address."))?;
        if url.scheme() != "https" && !self.rules.allow_private_addresses {
            return Err(refused("Its address has to begin with https://."));
        }
        let host = url.host_str().unwrap_or_default();
        let host = host.trim_matches(['[', ']']).to_owned();
        let port = url.port_or_known_default().unwrap_or(443);
        let addresses: Vec<SocketAddr> = match host.parse::<IpAddr>() {
            Ok(ip) => vec![SocketAddr::new(ip, port)],
            Err(_) => lookup_host((host.as_str(), port))
                .await
                .map_err(|_| Outcome::Busy {
                    why: "Its name is not known just now.".into(),
                })?
                .collect(),
        };
        let is_allowed =
            |address: &SocketAddr| self.rules.allow_private_addresses || is_public(address.ip());
        if addresses.is_empty() || !addresses.iter().all(is_allowed) {
            return Err(refused(
                "It leads to an address that is not reached from everywhere. An administrator \
                 can allow that.",
            ));
        }
        Ok(Place {
            url,
            host,
            addresses,
        })
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
