//! Pages: calling people until somebody answers.
//!
//! A page begins and ends in the transaction that opens, moves, raises, takes or resolves its ticket
//! (`follow`). Whatever happens by itself is done by the job `page.step`, which loads the page
//! again, asks the rules what is due, and has people called in the same transaction. Before a
//! message goes out, `words` is asked whether it is still wanted.

mod act;
mod begin;
mod callable;
mod clocks;
mod digit;
mod follow;
mod gather;
mod link;
mod read;
mod record;
mod rehearse;
mod scene;
mod step;
mod words;

pub use act::{Answer, act, act_by_link, act_once, resolve, resolve_by_link};
pub(crate) use begin::call_in;
pub use begin::{call_on_ticket, call_once, drill};
pub use callable::may_be_called;
pub use clocks::put_right;
pub(crate) use clocks::run as look_at_clocks;
pub(crate) use digit::{Reply, answered_by_digit, answered_by_message, answers_of};
pub(crate) use follow::{fires_again, follow};
pub use link::{LinkView, by_link, responders_by_link};
pub use read::{
    PageView, about, by_id, drills, for_slack, in_hand_of, of_ticket, open, show, unanswered,
    unreached,
};
pub(crate) use rehearse::rehearse;
pub(crate) use words::{missed_words, words};

use eider_domain::{
    PageId,
    page::{Page, State},
};
use eider_jobs::{Again, Handlers, NewJob};
use eider_store::{Tx, job};
use jiff::{SignedDuration, Timestamp};

use crate::{Eider, Result};

/// How long a link is good for.
const LINKS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 14);

pub(crate) fn handlers(eider: &Eider, handlers: Handlers) -> Handlers {
    let eider = eider.clone();
    handlers.with(step::KIND, move |claimed| {
        let eider = eider.clone();
        async move { step::run(&eider, &claimed).await.map_err(Again::because) }
    })
}

/// Forgets links that nobody needs any more.
pub(crate) async fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<()> {
    let before = now.checked_sub(LINKS_KEPT).unwrap_or(Timestamp::MIN);
    Ok(eider_store::page::forget_links(tx, before).await?)
}

/// Has every page looked at again that is being called: somebody else may be on call now. Call it
/// before anything is appended to the chain of facts.
pub(crate) async fn look_again(eider: &Eider, tx: &mut Tx) -> Result<()> {
    look_at_all(eider, tx, "calling").await
}

/// As [`look_again`], and those that somebody has: they may have left.
pub(crate) async fn look_again_for_leaving(eider: &Eider, tx: &mut Tx) -> Result<()> {
    look_at_all(eider, tx, "calling").await?;
    look_at_all(eider, tx, "acknowledged").await
}

async fn look_at_all(eider: &Eider, tx: &mut Tx, standing: &str) -> Result<()> {
    let now = eider.now();
    for id in eider_store::page::standing(tx, standing).await? {
        job::enqueue(tx, &step(eider, id, now)).await?;
    }
    Ok(())
}

/// The job that looks at a page at an instant.
fn step(eider: &Eider, id: PageId, run_at: Timestamp) -> NewJob {
    NewJob {
        id: eider.ids().id(eider.now()),
        kind: step::KIND,
        payload: id.to_string(),
        run_at,
        dedup_key: Some(key(id)),
    }
}

/// Writes a page, and queues the moment at which something happens to it by itself.
pub(crate) async fn save(
    eider: &Eider,
    tx: &mut Tx,
    page: &Page,
    next_at: Option<Timestamp>,
) -> Result<()> {
    eider_store::page::put(tx, page, next_at).await?;
    let key = key(page.id);
    let Some(next_at) = next_at else {
        return Ok(job::cancel(tx, &key).await?);
    };
    // Of what is due when hours start, the most urgent goes first.
    let is_held = matches!(page.state, State::Held { .. });
    let later = if is_held && next_at > eider.now() {
        SignedDuration::from_micros(i64::from(page.rank().get()))
    } else {
        SignedDuration::ZERO
    };
    let run_at = next_at.saturating_add(later).unwrap_or(next_at);
    Ok(job::enqueue(tx, &step(eider, page.id, run_at)).await?)
}

fn key(id: PageId) -> String {
    format!("{}:{id}", step::KIND)
}
