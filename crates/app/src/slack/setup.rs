//! Connecting Slack, step by step: what an administrator enters, what Slack says to it, and what
//! is wrong.
//!
//! A page only keeps what was entered and queues a job; `eider-slack` asks Slack and tells here
//! what came of it.

use eider_domain::{
    PersonId,
    access::{Action, Actor, may},
};
use eider_jobs::NewJob;
use eider_store::{
    Tx, job, setting,
    slack::{channel, channel::Channel, workspace, workspace::Workspace},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Settings, Wire, connection::connect_in, save_settings, settings_in};
use crate::{Eider, Error, FieldError, Result, account::secret_hash};

/// The kind of job that asks Slack whose the token is that was entered.
pub const CONNECT_JOB: &str = "slack.connect";
/// The kind of job that looks whether a workspace is well and which channels Eider is in; its
/// payload is the workspace.
pub const LOOK_JOB: &str = "slack.look";
/// The kind of job that renews the token of a workspace before it ends; its payload is the
/// workspace.
pub const REFRESH_JOB: &str = "slack.refresh";

const CONNECTING: &str = "slack_connecting";
const WIRE: &str = "slack_wire";
const INSTALLS: &str = "slack_installs";
/// An installation that was begun has to be finished within this.
const INSTALL_LASTS: SignedDuration = SignedDuration::from_mins(15);
/// More installations are not begun at once.
const INSTALLS_LIMIT: usize = 20;
/// Longer than any token of Slack.
const SECRET_LIMIT_CHARACTERS: usize = 500;

/// How Slack is to be used. A secret that is left out stays as it is.
#[derive(Clone, Default)]
pub struct Edit {
    /// By which way Slack reaches Eider.
    pub wire: Wire,
    /// The token that opens the line of Socket Mode.
    pub app_token: Option<String>,
    /// What Slack signs its requests with.
    pub signing_secret: Option<String>,
    /// The app's public id, for installing it by OAuth.
    pub client_id: Option<String>,
    /// The app's secret, for installing it by OAuth.
    pub client_secret: Option<String>,
    /// The slash command, with its slash.
    pub command: String,
    /// Whether a message outside of a thread gets a private nudge.
    pub nudges: bool,
    /// Whether members of the workspace may ask without being invited first.
    pub members_may_ask: bool,
    /// When the daily digest comes, if it does.
    pub digest_at: Option<String>,
}

impl std::fmt::Debug for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // It holds secrets.
        f.debug_struct("Edit")
            .field("wire", &self.wire)
            .field("command", &self.command)
            .finish_non_exhaustive()
    }
}

/// A token that was entered and that Slack has not confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connecting {
    /// The token, sealed.
    pub token: String,
    /// Who entered it.
    pub by: PersonId,
    /// Why it is not connected, in words, once that is known.
    pub trouble: Option<String>,
}

/// A channel that Eider is a member of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Slack's id of it.
    pub channel_id: String,
    /// Its name, without a hash.
    pub name: String,
    /// Whether only its members see it.
    pub is_private: bool,
}

/// A workspace with the channels that can be chosen there.
#[derive(Clone, Debug)]
pub struct Connected {
    /// The workspace.
    pub workspace: Workspace,
    /// The channels that Eider is in, by name; none before it was looked.
    pub found: Vec<Found>,
}

/// How Slack is connected, for whoever looks after it.
#[derive(Clone, Debug)]
pub struct Overview {
    /// How it is used.
    pub settings: Settings,
    /// What keeps Slack from reaching Eider, in words.
    pub wire_trouble: Option<String>,
    /// A token that Slack has not confirmed.
    pub connecting: Option<Connecting>,
    /// The workspaces.
    pub workspaces: Vec<Connected>,
    /// The channels for support.
    pub channels: Vec<Channel>,
    /// Whether secrets can be kept here at all.
    pub can_seal: bool,
}

/// How Slack is connected.
///
/// # Errors
/// `Forbidden` when the person may not configure.
pub async fn overview(eider: &Eider, actor: &Actor) -> Result<Overview> {
    may(actor, Action::Configure)?;
    let mut tx = eider.db().read().await?;
    let mut workspaces = Vec::new();
    for workspace in workspace::all(&mut tx).await? {
        let found = setting::get(&mut tx, &found_name(&workspace.team_id)).await?;
        workspaces.push(Connected {
            workspace,
            found: found.unwrap_or_default(),
        });
    }
    Ok(Overview {
        settings: settings_in(&mut tx).await?,
        wire_trouble: setting::get(&mut tx, WIRE).await?.flatten(),
        connecting: connecting_in(&mut tx).await?,
        workspaces,
        channels: channel::all(&mut tx).await?,
        can_seal: eider.seal("").is_ok(),
    })
}

/// Writes how Slack is used, and seals the secrets that were entered.
///
/// # Errors
/// `Invalid` names every field that cannot be used.
pub async fn edit_settings(eider: &Eider, actor: &Actor, edit: Edit) -> Result<Settings> {
    may(actor, Action::Configure)?;
    let before = super::settings(eider).await?;
    let mut wrong = Vec::new();
    let mut secret = |field, entered: Option<String>, prefix: &str, hint: &str, before| {
        let Some(entered) = entered.map(|text| text.trim().to_owned()) else {
            return Ok(before);
        };
        if entered.is_empty() {
            return Ok(before);
        }
        if !entered.starts_with(prefix) || !is_secret(&entered) {
            wrong.push(FieldError::new(field, hint));
            return Ok(before);
        }
        eider.seal(&entered).map(Some)
    };
    let app_token = secret(
        "app_token",
        edit.app_token,
        "xapp-",
        "An app-level token begins with xapp-. It is under Basic Information, App-Level Tokens.",
        before.app_token,
    )?;
    let signing_secret = secret(
        "signing_secret",
        edit.signing_secret,
        "",
        "Copy the signing secret as it stands under Basic Information, App Credentials.",
        before.signing_secret,
    )?;
    let client_secret = secret(
        "client_secret",
        edit.client_secret,
        "",
        "Copy the client secret as it stands under Basic Information, App Credentials.",
        before.client_secret,
    )?;
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let client_id = edit.client_id.map(|text| text.trim().to_owned());
    if client_id
        .as_ref()
        .is_some_and(|id| !id.is_empty() && !is_secret(id))
    {
        return Err(Error::field(
            "client_id",
            "Copy the client ID as it stands under Basic Information, App Credentials.",
        ));
    }
    let settings = Settings {
        wire: edit.wire,
        app_token,
        signing_secret,
        client_secret,
        client_id: client_id.map_or(before.client_id, |id| Some(id).filter(|id| !id.is_empty())),
        command: edit.command,
        nudges: edit.nudges,
        members_may_ask: edit.members_may_ask,
        digest_at: edit.digest_at.filter(|time| !time.trim().is_empty()),
    };
    save_settings(eider, actor, settings).await
}

/// Keeps a bot token, sealed, and has Slack asked whose it is.
///
/// # Errors
/// `Invalid` when it is no bot token.
pub async fn enter_token(eider: &Eider, actor: &Actor, token: &str) -> Result<()> {
    may(actor, Action::Configure)?;
    let token = token.trim();
    let is_bot = token.starts_with("xoxb-") || token.starts_with("xoxe.xoxb-");
    if !is_bot || !is_secret(token) {
        return Err(Error::field(
            "bot_token",
            "A bot token begins with xoxb-. It is under OAuth & Permissions, once the app is \
             installed.",
        ));
    }
    let connecting = Connecting {
        token: eider.seal(token)?,
        by: actor.person,
        trouble: None,
    };
    let mut tx = eider.db().write().await?;
    setting::put(&mut tx, CONNECTING, &Some(connecting)).await?;
    queue(eider, &mut tx, CONNECT_JOB, "", eider.now()).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// The token that waits to be confirmed, if one does.
///
/// # Errors
/// When the database fails.
pub async fn connecting(eider: &Eider) -> Result<Option<Connecting>> {
    connecting_in(&mut eider.db().read().await?).await
}

async fn connecting_in(tx: &mut Tx) -> Result<Option<Connecting>> {
    Ok(setting::get(tx, CONNECTING).await?.flatten())
}

/// Slack said whose the token is: the workspace is connected, and looked at in a moment.
///
/// # Errors
/// `Forbidden` when whoever began it may not configure any more.
pub async fn connected(eider: &Eider, by: PersonId, new: Workspace) -> Result<()> {
    let mut tx = eider.db().write().await?;
    let person = eider_store::person::by_id(&mut tx, by).await?;
    let person = person.ok_or_else(|| Error::NotFound("Whoever entered the token".into()))?;
    let actor = Actor {
        person: person.id,
        role: person.role,
        squads: person.squads,
        scopes: None,
    };
    may(&actor, Action::Configure)?;
    let now = eider.now();
    setting::put(&mut tx, CONNECTING, &None::<Connecting>).await?;
    queue(eider, &mut tx, LOOK_JOB, &new.team_id, now).await?;
    queue_refresh(eider, &mut tx, &new).await?;
    connect_in(eider, tx, &actor, new).await
}

/// Slack did not take the token that was entered, for that reason. One that was entered since is
/// left alone.
///
/// # Errors
/// When the database fails.
pub async fn not_connected(eider: &Eider, tried: &Connecting, trouble: &str) -> Result<()> {
    let mut tx = eider.db().write().await?;
    if connecting_in(&mut tx).await?.as_ref() == Some(tried) {
        let told = Connecting {
            trouble: Some(trouble.to_owned()),
            ..tried.clone()
        };
        setting::put(&mut tx, CONNECTING, &Some(told)).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Has a workspace looked at again now.
///
/// # Errors
/// `NotFound` when it is not connected.
pub async fn look_again(eider: &Eider, actor: &Actor, team_id: &str) -> Result<()> {
    may(actor, Action::Configure)?;
    let mut tx = eider.db().write().await?;
    if workspace::by_id(&mut tx, team_id).await?.is_none() {
        return Err(Error::NotFound("This workspace".into()));
    }
    queue(eider, &mut tx, LOOK_JOB, team_id, eider.now()).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// Queues a look at a workspace at that time, or moves the one that waits.
///
/// # Errors
/// When the database fails.
pub async fn look_at(eider: &Eider, team_id: &str, at: Timestamp) -> Result<()> {
    let mut tx = eider.db().write().await?;
    queue(eider, &mut tx, LOOK_JOB, team_id, at).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// Notes which channels of a workspace Eider is in, and with it which channels for support it can
/// no longer use.
///
/// # Errors
/// When the database fails.
pub async fn found(eider: &Eider, team_id: &str, found: Vec<Found>) -> Result<()> {
    let mut tx = eider.db().write().await?;
    let before: Option<Vec<Found>> = setting::get(&mut tx, &found_name(team_id)).await?;
    if before.as_ref() != Some(&found) {
        setting::put(&mut tx, &found_name(team_id), &found).await?;
    }
    for known in channel::all(&mut tx).await? {
        if known.team_id != team_id {
            continue;
        }
        let there = found.iter().find(|one| one.channel_id == known.channel_id);
        let looked = match there {
            Some(there) => Channel {
                name: there.name.clone(),
                trouble: None,
                ..known.clone()
            },
            None => Channel {
                trouble: Some(format!(
                    "Eider is not in #{0}, or the channel is archived. Type /invite @Eider in #{0}.",
                    known.name
                )),
                ..known.clone()
            },
        };
        if looked != known {
            channel::put(&mut tx, &looked).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Notes what is wrong with a workspace, or that nothing is. Answers whether that was news.
///
/// # Errors
/// When the database fails.
pub async fn note_trouble(eider: &Eider, team_id: &str, trouble: Option<&str>) -> Result<bool> {
    let mut tx = eider.db().write().await?;
    let known = workspace::by_id(&mut tx, team_id).await?;
    let is_news = known.is_some_and(|known| known.trouble.as_deref() != trouble);
    if is_news {
        workspace::set_trouble(&mut tx, team_id, trouble).await?;
        tx.commit().await?;
    }
    Ok(is_news)
}

/// Notes what keeps Slack from reaching Eider, or that nothing does.
///
/// # Errors
/// When the database fails.
pub async fn note_wire(eider: &Eider, trouble: Option<&str>) -> Result<()> {
    let mut tx = eider.db().write().await?;
    let before: Option<Option<String>> = setting::get(&mut tx, WIRE).await?;
    if before.flatten().as_deref() != trouble {
        setting::put(&mut tx, WIRE, &trouble).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Has the token of a workspace renewed now: Slack says that it has ended. Answers whether there
/// is something to renew it with.
///
/// # Errors
/// When the database fails.
pub async fn refresh_now(eider: &Eider, team_id: &str) -> Result<bool> {
    let mut tx = eider.db().write().await?;
    let known = workspace::by_id(&mut tx, team_id).await?;
    if known.is_none_or(|known| known.refresh_token.is_none()) {
        return Ok(false);
    }
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

/// Tokens are renewed when three quarters of their time have gone, so that an hour without Slack
/// loses none.
async fn queue_refresh(eider: &Eider, tx: &mut Tx, workspace: &Workspace) -> Result<()> {
    let (Some(ends_at), Some(_)) = (workspace.token_expires_at, &workspace.refresh_token) else {
        return Ok(());
    };
    let now = eider.now();
    let lasts = ends_at.duration_since(now);
    let at = now.saturating_add(lasts * 3 / 4).unwrap_or(now).max(now);
    queue(eider, tx, REFRESH_JOB, &workspace.team_id, at).await
}

async fn queue(
    eider: &Eider,
    tx: &mut Tx,
    kind: &'static str,
    payload: &str,
    run_at: Timestamp,
) -> Result<()> {
    let job = NewJob {
        id: eider.ids().id(eider.now()),
        kind,
        payload: payload.to_owned(),
        run_at,
        dedup_key: Some(format!("{kind}:{payload}")),
    };
    Ok(job::enqueue(tx, &job).await?)
}

fn found_name(team_id: &str) -> String {
    format!("slack_found:{team_id}")
}

fn is_secret(text: &str) -> bool {
    text.len() <= SECRET_LIMIT_CHARACTERS && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
