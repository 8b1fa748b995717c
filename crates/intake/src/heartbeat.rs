//! Heartbeats: something says that it is well. To say it twice is to say it once, so an address that
//! is only fetched counts too, as the vendors of heartbeats have it.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use eider_domain::service::Source;

use crate::{Intake, door::NotTaken};

pub(crate) async fn beat(State(intake): State<Intake>, Path(secret): Path<String>) -> Response {
    let noted = async {
        let key = intake.key(Source::Heartbeat, &secret).await?;
        let beat = eider_app::alert::beat(intake.eider(), &key).await;
        beat.map_err(|error| {
            tracing::error!(%error, "a heartbeat could not be noted; it is asked for again");
            NotTaken::Failed
        })
    };
    match noted.await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(not_taken) => not_taken.of_hook(),
    }
}
