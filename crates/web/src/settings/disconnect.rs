//! Disconnecting a workspace of Slack, after a question.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use eider_app::slack;
use maud::html;

use super::{SLACK, SLACK_DISCONNECT};
use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, OneClick, Weight},
        layout,
    },
    outcome::Outcome,
};

/// Asks whether a workspace is really to be disconnected.
pub(super) async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    Path(team): Path<String>,
) -> Result<Response> {
    let overview = slack::overview(&web.eider, visitor.actor()).await?;
    let mut known = overview.workspaces.iter();
    let known = known.find(|one| one.workspace.team_id == team);
    let known = known.ok_or_else(|| eider_app::Error::NotFound("This workspace".into()))?;
    let title = format!("Disconnect {}?", known.workspace.name);
    let path = path_of(&team);
    let body = html! {
        (layout::heading(&title, None, html! {}))
        p { "Its tokens are forgotten, and its channels are no longer for support. Tickets go on by web \
            and e-mail; nothing is told in Slack, and what people do there does not arrive." }
        @if overview.workspaces.len() == 1 {
            p { "It is the last one, so the line to Slack is closed and its token is forgotten too." }
        }
        p { "The app stays installed in Slack until somebody removes it there. When the same workspace is \
            connected again, its threads go on, and are told what happened meanwhile." }
        (actions::one_click(&OneClick {
            action: &path,
            label: &format!("Disconnect {}", known.workspace.name),
            weight: Weight::Primary,
            key: None,
            fields: &[],
        }))
        p { a href=(SLACK) { "Back to the settings of Slack, change nothing" } }
    };
    Ok(super::page(&visitor, &title, &path, body).into_response())
}

pub(super) async fn act(
    State(web): State<Web>,
    visitor: Visitor,
    Path(team): Path<String>,
) -> Result<Response> {
    slack::disconnect(&web.eider, visitor.actor(), &team).await?;
    Ok(Outcome::SlackDisconnected.redirect(&web, SLACK))
}

/// Where a workspace is disconnected.
pub(super) fn path_of(team: &str) -> String {
    SLACK_DISCONNECT.replace("{team}", team)
}
