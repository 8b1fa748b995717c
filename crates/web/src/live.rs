//! Live updates: tells an open page which of its topics changed, by server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::{Query, State},
    response::sse::{Event, KeepAlive, Sse},
    routing::get,
};
use eider_app::live::Told;
use eider_domain::{access::Action, fact::Fact};
use eider_store::fact::Recorded;
use futures_util::{Stream, stream};
use serde::Deserialize;
use tokio::sync::broadcast::{
    Receiver,
    error::{RecvError, TryRecvError},
};

use crate::{
    Visitor, Web,
    door::{Access, Rule, Stay},
};

pub(crate) const RULES: &[Rule] = &[Rule::get("/live", Access::Needs(Action::Read))];

/// Facts that come within this time are told as one.
const GATHER: Duration = Duration::from_millis(100);
const TOPICS_LIMIT: usize = 20;
/// Who is on call, and what people ask each other about it.
pub(crate) const ON_CALL: &str = "on-call";

pub(crate) fn router() -> Router<Web> {
    Router::new().route("/live", get(live))
}

/// The address of the stream for a page that was made when fact `after` was the newest.
pub(crate) fn address(topics: &str, after: i64) -> String {
    format!("/live?topics={topics}&after={after}")
}

/// What a page wants to hear of.
#[derive(Deserialize)]
struct Wanted {
    /// Topics with commas between them: `now` for every ticket, `ticket:UUID` for one, `on-call` for
    /// who is on call.
    #[serde(default)]
    topics: String,
    /// The newest fact when the page was made: what came after it is told at once.
    after: Option<i64>,
}

async fn live(
    State(web): State<Web>,
    Query(wanted): Query<Wanted>,
    visitor: Visitor,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let topics = wanted.topics.split(',').take(TOPICS_LIMIT);
    let mut listener = Listener {
        facts: web.eider.listen(),
        topics: topics.map(str::to_owned).collect(),
        missed: News::default(),
        stay: Stay::new(web.clone(), &visitor, Action::Read),
    };
    if let Some(after) = wanted.after {
        listener.catch_up(&web, after).await;
    }
    let events = stream::unfold(listener, async |mut listener| {
        let changed = listener.next().await?;
        let data = serde_json::to_string(&changed).unwrap_or_default();
        let event = Event::default().event("changed").data(data);
        Some((Ok(event), listener))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
}

/// Somebody with an open page.
struct Listener {
    stay: Stay,
    facts: Receiver<Told>,
    topics: Vec<String>,
    /// What happened between the making of the page and its listening.
    missed: News,
}

/// What some facts mean for a listener.
#[derive(Default)]
struct News {
    /// The topics that changed.
    changed: Vec<String>,
    /// Whether the listener may have to go.
    in_doubt: bool,
}

impl Listener {
    /// Looks for what happened after the fact that was the newest when the page was made.
    async fn catch_up(&mut self, web: &Web, after: i64) {
        let mut news = News::default();
        match eider_app::live::missed_since(&web.eider, after).await {
            Ok(Some(facts)) => {
                for fact in &facts {
                    self.hear(fact, &mut news);
                }
            }
            Ok(None) => self.miss(&mut news),
            Err(error) => {
                tracing::warn!(%error, "what a page missed cannot be read; it is told to look again");
                self.miss(&mut news);
            }
        }
        self.missed = news;
    }

    /// The topics that change next. Nothing when the stream is over: Eider stops, or they may not
    /// stay.
    async fn next(&mut self) -> Option<Vec<String>> {
        loop {
            let mut news = std::mem::take(&mut self.missed);
            tokio::select! {
                () = std::future::ready(()), if !news.changed.is_empty() || news.in_doubt => {}
                fact = self.facts.recv() => match fact {
                    Ok(Told::Fact(fact)) => self.hear(&fact, &mut news),
                    Ok(Told::Leap) | Err(RecvError::Lagged(_)) => self.miss(&mut news),
                    Err(RecvError::Closed) => return None,
                },
                () = self.stay.wait() => {}
            }
            if !news.changed.is_empty() {
                tokio::time::sleep(GATHER).await;
                self.hear_the_rest(&mut news);
            }
            if !self.stay.goes_on(news.in_doubt).await {
                return None;
            }
            if !news.changed.is_empty() {
                return Some(news.changed);
            }
        }
    }

    fn hear_the_rest(&mut self, news: &mut News) {
        loop {
            match self.facts.try_recv() {
                Ok(Told::Fact(fact)) => self.hear(&fact, news),
                Ok(Told::Leap) | Err(TryRecvError::Lagged(_)) => self.miss(news),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }

    fn hear(&self, fact: &Recorded, news: &mut News) {
        news.in_doubt |= self.stay.may_end_by(fact);
        if is_about_duty(&fact.happened.fact) {
            self.change(ON_CALL, news);
        }
        let Some(ticket) = fact.happened.ticket else {
            return;
        };
        let one = format!("ticket:{ticket}");
        for topic in &self.topics {
            if (topic == "now" || *topic == one) && !news.changed.contains(topic) {
                news.changed.push(topic.clone());
            }
        }
    }

    fn change(&self, topic: &str, news: &mut News) {
        let is_wanted = self.topics.iter().any(|wanted| wanted == topic);
        if is_wanted && !news.changed.iter().any(|changed| changed == topic) {
            news.changed.push(topic.to_owned());
        }
    }

    /// Too much happened at once: everything is to be looked at again.
    fn miss(&self, news: &mut News) {
        news.changed.clone_from(&self.topics);
        news.in_doubt = true;
    }
}

/// Whether a fact may change who is on call, or what is shown beside that.
fn is_about_duty(fact: &Fact) -> bool {
    match fact {
        Fact::DutyChanged { .. }
        | Fact::DutyChangeEnded { .. }
        | Fact::AbsenceNoted { .. }
        | Fact::AbsenceEnded { .. }
        | Fact::SwapAsked { .. }
        | Fact::SwapOffered { .. }
        | Fact::SwapTaken { .. }
        | Fact::SwapDeclined { .. }
        | Fact::SwapWithdrawn { .. }
        | Fact::ReadinessChanged { .. }
        | Fact::TestPageCame
        | Fact::TestPageAsked
        | Fact::ContactMethodVerified { .. }
        | Fact::ContactMethodRemoved { .. }
        | Fact::DutyNumberChanged
        | Fact::PersonDisabled { .. }
        | Fact::PersonEnabled { .. } => true,
        Fact::Configured { part, .. } => part == "rota",
        _ => false,
    }
}
