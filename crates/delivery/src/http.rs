//! Speaking with providers over HTTP.

use std::time::Duration;

use eider_domain::contact::Outcome;
use reqwest::{ClientBuilder, StatusCode, Url, redirect};

/// A provider answers within this, or is taken to be away. Two of them fit into a job's lease.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(6);
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// Of what a provider says about an error, so much is kept.
const WHY_LIMIT_CHARACTERS: usize = 300;
const ANSWER_LIMIT_BYTES: usize = 64 * 1024;

/// The address of a provider, without a slash at its end.
///
/// # Errors
/// A sentence, when it is none.
pub(crate) fn address(text: &str) -> Result<String, String> {
    let is_address = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    match Url::parse(text) {
        Ok(url) if is_address(&url) => Ok(text.trim_end_matches('/').to_owned()),
        _ => Err(format!(
            "“{text}” is no web address; write it like https://example.com"
        )),
    }
}

/// A client that follows no redirects.
pub(crate) fn client() -> ClientBuilder {
    // Names ring as what is encrypted with; again does nothing.
    let _already = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .timeout(ANSWER_WITHIN)
        .connect_timeout(CONNECT_WITHIN)
        .redirect(redirect::Policy::none())
        .user_agent(concat!("Eider/", env!("CARGO_PKG_VERSION")))
}

/// What a request that was not answered means: before there is a connection nothing was said.
pub(crate) fn unanswered(error: &reqwest::Error) -> Outcome {
    let why = unanswered_because(error);
    if error.is_connect() || error.is_builder() {
        Outcome::Busy { why }
    } else {
        Outcome::Silent { why }
    }
}

/// What an answer that is no success means. That there is too much at once is said instead of taking
/// it; any other trouble of a server's own may come after it was taken (RFC 9110, 15.6).
pub(crate) fn no_success(status: StatusCode, why: String) -> Outcome {
    match status {
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_MANY_REQUESTS
        | StatusCode::SERVICE_UNAVAILABLE => Outcome::Busy { why },
        status if status.is_server_error() => Outcome::Broke { why },
        _ => Outcome::Refused { why },
    }
}

/// Why a request was not answered.
pub(crate) fn unanswered_because(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "No answer in time.".to_owned();
    }
    // The address may hold a secret.
    let text = error.to_string();
    shortened(text.split(" for url").next().unwrap_or_default())
}

/// The body of an answer, as far as it is worth reading.
pub(crate) async fn body(mut response: reqwest::Response) -> Result<String, reqwest::Error> {
    let mut read = Vec::new();
    while let Some(part) = response.chunk().await? {
        read.extend_from_slice(&part);
        if read.len() >= ANSWER_LIMIT_BYTES {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&read).into_owned())
}

/// Words of others, no longer than is worth keeping.
pub(crate) fn shortened(text: &str) -> String {
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    clean.take(WHY_LIMIT_CHARACTERS).collect()
}
