//! Now: what needs somebody, by urgency. The page is calm until something does.

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use eider_app::{
    desk::Desk,
    ticket::{self, LATE_COUNT_LIMIT, Now, Part},
};
use eider_domain::{access::Action, person::Role};
use maud::{Markup, html};

use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, Weight},
        layout::{self, NavItem, Shell},
        notices,
        tickets::{self, Asked},
        words::{self, Reader},
    },
    door::{Access, Rule},
    outcome::{self, Outcome},
    ticket::{hats, shown, update},
    washup,
};

pub(crate) const RULES: &[Rule] = &[Rule::get("/", Access::Needs(Action::Read))];

pub(crate) fn router() -> Router<Web> {
    Router::new().route("/", get(now))
}

async fn now(State(web): State<Web>, visitor: Visitor, headers: HeaderMap) -> Result<Response> {
    let outcome = Outcome::of(&headers);
    let now = ticket::now(&web.eider, visitor.actor()).await?;
    let pages = eider_app::page::unanswered(&web.eider, visitor.actor()).await?;
    let shell = Shell {
        live_url: Some(visitor.live_url("now")),
        late: u32::try_from(now.late_count).unwrap_or_default(),
        notice: outcome.map(Outcome::notice),
        ..visitor.shell("Now", NavItem::Now)
    };
    let ask = actions::link_with_key("/ask", "Ask for help", Weight::Secondary, "a");
    let body = html! {
        (layout::heading("Now", None, html! { @if !now.is_empty() { (ask) } }))
        (layout::fragment("now", html! {
            (crate::page::unanswered(&visitor, &pages))
            @if now.is_empty() { (empty()) } @else { (parts(&visitor, &now)) }
        }))
    };
    Ok(outcome::told(outcome, &web, layout::page(&shell, body)))
}

fn empty() -> Markup {
    notices::empty(
        "Nothing needs anybody",
        "When somebody asks for help it appears here by itself: what is late first, then what \
         nobody has, then what is yours.",
        actions::button_row(html! {
            (actions::link("/ask", "Ask for help", Weight::Primary))
            (actions::link("/tickets?status=any", "Look at every ticket", Weight::Secondary))
        }),
    )
}

/// One part of the page: its heading, what it means, its tickets, and where the rest is.
struct Section<'a> {
    title: String,
    /// Empty where the title says it.
    meaning: &'static str,
    part: &'a Part,
    all_href: &'static str,
}

fn parts(visitor: &Visitor, now: &Now) -> Markup {
    let reader = visitor.reader();
    let works = visitor.actor().role >= Role::Responder;
    let mine = [
        section(
            "Your answer is needed",
            "Somebody who works on it asked you something.",
            &now.to_answer,
            "/tickets?status=waiting_for_reporter&reporter=me",
        ),
        section(
            "Does it work for you?",
            "It was put right. Say whether it works; if nobody says otherwise it is closed.",
            &now.to_confirm,
            "/tickets?status=resolved&reporter=me",
        ),
    ];
    let everybody = [
        Section {
            title: late_title(now),
            meaning: "The time to answer or to resolve has run out.",
            part: &now.late,
            all_href: "/tickets?status=open&due=late",
        },
        section(
            "Nearly late",
            "Four fifths of the time are gone.",
            &now.near,
            "/tickets",
        ),
        section(
            "Nobody has these yet",
            if works {
                "Whoever takes one tells the reporter that somebody has it."
            } else {
                "They wait for somebody to take them."
            },
            &now.unowned,
            "/tickets?status=open&owner=nobody",
        ),
    ];
    let own = [
        section("Yours", "", &now.mine, "/tickets?status=open&owner=me"),
        section(
            "Waiting for the reporter",
            "You have these, and their clocks rest.",
            &now.waiting,
            "/tickets?status=waiting_for_reporter&owner=me",
        ),
    ];
    let asked = [section(
        "You asked",
        "Somebody else has it, or will.",
        &now.asked,
        "/tickets?status=open&reporter=me",
    )];
    let in_order: Vec<&Section> = if works {
        everybody
            .iter()
            .chain(&mine)
            .chain(&own)
            .chain(&asked)
            .collect()
    } else {
        mine.iter().chain(&asked).chain(&everybody).collect()
    };
    html! {
        (hats_wanted(now, &visitor.desk))
        (updates_due(now, &visitor.desk, &reader))
        @for section in in_order {
            @if !section.part.tickets.is_empty() { (shown_section(visitor, now, section, &reader)) }
        }
        @if !now.actions.is_empty() {
            (layout::section("You agreed to follow up", html! {
                (washup::actions(&now.actions, &now.names, visitor, washup::Whose::Own))
                p { a href="/wash-ups" { "Everybody’s follow-ups" } }
            }))
        }
    }
}

/// Asks for hats on what is as urgent as can be. The tickets stand below as well.
fn hats_wanted(now: &Now, desk: &Desk) -> Markup {
    let asked = now.hats_wanted.iter().filter_map(|ticket| {
        Some(Asked {
            priority: Some(shown::priority(desk, ticket.priority)),
            key: ticket.number.to_string(),
            href: shown::path(ticket.number),
            title: ticket.title.clone(),
            question: html! { p.quiet { (hats::title(&ticket.hats.free())?) } },
        })
    });
    let asked: Vec<Asked> = asked.collect();
    html! {
        @if !asked.is_empty() {
            (layout::section("Hats on", html! {
                p.section-meaning.quiet {
                    "Nothing is more urgent than these. One person looks for the cause in peace; \
                     another tells everybody how it stands."
                }
                (tickets::asked(&asked))
            }))
        }
    }
}

/// Asks for updates whose time has come.
fn updates_due(now: &Now, desk: &Desk, reader: &Reader) -> Markup {
    let asked = now.updates_due.iter().filter_map(|ticket| {
        let due_at = ticket.next_update_at?;
        Some(Asked {
            priority: Some(shown::priority(desk, ticket.priority)),
            key: ticket.number.to_string(),
            href: shown::path(ticket.number),
            title: ticket.title.clone(),
            question: html! { p.quiet { (update::late(due_at, reader)) } },
        })
    });
    let asked: Vec<Asked> = asked.collect();
    html! {
        @if !asked.is_empty() {
            (layout::section("Somebody waits to hear", html! {
                p.section-meaning.quiet { "An update was promised, and its time has come." }
                (tickets::asked(&asked))
            }))
        }
    }
}

fn section<'a>(
    title: &str,
    meaning: &'static str,
    part: &'a Part,
    all_href: &'static str,
) -> Section<'a> {
    Section {
        title: title.to_owned(),
        meaning,
        part,
        all_href,
    }
}

fn late_title(now: &Now) -> String {
    let shown = u64::try_from(now.late.tickets.len()).unwrap_or_default();
    let all = u64::try_from(now.late_count).unwrap_or_default();
    if now.late_count >= LATE_COUNT_LIMIT {
        format!("Late: {} or more", words::thousands(all))
    } else if all > shown {
        format!("Late: {}", words::thousands(all))
    } else {
        "Late".to_owned()
    }
}

fn shown_section(visitor: &Visitor, now: &Now, section: &Section<'_>, reader: &Reader) -> Markup {
    let rows: Vec<_> = section
        .part
        .tickets
        .iter()
        .map(|ticket| shown::row(ticket, &now.names, &visitor.desk, reader))
        .collect();
    layout::section(
        &section.title,
        html! {
            @if !section.meaning.is_empty() { p.section-meaning.quiet { (section.meaning) } }
            (tickets::ticket_list(&section.title, &rows, reader))
            @if section.part.has_more {
                p.see-all { a href=(section.all_href) { "See all of them" } }
            }
        },
    )
}
