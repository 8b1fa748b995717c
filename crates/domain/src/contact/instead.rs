//! What is done when a way to reach somebody turns out to be gone while they are being reached.

use jiff::{SignedDuration, Timestamp};

use super::{Attempt, AttemptState, DELAY_LIMIT_SECONDS, Reach, Subject, Try, Way};
use crate::AttemptId;

/// What is done in the place of an attempt whose method is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// Nothing: they were reached in another way, or will be at once.
    Nothing,
    /// What was to be tried later is tried now.
    Sooner(AttemptId),
    /// Nothing else was planned, so these are tried.
    Tries(Vec<Try>),
}

impl Reach<'_> {
    /// What is done in the place of `lost`, whose method is not among those of this reach any more.
    /// `others` are attempts to reach the same person about the same.
    pub fn instead(&self, lost: &Attempt, others: &[Attempt], now: Timestamp) -> Instead {
        // A code proves one method and nothing else.
        if lost.subject == Subject::Verification {
            return Instead::Nothing;
        }
        let same_call: Vec<&Attempt> = others
            .iter()
            .filter(|other| other.id != lost.id && is_of_the_call_of(lost, other))
            .collect();
        let waiting = same_call
            .iter()
            .filter(|other| other.state == AttemptState::Waiting);
        if let Some(next) = waiting.min_by_key(|other| other.due_at) {
            return if next.due_at > now {
                Instead::Sooner(next.id)
            } else {
                Instead::Nothing
            };
        }
        // One that is just being sent may be lost in the same moment, so it does not count.
        let has_gone_out = same_call.iter().any(|other| {
            matches!(
                other.state,
                AttemptState::Accepted { .. } | AttemptState::Delivered { .. }
            )
        });
        if has_gone_out {
            return Instead::Nothing;
        }
        let is_untried = |way: &Way| !same_call.iter().any(|other| other.way.method == way.method);
        let at = self.begins(lost.urgency, now);
        let mut ways: Vec<Way> = self.usable().map(Way::of).filter(is_untried).collect();
        if ways.is_empty() {
            ways.extend(self.account().filter(is_untried));
        }
        if ways.is_empty() {
            return Instead::Nothing;
        }
        Instead::Tries(ways.into_iter().map(|way| Try { at, way }).collect())
    }
}

/// Whether both were planned by one call: its last try comes within so long of its first.
fn is_of_the_call_of(lost: &Attempt, other: &Attempt) -> bool {
    let since = lost
        .due_at
        .saturating_sub(SignedDuration::from_secs(DELAY_LIMIT_SECONDS));
    other.subject == lost.subject && since.is_ok_and(|since| other.due_at >= since)
}
