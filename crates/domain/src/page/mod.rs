//! Pages: people who are called about tickets until somebody answers.
//!
//! A [`Page`] is about one ticket, or about several of one squad that came together. It is held
//! until hours start, then calls level after level of its plan, and ends in an acknowledgement or
//! in the last resort, never in silence. [`Page::due`] says what has to happen by itself at an
//! instant and [`Page::next_at`] when to look again; [`Page::decide`] answers what people ask.
//! [`Page::apply`] is the only thing that changes a page. [`follow()`] says what becomes of a page
//! when something happened to its ticket.

mod apply;
mod command;
mod due;
mod event;
mod follow;
mod give;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use command::{Command, Refusal};
pub use due::{CLOCKS_DIFFER_SECONDS, Circumstances, LAST_RESORT_AGAIN_SECONDS};
pub use event::{Because, Ending, Event, Way, Why};
pub use follow::{Begin, Course, Wish, follow};

use crate::{PageId, PersonId, SquadId, TicketId, TicketNumber, priority::Rank};

/// The most tickets of one page; what comes beyond has a page of its own.
pub const MAX_TICKETS: usize = 1_000;
/// The longest that somebody may put a page off.
pub const NOT_NOW_LIMIT_HOURS: i64 = 96;

/// People who are called until somebody answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Identity.
    pub id: PageId,
    /// Whose people are called; none for the company's.
    pub squad: Option<SquadId>,
    /// Practice: no ticket needs anybody.
    pub is_drill: bool,
    /// What it is about, in the order in which it came; none for a drill.
    pub tickets: Vec<Paged>,
    /// Where it stands.
    pub state: State,
    /// When it began.
    pub opened_at: Timestamp,
    /// When something last happened to it.
    pub changed_at: Timestamp,
    /// What has to be remembered besides.
    pub notes: Notes,
}

/// A ticket that people are called about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paged {
    /// The ticket.
    pub ticket: TicketId,
    /// The number that people see.
    pub number: TicketNumber,
    /// How urgent it is.
    pub rank: Rank,
}

/// Where a page stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum State {
    /// Nobody is called before this instant.
    Held {
        /// When calling begins.
        until: Timestamp,
    },
    /// People are being called.
    Calling {
        /// The level, from 1.
        level: u16,
        /// The round, from 1.
        round: u8,
        /// Who.
        people: Vec<PersonId>,
        /// Since when.
        since: Timestamp,
        /// When the next level is called.
        until: Timestamp,
    },
    /// Somebody has it.
    Acknowledged {
        /// Who.
        by: PersonId,
        /// Since when.
        at: Timestamp,
        /// When they are asked whether they still have it; never, when nothing is said.
        ask_at: Option<Timestamp>,
    },
    /// Whoever has it is being asked whether they still do.
    Asking {
        /// Who.
        by: PersonId,
        /// Since when.
        since: Timestamp,
        /// When it counts as nobody's.
        until: Timestamp,
    },
    /// Every round is over; the last resort was called, and is called again until somebody answers.
    LastResort {
        /// Who was called last.
        people: Vec<PersonId>,
        /// When it was called first.
        since: Timestamp,
        /// When it was last called again, if it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        again: Option<Timestamp>,
    },
    /// It is over.
    Ended {
        /// How.
        how: Ending,
        /// When.
        at: Timestamp,
    },
}

/// What has to be remembered of a page besides its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// Whoever is called besides: a buddy, or somebody to hand it to.
    #[serde(default)]
    pub helpers: Vec<Helper>,
    /// Whoever was called besides and cannot, with who asked for them, until somebody has it anew.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Helper>,
    /// Whoever said that they cannot, or cannot be reached. They are not called again for it.
    #[serde(default)]
    pub declined: Vec<PersonId>,
    /// Whoever had no way to be reached when they were last called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out_of_reach: Vec<PersonId>,
    /// The level and round that were called last.
    #[serde(default)]
    pub reached: Option<(u16, u8)>,
    /// Who was ever called, when they were first, and when and how they answered.
    #[serde(default)]
    pub called: Vec<Called>,
    /// Why somebody had people called, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who said last that it can wait, while it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub put_off: Option<PutOff>,
    /// When calling was to begin, where that is later than the page itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls_at: Option<Timestamp>,
}

/// Somebody's word that it can wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutOff {
    /// Who.
    pub by: PersonId,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Somebody who is called besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Helper {
    /// Who.
    pub person: PersonId,
    /// Whether it becomes theirs when they answer.
    pub hand_over: bool,
    /// Who asked for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// Since when they are called, until whoever asked was told that they do not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// Somebody who was called, for the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// Who.
    pub person: PersonId,
    /// When first.
    pub at: Timestamp,
    /// How often.
    pub times: u32,
    /// When they answered, and by which way.
    #[serde(default)]
    pub answered: Option<(Timestamp, Way)>,
}

impl State {
    /// The word that is stored and sent.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Held { .. } => "held",
            Self::Calling { .. } => "calling",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Asking { .. } => "asking",
            Self::LastResort { .. } => "last_resort",
            Self::Ended { .. } => "ended",
        }
    }
}

impl Page {
    /// The page that the event of its beginning makes; nothing for another event.
    pub fn start(id: PageId, ticket: Option<Paged>, event: &Event, at: Timestamp) -> Option<Self> {
        let Event::Started {
            squad,
            until,
            reason,
            ..
        } = event
        else {
            return None;
        };
        Some(Self {
            id,
            squad: *squad,
            is_drill: ticket.is_none(),
            tickets: ticket.into_iter().collect(),
            state: State::Held { until: *until },
            opened_at: at,
            changed_at: at,
            notes: Notes {
                reason: reason.clone(),
                calls_at: (*until > at).then_some(*until),
                ..Notes::default()
            },
        })
    }

    /// Whether it is not over.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, State::Ended { .. })
    }

    /// Whether somebody should answer and nobody has: it is being called, or was in vain.
    pub fn is_unanswered(&self) -> bool {
        matches!(
            self.state,
            State::Calling { .. } | State::Asking { .. } | State::LastResort { .. }
        )
    }

    /// Whether a person is being called for it now.
    pub fn is_calling(&self, person: PersonId) -> bool {
        self.callees().contains(&person)
    }

    /// When people were to be called first, if this is their first call and `at` is its moment. Nobody
    /// waits for a drill.
    pub fn first_call_was_due(&self, at: Timestamp) -> Option<Timestamp> {
        match self.state {
            State::Calling {
                level: 1,
                round: 1,
                since,
                ..
            } if since == at && !self.is_drill => {
                Some(self.notes.calls_at.unwrap_or(self.opened_at))
            }
            _ => None,
        }
    }

    /// Everybody who is being called for it now.
    pub fn callees(&self) -> Vec<PersonId> {
        let mut people = match &self.state {
            State::Calling { people, .. } => people
                .iter()
                .copied()
                .filter(|person| !self.notes.declined.contains(person))
                .collect(),
            State::LastResort { people, .. } => people.clone(),
            State::Asking { by, .. } => vec![*by],
            State::Held { .. } | State::Acknowledged { .. } => Vec::new(),
            State::Ended { .. } => return Vec::new(),
        };
        for helper in &self.notes.helpers {
            if !people.contains(&helper.person) {
                people.push(helper.person);
            }
        }
        people
    }

    /// Whether people were to be called, and not one of them has a way to be reached.
    pub fn nobody_is_in_reach(&self) -> bool {
        let Notes {
            called,
            out_of_reach,
            ..
        } = &self.notes;
        !called.is_empty() && called.iter().all(|one| out_of_reach.contains(&one.person))
    }

    /// Who has it, if anybody does.
    pub fn holder(&self) -> Option<PersonId> {
        match self.state {
            State::Acknowledged { by, .. } | State::Asking { by, .. } => Some(by),
            _ => None,
        }
    }

    /// The ticket beside which its facts are told: the one that came first of those that are left.
    pub fn lead(&self) -> Option<&Paged> {
        self.tickets.first()
    }

    /// How urgent it is: as its most urgent ticket. A drill is as urgent as can be.
    pub fn rank(&self) -> Rank {
        let ranks = self.tickets.iter().map(|paged| paged.rank);
        ranks.min().unwrap_or(Rank::P1)
    }

    /// Whether what would be called at `at` for `squad` can come in: it goes out with this one, or
    /// the first people of this one are only now being called, for something no less urgent.
    pub fn takes_in(
        &self,
        squad: Option<SquadId>,
        rank: Rank,
        at: Timestamp,
        now: Timestamp,
    ) -> bool {
        if self.is_drill || self.squad != squad || self.tickets.len() >= MAX_TICKETS {
            return false;
        }
        // That somebody cannot take what they were called for is not said of what comes now.
        let notes = &self.notes;
        let has_refused = |person: &PersonId| !notes.out_of_reach.contains(person);
        if notes.declined.iter().any(has_refused) {
            return false;
        }
        match self.state {
            State::Held { until } => until == at || (until <= now && at <= now),
            State::Calling {
                level: 1, round: 1, ..
            } => at <= now && rank >= self.rank(),
            _ => false,
        }
    }

    /// Who asked for somebody who is called besides.
    pub fn asker_of(&self, person: PersonId) -> Option<PersonId> {
        let mut helpers = self.notes.helpers.iter();
        helpers.find(|helper| helper.person == person)?.by
    }

    /// Whether somebody is called to have it from whoever has it.
    pub fn is_handed_to(&self, person: PersonId) -> bool {
        let mut helpers = self.notes.helpers.iter();
        helpers.any(|helper| helper.hand_over && helper.person == person)
    }

    /// Whether `by` had `to` called to have it from `holder`, who has it until they answer, so that what
    /// `by` gives them besides can come in. Where they do not, all of it stays with `holder`.
    pub fn is_given(&self, holder: PersonId, by: PersonId, to: PersonId) -> bool {
        let is_theirs =
            matches!(self.state, State::Acknowledged { .. }) && self.holder() == Some(holder);
        let is_asked = |one: &Helper| {
            one.hand_over && one.person == to && one.by == Some(by) && one.since.is_some()
        };
        is_theirs && self.notes.helpers.iter().any(is_asked)
    }

    /// Whether `other` is told of by the same call when both are released at `now`. What somebody
    /// said of one of them, that they cannot or why it cannot wait, is not said of the other.
    pub fn takes_along(&self, other: &Self, now: Timestamp) -> bool {
        let tickets = self.tickets.len() + other.tickets.len();
        self.squad == other.squad
            && self.is_released(now)
            && other.is_released(now)
            && tickets <= MAX_TICKETS
            && other.notes.reason.is_none()
    }

    /// Whether calling begins now, with everybody who is on call.
    fn is_released(&self, now: Timestamp) -> bool {
        let is_due = matches!(self.state, State::Held { until } if until <= now);
        let notes = &self.notes;
        is_due && !self.is_drill && notes.declined.is_empty() && notes.helpers.is_empty()
    }
}
