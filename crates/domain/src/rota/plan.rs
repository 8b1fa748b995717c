//! A rota: one duty of a squad or the company, and how its turns were planned over time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::layer::Layer;
use crate::{PersonId, RotaId, SquadId};

/// The most layers a plan may have.
pub const MAX_LAYERS: usize = 8;
/// The most plans a rota remembers.
pub const MAX_PLANS: usize = 500;

/// What somebody on call is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Is called first.
    Primary,
    /// The primary's buddy, called next.
    Secondary,
    /// Looks after what runs, in the week that is theirs.
    Gardener,
}

impl Duty {
    /// Every duty, in the order in which people ask for them.
    pub const ALL: [Self; 3] = [Self::Primary, Self::Secondary, Self::Gardener];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Gardener => "gardener",
        }
    }

    /// The duty of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.as_str() == word)
    }

    /// Whether somebody may be called at night for it.
    pub fn is_called(self) -> bool {
        self != Self::Gardener
    }
}

/// When somebody must be on call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cover {
    /// At every hour: a gap is a gap, planned or not.
    Always,
    /// In the hours that are planned: a gap is where a person is missing.
    WhilePlanned,
}

impl Cover {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Always, Self::WhilePlanned];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::WhilePlanned => "while_planned",
        }
    }

    /// The cover of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cover| cover.as_str() == word)
    }
}

/// What is asked of nobody: beyond these, a lead is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// When somebody must be on call.
    pub cover: Cover,
    /// The most weeks on end for one person.
    pub most_weeks_on_end: u8,
    /// The least hours of rest between two turns.
    pub least_rest_hours: u8,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cover: Cover::Always,
            most_weeks_on_end: 2,
            least_rest_hours: 11,
        }
    }
}

/// How turns are planned from an instant on, until the next plan. What was planned before stays as
/// it was: the past of a rota is never rewritten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// From when on; absent for the first plan, which counts from its layers' own start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// The layers; a later one lies over those before it.
    pub layers: Vec<Layer>,
}

/// A rota: who holds one duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rota {
    /// Identity.
    pub id: RotaId,
    /// Name as people say it; unique without regard to case.
    pub name: String,
    /// The squad it is of; none for the whole company.
    pub squad: Option<SquadId>,
    /// What its people are there for.
    pub duty: Duty,
    /// The IANA name of the zone in which its calendar is shown.
    pub zone: String,
    /// Numbers and places that matter at night, as they are written into every calendar.
    pub vital: String,
    /// What is asked of nobody.
    pub limits: Limits,
    /// Its plans, the earliest first; at least one.
    pub plans: Vec<Plan>,
    /// No longer in use; its past stays.
    pub retired: bool,
}

impl Rota {
    /// The plan in force at that instant.
    pub fn plan_at(&self, at: Timestamp) -> Option<&Plan> {
        self.plans
            .iter()
            .rev()
            .find(|plan| plan.from.is_none_or(|from| from <= at))
    }

    /// The latest plan, which a form shows.
    pub fn latest(&self) -> Option<&Plan> {
        self.plans.last()
    }

    /// Everybody who has turns in a plan that holds at that instant or later.
    pub fn people_from(&self, at: Timestamp) -> Vec<PersonId> {
        let current = self
            .plans
            .iter()
            .rposition(|plan| plan.from.is_none_or(|from| from <= at))
            .unwrap_or(0);
        let mut people: Vec<PersonId> = Vec::new();
        for layer in self
            .plans
            .iter()
            .skip(current)
            .flat_map(|plan| &plan.layers)
        {
            for person in layer.people() {
                if !people.contains(person) {
                    people.push(*person);
                }
            }
        }
        people
    }

    /// Plans anew from an instant on. Plans that were to begin later are dropped.
    ///
    /// # Errors
    /// [`RotaError`] when there is no layer, or too much of anything.
    pub fn replan(&mut self, layers: Vec<Layer>, from: Timestamp) -> Result<(), RotaError> {
        check_layers(&layers)?;
        if self.plans.is_empty() {
            self.plans.push(Plan { from: None, layers });
            return Ok(());
        }
        if self.plan_at(from).is_some_and(|plan| plan.layers == layers) {
            self.plans
                .retain(|plan| plan.from.is_none_or(|began| began <= from));
            return Ok(());
        }
        self.plans
            .retain(|plan| plan.from.is_none_or(|began| began < from));
        if self.plans.len() >= MAX_PLANS {
            return Err(RotaError::TooManyPlans);
        }
        self.plans.push(Plan {
            from: Some(from),
            layers,
        });
        Ok(())
    }
}

fn check_layers(layers: &[Layer]) -> Result<(), RotaError> {
    match layers.len() {
        0 => Err(RotaError::NoLayers),
        1..=MAX_LAYERS => Ok(()),
        _ => Err(RotaError::TooManyLayers),
    }
}

/// Why a rota was refused; each says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotaError {
    /// Nothing is planned.
    #[error("Nothing is planned here. Choose who takes turns.")]
    NoLayers,
    /// Too many layers.
    #[error("A rota has at most {MAX_LAYERS} layers. Make another rota.")]
    TooManyLayers,
    /// Planned anew too often.
    #[error("This rota was planned anew {MAX_PLANS} times. Retire it and make a new one.")]
    TooManyPlans,
}
