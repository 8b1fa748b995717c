//! User groups that follow the rotas: @support-primary, @support-secondary, @gardener-….
//!
//! A job for each workspace looks who holds which duty, changes the groups in which somebody else is,
//! and is there again when a duty changes hands. A group in which nobody would be is left as it is,
//! because Slack has none without people.

use std::collections::{BTreeMap, BTreeSet};

use eider_app::{
    desk::Desk,
    rota::{Held, on_duty},
};
use eider_domain::{PersonId, fact::Fact, rota::Duty};
use eider_jobs::{Again, Claimed, Handlers, NewJob};
use eider_store::{Tx, fact::Recorded, job, slack::workspace};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::meet;
use crate::{CallError, Slack};

/// The kind of job that has the groups of a workspace follow; its payload is its id.
const GROUPS_JOB: &str = "slack.groups";
/// Slack's longest handle.
const HANDLE_LIMIT: usize = 21;
/// When Slack refuses, it is asked again after this.
const REFUSED_REST: SignedDuration = SignedDuration::from_hours(6);

/// A group, and whoever is to be in it.
type Wanted = BTreeMap<String, Vec<PersonId>>;

pub(crate) fn handlers(slack: &Slack, handlers: Handlers) -> Handlers {
    let slack = slack.clone();
    handlers.with(GROUPS_JOB, move |claimed| {
        let slack = slack.clone();
        async move { slack.follow_duties(&claimed).await.map_err(Again::from) }
    })
}

/// Sees to it that the groups of every workspace follow.
pub(crate) async fn plan(slack: &Slack) {
    if let Err(error) = plan_all(slack).await {
        tracing::warn!(%error, "user groups could not be planned");
    }
}

async fn plan_all(slack: &Slack) -> eider_app::Result<()> {
    let mut tx = slack.eider().db().write().await?;
    look_again(slack, &mut tx).await?;
    tx.commit().await?;
    slack.eider().committed();
    Ok(())
}

/// Has the groups looked at again when these facts may have changed who is on call.
pub(crate) async fn queue(
    slack: &Slack,
    tx: &mut Tx,
    facts: &[Recorded],
) -> eider_store::Result<()> {
    if facts
        .iter()
        .any(|recorded| matters(&recorded.happened.fact))
    {
        look_again(slack, tx).await?;
    }
    Ok(())
}

fn matters(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Configured { .. }
            | Fact::DutyChanged { .. }
            | Fact::DutyChangeEnded { .. }
            | Fact::SwapTaken { .. }
            | Fact::AbsenceNoted { .. }
            | Fact::AbsenceEnded { .. }
    )
}

async fn look_again(slack: &Slack, tx: &mut Tx) -> eider_store::Result<()> {
    let now = slack.eider().now();
    for workspace in workspace::all(tx).await? {
        job::enqueue(tx, &follows(slack, &workspace.team_id, now)).await?;
    }
    Ok(())
}

fn follows(slack: &Slack, team: &str, run_at: Timestamp) -> NewJob {
    NewJob {
        id: slack.eider().ids().id(slack.eider().now()),
        kind: GROUPS_JOB,
        payload: team.to_owned(),
        run_at,
        dedup_key: Some(format!("{GROUPS_JOB}:{team}")),
    }
}

impl Slack {
    async fn follow_duties(&self, claimed: &Claimed) -> Result<(), CallError> {
        let team = claimed.payload.as_str();
        let now = self.eider().now();
        let duties = on_duty(self.eider(), now).await?;
        let desk = self.eider().desk().await?;
        let wanted = wanted(&duties.duties, &desk);
        let next = match self.bring_groups(team, &wanted).await {
            Ok(()) => duties.changes_at,
            // The workspace was disconnected; connecting it again looks at once.
            Err(CallError::NotConnected) => return Ok(()),
            // Not every workspace has groups or lets an app make them.
            Err(error @ CallError::Refused { .. }) => {
                tracing::info!(%error, "user groups cannot follow the rotas");
                let later = now.saturating_add(REFUSED_REST).unwrap_or(now);
                duties.changes_at.min(later)
            }
            Err(error) => return Err(error),
        };
        let mut tx = self.eider().db().write().await?;
        meet::queue(self, &mut tx, team).await?;
        // Without a rota nothing changes by itself; the first one is a fact that looks again. What
        // was found out meanwhile is looked at as soon as it was asked for.
        if !wanted.is_empty() && job::holds(&mut tx, claimed).await? {
            job::enqueue(&mut tx, &follows(self, team, next)).await?;
        }
        tx.commit().await?;
        self.eider().committed();
        Ok(())
    }

    /// Changes the groups in which others are than should be.
    async fn bring_groups(&self, team: &str, wanted: &Wanted) -> Result<(), CallError> {
        let mut members: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (handle, people) in wanted {
            let users = self.users_of(team, people).await?;
            if !users.is_empty() {
                members.insert(handle, users);
            }
        }
        if members.is_empty() {
            return Ok(());
        }
        let told = self
            .call(team, "usergroups.list", &json!({"include_users": true}))
            .await?;
        let groups = told["usergroups"].as_array().cloned().unwrap_or_default();
        let mut refused = None;
        for (handle, users) in members {
            let brought = self.bring_group(team, &groups, handle, &users).await;
            match brought {
                // One that cannot be made keeps the others from nothing.
                Err(error @ CallError::Refused { .. }) if !error.is_about_us() => {
                    refused = Some(error);
                }
                brought => brought?,
            }
        }
        refused.map_or(Ok(()), Err)
    }

    async fn bring_group(
        &self,
        team: &str,
        groups: &[Value],
        handle: &str,
        users: &BTreeSet<String>,
    ) -> Result<(), CallError> {
        let found = groups.iter().find(|group| group["handle"] == handle);
        let id = match found {
            Some(group) => {
                let now_in = group["users"].as_array().into_iter().flatten();
                let now_in: BTreeSet<&str> = now_in.filter_map(Value::as_str).collect();
                if now_in.iter().copied().eq(users.iter().map(String::as_str)) {
                    return Ok(());
                }
                group["id"].as_str().unwrap_or_default().to_owned()
            }
            None => {
                let body = json!({
                    "name": handle,
                    "handle": handle,
                    "description": "Whoever is on call now. Eider keeps it up to date.",
                });
                let made = self.call(team, "usergroups.create", &body).await?;
                let id = made.pointer("/usergroup/id").and_then(Value::as_str);
                id.unwrap_or_default().to_owned()
            }
        };
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let body = json!({"usergroup": id, "users": users.join(",")});
        self.call(team, "usergroups.users.update", &body)
            .await
            .map(drop)
    }

    /// Who these people are in a workspace; whoever is not there is left out.
    async fn users_of(
        &self,
        team: &str,
        people: &[PersonId],
    ) -> Result<BTreeSet<String>, CallError> {
        let mut users = BTreeSet::new();
        for id in people {
            users.extend(self.user_of(team, *id).await?);
        }
        Ok(users)
    }
}

/// The groups that there should be, by their handles.
fn wanted(duties: &[Held], desk: &Desk) -> Wanted {
    let mut wanted = Wanted::new();
    for held in duties {
        let squad = held.squad.and_then(|id| desk.squad(id));
        let handle = match held.duty {
            Duty::Primary => "support-primary".to_owned(),
            Duty::Secondary => "support-secondary".to_owned(),
            Duty::Gardener => gardener(squad.map(|squad| squad.name.as_str())),
        };
        let people = wanted.entry(handle).or_default();
        for person in &held.people {
            if !people.contains(person) {
                people.push(*person);
            }
        }
    }
    wanted
}

/// The handle of a squad's gardener, in the letters and the length that Slack takes.
fn gardener(squad: Option<&str>) -> String {
    let mut handle = "gardener".to_owned();
    let words = squad.unwrap_or_default().to_lowercase();
    let mut is_gap = true;
    for letter in words.chars() {
        if !letter.is_ascii_alphanumeric() {
            is_gap = true;
            continue;
        }
        let needed = if is_gap { 2 } else { 1 };
        if handle.len() + needed > HANDLE_LIMIT {
            break;
        }
        if is_gap {
            handle.push('-');
            is_gap = false;
        }
        handle.push(letter);
    }
    handle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_one_that_slack_takes() {
        assert_eq!(gardener(None), "gardener");
        assert_eq!(gardener(Some("Payments")), "gardener-payments");
        assert_eq!(gardener(Some("Cards & Vouchers")), "gardener-cards-vouche");
        assert_eq!(gardener(Some("  Zahlungen (EU)")), "gardener-zahlungen-eu");
        assert_eq!(gardener(Some("支付")), "gardener");
        for squad in ["Cards & Vouchers", "Zahlungen (EU) und mehr"] {
            assert!(gardener(Some(squad)).len() <= HANDLE_LIMIT);
        }
    }
}
