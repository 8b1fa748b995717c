//! Eider itself observed: is it alive, is it ready, and how does it fare.
//!
//! `/metrics` is the text format of Prometheus, version 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

mod histogram;
mod process;
mod reach;

use std::{fmt::Write as _, sync::Arc, time::Duration, time::Instant};

use axum::{
    Extension, Router,
    extract::{MatchedPath, Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use eider_domain::access::Action;
use eider_store::doctor::pending_migrations;

use crate::{
    Web,
    door::{Access, Rule},
};

pub(crate) use histogram::Recorder;

pub(crate) const RULES: &[Rule] = &[
    Rule::get("/healthz", Access::Anyone),
    Rule::get("/readyz", Access::Anyone),
    Rule::get(METRICS_PATH, Access::Needs(Action::Read)),
];

/// Where the figures of the server are. No page: whoever asks is a program.
pub(crate) const METRICS_PATH: &str = "/metrics";

/// A database that takes longer than this to answer is not ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .route(METRICS_PATH, get(metrics))
}

/// Measures how long each request takes, by route.
pub(crate) async fn measure(
    State(recorder): State<Arc<Recorder>>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    // Addresses that lead nowhere are one route, or anybody could make up endless ones.
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    recorder.record(route, &method, response.status(), begun.elapsed());
    response
}

async fn ready(State(web): State<Web>) -> Response {
    let asked = tokio::time::timeout(READY_WITHIN, pending(&web)).await;
    let (status, words) = match asked {
        Ok(Ok(0)) => (StatusCode::OK, "ready"),
        Ok(Ok(_)) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The database has to be brought to this version: eider migrate.",
        ),
        Ok(Err(_)) | Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The database does not answer.",
        ),
    };
    (status, words).into_response()
}

async fn pending(web: &Web) -> eider_store::Result<usize> {
    let mut tx = web.eider.db().read().await?;
    Ok(pending_migrations(&mut tx).await?.len())
}

async fn metrics(
    State(web): State<Web>,
    Extension(recorder): Extension<Arc<Recorder>>,
) -> crate::Result<Response> {
    let mut text = String::with_capacity(8 * 1024);
    let version = env!("CARGO_PKG_VERSION");
    one(
        &mut text,
        "eider_build_info",
        "gauge",
        "The version that runs.",
        &format!("{{version=\"{version}\"}} 1"),
    );
    let health = eider_app::watch::health(&web.eider).await?;
    reach::gauges(&health, web.eider.now(), &mut text);
    one(
        &mut text,
        "eider_facts_total",
        "counter",
        "Facts recorded since the beginning.",
        &format!(" {}", health.facts),
    );
    reach::measures(web.eider.measures(), &mut text);
    if let Some(bytes) = process::resident_bytes() {
        one(
            &mut text,
            "process_resident_memory_bytes",
            "gauge",
            "Memory in use.",
            &format!(" {bytes}"),
        );
    }
    recorder.write(&mut text);
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    Ok((kind, text).into_response())
}

/// Writes one metric with its description. `sample` is what follows its name.
fn one(text: &mut String, name: &str, kind: &str, help: &str, sample: &str) {
    // Writing to a String cannot fail.
    let _written = writeln!(
        text,
        "# HELP {name} {help}\n# TYPE {name} {kind}\n{name}{sample}"
    );
}
