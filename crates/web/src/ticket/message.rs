//! Writing in the thread, correcting it, taking it back.

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use eider_app::ticket;
use eider_domain::MessageId;
use eider_store::message::Message;
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    Error, Result, Visitor, Web,
    components::{
        actions::{self, OneClick, Weight},
        forms::{self, Field},
        layout::{self, NavItem},
    },
    outcome::Outcome,
    upload::Upload,
};

use super::{
    page::{self, Kept},
    parse_number, shown, thread,
};

/// `POST /tickets/{number}/say`.
pub(super) async fn say(
    State(web): State<Web>,
    visitor: Visitor,
    Path(number): Path<String>,
    upload: Upload,
) -> Result<Response> {
    let number = parse_number(&number)?;
    let body = upload.text("body");
    let had_files = !upload.files.is_empty();
    let said = ticket::reply(&web.eider, visitor.actor(), number, &body, upload.files).await;
    let error = match said {
        Ok(()) => return Ok(Outcome::Said.redirect(&web, &shown::path(number))),
        Err(error) => Error::from(error),
    };
    let status = error.status();
    let kept = match status {
        StatusCode::UNPROCESSABLE_ENTITY => Kept {
            reply: body,
            reply_error: Some(if had_files {
                format!("{error} A browser cannot keep files: choose them once more.")
            } else {
                error.to_string()
            }),
            ..Kept::default()
        },
        StatusCode::CONFLICT => Kept {
            reply: body,
            refusal: Some(error.to_string()),
            ..Kept::default()
        },
        _ => return Err(error),
    };
    page::show_again(&web, &visitor, number, status, kept).await
}

/// `POST /tickets/{number}/attach`: files without words.
pub(super) async fn attach(
    web: State<Web>,
    visitor: Visitor,
    number: Path<String>,
    upload: Upload,
) -> Result<Response> {
    say(web, visitor, number, upload).await
}

/// What an edited message says.
#[derive(Deserialize)]
pub(super) struct Edited {
    #[serde(default)]
    body: String,
}

/// `GET /tickets/{number}/messages/{id}`.
pub(super) async fn edit_page(
    State(web): State<Web>,
    visitor: Visitor,
    Path((number, id)): Path<(String, String)>,
) -> Result<Markup> {
    let number = parse_number(&number)?;
    let id = parse_message(&id)?;
    let view = ticket::view(&web.eider, visitor.actor(), number).await?;
    let message = view
        .thread
        .iter()
        .find(|message| message.id == id && message.withdrawn_at.is_none())
        .ok_or(Error::NoSuchPage)?;
    Ok(edit_form(&visitor, &shown::path(number), message, None))
}

/// `POST /tickets/{number}/messages/{id}`.
pub(super) async fn edit(
    State(web): State<Web>,
    visitor: Visitor,
    Path((number, id)): Path<(String, String)>,
    Form(edited): Form<Edited>,
) -> Result<Response> {
    let path = shown::path(parse_number(&number)?);
    let id = parse_message(&id)?;
    match ticket::edit(&web.eider, visitor.actor(), id, &edited.body).await {
        Ok(message) => {
            let path = format!("{path}#{}", thread::anchor(message.id));
            Ok(Outcome::Edited.redirect(&web, &path))
        }
        Err(eider_app::Error::Invalid(errors)) => {
            let view = ticket::view(&web.eider, visitor.actor(), parse_number(&number)?).await?;
            let message = view.thread.iter().find(|message| message.id == id);
            let kept = Message {
                body: edited.body,
                ..message.ok_or(Error::NoSuchPage)?.clone()
            };
            let error = errors.first().map(|error| error.message.as_str());
            let page = edit_form(&visitor, &path, &kept, error);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /tickets/{number}/messages/{id}/withdraw`.
pub(super) async fn withdraw(
    State(web): State<Web>,
    visitor: Visitor,
    Path((number, id)): Path<(String, String)>,
) -> Result<Response> {
    let number = parse_number(&number)?;
    ticket::withdraw(&web.eider, visitor.actor(), parse_message(&id)?).await?;
    Ok(Outcome::Withdrawn.redirect(&web, &shown::path(number)))
}

fn parse_message(text: &str) -> Result<MessageId> {
    text.parse().map_err(|_| Error::NoSuchPage)
}

fn edit_form(visitor: &Visitor, path: &str, message: &Message, error: Option<&str>) -> Markup {
    let action = format!("{path}/messages/{}", message.id);
    let withdraw = format!("{action}/withdraw");
    let hint = "What it said before stays in the record.";
    layout::page(
        &visitor.shell("Correct a message", NavItem::Tickets),
        html! {
            (layout::heading("Correct what you wrote", None, html! {}))
            (forms::form(&action, None, html! {
                (forms::text_area(
                    &Field::new("body", "Message").hint(hint).error(error).longest(40_000),
                    6,
                    &message.body,
                ))
                div { (actions::submit("Save", Weight::Primary)) }
            }))
            (layout::section("Or take it back", html! {
                p { "Nobody can read it then. That something stood there stays in the record." }
                (actions::button_row(html! {
                    (actions::one_click(&OneClick {
                        action: &withdraw,
                        label: "Take it back",
                        weight: Weight::Danger,
                        key: None,
                        fields: &[],
                    }))
                }))
            }))
            p.section { a href=(path) { "Back to the ticket, change nothing" } }
        },
    )
}
