//! How a page stands, in sentences and for every place where it shows.

use eider_app::page::PageView;
use eider_domain::{
    PersonId,
    access::{Action, may},
    page::State,
    ticket::Ticket,
};
use maud::{Markup, html};

use super::{answer, path};
use crate::{
    Visitor,
    components::{
        layout,
        notices::{self, NoticeKind},
        tickets::{self, Asked},
        time,
        words::{self, Reader},
    },
    ticket::shown,
};

/// What it is about, in a line.
pub(super) fn title(view: &PageView) -> String {
    if view.page.is_drill {
        let reason = view.page.notes.reason.as_deref();
        return reason.map_or_else(|| "Drill".to_owned(), |reason| format!("Drill: {reason}"));
    }
    match view.tickets.as_slice() {
        [] => "A page".to_owned(),
        [one] => format!("{} {} {}", one.priority, one.number, one.title),
        [first, rest @ ..] => {
            let more = rest.len();
            format!(
                "{} {} {}, and {more} more",
                first.priority, first.number, first.title
            )
        }
    }
}

/// Where it stands, and with whom, in a few words.
pub(super) fn brief(view: &PageView, me: PersonId, reader: &Reader) -> Markup {
    html! {
        @match &view.page.state {
            State::Held { until } => { "held until " (time::moment(*until, reader)) }
            State::Calling { people, .. } => {
                (names(view, me, people)) (if people.len() == 1 { " is" } else { " are" })
                " being called"
            }
            State::Acknowledged { by, .. } => { (names(view, me, &[*by])) " has it" (called_besides(view, me)) }
            State::Asking { by, .. } => { (names(view, me, &[*by])) " is asked again" }
            State::LastResort { .. } if view.page.nobody_is_in_reach() => "nobody can be reached",
            State::LastResort { .. } => "nobody has answered",
            State::Ended { how, .. } => { "over: " (how.words()) }
        }
    }
}

/// Who is being called, since when, and what comes next.
pub(super) fn sentences(view: &PageView, me: PersonId, reader: &Reader) -> Markup {
    let page = &view.page;
    let names = |people: &[PersonId]| names(view, me, people);
    let besides = |hand_over: bool| -> Vec<PersonId> {
        let those = page.notes.helpers.iter();
        let those = those.filter(|one| one.hand_over == hand_over);
        those.map(|one| one.person).collect()
    };
    let (helpers, heirs) = (besides(false), besides(true));
    html! {
        p {
            @match &page.state {
                State::Held { until } if *until <= reader.now => "Whoever is on call is about to be called.",
                State::Held { until } if page.notes.called.is_empty() => {
                    "It is held: nobody is called yet. Calling begins "
                    (time::at_moment_and_relative(*until, reader)) "."
                    (put_off(view))
                }
                State::Held { until } => {
                    "It is held: nobody is called any more. Calling goes on "
                    (time::at_moment_and_relative(*until, reader)) "."
                    (put_off(view))
                }
                State::Calling { people, level, since, until, .. } => {
                    "Calling " strong { (names(people)) } " since "
                    (time::moment(*since, reader))
                    " (level " (level) "). If nobody answers, calling goes on "
                    (time::at_moment_and_relative(*until, reader)) "."
                }
                State::Acknowledged { by, at, .. } => {
                    strong { (names(&[*by])) } " has had it since "
                    (time::moment_and_relative(*at, reader)) "."
                }
                State::Asking { by, until, .. } => {
                    strong { (names(&[*by])) }
                    " is asked whether they still have it. Without an answer, others are called "
                    (time::at_moment_and_relative(*until, reader)) "."
                }
                State::LastResort { .. } if page.nobody_is_in_reach() => {
                    "Nobody can be reached: no way to call "
                    strong { (names(&page.notes.out_of_reach)) } " is set up."
                    @if let Some(at) = page.last_resort_again_at() {
                        " It is tried again " (time::at_moment(at, reader)) "."
                    }
                }
                State::LastResort { people, since, again } => {
                    "Everybody was called, " strong { (names(people)) } " last, "
                    (time::at_moment_and_relative(*since, reader))
                    ". Nobody has answered"
                    @if let Some(again) = again {
                        ", not even when they were called again "
                        (time::at_moment_and_relative(*again, reader))
                    }
                    "."
                    @if let Some(at) = page.last_resort_again_at() {
                        " They are called again " (time::at_moment(at, reader)) "."
                    }
                }
                State::Ended { how, at } => {
                    "Over since " (time::moment_and_relative(*at, reader)) ": " (how.words()) "."
                }
            }
        }
        @if page.is_open() {
            @for (people, why) in [(&helpers, "besides"), (&heirs, "to take it over")] {
                @if !people.is_empty() {
                    p { strong { (names(people)) } (if people.len() == 1 { " is" } else { " are" })
                        " being called " (why) "." }
                }
            }
        }
        @if page.is_drill { p { "This is a drill: nothing is wrong." } }
        @if let Some(reason) = &page.notes.reason {
            @if !page.is_drill { p { "Why it could not wait: " (reason) } }
        }
    }
}

/// Who is called while somebody has it: "; Ben Okri is being called".
fn called_besides(view: &PageView, me: PersonId) -> String {
    let called = view.page.callees();
    match called.len() {
        0 => String::new(),
        1 => format!("; {} is being called", names(view, me, &called)),
        _ => format!("; {} are being called", names(view, me, &called)),
    }
}

/// Who said that it can wait, and why.
fn put_off(view: &PageView) -> Markup {
    html! {
        @if let Some(put_off) = &view.page.notes.put_off {
            " " strong { (view.name(put_off.by)) } " said that it can wait"
            @if let Some(reason) = &put_off.reason { ": “" (reason) "”" }
            "."
        }
    }
}

/// "Ada Lovelace (you) and Ben Okri"
fn names(view: &PageView, me: PersonId, people: &[PersonId]) -> String {
    let named = |person: &PersonId| {
        let name = view.name(*person);
        let you = if *person == me { " (you)" } else { "" };
        format!("{name}{you}")
    };
    let names: Vec<String> = people.iter().map(named).collect();
    words::listed(&names)
}

/// On a ticket: who is being called for it. Nothing once it is over.
pub(crate) fn of_ticket(view: Option<&PageView>, visitor: &Visitor) -> Markup {
    let (me, reader) = (visitor.actor().person, &visitor.reader());
    let Some(view) = view.filter(|view| view.page.is_open()) else {
        return html! {};
    };
    let kind = if view.page.is_unanswered() {
        NoticeKind::Warning
    } else {
        NoticeKind::Information
    };
    let title = match view.page.state {
        State::Held { until } if until > reader.now => "Calling waits",
        State::Held { .. } | State::Calling { .. } => "People are being called",
        State::Acknowledged { .. } => "The call is answered",
        State::Asking { .. } => "Is somebody still on it?",
        State::LastResort { .. } if view.page.nobody_is_in_reach() => "Nobody can be reached",
        State::LastResort { .. } | State::Ended { .. } => "Nobody has answered",
    };
    let others = view.page.tickets.len().saturating_sub(1);
    html! {
        div.notices {
            (notices::notice(kind, title, html! {
                (sentences(view, me, reader))
                @if others > 0 {
                    p { "Together with " (words::count(
                        u64::try_from(others).unwrap_or_default(), "other ticket", "other tickets")) "." }
                }
                p {
                    a href=(path(view.page.id)) {
                        "Look at the page"
                        @if may(visitor.actor(), Action::Work).is_ok() { ", answer it or pass it on" }
                    }
                }
            }))
        }
    }
}

/// What nobody has answered at all comes first, and practice last.
fn standing_of(view: &PageView) -> u8 {
    match view.page.state {
        _ if view.page.is_drill => 4,
        State::LastResort { .. } => 0,
        State::Asking { .. } => 2,
        State::Acknowledged { .. } => 3,
        _ => 1,
    }
}

/// Under Now: pages that wait for an answer.
pub(crate) fn unanswered(visitor: &Visitor, views: &[PageView]) -> Markup {
    let reader = visitor.reader();
    let me = visitor.actor().person;
    let mut views: Vec<&PageView> = views.iter().collect();
    // What somebody is called for themselves is what they come for.
    let is_mine = |view: &PageView| view.page.is_calling(me) && !view.page.is_drill;
    views.sort_by_key(|view| (!is_mine(view), standing_of(view)));
    let asked: Vec<Asked> = views
        .into_iter()
        .map(|view| Asked {
            priority: view
                .page
                .lead()
                .map(|_| shown::priority(&visitor.desk, view.page.rank())),
            key: view
                .page
                .lead()
                .map_or_else(|| "Drill".to_owned(), |paged| paged.number.to_string()),
            href: path(view.page.id),
            title: match view.tickets.as_slice() {
                [] => view.page.notes.reason.clone().unwrap_or_default(),
                [one] => one.title.clone(),
                [first, rest @ ..] => format!("{}, and {} more", first.title, rest.len()),
            },
            question: html! {
                (sentences(view, me, &reader))
                @if view.page.is_calling(me) { (answer::first(view, &path(view.page.id), me)) }
            },
        })
        .collect();
    html! {
        @if !asked.is_empty() {
            (layout::section("Being called", html! {
                p.section-meaning.quiet { "These wait for an answer." }
                (tickets::asked(&asked))
            }))
        }
    }
}

/// So many tickets are seen without asking for more.
const SEEN_TICKETS: usize = 10;

/// The tickets that it is about: the first of them, and the others behind a line.
pub(super) fn tickets_of(visitor: &Visitor, view: &PageView) -> Markup {
    let (first, others) = split(&view.tickets);
    html! {
        (listed(visitor, first))
        @if !others.is_empty() {
            details.more-that-helps {
                summary { "and " (others.len()) " more" }
                (listed(visitor, others))
            }
        }
    }
}

/// The first of them, and the others.
pub(super) fn split(tickets: &[Ticket]) -> (&[Ticket], &[Ticket]) {
    tickets.split_at(tickets.len().min(SEEN_TICKETS))
}

fn listed(visitor: &Visitor, tickets: &[Ticket]) -> Markup {
    html! {
        ul.similar {
            @for ticket in tickets {
                li {
                    a href=(shown::path(ticket.number)) {
                        span.number { (ticket.number) } " " (ticket.title)
                    }
                    p.quiet {
                        (ticket.priority)
                        @if let Some(squad) = ticket.squad.and_then(|id| visitor.desk.squad(id)) {
                            ", " (squad.name)
                        }
                    }
                }
            }
        }
    }
}
