//! Who somebody of Slack is here.

use eider_domain::{
    access::Actor,
    person::{Person, Role, Standing},
};
use eider_jobs::NewJob;
use eider_store::{
    Tx, job,
    slack::{
        link::{self, Link},
        person::{self, SlackKind, SlackPerson},
        request,
    },
};
use jiff::SignedDuration;
use uuid::Uuid;

use super::settings_in;
use crate::{
    Eider, Error, Result,
    account::{self, NewPerson, secret_hash},
};

/// For how long a link to say who one is can be followed, in hours.
pub const LINK_LASTS_HOURS: i64 = 24;
/// The kind of job that works off what Slack sent; its payload is the id of the request.
pub const REQUEST_JOB: &str = "slack.request";

/// Who somebody of Slack is here.
#[derive(Clone, Debug)]
pub enum Who {
    /// Somebody that Eider knows and who can act.
    Known {
        /// The person.
        person: Box<Person>,
        /// What they may.
        actor: Actor,
    },
    /// A program; it is not answered.
    Bot,
    /// Somebody who cannot act any more.
    Disabled,
    /// Nobody that Eider knows: they are given a link.
    Unknown,
}

/// Who this person of Slack is here, by what was linked before or by their confirmed address.
/// Members of the workspace become reporters when that is so set.
///
/// # Errors
/// When the database fails.
pub async fn recognise(eider: &Eider, met: SlackPerson) -> Result<Who> {
    // A program speaks for a person only when an administrator linked the two.
    if met.kind == SlackKind::Bot && met.person.is_none() {
        return Ok(Who::Bot);
    }
    let mut tx = eider.db().read().await?;
    let settings = settings_in(&mut tx).await?;
    let found = find(&mut tx, &met).await?;
    drop(tx);
    let found = match (found, met.kind, &met.email) {
        (Some(person), ..) => Some(person),
        (None, SlackKind::Member, Some(email)) if settings.members_may_ask => {
            Some(welcome(eider, &met, email).await?)
        }
        _ => None,
    };
    let Some(found) = found else {
        remember(eider, met).await?;
        return Ok(Who::Unknown);
    };
    if met.person != Some(found.id) {
        remember(
            eider,
            SlackPerson {
                person: Some(found.id),
                ..met
            },
        )
        .await?;
    }
    Ok(match found.standing {
        Standing::Active => Who::Known {
            actor: Actor {
                person: found.id,
                role: found.role,
                squads: found.squads.clone(),
                scopes: None,
            },
            person: Box::new(found),
        },
        _ => Who::Disabled,
    })
}

async fn find(tx: &mut Tx, met: &SlackPerson) -> Result<Option<Person>> {
    if let Some(linked) = met.person {
        return Ok(eider_store::person::by_id(tx, linked).await?);
    }
    match &met.email {
        Some(email) => Ok(eider_store::person::by_email(tx, &email.to_lowercase()).await?),
        None => Ok(None),
    }
}

/// A reporter who was met in Slack. They sign in on the web with a link of an administrator.
async fn welcome(eider: &Eider, met: &SlackPerson, email: &str) -> Result<Person> {
    let new = NewPerson {
        name: met.name.clone(),
        email: email.to_owned(),
        role: Role::Reporter,
        squads: Vec::new(),
        zone: met.zone.clone(),
        password: None,
    };
    match account::create_person(eider, new).await {
        // Another request may have made them at the same moment. What it wrote is seen at once only
        // where writes follow one another; whoever reads sees it after it is forced to disk.
        Err(Error::Conflict(_) | Error::Invalid(_)) => {
            let mut tx = eider.db().write().await?;
            let found = eider_store::person::by_email(&mut tx, &email.to_lowercase()).await?;
            found.ok_or_else(|| Error::NotFound(email.to_owned()))
        }
        made => made,
    }
}

async fn remember(eider: &Eider, met: SlackPerson) -> Result<()> {
    let mut tx = eider.db().write().await?;
    person::put(&mut tx, &met).await?;
    tx.commit().await?;
    Ok(())
}

/// A link by which this person of Slack says who they are here; what they were about to do is done
/// when they follow it. It is for them alone, and lasts [`LINK_LASTS_HOURS`]. Answers its secret.
///
/// # Errors
/// When the database fails.
pub async fn offer_link(
    eider: &Eider,
    team_id: &str,
    user_id: &str,
    request: Option<Uuid>,
) -> Result<String> {
    let now = eider.now();
    let secret = eider.ids().secret();
    let lasts = SignedDuration::from_hours(LINK_LASTS_HOURS);
    let mut tx = eider.db().write().await?;
    link::put(
        &mut tx,
        &Link {
            token_hash: secret_hash(&secret),
            team_id: team_id.to_owned(),
            user_id: user_id.to_owned(),
            request,
            expires_at: now.saturating_add(lasts).unwrap_or(now),
        },
    )
    .await?;
    tx.commit().await?;
    Ok(secret)
}

/// The path of a link with that secret.
pub fn link_address(secret: &str) -> String {
    format!("/slack/connect/{secret}")
}

/// Who in Slack a link was given to, if it can still be followed.
///
/// # Errors
/// When the database fails.
pub async fn seen_link(eider: &Eider, secret: &str) -> Result<Option<SlackPerson>> {
    let mut tx = eider.db().read().await?;
    let Some(link) = link::by_hash(&mut tx, secret_hash(secret), eider.now()).await? else {
        return Ok(None);
    };
    Ok(person::by_id(&mut tx, &link.team_id, &link.user_id).await?)
}

/// Follows a link: whoever it was given to is this person from now on, and what they were about to
/// do is done.
///
/// # Errors
/// `NotFound` when the link has ended or was followed already.
pub async fn follow_link(eider: &Eider, actor: &Actor, secret: &str) -> Result<()> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let ended = || Error::NotFound("This link".into());
    let link = link::by_hash(&mut tx, secret_hash(secret), now).await?;
    let link = link.ok_or_else(ended)?;
    let met = person::by_id(&mut tx, &link.team_id, &link.user_id).await?;
    let met = met.ok_or_else(ended)?;
    person::put(
        &mut tx,
        &SlackPerson {
            person: Some(actor.person),
            ..met
        },
    )
    .await?;
    // What they did before they followed any of their links is done now, in its order.
    let mut requests = link::requests_of(&mut tx, &link.team_id, &link.user_id).await?;
    requests.dedup();
    link::remove_of(&mut tx, &link.team_id, &link.user_id, now).await?;
    for request in requests {
        request::reopen(&mut tx, request).await?;
        let again = NewJob {
            id: eider.ids().id(now),
            kind: REQUEST_JOB,
            payload: request.to_string(),
            run_at: now,
            dedup_key: Some(format!("{REQUEST_JOB}:{request}")),
        };
        job::enqueue(&mut tx, &again).await?;
    }
    tx.commit().await?;
    eider.committed();
    Ok(())
}
