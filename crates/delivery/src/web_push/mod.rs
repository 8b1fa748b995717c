//! Notifications in browsers, by the service of whoever made the browser (RFC 8030).

mod encryption;
mod vapid;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use eider_app::{
    Eider,
    contact::{BrowserKeys, PushKey, Sending, push_key},
};
use eider_domain::contact::{Attempt, Outcome, Urgency};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use reqwest::{
    StatusCode,
    header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use crate::{
    ConfigurationError, WebPushRules,
    http::{shortened, unanswered},
    place::{MayLead, Place},
};
use encryption::{PLAIN_LIMIT_BYTES, SALT_BYTES};

/// What it is called in what is told of attempts.
pub(crate) const NAME: &str = "web-push";

/// A phone shows no more of either.
const TITLE_LIMIT_CHARACTERS: usize = 200;
const TEXT_LIMIT_CHARACTERS: usize = 1_000;
/// So much of the hash of a subject makes a topic, of which services take 32 letters.
const TOPIC_BYTES: usize = 24;
/// Whom services may write to where nothing else is known, as on a machine where it is tried out.
const NOBODY: &str = "mailto:eider@localhost";

/// Calls the services of browsers.
pub(crate) struct WebPush {
    eider: Eider,
    contact: String,
    may_lead: MayLead,
    key: OnceCell<PushKey>,
}

impl WebPush {
    pub(crate) fn new(
        eider: Eider,
        rules: &WebPushRules,
        public_url: &str,
    ) -> Result<Self, ConfigurationError> {
        let is_contact = |text: &str| text.starts_with("mailto:") || text.starts_with("https://");
        let contact = match &rules.contact {
            Some(contact) if is_contact(contact) => contact,
            Some(_) => {
                let why = "“contact” begins with mailto: or https://";
                return Err(ConfigurationError::new(NAME, why));
            }
            None if is_contact(public_url) => public_url,
            None => NOBODY,
        };
        Ok(Self {
            eider,
            contact: contact.to_owned(),
            may_lead: MayLead::of(rules.allow_private_addresses),
            key: OnceCell::new(),
        })
    }

    pub(crate) async fn send(&self, sending: &Sending, now: Timestamp) -> Outcome {
        let request = match self.request(sending, now).await {
            Ok(request) => request,
            Err(outcome) => return outcome,
        };
        match request.send().await {
            Ok(response) => answered(response.status(), response.headers(), now),
            Err(error) => unanswered(&error),
        }
    }

    async fn request(
        &self,
        sending: &Sending,
        now: Timestamp,
    ) -> Result<reqwest::RequestBuilder, Outcome> {
        let refused = |why: &str| Outcome::Refused { why: why.into() };
        let attempt = &sending.attempt;
        let secret = sending.secret.as_deref().unwrap_or_default();
        let keys = BrowserKeys::from_secret(secret)
            .ok_or_else(|| refused("The keys of this browser are missing. Add it again."))?;
        let place = Place::find(&attempt.way.address, self.may_lead).await?;
        let topic = topic(attempt, &keys);
        let salt = self.eider.ids().random::<SALT_BYTES>();
        let body = encryption::encrypt(&keys, payload(sending, &topic).as_bytes(), salt)
            .map_err(|_| refused("The keys of this browser cannot be used. Add it again."))?;
        let key = self.key().await?;
        let authorization = vapid::authorization(key, &place.url, &self.contact, now)
            .ok_or_else(|| refused("The key of this desk cannot sign."))?;
        let urgency = match attempt.urgency {
            Urgency::High => "high",
            Urgency::Low => "normal",
        };
        let client = place.client()?;
        Ok(client
            .post(place.url)
            .header("ttl", seconds_left(attempt, now))
            .header("urgency", urgency)
            .header("topic", topic)
            .header("authorization", authorization)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .body(body))
    }

    async fn key(&self) -> Result<&PushKey, Outcome> {
        let found = self.key.get_or_try_init(|| push_key(&self.eider)).await;
        found.map_err(|error| Outcome::Busy {
            why: shortened(&error.to_string()),
        })
    }
}

/// For how long a service may keep it for a phone that is off: as long as it is worth trying.
fn seconds_left(attempt: &Attempt, now: Timestamp) -> i64 {
    attempt.until().duration_since(now).as_secs().max(0)
}

/// By what a later notification about the same takes the place of an earlier one. The service
/// reads it, so it tells nothing.
fn topic(attempt: &Attempt, keys: &BrowserKeys) -> String {
    let mut hash = Sha256::new();
    hash.update(keys.auth);
    hash.update(attempt.subject.to_string());
    let digest = hash.finalize();
    URL_SAFE_NO_PAD.encode(digest.get(..TOPIC_BYTES).unwrap_or_default())
}

/// What the browser shows, as short as it has to be.
fn payload(sending: &Sending, topic: &str) -> String {
    let (attempt, message) = (&sending.attempt, &sending.message);
    let urgency = attempt.urgency.as_str();
    let title: String = message.title.chars().take(TITLE_LIMIT_CHARACTERS).collect();
    let mut characters = TEXT_LIMIT_CHARACTERS;
    loop {
        let text: String = message.text.chars().take(characters).collect();
        let payload = json!({
            "title": title,
            "text": text,
            "link": message.link,
            "tag": topic,
            "urgency": urgency,
            "is_repeat": attempt.repeats.is_some(),
        })
        .to_string();
        if payload.len() <= PLAIN_LIMIT_BYTES || characters == 0 {
            return payload;
        }
        characters /= 2;
    }
}

/// What an answer means. Where a notification comes twice, the second takes the place of the first,
/// so an error of the service counts as certain.
fn answered(status: StatusCode, headers: &HeaderMap, now: Timestamp) -> Outcome {
    let text = |name| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    };
    let why = format!("The service of this browser answers {status}.");
    match status {
        status if status.is_success() => Outcome::Accepted {
            reference: shortened(text(LOCATION)),
        },
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone {
            why: "This browser takes no notifications any more.".into(),
        },
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => Outcome::Busy { why },
        status if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() => {
            match rest(text(RETRY_AFTER), now) {
                Some(at) => Outcome::Later { why, at },
                None => Outcome::Busy { why },
            }
        }
        _ => Outcome::Refused { why },
    }
}

/// Until when a service wants to be left alone: seconds, or an instant of RFC 2822.
fn rest(text: &str, now: Timestamp) -> Option<Timestamp> {
    match text.parse::<u32>() {
        Ok(seconds) => now
            .checked_add(SignedDuration::from_secs(seconds.into()))
            .ok(),
        Err(_) => Some(rfc2822::parse(text).ok()?.timestamp()),
    }
}

#[cfg(test)]
mod tests;
