//! Whether Slack is connected as it has to be, and how to mend what is not.

use eider_app::slack::{self as app, Settings, Wire};
use eider_store::{
    doctor::Check,
    slack::{channel, channel::Channel, workspace, workspace::Workspace},
};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use serde_json::{Value, json};

use crate::{CallError, Slack, manifest, trouble};

/// Slack refuses signatures that are five minutes old; clocks further apart than this are mended
/// before they are that far.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(60);

/// What Slack answers to whoever asks whose a token is.
struct Told {
    answer: Value,
    scopes: Option<Vec<String>>,
    date: Option<Timestamp>,
}

impl Slack {
    /// Looks at everything that the connection to Slack stands on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn examine(&self) -> Result<Vec<Check>, CallError> {
        let settings = app::settings(self.eider()).await?;
        let mut tx = self.eider().db().read().await?;
        let workspaces = workspace::all(&mut tx).await?;
        let channels = channel::all(&mut tx).await?;
        drop(tx);
        let mut checks = vec![self.wire(&settings).await];
        if workspaces.is_empty() {
            checks.push(Check::attention(
                "workspace",
                "No workspace is connected.",
                "Open Settings, Slack, and enter the bot token.",
            ));
        }
        for workspace in &workspaces {
            self.examine_workspace(&mut checks, workspace, &channels)
                .await;
        }
        if !channels.iter().any(|channel| channel.squad.is_none()) && !workspaces.is_empty() {
            checks.push(Check::attention(
                "channels",
                "No channel takes the tickets of everybody.",
                "Open Settings, Slack, and choose a support channel.",
            ));
        }
        Ok(checks)
    }

    /// Whether Slack can reach Eider.
    async fn wire(&self, settings: &Settings) -> Check {
        match settings.wire {
            Wire::Socket => self.socket(settings).await,
            Wire::Http => self.http(settings),
        }
    }

    async fn socket(&self, settings: &Settings) -> Check {
        const NAME: &str = "Socket Mode";
        let Some(sealed) = &settings.app_token else {
            return Check::attention(
                NAME,
                "There is no app-level token.",
                "In Slack, open Basic Information, App-Level Tokens, make one with the scope \
                 connections:write, and enter it under Settings, Slack.",
            );
        };
        let token = match self.eider().unseal(sealed) {
            Ok(token) => token,
            Err(error) => return locked(NAME, &error),
        };
        match self
            .call_with(&token, "apps.connections.open", &json!({}))
            .await
        {
            Ok(_) => Check::fine(NAME, "Slack opens a line"),
            Err(CallError::Refused { code, .. }) => {
                let words = trouble::of_app_token(&code);
                Check::attention(NAME, format!("Slack answers {code}."), words)
            }
            Err(error) => away(NAME, &error),
        }
    }

    fn http(&self, settings: &Settings) -> Check {
        const NAME: &str = "HTTP";
        let address = self.page("/slack/events");
        let Some(sealed) = &settings.signing_secret else {
            return Check::attention(
                NAME,
                "There is no signing secret.",
                "In Slack, open Basic Information, App Credentials, and enter the signing secret \
                 under Settings, Slack.",
            );
        };
        if let Err(error) = self.eider().unseal(sealed) {
            return locked(NAME, &error);
        }
        if !address.starts_with("https://") {
            return Check::attention(
                NAME,
                format!("Slack calls only addresses with https://, and this one is {address}."),
                "Set public_url to the address with https:// that people type, or take Socket \
                 Mode, which needs no public address.",
            );
        }
        Check::fine(NAME, format!("Slack is to call {address}"))
    }

    async fn examine_workspace(
        &self,
        checks: &mut Vec<Check>,
        workspace: &Workspace,
        channels: &[Channel],
    ) {
        const NAME: &str = "workspace";
        let name = &workspace.name;
        let told = match self.eider().unseal(&workspace.token) {
            Ok(token) => self.told(&token).await,
            Err(error) => return checks.push(locked(NAME, &error)),
        };
        let told = match told {
            Ok(told) => told,
            Err(error) => return checks.push(away(NAME, &error)),
        };
        if let Some(date) = told.date {
            checks.push(clock(self.eider().now(), date));
        }
        if told.answer["ok"] != true {
            let code = told.answer["error"].as_str().unwrap_or("no reason");
            checks.push(Check::attention(
                NAME,
                format!("{name}: Slack answers {code}."),
                trouble::of_token(code),
            ));
            return;
        }
        checks.push(Check::fine(NAME, format!("{name} knows the bot token")));
        if let Some(given) = &told.scopes {
            checks.push(scopes(name, given));
        }
        let found = match self.channels_of(&workspace.team_id).await {
            Ok(found) => found,
            Err(error) => {
                checks.push(away("channels", &error));
                return;
            }
        };
        for channel in channels
            .iter()
            .filter(|channel| channel.team_id == workspace.team_id)
        {
            let is_in = found.iter().any(|one| one.channel_id == channel.channel_id);
            checks.push(membership(channel, is_in));
        }
    }

    async fn told(&self, token: &str) -> Result<Told, CallError> {
        let unreachable = |error: reqwest::Error| CallError::Away(error.without_url().to_string());
        let address = format!("{}/auth.test", self.0.api_url);
        let sent = self.0.http.post(address).bearer_auth(token).send().await;
        let response = sent.map_err(unreachable)?;
        let header = |name: &str| {
            let value = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let scopes = header("x-oauth-scopes").map(|text| {
            let scopes = text.split(',').map(|scope| scope.trim().to_owned());
            scopes.filter(|scope| !scope.is_empty()).collect()
        });
        let date = header("date").and_then(|text| {
            let date = rfc2822::DateTimeParser::new().parse_timestamp(text.as_str());
            date.ok()
        });
        Ok(Told {
            answer: response.json().await.map_err(unreachable)?,
            scopes,
            date,
        })
    }
}

fn clock(now: Timestamp, slack: Timestamp) -> Check {
    const NAME: &str = "clock of Slack";
    let apart = now.duration_since(slack).abs();
    if apart <= CLOCKS_APART {
        return Check::fine(NAME, "within a minute of this machine's");
    }
    Check::attention(
        NAME,
        format!(
            "This machine's clock is {} seconds away from Slack's. At 300 its requests are refused.",
            apart.as_secs()
        ),
        "Let the machine take its time from the network, for example with chrony or \
         systemd-timesyncd.",
    )
}

fn scopes(workspace: &str, given: &[String]) -> Check {
    const NAME: &str = "scopes";
    let missing: Vec<&str> = manifest::scopes()
        .into_iter()
        .filter(|scope| !given.iter().any(|one| one == scope))
        .collect();
    if missing.is_empty() {
        return Check::fine(NAME, format!("{workspace} gives all that are needed"));
    }
    Check::attention(
        NAME,
        format!("{workspace} does not give: {}.", missing.join(", ")),
        "Add them under OAuth & Permissions, Bot Token Scopes, and install the app again.",
    )
}

fn membership(channel: &Channel, is_in: bool) -> Check {
    const NAME: &str = "channel";
    if is_in {
        return Check::fine(NAME, format!("Eider is in #{}", channel.name));
    }
    Check::attention(
        NAME,
        format!("Eider is not in #{}, or it is archived.", channel.name),
        format!(
            "Type /invite @Eider in #{}, or choose another channel under Settings, Slack.",
            channel.name
        ),
    )
}

fn locked(name: &'static str, error: &eider_app::Error) -> Check {
    Check::attention(
        name,
        error.to_string(),
        "See the secret key in `eider doctor`.",
    )
}

fn away(name: &'static str, error: &CallError) -> Check {
    Check::attention(
        name,
        error.to_string(),
        "See whether this machine reaches slack.com by HTTPS, and whether \
         https://slack-status.com tells of trouble. Everything else goes on meanwhile.",
    )
}
