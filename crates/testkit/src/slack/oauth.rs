//! Tokens: who they belong to, whether they are good, how they are got and renewed.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    TestSlack,
    api::{Answer, Refusal, Room},
    call::Arguments,
    deliver::Parcel,
    state::State,
};

/// Seconds that a rotated bot token lives.
const LIFE_SECONDS: i64 = 43_200;

/// A bot token or refresh token.
#[derive(Clone)]
pub(super) struct Token {
    pub team: String,
    pub scopes: BTreeSet<String>,
    pub standing: Standing,
    pub expires_at: Option<Timestamp>,
    pub is_refresh: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Good,
    Revoked,
    Inactive,
}

/// What an installation gives for a moment, to be exchanged for a token.
#[derive(Clone)]
pub(super) struct Code {
    team: String,
    person: String,
    born: Timestamp,
    is_used: bool,
}

impl State {
    /// The workspace and scopes of a bot token.
    pub fn check_token(
        &mut self,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<(String, BTreeSet<String>), Refusal> {
        let token = token.ok_or_else(|| Refusal::new("not_authed"))?;
        if token.starts_with("xapp-") {
            return Err(Refusal::new("not_allowed_token_type"));
        }
        let known = self.tokens.get(token).filter(|known| !known.is_refresh);
        let known = known.ok_or_else(|| Refusal::new("invalid_auth"))?;
        match known.standing {
            Standing::Revoked => Err(Refusal::new("token_revoked")),
            Standing::Inactive => Err(Refusal::new("account_inactive")),
            Standing::Good if known.expires_at.is_some_and(|at| at <= now) => {
                Err(Refusal::new("token_expired"))
            }
            Standing::Good => Ok((known.team.clone(), known.scopes.clone())),
        }
    }

    /// A new bot token of a workspace, with a refresh token if tokens rotate.
    pub fn issue(&mut self, team: &str, now: Timestamp) -> (String, Option<String>) {
        let number = self.number();
        let rotates = self.app.rotates_tokens;
        let kind = if rotates { "xoxe.xoxb-1" } else { "xoxb" };
        let bot = format!("{kind}-{team}-{number:08}-fake");
        let token = Token {
            team: team.to_owned(),
            scopes: self.app.scopes.clone(),
            standing: Standing::Good,
            expires_at: rotates.then(|| now + SignedDuration::from_secs(LIFE_SECONDS)),
            is_refresh: false,
        };
        self.tokens.insert(bot.clone(), token.clone());
        let refresh = rotates.then(|| {
            let refresh = format!("xoxe-1-{team}-{number:08}-fake");
            let token = Token {
                is_refresh: true,
                expires_at: None,
                ..token
            };
            self.tokens.insert(refresh.clone(), token);
            refresh
        });
        (bot, refresh)
    }
}

pub(super) fn test(room: &mut Room<'_>, _call: &Arguments) -> Answer {
    let workspace = room.workspace();
    Ok(json!({
        "url": format!("https://{}.slack.com/", workspace.domain),
        "team": workspace.name,
        "user": "eider",
        "team_id": workspace.id,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": false,
    }))
}

pub(super) fn revoke(room: &mut Room<'_>, _call: &Arguments) -> Answer {
    if let Some(token) = room.state.tokens.get_mut(&room.token) {
        token.standing = Standing::Revoked;
    }
    Ok(json!({"revoked": true}))
}

pub(super) fn team_info(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let workspace = room.workspace();
    if call.text("team").is_some_and(|team| team != workspace.id) {
        return Err(Refusal::new("team_not_found"));
    }
    Ok(json!({"team": {
        "id": workspace.id, "name": workspace.name, "domain": workspace.domain,
        "email_domain": "", "icon": {}, "url": format!("https://{}.slack.com/", workspace.domain),
    }}))
}

pub(super) fn access(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let is_ours = call.text("client_id").as_deref() == Some(&room.state.app.client_id)
        && call.text("client_secret").as_deref() == Some(&room.state.app.client_secret);
    if !is_ours {
        return Err(Refusal::new("invalid_client_id"));
    }
    match call.text("grant_type").as_deref() {
        Some("refresh_token") => refresh(room, &call.required("refresh_token")?),
        None | Some("authorization_code") => exchange(room, &call.required("code")?),
        Some(_) => Err(Refusal::new("invalid_grant_type")),
    }
}

fn exchange(room: &mut Room<'_>, code: &str) -> Answer {
    let now = room.now;
    let found = room.state.codes.get_mut(code);
    let found = found.ok_or_else(|| Refusal::new("invalid_code"))?;
    if found.is_used {
        return Err(Refusal::new("code_already_used"));
    }
    if now.duration_since(found.born) > SignedDuration::from_mins(10) {
        return Err(Refusal::new("code_expired"));
    }
    found.is_used = true;
    let found = found.clone();
    room.team = found.team;
    let (token, refresh) = room.state.issue(&room.team, room.now);
    let mut told = granted(room, &token, refresh);
    told["authed_user"] = json!({"id": found.person});
    Ok(told)
}

fn refresh(room: &mut Room<'_>, refresh: &str) -> Answer {
    let wrong = || Refusal::new("invalid_refresh_token");
    let known = room.state.tokens.get_mut(refresh).ok_or_else(wrong)?;
    if !known.is_refresh || known.standing != Standing::Good {
        return Err(wrong());
    }
    // A refresh token works once; the new pair replaces it.
    known.standing = Standing::Revoked;
    room.team = known.team.clone();
    let (token, refresh) = room.state.issue(&room.team, room.now);
    Ok(granted(room, &token, refresh))
}

fn granted(room: &mut Room<'_>, token: &str, refresh: Option<String>) -> Value {
    let scopes: Vec<String> = room.state.tokens[token].scopes.iter().cloned().collect();
    let app = room.state.app.id.clone();
    let workspace = room.workspace();
    let mut told = json!({
        "access_token": token,
        "token_type": "bot",
        "scope": scopes.join(","),
        "bot_user_id": workspace.bot_user,
        "app_id": app,
        "team": {"id": workspace.id, "name": workspace.name},
        "enterprise": null,
        "is_enterprise_install": false,
    });
    if let Some(refresh) = refresh {
        told["refresh_token"] = json!(refresh);
        told["expires_in"] = json!(LIFE_SECONDS);
    }
    told
}

impl TestSlack {
    /// A bot token of this workspace that is good now.
    ///
    /// # Panics
    /// When every token was revoked or has expired.
    pub fn bot_token(&self) -> String {
        let now = self.now();
        let state = self.state();
        let good = state.tokens.iter().rev().find(|(_, token)| {
            token.team == self.team()
                && !token.is_refresh
                && token.standing == Standing::Good
                && token.expires_at.is_none_or(|at| at > now)
        });
        good.expect("the workspace has a good token").0.clone()
    }

    /// The app-level token for Socket Mode.
    pub fn app_token(&self) -> String {
        let state = self.state();
        let mut tokens = state.app.app_tokens.keys();
        tokens.next().expect("the app has a token").clone()
    }

    /// The client id and secret for `oauth.v2.access`.
    pub fn client(&self) -> (String, String) {
        let state = self.state();
        (state.app.client_id.clone(), state.app.client_secret.clone())
    }

    /// Lets bot tokens expire after twelve hours from now on; gives the first pair of this
    /// workspace, bot token and refresh token.
    pub fn rotates_tokens(&self) -> (String, String) {
        let now = self.now();
        let mut state = self.state();
        state.app.rotates_tokens = true;
        let (bot, refresh) = state.issue(self.team(), now);
        (bot, refresh.expect("tokens rotate now"))
    }

    /// The code that Slack sends back when that person installs the app into this workspace.
    pub fn installs(&self, person: &super::Person) -> String {
        let born = self.now();
        let mut state = self.state();
        let code = format!("{}.code.{}", self.team(), state.number());
        let granted = Code {
            team: self.team().to_owned(),
            person: person.id.clone(),
            born,
            is_used: false,
        };
        state.codes.insert(code.clone(), granted);
        code
    }

    /// Revokes every bot token of this workspace, and tells the app as `tokens_revoked`.
    pub async fn revokes_tokens(&self) {
        self.let_tokens_be(Standing::Revoked);
        let bot = self.bot_user();
        let event = json!({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}});
        self.hand_over(Parcel::event(self.team(), event)).await;
    }

    /// Removes the app from this workspace, and tells it as `app_uninstalled`.
    pub async fn uninstalls(&self) {
        self.let_tokens_be(Standing::Inactive);
        let event = json!({"type": "app_uninstalled"});
        self.hand_over(Parcel::event(self.team(), event)).await;
    }

    /// Revokes the app-level token for Socket Mode.
    pub fn revokes_app_token(&self) {
        self.state().app.app_tokens.clear();
    }

    /// Gives tokens that were revoked back their strength.
    pub fn restores_tokens(&self) {
        self.let_tokens_be(Standing::Good);
    }

    /// Takes the app's scopes to be these from now on, for the tokens that exist too.
    pub fn set_scopes(&self, scopes: &[&str]) {
        let scopes: BTreeSet<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let mut state = self.state();
        for token in state.tokens.values_mut() {
            token.scopes.clone_from(&scopes);
        }
        state.app.scopes = scopes;
    }

    fn let_tokens_be(&self, standing: Standing) {
        let mut state = self.state();
        for token in state.tokens.values_mut() {
            if token.team == self.team() {
                token.standing = standing;
            }
        }
    }
}
