//! Warnings, breaches and updates that are due, at the right moment and once.

use eider_domain::TicketNumber;
use eider_jobs::Claimed;
use eider_store::job;

use super::{act::to_change, save};
use crate::{Eider, Error, Result};

pub(super) const KIND: &str = "ticket.service_level";

/// Records what is due of the ticket that the job names, and queues what comes next.
pub(super) async fn run(eider: &Eider, claimed: &Claimed) -> Result<()> {
    let number = number_of(claimed)?;
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let ticket = to_change(&mut tx, number).await;
    // The row of the ticket is held now, so no other node is between asking and doing.
    if !job::holds(&mut tx, claimed).await? {
        return Ok(());
    }
    let mut ticket = ticket?;
    let desk = eider.desk_in(&mut tx).await?;
    save(eider, &mut tx, &desk, &mut ticket, Vec::new(), now).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// The ticket that a job is about.
pub(super) fn number_of(claimed: &Claimed) -> Result<TicketNumber> {
    claimed
        .payload
        .parse()
        .map_err(|_| Error::NotFound(format!("The ticket “{}” of a job", claimed.payload)))
}
