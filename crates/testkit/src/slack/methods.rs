//! Every method: its scopes, its pace, its arguments, and what answers it.

use std::collections::BTreeSet;

use super::{
    api::{Answer, Room},
    call::Arguments,
    channels, chat, files, oauth, people,
    rates::Pace::{self, Posting, Special, Tier1, Tier2, Tier3, Tier4},
    reactions, socket, usergroups, view_methods as views,
};

/// What a caller shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    BotToken,
    AppToken,
    Client,
}

/// One method of the Web API.
pub(super) struct Method {
    pub name: &'static str,
    pub proof: Proof,
    /// Any of these will do; what a channel of each kind needs is checked by the method.
    pub scopes: &'static [&'static str],
    pub pace: Pace,
    pub takes_json: bool,
    pub arguments: &'static [&'static str],
    pub run: fn(&mut Room<'_>, &Arguments) -> Answer,
}

const READS: &[&str] = &["channels:read", "groups:read", "im:read", "mpim:read"];
const HISTORY: &[&str] = &[
    "channels:history",
    "groups:history",
    "im:history",
    "mpim:history",
];
const POST: &[&str] = &[
    "channel",
    "text",
    "blocks",
    "attachments",
    "thread_ts",
    "reply_broadcast",
    "metadata",
    "unfurl_links",
    "unfurl_media",
    "username",
    "icon_emoji",
    "icon_url",
    "link_names",
    "mrkdwn",
    "parse",
    "client_msg_id",
];
const UPDATE: &[&str] = &[
    "channel",
    "ts",
    "text",
    "blocks",
    "attachments",
    "metadata",
    "link_names",
    "parse",
    "reply_broadcast",
    "file_ids",
    "as_user",
];
const EPHEMERAL: &[&str] = &[
    "channel",
    "user",
    "text",
    "blocks",
    "attachments",
    "thread_ts",
    "username",
    "icon_emoji",
    "icon_url",
    "link_names",
    "parse",
];
const PAGE_OF_HISTORY: &[&str] = &[
    "channel",
    "ts",
    "cursor",
    "limit",
    "oldest",
    "latest",
    "inclusive",
    "include_all_metadata",
];

const fn read(
    name: &'static str,
    scopes: &'static [&'static str],
    pace: Pace,
    arguments: &'static [&'static str],
    run: fn(&mut Room<'_>, &Arguments) -> Answer,
) -> Method {
    Method {
        name,
        proof: Proof::BotToken,
        scopes,
        pace,
        takes_json: false,
        arguments,
        run,
    }
}

const fn write(
    name: &'static str,
    scopes: &'static [&'static str],
    pace: Pace,
    arguments: &'static [&'static str],
    run: fn(&mut Room<'_>, &Arguments) -> Answer,
) -> Method {
    Method {
        name,
        proof: Proof::BotToken,
        scopes,
        pace,
        takes_json: true,
        arguments,
        run,
    }
}

/// Every method that the fake knows.
pub(super) static METHODS: &[Method] = &[
    write("auth.test", &[], Special, &[], oauth::test),
    Method {
        name: "apps.connections.open",
        proof: Proof::AppToken,
        scopes: &["connections:write"],
        pace: Tier1,
        takes_json: true,
        arguments: &[],
        run: socket::open,
    },
    Method {
        name: "oauth.v2.access",
        proof: Proof::Client,
        scopes: &[],
        pace: Tier4,
        takes_json: false,
        arguments: &[
            "client_id",
            "client_secret",
            "code",
            "redirect_uri",
            "grant_type",
            "refresh_token",
        ],
        run: oauth::access,
    },
    write("auth.revoke", &[], Tier3, &["test"], oauth::revoke),
    write(
        "chat.postMessage",
        &["chat:write"],
        Posting,
        POST,
        chat::post,
    ),
    write("chat.update", &["chat:write"], Tier3, UPDATE, chat::update),
    write(
        "chat.delete",
        &["chat:write"],
        Tier3,
        &["channel", "ts", "as_user"],
        chat::delete,
    ),
    write(
        "chat.postEphemeral",
        &["chat:write"],
        Tier4,
        EPHEMERAL,
        chat::post_ephemeral,
    ),
    read(
        "chat.getPermalink",
        &[],
        Special,
        &["channel", "message_ts"],
        chat::permalink,
    ),
    read(
        "conversations.info",
        READS,
        Tier3,
        &["channel", "include_locale", "include_num_members"],
        channels::info,
    ),
    read(
        "conversations.list",
        READS,
        Tier2,
        &["cursor", "exclude_archived", "limit", "team_id", "types"],
        channels::list,
    ),
    read(
        "conversations.members",
        READS,
        Tier4,
        &["channel", "cursor", "limit"],
        channels::members,
    ),
    write(
        "conversations.open",
        &["im:write", "mpim:write"],
        Tier3,
        &["channel", "users", "return_im", "prevent_creation"],
        channels::open,
    ),
    write(
        "conversations.join",
        &["channels:join"],
        Tier3,
        &["channel"],
        channels::join,
    ),
    read(
        "conversations.replies",
        HISTORY,
        Tier3,
        PAGE_OF_HISTORY,
        channels::replies,
    ),
    read(
        "conversations.history",
        HISTORY,
        Tier3,
        PAGE_OF_HISTORY,
        channels::history,
    ),
    read(
        "users.info",
        &["users:read"],
        Tier4,
        &["user", "include_locale"],
        people::info,
    ),
    read(
        "users.list",
        &["users:read"],
        Tier2,
        &["cursor", "limit", "include_locale", "team_id"],
        people::list,
    ),
    read(
        "users.lookupByEmail",
        &["users:read.email"],
        Tier3,
        &["email"],
        people::look_up_by_email,
    ),
    write(
        "views.open",
        &[],
        Tier4,
        &["trigger_id", "view"],
        views::open,
    ),
    write(
        "views.push",
        &[],
        Tier4,
        &["trigger_id", "view"],
        views::push,
    ),
    write(
        "views.update",
        &[],
        Tier4,
        &["view", "view_id", "external_id", "hash"],
        views::update,
    ),
    write(
        "views.publish",
        &[],
        Tier4,
        &["user_id", "view", "hash"],
        views::publish,
    ),
    write(
        "reactions.add",
        &["reactions:write"],
        Tier3,
        &["channel", "name", "timestamp"],
        reactions::add,
    ),
    write(
        "reactions.remove",
        &["reactions:write"],
        Tier2,
        &["channel", "name", "timestamp"],
        reactions::remove,
    ),
    read(
        "usergroups.list",
        &["usergroups:read"],
        Tier2,
        &[
            "include_count",
            "include_disabled",
            "include_users",
            "team_id",
        ],
        usergroups::list,
    ),
    write(
        "usergroups.create",
        &["usergroups:write"],
        Tier2,
        &[
            "name",
            "handle",
            "description",
            "channels",
            "include_count",
            "team_id",
        ],
        usergroups::create,
    ),
    write(
        "usergroups.users.update",
        &["usergroups:write"],
        Tier2,
        &["usergroup", "users", "include_count", "team_id"],
        usergroups::update_users,
    ),
    read(
        "files.info",
        &["files:read"],
        Tier4,
        &["file", "count", "cursor", "limit", "page"],
        files::info,
    ),
    read(
        "files.getUploadURLExternal",
        &["files:write"],
        Tier4,
        &["filename", "length", "alt_txt", "snippet_type"],
        files::upload_url,
    ),
    write(
        "files.completeUploadExternal",
        &["files:write"],
        Tier4,
        &[
            "files",
            "channel_id",
            "channels",
            "initial_comment",
            "thread_ts",
            "blocks",
        ],
        files::complete_upload,
    ),
    read(
        "team.info",
        &["team:read"],
        Tier3,
        &["team", "domain"],
        oauth::team_info,
    ),
];

/// Every scope that some method or event asks for.
pub(super) fn all_scopes() -> BTreeSet<String> {
    let mut scopes: BTreeSet<String> = METHODS
        .iter()
        .filter(|method| method.proof == Proof::BotToken)
        .flat_map(|method| method.scopes.iter().map(|scope| (*scope).to_owned()))
        .collect();
    for scope in [
        "commands",
        "chat:write.customize",
        "app_mentions:read",
        "links:read",
        "reactions:read",
    ] {
        scopes.insert(scope.to_owned());
    }
    scopes
}
