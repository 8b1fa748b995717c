//! Prometheus Alertmanager: its webhook, version 4; and Grafana's, which is like it.
//!
//! It repeats what is answered with a 5xx and drops what is answered with a 4xx, so only what can
//! never be taken in is answered so.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use eider_domain::service::Source;

use crate::{Intake, door::NotTaken, read};

pub(crate) async fn alerts(
    State(intake): State<Intake>,
    Path(secret): Path<String>,
    body: Bytes,
) -> Response {
    answered(taken(&intake, Source::Alertmanager, &secret, &body).await)
}

pub(crate) async fn grafana(
    State(intake): State<Intake>,
    Path(secret): Path<String>,
    body: Bytes,
) -> Response {
    answered(taken(&intake, Source::Grafana, &secret, &body).await)
}

fn answered(taken: Result<(), NotTaken>) -> Response {
    match taken {
        Ok(()) => StatusCode::OK.into_response(),
        Err(not_taken) => not_taken.of_hook(),
    }
}

async fn taken(intake: &Intake, source: Source, secret: &str, body: &[u8]) -> Result<(), NotTaken> {
    let key = intake.key(source, secret).await?;
    let name = source.name();
    let signals = read::alertmanager(name, body).map_err(|error| {
        NotTaken::Unreadable(format!("This is not JSON as {name} sends it: {error}."))
    })?;
    intake.take(&key, signals).await
}
