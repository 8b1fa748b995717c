//! Installing Eider by OAuth, and tokens that end and are renewed.

use eider_domain::{
    PersonId,
    access::{Action, Actor, may},
};
use eider_store::{
    Tx, setting,
    slack::{workspace, workspace::Workspace},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{settings_in, setup::queue};
use crate::{Eider, Error, Result, account::secret_hash};

/// The kind of job that renews the token of a workspace before it ends; its payload is the
/// workspace.
pub const REFRESH_JOB: &str = "slack.refresh";

const INSTALLS: &str = "slack_installs";
/// An installation that was begun has to be finished within this.
const INSTALL_LASTS: SignedDuration = SignedDuration::from_mins(15);
/// More installations are not begun at once.
const INSTALLS_LIMIT: usize = 20;

/// Begins an installation by OAuth. Answers the secret that Slack has to bring back; it is good
/// once and for a quarter of an hour.
///
/// # Errors
/// `Conflict` when the client id or its secret are missing.
pub async fn begin_install(eider: &Eider, actor: &Actor) -> Result<String> {
    may(actor, Action::Configure)?;
    let now = eider.now();
    let secret = eider.ids().secret();
    let mut tx = eider.db().write().await?;
    let settings = settings_in(&mut tx).await?;
    if settings.client_id.is_none() || settings.client_secret.is_none() {
        return Err(Error::Conflict(
            "Enter the client ID and the client secret of the app first, and save them.".into(),
        ));
    }
    let mut begun = installs(&mut tx, now).await?;
    if begun.len() >= INSTALLS_LIMIT {
        begun.remove(0);
    }
    begun.push(Install {
        hash: hex(&secret_hash(&secret)),
        by: actor.person,
        ends_at: now.saturating_add(INSTALL_LASTS).unwrap_or(now),
    });
    setting::put(&mut tx, INSTALLS, &begun).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Takes the secret that Slack brought back. Answers who began the installation.
///
/// # Errors
/// `NotFound` when it was used already or has ended.
pub async fn finish_install(eider: &Eider, secret: &str) -> Result<PersonId> {
    let mut tx = eider.db().write().await?;
    let mut begun = installs(&mut tx, eider.now()).await?;
    let hash = hex(&secret_hash(secret));
    let at = begun.iter().position(|install| install.hash == hash);
    let at = at.ok_or_else(|| {
        Error::NotFound("This installation has ended or was finished already. It".into())
    })?;
    let by = begun.remove(at).by;
    setting::put(&mut tx, INSTALLS, &begun).await?;
    tx.commit().await?;
    Ok(by)
}

#[derive(Serialize, Deserialize)]
struct Install {
    hash: String,
    by: PersonId,
    ends_at: Timestamp,
}

async fn installs(tx: &mut Tx, now: Timestamp) -> Result<Vec<Install>> {
    let begun: Option<Vec<Install>> = setting::get(tx, INSTALLS).await?;
    let mut begun = begun.unwrap_or_default();
    begun.retain(|install| install.ends_at > now);
    Ok(begun)
}

/// Has the token of a workspace renewed now: Slack says that it has ended. Answers whether there
/// is something to renew it with.
///
/// # Errors
/// When the database fails.
pub async fn refresh_now(eider: &Eider, team_id: &str) -> Result<bool> {
    let mut tx = eider.db().write().await?;
    let known = workspace::by_id_for_update(&mut tx, team_id).await?;
    let Some(known) = known.filter(|known| known.refresh_token.is_some()) else {
        return Ok(false);
    };
    let ended = Workspace {
        token_expires_at: Some(eider.now()),
        ..known
    };
    workspace::put(&mut tx, &ended).await?;
    queue(eider, &mut tx, REFRESH_JOB, team_id, eider.now()).await?;
    tx.commit().await?;
    eider.committed();
    Ok(true)
}

/// Keeps the tokens that Slack gave for the refresh token `spent`, both sealed. Answers whether
/// that was still the one: another node may have been first, and then its tokens are kept.
///
/// # Errors
/// When the database fails.
pub async fn refreshed(
    eider: &Eider,
    team_id: &str,
    spent: &str,
    renewed: (String, Option<String>, Option<Timestamp>),
) -> Result<bool> {
    let mut tx = eider.db().write().await?;
    let known = workspace::by_id_for_update(&mut tx, team_id).await?;
    let Some(known) = known.filter(|known| known.refresh_token.as_deref() == Some(spent)) else {
        return Ok(false);
    };
    let (token, refresh_token, token_expires_at) = renewed;
    let renewed = Workspace {
        token,
        refresh_token,
        token_expires_at,
        trouble: None,
        ..known
    };
    workspace::put(&mut tx, &renewed).await?;
    queue_refresh(eider, &mut tx, &renewed).await?;
    tx.commit().await?;
    eider.committed();
    Ok(true)
}

/// Tokens are renewed when three quarters of their time have gone, so that an hour without Slack
/// loses none.
pub(super) async fn queue_refresh(eider: &Eider, tx: &mut Tx, workspace: &Workspace) -> Result<()> {
    let (Some(ends_at), Some(_)) = (workspace.token_expires_at, &workspace.refresh_token) else {
        return Ok(());
    };
    let now = eider.now();
    let lasts = ends_at.duration_since(now);
    let at = now.saturating_add(lasts * 3 / 4).unwrap_or(now).max(now);
    queue(eider, tx, REFRESH_JOB, &workspace.team_id, at).await
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
