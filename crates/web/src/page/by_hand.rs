//! Having people called about a ticket, with a reason.

use axum::{
    extract::{Path, State},
    response::Response,
};
use eider_app::{
    page::{self, PageView},
    ticket,
};
use eider_domain::{
    TicketNumber,
    access::{Action, may},
    page::{State as Standing, Way},
    ticket::Ticket,
};
use maud::{Markup, html};

use super::{again, framed};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        forms::{self, Field, TextKind},
        layout,
    },
    outcome::Outcome,
    ticket::shown,
};

/// The way to have people called, beside a ticket: nothing where they are, somebody has answered, or
/// it is not this person's to say.
pub(crate) fn offer(visitor: &Visitor, ticket: &Ticket, view: Option<&PageView>) -> Markup {
    let reporter = ticket.reporter;
    let may_wake = may(visitor.actor(), Action::Wake { reporter }).is_ok();
    let state = view.map(|view| &view.page.state);
    let is_needed = match state {
        None | Some(Standing::Ended { .. } | Standing::LastResort { .. }) => true,
        Some(Standing::Held { until }) => *until > visitor.now,
        Some(_) => false,
    };
    html! {
        @if may_wake && is_needed && ticket.status.kind().is_open() {
            (actions::link(&path_of(ticket.number), "Page on call", Weight::Quiet))
        }
    }
}

fn path_of(number: TicketNumber) -> String {
    format!("{}/page", shown::path(number))
}

pub(super) async fn form(
    State(web): State<Web>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Markup> {
    let number = read_number(&number)?;
    let ticket = ticket::card(&web.eider, visitor.actor(), number).await?;
    Ok(render(&visitor, &ticket.ticket, "", &Wrong::default()))
}

pub(super) async fn call(
    State(web): State<Web>,
    visitor: Visitor,
    Path(number): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let number = read_number(&number)?;
    let reason = answers.text("reason");
    let called = page::call_on_ticket(&web.eider, visitor.actor(), number, reason, Way::Web).await;
    let wrong = match called {
        Ok(_) => return Ok(Outcome::PagedByHand.redirect(&web, &shown::path(number))),
        Err(error @ eider_app::Error::Conflict(_)) => Wrong::one("reason", error),
        Err(error) => Wrong::of(error)?,
    };
    let ticket = ticket::card(&web.eider, visitor.actor(), number).await?;
    Ok(again(render(&visitor, &ticket.ticket, reason, &wrong)))
}

fn render(visitor: &Visitor, ticket: &Ticket, reason: &str, wrong: &Wrong) -> Markup {
    let lede = format!(
        "{} {}. Whoever is on call is called now, whatever the hour, until somebody answers.",
        ticket.number, ticket.title
    );
    let action = path_of(ticket.number);
    let field = Field::new("reason", "Why can it not wait?")
        .hint("Whoever is called reads it, and it stays in the record.")
        .longest(300)
        .error(wrong.with("reason"));
    let body = html! {
        (layout::heading("Page on call", Some(&lede), html! {}))
        (wrong.summary())
        (forms::form(&action, None, html! {
            (forms::text(&field, TextKind::Text, reason))
            (actions::submit("Have people called now", Weight::Primary))
        }))
    };
    framed(visitor, "Page on call", &action, body)
}

fn read_number(text: &str) -> Result<TicketNumber> {
    text.parse().map_err(|_| Error::NoSuchPage)
}
