//! Mail of monitors, as the mail server's pipe hands it on: see `eider intake mail`.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use eider_domain::service::Source;

use crate::{Intake, door::NotTaken, read};

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
    let key = intake.key(Source::Mail, secret).await?;
    let signal = read::mail(body).ok_or_else(|| {
        NotTaken::Unreadable("This is not a mail: it has no header that can be read.".into())
    })?;
    intake.take(&key, vec![signal]).await
}
