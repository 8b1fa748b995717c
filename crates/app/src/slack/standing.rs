//! How Slack is connected: workspaces, channels, and what is wrong with each, as it was last seen.

use eider_domain::{
    SquadId,
    access::{Action, Actor, may},
};
use eider_store::{
    Tx, job, setting,
    slack::{channel, channel::Channel, workspace, workspace::Workspace},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    REFRESH_JOB, Settings, settings_in,
    setup::{Connecting, connecting_in, queue},
};
use crate::{Eider, Error, Result};

/// The kind of job that looks whether a workspace is well and which channels Eider is in; its
/// payload is the workspace.
pub const LOOK_JOB: &str = "slack.look";

const LINE: &str = "slack_line";

/// How the line of Socket Mode was when it was last looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    /// What keeps it from being open, in words.
    pub trouble: Option<String>,
    /// When it was last seen open.
    pub open_at: Option<Timestamp>,
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
    /// When it was last looked whether all is well.
    pub looked_at: Option<Timestamp>,
}

/// How Slack is connected, for whoever looks after it.
#[derive(Clone, Debug)]
pub struct Overview {
    /// How it is used.
    pub settings: Settings,
    /// What keeps Slack from reaching Eider, in words.
    pub wire_trouble: Option<String>,
    /// When the line of Socket Mode was last seen open.
    pub line_open_at: Option<Timestamp>,
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
        let looked_at = setting::get(&mut tx, &looked_name(&workspace.team_id)).await?;
        workspaces.push(Connected {
            workspace,
            found: found.unwrap_or_default(),
            looked_at: looked_at.flatten(),
        });
    }
    let line: Line = setting::get(&mut tx, LINE).await?.unwrap_or_default();
    Ok(Overview {
        settings: settings_in(&mut tx).await?,
        wire_trouble: line.trouble,
        line_open_at: line.open_at,
        connecting: connecting_in(&mut tx).await?,
        workspaces,
        channels: channel::all(&mut tx).await?,
        can_seal: eider.seal("").is_ok(),
    })
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

/// Makes a channel that Eider is in one for support.
///
/// # Errors
/// `Invalid` when Eider is not in it, or there is no such squad.
pub async fn place_found(
    eider: &Eider,
    actor: &Actor,
    team_id: &str,
    channel_id: &str,
    squad: Option<SquadId>,
) -> Result<()> {
    may(actor, Action::Configure)?;
    let mut found: Vec<Found> = Vec::new();
    if is_id(team_id) {
        let mut tx = eider.db().read().await?;
        found = setting::get(&mut tx, &found_name(team_id))
            .await?
            .unwrap_or_default();
    }
    let there = found.iter().find(|one| one.channel_id == channel_id);
    let there = there.ok_or_else(|| {
        Error::field(
            "channel",
            "Choose a channel that Eider is in. Type /invite @Eider there to bring it in.",
        )
    })?;
    let new = Channel {
        team_id: team_id.to_owned(),
        channel_id: channel_id.to_owned(),
        name: there.name.clone(),
        squad,
        trouble: None,
    };
    super::place_channel(eider, actor, new).await
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
    setting::put(&mut tx, &looked_name(team_id), &Some(eider.now())).await?;
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

/// What became of a refusal that was noted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// It is told from now on.
    News,
    /// It was told already.
    Known,
    /// The workspace has another token by now, of which the refusal says nothing.
    Outdated,
}

/// Notes why Slack refuses `sealed_token`, unless the workspace has been connected anew meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn note_refusal(
    eider: &Eider,
    team_id: &str,
    sealed_token: &str,
    trouble: &str,
) -> Result<Refusal> {
    let mut tx = eider.db().write().await?;
    let known = workspace::by_id_for_update(&mut tx, team_id).await?;
    let Some(known) = known.filter(|known| known.token == sealed_token) else {
        return Ok(Refusal::Outdated);
    };
    if known.trouble.as_deref() == Some(trouble) {
        return Ok(Refusal::Known);
    }
    workspace::set_trouble(&mut tx, team_id, Some(trouble)).await?;
    tx.commit().await?;
    Ok(Refusal::News)
}

/// Notes how the line of Socket Mode is.
///
/// # Errors
/// When the database fails.
pub async fn note_line(eider: &Eider, line: &Line) -> Result<()> {
    let mut tx = eider.db().write().await?;
    let before: Option<Line> = setting::get(&mut tx, LINE).await?;
    if before.unwrap_or_default() != *line {
        setting::put(&mut tx, LINE, line).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Whether a text looks like an id of Slack: capital letters and digits.
pub(super) fn is_id(text: &str) -> bool {
    (1..=50).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Forgets what was found in a workspace that is not connected any more, and looks no more.
pub(super) async fn forget(tx: &mut Tx, team_id: &str) -> Result<()> {
    setting::put(tx, &found_name(team_id), &Vec::<Found>::new()).await?;
    setting::put(tx, &looked_name(team_id), &None::<Timestamp>).await?;
    for kind in [LOOK_JOB, REFRESH_JOB] {
        job::cancel(tx, &format!("{kind}:{team_id}")).await?;
    }
    Ok(())
}

fn looked_name(team_id: &str) -> String {
    format!("slack_looked:{team_id}")
}

fn found_name(team_id: &str) -> String {
    format!("slack_found:{team_id}")
}
