//! What happens to a page, shown where its messages stand.

use std::{
    collections::{BTreeSet, HashMap, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
    sync::PoisonError,
};

use eider_app::{
    contact,
    page::{self, PageView},
};
use eider_domain::{
    AttemptId, PageId,
    contact::{Attempt, Subject},
    fact::Fact,
};
use eider_jobs::{Again, Claimed, Handlers, NewJob};
use eider_store::{Tx, fact::Recorded, job};
use serde_json::{Value, json};

use super::{message::Shown, send::place};
use crate::{CallError, Slack};

/// The kind of job that brings the messages of a page to the present; its payload is its id.
const REDRAW_JOB: &str = "slack.page";
/// What this process has shown is remembered of so many messages.
const REMEMBERED: usize = 10_000;

/// Where a message stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) team: String,
    pub(super) channel: String,
    pub(super) ts: String,
}

/// What the messages of attempts show, as far as this process has drawn them.
pub(crate) type Remembered = HashMap<AttemptId, u64>;

pub(crate) fn redraws(slack: &Slack, handlers: Handlers) -> Handlers {
    let slack = slack.clone();
    handlers.with(REDRAW_JOB, move |claimed| {
        let slack = slack.clone();
        async move { slack.redraw_page(&claimed).await.map_err(Again::from) }
    })
}

/// Queues the pages to which these facts happened, so that their messages show it.
pub(crate) async fn queue(
    slack: &Slack,
    tx: &mut Tx,
    facts: &[Recorded],
) -> eider_store::Result<()> {
    let pages: BTreeSet<PageId> = facts
        .iter()
        .filter_map(|recorded| match &recorded.happened.fact {
            Fact::PageChanged { page, .. } => Some(*page),
            _ => None,
        })
        .collect();
    for page in pages {
        enqueue(slack, tx, page).await?;
    }
    Ok(())
}

async fn enqueue(slack: &Slack, tx: &mut Tx, page: PageId) -> eider_store::Result<()> {
    let now = slack.eider().now();
    let redraws = NewJob {
        id: slack.eider().ids().id(now),
        kind: REDRAW_JOB,
        payload: page.to_string(),
        run_at: now,
        dedup_key: Some(format!("{REDRAW_JOB}:{page}")),
    };
    job::enqueue(tx, &redraws).await
}

impl Slack {
    pub(super) async fn redraw_soon(&self, page: PageId) -> Result<(), CallError> {
        let mut tx = self.eider().db().write().await?;
        enqueue(self, &mut tx, page).await?;
        tx.commit().await?;
        self.eider().committed();
        Ok(())
    }

    /// How the message of an attempt shows a page. It is remembered as shown.
    pub(super) fn draw_page(&self, view: &PageView, attempt: &Attempt) -> (String, Vec<Value>) {
        let address = |path: &str| self.page(path);
        let shown = Shown {
            view,
            me: attempt.person,
            address: &address,
            is_repeat: attempt.repeats.is_some(),
            now: self.eider().now(),
        };
        shown.draw()
    }

    /// Brings every message about a page to the present.
    async fn redraw_page(&self, claimed: &Claimed) -> Result<(), CallError> {
        let Ok(id) = claimed.payload.parse::<PageId>() else {
            return Ok(());
        };
        let Some(view) = page::for_slack(self.eider(), id).await? else {
            return Ok(());
        };
        for called in &view.page.notes.called {
            let sent = contact::about(self.eider(), called.person, Subject::Page(id)).await?;
            for attempt in &sent {
                if let Some(place) = place(attempt) {
                    self.show_page(&view, attempt, &place).await?;
                }
            }
        }
        Ok(())
    }

    async fn show_page(
        &self,
        view: &PageView,
        attempt: &Attempt,
        place: &Place,
    ) -> Result<(), CallError> {
        let (text, blocks) = self.draw_page(view, attempt);
        let look = look_of(&text, &blocks);
        if self.shows(attempt.id) == Some(look) {
            return Ok(());
        }
        let body = json!({
            "channel": place.channel,
            "ts": place.ts,
            "text": text,
            "blocks": blocks,
        });
        match self.call(&place.team, "chat.update", &body).await {
            // Somebody has deleted it, or left: it is shown to nobody any more.
            Err(error @ (CallError::Refused { .. } | CallError::NotConnected)) => {
                tracing::info!(%error, "a message about a page cannot be brought to the present");
            }
            updated => drop(updated?),
        }
        self.remember(attempt.id, look);
        Ok(())
    }

    fn shows(&self, attempt: AttemptId) -> Option<u64> {
        let shown = &self.0.shown_pages;
        let shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.get(&attempt).copied()
    }

    fn remember(&self, attempt: AttemptId, look: u64) {
        let shown = &self.0.shown_pages;
        let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.len() >= REMEMBERED {
            shown.clear();
        }
        shown.insert(attempt, look);
    }
}

/// By what a message that looks the same is known.
fn look_of(text: &str, blocks: &[Value]) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    Value::from(blocks.to_vec()).to_string().hash(&mut hasher);
    hasher.finish()
}
