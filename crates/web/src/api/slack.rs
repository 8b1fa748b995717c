//! How Slack is connected. Secrets go in and never come out.

use axum::{Json, extract::State, http::StatusCode};
use eider_app::slack::{self, Edit, Overview};
use eider_domain::{SquadId, access::Action};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath},
    problem::{ListProblems, WriteProblems},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const SLACK: &str = "/api/v1/slack";
const TOKEN: &str = "/api/v1/slack/token";
const WORKSPACE: &str = "/api/v1/slack/workspaces/{team}";
const CHANNEL: &str = "/api/v1/slack/channels/{team}/{channel}";

const CONFIGURE: Access = Access::Needs(Action::Configure);

pub(super) const RULES: &[Rule] = &[
    Rule::get(SLACK, CONFIGURE),
    Rule::new("PUT", SLACK, CONFIGURE),
    Rule::new("PUT", TOKEN, CONFIGURE),
    Rule::new("PUT", CHANNEL, CONFIGURE),
    Rule::new("DELETE", CHANNEL, CONFIGURE),
    Rule::new("DELETE", WORKSPACE, CONFIGURE),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(show, write))
        .routes(routes!(enter_token))
        .routes(routes!(place_channel, remove_channel))
        .routes(routes!(disconnect))
}

/// By which way Slack reaches Eider.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Wire {
    /// Eider calls Slack and keeps the line open.
    Socket,
    /// Slack calls Eider at its public address.
    Http,
}

/// How Slack is connected.
#[derive(Debug, Serialize, ToSchema)]
struct Slack {
    /// By which way Slack reaches Eider.
    wire: Wire,
    /// What keeps Slack from reaching Eider, if anything does.
    wire_trouble: Option<String>,
    /// When the line of Socket Mode was last seen open; null when it is not.
    line_open_at: Option<Timestamp>,
    /// Whether a token for Socket Mode is kept.
    has_app_token: bool,
    /// Whether a signing secret is kept.
    has_signing_secret: bool,
    /// The app's public id, for several workspaces.
    client_id: Option<String>,
    /// Whether the app's secret is kept.
    has_client_secret: bool,
    /// The slash command.
    command: String,
    /// Whether a message outside of a thread gets a private nudge.
    nudges: bool,
    /// Whether members of the workspace may ask without an invitation.
    members_may_ask: bool,
    /// When the daily digest comes, in the zone of the desk, if it does.
    digest_at: Option<String>,
    /// Whether a bot token waits for Slack's word.
    is_connecting: bool,
    /// Why the bot token that was entered last was not taken, if it was not.
    connecting_trouble: Option<String>,
    /// The workspaces that are connected.
    workspaces: Vec<Workspace>,
    /// The channels for support.
    channels: Vec<Channel>,
}

/// A workspace that is connected.
#[derive(Debug, Serialize, ToSchema)]
struct Workspace {
    /// Slack's id of it.
    team: String,
    /// Its name.
    name: String,
    /// When it was connected.
    connected_at: Timestamp,
    /// What is wrong with it, if anything is.
    trouble: Option<String>,
    /// The channels that Eider is in, by name.
    found: Vec<FoundChannel>,
    /// When it was last looked whether all is well.
    looked_at: Option<Timestamp>,
}

/// A channel that Eider is in.
#[derive(Debug, Serialize, ToSchema)]
struct FoundChannel {
    /// Slack's id of it.
    channel: String,
    /// Its name, without a hash.
    name: String,
    /// Whether only its members see it.
    is_private: bool,
}

/// A channel for support.
#[derive(Debug, Serialize, ToSchema)]
struct Channel {
    /// The workspace.
    team: String,
    /// Slack's id of it.
    channel: String,
    /// Its name, without a hash.
    name: String,
    /// The squad whose tickets go there; everybody's, when it is nobody's.
    squad: Option<Uuid>,
    /// What keeps Eider from posting there, if anything does.
    trouble: Option<String>,
}

impl From<Overview> for Slack {
    fn from(overview: Overview) -> Self {
        let settings = overview.settings;
        let connecting = overview.connecting;
        Self {
            wire: match settings.wire {
                slack::Wire::Socket => Wire::Socket,
                slack::Wire::Http => Wire::Http,
            },
            wire_trouble: overview.wire_trouble,
            line_open_at: overview.line_open_at,
            has_app_token: settings.app_token.is_some(),
            has_signing_secret: settings.signing_secret.is_some(),
            client_id: settings.client_id,
            has_client_secret: settings.client_secret.is_some(),
            command: settings.command,
            nudges: settings.nudges,
            members_may_ask: settings.members_may_ask,
            digest_at: settings.digest_at,
            is_connecting: connecting.as_ref().is_some_and(|one| one.trouble.is_none()),
            connecting_trouble: connecting.and_then(|one| one.trouble),
            workspaces: overview.workspaces.into_iter().map(Into::into).collect(),
            channels: overview.channels.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<slack::Connected> for Workspace {
    fn from(connected: slack::Connected) -> Self {
        let found = connected.found.into_iter().map(|one| FoundChannel {
            channel: one.channel_id,
            name: one.name,
            is_private: one.is_private,
        });
        Self {
            team: connected.workspace.team_id,
            name: connected.workspace.name,
            connected_at: connected.workspace.connected_at,
            trouble: connected.workspace.trouble,
            found: found.collect(),
            looked_at: connected.looked_at,
        }
    }
}

impl From<eider_store::slack::channel::Channel> for Channel {
    fn from(channel: eider_store::slack::channel::Channel) -> Self {
        Self {
            team: channel.team_id,
            channel: channel.channel_id,
            name: channel.name,
            squad: channel.squad.map(|squad| squad.0),
            trouble: channel.trouble,
        }
    }
}

/// Read how Slack is connected
#[utoipa::path(get, path = SLACK, tag = "configuration", operation_id = "readSlack",
    responses((status = 200, description = "How it is connected", body = Slack), ListProblems))]
async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Json<Slack>> {
    let overview = slack::overview(&web.eider, visitor.actor()).await?;
    Ok(Json(overview.into()))
}

/// How Slack is to be used. A secret that is left out or empty stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteSlack {
    /// By which way Slack reaches Eider.
    wire: Wire,
    /// The token that opens the line of Socket Mode.
    #[serde(default)]
    #[schema(pattern = r"^(|xapp-[A-Za-z0-9.-]{0,490})$")]
    app_token: Option<String>,
    /// What Slack signs its requests with.
    #[serde(default)]
    #[schema(pattern = r"^[A-Za-z0-9.-]{0,500}$")]
    signing_secret: Option<String>,
    /// The app's public id, for several workspaces.
    #[serde(default)]
    #[schema(pattern = r"^[A-Za-z0-9.-]{0,500}$")]
    client_id: Option<String>,
    /// The app's secret, for several workspaces.
    #[serde(default)]
    #[schema(pattern = r"^[A-Za-z0-9.-]{0,500}$")]
    client_secret: Option<String>,
    /// The slash command.
    #[schema(pattern = r"^/[A-Za-z0-9_-]{1,31}$")]
    command: String,
    /// Whether a message outside of a thread gets a private nudge.
    nudges: bool,
    /// Whether members of the workspace may ask without an invitation.
    members_may_ask: bool,
    /// When the daily digest comes, in the zone of the desk; never, when it is null or left out.
    #[serde(default)]
    #[schema(pattern = r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$")]
    digest_at: Option<String>,
}

impl From<WriteSlack> for Edit {
    fn from(body: WriteSlack) -> Self {
        Self {
            wire: match body.wire {
                Wire::Socket => slack::Wire::Socket,
                Wire::Http => slack::Wire::Http,
            },
            app_token: body.app_token,
            signing_secret: body.signing_secret,
            client_id: body.client_id,
            client_secret: body.client_secret,
            command: body.command,
            nudges: body.nudges,
            members_may_ask: body.members_may_ask,
            digest_at: body.digest_at,
        }
    }
}

/// Write how Slack is used
#[utoipa::path(put, path = SLACK, tag = "configuration", operation_id = "writeSlack",
    request_body = WriteSlack,
    responses((status = 200, description = "As it is now", body = Slack), WriteProblems))]
async fn write(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<WriteSlack>,
) -> Result<Json<Slack>> {
    slack::edit_settings(&web.eider, visitor.actor(), body.into()).await?;
    show(State(web), visitor).await
}

/// A bot token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BotToken {
    /// The bot token of the workspace.
    #[schema(pattern = r"^(xoxb-|xoxe\.xoxb-)[A-Za-z0-9.-]{0,480}$")]
    bot_token: String,
}

/// Connect a workspace by its bot token
///
/// Slack is asked whose it is; read how Slack is connected to see what it said.
#[utoipa::path(put, path = TOKEN, tag = "configuration", operation_id = "connectSlack",
    request_body = BotToken,
    responses((status = 200, description = "Slack is being asked", body = Slack), WriteProblems))]
async fn enter_token(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<BotToken>,
) -> Result<Json<Slack>> {
    slack::enter_token(&web.eider, visitor.actor(), &body.bot_token).await?;
    show(State(web), visitor).await
}

/// Whose tickets go to a channel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteChannel {
    /// The squad; everybody's, when it is null or left out.
    #[serde(default)]
    squad: Option<Uuid>,
}

/// Make a channel one for support
#[utoipa::path(put, path = CHANNEL, tag = "configuration", operation_id = "placeSlackChannel",
    params(("team" = String, Path, description = "The workspace"),
        ("channel" = String, Path, description = "Slack's id of the channel")),
    request_body = WriteChannel,
    responses((status = 200, description = "As it is now", body = Slack), WriteProblems))]
async fn place_channel(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath((team, channel)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<WriteChannel>,
) -> Result<Json<Slack>> {
    let squad = body.squad.map(SquadId);
    slack::place_found(&web.eider, visitor.actor(), &team, &channel, squad).await?;
    show(State(web), visitor).await
}

/// Make a channel one like any other
#[utoipa::path(delete, path = CHANNEL, tag = "configuration", operation_id = "removeSlackChannel",
    params(("team" = String, Path, description = "The workspace"),
        ("channel" = String, Path, description = "Slack's id of the channel")),
    responses((status = 204, description = "Its threads stay as they are"), WriteProblems))]
async fn remove_channel(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath((team, channel)): ApiPath<(String, String)>,
) -> Result<StatusCode> {
    slack::remove_channel(&web.eider, visitor.actor(), &team, &channel).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Disconnect a workspace
///
/// Its tokens are forgotten, and its channels are ones like any other. When it is connected again, its
/// threads go on.
#[utoipa::path(delete, path = WORKSPACE, tag = "configuration", operation_id = "disconnectSlack",
    params(("team" = String, Path, description = "The workspace")),
    responses((status = 204, description = "It is disconnected"), WriteProblems))]
async fn disconnect(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(team): ApiPath<String>,
) -> Result<StatusCode> {
    slack::disconnect(&web.eider, visitor.actor(), &team).await?;
    Ok(StatusCode::NO_CONTENT)
}
