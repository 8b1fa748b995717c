//! Slack: how it is connected, what is wrong, and the steps to connect it.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};
use eider_app::slack::{self, Connected, Edit, Overview, Wire};
use maud::{Markup, html};

use super::disconnect::path_of as disconnect_path;
use super::{
    INDEX, SLACK, SLACK_CHANNELS, SLACK_INSTALL, SLACK_LOOK, SLACK_REMOVE, SLACK_TOKEN, again,
};
use crate::{
    Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, OneClick, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
        layout,
        notices::{self, NoticeKind},
        tables::{Column, Table, table},
        time,
        words::Reader,
    },
    outcome::{self, Outcome},
};

/// Where the program gives out the manifest of the app.
const MANIFEST: &str = "/slack/manifest.yaml";
/// Where Slack lists one's apps.
const SLACK_APPS: &str = "https://api.slack.com/apps";

/// A line for the index.
pub(super) fn summary(configures: bool) -> Markup {
    html! {
        p { "People ask, follow and work on tickets in Slack, each ticket in a thread of its own." }
        @if configures {
            (actions::button_row(actions::link(SLACK, "Connect Slack, or see how it is", Weight::Secondary)))
        }
    }
}

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response> {
    let overview = slack::overview(&web.eider, visitor.actor()).await?;
    let outcome = Outcome::of(&headers);
    let answers = answers_of(&overview);
    let page = whole(&visitor, &overview, &answers, &Wrong::default(), outcome);
    Ok(outcome::told(outcome, &web, page))
}

pub(super) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let secret = |name| Some(answers.text(name).to_owned());
    let edit = Edit {
        wire: match answers.text("wire") {
            "http" => Wire::Http,
            _ => Wire::Socket,
        },
        app_token: secret("app_token"),
        signing_secret: secret("signing_secret"),
        client_id: Some(answers.text("client_id").to_owned()),
        client_secret: secret("client_secret"),
        command: answers.text("command").to_owned(),
        nudges: answers.all("habits").any(|word| word == "nudges"),
        members_may_ask: answers.all("habits").any(|word| word == "members_may_ask"),
        digest_at: Some(answers.text("digest_at").to_owned()),
    };
    let saved = slack::edit_settings(&web.eider, visitor.actor(), edit).await;
    done(&web, &visitor, &answers, saved.map(drop), "app_token").await
}

pub(super) async fn enter_token(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let token = answers.text("bot_token");
    let entered = slack::enter_token(&web.eider, visitor.actor(), token).await;
    if entered.is_ok() {
        return Ok(Outcome::SlackAsked.redirect(&web, SLACK));
    }
    done(&web, &visitor, &answers, entered, "bot_token").await
}

pub(super) async fn place(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let (team, channel) = answers.text("channel").split_once(' ').unwrap_or_default();
    let squad = answers.text("squad").parse().ok();
    let placed = slack::place_found(&web.eider, visitor.actor(), team, channel, squad).await;
    done(&web, &visitor, &answers, placed, "channel").await
}

pub(super) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let (team, channel) = (answers.text("team"), answers.text("channel"));
    slack::remove_channel(&web.eider, visitor.actor(), team, channel).await?;
    Ok(Outcome::SettingsSaved.redirect(&web, SLACK))
}

pub(super) async fn look(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    slack::look_again(&web.eider, visitor.actor(), answers.text("team")).await?;
    Ok(Outcome::SlackAsked.redirect(&web, SLACK))
}

/// Begins an installation by OAuth. The page that follows leads on to Slack by a link: a form must
/// not send anybody to another site.
pub(super) async fn install(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let state = match slack::begin_install(&web.eider, visitor.actor()).await {
        Ok(state) => state,
        Err(error) => return done(&web, &visitor, &answers, Err(error), "client_id").await,
    };
    let body = html! {
        (layout::heading("Install Eider in another workspace", None, html! {}))
        p { "Slack asks you which workspace, and whether Eider may come in. It then brings you back \
            here. The link is good once, for a quarter of an hour." }
        (actions::button_row(actions::link(
            &format!("/slack/install?state={state}"), "Go on to Slack", Weight::Primary)))
        p { a href=(SLACK) { "Back to the settings of Slack" } }
    };
    Ok(super::page(&visitor, "Install Eider in Slack", SLACK, body).into_response())
}

/// Back to the page when it was done; else the page with what is wrong.
async fn done(
    web: &Web,
    visitor: &Visitor,
    answers: &Answers,
    outcome: eider_app::Result<()>,
    field: &'static str,
) -> Result<Response> {
    let wrong = match outcome {
        Ok(()) => return Ok(Outcome::SettingsSaved.redirect(web, SLACK)),
        Err(eider_app::Error::Conflict(sentence)) => Wrong::one(field, sentence),
        Err(error) => Wrong::of(error)?,
    };
    let overview = slack::overview(&web.eider, visitor.actor()).await?;
    // Each form of the page shows what was written into it, the others what is so.
    let shown = if answers.text("command").is_empty() {
        &answers_of(&overview)
    } else {
        answers
    };
    Ok(again(whole(visitor, &overview, shown, &wrong, None)))
}

fn answers_of(overview: &Overview) -> Answers {
    let settings = &overview.settings;
    let habits = [
        ("nudges", settings.nudges),
        ("members_may_ask", settings.members_may_ask),
    ];
    let wire = match settings.wire {
        Wire::Socket => "socket",
        Wire::Http => "http",
    };
    let mut fields = vec![
        ("wire", wire.to_owned()),
        ("command", settings.command.clone()),
        ("digest_at", settings.digest_at.clone().unwrap_or_default()),
        ("client_id", settings.client_id.clone().unwrap_or_default()),
    ];
    let ticked = habits.iter().filter(|(_, is_on)| *is_on);
    fields.extend(ticked.map(|(word, _)| ("habits", (*word).to_owned())));
    Answers::new(fields)
}

fn whole(
    visitor: &Visitor,
    overview: &Overview,
    answers: &Answers,
    wrong: &Wrong,
    outcome: Option<Outcome>,
) -> Markup {
    let lede = "Connecting it takes about five minutes. Everything goes on by web and e-mail while \
        Slack is away, and Slack is brought up to date afterwards.";
    let body = html! {
        @if let Some(outcome) = outcome { (outcome.notice()) }
        (layout::heading("Slack", Some(lede), html! {}))
        (wrong.summary())
        (layout::section("How it is", standing(overview, &visitor.reader())))
        (layout::section("1. Make the app in Slack", app_steps()))
        (layout::section("2. Let Eider in", token_form(overview, wrong)))
        (layout::section("3. How Slack reaches Eider, and how it is used",
            settings_form(overview, answers, wrong)))
        (layout::section("4. Channels for support", channels(visitor, overview, wrong)))
        (layout::section("More workspaces", more_workspaces(overview)))
        p { a href=(INDEX) { "All settings" } }
    };
    super::page(visitor, "Slack", SLACK, body)
}

/// What is connected, and what is wrong.
fn standing(overview: &Overview, reader: &Reader) -> Markup {
    let has_way = match overview.settings.wire {
        Wire::Socket => overview.settings.app_token.is_some(),
        Wire::Http => overview.settings.signing_secret.is_some(),
    };
    html! {
        @if !overview.can_seal {
            (notices::notice(NoticeKind::Warning, "There is no secret key",
                html! { "Tokens are kept sealed, and the key for that is missing. Name its file with "
                    code { "--secret-key-file" } "; " code { "eider doctor" } " says more." }))
        }
        @if let Some(connecting) = &overview.connecting {
            @match &connecting.trouble {
                None => (notices::notice(NoticeKind::Information, "Slack is being asked",
                    html! { "Whose the token is shows here in a moment. " a href=(SLACK) { "Look again" } "." })),
                Some(trouble) => (notices::notice(NoticeKind::Warning, "The bot token was not taken",
                    html! { (trouble) })),
            }
        }
        @if overview.workspaces.is_empty() {
            p { "No workspace is connected yet." }
        } @else if !has_way {
            (notices::notice(NoticeKind::Warning, "Slack cannot reach Eider yet",
                html! { "Do step 3, so that what people do in Slack arrives here." }))
        }
        @if let Some(trouble) = &overview.wire_trouble {
            (notices::notice(NoticeKind::Warning, "Slack cannot reach Eider", html! { (trouble) }))
        }
        (line(overview, reader))
        @for connected in &overview.workspaces { (workspace(connected, reader)) }
    }
}

/// How the line of Socket Mode is, and when that was seen.
fn line(overview: &Overview, reader: &Reader) -> Markup {
    let is_wanted = overview.settings.wire == Wire::Socket && overview.settings.app_token.is_some();
    html! {
        @if is_wanted && overview.wire_trouble.is_none() {
            @match overview.line_open_at {
                Some(at) => p { "The line to Slack is open, seen " (time::moment(at, reader)) "." },
                None => p { "The line to Slack is being opened. " a href=(SLACK) { "Look again" } "." },
            }
        }
    }
}

fn workspace(connected: &Connected, reader: &Reader) -> Markup {
    let workspace = &connected.workspace;
    html! {
        h3 { (workspace.name) }
        @match &workspace.trouble {
            None => p { "Connected. Eider is in " (channels_in_words(connected))
                @if let Some(at) = connected.looked_at { ", seen " (time::moment(at, reader)) } "." },
            Some(trouble) => (notices::notice(NoticeKind::Warning, "It does not work", html! { (trouble) })),
        }
        (actions::one_click(&OneClick {
            action: SLACK_LOOK,
            label: &format!("Look again at {}", workspace.name),
            weight: Weight::Quiet,
            key: None,
            fields: &[("team", &workspace.team_id)],
        }))
        (actions::link(&disconnect_path(&workspace.team_id),
            &format!("Disconnect {}", workspace.name), Weight::Quiet))
    }
}

fn channels_in_words(connected: &Connected) -> String {
    match connected.found.len() {
        0 => "no channel yet".to_owned(),
        1 => format!("#{}", connected.found[0].name),
        many => format!("{many} channels"),
    }
}

fn app_steps() -> Markup {
    html! {
        ol.steps {
            li { a href=(MANIFEST) download="eider-slack.yaml" { "Download the manifest" }
                ": it tells Slack what the app is called and what it may do, with a reason each. It \
                follows what is saved in step 3." }
            li { "Open " a href=(SLACK_APPS) rel="noreferrer" { "your apps in Slack" }
                ", choose Create New App, From a manifest, and paste it." }
            li { "There, choose Install to Workspace." }
        }
    }
}

fn token_form(overview: &Overview, wrong: &Wrong) -> Markup {
    let is_first = overview.workspaces.is_empty();
    let field = Field::new("bot_token", "Bot User OAuth Token")
        .hint("From OAuth & Permissions. It begins with xoxb-, and is not shown again.")
        .autocomplete("off")
        .longest(500)
        .error(wrong.with("bot_token"));
    html! {
        (forms::form(SLACK_TOKEN, None, html! {
            (forms::text(&field, TextKind::Password, ""))
            (actions::submit(
                if is_first { "Connect this workspace" } else { "Connect with another token" },
                if is_first { Weight::Primary } else { Weight::Secondary },
            ))
        }))
    }
}

fn settings_form(overview: &Overview, answers: &Answers, wrong: &Wrong) -> Markup {
    let settings = &overview.settings;
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let ways = [
        Choice::new("socket", "Socket Mode: Eider calls Slack"),
        Choice::new("http", "HTTP: Slack calls Eider"),
    ];
    let kept =
        |is_kept: bool, hint: &'static str, kept: &'static str| if is_kept { kept } else { hint };
    let habits = [
        Choice::new(
            "nudges",
            "Whoever asks outside of a thread is offered a ticket, privately, at most once an hour",
        ),
        Choice::new(
            "members_may_ask",
            "Members of the workspace may ask without an invitation; guests may not",
        ),
    ];
    let ticked: Vec<&str> = answers.all("habits").collect();
    let weight = if overview.workspaces.is_empty() {
        Weight::Secondary
    } else {
        Weight::Primary
    };
    html! {
        (forms::form(SLACK, None, html! {
            (choices::select(&field("wire", "How does Slack reach Eider?")
                .hint("Socket Mode needs no public address. HTTP needs one that begins with https://."),
                &ways, answers.text("wire"), None))
            (forms::text(&field("app_token", "App-level token, for Socket Mode").optional().autocomplete("off").longest(500)
                .hint(kept(settings.app_token.is_some(),
                    "From Basic Information, App-Level Tokens, with the scope connections:write. It begins with xapp-.",
                    "One is kept. Leave this empty to go on with it.")),
                TextKind::Password, ""))
            (forms::text(&field("signing_secret", "Signing secret, for HTTP").optional().autocomplete("off").longest(500)
                .hint(kept(settings.signing_secret.is_some(),
                    "From Basic Information, App Credentials.",
                    "One is kept. Leave this empty to go on with it.")),
                TextKind::Password, ""))
            (forms::text(&field("command", "Slash command").longest(32)
                .hint("Such as /support. Change it in the app's manifest too."),
                TextKind::Text, answers.text("command")))
            (choices::checkboxes(&field("habits", "Habits").unmarked(), &habits, &ticked))
            (forms::text(&field("digest_at", "Daily digest at").optional().longest(5)
                .hint("A time of day in the zone of the company, such as 09:00; empty for none."),
                TextKind::Text, answers.text("digest_at")))
            (forms::text(&field("client_id", "Client ID, for more workspaces").optional().autocomplete("off").longest(500)
                .hint("From Basic Information, App Credentials. One workspace needs none."),
                TextKind::Text, answers.text("client_id")))
            (forms::text(&field("client_secret", "Client secret, for more workspaces").optional().autocomplete("off").longest(500)
                .hint(kept(settings.client_secret.is_some(),
                    "It stands beside the client ID.",
                    "One is kept. Leave this empty to go on with it.")),
                TextKind::Password, ""))
            (actions::submit("Save", weight))
        }))
    }
}

fn channels(visitor: &Visitor, overview: &Overview, wrong: &Wrong) -> Markup {
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let is_many = overview.workspaces.len() > 1;
    let found: Vec<Choice> = overview
        .workspaces
        .iter()
        .flat_map(|one| one.found.iter().map(move |channel| (one, channel)))
        .map(|(one, channel)| {
            let of = if is_many {
                format!(" in {}", one.workspace.name)
            } else {
                String::new()
            };
            let private = if channel.is_private { ", private" } else { "" };
            Choice::new(
                format!("{} {}", one.workspace.team_id, channel.channel_id),
                format!("#{}{of}{private}", channel.name),
            )
        })
        .collect();
    let squads: Vec<Choice> = visitor
        .desk
        .squads
        .iter()
        .map(|squad| Choice::new(squad.id.to_string(), squad.name.clone()))
        .collect();
    html! {
        @if !overview.channels.is_empty() { (chosen(visitor, overview)) }
        @if found.is_empty() {
            p { "Type " code { "/invite @Eider" } " in the channel in which people ask. Once Eider is \
                in it, it can be chosen here; private channels too." }
        } @else {
            (forms::form(SLACK_CHANNELS, None, html! {
                (choices::select(&field("channel", "In which channel do people ask?")
                    .hint("Type /invite @Eider in a channel that is not in this list."),
                    &found, "", Some("Choose a channel")))
                (choices::select(&field("squad", "Whose tickets go there?").optional(),
                    &squads, "", Some("Everybody’s, unless their squad has its own")))
                (actions::submit("Add this channel", Weight::Secondary))
            }))
        }
    }
}

fn chosen(visitor: &Visitor, overview: &Overview) -> Markup {
    let row = |channel: &eider_store::slack::channel::Channel| {
        let squad = channel.squad.and_then(|id| visitor.desk.squad(id));
        let label = format!("Remove #{}", channel.name);
        vec![
            html! { "#" (channel.name) },
            html! { (squad.map_or("Everybody", |squad| squad.name.as_str())) },
            html! { (channel.trouble.as_deref().unwrap_or("All is well")) },
            html! { (actions::one_click(&OneClick {
                action: SLACK_REMOVE,
                label: &label,
                weight: Weight::Quiet,
                key: None,
                fields: &[("team", &channel.team_id), ("channel", &channel.channel_id)],
            })) },
        ]
    };
    table(&Table {
        caption: "Channels for support".to_owned(),
        columns: ["Channel", "Whose tickets", "How it is", "Change"]
            .map(Column::words)
            .into(),
        rows: overview.channels.iter().map(row).collect(),
    })
}

fn more_workspaces(overview: &Overview) -> Markup {
    let is_ready =
        overview.settings.client_id.is_some() && overview.settings.client_secret.is_some();
    html! {
        p { "One app can be installed in several workspaces: save its client ID and client secret in \
            step 3, and switch on Manage Distribution in Slack. Tokens that end are renewed by \
            themselves." }
        @if is_ready {
            (actions::one_click(&OneClick {
                action: SLACK_INSTALL,
                label: "Install in another workspace",
                weight: Weight::Secondary,
                key: None,
                fields: &[],
            }))
        }
    }
}
