//! Requests for a swap in private: whoever is asked gets one, wherever it was asked, and it says in its
//! place what became of it; whoever asked is told.

use std::collections::{BTreeSet, HashMap};

use eider_domain::{
    PersonId, SwapId,
    fact::Fact,
    rota::{Offer, Rota, Swap, SwapState},
};
use eider_jobs::{Again, Claimed, Handlers, NewJob};
use eider_store::{
    Tx,
    fact::Recorded,
    job,
    person::{self, PersonName},
    rota::swaps_until,
    slack::person::{Linked, linked},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::shown::{NAME_LIMIT, request_blocks, request_words};
use crate::{CallError, Slack, kit, mirror::post::Post};

/// The kind of job that tells people of a request; its payload is its id.
const SWAP_JOB: &str = "slack.swap";
/// How many people are asked in private for a swap.
const ASKED_LIMIT: usize = 30;
/// How many offers are told, the latest first.
const OFFERS_SHOWN: usize = 4;

pub(crate) fn handlers(slack: &Slack, handlers: Handlers) -> Handlers {
    let slack = slack.clone();
    handlers.with(SWAP_JOB, move |claimed| {
        let slack = slack.clone();
        async move { slack.tell_swap(&claimed).await.map_err(Again::from) }
    })
}

/// Queues the requests to which these facts happened, so that people are told.
pub(crate) async fn queue(
    slack: &Slack,
    tx: &mut Tx,
    facts: &[Recorded],
) -> eider_store::Result<()> {
    let swaps: BTreeSet<SwapId> = facts
        .iter()
        .filter_map(|recorded| match &recorded.happened.fact {
            Fact::SwapAsked { swap, .. }
            | Fact::SwapOffered { swap, .. }
            | Fact::SwapTaken { swap, .. }
            | Fact::SwapDeclined { swap }
            | Fact::SwapWithdrawn { swap } => Some(*swap),
            _ => None,
        })
        .collect();
    let now = slack.eider().now();
    for swap in swaps {
        let told = NewJob {
            id: slack.eider().ids().id(now),
            kind: SWAP_JOB,
            payload: swap.to_string(),
            run_at: now,
            dedup_key: Some(format!("{SWAP_JOB}:{swap}")),
        };
        job::enqueue(tx, &told).await?;
    }
    Ok(())
}

/// A request, and what is needed to tell of it.
pub(super) struct Told<'a> {
    pub(super) swap: &'a Swap,
    pub(super) rota: &'a str,
    /// Somebody's name, without calling them.
    pub(super) name: &'a (dyn Fn(PersonId) -> String + Sync),
    /// Where offers are looked at.
    pub(super) page: &'a str,
}

impl Told<'_> {
    /// What stands in the message of somebody who was asked.
    pub(super) fn for_asked(&self, me: PersonId) -> (String, Vec<Value>) {
        let (name, asker) = (self.name, self.swap.asker);
        let text = match &self.swap.state {
            SwapState::Open { .. } => {
                let who = name(asker);
                let text = request_words(self.swap, self.rota, &who);
                return (text, request_blocks(self.swap, self.rota, &who));
            }
            SwapState::Taken { by, .. } if *by == me => format!(
                ":white_check_mark: Thank you. You are on call for {}: {}.",
                name(asker),
                self.time()
            ),
            SwapState::Taken { by, .. } => format!(
                ":white_check_mark: {} has taken it from {}: {}.",
                name(*by),
                name(asker),
                self.time()
            ),
            SwapState::Declined { .. } => format!(
                "You said that you cannot. {} knows, and stays on call: {}.",
                name(asker),
                self.time()
            ),
            SwapState::Withdrawn { .. } => {
                format!("{} no longer asks for it: {}.", name(asker), self.time())
            }
        };
        let blocks = vec![kit::section(&text)];
        (text, blocks)
    }

    /// What whoever asked is told, with a key by which it is told once.
    pub(super) fn for_asker(&self) -> Option<(String, String)> {
        let (id, name) = (self.swap.id, self.name);
        match &self.swap.state {
            SwapState::Open { offers } => {
                let shown = offers.iter().rev().take(OFFERS_SHOWN);
                let lines: Vec<String> = shown.map(|offer| self.offer(offer)).collect();
                let text = format!(
                    ":arrows_counterclockwise: {}\n<{}|Say yes or no on the web.> Until then you \
                     stay on call.",
                    lines.join("\n"),
                    self.page
                );
                let key = format!("swap {id} offers {}", offers.len());
                (!offers.is_empty()).then_some((key, text))
            }
            SwapState::Taken { by, in_return, .. } => {
                let text = format!(
                    ":white_check_mark: {} takes your time on call: {}.",
                    name(*by),
                    self.time()
                );
                let given = in_return.as_ref().map_or_else(String::new, |offer| {
                    format!(
                        " You are on call for them {}.",
                        span(offer.from, offer.until)
                    )
                });
                Some((format!("swap {id} taken"), format!("{text}{given}")))
            }
            SwapState::Declined { .. } => {
                let asked = self.swap.asked.map_or_else(|| "Nobody".to_owned(), name);
                let text = format!(
                    ":warning: {asked} cannot take your time on call: {}. You stay on call; ask \
                     somebody else with `/oncall swap`.",
                    self.time()
                );
                Some((format!("swap {id} declined"), text))
            }
            SwapState::Withdrawn { .. } => None,
        }
    }

    fn offer(&self, offer: &Offer) -> String {
        format!(
            "{} would take your time on call ({}) if you take theirs: {}.",
            (self.name)(offer.by),
            self.time(),
            span(offer.from, offer.until)
        )
    }

    fn time(&self) -> String {
        let rota = kit::escape(&kit::cut(self.rota, NAME_LIMIT));
        format!("{rota}, {}", span(self.swap.from, self.swap.until))
    }
}

fn span(from: Timestamp, until: Timestamp) -> String {
    format!("{} to {}", kit::due(from), kit::due(until))
}

impl Slack {
    async fn tell_swap(&self, claimed: &Claimed) -> Result<(), CallError> {
        let Ok(id) = claimed.payload.parse::<SwapId>() else {
            return Ok(());
        };
        let now = self.eider().now();
        let mut tx = self.eider().db().read().await?;
        let open = swaps_until(&mut tx, now).await?;
        drop(tx);
        // What is over in time concerns nobody any more.
        let Some(swap) = open.into_iter().find(|swap| swap.id == id) else {
            return Ok(());
        };
        let desk = self.eider().desk().await?;
        let Some(rota) = desk.rota(swap.rota) else {
            return Ok(());
        };
        let asked = asked(&swap, rota);
        let names = self.names_in(&swap, &asked).await?;
        let name = |person| {
            let name = names.get(&person);
            let name = name.map_or("Somebody", |name| name.name.as_str());
            kit::escape(&kit::cut(name, NAME_LIMIT))
        };
        let page = self.page("/my-duty");
        let told = Told {
            swap: &swap,
            rota: &rota.name,
            name: &name,
            page: &page,
        };
        for person in asked {
            for there in self.places_of(person).await? {
                self.tell_asked(&told, person, &there).await?;
            }
        }
        let Some((key, text)) = told.for_asker() else {
            return Ok(());
        };
        for there in self.places_of(swap.asker).await? {
            let post = Post {
                channel: String::new(),
                thread_ts: None,
                key: key.clone(),
                text: text.clone(),
                blocks: vec![kit::section(&text)],
            };
            self.tell_once(&there, post).await?;
        }
        Ok(())
    }

    async fn names_in(
        &self,
        swap: &Swap,
        asked: &[PersonId],
    ) -> Result<HashMap<PersonId, PersonName>, CallError> {
        let mut people = vec![swap.asker];
        people.extend(asked);
        match &swap.state {
            SwapState::Open { offers } => people.extend(offers.iter().map(|offer| offer.by)),
            SwapState::Taken { by, .. } => people.push(*by),
            SwapState::Declined { .. } | SwapState::Withdrawn { .. } => {}
        }
        let mut tx = self.eider().db().read().await?;
        Ok(person::names(&mut tx, &people).await?)
    }

    async fn places_of(&self, person: PersonId) -> Result<Vec<Linked>, CallError> {
        let mut tx = self.eider().db().read().await?;
        Ok(linked(&mut tx, person).await?)
    }

    /// Asks somebody while it is open; says in its place what became of it afterwards.
    async fn tell_asked(
        &self,
        told: &Told<'_>,
        person: PersonId,
        there: &Linked,
    ) -> Result<(), CallError> {
        let (text, blocks) = told.for_asked(person);
        let post = Post {
            channel: String::new(),
            thread_ts: None,
            key: format!("swap {} asked", told.swap.id),
            text,
            blocks,
        };
        if matches!(told.swap.state, SwapState::Open { .. }) {
            return self.tell_once(there, post).await;
        }
        let changed = self.change_asked(there, post).await;
        unless_refused(changed)
    }

    async fn change_asked(&self, there: &Linked, post: Post) -> Result<(), CallError> {
        let team = there.team_id.as_str();
        let channel = self.direct_channel(team, &there.user_id).await?;
        let post = Post { channel, ..post };
        let Some(ts) = self.posted_before(team, &post).await? else {
            return Ok(());
        };
        let body = json!({
            "channel": post.channel,
            "ts": ts,
            "text": post.text,
            "blocks": post.blocks,
        });
        self.call(team, "chat.update", &body).await.map(drop)
    }

    async fn tell_once(&self, there: &Linked, post: Post) -> Result<(), CallError> {
        let told = async {
            let channel = self.direct_channel(&there.team_id, &there.user_id).await?;
            let post = Post { channel, ..post };
            // It may have been told before by a job that did not end.
            self.post_once(&there.team_id, &post, true).await.map(drop)
        };
        unless_refused(told.await)
    }
}

/// Whoever cannot be told in private sees it on the web, and keeps the others from nothing.
fn unless_refused(told: Result<(), CallError>) -> Result<(), CallError> {
    match told {
        Err(error @ (CallError::Refused { .. } | CallError::NotConnected)) => {
            tracing::info!(%error, "somebody cannot be told of a swap in private");
            Ok(())
        }
        told => told,
    }
}

/// Whoever is asked: one, or everybody else in the rota.
fn asked(swap: &Swap, rota: &Rota) -> Vec<PersonId> {
    let mut people = match swap.asked {
        Some(one) => vec![one],
        None => rota.people_from(swap.from),
    };
    people.retain(|person| *person != swap.asker);
    people.truncate(ASKED_LIMIT);
    people
}
