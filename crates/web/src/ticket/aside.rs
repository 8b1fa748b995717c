//! The column of facts beside a ticket: what is so, what it cost, and how to change it.

use eider_domain::ticket::StatusKind;
use maud::{Markup, html};

use crate::{
    Visitor,
    components::{
        actions::{self, OneClick, Weight},
        badges, notices, people, time,
        words::{self, Reader},
    },
};

use super::{deed::Deed, deed_form, hats, load::Loaded, shown, verb::Verb};

/// The facts.
pub(super) fn facts(visitor: &Visitor, loaded: &Loaded, reader: &Reader) -> Markup {
    let ticket = &loaded.view.ticket;
    let desk = &visitor.desk;
    let names = loaded.names();
    let owner = ticket.owner.map(|id| shown::person(names, id));
    let reporter = shown::person(names, ticket.reporter);
    let reporter_href = format!("/tickets?status=any&reporter={}", ticket.reporter);
    let feature = ticket.feature.and_then(|id| desk.feature(id));
    let squad = ticket.squad.and_then(|id| desk.squad(id));
    let mut facts = vec![
        ("Status", badges::status(shown::status(loaded.kind()))),
        (
            "Priority",
            html! {
                (badges::priority(&shown::priority(desk, ticket.priority)))
                (change(loaded, Deed::Priority))
            },
        ),
        (
            "Feature",
            html! {
                @match feature {
                    Some(feature) => (feature.name),
                    None => span.quiet { "Not known" },
                }
                (change(loaded, Deed::Feature))
            },
        ),
        (
            "Squad",
            html! {
                @match squad {
                    Some(squad) => (squad.name),
                    None => span.quiet { "None" },
                }
                (change(loaded, Deed::Squad))
            },
        ),
        (
            "Who has it",
            html! {
                @match (&owner, loaded.kind().is_open()) {
                    (None, false) => span.quiet { "Nobody" },
                    (owner, _) => (people::owner(owner.as_ref())),
                }
            },
        ),
    ];
    facts.extend(hats::facts(loaded));
    facts.extend([
        (
            "Reporter",
            html! { a.person href=(reporter_href) { (people::face(&reporter)) span.person-name { (reporter.name) } } },
        ),
        ("Asked", time::moment_and_relative(ticket.opened_at, reader)),
    ]);
    if let Some(due) = due(loaded, reader) {
        facts.push(("Due", due));
    }
    facts.push(("What it cost", cost(loaded, reader)));
    if let Some(joined) = joined(visitor, loaded) {
        facts.push(("Also affected", joined));
    }
    facts.push(("Following", following(visitor, loaded)));
    html! {
        (notices::facts(&facts))
        div.fact-links {
            (super::actions::more(loaded))
            (crate::page::offer(visitor, ticket, loaded.page.as_ref()))
            @if loaded.rights.may_work {
                (deed_form::link(loaded, Deed::Title, Weight::Quiet))
                (actions::link(&format!("{}/wash-up", loaded.path()), "Wash-up", Weight::Quiet))
            }
        }
    }
}

fn change(loaded: &Loaded, deed: Deed) -> Markup {
    html! {
        @if loaded.rights.may_work && loaded.kind() != StatusKind::Merged {
            " " (deed_form::small_link(loaded, deed))
        }
    }
}

fn due(loaded: &Loaded, reader: &Reader) -> Option<Markup> {
    let answered = loaded.view.ticket.acknowledged_at.is_some();
    if !loaded.kind().is_open() {
        return None;
    }
    let resolve = loaded.view.resolve.due_at?;
    let paused = loaded.kind() == StatusKind::WaitingForReporter;
    Some(html! {
        @if let Some(respond) = loaded.view.respond.due_at.filter(|_| !answered) {
            "Answer " (time::moment(respond, reader)) br;
        }
        @if paused { "Resolve: the clock rests" }
        @else { "Resolve " (time::moment(resolve, reader)) }
    })
}

/// A11: replies, people, elapsed and hands-on time.
fn cost(loaded: &Loaded, reader: &Reader) -> Markup {
    let ticket = &loaded.view.ticket;
    let tally = &ticket.tally;
    let until = ticket.resolved_at.unwrap_or(reader.now);
    let elapsed_seconds = until.as_second() - ticket.opened_at.as_second();
    let number = |count: i64| u64::try_from(count).unwrap_or_default();
    html! {
        ul.cost {
            li { (capitalised(&words::count(number(tally.replies), "reply", "replies"))) }
            li { (capitalised(&words::count(number(tally.people), "person", "people"))) }
            li { (words::duration(elapsed_seconds)) " from asking to "
                @if ticket.resolved_at.is_some() { "resolving" } @else { "now" } }
            li {
                @if tally.hands_on_seconds == 0 { "No hands-on time yet" }
                @else { (words::duration(tally.hands_on_seconds)) " hands-on" }
            }
        }
        @if loaded.rights.may_work { (deed_form::small_link(loaded, Deed::Time)) }
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// How many people joined, and the way to join.
fn joined(visitor: &Visitor, loaded: &Loaded) -> Option<Markup> {
    let ticket = &loaded.view.ticket;
    let may_join = ticket.may_be_joined_by(visitor.actor().person) && loaded.rights.may_reply;
    let people = u64::try_from(ticket.joined_count()).unwrap_or_default();
    if people == 0 && !may_join {
        return None;
    }
    Some(html! {
        @match people {
            0 => span.quiet { "Nobody said so yet" },
            people => (capitalised(&words::count(people, "person", "people"))),
        }
        @if may_join {
            br;
            (one_touch(loaded, Verb::Join))
        }
    })
}

fn one_touch(loaded: &Loaded, verb: Verb) -> Markup {
    actions::one_click(&OneClick {
        action: &format!("{}/{}", loaded.path(), verb.word()),
        label: verb.label(),
        weight: Weight::Quiet,
        key: None,
        fields: &[],
    })
}

fn following(visitor: &Visitor, loaded: &Loaded) -> Markup {
    let ticket = &loaded.view.ticket;
    let me = visitor.actor().person;
    let verb = if ticket.followers.contains(&me) {
        Verb::Unfollow
    } else {
        Verb::Follow
    };
    let followers = u64::try_from(ticket.followers.len()).unwrap_or_default();
    html! {
        @match followers {
            0 => span.quiet { "Only its reporter and owner" },
            number => (capitalised(&words::count(number, "person", "people"))),
        }
        @if loaded.rights.may_reply {
            br;
            (one_touch(loaded, verb))
        }
    }
}
