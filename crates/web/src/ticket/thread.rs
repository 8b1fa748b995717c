//! The thread: what the reporter told, then what was said since.

use eider_domain::{
    MessageId,
    access::{Action, may},
    feature::Platform,
    ticket::Report,
};
use eider_store::attachment::Attachment;
use jiff::Timestamp;
use maud::{Markup, html};

use crate::{
    Visitor,
    components::{
        thread::{Attachment as ShownFile, Message},
        time,
        words::{self, Reader},
    },
    markdown,
};

use super::{load::Loaded, shown};

/// Files that come within this time of asking came with the question.
const WITH_THE_QUESTION_SECONDS: i64 = 5;
/// The types of picture that are shown where they stand. What is in them was looked at when they
/// came in.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Every message, and files that came without one, in their order.
pub(super) fn messages(visitor: &Visitor, loaded: &Loaded, reader: &Reader) -> Vec<Message> {
    let view = &loaded.view;
    let ticket = &view.ticket;
    let opened_until = ticket.opened_at.as_second() + WITH_THE_QUESTION_SECONDS;
    let (with_question, alone): (Vec<&Attachment>, Vec<&Attachment>) = view
        .attachments
        .iter()
        .filter(|file| file.message.is_none())
        .partition(|file| file.author == ticket.reporter && file.at.as_second() <= opened_until);

    let mut first = shown::person(loaded.names(), ticket.reporter);
    first.role_now = Some("reporter".to_owned());
    let question = Message {
        id: "question".to_owned(),
        author: first,
        at: ticket.opened_at,
        safe_html: question(&ticket.report, visitor, reader).into_string(),
        attachments: with_question.into_iter().map(file).collect(),
        foot: None,
    };
    let mut since: Vec<Message> = view
        .thread
        .iter()
        .map(|message| said(message, visitor, loaded, reader))
        .collect();
    since.extend(alone.into_iter().map(|attachment| Message {
        id: format!("f-{}", attachment.id),
        author: shown::person(loaded.names(), attachment.author),
        at: attachment.at,
        safe_html: html! { p.quiet { "Added a file." } }.into_string(),
        attachments: vec![file(attachment)],
        foot: None,
    }));
    since.sort_by_key(|message| message.at);
    std::iter::once(question).chain(since).collect()
}

fn said(
    message: &eider_store::message::Message,
    visitor: &Visitor,
    loaded: &Loaded,
    reader: &Reader,
) -> Message {
    let view = &loaded.view;
    let files = view
        .attachments
        .iter()
        .filter(|file| file.message == Some(message.id));
    let mut author = shown::person(loaded.names(), message.author);
    author.role_now = role_now(loaded, message.author);
    let withdrawn = message.withdrawn_at.is_some();
    Message {
        id: anchor(message.id),
        author,
        at: message.at,
        safe_html: if withdrawn {
            html! { p.quiet { "This message was taken back." } }.into_string()
        } else {
            markdown::to_html(&message.body)
        },
        attachments: if withdrawn {
            Vec::new()
        } else {
            files.map(file).collect()
        },
        foot: foot(message, visitor, loaded, reader),
    }
}

/// The name of a message in the address of its page.
pub(super) fn anchor(id: MessageId) -> String {
    format!("m-{id}")
}

fn role_now(loaded: &Loaded, person: eider_domain::PersonId) -> Option<String> {
    let ticket = &loaded.view.ticket;
    if person == ticket.reporter {
        Some("reporter".to_owned())
    } else if ticket.owner == Some(person) {
        Some(
            if loaded.kind().is_open() {
                "has it"
            } else {
                "had it"
            }
            .to_owned(),
        )
    } else {
        None
    }
}

fn foot(
    message: &eider_store::message::Message,
    visitor: &Visitor,
    loaded: &Loaded,
    reader: &Reader,
) -> Option<Markup> {
    let action = Action::EditMessage {
        author: message.author,
    };
    let is_mine = message.author == visitor.actor().person;
    let may_edit =
        is_mine && message.withdrawn_at.is_none() && may(visitor.actor(), action).is_ok();
    if message.edited_at.is_none() && !may_edit {
        return None;
    }
    let edit = format!("{}/messages/{}", loaded.path(), message.id);
    Some(html! {
        @if let Some(at) = message.edited_at { span.quiet { "Corrected " (time::moment(at, reader)) } " " }
        @if may_edit { a href=(edit) { "Edit" } }
    })
}

fn file(attachment: &Attachment) -> ShownFile {
    ShownFile {
        name: attachment.name.clone(),
        href: format!("/attachments/{}", attachment.id),
        size_bytes: u64::try_from(attachment.size_bytes).unwrap_or_default(),
        is_picture: PICTURES.contains(&attachment.media_type.as_str()),
    }
}

/// What the reporter told, in the order in which a responder asks.
fn question(report: &Report, visitor: &Visitor, reader: &Reader) -> Markup {
    let word = report.word.as_ref().and_then(|key| {
        let glossary = &visitor.desk.glossary;
        glossary.iter().find(|term| &term.key == key)
    });
    let links = report
        .links
        .iter()
        .map(|link| format!("- {link}"))
        .collect::<Vec<_>>();
    html! {
        (markdown::markup(&report.what))
        @if let Some(expected) = &report.expected {
            p.told-word { "Expected instead" }
            (markdown::markup(expected))
        }
        @if let Some(steps) = &report.steps {
            p.told-word { "Step by step" }
            (markdown::markup(steps))
        }
        dl.told {
            @if let Some(term) = word {
                (fact("In a word", html! { strong { (term.word) } ": " (term.meaning) }))
            }
            @if let Some(since) = report.since { (fact("Since", since_when(since, reader))) }
            @if let Some(people) = report.people_affected {
                (fact("How many", html! {
                    (words::count(u64::try_from(people).unwrap_or_default(), "person", "people"))
                }))
            }
            @if let Some(noticed) = report.noticed { (fact("Who noticed", html! { (noticed.name()) })) }
            @if !report.tried.is_empty() { (tried(report)) }
            @if let Some(network) = &report.network { (fact("Network", html! { (network) })) }
            @if !links.is_empty() { (fact("Links", markdown::markup(&links.join("\n")))) }
        }
    }
}

fn since_when(since: Timestamp, reader: &Reader) -> Markup {
    time::moment_and_relative(since, reader)
}

fn tried(report: &Report) -> Markup {
    let named = |works: bool| {
        let platforms: Vec<&str> = report
            .tried
            .iter()
            .filter(|tried| tried.works == works)
            .map(|tried| Platform::name(tried.platform))
            .collect();
        platforms.join(", ")
    };
    let (fails, works) = (named(false), named(true));
    html! {
        @if !fails.is_empty() { (fact("Fails on", html! { (fails) })) }
        @if !works.is_empty() { (fact("Works on", html! { (works) })) }
    }
}

fn fact(word: &str, fact: Markup) -> Markup {
    html! { div { dt { (word) } dd { (fact) } } }
}
