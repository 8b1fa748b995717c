//! Whoever may be called is looked for in each workspace by their address, so that they are called there
//! although they never wrote to Eider.

use std::{collections::HashMap, sync::PoisonError};

use eider_app::page::may_be_called;
use eider_domain::PersonId;
use eider_jobs::{Again, Claimed, Handlers, NewJob};
use eider_store::{Tx, job, slack::person};
use jiff::{SignedDuration, Timestamp};

use crate::{CallError, Slack};

/// The kind of job that looks for people in a workspace; its payload is its id.
const MEET_JOB: &str = "slack.meet";
/// Whoever is not there is looked for again after this.
const REST: SignedDuration = SignedDuration::from_hours(6);

/// When this process looked for somebody in a workspace and did not find them.
pub(crate) type Missed = HashMap<(String, PersonId), Timestamp>;

pub(crate) fn handlers(slack: &Slack, handlers: Handlers) -> Handlers {
    let slack = slack.clone();
    handlers.with(MEET_JOB, move |claimed| {
        let slack = slack.clone();
        async move { slack.meet_all(&claimed).await.map_err(Again::from) }
    })
}

/// Has people looked for in that workspace.
pub(super) async fn queue(slack: &Slack, tx: &mut Tx, team: &str) -> eider_store::Result<()> {
    let now = slack.eider().now();
    let meets = NewJob {
        id: slack.eider().ids().id(now),
        kind: MEET_JOB,
        payload: team.to_owned(),
        run_at: now,
        dedup_key: Some(format!("{MEET_JOB}:{team}")),
    };
    job::enqueue(tx, &meets).await
}

impl Slack {
    /// Looks for everybody who may be called. When Slack asks for a rest, whoever was looked for is
    /// not looked for again afterwards.
    async fn meet_all(&self, claimed: &Claimed) -> Result<(), CallError> {
        for person in may_be_called(self.eider()).await? {
            match self.user_of(&claimed.payload, person).await {
                // The workspace was disconnected; connecting it again looks at once.
                Err(CallError::NotConnected) => return Ok(()),
                found => drop(found?),
            }
        }
        Ok(())
    }

    /// Who somebody is in a workspace: as they were met, or by their address.
    pub(super) async fn user_of(
        &self,
        team: &str,
        id: PersonId,
    ) -> Result<Option<String>, CallError> {
        let mut tx = self.eider().db().read().await?;
        let met = person::of(&mut tx, team, id).await?;
        drop(tx);
        if let Some(met) = met {
            return Ok(Some(met.user_id));
        }
        let now = self.eider().now();
        let key = (team.to_owned(), id);
        if self.missed_at(&key).is_some_and(|at| now < at + REST) {
            return Ok(None);
        }
        let found = self.met_by_address(team, id).await?;
        if found.is_none() {
            let missed = &self.0.missed;
            let mut missed = missed.lock().unwrap_or_else(PoisonError::into_inner);
            missed.insert(key, now);
        }
        Ok(found)
    }

    fn missed_at(&self, key: &(String, PersonId)) -> Option<Timestamp> {
        let missed = &self.0.missed;
        let missed = missed.lock().unwrap_or_else(PoisonError::into_inner);
        missed.get(key).copied()
    }
}
