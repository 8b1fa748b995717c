//! What monitors send: each in its own format at the door, the same alerts of `eider-app` behind it.
//!
//! A request is answered once what it says is on the disk. What cannot be taken in just now is
//! refused in the way that makes its sender try again, so that nothing is lost that was answered
//! with a success, and nothing that was not. This crate holds no rule of the field and no SQL.

mod alertmanager;
mod door;
mod heartbeat;
mod json;
mod mail;
mod opsgenie;
mod pagerduty;
mod read;
mod sentry;
mod watch;

use std::{fmt, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{any, get, post},
};
use eider_app::Eider;
use tokio::sync::Semaphore;

/// What requests that are worked on may be long together, in KiB. More are refused before they are
/// read, so that a storm takes only so much memory.
const ROOM_KIB: usize = 64 * 1024;
/// The largest request of a monitor that sends many alerts at once, in bytes.
const BODY_LIMIT_BYTES: usize = 8 * 1024 * 1024;
/// The largest event of PagerDuty's API, and more than Opsgenie's, in bytes.
const EVENT_LIMIT_BYTES: usize = 512 * 1024;
/// Who sends more slowly than this keeps others waiting.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Alerts as monitors send them. Cheap to clone.
#[derive(Clone)]
pub struct Intake(Arc<Shared>);

struct Shared {
    eider: Eider,
    room: Semaphore,
    room_kib: usize,
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Intake({} KiB free)", self.0.room.available_permits())
    }
}

impl Intake {
    /// Takes in alerts for `eider`.
    pub fn new(eider: Eider) -> Self {
        Self::with_room(eider, ROOM_KIB)
    }

    /// As [`Intake::new`], with room for so many KiB of requests at once.
    pub fn with_room(eider: Eider, kib: usize) -> Self {
        Self(Arc::new(Shared {
            eider,
            room: Semaphore::new(kib),
            room_kib: kib,
        }))
    }

    /// The addresses to which monitors send.
    pub fn router(&self) -> Router {
        let events = Router::new()
            .route("/v2/enqueue", post(pagerduty::event))
            .route("/v2/change/enqueue", post(pagerduty::change))
            .route("/v2/alerts", post(opsgenie::create))
            .route("/v2/alerts/{identifier}/close", post(opsgenie::close))
            .route(
                "/v2/alerts/{identifier}/acknowledge",
                post(opsgenie::acknowledge),
            )
            .route("/v2/alerts/requests/{id}", get(opsgenie::request))
            .route("/v2/{*elsewhere}", any(door::nothing_here))
            .layer(DefaultBodyLimit::max(EVENT_LIMIT_BYTES));
        Router::new()
            .route("/hooks/alertmanager/{key}", post(alertmanager::alerts))
            .route("/hooks/grafana/{key}", post(alertmanager::grafana))
            .route("/hooks/sentry/{key}", post(sentry::hook))
            .route("/hooks/json/{key}", post(json::hook))
            .route(
                "/hooks/heartbeat/{key}",
                get(heartbeat::beat).post(heartbeat::beat),
            )
            .route("/hooks/mail/{key}", post(mail::hook))
            .route("/hooks/watch", post(watch::probe))
            .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
            .merge(events)
            .layer(middleware::from_fn_with_state(self.clone(), door::admit))
            .with_state(self.clone())
    }

    fn eider(&self) -> &Eider {
        &self.0.eider
    }

    /// A word by which an alert is known that came without one.
    fn new_word(&self) -> String {
        let bytes: [u8; 16] = self.eider().ids().random();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
