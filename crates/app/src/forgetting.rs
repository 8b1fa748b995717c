//! Forgetting, once a day, what is kept only for a time: the keys of requests, what Slack sent,
//! how people were reached, and alerts that ended long ago.

use eider_jobs::{Again, Claimed, Handlers, NewJob};
use eider_store::{Tx, job};
use jiff::{SignedDuration, Timestamp};

use crate::{Eider, Result, alert, contact, once, page, readiness, rota, slack};

const KIND: &str = "desk.forget";
const EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Queues it to be done now. There is one such job, however many nodes there are.
pub(crate) async fn enqueue(eider: &Eider, tx: &mut Tx) -> Result<()> {
    enqueue_at(eider, tx, eider.now()).await
}

pub(crate) fn handlers(eider: &Eider, handlers: Handlers) -> Handlers {
    let eider = eider.clone();
    handlers.with(KIND, move |claimed| {
        let eider = eider.clone();
        async move { run(&eider, &claimed).await.map_err(Again::because) }
    })
}

/// Forgets, and queues it for the next day.
async fn run(eider: &Eider, claimed: &Claimed) -> Result<()> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    if !job::holds(&mut tx, claimed).await? {
        return Ok(());
    }
    once::forget_old(&mut tx, now).await?;
    slack::forget_old(&mut tx, now).await?;
    contact::forget_old(&mut tx, now).await?;
    page::forget_old(&mut tx, now).await?;
    alert::forget_old(&mut tx, now).await?;
    rota::forget_old(&mut tx, now).await?;
    readiness::forget_old(&mut tx, now).await?;
    enqueue_at(eider, &mut tx, now.saturating_add(EVERY).unwrap_or(now)).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

async fn enqueue_at(eider: &Eider, tx: &mut Tx, run_at: Timestamp) -> Result<()> {
    let new = NewJob {
        id: eider.ids().id(eider.now()),
        kind: KIND,
        payload: String::new(),
        run_at,
        dedup_key: Some(KIND.to_owned()),
    };
    Ok(job::enqueue(tx, &new).await?)
}
