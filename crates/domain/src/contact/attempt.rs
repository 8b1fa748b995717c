//! One try of one method: what may become of it.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Urgency, Way};
use crate::{
    AttemptId, MethodId, NoticeId, PageId, PersonId, ProbeId, ReadinessId, SwapId, TicketId,
};

/// What somebody is reached about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A code, to prove that a method reaches them.
    Verification,
    /// A page that they sent to themselves, to see that it arrives.
    TestPage,
    /// One of their methods is gone for good.
    LostMethod(MethodId),
    /// A page: something needs somebody now.
    Page(PageId),
    /// A ticket that they have: its alerts are over.
    AlertsOver(TicketId),
    /// Somebody whom they had called for a page does not answer.
    HelpMissed(PageId),
    /// What should not be so in the rotas that they lead.
    Rotas(NoticeId),
    /// Whether somebody is ready to be on call.
    Readiness(ReadinessId),
    /// Somebody asks who takes their time on call, or what became of that.
    Swap(SwapId),
    /// A test alert of a watcher outside, which goes back to it and to nobody else.
    Probe(ProbeId),
}

impl Subject {
    /// Whether it is no person who is reached, but a watcher outside.
    pub fn is_probe(self) -> bool {
        matches!(self, Self::Probe(_))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verification => f.write_str("verification"),
            Self::TestPage => f.write_str("test_page"),
            Self::LostMethod(id) => write!(f, "lost_method:{id}"),
            Self::Page(id) => write!(f, "page:{id}"),
            Self::AlertsOver(id) => write!(f, "alerts_over:{id}"),
            Self::HelpMissed(id) => write!(f, "help_missed:{id}"),
            Self::Rotas(id) => write!(f, "rotas:{id}"),
            Self::Readiness(id) => write!(f, "readiness:{id}"),
            Self::Swap(id) => write!(f, "swap:{id}"),
            Self::Probe(id) => write!(f, "probe:{id}"),
        }
    }
}

/// The text is no subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is nothing that somebody is reached about")]
pub struct NoSubject;

impl FromStr for Subject {
    type Err = NoSubject;

    fn from_str(text: &str) -> Result<Self, NoSubject> {
        match text {
            "verification" => Ok(Self::Verification),
            "test_page" => Ok(Self::TestPage),
            other => {
                let (what, id) = other.split_once(':').ok_or(NoSubject)?;
                let id = id.parse::<uuid::Uuid>().map_err(|_| NoSubject)?;
                match what {
                    "page" => Ok(Self::Page(id.into())),
                    "lost_method" => Ok(Self::LostMethod(id.into())),
                    "alerts_over" => Ok(Self::AlertsOver(id.into())),
                    "help_missed" => Ok(Self::HelpMissed(id.into())),
                    "rotas" => Ok(Self::Rotas(id.into())),
                    "readiness" => Ok(Self::Readiness(id.into())),
                    "swap" => Ok(Self::Swap(id.into())),
                    "probe" => Ok(Self::Probe(id.into())),
                    _ => Err(NoSubject),
                }
            }
        }
    }
}

/// Where a try stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AttemptState {
    /// It is to be sent when its time has come.
    Waiting,
    /// A provider is being called. Found so by somebody else, it means that whoever called died.
    Sending {
        /// Which provider.
        provider: String,
    },
    /// A provider took it.
    Accepted {
        /// Which provider.
        provider: String,
        /// The provider's own word for it.
        reference: String,
    },
    /// The provider says that it arrived.
    Delivered {
        /// Which provider.
        provider: String,
        /// The provider's own word for it.
        reference: String,
    },
    /// It did not go out, or did not arrive.
    Failed {
        /// Why, in words.
        why: String,
    },
    /// Whether it went out is not known, and cannot be asked.
    Unknown {
        /// Which provider was called.
        provider: String,
    },
    /// It was not wanted any more.
    Cancelled,
}

impl AttemptState {
    /// The word that is stored and sent.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending { .. } => "sending",
            Self::Accepted { .. } => "accepted",
            Self::Delivered { .. } => "delivered",
            Self::Failed { .. } => "failed",
            Self::Unknown { .. } => "unknown",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One try of one method for one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Identity.
    pub id: AttemptId,
    /// Who is to be reached.
    pub person: PersonId,
    /// How and where.
    pub way: Way,
    /// About what.
    pub subject: Subject,
    /// Whether it may wake them.
    pub urgency: Urgency,
    /// Not before this instant.
    pub due_at: Timestamp,
    /// Where it stands.
    pub state: AttemptState,
    /// When that changed.
    pub changed_at: Timestamp,
    /// The provider that did not answer, when this says again what may have been said before.
    pub repeats: Option<String>,
    /// Grows whenever sending begins; only the latest may say how it ended.
    pub fence: i64,
}

/// What a provider answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It took it.
    Accepted {
        /// Its own word for it.
        reference: String,
    },
    /// It will never take this.
    Refused {
        /// Why, in words.
        why: String,
    },
    /// It did not take it now; it was certainly not sent.
    Busy {
        /// Why, in words.
        why: String,
    },
    /// As busy, and it says when it may be asked again.
    Later {
        /// Why, in words.
        why: String,
        /// Not before this instant.
        at: Timestamp,
    },
    /// Where this should go is gone for good, so nothing will ever arrive there.
    Gone {
        /// Why, in words.
        why: String,
    },
    /// Something went wrong in it, and it says so: it may have been sent, and it can be asked again.
    Broke {
        /// Why, in words.
        why: String,
    },
    /// It did not answer: it may have been sent.
    Silent {
        /// Why, in words.
        why: String,
    },
}

impl Outcome {
    /// The word under which it is counted.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::Refused { .. } => "refused",
            Self::Gone { .. } => "gone",
            Self::Busy { .. } | Self::Later { .. } => "busy",
            Self::Broke { .. } | Self::Silent { .. } => "unknown",
        }
    }
}

/// What a provider tells later about what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It arrived, or somebody answered.
    Arrived,
    /// It reached its place, and nobody answered.
    NotAnswered {
        /// Why, in words.
        why: String,
    },
    /// The provider could not bring it there.
    Lost {
        /// Why, in words.
        why: String,
    },
}

/// Whether other providers of the same kind have not been asked yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// There are some.
    Remain,
    /// This was the last.
    Exhausted,
}

/// What follows when a provider has answered, or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Nothing.
    Nothing,
    /// It is to be tried again: by another provider at once, or later.
    Again,
    /// Another attempt is to say it again, marked as a possible repeat.
    Repeat,
    /// The method is lost, and whoever it reached is to be reached in another way at once.
    Lost,
}

impl Attempt {
    /// Until when it is worth trying.
    pub fn until(&self) -> Timestamp {
        let lasts = self.urgency.lasts();
        self.due_at.saturating_add(lasts).unwrap_or(Timestamp::MAX)
    }

    /// A provider is about to be called.
    pub fn begin(&mut self, provider: &str, now: Timestamp) {
        self.fence += 1;
        self.turn(
            AttemptState::Sending {
                provider: provider.to_owned(),
            },
            now,
        );
    }

    /// It is not wanted any more.
    pub fn cancel(&mut self, now: Timestamp) {
        self.turn(AttemptState::Cancelled, now);
    }

    /// A provider has answered, or has not.
    pub fn end(
        &mut self,
        provider: &str,
        outcome: &Outcome,
        others: Others,
        now: Timestamp,
    ) -> Then {
        let provider = provider.to_owned();
        match outcome {
            Outcome::Accepted { reference } => {
                let reference = reference.clone();
                self.turn(
                    AttemptState::Accepted {
                        provider,
                        reference,
                    },
                    now,
                );
                Then::Nothing
            }
            Outcome::Silent { .. } => self.lose(provider, now),
            // What says already that it may come twice can be tried until it is taken.
            Outcome::Broke { .. } if self.repeats.is_none() || now >= self.until() => {
                self.lose(provider, now)
            }
            Outcome::Gone { why } => {
                self.turn(AttemptState::Failed { why: why.clone() }, now);
                Then::Lost
            }
            Outcome::Broke { .. } => {
                self.turn(AttemptState::Waiting, now);
                Then::Again
            }
            Outcome::Refused { .. } | Outcome::Busy { .. } | Outcome::Later { .. }
                if others == Others::Remain =>
            {
                self.turn(AttemptState::Waiting, now);
                Then::Again
            }
            Outcome::Busy { .. } | Outcome::Later { .. } if now < self.until() => {
                self.turn(AttemptState::Waiting, now);
                Then::Again
            }
            Outcome::Busy { why } | Outcome::Later { why, .. } | Outcome::Refused { why } => {
                self.turn(AttemptState::Failed { why: why.clone() }, now);
                Then::Nothing
            }
        }
    }

    /// Whoever called a provider died before they could say how it ended.
    pub fn interrupted(&mut self, now: Timestamp) -> Then {
        match &self.state {
            AttemptState::Sending { provider } => {
                let provider = provider.clone();
                self.lose(provider, now)
            }
            _ => Then::Nothing,
        }
    }

    /// Nobody knows whether it went out. It is said once more, not over and over: whoever waits
    /// for an answer tries other ways and other people by itself.
    fn lose(&mut self, provider: String, now: Timestamp) -> Then {
        self.turn(AttemptState::Unknown { provider }, now);
        self.once_more(now)
    }

    fn once_more(&self, now: Timestamp) -> Then {
        if self.repeats.is_some() || now >= self.until() {
            Then::Nothing
        } else {
            Then::Repeat
        }
    }

    /// The attempt that says it again, of that id, preferably not by `provider`. It counts as due
    /// since `due_at`: from then on the provider is left alone for a while.
    #[must_use]
    pub fn repeat(&self, id: AttemptId, provider: &str, due_at: Timestamp, now: Timestamp) -> Self {
        Self {
            id,
            due_at,
            state: AttemptState::Waiting,
            changed_at: now,
            repeats: Some(provider.to_owned()),
            fence: 0,
            ..self.clone()
        }
    }

    /// Whether a provider took it, and nothing is known of whether it arrived.
    pub fn is_taken(&self) -> bool {
        matches!(self.state, AttemptState::Accepted { .. })
    }

    /// The provider that was called last, if one was.
    pub fn provider(&self) -> Option<&str> {
        match &self.state {
            AttemptState::Sending { provider }
            | AttemptState::Unknown { provider }
            | AttemptState::Accepted { provider, .. }
            | AttemptState::Delivered { provider, .. } => Some(provider),
            AttemptState::Waiting | AttemptState::Failed { .. } | AttemptState::Cancelled => None,
        }
    }

    /// What the provider tells later, of what it knows as `reference`. Word that it arrived ends
    /// all doubt and stands whatever comes after it; what is lost on the way is said once more.
    pub fn hear(&mut self, reference: &str, arrival: &Arrival, now: Timestamp) -> Then {
        let is_known = match &self.state {
            AttemptState::Accepted {
                reference: known, ..
            } => known == reference,
            // It came before its sender noted that it was taken, or after they died.
            AttemptState::Sending { .. } | AttemptState::Unknown { .. } => {
                *arrival == Arrival::Arrived
            }
            _ => false,
        };
        let Some(provider) = self.provider().filter(|_| is_known) else {
            return Then::Nothing;
        };
        let provider = provider.to_owned();
        match arrival {
            Arrival::Arrived => {
                let reference = reference.to_owned();
                self.turn(
                    AttemptState::Delivered {
                        provider,
                        reference,
                    },
                    now,
                );
                Then::Nothing
            }
            Arrival::NotAnswered { why } => {
                self.turn(AttemptState::Failed { why: why.clone() }, now);
                Then::Nothing
            }
            Arrival::Lost { why } => {
                self.turn(AttemptState::Failed { why: why.clone() }, now);
                self.once_more(now)
            }
        }
    }

    fn turn(&mut self, state: AttemptState, now: Timestamp) {
        self.state = state;
        self.changed_at = now;
    }
}
