//! Worth waking for? For each squad and priority: call at once, wait until hours start, or not at
//! all (R3).

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Company, Plan, Policy};
use crate::{CalendarId, PolicyId, SquadId, priority::Rank, rota::Rota, sla::Hours};

/// Whether people are called for a priority, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Waking {
    /// At once, day and night.
    Wake,
    /// At once in the hours of a calendar; outside of them when they start.
    Hold {
        /// The calendar; without one, Monday to Friday from 09:00 to 17:00 where the company is.
        calendar: Option<CalendarId>,
    },
    /// Nobody is called. Whoever looks sees it.
    Never,
}

impl Waking {
    /// What holds while nothing was decided: P1 wakes, P2 waits for the hours, nothing else calls.
    pub fn usual(rank: Rank) -> Self {
        match rank {
            Rank::P1 => Self::Wake,
            Rank::P2 => Self::Hold { calendar: None },
            _ => Self::Never,
        }
    }

    /// From when people are called for what needs somebody at `now`; `hours` are those of the
    /// calendar. Hours that never start hold nothing back: better one call too many than none.
    pub fn calls_at(self, hours: &Hours, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Wake => Some(now),
            Self::Hold { .. } => Some(hours.next_opening(now).unwrap_or(now)),
            Self::Never => None,
        }
    }
}

/// What one squad, or the company, decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// The policy that is followed.
    #[serde(default)]
    pub policy: Option<PolicyId>,
    /// What was decided for some priorities.
    #[serde(default)]
    pub waking: Vec<(Rank, Waking)>,
}

impl Paging {
    /// What was decided for a priority.
    pub fn decided(&self, rank: Rank) -> Option<Waking> {
        let mut decided = self.waking.iter();
        decided.find(|(one, _)| *one == rank).map(|(_, how)| *how)
    }
}

/// What every squad and the company decided. A squad that decided nothing does as the company does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PagingRules {
    /// The company.
    pub company: Paging,
    /// The squads that decided something.
    pub squads: HashMap<SquadId, Paging>,
}

impl PagingRules {
    /// Whether people are called for that priority in that squad.
    pub fn waking(&self, squad: Option<SquadId>, rank: Rank) -> Waking {
        let own = squad.and_then(|id| self.squads.get(&id));
        own.and_then(|own| own.decided(rank))
            .or_else(|| self.company.decided(rank))
            .unwrap_or_else(|| Waking::usual(rank))
    }

    /// The policy that a squad follows, if one was chosen.
    pub fn policy(&self, squad: Option<SquadId>) -> Option<PolicyId> {
        let own = squad.and_then(|id| self.squads.get(&id));
        own.and_then(|own| own.policy).or(self.company.policy)
    }

    /// The plan that a squad follows: the one that was chosen, else the usual one as soon as
    /// somebody is planned to be on call. Without either nobody is called.
    pub fn plan(
        &self,
        policies: &[Policy],
        rotas: &[Rota],
        squad: Option<SquadId>,
    ) -> Option<Plan> {
        let chosen = self.policy(squad);
        let chosen = chosen.and_then(|id| policies.iter().find(|policy| policy.id == id));
        match chosen {
            Some(policy) => Some(policy.plan.clone()),
            None if Company::has_called_rota(rotas, squad) => Some(Plan::usual()),
            None => None,
        }
    }
}

/// What will truly happen when somebody asks now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// People are called at once.
    CallsNow,
    /// People are called at this instant, when hours start.
    Held(Timestamp),
    /// Nobody is called.
    NobodyCalled,
}

impl Happening {
    /// What follows from the plan of a squad and the instant at which it would call.
    pub fn of(calls_at: Option<Timestamp>, now: Timestamp) -> Self {
        match calls_at {
            None => Self::NobodyCalled,
            Some(at) if at <= now => Self::CallsNow,
            Some(at) => Self::Held(at),
        }
    }
}
