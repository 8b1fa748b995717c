//! Sees new facts, and queues a job for each ticket whose thread has to be told.

use std::{collections::HashSet, time::Duration};

use eider_app::slack::FOLLOWED;
use eider_domain::{SquadId, TicketId, fact::Fact};
use eider_jobs::NewJob;
use eider_store::{
    Tx,
    fact::{self, Recorded},
    job, setting,
    slack::{
        channel::{self, Channel},
        thread::{self, Thread},
        workspace,
    },
};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::TELL_JOB;
use crate::{Slack, home, incident, on_call, page};

/// Another node may have recorded something: look this often. A commit here is seen at once.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
const FACTS_A_LOOK: i64 = 500;
/// A ticket that was asked longer ago than this comes from another tracker, and gets no thread.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// Follows new facts until `stop`.
pub(crate) async fn follow(slack: &Slack, stop: CancellationToken) {
    let mut commits = slack.eider().commits();
    while !stop.is_cancelled() {
        match look(slack).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "new facts cannot be followed; trying again"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            Ok(()) = commits.changed() => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Looks at the next facts. Answers whether there may be more.
async fn look(slack: &Slack) -> eider_app::Result<bool> {
    let eider = slack.eider();
    let mut tx = eider.db().read().await?;
    let followed = setting::get(&mut tx, FOLLOWED).await?;
    let last = fact::last_seq(&mut tx).await?;
    drop(tx);
    // Nothing is followed before Slack is connected.
    if followed.is_none_or(|followed: i64| followed >= last) {
        return Ok(false);
    }
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    // Another node may have followed them meanwhile.
    let followed = setting::get(&mut tx, FOLLOWED).await?.unwrap_or(last);
    let facts = fact::after(&mut tx, followed, FACTS_A_LOOK).await?;
    let Some(reached) = facts.last().map(|recorded| recorded.seq) else {
        return Ok(false);
    };
    let channels = channel::all(&mut tx).await?;
    let mut concerned = HashSet::new();
    for recorded in &facts {
        if let Some(ticket) = recorded.happened.ticket {
            begin_thread(&mut tx, &channels, ticket, recorded, now).await?;
            concerned.insert(ticket);
        }
    }
    home::queue(slack, &mut tx, &concerned, &facts).await?;
    incident::queue(slack, &mut tx, &facts).await?;
    page::queue(slack, &mut tx, &facts).await?;
    on_call::groups::queue(slack, &mut tx, &facts).await?;
    on_call::swaps::queue(slack, &mut tx, &facts).await?;
    for ticket in concerned {
        if thread::of(&mut tx, ticket).await?.is_some() {
            let job = NewJob {
                id: eider.ids().id(now),
                kind: TELL_JOB,
                payload: ticket.0.to_string(),
                run_at: now,
                dedup_key: Some(format!("{TELL_JOB}:{}", ticket.0)),
            };
            job::enqueue(&mut tx, &job).await?;
        }
    }
    setting::put(&mut tx, FOLLOWED, &reached).await?;
    tx.commit().await?;
    eider.committed();
    Ok(reached < last)
}

/// A new ticket gets a thread, in the channel of its squad or else in the one for all.
async fn begin_thread(
    tx: &mut Tx,
    channels: &[Channel],
    ticket: TicketId,
    recorded: &Recorded,
    now: Timestamp,
) -> eider_store::Result<()> {
    let Fact::TicketOpened { squad, .. } = &recorded.happened.fact else {
        return Ok(());
    };
    let is_history = now.duration_since(recorded.happened.at) > FRESH;
    let Some(channel) = channel_for(channels, *squad).filter(|_| !is_history) else {
        return Ok(());
    };
    // Whoever asked in Slack may have begun it already.
    if thread::of(tx, ticket).await?.is_some()
        || workspace::by_id(tx, &channel.team_id).await?.is_none()
    {
        return Ok(());
    }
    let begun = Thread {
        ticket,
        team_id: channel.team_id.clone(),
        channel_id: channel.channel_id.clone(),
        ts: None,
        card_hash: None,
        card_at: None,
        told_seq: recorded.seq,
        telling_seq: None,
        told_parts: 0,
        trouble: None,
    };
    thread::put(tx, &begun).await
}

fn channel_for(channels: &[Channel], squad: Option<SquadId>) -> Option<&Channel> {
    let of_squad = channels
        .iter()
        .find(|channel| squad.is_some() && channel.squad == squad);
    of_squad.or_else(|| channels.iter().find(|channel| channel.squad.is_none()))
}
