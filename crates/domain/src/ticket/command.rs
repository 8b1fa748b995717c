//! What people ask of a ticket.

use crate::{
    AttachmentId, FeatureId, MessageId, PersonId, SquadId, TicketNumber,
    access::Action,
    priority::Rank,
    ticket::{Hat, NextUpdate, Resolution, Ticket},
};

/// What somebody asks of a ticket. Texts have been checked where they came in.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Say that it is seen.
    Acknowledge,
    /// Have it oneself.
    Take,
    /// Give it to somebody, oneself included, whoever has it now.
    Assign {
        /// Somebody who works on tickets.
        to: PersonId,
    },
    /// Give it back, so that nobody has it.
    Release,
    /// Put on a hat that nobody wears.
    TakeHat {
        /// Which one.
        hat: Hat,
    },
    /// Give a hat to somebody, oneself included, whoever wears it now.
    GiveHat {
        /// Which one.
        hat: Hat,
        /// Somebody who works on tickets.
        to: PersonId,
    },
    /// Lay a hat down, so that nobody wears it.
    LayDownHat {
        /// Which one.
        hat: Hat,
    },
    /// Tell everybody how it stands.
    Update {
        /// What is known.
        known: String,
        /// What is being done.
        doing: String,
        /// When the next update comes; an open ticket needs an answer.
        next: Option<NextUpdate>,
    },
    /// Begin to work on it.
    Start,
    /// Wait for the reporter's answer.
    Wait {
        /// What is asked of them.
        question: Option<String>,
    },
    /// Go on, although the reporter has not answered here.
    Resume,
    /// It is put right.
    Resolve(Resolution),
    /// It works for the reporter.
    Confirm,
    /// Nobody said otherwise for long enough. Eider's own command.
    CloseUnanswered,
    /// It is not right after all.
    Reopen {
        /// What is not right.
        why: Option<String>,
    },
    /// It is the same thing as another ticket.
    Merge {
        /// A ticket that is itself not merged.
        into: TicketNumber,
    },
    /// Hold it to be more or less urgent.
    Prioritise {
        /// The new priority.
        to: Rank,
        /// Why.
        reason: Option<String>,
    },
    /// It is about something else; the squad that looks after that comes with it.
    ChangeFeature {
        /// What it is about.
        to: Option<FeatureId>,
        /// The squad that looks after it.
        squad: Option<SquadId>,
    },
    /// Another squad looks after it.
    ChangeSquad {
        /// The squad.
        to: Option<SquadId>,
    },
    /// Give it a better title.
    Rename {
        /// The title.
        title: String,
    },
    /// Write in the thread.
    Say {
        /// The message, which is stored beside.
        message: MessageId,
        /// The people mentioned in it.
        mentions: Vec<PersonId>,
    },
    /// Add a file.
    Attach {
        /// The file, which is stored beside.
        attachment: AttachmentId,
        /// Its name.
        name: String,
        /// Its size in bytes.
        size_bytes: i64,
    },
    /// Count time that was worked away from Eider.
    LogTime {
        /// For how long, in seconds, from a minute to a day.
        seconds: i64,
    },
    /// Say that it affects oneself too, and hear of every change.
    Join {
        /// What one sees of it.
        note: Option<String>,
    },
    /// Hear of every change.
    Follow,
    /// Hear of it no more.
    Unfollow,
}

impl Command {
    /// What somebody must be allowed to do, to ask this of `ticket`.
    pub fn action(&self, ticket: &Ticket) -> Action {
        match self {
            Self::Confirm | Self::Reopen { .. } => Action::Confirm {
                reporter: ticket.reporter,
            },
            Self::Say { .. } | Self::Attach { .. } => Action::Reply,
            Self::Join { .. } | Self::Follow | Self::Unfollow => Action::Ask,
            _ => Action::Work,
        }
    }
}
