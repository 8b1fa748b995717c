//! Alerts for people to look at.

use eider_domain::{
    AlertGroupId, TicketNumber,
    access::{Action, Actor, may},
    alert::Group,
};
use eider_store::alert::{self, Alert};

pub use eider_store::alert::Listed as Listing;

use crate::{Eider, Error, Result};

/// How many alerts of a group are shown.
const ALERTS_LIMIT: i64 = 200;

/// A group with its alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupView {
    /// The group.
    pub group: Group,
    /// Its alerts, those that fire first.
    pub alerts: Vec<Alert>,
}

/// Up to `limit` groups of alerts, those that changed last first.
///
/// # Errors
/// `Forbidden` when the actor may not read.
pub async fn list(
    eider: &Eider,
    actor: &Actor,
    listing: Listing,
    limit: i64,
) -> Result<Vec<Group>> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    Ok(alert::list(&mut tx, listing, limit).await?)
}

/// A group with its alerts.
///
/// # Errors
/// `NotFound` when there is none of that id.
pub async fn group(eider: &Eider, actor: &Actor, id: AlertGroupId) -> Result<GroupView> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let group = alert::by_id(&mut tx, id).await?;
    let group = group.ok_or_else(|| Error::NotFound("This group of alerts".into()))?;
    let alerts = alert::alerts_of(&mut tx, id, ALERTS_LIMIT).await?;
    Ok(GroupView { group, alerts })
}

/// The groups of alerts of a ticket.
///
/// # Errors
/// `Forbidden` when the actor may not read.
pub async fn of_ticket(eider: &Eider, actor: &Actor, number: TicketNumber) -> Result<Vec<Group>> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    Ok(alert::of_ticket(&mut tx, number).await?)
}
