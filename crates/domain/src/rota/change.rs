//! What differs from the plan for a time: overrides, covers, swaps, absences.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AbsenceId, ChangeId, PersonId, RotaId};

/// The longest time that a change or an absence may last.
pub const MAX_CHANGE_DAYS: i64 = 366;
/// How far ahead one may begin.
const MAX_AHEAD_DAYS: i64 = 2 * 366;

const SECONDS_A_DAY: i64 = 86_400;

/// Why a plan was changed for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Somebody is put on call, whoever would be.
    Override,
    /// Somebody stands in for one person.
    Cover,
    /// Two people agreed to swap.
    Swap,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Override, Self::Cover, Self::Swap];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Override => "override",
            Self::Cover => "cover",
            Self::Swap => "swap",
        }
    }

    /// The kind of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Somebody else is on call for a time. Of two that meet, the one made later holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Identity.
    pub id: ChangeId,
    /// The rota.
    pub rota: RotaId,
    /// Why.
    pub kind: ChangeKind,
    /// Who is on call.
    pub person: PersonId,
    /// Whose time it is: it holds only where that person would be on call. None for an override.
    pub instead_of: Option<PersonId>,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// When it was made.
    pub made_at: Timestamp,
}

impl Change {
    /// Checks the time of a change or an absence that is made now.
    ///
    /// # Errors
    /// [`ChangeError`] says what is wrong with it.
    pub fn check_time(
        from: Timestamp,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), ChangeError> {
        if until <= from {
            return Err(ChangeError::EndsBeforeStart);
        }
        if until <= now {
            return Err(ChangeError::Past);
        }
        if until.duration_since(from).as_secs() > MAX_CHANGE_DAYS * SECONDS_A_DAY {
            return Err(ChangeError::TooLong);
        }
        if from.duration_since(now).as_secs() > MAX_AHEAD_DAYS * SECONDS_A_DAY {
            return Err(ChangeError::TooFar);
        }
        Ok(())
    }
}

/// Somebody is away and is not on call, whatever the plan says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// Identity.
    pub id: AbsenceId,
    /// Who.
    pub person: PersonId,
    /// From when.
    pub from: Timestamp,
    /// Until when; absent for somebody who has left.
    pub until: Option<Timestamp>,
}

/// Why a change was refused; each says how to mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// It ends before it starts.
    #[error("This ends before it starts. Choose a later end.")]
    EndsBeforeStart,
    /// It is over already.
    #[error("This is over already. Who was on call stays as it was.")]
    Past,
    /// It is too long.
    #[error("This is longer than a year. Change the rota instead.")]
    TooLong,
    /// It is too far away.
    #[error("This begins more than two years from now. Choose an earlier start.")]
    TooFar,
}

/// Why an absence was refused: as for a change.
pub type AbsenceError = ChangeError;
