//! Calendar feeds with a secret address.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use eider_app::rota;
use maud::html;

use super::{DUTY, FEEDS, page};
use crate::{
    Error, Result, Visitor, Web,
    answers::Answers,
    components::{
        actions::{self, Weight},
        forms, layout,
        notices::{self, NoticeKind},
    },
};

pub(super) async fn make(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let subject = match answers.text("rota") {
        "" => None,
        id => Some(super::found(&visitor, id)?.id),
    };
    let secret = rota::make_feed(&web.eider, visitor.actor(), subject).await?;
    let address = format!("{}/feeds/{secret}.ics", web.public_url);
    let body = html! {
        (layout::heading("Your calendar’s address", None, html! {}))
        (notices::notice(NoticeKind::Warning, "Copy it now", html! {
            "It is shown this once. Whoever has it reads the shifts and the numbers, so give it "
            "to your calendar and to nobody else."
        }))
        (forms::copyable("feed", "The address", &address, "Copy the address"))
        p { "In your calendar, choose to subscribe to a calendar by its address." }
        (actions::button_row(actions::link(DUTY, "Back to my duty", Weight::Secondary)))
    };
    Ok(page(&visitor, "Your calendar’s address", FEEDS, body).into_response())
}

pub(super) async fn read(State(web): State<Web>, Path(secret): Path<String>) -> Result<Response> {
    let secret = secret.strip_suffix(".ics").ok_or(Error::NoSuchPage)?;
    let text = rota::feed_text(&web.eider, secret, &web.public_url).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CACHE_CONTROL, "private, max-age=300"),
        (
            header::CONTENT_DISPOSITION,
            "inline; filename=\"on-call.ics\"",
        ),
    ];
    Ok((headers, text).into_response())
}
