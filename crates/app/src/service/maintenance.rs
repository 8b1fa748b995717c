//! Times in which a service is being worked on, so that its alerts are no surprise.

use eider_domain::{
    ServiceId,
    access::Actor,
    service::{Service, Window},
};
use jiff::Timestamp;

use super::{ServiceEdit, existing, write};
use crate::{Eider, Error, Result, configure::Subject};

/// Plans maintenance of a service.
///
/// # Errors
/// `NotFound` when there is no such service, `Forbidden` when its squad is not the actor's,
/// `Invalid` with what is wrong.
pub async fn plan_maintenance(
    eider: &Eider,
    actor: &Actor,
    id: ServiceId,
    window: Window,
) -> Result<Service> {
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let mut edit = ServiceEdit::of(existing(&desk, id)?);
    if window.until <= eider.now() {
        return Err(Error::field(
            "maintenance",
            "This time is over already. Choose one that is still to come.",
        ));
    }
    edit.maintenance.push(window);
    write(eider, tx, actor, Subject::There(id), edit).await
}

/// Ends maintenance, or takes it back before it began. Alerts that were quiet because of it are
/// looked at again at once.
///
/// # Errors
/// `NotFound` when the service has no maintenance that begins then, `Forbidden` when its squad is
/// not the actor's.
pub async fn end_maintenance(
    eider: &Eider,
    actor: &Actor,
    id: ServiceId,
    from: Timestamp,
) -> Result<Service> {
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let mut edit = ServiceEdit::of(existing(&desk, id)?);
    let before = edit.maintenance.len();
    edit.maintenance.retain(|window| window.from != from);
    if edit.maintenance.len() == before {
        return Err(Error::NotFound("This maintenance".into()));
    }
    write(eider, tx, actor, Subject::There(id), edit).await
}
