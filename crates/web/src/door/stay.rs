//! Whether somebody who was let in may stay.
//!
//! A stream outlives the request that the door looked at. So it asks again: when something
//! happened that may have ended what the listener came with, on whichever node, and every minute
//! for what ends by time.

use eider_app::account::{Identified, recognise_again};
use eider_domain::{
    access::{Action, may},
    fact::Fact,
};
use eider_store::fact::Recorded;
use jiff::{SignedDuration, Timestamp};

use crate::{Visitor, Web};

/// What ends by time is noticed within this.
const ASK_AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// Somebody with an open stream.
pub(crate) struct Stay {
    web: Web,
    who: Identified,
    action: Action,
    /// When it was last known that they may stay.
    asked_at: Timestamp,
}

impl Stay {
    /// The stay of `visitor`, whom the door has just let in to do `action`.
    pub(crate) fn new(web: Web, visitor: &Visitor, action: Action) -> Self {
        Self {
            web,
            who: visitor.who.clone(),
            action,
            asked_at: visitor.now,
        }
    }

    /// Waits until it may be time to ask again whether they may stay.
    pub(crate) async fn wait(&self) {
        let clock = self.web.eider.clock();
        clock.wait_towards(Some(self.asked_at + ASK_AGAIN)).await;
    }

    /// Whether `fact` may have ended the session or the token by which they came.
    pub(crate) fn may_end_by(&self, fact: &Recorded) -> bool {
        let me = self.who.person.id;
        match &fact.happened.fact {
            Fact::PersonDisabled { person } | Fact::RoleChanged { person, .. } => *person == me,
            Fact::SignedOut | Fact::PasswordChanged | Fact::TokenRevoked { .. } => {
                fact.happened.actor == Some(me)
            }
            _ => false,
        }
    }

    /// Whether they may stay. Looks at the database when it is `in_doubt`, or time to.
    pub(crate) async fn goes_on(&mut self, in_doubt: bool) -> bool {
        let now = self.web.eider.now();
        if !in_doubt && now.duration_since(self.asked_at).abs() < ASK_AGAIN {
            return true;
        }
        match recognise_again(&self.web.eider, &self.who).await {
            Ok(Some(who)) => {
                self.asked_at = now;
                may(&who.actor, self.action).is_ok()
            }
            Ok(None) => false,
            Err(error) => {
                // The listener connects again by itself, and then the door decides.
                tracing::warn!(%error, "a stream ends, because nobody can say whether it may go on");
                false
            }
        }
    }
}
