//! What follows from a command: facts, or a refusal with a sentence.

use std::fmt;

use jiff::Timestamp;

use super::{Command, Hat, StatusKind, Ticket};
use crate::{
    FeatureId, PersonId, SquadId, TicketNumber,
    access::{Actor, Forbidden, may},
    fact::{Fact, Happened, Measure},
    person::Role,
    priority::{Rank, ServiceLevels},
    sla::Point,
};

/// Where somebody still has to do something.
pub(super) const OPEN: [StatusKind; 5] = [
    StatusKind::New,
    StatusKind::Acknowledged,
    StatusKind::InProgress,
    StatusKind::WaitingForReporter,
    StatusKind::Reopened,
];

/// Who asks, and when.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// Who asks; Eider itself when nobody does.
    pub actor: Option<&'a Actor>,
    /// The present instant.
    pub now: Timestamp,
}

/// Why a command was refused, as a sentence for whoever asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// They may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The ticket does not stand where it would have to.
    #[error("{number} is {status}, so it cannot be {attempt}. {remedy}", status = .status.name())]
    IllegalMove {
        /// Which ticket.
        number: TicketNumber,
        /// Where it stands.
        status: StatusKind,
        /// What was asked, as a past participle: "resolved".
        attempt: &'static str,
        /// What can be done instead.
        remedy: &'static str,
    },
    /// Somebody else has it.
    #[error("Somebody else already has {0}. Ask them, or assign it to yourself.")]
    Taken(TicketNumber),
    /// Somebody else wears the hat.
    #[error("Somebody else is already {hat} {number}. Ask them, or give the hat to yourself.", hat = .hat.as_str())]
    HatWorn {
        /// Which ticket.
        number: TicketNumber,
        /// Which hat.
        hat: Hat,
    },
    /// Nothing would change.
    #[error("Nothing to change: {0}.")]
    AlreadySo(AlreadySo),
    /// A ticket cannot be merged into itself.
    #[error("{0} cannot be merged into itself. Name the ticket that goes on.")]
    MergedIntoItself(TicketNumber),
    /// Time outside of what can be logged.
    #[error("Log between one minute and one day at a time.")]
    TimeOutOfRange,
    /// Nothing was said of the next update.
    #[error("Say when the next update comes, or that none is planned.")]
    NextUpdateMissing,
    /// The next update would come too late, or before now.
    #[error("The next update can be promised for a moment within a day from now.")]
    NextUpdateOutOfRange,
}

impl Refusal {
    /// The name of the field that has to be mended, when it is about one.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::NextUpdateMissing | Self::NextUpdateOutOfRange => Some("next_at"),
            _ => None,
        }
    }
}

/// What is so already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlreadySo {
    /// The status.
    Status(StatusKind),
    /// The owner.
    Owner,
    /// The priority.
    Priority(Rank),
    /// The feature, squad or title.
    Same,
    /// Following or not following.
    Following,
    /// That the person is counted among those whom it affects.
    Joined,
    /// That the person asked it.
    Reporter,
    /// Who wears a hat.
    HatWorn,
    /// That nobody wears a hat.
    HatFree,
}

impl fmt::Display for AlreadySo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(kind) => write!(f, "it is already {}", kind.name()),
            Self::Owner => f.write_str("that person already has it"),
            Self::Priority(rank) => write!(f, "it is already {rank}"),
            Self::Same => f.write_str("it already is what was asked for"),
            Self::Following => f.write_str("that is how it already is"),
            Self::Joined => f.write_str("you have joined it already"),
            Self::Reporter => f.write_str("you asked it yourself, so you are on it"),
            Self::HatWorn => f.write_str("that person already wears the hat"),
            Self::HatFree => f.write_str("nobody wears that hat"),
        }
    }
}

impl Ticket {
    /// What follows from `command`. Nothing changes until the facts are [applied](Self::apply).
    ///
    /// # Errors
    /// The reason why it is refused, as a sentence.
    pub fn decide(
        &self,
        command: Command,
        situation: Situation<'_>,
    ) -> Result<Vec<Happened>, Refusal> {
        if let Some(actor) = situation.actor {
            may(actor, command.action(self))?;
        }
        let facts = self.facts_of(command, situation)?;
        let actor = situation.actor.map(|actor| actor.person);
        Ok(facts
            .into_iter()
            .map(|fact| self.happened(fact, actor, situation.now))
            .collect())
    }

    /// The warnings and breaches of both clocks that are due at `now` and not yet recorded, each
    /// at the moment when it was reached.
    pub fn service_level_facts(&self, levels: &ServiceLevels, now: Timestamp) -> Vec<Happened> {
        let goals = levels.of(self.priority);
        let clocks = [
            (Measure::Respond, &self.respond, goals.respond),
            (Measure::Resolve, &self.resolve, goals.resolve),
        ];
        let mut facts = Vec::new();
        for (measure, clock, goal) in clocks {
            let due_at = clock.reading(goal, now).due_at;
            for reached in clock.due_points(goal, now) {
                let fact = match reached.point {
                    Point::Half => Fact::ServiceLevelWarned {
                        measure,
                        percent: 50,
                        due_at,
                    },
                    Point::FourFifths => Fact::ServiceLevelWarned {
                        measure,
                        percent: 80,
                        due_at,
                    },
                    Point::Breach => Fact::ServiceLevelBreached { measure, due_at },
                };
                facts.push(self.happened(fact, None, reached.at));
            }
        }
        facts
    }

    /// When the next warning or breach of either clock will be due, if nothing changes.
    pub fn next_service_level_at(&self, levels: &ServiceLevels) -> Option<Timestamp> {
        let goals = levels.of(self.priority);
        let respond = self.respond.next_point_at(goals.respond);
        let resolve = self.resolve.next_point_at(goals.resolve);
        respond.into_iter().chain(resolve).min()
    }

    pub(super) fn happened(&self, fact: Fact, actor: Option<PersonId>, at: Timestamp) -> Happened {
        Happened {
            at,
            actor,
            ticket: Some(self.id),
            fact,
        }
    }

    fn facts_of(&self, command: Command, situation: Situation<'_>) -> Result<Vec<Fact>, Refusal> {
        use StatusKind as S;
        let actor = situation.actor.map(|actor| actor.person);
        let status = self.status.kind();
        match command {
            Command::Acknowledge => {
                let remedy = "It has been seen already.";
                self.only_when(&[S::New, S::Reopened], "acknowledged", remedy)?;
                Ok(vec![self.moved(S::Acknowledged, None)])
            }
            Command::Take => self.take(actor),
            Command::Assign { to } => self.assign(Some(to)),
            Command::Release => self.assign(None),
            Command::TakeHat { hat } => self.take_hat(hat, actor),
            Command::GiveHat { hat, to } => self.give_hat(hat, Some(to)),
            Command::LayDownHat { hat } => self.give_hat(hat, None),
            Command::Update { known, doing, next } => self.tell(known, doing, next, situation),
            Command::Start => {
                if status == S::InProgress {
                    return Err(Refusal::AlreadySo(AlreadySo::Status(status)));
                }
                self.only_open("worked on")?;
                Ok(vec![self.moved(S::InProgress, None)])
            }
            Command::Wait { question } => {
                if status == S::WaitingForReporter {
                    return Err(Refusal::AlreadySo(AlreadySo::Status(status)));
                }
                self.only_open("put to wait for its reporter")?;
                Ok(vec![self.moved(S::WaitingForReporter, question)])
            }
            Command::Resume => {
                let remedy = "Only a ticket that waits for its reporter can be.";
                self.only_when(&[S::WaitingForReporter], "taken up again", remedy)?;
                Ok(vec![self.moved(S::InProgress, None)])
            }
            Command::Resolve(resolution) => {
                self.only_open("resolved")?;
                let owner = self.owner.is_none().then_some(actor).flatten();
                let owned = owner.map(|to| Fact::OwnerChanged {
                    from: None,
                    to: Some(to),
                });
                let resolved = Fact::TicketResolved {
                    from: status,
                    resolution,
                };
                Ok(owned.into_iter().chain([resolved]).collect())
            }
            Command::Confirm => {
                let remedy = "It can be confirmed once it is resolved.";
                self.only_when(&[S::Resolved], "confirmed", remedy)?;
                Ok(vec![self.moved(S::Closed, None)])
            }
            Command::CloseUnanswered => {
                let remedy = "It can be closed once it is resolved.";
                self.only_when(&[S::Resolved], "closed", remedy)?;
                let note = "Nobody said that it is not right.".to_owned();
                Ok(vec![self.moved(S::Closed, Some(note))])
            }
            Command::Reopen { why } => {
                let remedy = "Only a resolved or closed ticket can be.";
                self.only_when(&[S::Resolved, S::Closed], "reopened", remedy)?;
                Ok(vec![self.moved(S::Reopened, why)])
            }
            Command::Merge { into } => {
                if into == self.number {
                    return Err(Refusal::MergedIntoItself(into));
                }
                let remedy = "Merge the ticket that it went into.";
                self.only_unless_merged("merged", remedy)?;
                Ok(vec![Fact::TicketMerged { from: status, into }])
            }
            Command::Say { message, mentions } => Ok(self.say(message, mentions, situation)),
            Command::Attach {
                attachment,
                name,
                size_bytes,
            } => Ok(vec![Fact::FileAttached {
                attachment,
                name,
                size_bytes,
            }]),
            Command::LogTime { seconds } if (60..=86_400).contains(&seconds) => {
                Ok(vec![Fact::TimeLogged { seconds }])
            }
            Command::LogTime { .. } => Err(Refusal::TimeOutOfRange),
            Command::Join { note } => self.join(actor, note),
            Command::Follow => self.follow(actor, Fact::Followed),
            Command::Unfollow => self.follow(actor, Fact::Unfollowed),
            Command::Prioritise { .. }
            | Command::ChangeFeature { .. }
            | Command::ChangeSquad { .. }
            | Command::Rename { .. } => self.refile(command),
        }
    }

    fn take(&self, actor: Option<PersonId>) -> Result<Vec<Fact>, Refusal> {
        match (self.owner, actor) {
            (Some(owner), Some(actor)) if owner != actor => Err(Refusal::Taken(self.number)),
            _ => self.assign(actor),
        }
    }

    fn assign(&self, to: Option<PersonId>) -> Result<Vec<Fact>, Refusal> {
        self.only_open(if to.is_some() {
            "given to somebody"
        } else {
            "given back"
        })?;
        if to == self.owner {
            return Err(Refusal::AlreadySo(AlreadySo::Owner));
        }
        let mut facts = vec![Fact::OwnerChanged {
            from: self.owner,
            to,
        }];
        if to.is_some() && matches!(self.status.kind(), StatusKind::New | StatusKind::Reopened) {
            facts.push(self.moved(StatusKind::Acknowledged, None));
        }
        Ok(facts)
    }

    /// A reporter's word ends the waiting; the first word of somebody who works on tickets shows
    /// that it is seen.
    fn say(
        &self,
        message: crate::MessageId,
        mentions: Vec<PersonId>,
        situation: Situation<'_>,
    ) -> Vec<Fact> {
        let mut facts = vec![Fact::Replied { message, mentions }];
        let Some(actor) = situation.actor else {
            return facts;
        };
        let is_reporter = actor.person == self.reporter;
        match self.status.kind() {
            StatusKind::WaitingForReporter if is_reporter => {
                facts.push(self.moved(StatusKind::InProgress, None));
            }
            StatusKind::New if !is_reporter && actor.role >= Role::Responder => {
                facts.push(self.moved(StatusKind::Acknowledged, None));
            }
            _ => {}
        }
        facts
    }

    fn follow(&self, actor: Option<PersonId>, fact: Fact) -> Result<Vec<Fact>, Refusal> {
        let follows = actor.is_some_and(|actor| self.followers.contains(&actor));
        if follows == (fact == Fact::Followed) {
            return Err(Refusal::AlreadySo(AlreadySo::Following));
        }
        Ok(vec![fact])
    }

    fn refile(&self, command: Command) -> Result<Vec<Fact>, Refusal> {
        self.only_unless_merged("changed", "Change the ticket that it went into.")?;
        let facts = match command {
            Command::Prioritise { to, .. } if to == self.priority => {
                return Err(Refusal::AlreadySo(AlreadySo::Priority(to)));
            }
            Command::Prioritise { to, reason } => {
                vec![Fact::PriorityChanged {
                    from: self.priority,
                    to,
                    reason,
                }]
            }
            Command::ChangeFeature { to, squad } => {
                let feature = self.feature_changed(to);
                feature
                    .into_iter()
                    .chain(squad.and_then(|s| self.squad_changed(Some(s))))
                    .collect()
            }
            Command::ChangeSquad { to } => self.squad_changed(to).into_iter().collect(),
            Command::Rename { title } if title != self.title => {
                vec![Fact::TitleChanged {
                    from: self.title.clone(),
                    to: title,
                }]
            }
            _ => Vec::new(),
        };
        if facts.is_empty() {
            Err(Refusal::AlreadySo(AlreadySo::Same))
        } else {
            Ok(facts)
        }
    }

    fn feature_changed(&self, to: Option<FeatureId>) -> Option<Fact> {
        (to != self.feature).then_some(Fact::FeatureChanged {
            from: self.feature,
            to,
        })
    }

    fn squad_changed(&self, to: Option<SquadId>) -> Option<Fact> {
        (to != self.squad).then_some(Fact::SquadChanged {
            from: self.squad,
            to,
        })
    }

    pub(super) fn moved(&self, to: StatusKind, note: Option<String>) -> Fact {
        Fact::TicketMoved {
            from: self.status.kind(),
            to,
            note,
        }
    }

    pub(super) fn only_open(&self, attempt: &'static str) -> Result<(), Refusal> {
        self.only_when(&OPEN, attempt, "Reopen it first.")
    }

    pub(super) fn only_unless_merged(
        &self,
        attempt: &'static str,
        remedy: &'static str,
    ) -> Result<(), Refusal> {
        let others = StatusKind::ALL
            .split_last()
            .map_or(&[][..], |(_, rest)| rest);
        self.only_when(others, attempt, remedy)
    }

    pub(super) fn only_when(
        &self,
        allowed: &[StatusKind],
        attempt: &'static str,
        remedy: &'static str,
    ) -> Result<(), Refusal> {
        let status = self.status.kind();
        if allowed.contains(&status) {
            Ok(())
        } else {
            Err(Refusal::IllegalMove {
                number: self.number,
                status,
                attempt,
                remedy,
            })
        }
    }
}
