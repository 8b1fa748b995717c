//! Heartbeats: what is to be heard of again and again, and is an alert when it is not.
//!
//! The moment at which it is missed is a job; each beat moves it. Nothing else is kept. When its key
//! is withdrawn, the job runs at once and ends what it began.

use eider_domain::{
    ServiceKeyId,
    alert::{Says, Signal, alert_id},
    service::{ServiceKey, Severity},
};
use eider_jobs::{Claimed, NewJob};
use eider_store::{Tx, alert, job};
use jiff::Timestamp;

use super::take::take_in;
use crate::{Eider, Error, Result};

pub(super) const KIND: &str = "alert.heartbeat";

/// Notes that it was heard of. From its first beat on it is expected.
///
/// # Errors
/// When the database fails: the beat has to be sent again.
pub async fn beat(eider: &Eider, key: &ServiceKey) -> Result<()> {
    let now = eider.now();
    let Some(heartbeat) = key.options.heartbeat else {
        return Ok(());
    };
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let Some(service) = desk.service(key.service) else {
        return Ok(());
    };
    // Held first, so that a beat and its missing never pass each other.
    alert::hold(&mut tx, service.id).await?;
    enqueue(eider, &mut tx, key.id, heartbeat.missed_at(now)).await?;
    let signal = signal(key, Says::Over);
    take_in(eider, &mut tx, &desk, service, vec![signal], now).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// Ends what a heartbeat began whose key was just withdrawn.
pub(crate) async fn no_longer_expected(
    eider: &Eider,
    tx: &mut Tx,
    key: ServiceKeyId,
) -> Result<()> {
    enqueue(eider, tx, key, eider.now()).await
}

/// Which of these keys are of heartbeats that never beat: nothing is expected of them, so somebody
/// should look whether what beats was set up at all.
///
/// # Errors
/// When the database fails.
pub async fn never_heard(eider: &Eider, keys: &[ServiceKey]) -> Result<Vec<ServiceKeyId>> {
    let mut tx = eider.db().read().await?;
    let mut never = Vec::new();
    for key in keys.iter().filter(|key| key.options.heartbeat.is_some()) {
        // Each beat moves the job of the next; once it was missed, there is an alert instead.
        let alert = alert_id(key.service, &known_by(key.id));
        if !job::is_queued(&mut tx, &dedup_key(key.id)).await?
            && alert::known_by(&mut tx, alert).await?.is_none()
        {
            never.push(key.id);
        }
    }
    Ok(never)
}

async fn enqueue(eider: &Eider, tx: &mut Tx, key: ServiceKeyId, run_at: Timestamp) -> Result<()> {
    let job = NewJob {
        id: eider.ids().id(eider.now()),
        kind: KIND,
        payload: key.to_string(),
        run_at,
        dedup_key: Some(dedup_key(key)),
    };
    Ok(job::enqueue(tx, &job).await?)
}

/// Tells that a beat was missed; or that it is over, when none is expected any more.
pub(super) async fn run(eider: &Eider, claimed: &Claimed) -> Result<()> {
    let id: ServiceKeyId = claimed
        .payload
        .parse()
        .map_err(|_| Error::NotFound(format!("The key “{}” of a job", claimed.payload)))?;
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let Some((service, key)) = desk.key(id) else {
        return Ok(());
    };
    let is_expected = key.withdrawn_at.is_none() && !service.retired;
    alert::hold(&mut tx, service.id).await?;
    if !job::holds(&mut tx, claimed).await? {
        return Ok(());
    }
    let says = if is_expected {
        Says::Firing
    } else {
        Says::Over
    };
    let signal = signal(key, says);
    take_in(eider, &mut tx, &desk, service, vec![signal], now).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

fn signal(key: &ServiceKey, says: Says) -> Signal {
    let title = format!("{} was not heard of in time", key.name);
    Signal::new(&known_by(key.id), says, Severity::Error, &title)
}

fn dedup_key(key: ServiceKeyId) -> String {
    format!("{KIND}:{key}")
}

fn known_by(key: ServiceKeyId) -> String {
    format!("heartbeat {key}")
}
