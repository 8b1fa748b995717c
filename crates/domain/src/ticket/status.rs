//! Where a ticket stands (A8), and what resolving it told (A9).

use serde::{Deserialize, Serialize};

use crate::{KnownIssueId, TicketNumber};

/// Where a ticket stands, with what only that standing has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Asked, and nobody has said that it is seen.
    New,
    /// Seen by somebody.
    Acknowledged,
    /// Being worked on.
    InProgress,
    /// Nothing can be done until the reporter answers; the clock to resolve stands still.
    WaitingForReporter,
    /// Put right, as far as its owner can tell; the reporter has the word.
    Resolved(Resolution),
    /// Put right, and the reporter agreed or let the time pass. History that was imported may
    /// tell nothing about how.
    Closed(Option<Resolution>),
    /// Put right before, and it is not right after all.
    Reopened,
    /// The same thing as another ticket, which goes on.
    Merged {
        /// The ticket that goes on.
        into: TicketNumber,
    },
}

/// The name of a status, without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusKind {
    /// See [`Status::New`].
    New,
    /// See [`Status::Acknowledged`].
    Acknowledged,
    /// See [`Status::InProgress`].
    InProgress,
    /// See [`Status::WaitingForReporter`].
    WaitingForReporter,
    /// See [`Status::Resolved`].
    Resolved,
    /// See [`Status::Closed`].
    Closed,
    /// See [`Status::Reopened`].
    Reopened,
    /// See [`Status::Merged`].
    Merged,
}

impl StatusKind {
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

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Acknowledged => "acknowledged",
            Self::InProgress => "in_progress",
            Self::WaitingForReporter => "waiting_for_reporter",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Merged => "merged",
        }
    }

    /// The words that people read.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Acknowledged => "acknowledged",
            Self::InProgress => "in progress",
            Self::WaitingForReporter => "waiting for reporter",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Merged => "merged",
        }
    }

    /// The status of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Somebody still has to do something.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Resolved | Self::Closed | Self::Merged)
    }
}

impl Status {
    /// Its name, without its data.
    pub fn kind(&self) -> StatusKind {
        match self {
            Self::New => StatusKind::New,
            Self::Acknowledged => StatusKind::Acknowledged,
            Self::InProgress => StatusKind::InProgress,
            Self::WaitingForReporter => StatusKind::WaitingForReporter,
            Self::Resolved(_) => StatusKind::Resolved,
            Self::Closed(_) => StatusKind::Closed,
            Self::Reopened => StatusKind::Reopened,
            Self::Merged { .. } => StatusKind::Merged,
        }
    }

    /// How it was resolved, while that holds.
    pub fn resolution(&self) -> Option<&Resolution> {
        match self {
            Self::Resolved(resolution) | Self::Closed(Some(resolution)) => Some(resolution),
            _ => None,
        }
    }

    /// Tells otherwise how it was resolved. What is open, or became another ticket, was not.
    pub(super) fn correct(&mut self, told: &Resolution) {
        match self {
            Self::Resolved(resolution) => resolution.clone_from(told),
            Self::Closed(resolution) => *resolution = Some(told.clone()),
            _ => {}
        }
    }
}

/// What resolving asks (A9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// What in the system made it happen.
    pub cause: String,
    /// How we know that it is put right.
    pub how_known: String,
    /// Whether the product had to be changed.
    pub change: Change,
    /// What the customer has now.
    pub customer_outcome: Option<String>,
    /// The known issue that it was, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_issue: Option<KnownIssueId>,
}

/// Whether a code change was needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "needed", rename_all = "snake_case")]
pub enum Change {
    /// No: an explanation, a setting, a repair of data.
    No,
    /// Yes.
    Yes {
        /// Which one: an address or a name.
        reference: Option<String>,
    },
}

impl Change {
    /// Whether one was needed.
    pub fn is_needed(&self) -> bool {
        matches!(self, Self::Yes { .. })
    }
}
