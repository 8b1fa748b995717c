//! Connecting workspaces: whose token it is, whether all is well, and a new token in time.

use eider_app::slack::{
    self as app, CONNECT_JOB, Found, LOOK_JOB, REFRESH_JOB, connecting, not_connected,
};
use eider_domain::PersonId;
use eider_jobs::{Again, Claimed, Handlers, NewJob};
use eider_store::{
    job,
    slack::{thread, workspace, workspace::Workspace},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{CallError, Slack, mirror::TELL_JOB, trouble};

/// A workspace is looked at again after this.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// A token that lasts longer than this is not renewed.
const RENEW_WITHIN: SignedDuration = SignedDuration::from_hours(4);
/// Channels are read in pages; more pages than this are not.
const PAGES_LIMIT: usize = 20;

/// The jobs of connecting. They have a worker of their own, so that nothing waits for them.
pub(crate) fn handlers(slack: &Slack) -> Handlers {
    let (connecting, looking, renewing) = (slack.clone(), slack.clone(), slack.clone());
    Handlers::default()
        .with(CONNECT_JOB, move |_| {
            let slack = connecting.clone();
            async move { slack.connect().await.map_err(Again::from) }
        })
        .with(LOOK_JOB, move |claimed| {
            let slack = looking.clone();
            async move {
                let done = slack.look(&claimed.payload).await;
                slack.look_later(&claimed.payload, done).await
            }
        })
        .with(REFRESH_JOB, move |claimed| {
            let slack = renewing.clone();
            async move { slack.renew(&claimed).await.map_err(Again::from) }
        })
}

/// The tokens of a workspace, as Slack gave them.
pub(crate) struct Tokens {
    pub(crate) token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) expires_at: Option<Timestamp>,
}

impl Slack {
    /// Asks whose the token is that somebody entered.
    async fn connect(&self) -> Result<(), CallError> {
        let Some(entered) = connecting(self.eider()).await? else {
            return Ok(());
        };
        if entered.trouble.is_some() {
            return Ok(());
        }
        let tokens = Tokens {
            token: self.eider().unseal(&entered.token)?,
            refresh_token: None,
            expires_at: None,
        };
        match self.connect_with(entered.by, tokens, "").await {
            Err(CallError::Refused { code, .. }) => {
                let words = trouble::of_token(&code);
                Ok(not_connected(self.eider(), &entered, &words).await?)
            }
            Err(CallError::Here(
                error @ (eider_app::Error::Forbidden(_) | eider_app::Error::NotFound(_)),
            )) => Ok(not_connected(self.eider(), &entered, &error.to_string()).await?),
            done => done,
        }
    }

    /// Connects the workspace of these tokens, in the name of `by`.
    pub(crate) async fn connect_with(
        &self,
        by: PersonId,
        tokens: Tokens,
        app_id: &str,
    ) -> Result<(), CallError> {
        let told = self
            .call_with(&tokens.token, "auth.test", &json!({}))
            .await?;
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        let seal = |secret: &str| self.eider().seal(secret);
        let workspace = Workspace {
            team_id: text("team_id"),
            name: text("team"),
            app_id: app_id.to_owned(),
            bot_user_id: text("user_id"),
            bot_id: text("bot_id"),
            token: seal(&tokens.token)?,
            refresh_token: tokens.refresh_token.as_deref().map(seal).transpose()?,
            token_expires_at: tokens.expires_at,
            connected_at: self.eider().now(),
            trouble: None,
        };
        tracing::info!(workspace = workspace.name, "a Slack workspace is connected");
        let team = workspace.team_id.clone();
        app::connected(self.eider(), by, workspace).await?;
        self.tell_what_waits(&team).await
    }

    /// Looks whether a workspace is well, and which channels Eider is in.
    async fn look(&self, team: &str) -> Result<(), CallError> {
        self.call(team, "auth.test", &json!({})).await?;
        let found = self.channels_of(team).await?;
        app::found(self.eider(), team, found).await?;
        app::note_trouble(self.eider(), team, None).await?;
        self.tell_what_waits(team).await
    }

    /// Every channel that Eider is a member of, by name.
    pub(crate) async fn channels_of(&self, team: &str) -> Result<Vec<Found>, CallError> {
        let mut found = Vec::new();
        let mut cursor = String::new();
        for _ in 0..PAGES_LIMIT {
            let mut wanted = json!({
                "types": "public_channel,private_channel",
                "exclude_archived": true,
                "limit": 1000,
            });
            if !cursor.is_empty() {
                wanted["cursor"] = cursor.as_str().into();
            }
            let page = self.call(team, "conversations.list", &wanted).await?;
            let channels = page["channels"].as_array().into_iter().flatten();
            found.extend(
                channels
                    .filter(|one| one["is_member"] == true)
                    .map(found_of),
            );
            cursor = next_cursor(&page);
            if cursor.is_empty() {
                break;
            }
        }
        found.sort_by(|one: &Found, other| one.name.cmp(&other.name));
        Ok(found)
    }

    /// Queues the next look. What is wrong with the workspace is noted already.
    async fn look_later(&self, team: &str, done: Result<(), CallError>) -> Result<(), Again> {
        let now = self.eider().now();
        let next = match done {
            Ok(()) | Err(CallError::Refused { .. }) => {
                now.saturating_add(LOOK_AGAIN).unwrap_or(now)
            }
            Err(CallError::NotConnected) => return Ok(()),
            Err(CallError::Later(at)) => at,
            Err(error) => return Err(error.into()),
        };
        let queued = app::look_at(self.eider(), team, next).await;
        queued.map_err(Again::because)
    }

    /// Queues every thread that could not be told while something was wrong.
    pub(crate) async fn tell_what_waits(&self, team: &str) -> Result<(), CallError> {
        let now = self.eider().now();
        let mut tx = self.eider().db().write().await?;
        for ticket in thread::troubled(&mut tx, team).await? {
            let again = NewJob {
                id: self.eider().ids().id(now),
                kind: TELL_JOB,
                payload: ticket.0.to_string(),
                run_at: now,
                dedup_key: Some(format!("{TELL_JOB}:{}", ticket.0)),
            };
            job::enqueue(&mut tx, &again).await?;
        }
        tx.commit().await?;
        self.eider().committed();
        Ok(())
    }

    /// Gets a new token before the old one ends. A refresh token works once, so one node at a time
    /// does this, as the lease of the job says, and what it got is kept only if the refresh token
    /// is still the one that it spent.
    async fn renew(&self, claimed: &Claimed) -> Result<(), CallError> {
        let team = claimed.payload.as_str();
        let mut tx = self.eider().db().write().await?;
        let is_ours = job::holds(&mut tx, claimed).await?;
        let known = workspace::by_id_for_update(&mut tx, team).await?;
        drop(tx);
        // Somebody may have asked for it again while it was being renewed.
        let now = self.eider().now();
        let soon = now.saturating_add(RENEW_WITHIN).unwrap_or(now);
        let is_due = |known: &Workspace| known.token_expires_at.is_none_or(|at| at <= soon);
        let Some(spent) = known
            .filter(|known| is_ours && is_due(known))
            .and_then(|known| known.refresh_token)
        else {
            return Ok(());
        };
        let settings = app::settings(self.eider()).await?;
        let refresh_token = self.eider().unseal(&spent)?;
        let mut wanted = self.client_of(&settings)?;
        wanted["grant_type"] = "refresh_token".into();
        wanted["refresh_token"] = refresh_token.into();
        let told = match self.call_as_client("oauth.v2.access", &wanted).await {
            Ok(told) => told,
            Err(CallError::Refused { code, .. }) => {
                return self.not_renewed(team, &spent, &code).await;
            }
            Err(error) => return Err(error),
        };
        let tokens = self.tokens_of(&told);
        let refresh_token = tokens.refresh_token.as_deref();
        let sealed = (
            self.eider().seal(&tokens.token)?,
            refresh_token
                .map(|secret| self.eider().seal(secret))
                .transpose()?,
            tokens.expires_at,
        );
        if app::refreshed(self.eider(), team, &spent, sealed).await? {
            self.tell_what_waits(team).await?;
        }
        Ok(())
    }

    /// Another node may have spent the refresh token; then all is well.
    async fn not_renewed(&self, team: &str, spent: &str, code: &str) -> Result<(), CallError> {
        let mut tx = self.eider().db().read().await?;
        let known = workspace::by_id(&mut tx, team).await?;
        drop(tx);
        if known.is_none_or(|known| known.refresh_token.as_deref() != Some(spent)) {
            return Ok(());
        }
        tracing::warn!(team, code, "the token of a workspace cannot be renewed");
        let words = trouble::of_token(code);
        app::note_trouble(self.eider(), team, Some(&words)).await?;
        Ok(())
    }

    /// The fields by which the app says who it is.
    pub(crate) fn client_of(&self, settings: &app::Settings) -> Result<Value, CallError> {
        let (Some(id), Some(secret)) = (&settings.client_id, &settings.client_secret) else {
            return Err(CallError::NotConnected);
        };
        Ok(json!({"client_id": id, "client_secret": self.eider().unseal(secret)?}))
    }

    /// The tokens in an answer of `oauth.v2.access`.
    pub(crate) fn tokens_of(&self, told: &Value) -> Tokens {
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        let now = self.eider().now();
        let lasts = told["expires_in"].as_i64().map(SignedDuration::from_secs);
        Tokens {
            token: text("access_token").unwrap_or_default(),
            refresh_token: text("refresh_token"),
            expires_at: lasts.and_then(|lasts| now.saturating_add(lasts).ok()),
        }
    }

    /// What happened to the connection itself, if that is what an event tells of.
    pub(crate) async fn connection_changed(
        &self,
        team: &str,
        event: &Value,
    ) -> Result<(), CallError> {
        match event["type"].as_str() {
            // Which of them is the bot's is seen by asking Slack.
            Some("tokens_revoked") => self.look_soon(team).await,
            Some("app_uninstalled") => {
                let words = trouble::of_token("account_inactive");
                app::note_trouble(self.eider(), team, Some(&words)).await?;
                Ok(())
            }
            Some(
                "member_joined_channel"
                | "member_left_channel"
                | "channel_left"
                | "group_left"
                | "channel_rename"
                | "group_rename"
                | "channel_archive"
                | "group_archive"
                | "channel_unarchive"
                | "group_unarchive",
            ) => self.look_soon(team).await,
            _ => Ok(()),
        }
    }

    async fn look_soon(&self, team: &str) -> Result<(), CallError> {
        let mut tx = self.eider().db().read().await?;
        let is_known = workspace::by_id(&mut tx, team).await?.is_some();
        drop(tx);
        if is_known {
            app::look_at(self.eider(), team, self.eider().now()).await?;
        }
        Ok(())
    }
}

fn found_of(told: &Value) -> Found {
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    Found {
        channel_id: text("id"),
        name: text("name"),
        is_private: told["is_private"] == true,
    }
}

pub(crate) fn next_cursor(page: &Value) -> String {
    let cursor = page["response_metadata"]["next_cursor"].as_str();
    cursor.unwrap_or_default().to_owned()
}
