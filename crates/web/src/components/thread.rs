//! What was said and what happened: messages and timeline entries.

use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};

use super::icons::{Icon, icon};
use super::people::{self, Person};
use super::time;
use super::words::{self, Reader};

/// A message of a ticket's thread.
#[derive(Debug, Clone)]
pub struct Message {
    /// Unique on the page; the message's address ends with it.
    pub id: String,
    /// Who wrote it.
    pub author: Person,
    /// When.
    pub at: Timestamp,
    /// The text as HTML that has **already been sanitised**; it is put on the page as it is.
    pub safe_html: String,
    /// Files sent with it.
    pub attachments: Vec<Attachment>,
    /// What became of it since, and what its author may do, such as "corrected 14:05" and "Edit".
    pub foot: Option<Markup>,
}

/// A file sent with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub href: String,
    /// How large it is.
    pub size_bytes: u64,
    /// A picture that is shown where it stands.
    pub is_picture: bool,
}

/// A fact of the timeline, in a sentence.
#[derive(Debug, Clone)]
pub struct Entry {
    /// "Ada took it, 3 min after it was asked", names in `strong`.
    pub sentence: Markup,
    /// When it happened.
    pub at: Timestamp,
    /// What kind of fact it is, for its mark.
    pub tone: Tone,
}

/// What kind of fact a timeline entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something ordinary.
    Plain,
    /// A warning point was passed.
    Soon,
    /// A target was missed, or the ticket came back.
    Urgent,
    /// Something was finished.
    Done,
}

/// The thread: messages in the order they were written.
pub fn thread(messages: &[Message], reader: &Reader) -> Markup {
    html! {
        ol.thread {
            @for message in messages { li { (self::message(message, reader)) } }
        }
    }
}

/// One message.
pub fn message(message: &Message, reader: &Reader) -> Markup {
    html! {
        article.message id=(message.id) {
            header.message-head {
                (people::chip(&message.author))
                a.message-time href={ "#" (message.id) } { (time::moment(message.at, reader)) }
            }
            div.message-body { (PreEscaped(&message.safe_html)) }
            @if !message.attachments.is_empty() { (attachments(&message.attachments)) }
            @if let Some(foot) = &message.foot { footer.message-foot { (foot) } }
        }
    }
}

/// The timeline, in the order given.
pub fn timeline(entries: &[Entry], reader: &Reader) -> Markup {
    html! {
        ol.timeline {
            @for entry in entries {
                li.(tone_class(entry.tone)) {
                    span.timeline-sentence { (entry.sentence) }
                    span.timeline-time { (time::moment(entry.at, reader)) }
                }
            }
        }
    }
}

fn attachments(attachments: &[Attachment]) -> Markup {
    let (pictures, files): (Vec<_>, Vec<_>) = attachments.iter().partition(|one| one.is_picture);
    html! {
        @if !pictures.is_empty() {
            ul.pictures {
                @for picture in pictures {
                    li {
                        a href=(picture.href) {
                            img src=(picture.href) alt=(picture.name) loading="lazy";
                        }
                    }
                }
            }
        }
        @if !files.is_empty() {
            ul.attachments {
                @for file in files {
                    li {
                        a href=(file.href) { (icon(Icon::Attachment)) (file.name) }
                        " " span.quiet { (words::file_size(file.size_bytes)) }
                    }
                }
            }
        }
    }
}

fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "tone-plain",
        Tone::Soon => "tone-soon",
        Tone::Urgent => "tone-urgent",
        Tone::Done => "tone-done",
    }
}
