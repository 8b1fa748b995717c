//! Tickets in lists, at the head of their own page, and as suggestions.

use jiff::Timestamp;
use maud::{Markup, html};

use super::actions::{self, Weight};
use super::badges::{self, Priority, Status};
use super::clock::{self, Clock, Nearness};
use super::people::{self, Person};
use super::time;
use super::words::{self, Reader};

/// The id of the form that joins a ticket.
const JOINING: &str = "joining";

/// What lists and headings show of a ticket.
#[derive(Debug, Clone)]
pub struct TicketRow {
    /// Its number as people say it, such as "T-1042".
    pub key: String,
    /// Its address.
    pub href: String,
    /// What it is about.
    pub title: String,
    /// How urgent it is.
    pub priority: Priority,
    /// Where it is in its life.
    pub status: Status,
    /// Who has it.
    pub owner: Option<Person>,
    /// Which feature it is about.
    pub feature: Option<String>,
    /// Who asked.
    pub reporter: Option<String>,
    /// How many people said that it affects them too.
    pub joined: u64,
    /// When it was asked.
    pub opened_at: Timestamp,
    /// The clock that matters now: to answer, and then to resolve.
    pub clock: Clock,
}

/// A ticket or known issue that may be the same.
#[derive(Debug, Clone, Default)]
pub struct Similar {
    /// Its number, such as "T-1042", or "Known issue".
    pub key: String,
    /// Its address, where it has a page of its own.
    pub href: Option<String>,
    /// What it is about.
    pub title: String,
    /// Where it is in its life, for a ticket.
    pub status: Option<Status>,
    /// The clock that matters now, for a ticket that is open.
    pub clock: Option<Clock>,
    /// It is open, and nobody has it.
    pub is_unowned: bool,
    /// What helped, or what to do.
    pub note: Option<String>,
    /// Where joining it posts, for whoever is asking just now; see [`joining`].
    pub join: Option<String>,
}

/// A ticket of which something is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// How urgent it is; none for a drill.
    pub priority: Option<badges::Priority>,
    /// Its number, such as "T-1042".
    pub key: String,
    /// Its address.
    pub href: String,
    /// What it is about.
    pub title: String,
    /// What is asked, in paragraphs.
    pub question: Markup,
}

impl TicketRow {
    /// Whether the ticket is over and asks for nobody.
    fn is_over(&self) -> bool {
        matches!(
            self.status,
            Status::Resolved | Status::Closed | Status::Merged
        )
    }

    /// The mark at the row's edge: only where a person is needed.
    fn edge_class(&self, reader: &Reader) -> &'static str {
        if self.is_over() {
            return "edge-none";
        }
        match self.clock.state.nearness(reader.now) {
            Nearness::Late => "edge-urgent",
            _ if self.owner.is_none() => "edge-nobody",
            Nearness::Near => "edge-soon",
            _ => "edge-none",
        }
    }
}

/// The columns of [`ticket_list`]: as wide in every list, so that lists stand in one line.
const COLUMNS: [(&str, &str); 5] = [
    ("ticket-priority", "Priority"),
    ("ticket-about", "Ticket"),
    ("ticket-status", "Status"),
    ("ticket-owner", "Who has it"),
    ("ticket-clock", "Clock"),
];

/// A list of tickets: a table that becomes cards on a phone.
pub fn ticket_list(caption: &str, rows: &[TicketRow], reader: &Reader) -> Markup {
    html! {
        table.ticket-list role="table" {
            caption.only-heard { (caption) }
            thead role="rowgroup" {
                tr role="row" {
                    @for (class, heading) in COLUMNS {
                        th.(class) role="columnheader" scope="col" { (heading) }
                    }
                }
            }
            tbody role="rowgroup" data-list {
                @for row in rows { (ticket_row(row, reader)) }
            }
        }
    }
}

/// One row of [`ticket_list`].
pub fn ticket_row(row: &TicketRow, reader: &Reader) -> Markup {
    html! {
        tr.ticket-row.(row.edge_class(reader)) role="row" data-row id={ "row-" (row.key) } {
            td.ticket-priority role="cell" { (badges::priority_short(&row.priority)) }
            td.ticket-about role="cell" {
                a.ticket-title href=(row.href) data-open { (row.title) }
                p.ticket-line {
                    span.number { (row.key) }
                    @if let Some(feature) = &row.feature { span { (feature) } }
                    @if let Some(reporter) = &row.reporter { span { "from " (reporter) } }
                    span { (time::relative(row.opened_at, reader)) }
                    (also_affected(row))
                }
            }
            td.ticket-status role="cell" { (badges::status(row.status)) }
            td.ticket-owner role="cell" { (owner_of(row)) }
            td.ticket-clock role="cell" { (clock::clock_short(&row.clock, reader)) }
        }
    }
}

/// The head of a ticket's page: what, how urgent, who has it, by when.
pub fn ticket_head(row: &TicketRow, clocks: &[Clock], reader: &Reader) -> Markup {
    html! {
        header.ticket-head.(row.edge_class(reader)) {
            p.ticket-line {
                span.number { (row.key) }
                @if let Some(feature) = &row.feature { span { (feature) } }
                @if let Some(reporter) = &row.reporter { span { "from " (reporter) } }
                span { (time::moment_and_relative(row.opened_at, reader)) }
                (also_affected(row))
            }
            h1 { (row.title) }
            div.ticket-state {
                (badges::priority(&row.priority))
                (badges::status(row.status))
                (owner_of(row))
            }
            div.clocks { @for clock in clocks { (clock::clock(clock, reader)) } }
        }
    }
}

/// Tickets of which something is asked, a line each.
pub fn asked(asked: &[Asked]) -> Markup {
    html! {
        ul.similar {
            @for one in asked {
                li {
                    a href=(one.href) {
                        @if let Some(priority) = &one.priority { (badges::priority_short(priority)) " " }
                        span.number { (one.key) } " " (one.title)
                    }
                    (one.question)
                }
            }
        }
    }
}

/// Tickets and known issues that may be the same, for the region of suggestions and for the
/// first lines of a thread.
pub fn similar(found: &[Similar], reader: &Reader) -> Markup {
    html! {
        @if found.is_empty() {
            p.quiet { "Nothing like it so far." }
        } @else {
            ul.similar {
                @for one in found {
                    li {
                        @match &one.href {
                            Some(href) => a href=(href) { span.number { (one.key) } " " (one.title) },
                            None => { span.number { (one.key) } " " (one.title) },
                        }
                        @if let Some(status) = one.status { " " (badges::status(status)) }
                        @if let Some(clock) = &one.clock { " " (clock::badge(clock, reader)) }
                        @if one.is_unowned { " " (people::nobody()) }
                        @if let Some(note) = &one.note { p.quiet { (note) } }
                        @if let Some(join) = &one.join {
                            button.button.quiet-button type="submit" form=(JOINING) formaction=(join) {
                                "It is this one" span.only-heard { ": " (one.key) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The form that the buttons of [`similar`] send. It stands beside the form with the question, for
/// forms cannot stand in one another, and Enter in a field must not press them.
pub fn joining() -> Markup {
    html! { form id=(JOINING) method="post" {} }
}

/// The region that [`similar`] is fetched into while somebody types. `url` answers a fragment
/// for `?q=&feature=`; `from` names the fields to read, such as `#field-title,#field-what`, and the
/// feature is the one that is chosen on the page. `found` is what was found before the page was made. Without the script a button, sent as `look`, asks for it.
pub fn suggestions(url: &str, from: &str, found: Option<&[Similar]>, reader: &Reader) -> Markup {
    html! {
        section.suggestions aria-labelledby="suggestions-title" {
            h2 id="suggestions-title" { "Has this been asked before?" }
            div.suggestions-found aria-live="polite" data-suggest-url=(url)
                data-suggest-from=(from) data-suggest-feature="#field-feature" {
                @match found {
                    Some(found) => (similar(found, reader)),
                    None => p.quiet { "Tickets like yours are shown here while you write." },
                }
            }
            noscript { (actions::submit_as("Look", Weight::Quiet, "look", "yes")) }
        }
    }
}

fn also_affected(row: &TicketRow) -> Markup {
    html! {
        @if row.joined > 0 {
            span { (words::count(row.joined, "more person affected", "more people affected")) }
        }
    }
}

fn owner_of(row: &TicketRow) -> Markup {
    match &row.owner {
        Some(owner) => people::chip(owner),
        None if row.is_over() => html! { span.quiet { "Nobody" } },
        None => people::nobody(),
    }
}
