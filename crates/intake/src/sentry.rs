//! Sentry, by an integration of one's own. What it tells of the people who met an error (names,
//! addresses) is left at the door.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use eider_domain::service::{ServiceKey, Source};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::{Intake, door::NotTaken, read};

pub(crate) async fn hook(
    State(intake): State<Intake>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match taken(&intake, &secret, &headers, &body).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(not_taken) => not_taken.of_hook(),
    }
}

async fn taken(
    intake: &Intake,
    secret: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), NotTaken> {
    let key = intake.key(Source::Sentry, secret).await?;
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if !is_signed(intake, &key, header("sentry-hook-signature"), body)? {
        return Err(NotTaken::UnknownKey);
    }
    let message: Value = serde_json::from_slice(body).map_err(|error| {
        NotTaken::Unreadable(format!("This is not JSON as Sentry sends it: {error}."))
    })?;
    let resource = header("sentry-hook-resource").unwrap_or_default();
    let signal = read::sentry(resource, &message);
    intake.take(&key, signal.into_iter().collect()).await
}

/// Whether the body is signed with the client secret of the key. Without one, whoever has the key
/// is believed.
fn is_signed(
    intake: &Intake,
    key: &ServiceKey,
    signature: Option<&str>,
    body: &[u8],
) -> Result<bool, NotTaken> {
    let Some(sealed) = &key.options.sealed_client_secret else {
        return Ok(true);
    };
    let secret = intake.eider().unseal(sealed).map_err(|error| {
        tracing::error!(%error, "what Sentry sent cannot be checked");
        NotTaken::Failed
    })?;
    let Some(expected) = signature.and_then(bytes_of_hex) else {
        return Ok(false);
    };
    // A key of any length is good for HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return Ok(false);
    };
    mac.update(body);
    Ok(mac.verify_slice(&expected).is_ok())
}

fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect()
}
