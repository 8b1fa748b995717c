//! Swaps: somebody asks one colleague or all to take their time on call, a colleague takes it or
//! offers to for some of their own, and the first acceptance wins.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change::{Change, ChangeError, ChangeKind};
use super::roster::Roster;
use crate::{ChangeId, PersonId, RotaId, SwapId};

/// The most offers that one request keeps.
const MAX_OFFERS: usize = 50;

/// Somebody would take the time if theirs is taken in return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Who offers.
    pub by: PersonId,
    /// From when the asker would be on call in return.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SwapState {
    /// Nobody has taken it yet.
    Open {
        /// Who would, for what in return.
        offers: Vec<Offer>,
    },
    /// Somebody has it.
    Taken {
        /// Who.
        by: PersonId,
        /// When it was agreed.
        at: Timestamp,
        /// What the asker took in return.
        in_return: Option<Offer>,
    },
    /// The one who was asked said no.
    Declined {
        /// When.
        at: Timestamp,
    },
    /// The asker needs it no more.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
}

/// A request: "who takes my time on call?"
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
    /// Identity.
    pub id: SwapId,
    /// The rota.
    pub rota: RotaId,
    /// Who asks.
    pub asker: PersonId,
    /// Who is asked; none for all in the rota.
    pub asked: Option<PersonId>,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// When it was asked.
    pub made_at: Timestamp,
    /// What became of it.
    pub state: SwapState,
}

/// What somebody does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SwapCommand {
    /// Takes the time, for nothing in return.
    Take,
    /// Would take it for some of their own time.
    Offer {
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// The asker says yes to an offer.
    Accept {
        /// Whose.
        by: PersonId,
    },
    /// The one who was asked says no.
    Decline,
    /// The asker needs it no more.
    Withdraw,
}

/// What follows from a command: the request as it is now, and the changes of the rota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The request.
    pub swap: Swap,
    /// One change when the time is taken, two when time is given in return.
    pub changes: Vec<Change>,
}

impl Swap {
    /// Checks a request that is made now.
    ///
    /// # Errors
    /// [`SwapError`] says why it cannot be asked.
    pub fn ask(self, roster: &Roster<'_>, now: Timestamp) -> Result<Self, SwapError> {
        Change::check_time(self.from, self.until, now)?;
        if self.asked == Some(self.asker) {
            return Err(SwapError::Yourself);
        }
        if !roster.holds_some(self.asker, self.from.max(now), self.until) {
            return Err(SwapError::NotYourTime);
        }
        Ok(self)
    }

    /// Whether somebody can still take it.
    pub fn is_open(&self, now: Timestamp) -> bool {
        matches!(self.state, SwapState::Open { .. }) && now < self.until
    }

    /// Decides a command of `actor`. `ids` name the changes that may follow.
    ///
    /// # Errors
    /// [`SwapError`] says why it cannot be; the first acceptance wins, later ones learn who has it.
    pub fn decide(
        &self,
        command: &SwapCommand,
        actor: PersonId,
        roster: &Roster<'_>,
        ids: [ChangeId; 2],
        now: Timestamp,
    ) -> Result<Decided, SwapError> {
        let offers = self.offers(now)?;
        match command {
            SwapCommand::Take => {
                self.may_answer(actor)?;
                self.taken(actor, None, roster, ids, now)
            }
            SwapCommand::Offer { from, until } => {
                self.may_answer(actor)?;
                Change::check_time(*from, *until, now)?;
                if !roster.holds_some(actor, (*from).max(now), *until) {
                    return Err(SwapError::NotYourTime);
                }
                let offer = Offer {
                    by: actor,
                    from: *from,
                    until: *until,
                };
                let mut offers: Vec<Offer> = offers
                    .iter()
                    .filter(|other| other.by != actor)
                    .cloned()
                    .collect();
                if offers.len() >= MAX_OFFERS {
                    return Err(SwapError::TooManyOffers);
                }
                offers.push(offer);
                Ok(self.become_only(SwapState::Open { offers }))
            }
            SwapCommand::Accept { by } => {
                if actor != self.asker {
                    return Err(SwapError::NotAsked);
                }
                let offer = offers.iter().find(|offer| offer.by == *by);
                let offer = offer.cloned().ok_or(SwapError::NoSuchOffer)?;
                self.taken(*by, Some(offer), roster, ids, now)
            }
            SwapCommand::Decline => {
                if self.asked != Some(actor) {
                    return Err(SwapError::NotAsked);
                }
                Ok(self.become_only(SwapState::Declined { at: now }))
            }
            SwapCommand::Withdraw => {
                if actor != self.asker {
                    return Err(SwapError::NotAsked);
                }
                Ok(self.become_only(SwapState::Withdrawn { at: now }))
            }
        }
    }

    fn offers(&self, now: Timestamp) -> Result<&[Offer], SwapError> {
        match &self.state {
            SwapState::Open { .. } if now >= self.until => Err(SwapError::Over),
            SwapState::Open { offers } => Ok(offers),
            SwapState::Taken { by, .. } => Err(SwapError::Taken { by: *by }),
            SwapState::Declined { .. } => Err(SwapError::Declined),
            SwapState::Withdrawn { .. } => Err(SwapError::Withdrawn),
        }
    }

    fn may_answer(&self, actor: PersonId) -> Result<(), SwapError> {
        if actor == self.asker {
            return Err(SwapError::Yourself);
        }
        match self.asked {
            Some(asked) if asked != actor => Err(SwapError::NotAsked),
            _ => Ok(()),
        }
    }

    fn become_only(&self, state: SwapState) -> Decided {
        Decided {
            swap: Self {
                state,
                ..self.clone()
            },
            changes: Vec::new(),
        }
    }

    fn taken(
        &self,
        by: PersonId,
        in_return: Option<Offer>,
        roster: &Roster<'_>,
        ids: [ChangeId; 2],
        now: Timestamp,
    ) -> Result<Decided, SwapError> {
        let from = self.from.max(now);
        if !roster.holds_some(self.asker, from, self.until) {
            return Err(SwapError::NoLongerTheirTime);
        }
        if !roster.is_free(by, from, self.until) {
            return Err(SwapError::NotFree);
        }
        let [first, second] = ids;
        let change = |id, person, instead_of, from: Timestamp, until| Change {
            id,
            rota: self.rota,
            kind: ChangeKind::Swap,
            person,
            instead_of: Some(instead_of),
            from: from.max(now),
            until,
            made_at: now,
        };
        let mut changes = vec![change(first, by, self.asker, from, self.until)];
        if let Some(offer) = &in_return {
            if offer.until <= now || !roster.holds_some(by, offer.from.max(now), offer.until) {
                return Err(SwapError::NoLongerTheirTime);
            }
            if !roster.is_free(self.asker, offer.from.max(now), offer.until) {
                return Err(SwapError::NotFree);
            }
            changes.push(change(second, self.asker, by, offer.from, offer.until));
        }
        let state = SwapState::Taken {
            by,
            at: now,
            in_return,
        };
        Ok(Decided {
            changes,
            ..self.become_only(state)
        })
    }
}

/// Why a request or an answer was refused; each says how to mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SwapError {
    /// The time cannot be used.
    #[error(transparent)]
    Time(#[from] ChangeError),
    /// One does not swap with oneself.
    #[error("This is your own request. Somebody else takes it, or you withdraw it.")]
    Yourself,
    /// The asker is not on call then.
    #[error("You are not on call in this time. Choose time that is yours.")]
    NotYourTime,
    /// Somebody changed the rota meanwhile.
    #[error("This time is no longer theirs to give: the rota has changed. Ask again.")]
    NoLongerTheirTime,
    /// The taker is on call already, or away.
    #[error("You or your colleague are on call already or away in this time. Choose other time.")]
    NotFree,
    /// It was for somebody else.
    #[error("This is for somebody else to answer.")]
    NotAsked,
    /// There is no such offer.
    #[error("This offer is no longer there. Look at the others.")]
    NoSuchOffer,
    /// Too many offers.
    #[error("There are {MAX_OFFERS} offers already. Wait for an answer.")]
    TooManyOffers,
    /// Somebody was first.
    #[error("Somebody else was first and has this time now.")]
    Taken {
        /// Who.
        by: PersonId,
    },
    /// The one who was asked said no.
    #[error("This was declined. It can be asked of somebody else.")]
    Declined,
    /// It was withdrawn.
    #[error("This is needed no more.")]
    Withdrawn,
    /// It is over.
    #[error("This time is over.")]
    Over,
}
