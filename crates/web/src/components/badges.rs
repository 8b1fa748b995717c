//! Priority and status: a shape and a word, then a colour.

use maud::{Markup, PreEscaped, html};

/// A priority as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priority {
    /// 1 is the most urgent. Ranks beyond 4 look like 4.
    pub rank: u8,
    /// The short name, such as "P1".
    pub code: String,
    /// What it means in business words, such as "Business critical".
    pub name: String,
}

/// Where a ticket is in its life, as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Asked, and nobody has answered yet.
    New,
    /// Somebody has seen it.
    Acknowledged,
    /// Somebody is working on it.
    InProgress,
    /// The clock rests until the reporter answers.
    WaitingForReporter,
    /// Mended, to be confirmed by the reporter.
    Resolved,
    /// Finished.
    Closed,
    /// It came back.
    Reopened,
    /// It lives on in another ticket.
    Merged,
}

impl Status {
    /// Every status, in the order of a ticket's life.
    pub const ALL: [Self; 8] = [
        Self::New,
        Self::Acknowledged,
        Self::InProgress,
        Self::WaitingForReporter,
        Self::Resolved,
        Self::Closed,
        Self::Reopened,
        Self::Merged,
    ];

    /// The word shown for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Acknowledged => "Acknowledged",
            Self::InProgress => "In progress",
            Self::WaitingForReporter => "Waiting for reporter",
            Self::Resolved => "Resolved",
            Self::Closed => "Closed",
            Self::Reopened => "Reopened",
            Self::Merged => "Merged",
        }
    }
}

/// Shape, code and name: "P1 Business critical".
pub fn priority(priority: &Priority) -> Markup {
    html! {
        span.badge.priority.(rank_class(priority.rank)) {
            (priority_shape(priority.rank))
            span { strong { (priority.code) } " " (priority.name) }
        }
    }
}

/// Shape and code, for lists; the name is there for hover and for screen readers.
pub fn priority_short(priority: &Priority) -> Markup {
    html! {
        span.badge.priority.(rank_class(priority.rank)) title=(priority.name) {
            (priority_shape(priority.rank))
            strong { (priority.code) }
            span.only-heard { " " (priority.name) }
        }
    }
}

/// Shape and word.
pub fn status(status: Status) -> Markup {
    html! {
        span.badge.status.(status_class(status)) {
            (status_shape(status))
            span { (status.word()) }
        }
    }
}

/// The class that carries a rank's colour; rows and cards use it too.
pub fn rank_class(rank: u8) -> &'static str {
    match rank {
        0 | 1 => "rank-1",
        2 => "rank-2",
        3 => "rank-3",
        _ => "rank-4",
    }
}

fn status_class(status: Status) -> &'static str {
    match status {
        Status::New => "status-new",
        Status::Acknowledged | Status::InProgress => "status-held",
        Status::Resolved => "status-done",
        Status::Reopened => "status-back",
        Status::WaitingForReporter | Status::Closed | Status::Merged => "status-quiet",
    }
}

/// A full diamond, a triangle, a ring, a dash: told apart without colour.
pub(super) fn priority_shape(rank: u8) -> Markup {
    shape(match rank {
        0 | 1 => r#"<path class="solid" d="M8 1.5 14.5 8 8 14.5 1.5 8z"/>"#,
        2 => r#"<path class="solid" d="M8 2.5 14.5 13.5h-13z"/>"#,
        3 => r#"<circle cx="8" cy="8" r="5"/>"#,
        _ => r#"<path d="M3 8h10"/>"#,
    })
}

/// A full clock: the time has run out.
pub fn late_shape() -> Markup {
    shape(r#"<circle class="solid" cx="8" cy="8" r="6.5"/><path class="hand" d="M8 4.5V8l2.3 2"/>"#)
}

/// A clock whose last fifth is left.
pub(super) fn nearly_late_shape() -> Markup {
    shape(r#"<circle cx="8" cy="8" r="6"/><path class="solid" d="M8 8V2a6 6 0 1 1-5.7 4.1z"/>"#)
}

fn status_shape(status: Status) -> Markup {
    shape(match status {
        Status::New => r#"<circle cx="8" cy="8" r="5.5" stroke-dasharray="2.6 1.7"/>"#,
        Status::Acknowledged => {
            r#"<circle cx="8" cy="8" r="5.5"/><circle class="solid" cx="8" cy="8" r="1.5"/>"#
        }
        Status::InProgress => {
            r#"<circle cx="8" cy="8" r="5.5"/><path class="solid" d="M8 2.5a5.5 5.5 0 0 1 0 11z"/>"#
        }
        Status::WaitingForReporter => r#"<path d="M5.5 3.5v9M10.5 3.5v9"/>"#,
        Status::Resolved => r#"<path d="m3 8.5 3.5 3.5L13 4.5"/>"#,
        Status::Closed => r#"<circle cx="8" cy="8" r="5.5"/><path d="m5.5 8.2 1.8 1.8 3.2-3.8"/>"#,
        Status::Reopened => r#"<path d="M3 6.5h7a3.2 3.2 0 0 1 0 6.5H7M5.7 3.7 3 6.5l2.7 2.8"/>"#,
        Status::Merged => r#"<path d="M4 2.5v3c0 2 4 2.5 4 5v3M12 2.5v3c0 2-4 2.5-4 5"/>"#,
    })
}

fn shape(strokes: &'static str) -> Markup {
    html! {
        svg.shape viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" {
            (PreEscaped(strokes))
        }
    }
}
