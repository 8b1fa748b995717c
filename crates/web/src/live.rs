//! Live updates: tells an open page which of its topics changed, by server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::{Query, State},
    response::sse::{Event, KeepAlive, Sse},
    routing::get,
};
use eider_domain::access::Action;
use eider_store::fact::Recorded;
use futures_util::{Stream, stream};
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;

use crate::{
    Visitor, Web,
    door::{Access, Rule},
};

pub(crate) const RULES: &[Rule] = &[Rule::get("/live", Access::Needs(Action::Read))];

/// Facts that come within this time are told as one.
const GATHER: Duration = Duration::from_millis(100);
const TOPICS_LIMIT: usize = 20;

pub(crate) fn router() -> Router<Web> {
    Router::new().route("/live", get(live))
}

/// What a page wants to hear of.
#[derive(Deserialize)]
struct Wanted {
    /// Topics with commas between them: `now` for every ticket, `ticket:UUID` for one.
    #[serde(default)]
    topics: String,
}

async fn live(
    State(web): State<Web>,
    Query(wanted): Query<Wanted>,
    _visitor: Visitor,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let topics: Vec<String> = wanted
        .topics
        .split(',')
        .take(TOPICS_LIMIT)
        .map(str::to_owned)
        .collect();
    let facts = web.eider.listen();
    let events = stream::unfold((facts, topics), |(mut facts, topics)| async move {
        loop {
            let mut changed = Vec::new();
            match facts.recv().await {
                Ok(fact) => add(&mut changed, &topics, &fact),
                // Too much happened at once: look at everything again.
                Err(RecvError::Lagged(_)) => changed.clone_from(&topics),
                Err(RecvError::Closed) => return None,
            }
            if changed.is_empty() {
                continue;
            }
            tokio::time::sleep(GATHER).await;
            while let Ok(fact) = facts.try_recv() {
                add(&mut changed, &topics, &fact);
            }
            let data = serde_json::to_string(&changed).unwrap_or_default();
            return Some((
                Ok(Event::default().event("changed").data(data)),
                (facts, topics),
            ));
        }
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
}

fn add(changed: &mut Vec<String>, topics: &[String], fact: &Recorded) {
    let Some(ticket) = fact.happened.ticket else {
        return;
    };
    let one = format!("ticket:{ticket}");
    for topic in topics {
        if (topic == "now" || *topic == one) && !changed.contains(topic) {
            changed.push(topic.clone());
        }
    }
}
