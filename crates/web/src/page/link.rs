//! The page behind the link that somebody is sent. Opening it does nothing; its buttons do. It works
//! without signing in: the secret is the right of one person to answer one page.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use eider_app::page::{self, LinkView};
use eider_domain::{text::cut_words, ticket::Ticket};
use maud::{Markup, html};

use super::{
    answer::{self, Asked},
    standing,
};
use crate::{
    Result, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        layout::{self, Shell},
        notices::{self, NoticeKind},
        words::Reader,
    },
    door, markdown,
    outcome::{self, Outcome},
    ticket::shown,
};

/// So much of a report is read at a glance.
const GLANCE_CHARACTERS: usize = 400;

pub(super) async fn page(
    State(web): State<Web>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let outcome = Outcome::of(&headers);
    let view = match page::by_link(&web.eider, &secret).await {
        Ok(view) => view,
        Err(eider_app::Error::NotFound(_)) => return Ok(ended(&headers)),
        Err(error) => return Err(error.into()),
    };
    let notice = outcome.map(Outcome::notice);
    let shown = render(&web, &headers, &secret, &view, notice, &Wrong::default()).await?;
    Ok(outcome::told(outcome, &web, shown))
}

pub(super) async fn act(
    State(web): State<Web>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    answers: Answers,
) -> Result<Response> {
    let (refusal, wrong, status) = match answer::read(&answers) {
        Err(wrong) => (None, wrong, StatusCode::UNPROCESSABLE_ENTITY),
        Ok(asked) => {
            let done = answer::outcome(&asked);
            let answered = match asked {
                Asked::Answer(answer) => page::act_by_link(&web.eider, &secret, answer).await,
                Asked::Resolve(resolution) => {
                    page::resolve_by_link(&web.eider, &secret, resolution).await
                }
            };
            match answered {
                Ok(page) => {
                    let done = answer::told(done, &page);
                    return Ok(done.redirect(&web, &format!("/p/{secret}")));
                }
                Err(eider_app::Error::NotFound(_)) => return Ok(ended(&headers)),
                Err(error @ eider_app::Error::Invalid(_)) => {
                    (None, Wrong::of(error)?, StatusCode::UNPROCESSABLE_ENTITY)
                }
                Err(error @ eider_app::Error::Conflict(_)) => (
                    Some(error.to_string()),
                    Wrong::default(),
                    StatusCode::CONFLICT,
                ),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let view = match page::by_link(&web.eider, &secret).await {
        Ok(view) => view,
        Err(eider_app::Error::NotFound(_)) => return Ok(ended(&headers)),
        Err(error) => return Err(error.into()),
    };
    let notice = refusal.map(|sentence| {
        notices::notice(
            NoticeKind::Error,
            "That was not done",
            html! { (sentence) " What you see is how it stands now." },
        )
    });
    let shown = render(&web, &headers, &secret, &view, notice, &wrong).await?;
    Ok((status, shown).into_response())
}

async fn render(
    web: &Web,
    headers: &HeaderMap,
    secret: &str,
    link: &LinkView,
    notice: Option<Markup>,
    wrong: &Wrong,
) -> Result<Markup> {
    let desk = web.eider.desk().await?;
    let zone = |name: &str| jiff::tz::TimeZone::get(name).unwrap_or(jiff::tz::TimeZone::UTC);
    let reader = Reader {
        now: web.eider.now(),
        zone: zone(&link.person.zone),
        team_zone: zone(&desk.settings.zone),
    };
    let action = format!("/p/{secret}");
    let title = standing::title(&link.view);
    let responders = page::responders_by_link(&web.eider, secret).await?;
    let body = html! {
        (layout::heading(&title, Some(&format!("For {}.", link.person.called())), html! {}))
        (standing::sentences(&link.view, link.person.id, &reader))
        @if let Some(words) = at_rest(link) { p { (words) } }
        @match link.view.tickets.as_slice() {
            [only] => {
                section.section {
                    div.message-body { (markdown::markup(&cut_words(&only.report.what, GLANCE_CHARACTERS))) }
                    p { a href=(shown::path(only.number)) { "Open the ticket" } " (you may have to sign in)" }
                }
            }
            [] => {}
            several => (some_of(several)),
        }
        (answer::buttons(&link.view, &action, link.person.id))
        (wrong.summary())
        (answer::more(&link.view, &action, &responders, wrong))
    };
    let shell = Shell {
        title,
        theme: door::theme_of(headers),
        notice,
        ..Shell::default()
    };
    Ok(layout::page(&shell, body))
}

/// The first of several tickets in a line each, so that the buttons stay near.
fn some_of(tickets: &[Ticket]) -> Markup {
    let (first, others) = standing::split(tickets);
    html! {
        ul.similar {
            @for ticket in first {
                li {
                    a href=(shown::path(ticket.number)) {
                        (ticket.priority) " " span.number { (ticket.number) } " " (ticket.title)
                    }
                }
            }
        }
        @if !others.is_empty() { p.quiet { "and " (others.len()) " more." } }
    }
}

/// What lets somebody sleep on who was called and is not needed any more.
fn at_rest(link: &LinkView) -> Option<&'static str> {
    let (page, me) = (&link.view.page, link.person.id);
    if !page.is_open() {
        return Some("There is nothing left for you to do.");
    }
    let is_helper = page.notes.helpers.iter().any(|one| one.person == me);
    let others = page.holder().is_some_and(|holder| holder != me);
    (others && !is_helper).then_some("There is nothing you need to do.")
}

fn ended(headers: &HeaderMap) -> Response {
    let title = "This link is no longer good";
    let body = html! {
        (layout::heading(title, None, html! {}))
        p { "It is too old, or a part of it is missing. Who is being called now stands in Eider." }
        (actions::button_row(actions::link("/pages", "See who is being called", Weight::Primary)))
    };
    let shell = Shell {
        title: title.to_owned(),
        theme: door::theme_of(headers),
        ..Shell::default()
    };
    (StatusCode::GONE, layout::page(&shell, body)).into_response()
}
