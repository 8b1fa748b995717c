//! Anything that sends JSON, read by the mapping of its key.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use eider_domain::service::Source;

use crate::{Intake, door::NotTaken};

pub(crate) async fn hook(
    State(intake): State<Intake>,
    Path(secret): Path<String>,
    body: Bytes,
) -> Response {
    match taken(&intake, &secret, &body).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(not_taken) => not_taken.of_hook(),
    }
}

async fn taken(intake: &Intake, secret: &str, body: &[u8]) -> Result<(), NotTaken> {
    let key = intake.key(Source::Json, secret).await?;
    let message = serde_json::from_slice(body)
        .map_err(|error| NotTaken::Unreadable(format!("This is not JSON: {error}.")))?;
    let mapping = key.options.mapping.clone().unwrap_or_default();
    let signals = mapping.signals(&message).map_err(NotTaken::Unreadable)?;
    intake.take(&key, signals).await
}
