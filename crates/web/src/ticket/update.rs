//! How it stands: what is known, what is being done, and when the next update comes.

use eider_domain::{
    text::{self, UPDATE_LIMIT_CHARACTERS},
    ticket::{Command, NextUpdate},
};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};

use crate::{
    Visitor,
    ask::instant,
    components::{
        choices::{self, Choice},
        forms::{self, TextKind},
        layout, time,
        words::{self, Reader},
    },
    markdown,
};

use super::{
    deed::{Answers, Typed},
    deed_form::Form,
    load::Loaded,
    shown,
};

/// In how many minutes the next update may come, as the form offers it.
const MINUTES: [i64; 6] = [15, 30, 60, 120, 240, 1_440];
const AT: &str = "at";
const NONE: &str = "none";

/// What the last update said and when the next one comes, where anything was told.
pub(super) fn part(loaded: &Loaded, reader: &Reader) -> Markup {
    let ticket = &loaded.view.ticket;
    let Some(update) = &ticket.update else {
        return html! {};
    };
    let by = update.by.map(|id| shown::person(loaded.names(), id).name);
    layout::section(
        "How it stands",
        html! {
            dl.told {
                (told("What is known", &update.known))
                (told("What is being done", &update.doing))
                div {
                    dt { "Next update" }
                    dd {
                        @match ticket.next_update {
                            Some(next) => (next_update(next.at, reader)),
                            None if loaded.kind().is_open() => "No further update is planned",
                            None => "It is over",
                        }
                    }
                }
            }
            p.quiet {
                (by.as_deref().unwrap_or("Somebody")) " told this "
                (time::moment_and_relative(update.at, reader)) "."
            }
        },
    )
}

fn told(word: &str, text: &str) -> Markup {
    html! { div { dt { (word) } dd { div.message-body { (markdown::markup(text)) } } } }
}

/// "14:30, in 12 min"; what is late is shown as late.
fn next_update(at: Timestamp, reader: &Reader) -> Markup {
    if at <= reader.now {
        late(at, reader)
    } else {
        time::moment_and_relative(at, reader)
    }
}

/// "It was promised for 14:30, late by 5 min".
pub(crate) fn late(at: Timestamp, reader: &Reader) -> Markup {
    let seconds = reader.now.as_second() - at.as_second();
    html! {
        strong { "Late by " (words::duration(seconds)) }
        "; it was promised for " (time::moment(at, reader))
    }
}

/// What the form holds before anybody typed: half an hour is a good promise while it is open.
pub(super) fn as_it_is(loaded: &Loaded) -> Typed {
    let next = if loaded.kind().is_open() { "30" } else { NONE };
    Typed::from([("next".to_owned(), next.to_owned())])
}

/// The fields of the form.
pub(super) fn fields(form: &Form<'_>, visitor: &Visitor) -> Markup {
    let minutes = MINUTES.iter().map(|minutes| {
        let label = format!("In {}", words::duration(minutes * 60));
        Choice::new(minutes.to_string(), label)
    });
    let others = [
        Choice::new(AT, "At the time below"),
        Choice::new(NONE, "No further update is planned"),
    ];
    let next: Vec<Choice> = minutes.chain(others).collect();
    let zone = visitor.reader().zone;
    let zone = zone.iana_name().unwrap_or("your zone");
    let limit = UPDATE_LIMIT_CHARACTERS as u32;
    html! {
        (form.area(
            &form
                .field("known", "What do we know?")
                .hint("What happens, to whom, since when. “Nothing new” is an answer too.")
                .longest(limit),
            3,
        ))
        (form.area(
            &form
                .field("doing", "What is being done?")
                .hint("And what whoever waits can do meanwhile.")
                .longest(limit),
            2,
        ))
        (choices::select(
            &form
                .field("next", "When does the next update come?")
                .hint("You are reminded when its time has come."),
            &next,
            form.value("next"),
            Some("Choose a time"),
        ))
        (forms::text(
            &form
                .field("next_at", "At which time?")
                .hint(&format!("Only for “at the time below”; within a day, in your time, {zone}."))
                .optional(),
            TextKind::DateTime,
            form.value("next_at"),
        ))
    }
}

impl Answers<'_> {
    /// The update that the form asks for.
    pub(super) fn update(&mut self, visitor: &Visitor) -> Option<Command> {
        let known = text::lines(
            "What is known",
            self.given("known"),
            UPDATE_LIMIT_CHARACTERS,
        );
        let known = self.check("known", known);
        let doing = self.given("doing");
        let doing = text::lines("What is being done", doing, UPDATE_LIMIT_CHARACTERS);
        let doing = self.check("doing", doing);
        let next = match self.given("next") {
            NONE => Some(NextUpdate::NotPlanned),
            AT => {
                let at = instant(self.given("next_at"), &visitor.reader());
                let at = at.ok_or("Write the date and the time, such as 2025-11-21 14:30.");
                self.check("next_at", at).map(NextUpdate::At)
            }
            minutes => {
                let minutes = minutes
                    .parse()
                    .ok()
                    .filter(|minutes| MINUTES.contains(minutes));
                let at = minutes
                    .and_then(|minutes| {
                        let ahead = SignedDuration::from_mins(minutes);
                        visitor.now.checked_add(ahead).ok()
                    })
                    .ok_or("Say when the next update comes, or that none is planned.");
                self.check("next", at).map(NextUpdate::At)
            }
        };
        Some(Command::Update {
            known: known?,
            doing: doing?,
            next: Some(next?),
        })
    }
}
