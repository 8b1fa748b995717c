//! Looking at a group of alerts again: whether what kept it quiet is over, whether what came and
//! went is over for good, and whether a monitor still says otherwise than whoever resolved a ticket.

use eider_domain::{
    AlertGroupId, ServiceId,
    alert::{Deed, Fired, Group},
    fact::{Fact, Happened},
    ticket::Ticket,
};
use eider_jobs::{Claimed, NewJob};
use eider_store::{Tx, alert, fact, job};
use jiff::Timestamp;

use super::{
    follow::{Scene, scene_of, weighed_scene},
    known::known,
};
use crate::{Eider, Error, Result};

pub(super) const KIND: &str = "alert.look";

/// Queues a look at the group for when something may follow by itself, if anything may.
pub(super) async fn queue(eider: &Eider, tx: &mut Tx, group: &Group, now: Timestamp) -> Result<()> {
    let settles = group.settles_at(now);
    match group.look_again_at(now).or(settles) {
        Some(run_at) => queue_at(eider, tx, group.id, run_at).await,
        None => Ok(()),
    }
}

/// Queues a look at every group of a service that fires while nobody is bothered.
pub(crate) async fn look_at_service(eider: &Eider, tx: &mut Tx, service: ServiceId) -> Result<()> {
    for group in alert::quiet_of(tx, service).await? {
        queue_at(eider, tx, group.id, eider.now()).await?;
    }
    Ok(())
}

/// Queues a look at the group.
pub(super) async fn queue_at(
    eider: &Eider,
    tx: &mut Tx,
    group: AlertGroupId,
    run_at: Timestamp,
) -> Result<()> {
    let job = NewJob {
        id: eider.ids().id(eider.now()),
        kind: KIND,
        payload: group.to_string(),
        run_at,
        dedup_key: Some(format!("{KIND}:{group}")),
    };
    Ok(job::enqueue(tx, &job).await?)
}

/// Looks at the group that the job names. Everything is derived again from what is so now.
pub(super) async fn run(eider: &Eider, claimed: &Claimed) -> Result<()> {
    let id: AlertGroupId = claimed
        .payload
        .parse()
        .map_err(|_| Error::NotFound(format!("The group “{}” of a job", claimed.payload)))?;
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let Some(group) = alert::by_id(&mut tx, id).await? else {
        return Ok(());
    };
    alert::hold(&mut tx, group.service).await?;
    if !job::holds(&mut tx, claimed).await? {
        return Ok(());
    }
    // It may have changed until it was held.
    let Some(mut group) = alert::by_id(&mut tx, id).await? else {
        return Ok(());
    };
    let desk = eider.desk_in(&mut tx).await?;
    let Some(service) = desk
        .service(group.service)
        .filter(|service| !service.retired)
    else {
        return Ok(());
    };
    let scene = Scene {
        eider,
        desk: &desk,
        service,
        now,
    };
    let mut not_before = None;
    let facts = if group.firing > 0 {
        let ticket = scene.ticket(&mut tx, &mut group).await?;
        not_before = ticket
            .as_ref()
            .map(scene_of)
            .and_then(|ticket| group.believes_until(ticket, now));
        match not_before {
            None => wake(&scene, &mut tx, &mut group, ticket).await?,
            Some(_) => Vec::new(),
        }
    } else {
        settle(&scene, &mut tx, &mut group).await?
    };
    alert::put_group(&mut tx, &group).await?;
    match not_before {
        Some(at) => queue_at(eider, &mut tx, group.id, at).await?,
        None => queue(eider, &mut tx, &group, now).await?,
    }
    fact::append(&mut tx, &facts, now).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// Tells somebody, when nothing keeps it quiet any more, or when its ticket was resolved too early.
async fn wake(
    scene: &Scene<'_>,
    tx: &mut Tx,
    group: &mut Group,
    mut ticket: Option<Ticket>,
) -> Result<Vec<Happened>> {
    let ticket_scene = weighed_scene(tx, group, ticket.as_ref()).await?;
    let heard_at = alert::heard_last_at(tx, group.id).await?;
    let is_contradicted = ticket_scene
        .zip(heard_at)
        .is_some_and(|(ticket, heard_at)| group.speaks_against(ticket, heard_at, scene.now));
    if group.quiet.is_none() && !is_contradicted {
        return Ok(Vec::new());
    }
    let known = known(tx, scene.desk, group).await?;
    let quiet = scene.quiet(tx, group, known).await?;
    let was = group.severity;
    let deed = group.on_firing(scene.service, ticket_scene, was, quiet, scene.now);
    let still = match deed {
        Deed::Rest(quiet) => Some(quiet),
        Deed::Join { waits, .. } => waits,
        _ => None,
    };
    if still.is_some() {
        group.quiet = still;
        return Ok(Vec::new());
    }
    let told = Fact::AlertsFired(Fired {
        service: scene.service.id,
        group: group.name.clone(),
        alerts: group.firing,
        titles: vec![group.title.clone()],
        severity: group.severity,
        quiet: None,
        known: known.map(|(issue, _)| issue.id),
    });
    scene
        .carry_out(tx, group, &mut ticket, deed, told, None)
        .await
}

/// Ends the ticket, when what came and went has been quiet for long enough.
async fn settle(scene: &Scene<'_>, tx: &mut Tx, group: &mut Group) -> Result<Vec<Happened>> {
    let Some(mut ticket) = scene.ticket(tx, group).await? else {
        return Ok(Vec::new());
    };
    let command = scene.resolve(tx, group, &ticket).await?;
    scene.tell_owner(tx, group, &ticket).await?;
    scene.change(tx, &mut ticket, None, command).await
}
