//! One page: who is being called, who was, and what can be done.

use std::collections::HashSet;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use eider_app::{
    page::{self, PageView},
    ticket,
};
use eider_domain::{
    PageId, PersonId,
    access::{Action, may},
    page::{PutOff, Way},
};
use maud::{Markup, html};

use super::{
    answer::{self, Asked},
    path, standing,
};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        layout::{self, NavItem},
        notices::{self, NoticeKind},
        tables::{Column, Table, table},
        time,
        words::{self, Reader},
    },
    outcome::{self, Outcome},
};

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let outcome = Outcome::of(&headers);
    let view = page::by_id(&web.eider, visitor.actor(), read_id(&id)?).await?;
    let notice = outcome.map(Outcome::notice);
    let shown = render(&web, &visitor, &view, notice, &Wrong::default()).await?;
    Ok(outcome::told(outcome, &web, shown))
}

pub(super) async fn act(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let id = read_id(&id)?;
    let actor = visitor.actor();
    let (refusal, wrong, status) = match answer::read(&answers) {
        Err(wrong) => (None, wrong, StatusCode::UNPROCESSABLE_ENTITY),
        Ok(asked) => {
            let done = answer::outcome(&asked);
            let answered = match asked {
                Asked::Answer(answer) => page::act(&web.eider, actor, id, answer, Way::Web).await,
                Asked::Resolve(resolution) => {
                    page::resolve(&web.eider, actor, id, resolution).await
                }
            };
            match answered {
                Ok(page) => return Ok(answer::told(done, &page).redirect(&web, &path(id))),
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
    let view = page::by_id(&web.eider, actor, id).await?;
    let notice = refusal.map(|sentence| {
        notices::notice(
            NoticeKind::Error,
            "That was not done",
            html! { (sentence) " What you see is how it stands now." },
        )
    });
    let shown = render(&web, &visitor, &view, notice, &wrong).await?;
    Ok((status, shown).into_response())
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    view: &PageView,
    notice: Option<Markup>,
    wrong: &Wrong,
) -> Result<Markup> {
    let reader = visitor.reader();
    let works = may(visitor.actor(), Action::Work).is_ok();
    let action = path(view.page.id);
    let responders = if works {
        ticket::responders(&web.eider, visitor.actor()).await?
    } else {
        Vec::new()
    };
    let unreached = page::unreached(&web.eider, &view.page).await?;
    let title = standing::title(view);
    let body = html! {
        (layout::heading(&title, None, html! {}))
        (layout::fragment("page", html! {
            (standing::sentences(view, visitor.actor().person, &reader))
            @if works { (answer::buttons(view, &action, visitor.actor().person)) }
        }))
        (wrong.summary())
        @if works { (answer::more(view, &action, &responders, wrong)) }
        @if !view.tickets.is_empty() {
            (layout::section("What it is about", standing::tickets_of(visitor, view)))
        }
        (layout::section("Who was called", report(view, &unreached, &reader)))
    };
    let mut shell = visitor.shell(title, NavItem::OnCall);
    shell.path = action;
    shell.notice = notice;
    if let Some(lead) = view.page.lead() {
        shell.live_url = Some(visitor.live_url(&format!("ticket:{}", lead.ticket)));
    }
    Ok(layout::page(&shell, body))
}

/// Who was called when, how long they took, and by which way they answered.
fn report(view: &PageView, unreached: &HashSet<PersonId>, reader: &Reader) -> Markup {
    let called = &view.page.notes.called;
    if called.is_empty() {
        let words = if view.page.is_open() {
            "Nobody has been called yet."
        } else {
            "Nobody was called."
        };
        return html! { p.quiet { (words) } };
    }
    let rows = called.iter().map(|one| {
        vec![
            html! { (view.name(one.person)) },
            time::moment(one.at, reader),
            html! { (one.times) },
            html! {
                @match one.answered {
                    Some((at, way)) => {
                        "after " (words::duration(at.as_second() - one.at.as_second()))
                        ", " (crate::ticket::sentence::by_way(way))
                    }
                    None => span.quiet { (why_no_answer(view, unreached, one.person)) }
                }
            },
        ]
    });
    table(&Table {
        caption: "Who was called, in their order".to_owned(),
        columns: vec![
            Column::words("Who"),
            Column::words("First called"),
            Column::number("How often"),
            Column::words("Answered"),
        ],
        rows: rows.collect(),
    })
}

/// Why somebody who was called has not answered, as far as it is known.
fn why_no_answer(view: &PageView, unreached: &HashSet<PersonId>, person: PersonId) -> &'static str {
    let notes = &view.page.notes;
    let has_put_off = |put_off: &PutOff| put_off.by == person;
    if notes.out_of_reach.contains(&person) {
        "No way to reach them"
    } else if notes.declined.contains(&person) {
        "Cannot take it"
    } else if notes.put_off.as_ref().is_some_and(has_put_off) {
        "Put it off"
    } else if unreached.contains(&person) {
        "Nothing reached them"
    } else {
        "No answer"
    }
}

fn read_id(text: &str) -> Result<PageId> {
    let unknown = || Error::App(eider_app::Error::NotFound("This page".into()));
    text.parse().map_err(|_| unknown())
}
