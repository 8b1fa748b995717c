//! Measuring tickets anew, after priorities, calendars or the time to close have changed.

use eider_domain::TicketNumber;
use eider_jobs::{Again, Claimed, Handlers, NewJob};
use eider_store::{Tx, job, ticket};

use crate::{Eider, Result};

const KIND: &str = "desk.rescale";

/// How many tickets are measured in one transaction, so that others do not wait for long.
const TICKETS_A_STEP: i64 = 100;

/// Has every ticket that is not closed measured anew, soon. A walk that is under way starts again.
pub(super) async fn enqueue(eider: &Eider, tx: &mut Tx) -> Result<()> {
    enqueue_after(eider, tx, TicketNumber(0)).await
}

pub(crate) fn handlers(eider: &Eider, handlers: Handlers) -> Handlers {
    let eider = eider.clone();
    handlers.with(KIND, move |claimed| {
        let eider = eider.clone();
        async move { run(&eider, &claimed).await.map_err(Again::because) }
    })
}

/// Measures the next tickets, and queues the rest. Due times and the next warning follow from
/// saving; a breach once recorded stays, because the clock of the ticket keeps it.
async fn run(eider: &Eider, claimed: &Claimed) -> Result<()> {
    let now = eider.now();
    let after = TicketNumber(claimed.payload.parse().unwrap_or_default());
    let mut tx = eider.db().write().await?;
    if !job::holds(&mut tx, claimed).await? {
        return Ok(());
    }
    let desk = eider.desk_in(&mut tx).await?;
    let numbers = ticket::unclosed_numbers(&mut tx, after, TICKETS_A_STEP).await?;
    let Some(&last) = numbers.last() else {
        return Ok(());
    };
    for number in numbers {
        if let Some(mut ticket) = ticket::to_change(&mut tx, number).await? {
            crate::ticket::save(eider, &mut tx, &desk, &mut ticket, Vec::new(), now).await?;
        }
    }
    enqueue_after(eider, &mut tx, last).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

async fn enqueue_after(eider: &Eider, tx: &mut Tx, after: TicketNumber) -> Result<()> {
    let now = eider.now();
    let new = NewJob {
        id: eider.ids().id(now),
        kind: KIND,
        payload: after.0.to_string(),
        run_at: now,
        dedup_key: Some(KIND.to_owned()),
    };
    Ok(job::enqueue(tx, &new).await?)
}
