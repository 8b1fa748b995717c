//! Plans: levels, rounds, the last resort.

use serde::{Deserialize, Serialize};

use crate::{PersonId, PolicyId, RotaId, SquadId, rota::Duty};

/// The most levels of a plan.
pub const MAX_LEVELS: usize = 10;
/// The most targets of a level, and of the last resort.
pub const MAX_TARGETS: usize = 20;
/// The most times that a plan goes through its levels.
pub const MAX_ROUNDS: u8 = 9;
/// The least time that somebody has to acknowledge.
pub const ACKNOWLEDGE_LEAST_SECONDS: i64 = 60;
/// The most time that somebody has to acknowledge.
pub const ACKNOWLEDGE_LIMIT_SECONDS: i64 = 24 * 60 * 60;
/// The least time after which whoever acknowledged is asked again.
pub const ASK_AGAIN_LEAST_SECONDS: i64 = 5 * 60;
/// The most time after which whoever acknowledged is asked again.
pub const ASK_AGAIN_LIMIT_SECONDS: i64 = 24 * 60 * 60;

/// A plan with a name, for squads to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Identity.
    pub id: PolicyId,
    /// Name as people say it; unique without regard to case.
    pub name: String,
    /// What is done.
    pub plan: Plan,
    /// No longer offered. Squads that follow it still do.
    pub retired: bool,
}

/// Whom to call, one level after another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The levels, in the order in which they are called.
    pub levels: Vec<Level>,
    /// How often the levels are gone through.
    pub rounds: u8,
    /// Who is called when every round is over and nobody has answered.
    pub last_resort: Vec<Target>,
    /// After how many seconds whoever acknowledged is asked whether they still have it; 0 for never.
    pub ask_again_seconds: i64,
}

/// People who are called together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Who.
    pub targets: Vec<Target>,
    /// How many seconds they have to acknowledge before the next level is called.
    pub acknowledge_seconds: i64,
}

/// Somebody to call, as a plan names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Target {
    /// Whoever holds this duty in the squad then; where nobody does, whoever holds it for the company.
    Duty {
        /// The duty.
        duty: Duty,
    },
    /// Whoever is on call in this rota then, of whichever squad it is.
    Rota {
        /// The rota.
        rota: RotaId,
    },
    /// This person, unless they are away.
    Person {
        /// Who.
        person: PersonId,
    },
    /// Everybody of this squad, or where none is named of the squad whose page it is, unless they are
    /// away.
    Squad {
        /// Which.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        squad: Option<SquadId>,
    },
    /// The leads of the squad, unless they are away.
    Leads,
    /// The administrators, unless they are away.
    Administrators,
}

/// Why a plan cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// There is nothing to begin with.
    #[error("Nobody is called. Choose whom to call first.")]
    NoLevel,
    /// Too many levels.
    #[error("A policy has at most {MAX_LEVELS} levels. Call several people at one level.")]
    TooManyLevels,
    /// A level without anybody.
    #[error("Level {0} calls nobody. Choose whom it calls, or take it out.")]
    EmptyLevel(usize),
    /// Too many targets.
    #[error("Choose at most {MAX_TARGETS} for one level.")]
    TooManyTargets,
    /// A time out of bounds.
    #[error("Give people from 1 min to 24 h to acknowledge.")]
    AcknowledgeTime,
    /// Rounds out of bounds.
    #[error("Choose from 1 to {MAX_ROUNDS} rounds.")]
    Rounds,
    /// Asked again too often or too seldom.
    #[error("Ask again after 5 min to 24 h, or never.")]
    AskAgain,
    /// Nobody at the end.
    #[error("Choose who is called when nobody has answered: a page never ends in silence.")]
    NoLastResort,
}

impl PlanError {
    /// The name of the field that has to be mended.
    pub fn field(self) -> &'static str {
        match self {
            Self::Rounds => "rounds",
            Self::AskAgain => "ask_again_seconds",
            Self::NoLastResort => "last_resort",
            _ => "levels",
        }
    }
}

impl Plan {
    /// What is done while nothing else was decided: the primary, their buddy, the leads of the squad,
    /// twice over; then the administrators.
    pub fn usual() -> Self {
        let level = |target, minutes: i64| Level {
            targets: vec![target],
            acknowledge_seconds: minutes * 60,
        };
        Self {
            levels: vec![
                level(
                    Target::Duty {
                        duty: Duty::Primary,
                    },
                    5,
                ),
                level(
                    Target::Duty {
                        duty: Duty::Secondary,
                    },
                    5,
                ),
                level(Target::Leads, 10),
            ],
            rounds: 2,
            last_resort: vec![Target::Leads, Target::Administrators],
            ask_again_seconds: 60 * 60,
        }
    }

    /// Whether it can be used.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self) -> Result<(), PlanError> {
        if self.levels.is_empty() {
            return Err(PlanError::NoLevel);
        }
        if self.levels.len() > MAX_LEVELS {
            return Err(PlanError::TooManyLevels);
        }
        for (index, level) in self.levels.iter().enumerate() {
            if level.targets.is_empty() {
                return Err(PlanError::EmptyLevel(index + 1));
            }
            if level.targets.len() > MAX_TARGETS {
                return Err(PlanError::TooManyTargets);
            }
            if !(ACKNOWLEDGE_LEAST_SECONDS..=ACKNOWLEDGE_LIMIT_SECONDS)
                .contains(&level.acknowledge_seconds)
            {
                return Err(PlanError::AcknowledgeTime);
            }
        }
        if !(1..=MAX_ROUNDS).contains(&self.rounds) {
            return Err(PlanError::Rounds);
        }
        let is_asked = ASK_AGAIN_LEAST_SECONDS..=ASK_AGAIN_LIMIT_SECONDS;
        if self.ask_again_seconds != 0 && !is_asked.contains(&self.ask_again_seconds) {
            return Err(PlanError::AskAgain);
        }
        if self.last_resort.is_empty() {
            return Err(PlanError::NoLastResort);
        }
        if self.last_resort.len() > MAX_TARGETS {
            return Err(PlanError::TooManyTargets);
        }
        Ok(())
    }

    /// The level of that number, from 1.
    pub fn level(&self, number: u16) -> Option<&Level> {
        let index = usize::from(number).checked_sub(1)?;
        self.levels.get(index)
    }

    /// Everybody it may call, as it names them.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        let levels = self.levels.iter().flat_map(|level| &level.targets);
        levels.chain(&self.last_resort)
    }
}
