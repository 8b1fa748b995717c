//! Facts: what happened, a page at a time or as a stream.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use eider_app::fact::{self as app, Facts};
use eider_domain::{TicketNumber, access::Action};
use eider_store::fact::Recorded;
use futures_util::{Stream, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{ApiPath, ApiQuery},
    naming::{Named, Names},
    page::{self, Paged},
    problem::{ListProblems, ReadProblems},
    word::NumberText,
};
use crate::{
    Error, Result, Visitor, Web,
    door::{Access, Rule, Stay},
};

const ALL: &str = "/api/v1/facts";
const OF_TICKET: &str = "/api/v1/tickets/{number}/facts";

pub(super) const RULES: &[Rule] = &[
    Rule::get(ALL, Access::Needs(Action::ReadFacts)),
    Rule::get(OF_TICKET, Access::Needs(Action::Read)),
];

/// How many facts a stream reads at a time.
const STREAM_BATCH: i64 = 200;
/// A fact of another node may come without a hint, so a stream looks this often.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(of_ticket))
}

/// Something that happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Fact {
    /// Its place among all facts, from 1, without gaps.
    seq: i64,
    /// What kind of thing happened, such as `ticket_opened`.
    kind: String,
    /// When it happened.
    at: Timestamp,
    /// When it was recorded; later than it happened for imported history.
    recorded_at: Timestamp,
    /// Who did it; null when Eider did it by itself.
    actor: Option<Named>,
    /// The ticket that it belongs to.
    ticket: Option<NumberText>,
    /// What else is known of it; which fields there are follows from the kind.
    #[schema(value_type = Option<Object>)]
    data: Value,
}

impl Fact {
    fn of(recorded: &Recorded, ticket: Option<TicketNumber>, names: Names<'_>) -> Self {
        let happened = &recorded.happened;
        let mut parts = serde_json::to_value(&happened.fact).unwrap_or_default();
        let kind = parts.get("kind").and_then(Value::as_str);
        Self {
            seq: recorded.seq,
            kind: kind.unwrap_or_default().to_owned(),
            at: happened.at,
            recorded_at: recorded.recorded_at,
            actor: happened.actor.map(|id| names.person(id)),
            ticket: ticket.map(NumberText),
            data: parts
                .get_mut("data")
                .map(Value::take)
                .unwrap_or(Value::Null),
        }
    }
}

/// Which facts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FactQuery {
    /// Those after this place. A page begins at the start when it is left out; a stream begins
    /// now.
    #[param(value_type = i64, required = false, minimum = 0)]
    after: Option<i64>,
    /// How many a page has.
    #[param(value_type = i64, required = false, minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before; it goes before `after`.
    #[param(value_type = i64, required = false, minimum = 0)]
    cursor: Option<i64>,
}

impl FactQuery {
    fn place(&self) -> Result<Option<i64>> {
        let fits = |place: Option<i64>| place.is_none_or(|place| place >= 0);
        if fits(self.after) && fits(self.cursor) {
            Ok(self.cursor.or(self.after))
        } else {
            let message = "“after” and “cursor” are places of facts: 0 or more.";
            Err(Error::BadRequest(message.to_owned()))
        }
    }
}

/// Read facts in their order
///
/// With `Accept: text/event-stream` the answer is a stream of server-sent events that goes on as
/// things happen. Each event has the place of its fact as its id, so a client that sends
/// `Last-Event-ID` goes on where it stopped.
#[utoipa::path(get, path = ALL, tag = "facts", operation_id = "readFacts", params(FactQuery),
    responses((status = 200, description = "A page of facts, the oldest first; or a stream",
        content((Paged<Fact> = "application/json"), (String = "text/event-stream"))),
        ListProblems))]
async fn all(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    ApiQuery(query): ApiQuery<FactQuery>,
) -> Result<Response> {
    let limit = page::checked_limit(query.limit)?;
    let after = query.place()?;
    if wants_stream(&headers) {
        let after = last_event(&headers).or(after);
        let stream = follow(web, visitor, after).await?;
        return Ok(Sse::new(stream)
            .keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
            .into_response());
    }
    let after = after.unwrap_or_default();
    let facts = app::after(&web.eider, visitor.actor(), after, limit + 1).await?;
    let documents = documents(&facts, &visitor);
    let page = Paged::with_one_more(documents, limit, |fact| fact.seq.to_string());
    Ok(Json(page).into_response())
}

/// Read what happened to a ticket
#[utoipa::path(get, path = OF_TICKET, tag = "facts", operation_id = "readTimeline",
    params(("number" = NumberText, Path, description = "The ticket's number"), FactQuery),
    responses((status = 200, description = "A page of facts, the oldest first",
        body = Paged<Fact>), ReadProblems))]
async fn of_ticket(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    ApiQuery(query): ApiQuery<FactQuery>,
) -> Result<Json<Paged<Fact>>> {
    let limit = page::checked_limit(query.limit)?;
    let after = query.place()?.unwrap_or_default();
    let (facts, people) =
        eider_app::ticket::timeline(&web.eider, visitor.actor(), number.0).await?;
    let names = Names {
        people: &people,
        desk: &visitor.desk,
    };
    let one_more = usize::try_from(limit).unwrap_or_default() + 1;
    let documents = facts
        .iter()
        .filter(|fact| fact.seq > after)
        .take(one_more)
        .map(|fact| Fact::of(fact, Some(number.0), names))
        .collect();
    let page = Paged::with_one_more(documents, limit, |fact: &Fact| fact.seq.to_string());
    Ok(Json(page))
}

fn documents(facts: &Facts, visitor: &Visitor) -> Vec<Fact> {
    let names = Names {
        people: &facts.names,
        desk: &visitor.desk,
    };
    let number = |fact: &Recorded| {
        let ticket = fact.happened.ticket?;
        facts.numbers.get(&ticket).copied()
    };
    facts
        .facts
        .iter()
        .map(|fact| Fact::of(fact, number(fact), names))
        .collect()
}

fn wants_stream(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|kind| kind.trim().starts_with("text/event-stream"))
}

fn last_event(headers: &HeaderMap) -> Option<i64> {
    let id = headers.get("Last-Event-ID")?.to_str().ok()?;
    id.parse().ok().filter(|seq| *seq >= 0)
}

/// What a stream knows between two events.
struct Following {
    web: Web,
    visitor: Visitor,
    stay: Stay,
    hints: tokio::sync::broadcast::Receiver<eider_app::live::Told>,
    seen: i64,
    ready: VecDeque<Fact>,
}

async fn follow(
    web: Web,
    visitor: Visitor,
    after: Option<i64>,
) -> Result<impl Stream<Item = std::result::Result<Event, Infallible>>> {
    // Listening begins before the first look, so that nothing falls between the two.
    let hints = web.eider.listen();
    let seen = match after {
        Some(after) => after,
        None => app::last(&web.eider, visitor.actor()).await?,
    };
    let following = Following {
        stay: Stay::new(web.clone(), &visitor, Action::ReadFacts),
        web,
        visitor,
        hints,
        seen,
        ready: VecDeque::new(),
    };
    Ok(stream::unfold(following, |mut following| async move {
        let fact = following.next().await?;
        let event = Event::default()
            .id(fact.seq.to_string())
            .event("fact")
            .json_data(&fact)
            .unwrap_or_default();
        Some((Ok(event), following))
    }))
}

impl Following {
    /// The next fact, when it comes. The facts are read from the database in their order, so none
    /// is left out; what the node tells is only a hint that it is time to look. None when the
    /// stream is over: Eider stops, or the listener may not stay.
    async fn next(&mut self) -> Option<Fact> {
        use tokio::sync::broadcast::error::RecvError;
        loop {
            if let Some(fact) = self.ready.pop_front() {
                return Some(fact);
            }
            let actor = self.visitor.actor();
            match app::after(&self.web.eider, actor, self.seen, STREAM_BATCH).await {
                Ok(facts) if !facts.facts.is_empty() => {
                    let in_doubt = facts.facts.iter().any(|fact| self.stay.may_end_by(fact));
                    if !self.stay.goes_on(in_doubt).await {
                        return None;
                    }
                    self.seen = facts.facts.last().map_or(self.seen, |fact| fact.seq);
                    self.ready.extend(documents(&facts, &self.visitor));
                    continue;
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "a stream of facts waits for the database"),
            }
            if !self.stay.goes_on(false).await {
                return None;
            }
            let heard = tokio::time::timeout(LOOK_AGAIN, self.hints.recv()).await;
            if let Ok(Err(RecvError::Closed)) = heard {
                return None;
            }
        }
    }
}
