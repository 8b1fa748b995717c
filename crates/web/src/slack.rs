//! The page behind a private link from Slack: who somebody is here. Opening it does nothing; its
//! button does.

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use eider_app::slack;
use eider_domain::access::Action;
use maud::{Markup, html};

use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, OneClick, Weight},
        layout::{self, NavItem, PROFILE_PATH},
        notices,
    },
    door::{Access, Rule},
    outcome::Outcome,
};

const CONNECT: &str = "/slack/connect/{secret}";
const OWN: Access = Access::Needs(Action::OwnAccount);

pub(crate) const RULES: &[Rule] = &[Rule::get(CONNECT, OWN), Rule::post(CONNECT, OWN)];

pub(crate) fn router() -> Router<Web> {
    Router::new().route(CONNECT, get(page).post(connect))
}

async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(secret): Path<String>,
) -> Result<Response> {
    let Some(met) = slack::seen_link(&web.eider, &secret).await? else {
        return Ok(ended(&visitor));
    };
    let me = &visitor.who.person;
    let body = html! {
        (layout::heading("Connect your Slack account", None, html! {}))
        (notices::facts(&[
            ("In Slack", html! { (met.name) @if let Some(email) = &met.email { ", " (email) } }),
            ("Here", html! { (me.name) @if let Some(email) = &me.email { ", " (email) } }),
        ]))
        p { "What " (met.name) " does in Slack is then done in your name here. If you did not ask for \
            this link in Slack yourself, close this page." }
        (actions::one_click(&OneClick {
            action: &slack::link_address(&secret),
            label: "Both are me: connect them",
            weight: Weight::Primary,
            key: None,
            fields: &[],
        }))
    };
    Ok(shown(&visitor, body).into_response())
}

async fn connect(
    State(web): State<Web>,
    visitor: Visitor,
    Path(secret): Path<String>,
) -> Result<Response> {
    match slack::follow_link(&web.eider, visitor.actor(), &secret).await {
        Ok(()) => Ok(Outcome::SlackConnected.redirect(&web, PROFILE_PATH)),
        Err(eider_app::Error::NotFound(_)) => Ok(ended(&visitor)),
        Err(error) => Err(error.into()),
    }
}

fn ended(visitor: &Visitor) -> Response {
    let body = html! {
        (layout::heading("This link has ended", None, html! {}))
        p { "It was followed already, or it is older than a day. Do in Slack again what you were \
            about to do, and you get another." }
        (actions::button_row(actions::link(PROFILE_PATH, "Your profile", Weight::Secondary)))
    };
    (StatusCode::NOT_FOUND, shown(visitor, body)).into_response()
}

fn shown(visitor: &Visitor, body: Markup) -> Markup {
    let shell = visitor.shell("Connect your Slack account", NavItem::Settings);
    layout::page(&shell, body)
}
