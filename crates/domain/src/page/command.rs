//! What people ask of a page, and what follows.

use jiff::Timestamp;

use super::{Because, Circumstances, Ending, Event, NOT_NOW_LIMIT_HOURS, Page, State, Way, Why};
use crate::{PersonId, page::due::later};

/// What somebody asks of a page. Texts have been checked where they came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// I have it.
    Acknowledge {
        /// By which way they say so.
        way: Way,
    },
    /// I cannot.
    Decline {
        /// Why.
        reason: Option<String>,
    },
    /// Call the next level now.
    Escalate,
    /// Call my buddy.
    CallBuddy,
    /// Somebody else shall have it.
    HandOver {
        /// Who; somebody who works on tickets.
        to: PersonId,
    },
    /// It can wait until then.
    NotNow {
        /// Until when.
        until: Timestamp,
        /// Why.
        reason: String,
    },
    /// It cannot wait for hours to start.
    Wake {
        /// Why.
        reason: String,
    },
    /// Nobody needs to be called.
    CallOff,
}

/// Why a command was refused, as a sentence for whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It has ended.
    #[error("This is over. Nobody is being called for it any more.")]
    Over,
    /// Somebody else acknowledged it.
    #[error("Somebody else has it already. They can hand it to you, or you can take the ticket.")]
    Taken,
    /// They are not being called.
    #[error("You are not being called for this, so there is nothing to decline.")]
    NotCalled,
    /// There is no further level.
    #[error("Everybody who can be called has been called. Hand it to somebody by name.")]
    NobodyBeyond,
    /// There is no buddy.
    #[error("Nobody else is on call here now. Escalate, or hand it to somebody by name.")]
    NoBuddy,
    /// Nobody is called yet.
    #[error("Nobody is being called yet. Have people called now, or acknowledge it.")]
    NotCalling,
    /// People are called already.
    #[error("People are being called for it already.")]
    Calling,
    /// Put off for too long, or into the past.
    #[error("It can be put off for {NOT_NOW_LIMIT_HOURS} hours at most.")]
    TooLong,
    /// Handed to the one who has it.
    #[error("They have it already.")]
    HasIt,
}

impl Page {
    /// What follows from `command` of `actor`: events, none where it is so already.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn decide(
        &self,
        actor: PersonId,
        command: Command,
        circumstances: &Circumstances<'_>,
    ) -> Result<Vec<Event>, Refusal> {
        if !self.is_open() {
            return Err(Refusal::Over);
        }
        match command {
            Command::Acknowledge { way } => self.acknowledged(actor, way, circumstances),
            Command::Decline { reason } => self.declined(actor, reason, circumstances),
            Command::Escalate => self.escalated(actor, circumstances),
            Command::CallBuddy => self.buddy_called(actor, circumstances),
            Command::HandOver { to } if self.holder() == Some(to) => Err(Refusal::HasIt),
            Command::HandOver { to } => Ok(vec![Event::HelpCalled {
                people: vec![to],
                hand_over: true,
                by: Some(actor),
            }]),
            Command::NotNow { until, reason } => {
                self.put_off(actor, until, reason, circumstances.now)
            }
            Command::Wake { reason } => match self.state {
                State::Held { until } if until > circumstances.now => Ok(vec![Event::Held {
                    until: circumstances.now,
                    why: Why::Asked,
                    reason: Some(reason),
                    by: None,
                }]),
                // Everybody was called in vain: somebody may have it begin anew.
                State::LastResort { .. } => Ok(vec![Event::Held {
                    until: circumstances.now,
                    why: Why::Asked,
                    reason: Some(reason),
                    by: None,
                }]),
                State::Acknowledged { .. } | State::Asking { .. } => Err(Refusal::Taken),
                _ => Err(Refusal::Calling),
            },
            Command::CallOff => Ok(vec![Event::Ended {
                how: Ending::CalledOff,
            }]),
        }
    }

    /// The event of somebody having it from now on.
    pub fn acknowledgement(
        by: PersonId,
        way: Way,
        ask_again_seconds: i64,
        now: Timestamp,
    ) -> Event {
        Event::Acknowledged {
            by,
            way,
            ask_at: (ask_again_seconds > 0).then(|| later(now, ask_again_seconds)),
        }
    }

    fn acknowledged(
        &self,
        actor: PersonId,
        way: Way,
        circumstances: &Circumstances<'_>,
    ) -> Result<Vec<Event>, Refusal> {
        let seconds = circumstances.plan.ask_again_seconds;
        let now = circumstances.now;
        if self.is_drill {
            // Nothing has to be done besides answering.
            let answered = Self::acknowledgement(actor, way, 0, now);
            let how = Ending::Answered;
            return Ok(vec![answered, Event::Ended { how }]);
        }
        let has_it = vec![Self::acknowledgement(actor, way, seconds, now)];
        let helper = self.notes.helpers.iter().find(|one| one.person == actor);
        match (&self.state, helper) {
            (State::Acknowledged { by, .. }, _) if *by == actor => Ok(Vec::new()),
            (State::Asking { by, .. }, _) if *by == actor => Ok(has_it),
            (State::Acknowledged { .. } | State::Asking { .. }, Some(helper)) => {
                if helper.hand_over {
                    Ok(has_it)
                } else {
                    Ok(vec![Event::HelpCame { by: actor, way }])
                }
            }
            (State::Acknowledged { .. } | State::Asking { .. }, None) => Err(Refusal::Taken),
            _ => Ok(has_it),
        }
    }

    fn declined(
        &self,
        actor: PersonId,
        reason: Option<String>,
        circumstances: &Circumstances<'_>,
    ) -> Result<Vec<Event>, Refusal> {
        let had_it = self.holder() == Some(actor);
        // Whoever was called besides since then says it of that.
        let is_asked_anew = self.notes.helpers.iter().any(|one| one.person == actor);
        if self.notes.declined.contains(&actor) && !had_it && !is_asked_anew {
            return Ok(Vec::new());
        }
        if !had_it && !self.is_calling(actor) {
            return Err(Refusal::NotCalled);
        }
        let mut events = vec![Event::Declined { by: actor, reason }];
        if had_it && circumstances.calls_at > circumstances.now {
            // What was called in the day is not called at night for that.
            events.push(Event::Held {
                until: circumstances.calls_at,
                why: Why::GivenBack,
                reason: None,
                by: None,
            });
        }
        Ok(events)
    }

    fn escalated(
        &self,
        actor: PersonId,
        circumstances: &Circumstances<'_>,
    ) -> Result<Vec<Event>, Refusal> {
        match self.state {
            State::Held { .. } => return Err(Refusal::NotCalling),
            State::LastResort { .. } => return Err(Refusal::NobodyBeyond),
            _ => {}
        }
        let next = self.next_call(circumstances, self.notes.reached, Because::Escalated);
        // To call nobody but whoever asks for others would leave it with nobody.
        match &next {
            Event::LastResortCalled { people, .. } if people.iter().all(|one| *one == actor) => {
                Err(Refusal::NobodyBeyond)
            }
            _ => Ok(vec![next]),
        }
    }

    fn buddy_called(
        &self,
        actor: PersonId,
        circumstances: &Circumstances<'_>,
    ) -> Result<Vec<Event>, Refusal> {
        let company = circumstances.company;
        let mut people = company.buddies(actor, self.squad, circumstances.now);
        people.retain(|person| !self.notes.declined.contains(person));
        if people.is_empty() {
            return Err(Refusal::NoBuddy);
        }
        people.retain(|person| !self.is_calling(*person));
        if people.is_empty() {
            return Err(Refusal::Calling);
        }
        Ok(vec![Event::HelpCalled {
            people,
            hand_over: false,
            by: Some(actor),
        }])
    }

    fn put_off(
        &self,
        by: PersonId,
        until: Timestamp,
        reason: String,
        now: Timestamp,
    ) -> Result<Vec<Event>, Refusal> {
        if !matches!(
            self.state,
            State::Calling { .. } | State::LastResort { .. } | State::Held { .. }
        ) {
            return Err(Refusal::NotCalling);
        }
        let limit = later(now, NOT_NOW_LIMIT_HOURS * 60 * 60);
        if until <= now || until > limit {
            return Err(Refusal::TooLong);
        }
        Ok(vec![Event::Held {
            until,
            why: Why::NotNow,
            reason: Some(reason),
            by: Some(by),
        }])
    }
}
