//! How Slack is connected, and which channels are for support.

use eider_domain::access::{Action, Actor, may};
use eider_store::{
    Db, Tx, fact,
    slack::{channel, channel::Channel, workspace, workspace::Workspace},
};
use serde::{Deserialize, Serialize};

use super::standing::is_id;
use crate::{Eider, Error, Result, configure::keep};

/// The name under which [`Settings`] are stored.
pub const SLACK: &str = "slack";
/// The setting that tells up to which fact tickets were looked at for Slack.
pub const FOLLOWED: &str = "slack_followed";

/// By which way Slack reaches Eider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wire {
    /// Eider calls Slack and keeps the line open; no public address is needed.
    #[default]
    Socket,
    /// Slack calls Eider at its public address.
    Http,
}

/// How Slack is used. Secrets are sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// By which way Slack reaches Eider.
    pub wire: Wire,
    /// The token that opens the line of Socket Mode, sealed.
    pub app_token: Option<String>,
    /// What Slack signs its requests with, sealed.
    pub signing_secret: Option<String>,
    /// The app's public id, for installing it by OAuth.
    pub client_id: Option<String>,
    /// The app's secret, for installing it by OAuth, sealed.
    pub client_secret: Option<String>,
    /// The slash command, with its slash.
    pub command: String,
    /// Whether a message outside of a thread gets a private nudge.
    pub nudges: bool,
    /// Whether members of the workspace may ask without being invited first: Eider makes them
    /// reporters when it first meets them.
    pub members_may_ask: bool,
    /// When the daily digest comes, as a local time such as `09:00` in the zone of the desk; never
    /// when nothing is set.
    pub digest_at: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            wire: Wire::Socket,
            app_token: None,
            signing_secret: None,
            client_id: None,
            client_secret: None,
            command: "/support".into(),
            nudges: true,
            members_may_ask: true,
            digest_at: Some("09:00".into()),
        }
    }
}

/// How Slack is used.
///
/// # Errors
/// When the database fails.
pub async fn settings(eider: &Eider) -> Result<Settings> {
    settings_in(&mut eider.db().read().await?).await
}

/// As [`settings`], as of `tx`.
///
/// # Errors
/// When the database fails.
pub async fn settings_in(tx: &mut Tx) -> Result<Settings> {
    Ok(eider_store::setting::get(tx, SLACK)
        .await?
        .unwrap_or_default())
}

/// Writes how Slack is used. Its secrets have to be sealed already.
///
/// # Errors
/// `Invalid` names every field that cannot be used.
pub async fn save_settings(eider: &Eider, actor: &Actor, settings: Settings) -> Result<Settings> {
    may(actor, Action::Configure)?;
    let command = settings.command.trim().to_lowercase();
    let is_command = command.strip_prefix('/').is_some_and(|name| {
        (1..=31).contains(&name.len())
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    });
    if !is_command {
        return Err(Error::field(
            "command",
            "Write a slash and then up to 31 letters, digits, hyphens or underscores, like /support.",
        ));
    }
    if let Some(time) = &settings.digest_at
        && time.parse::<jiff::civil::Time>().is_err()
    {
        return Err(Error::field(
            "digest_at",
            "Write a time of day, like 09:00, or nothing for no digest.",
        ));
    }
    let settings = Settings {
        command,
        ..settings
    };
    let mut tx = eider.db().write().await?;
    eider_store::setting::put(&mut tx, SLACK, &settings).await?;
    super::digest::plan_in(eider, &mut tx).await?;
    keep(eider, tx, actor, SLACK, "how it is used").await?;
    Ok(settings)
}

/// Everything of Slack that is sealed in the database, to see whether the key still opens it.
///
/// # Errors
/// When the database fails.
pub async fn sealed(db: &Db) -> Result<Vec<String>> {
    let mut tx = db.read().await?;
    let settings = settings_in(&mut tx).await?;
    let workspaces = workspace::all(&mut tx).await?;
    let of_app = [
        settings.app_token,
        settings.signing_secret,
        settings.client_secret,
    ];
    let of_workspaces = workspaces
        .into_iter()
        .flat_map(|workspace| [Some(workspace.token), workspace.refresh_token]);
    Ok(of_app.into_iter().chain(of_workspaces).flatten().collect())
}

/// Keeps a workspace that Eider is installed in, new or again. Its tokens have to be sealed
/// already. Tickets are told there from now on.
///
/// # Errors
/// `Forbidden` when the person may not configure.
pub async fn connect(eider: &Eider, actor: &Actor, new: Workspace) -> Result<()> {
    may(actor, Action::Configure)?;
    connect_in(eider, eider.db().write().await?, actor, new).await
}

/// As [`connect`], in a transaction that has begun.
pub(super) async fn connect_in(
    eider: &Eider,
    mut tx: Tx,
    actor: &Actor,
    new: Workspace,
) -> Result<()> {
    if workspace::all(&mut tx).await?.is_empty() {
        let last = fact::last_seq(&mut tx).await?;
        eider_store::setting::put(&mut tx, FOLLOWED, &last).await?;
    }
    workspace::put(&mut tx, &new).await?;
    super::digest::plan_in(eider, &mut tx).await?;
    keep(eider, tx, actor, SLACK, &new.name).await
}

/// Disconnects a workspace: its tokens are forgotten, its channels are ones like any other, and nothing
/// is told there until it is connected again; then its threads go on. With the last workspace the
/// token of the line goes too, so that the line is closed.
///
/// # Errors
/// `NotFound` when it is not connected.
pub async fn disconnect(eider: &Eider, actor: &Actor, team_id: &str) -> Result<()> {
    may(actor, Action::Configure)?;
    let mut tx = eider.db().write().await?;
    // Whatever is no id of Slack is none of a workspace.
    let known = if is_id(team_id) {
        workspace::by_id_for_update(&mut tx, team_id).await?
    } else {
        None
    };
    let known = known.ok_or_else(|| Error::NotFound("This workspace".into()))?;
    workspace::forget(&mut tx, team_id).await?;
    for channel in channel::all(&mut tx).await? {
        if channel.team_id == team_id {
            channel::remove(&mut tx, team_id, &channel.channel_id).await?;
        }
    }
    super::standing::forget(&mut tx, team_id).await?;
    if workspace::all(&mut tx).await?.is_empty() {
        let settings = Settings {
            app_token: None,
            ..settings_in(&mut tx).await?
        };
        eider_store::setting::put(&mut tx, SLACK, &settings).await?;
    }
    super::digest::plan_in(eider, &mut tx).await?;
    keep(
        eider,
        tx,
        actor,
        SLACK,
        &format!("{}, disconnected", known.name),
    )
    .await
}

/// Makes a channel one for support, or changes whose tickets go there.
///
/// # Errors
/// `Invalid` when the workspace is not connected or there is no such squad.
pub async fn place_channel(eider: &Eider, actor: &Actor, new: Channel) -> Result<()> {
    may(actor, Action::Configure)?;
    let mut tx = eider.db().write().await?;
    if workspace::by_id(&mut tx, &new.team_id).await?.is_none() {
        return Err(Error::field("team", "Connect this workspace first."));
    }
    let desk = eider.desk_in(&mut tx).await?;
    if new.squad.is_some_and(|squad| desk.squad(squad).is_none()) {
        return Err(Error::field("squad", "Choose a squad that is there."));
    }
    channel::put(&mut tx, &new).await?;
    keep(eider, tx, actor, SLACK, &new.name).await
}

/// Makes a channel one like any other. Its threads stay as they are.
///
/// # Errors
/// `Forbidden` when the person may not configure, `NotFound` when that is no channel of Slack.
pub async fn remove_channel(
    eider: &Eider,
    actor: &Actor,
    team_id: &str,
    channel_id: &str,
) -> Result<()> {
    may(actor, Action::Configure)?;
    if !is_id(team_id) || !is_id(channel_id) {
        return Err(Error::NotFound("This channel".into()));
    }
    let mut tx = eider.db().write().await?;
    channel::remove(&mut tx, team_id, channel_id).await?;
    keep(eider, tx, actor, SLACK, channel_id).await
}
