//! What happens to a page, in the past tense.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{PersonId, SquadId, TicketNumber, priority::Rank};

/// Something that happened to a page. Its tickets are named by the facts that carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// People are to be called.
    Started {
        /// Whose people.
        squad: Option<SquadId>,
        /// How urgent it is.
        rank: Rank,
        /// Why.
        why: Why,
        /// When calling begins.
        until: Timestamp,
        /// Why somebody asked for it, in their words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A ticket came in: one call is made for all.
    Joined {
        /// Its number.
        number: TicketNumber,
        /// How urgent it is.
        rank: Rank,
        /// The ticket that was there first.
        with: TicketNumber,
    },
    /// A ticket needs nobody called any more, while others do.
    Left {
        /// Why.
        how: Ending,
    },
    /// Calling begins at another time than was said before.
    Held {
        /// When.
        until: Timestamp,
        /// Why.
        why: Why,
        /// Why, in the person's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Who said that it can wait.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<PersonId>,
    },
    /// People of a level are being called.
    Called {
        /// Who.
        people: Vec<PersonId>,
        /// The level, from 1.
        level: u16,
        /// The round, from 1.
        round: u8,
        /// Why they and why now.
        because: Because,
        /// When the next level is called.
        until: Timestamp,
        /// Levels before it that would have been called and have nobody.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        empty: Vec<u16>,
    },
    /// Somebody has it.
    Acknowledged {
        /// Who.
        by: PersonId,
        /// By which way they said so.
        way: Way,
        /// When they are asked whether they still have it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ask_at: Option<Timestamp>,
    },
    /// Somebody cannot.
    Declined {
        /// Who.
        by: PersonId,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Somebody has no way to be reached, so that others are called at once.
    Unreachable {
        /// Who.
        person: PersonId,
    },
    /// Whoever has it is asked whether they still do.
    AskedAgain {
        /// Who.
        person: PersonId,
        /// When it counts as nobody's.
        until: Timestamp,
    },
    /// Whoever had it did not answer: it is nobody's, and calling begins anew.
    Unacknowledged {
        /// Who had it.
        person: PersonId,
        /// When calling begins.
        until: Timestamp,
    },
    /// Somebody is called besides.
    HelpCalled {
        /// Who.
        people: Vec<PersonId>,
        /// Whether it becomes theirs when they answer.
        hand_over: bool,
        /// Who asked for them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<PersonId>,
    },
    /// Whoever was called besides is coming.
    HelpCame {
        /// Who.
        by: PersonId,
        /// By which way they said so.
        way: Way,
    },
    /// Whoever was called besides has not answered in time. They may still do.
    HelpMissed {
        /// Who.
        person: PersonId,
        /// Who asked for them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<PersonId>,
    },
    /// The ticket was taken off whoever was called to have it: they are called no more.
    HandOverEnded,
    /// Nobody answered; the last resort is called.
    LastResortCalled {
        /// Who.
        people: Vec<PersonId>,
        /// Levels that would have been called and have nobody.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        empty: Vec<u16>,
        /// Whether it was called before, and still nobody has answered.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
    },
    /// The clock that began what it waits for was ahead and was put right: it waits as long as it
    /// was to, from now on.
    ClockPutRight {
        /// When it goes on by itself.
        until: Timestamp,
    },
    /// It is over.
    Ended {
        /// How.
        how: Ending,
    },
}

/// Why people are to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Somebody asked for help.
    Opened,
    /// It is not right after all.
    Reopened,
    /// It is more urgent than it was.
    Raised,
    /// It is less urgent than it was.
    Lowered,
    /// It came to another squad.
    Moved,
    /// Whoever had it gave it back.
    GivenBack,
    /// Somebody asked for it.
    Asked,
    /// Somebody said that it can wait.
    NotNow,
    /// A monitor says that somebody has seen it, and nobody says that they have it.
    Seen,
    /// Somebody has it, and is asked again whether they still do.
    Had,
    /// Practice.
    Drill,
}

/// Why these people are called at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Its time has come.
    Begun,
    /// Those before them did not answer.
    Unanswered,
    /// Those before them cannot.
    Declined,
    /// Somebody asked for the next level.
    Escalated,
    /// They came on duty.
    Duty,
}

/// Why nobody is called any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It was put right.
    Resolved,
    /// It was closed.
    Closed,
    /// It is the same as another ticket.
    Merged,
    /// Somebody has it.
    Taken,
    /// It is not so urgent that anybody is called.
    Lowered,
    /// Another squad looks after it.
    Moved,
    /// Another page goes on with it, sooner or later than this one.
    Retimed,
    /// Another page of the squad that goes out at the same time tells of it too.
    Gathered,
    /// Somebody answered the drill.
    Answered,
    /// Somebody said that nobody needs to be called.
    CalledOff,
}

/// By which way somebody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// On the page behind the link that they were sent.
    Link,
    /// On the ticket, by taking it or answering.
    Ticket,
    /// By the web pages of Eider.
    Web,
    /// By the API or the command line.
    Api,
    /// By a text message.
    Sms,
    /// By the keys of a telephone.
    Voice,
    /// In Slack.
    Slack,
    /// They had it before it became a page of its own.
    Before,
}

impl Ending {
    /// Why nobody is called any more, as part of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Resolved => "it is put right",
            Self::Closed => "it is closed",
            Self::Merged => "it is the same as another ticket",
            Self::Taken => "somebody has it",
            Self::Lowered => "it is not that urgent",
            Self::Moved => "another squad looks after it",
            Self::Retimed => "it is called for on its own",
            Self::Gathered => "people are called for it together with others",
            Self::Answered => "somebody answered the drill",
            Self::CalledOff => "it was called off",
        }
    }
}

impl Event {
    /// Everybody whom it names.
    pub fn people(&self) -> Vec<PersonId> {
        match self {
            Self::Called { people, .. }
            | Self::HelpCalled { people, .. }
            | Self::LastResortCalled { people, .. } => people.clone(),
            Self::Acknowledged { by: person, .. }
            | Self::Declined { by: person, .. }
            | Self::HelpCame { by: person, .. }
            | Self::HelpMissed { person, .. }
            | Self::Unreachable { person }
            | Self::AskedAgain { person, .. }
            | Self::Unacknowledged { person, .. } => vec![*person],
            Self::Started { .. }
            | Self::Joined { .. }
            | Self::Left { .. }
            | Self::Held { .. }
            | Self::ClockPutRight { .. }
            | Self::HandOverEnded
            | Self::Ended { .. } => Vec::new(),
        }
    }
}

impl Way {
    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Ticket => "ticket",
            Self::Web => "web",
            Self::Api => "api",
            Self::Sms => "sms",
            Self::Voice => "voice",
            Self::Slack => "slack",
            Self::Before => "before",
        }
    }
}

impl Ending {
    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Merged => "merged",
            Self::Taken => "taken",
            Self::Lowered => "lowered",
            Self::Moved => "moved",
            Self::Retimed => "retimed",
            Self::Gathered => "gathered",
            Self::Answered => "answered",
            Self::CalledOff => "called_off",
        }
    }
}
