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
use eider_store::{Tx, job, setting, slack::workspace::Workspace};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Settings, Wire, connection::connect_in, install::queue_refresh, save_settings,
    standing::LOOK_JOB,
};
use crate::{Eider, Error, FieldError, Result};

/// The kind of job that asks Slack whose the token is that was entered.
pub const CONNECT_JOB: &str = "slack.connect";

const CONNECTING: &str = "slack_connecting";
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

pub(super) async fn connecting_in(tx: &mut Tx) -> Result<Option<Connecting>> {
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

pub(super) async fn queue(
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

fn is_secret(text: &str) -> bool {
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    text.len() <= SECRET_LIMIT_CHARACTERS && text.bytes().all(is_usual)
}
