//! Eider itself observed: is it alive, is it ready, and how does it fare.
//!
//! `/metrics` is the text format of Prometheus, version 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

mod histogram;
mod process;

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
use eider_store::{doctor::pending_migrations, fact, job, page};

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
    gauges(&web, &mut text)
        .await
        .map_err(eider_app::Error::from)?;
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

async fn gauges(web: &Web, text: &mut String) -> eider_store::Result<()> {
    let mut tx = web.eider.db().read().await?;
    let waiting = job::count(&mut tx).await?;
    let next = job::oldest_due_at(&mut tx).await?;
    let overdue = next.map_or(0.0, |at| {
        web.eider.now().duration_since(at).as_secs_f64().max(0.0)
    });
    let facts = fact::last_seq(&mut tx).await?;
    one(
        text,
        "eider_jobs_waiting",
        "gauge",
        "Jobs that wait for their time or for a worker.",
        &format!(" {waiting}"),
    );
    one(
        text,
        "eider_job_overdue_seconds",
        "gauge",
        "For how long the oldest job that is due has waited; 0 when none is.",
        &format!(" {overdue:.3}"),
    );
    let pages = page::health(&mut tx).await?;
    let late = pages.oldest_next_at.map_or(0.0, |at| {
        web.eider.now().duration_since(at).as_secs_f64().max(0.0)
    });
    one(
        text,
        "eider_pages_open",
        "gauge",
        "Pages that are not over, held ones and drills among them.",
        &format!(" {}", pages.open),
    );
    one(
        text,
        "eider_pages_unanswered",
        "gauge",
        "Pages that people are being called for, or were in vain.",
        &format!(" {}", pages.unanswered),
    );
    one(
        text,
        "eider_page_overdue_seconds",
        "gauge",
        "For how long the oldest page whose next call is due has waited for it; 0 when none does.",
        &format!(" {late:.3}"),
    );
    one(
        text,
        "eider_facts_total",
        "counter",
        "Facts recorded since the beginning.",
        &format!(" {facts}"),
    );
    Ok(())
}

/// Writes one metric with its description. `sample` is what follows its name.
fn one(text: &mut String, name: &str, kind: &str, help: &str, sample: &str) {
    // Writing to a String cannot fail.
    let _written = writeln!(
        text,
        "# HELP {name} {help}\n# TYPE {name} {kind}\n{name}{sample}"
    );
}
