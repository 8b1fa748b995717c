//! Closing what was resolved, when its reporter says nothing for long enough.

use eider_domain::ticket::{Command, StatusKind, Ticket};
use eider_jobs::Claimed;
use eider_store::job;
use jiff::{SignedDuration, Timestamp};

use super::{
    act::{act_in, to_change},
    service_level::number_of,
};
use crate::{Eider, Result};

pub(super) const KIND: &str = "ticket.close";

/// When a resolved ticket is closed by itself, if nothing happens.
pub(super) fn due_at(ticket: &Ticket, close_after_days: i64) -> Option<Timestamp> {
    let waits = ticket.status.kind() == StatusKind::Resolved;
    let resolved_at = ticket.resolved_at.filter(|_| waits)?;
    resolved_at
        .checked_add(SignedDuration::from_hours(24 * close_after_days))
        .ok()
}

/// Closes the ticket that the job names, if its time has come.
pub(super) async fn run(eider: &Eider, claimed: &Claimed) -> Result<()> {
    let number = number_of(claimed)?;
    let mut tx = eider.db().write().await?;
    let ticket = to_change(&mut tx, number).await?;
    if !job::holds(&mut tx, claimed).await? {
        return Ok(());
    }
    let desk = eider.desk_in(&mut tx).await?;
    let is_due =
        due_at(&ticket, desk.settings.close_after_days).is_some_and(|due_at| due_at <= eider.now());
    if !is_due {
        return Ok(());
    }
    act_in(eider, &mut tx, None, number, Command::CloseUnanswered).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}
