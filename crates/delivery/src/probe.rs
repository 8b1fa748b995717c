//! Test alerts as a watcher sends them, and how it knows what comes back.

use eider_domain::ProbeId;
use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use serde_json::json;

use crate::{
    ConfigurationError, Secret,
    http::{self, shortened, unanswered_because},
    webhook::signature,
};

/// What was signed longer ago than this is somebody else's copy.
const SIGNED_WITHIN: SignedDuration = SignedDuration::from_mins(5);
/// A key is at least this long.
const KEY_LEAST_CHARACTERS: usize = 20;

/// Where a watcher sends its test alerts.
pub struct Probe {
    address: String,
    key: Secret,
    http: Client,
}

impl Probe {
    /// To the Eider at `server`, with the key of the watch.
    ///
    /// # Errors
    /// When they cannot be used.
    pub fn new(server: &str, key: &Secret) -> Result<Self, ConfigurationError> {
        let wrong = |why: String| ConfigurationError::new("watch", why);
        let server = http::address(server).map_err(wrong)?;
        check_key(key).map_err(wrong)?;
        let client = http::client().build();
        Ok(Self {
            address: format!("{server}/hooks/watch"),
            key: key.clone(),
            http: client.map_err(|error| wrong(error.to_string()))?,
        })
    }

    /// Sends a test alert.
    ///
    /// # Errors
    /// A sentence, when it is not taken in.
    pub async fn send(&self, probe: ProbeId) -> Result<(), String> {
        let request = self.http.post(&self.address);
        let request = request.bearer_auth(&self.key.0);
        let sent = request.json(&json!({ "probe": probe })).send().await;
        let response = sent.map_err(|error| {
            let why = unanswered_because(&error);
            format!("It was not taken in. {why}")
        })?;
        let status = response.status();
        if status.is_success() {
            return Ok(());
        }
        let told = http::body(response).await.unwrap_or_default();
        Err(shortened(&format!("It was answered with {status}. {told}")))
    }
}

/// Whether a key of the watch can be used.
///
/// # Errors
/// A sentence, when it cannot.
pub(crate) fn check_key(key: &Secret) -> Result<(), String> {
    if key.0.chars().count() < KEY_LEAST_CHARACTERS {
        return Err(format!(
            "“key” has at least {KEY_LEAST_CHARACTERS} characters; make one with: openssl rand -hex 20"
        ));
    }
    Ok(())
}

/// Whether `body` was signed with that key a moment ago, by the header that came with it.
pub fn is_signed(key: &Secret, body: &str, header: &str, now: Timestamp) -> bool {
    let at = header
        .strip_prefix("t=")
        .and_then(|rest| rest.split_once(','))
        .and_then(|(seconds, _)| seconds.parse::<i64>().ok())
        .and_then(|seconds| Timestamp::from_second(seconds).ok());
    let Some(at) = at.filter(|at| now.duration_since(*at).abs() <= SIGNED_WITHIN) else {
        return false;
    };
    let right = signature(&key.0, body, at);
    // As long for a wrong one as for the right one.
    let differences = right.bytes().zip(header.bytes());
    let is_same = differences.fold(0, |sum, (a, b)| sum | (a ^ b)) == 0;
    is_same && right.len() == header.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_good_for_its_body_and_its_moment_alone() {
        let key = Secret("a key that nobody else knows".into());
        let now: Timestamp = "2026-03-02T03:00:00Z".parse().unwrap();
        let header = signature(&key.0, "{}", now);
        assert!(is_signed(&key, "{}", &header, now));
        let later = now + SignedDuration::from_mins(5);
        assert!(is_signed(&key, "{}", &header, later));
        assert!(!is_signed(
            &key,
            "{}",
            &header,
            later + SignedDuration::from_secs(1)
        ));
        assert!(!is_signed(&key, "[]", &header, now));
        let other = Secret("another key that nobody knows".into());
        assert!(!is_signed(&other, "{}", &header, now));
        for wrong in ["", "t=", "t=1,v1=", &header[..header.len() - 1]] {
            assert!(!is_signed(&key, "{}", wrong, now), "{wrong}");
        }
    }
}
