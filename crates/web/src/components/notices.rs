//! Notices, empty pages that teach, and the list of facts beside a ticket.

use maud::{Markup, html};

use super::icons::{self, Icon, icon};

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Worth knowing.
    Information,
    /// It worked.
    Success,
    /// Look at this before it hurts.
    Warning,
    /// It did not work: what happened, what was kept, what to do.
    Error,
}

/// A notice: a short title and a sentence or two.
pub fn notice(kind: NoticeKind, title: &str, body: Markup) -> Markup {
    let (class, word, mark) = match kind {
        NoticeKind::Information => ("notice-information", "To know", Icon::Information),
        NoticeKind::Success => ("notice-success", "Done", Icon::Tick),
        NoticeKind::Warning => ("notice-warning", "Take care", Icon::Warning),
        NoticeKind::Error => ("notice-error", "That did not work", Icon::Warning),
    };
    html! {
        div.notice.(class) role=[(kind == NoticeKind::Error).then_some("alert")] {
            (icon(mark))
            div {
                p.notice-title { span.only-heard { (word) ": " } (title) }
                div.notice-body { (body) }
            }
        }
    }
}

/// A page or list with nothing in it yet: what will be here, and the one button that begins.
pub fn empty(title: &str, teaching: &str, begin: Markup) -> Markup {
    html! {
        div.empty {
            (icons::duck())
            p.empty-title { (title) }
            p.empty-words { (teaching) }
            (begin)
        }
    }
}

/// Facts in the right column of a ticket: a word and what is so.
pub fn facts(facts: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (word, fact) in facts { div { dt { (word) } dd { (fact) } } }
        }
    }
}
