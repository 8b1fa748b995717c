//! Identifiers. Inside they are UUIDs of version 7, so that they sort by time; people see numbers.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Uuid::from_str(text).map(Self) }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }
    )*};
}

ids! {
    /// A ticket, for ever. People see its [`TicketNumber`].
    TicketId,
    /// A person, whether they can sign in or only appear in imported history.
    PersonId,
    /// A squad: the people who look after some features.
    SquadId,
    /// A feature of the product that people ask about.
    FeatureId,
    /// A calendar of working hours and holidays.
    CalendarId,
    /// A message in a ticket's thread.
    MessageId,
    /// A file that stands in a ticket's thread.
    AttachmentId,
    /// A known issue in the register.
    KnownIssueId,
    /// An API token.
    TokenId,
    /// A follow-up agreed in a wash-up.
    ActionId,
    /// One run of an import.
    ImportId,
    /// A rota: who is on call in one role.
    RotaId,
    /// A change of who is on call for a time.
    ChangeId,
    /// Time in which somebody is away.
    AbsenceId,
    /// A swap that somebody asked for.
    SwapId,
    /// What the leads of a squad are told of its rotas at once.
    NoticeId,
    /// Whether somebody is ready to be on call.
    ReadinessId,
    /// A way to reach a person.
    MethodId,
    /// One try to reach a person.
    AttemptId,
    /// An escalation policy.
    PolicyId,
    /// A page: people who are called until somebody answers.
    PageId,
    /// A service that monitors watch.
    ServiceId,
    /// A key with which a monitor sends alerts.
    ServiceKeyId,
    /// Something that a monitor found.
    AlertId,
    /// Alerts that belong together.
    AlertGroupId,
    /// A test alert of a watcher outside.
    ProbeId,
}

/// The number by which people know a ticket, shown as `T-1042`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketNumber(pub i64);

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T-{}", self.0)
    }
}

/// The text is neither `T-1042` nor `1042`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a ticket number. Ticket numbers look like T-1042.")]
pub struct NotATicketNumber(String);

impl FromStr for TicketNumber {
    type Err = NotATicketNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        let digits = trimmed
            .strip_prefix("T-")
            .or_else(|| trimmed.strip_prefix("t-"))
            .or_else(|| trimmed.strip_prefix('#'))
            .unwrap_or(trimmed);
        match digits.parse::<i64>() {
            Ok(number) if number > 0 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                Ok(Self(number))
            }
            _ => Err(NotATicketNumber(trimmed.chars().take(40).collect())),
        }
    }
}
