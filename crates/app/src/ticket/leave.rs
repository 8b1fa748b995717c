//! Giving back the tickets of somebody who is gone: nobody has them any more, and people are called
//! for those that are worth it.

use eider_domain::{
    PersonId,
    person::{Person, Standing},
    ticket::Command,
};
use eider_jobs::{Claimed, NewJob};
use eider_store::{Tx, job, person};

use super::act::{act_in, to_change};
use crate::{Eider, Error, Result};

pub(super) const KIND: &str = "ticket.leave";

/// Queues it, for right after this transaction.
pub(crate) async fn leave(eider: &Eider, tx: &mut Tx, person: PersonId) -> Result<()> {
    let job = NewJob {
        id: eider.ids().id(eider.now()),
        kind: KIND,
        payload: person.to_string(),
        run_at: eider.now(),
        dedup_key: Some(format!("{KIND}:{person}")),
    };
    Ok(job::enqueue(tx, &job).await?)
}

/// Gives back every open ticket of the person whom the job names, each in a transaction of its own,
/// so that nothing is held together that others hold in another order.
pub(super) async fn run(eider: &Eider, claimed: &Claimed) -> Result<()> {
    let id: PersonId = claimed
        .payload
        .parse()
        .map_err(|_| Error::NotFound(format!("The person “{}” of a job", claimed.payload)))?;
    loop {
        let mut tx = eider.db().write().await?;
        let found = person::by_id(&mut tx, id).await?;
        let is_gone = |person: &Person| person.standing == Standing::Disabled;
        if !found.as_ref().is_some_and(is_gone) {
            return Ok(());
        }
        let theirs = eider_store::ticket::owned_by(&mut tx, id, 1).await?;
        let Some(number) = theirs.first().map(|ticket| ticket.number) else {
            return Ok(());
        };
        let ticket = to_change(&mut tx, number).await?;
        // Somebody may have taken it until it was held.
        if ticket.owner == Some(id) {
            act_in(eider, &mut tx, None, number, Command::Release).await?;
            tx.commit().await?;
            eider.committed();
        }
    }
}
