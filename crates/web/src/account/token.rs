//! API tokens on the profile page.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use eider_app::account::{self, NewToken};
use eider_domain::{TokenId, access::Scope};
use eider_store::api_token::ApiToken;
use jiff::Timestamp;
use maud::{Markup, html};

use super::{TOKENS, again};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, OneClick, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
        layout::{self, NavItem, PROFILE_PATH},
        notices::{self, NoticeKind},
        tables::{Column, Table, table},
        time,
    },
    outcome::{self, Outcome},
};

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response> {
    let tokens = account::tokens(&web.eider, visitor.actor()).await?;
    let outcome = Outcome::of(&headers);
    let answers = Answers::new([
        ("scopes", "read".to_owned()),
        ("expires_in_days", "90".to_owned()),
    ]);
    let page = whole(&visitor, &tokens, &answers, &Wrong::default(), outcome);
    Ok(outcome::told(outcome, &web, page))
}

pub(super) async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let new = NewToken {
        name: answers.text("name").to_owned(),
        scopes: answers.all("scopes").filter_map(Scope::parse).collect(),
        expires_in_days: match answers.text("expires_in_days") {
            "" => None,
            days => Some(days.parse().unwrap_or(0)),
        },
    };
    match account::create_token(&web.eider, visitor.actor(), new).await {
        Ok((token, secret)) => Ok(shown_once(&visitor, &token, &secret).into_response()),
        Err(error) => {
            let wrong = Wrong::of(error)?;
            let tokens = account::tokens(&web.eider, visitor.actor()).await?;
            Ok(again(whole(&visitor, &tokens, &answers, &wrong, None)))
        }
    }
}

pub(super) async fn revoke(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    let id: TokenId = id.parse().map_err(|_| Error::NoSuchPage)?;
    account::revoke_token(&web.eider, visitor.actor(), id).await?;
    Ok(Outcome::TokenRevoked.redirect(&web, TOKENS))
}

/// The page with the secret of a new token, which no other page shows again.
fn shown_once(visitor: &Visitor, token: &ApiToken, secret: &str) -> Markup {
    let body = html! {
        (layout::heading("Your new token", None, html! {}))
        (notices::notice(NoticeKind::Warning, "Copy it now", html! {
            "It is shown this once. Whoever has it acts in your name, so keep it where you keep "
            "passwords."
        }))
        (forms::copyable("token", &token.name, secret, "Copy the token"))
        p { "Programs send it as " code { "Authorization: Bearer …" } "." }
        (actions::button_row(actions::link(TOKENS, "Back to your tokens", Weight::Secondary)))
    };
    let mut shell = visitor.shell("Your new token", NavItem::Settings);
    shell.path = TOKENS.to_owned();
    layout::page(&shell, body)
}

/// The tokens that are good, and the form for another.
fn whole(
    visitor: &Visitor,
    tokens: &[ApiToken],
    answers: &Answers,
    wrong: &Wrong,
    outcome: Option<Outcome>,
) -> Markup {
    let good: Vec<&ApiToken> = tokens
        .iter()
        .filter(|token| is_good(token, visitor.now))
        .collect();
    let lede =
        "A token lets a program or the command line act for you, and never do more than you may.";
    let body = html! {
        (layout::heading("API tokens", Some(lede), html! {}))
        @if !good.is_empty() { (listed(visitor, &good)) }
        (layout::section("Make a token", form(answers, wrong)))
        p { a href=(PROFILE_PATH) { "Back to your profile" } }
    };
    let mut shell = visitor.shell("API tokens", NavItem::Settings);
    shell.path = TOKENS.to_owned();
    shell.notice = outcome.map(Outcome::notice);
    layout::page(&shell, body)
}

fn listed(visitor: &Visitor, tokens: &[&ApiToken]) -> Markup {
    let reader = visitor.reader();
    let rows = tokens.iter().map(|token| {
        let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
        let revoke = format!("{TOKENS}/{}/revoke", token.id);
        vec![
            html! { (token.name) },
            html! { (scopes.join(", ")) },
            html! {
                @match token.used_at {
                    Some(at) => (time::relative(at, &reader)),
                    None => "not yet",
                }
            },
            html! {
                @match token.expires_at {
                    Some(at) => (time::day(at, &reader)),
                    None => "never",
                }
            },
            actions::one_click(&OneClick {
                action: &revoke,
                label: "Withdraw",
                weight: Weight::Danger,
                key: None,
                fields: &[],
            }),
        ]
    });
    table(&Table {
        caption: "Your tokens".to_owned(),
        columns: vec![
            Column::words("Token"),
            Column::words("Good for"),
            Column::words("Last used"),
            Column::words("Ends"),
            Column::action("Withdraw"),
        ],
        rows: rows.collect(),
    })
}

fn form(answers: &Answers, wrong: &Wrong) -> Markup {
    let name = Field::new("name", "What is it for?")
        .hint("So that you know it again, such as: deploy script.")
        .longest(80)
        .error(wrong.with("name"));
    let scopes = Field::new("scopes", "What is it good for?").error(wrong.with("scopes"));
    let ends =
        Field::new("expires_in_days", "When does it end?").error(wrong.with("expires_in_days"));
    let ticked: Vec<&str> = answers.all("scopes").collect();
    html! {
        (wrong.summary())
        (forms::form(TOKENS, None, html! {
            (forms::text(&name, TextKind::Text, answers.text("name")))
            (choices::checkboxes(&scopes, &[
                Choice::new("read", "Read"),
                Choice::new("write", "Ask, reply and work on tickets"),
                Choice::new("manage", "Manage: configure, invite, import, your account"),
            ], &ticked))
            (choices::select(&ends, &[
                Choice::new("30", "After 30 days"),
                Choice::new("90", "After 90 days"),
                Choice::new("365", "After a year"),
            ], answers.text("expires_in_days"), Some("Never")))
            (actions::submit("Make the token", Weight::Secondary))
        }))
    }
}

fn is_good(token: &ApiToken, now: Timestamp) -> bool {
    token.revoked_at.is_none() && token.expires_at.is_none_or(|end| end > now)
}
