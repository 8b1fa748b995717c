//! The page of one ticket: what, how urgent, who has it, by when; then the thread; then the rest.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use eider_domain::{
    TicketNumber,
    fact::{Fact, Happened},
    ticket::{Change, Resolution, Status, StatusKind},
};
use eider_store::fact::Recorded;
use maud::{Markup, html};

use crate::{
    Result, Visitor, Web, ask,
    components::{
        actions::{self, Weight},
        forms::{self, Field},
        layout::{self, NavItem, Shell},
        notices::{self, NoticeKind},
        thread::{self as shown_thread, Entry},
        tickets,
    },
    known_issue, markdown,
    outcome::{self, Outcome},
};

use super::{
    actions::action_bar,
    aside,
    deed::Deed,
    deed_form, hats,
    load::{Loaded, load},
    parse_number,
    sentence::Teller,
    shown, thread, update,
};

/// What a form sent that was not done: it is shown again, with the reason.
#[derive(Default)]
pub(super) struct Kept {
    /// What was written in the reply.
    pub(super) reply: String,
    /// What is wrong with it.
    pub(super) reply_error: Option<String>,
    /// Why something else was not done.
    pub(super) refusal: Option<String>,
}

/// `GET /tickets/{number}`.
pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let parsed = parse_number(&number)?;
    if number != parsed.to_string() {
        return Ok(Redirect::permanent(&shown::path(parsed)).into_response());
    }
    let outcome = Outcome::of(&headers);
    let loaded = load(&web, &visitor, parsed).await?;
    let shell = Shell {
        notice: outcome.map(Outcome::notice),
        draft_done: outcome.and_then(|outcome| sent_draft(outcome, parsed)),
        ..shell(&visitor, &loaded)
    };
    let markup = layout::page(&shell, body(&visitor, &loaded, &Kept::default()));
    Ok(outcome::told(outcome, &web, markup))
}

/// The page again, with what was not done and why.
pub(super) async fn show_again(
    web: &Web,
    visitor: &Visitor,
    number: TicketNumber,
    status: StatusCode,
    kept: Kept,
) -> Result<Response> {
    let loaded = load(web, visitor, number).await?;
    let notice = kept.refusal.as_ref().map(|refusal| {
        notices::notice(
            NoticeKind::Error,
            "That was not done",
            html! { (refusal) " What you see is how it stands now." },
        )
    });
    let shell = Shell {
        notice,
        path: loaded.path(),
        ..shell(visitor, &loaded)
    };
    let markup = layout::page(&shell, body(visitor, &loaded, &kept));
    Ok((status, markup).into_response())
}

/// The key of the draft that was sent with what was just done.
fn sent_draft(outcome: Outcome, number: TicketNumber) -> Option<String> {
    match outcome {
        Outcome::Asked | Outcome::AskedWell => Some(ask::DRAFT.to_owned()),
        Outcome::Said => Some(draft_key(number)),
        Outcome::Resolved => deed_form::draft_key(Deed::Resolve, number),
        Outcome::Told => deed_form::draft_key(Deed::Update, number),
        _ => None,
    }
}

fn draft_key(number: TicketNumber) -> String {
    format!("ticket:{}", number.0)
}

fn shell(visitor: &Visitor, loaded: &Loaded) -> Shell {
    let ticket = &loaded.view.ticket;
    Shell {
        live_url: Some(visitor.live_url(&format!("ticket:{}", ticket.id))),
        ..visitor.shell(
            format!("{} {}", ticket.number, ticket.title),
            NavItem::Tickets,
        )
    }
}

fn body(visitor: &Visitor, loaded: &Loaded, kept: &Kept) -> Markup {
    let reader = visitor.reader();
    let teller = loaded.teller(visitor, &reader);
    let ticket = &loaded.view.ticket;
    let clocks = loaded.clocks();
    let row = shown::head(ticket, clocks[1].clone(), loaded.names(), &visitor.desk);
    let entries = told_timeline(&loaded.view.timeline, &teller);
    let content = html! {
        (layout::fragment("head", html! {
            @if let Status::Merged { into } = ticket.status { (merged_notice(into)) }
            (tickets::ticket_head(&row, &clocks, &reader))
            (crate::page::of_ticket(loaded.page.as_ref(), visitor))
            (action_bar(visitor, loaded))
            (hats::question(visitor, loaded))
        }))
        (layout::fragment("update", update::part(loaded, &reader)))
        (layout::fragment("resolution", html! {
            @if let Some(resolution) = ticket.status.resolution() { (resolved(resolution, visitor)) }
        }))
        (layout::fragment("thread", layout::section("What was said", html! {
            (shown_thread::thread(&thread::messages(visitor, loaded, &reader), &reader))
        })))
        @if loaded.rights.may_reply { (reply_form(loaded, kept)) }
        @if !loaded.similar.is_empty() {
            (layout::section("This may help", tickets::similar(&loaded.similar, &reader)))
        }
        (layout::fragment("wash-up", crate::washup::part(visitor, loaded.view.ticket.number,
            loaded.kind(), &loaded.wash_up)))
        (layout::fragment("timeline", layout::section(
            "What happened",
            shown_thread::timeline(&entries, &reader),
        )))
    };
    layout::with_facts(
        content,
        layout::fragment("facts", aside::facts(visitor, loaded, &reader)),
    )
}

/// The facts in sentences. Taking a ticket or a hat acknowledges it; that is one doing, and told as one.
fn told_timeline(timeline: &[Recorded], teller: &Teller<'_>) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(timeline.len());
    let mut before: Option<&Happened> = None;
    for happened in timeline.iter().map(|recorded| &recorded.happened) {
        let is_told = matches!(
            happened.fact,
            Fact::TicketMoved {
                to: StatusKind::Acknowledged,
                note: None,
                ..
            }
        ) && before.is_some_and(|before| {
            before.at == happened.at
                && before.actor == happened.actor
                && matches!(
                    before.fact,
                    Fact::OwnerChanged { .. } | Fact::HatChanged { .. }
                )
        });
        if !is_told {
            entries.push(teller.entry(happened));
        }
        before = Some(happened);
    }
    entries
}

fn merged_notice(into: TicketNumber) -> Markup {
    html! {
        div.notices {
            (notices::notice(NoticeKind::Information, "This is the same as another ticket", html! {
                "It goes on in " a href=(shown::path(into)) { (into) } "."
            }))
        }
    }
}

fn resolved(resolution: &Resolution, visitor: &Visitor) -> Markup {
    if resolution.cause.is_empty() && resolution.how_known.is_empty() {
        // Another tracker told nothing about how.
        return html! {};
    }
    layout::section(
        "How it was put right",
        html! {
            dl.told {
                (told("What made it happen", &resolution.cause))
                (told("How we know that it is put right", &resolution.how_known))
                div {
                    dt { "Was a code change needed?" }
                    dd {
                        @match &resolution.change {
                            Change::No => "No",
                            Change::Yes { reference: None } => "Yes",
                            Change::Yes { reference: Some(reference) } => {
                                div.message-body { (markdown::markup(&format!("Yes: {reference}"))) }
                            }
                        }
                    }
                }
                @if let Some(issue) = resolution.known_issue.and_then(|id| visitor.desk.known_issue(id)) {
                    div { dt { "Known issue" } dd { a href=(known_issue::LIST) { (issue.title) } } }
                }
                @if let Some(outcome) = &resolution.customer_outcome {
                    (told("What the customer has now", outcome))
                }
            }
        },
    )
}

fn told(word: &str, text: &str) -> Markup {
    html! { div { dt { (word) } dd { div.message-body { (markdown::markup(text)) } } } }
}

fn reply_form(loaded: &Loaded, kept: &Kept) -> Markup {
    let number = loaded.view.ticket.number;
    let label = if loaded.rights.is_reporter {
        "Add something"
    } else {
        "Reply"
    };
    let action = format!("{}/say", loaded.path());
    let body = html! {
        (forms::text_area(
            &Field::new("body", label)
                .hint("Everybody on this ticket sees it. **bold**, `code` and lists work.")
                .error(kept.reply_error.as_deref())
                .longest(40_000),
            4,
            &kept.reply,
        ))
        (forms::file(
            &Field::new("files", "Pictures or files")
                .hint("Up to 10 files, together at most 10 MiB.")
                .optional(),
            None,
        ))
        div {
            (actions::submit("Send", Weight::Secondary))
            (forms::draft_note())
        }
    };
    html! {
        section.section.reply id="reply" aria-label="Reply" {
            (forms::upload_form(&action, Some(&draft_key(number)), body))
        }
    }
}
