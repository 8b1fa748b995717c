//! Priorities in business words, with examples and targets (A3).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    CalendarId,
    sla::{Calendar, Goal, Hours, Target, TargetError},
};

/// How urgent, as a rank from 1, the most urgent. Shown as `P1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rank(u8);

impl Rank {
    /// The most urgent.
    pub const P1: Self = Self(1);
    /// The next.
    pub const P2: Self = Self(2);
    /// Can wait until tomorrow.
    pub const P3: Self = Self(3);

    /// A rank from 1 to 9; none outside of that.
    pub fn new(rank: i64) -> Option<Self> {
        u8::try_from(rank)
            .ok()
            .filter(|rank| (1..=9).contains(rank))
            .map(Self)
    }

    /// Reads `P1`, `p1` or `1`.
    pub fn parse(text: &str) -> Option<Self> {
        let trimmed = text.trim();
        let digits = trimmed.strip_prefix(['P', 'p']).unwrap_or(trimmed);
        digits.parse().ok().and_then(Self::new)
    }

    /// The rank as a number from 1.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P{}", self.0)
    }
}

/// A priority: what it means, and by when it is answered and put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priority {
    /// Its rank.
    pub rank: Rank,
    /// Its name in business words, such as "Business critical".
    pub name: String,
    /// What it means, in a sentence.
    pub meaning: String,
    /// Examples that a reporter recognises.
    pub examples: Vec<String>,
    /// What happens when somebody chooses it, in a sentence.
    pub consequence: String,
    /// Working seconds until somebody has answered.
    pub respond_seconds: i64,
    /// Working seconds until it is resolved.
    pub resolve_seconds: i64,
    /// The hours that count; around the clock when absent.
    pub calendar: Option<CalendarId>,
    /// No longer offered. Tickets that have it keep it, and are measured by it.
    #[serde(default)]
    pub retired: bool,
}

/// A calendar with its identity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedCalendar {
    /// Identity.
    pub id: CalendarId,
    /// Hours, zone and holidays.
    pub calendar: Calendar,
}

/// What every priority asks of its tickets, ready for clocks to be read by.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceLevels {
    levels: Vec<Level>,
}

#[derive(Clone, Debug, PartialEq)]
struct Level {
    rank: Rank,
    respond: Target,
    resolve: Target,
    hours: Hours,
}

/// What one priority asks of a ticket.
#[derive(Clone, Copy, Debug)]
pub struct Goals<'a> {
    /// Until somebody has answered.
    pub respond: Goal<'a>,
    /// Until it is put right.
    pub resolve: Goal<'a>,
}

/// Why priorities and calendars do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServiceLevelsError {
    /// There is none at all.
    #[error("There is no priority. Keep at least one.")]
    NoPriority,
    /// A target is not a length of time.
    #[error("The targets of {0} cannot be used: {1}")]
    Target(Rank, TargetError),
    /// A calendar is named that is not there.
    #[error("{0} counts by a calendar that is not there. Choose another one for it.")]
    MissingCalendar(Rank),
}

impl ServiceLevels {
    /// Puts priorities and their calendars together.
    ///
    /// # Errors
    /// When there is no priority, a target is not positive, or a calendar is missing.
    pub fn new(
        priorities: &[Priority],
        calendars: &[NamedCalendar],
    ) -> Result<Self, ServiceLevelsError> {
        let mut levels = Vec::with_capacity(priorities.len());
        for priority in priorities {
            let rank = priority.rank;
            let target = |seconds| {
                Target::from_seconds(seconds).map_err(|e| ServiceLevelsError::Target(rank, e))
            };
            let hours = match priority.calendar {
                None => Hours::AroundTheClock,
                Some(id) => calendars
                    .iter()
                    .find(|named| named.id == id)
                    .map(|named| Hours::Calendar(Box::new(named.calendar.clone())))
                    .ok_or(ServiceLevelsError::MissingCalendar(rank))?,
            };
            let (respond, resolve) = (
                target(priority.respond_seconds)?,
                target(priority.resolve_seconds)?,
            );
            levels.push(Level {
                rank,
                respond,
                resolve,
                hours,
            });
        }
        levels.sort_by_key(|level| level.rank);
        if levels.is_empty() {
            return Err(ServiceLevelsError::NoPriority);
        }
        Ok(Self { levels })
    }

    /// What `rank` asks; for a rank that is not configured, what the next less urgent one asks,
    /// else the least urgent one.
    pub fn of(&self, rank: Rank) -> Goals<'_> {
        let last = self.levels.len() - 1;
        let index = self
            .levels
            .iter()
            .position(|level| level.rank >= rank)
            .unwrap_or(last);
        let level = &self.levels[index];
        Goals {
            respond: Goal::new(level.respond, &level.hours),
            resolve: Goal::new(level.resolve, &level.hours),
        }
    }
}

/// The priorities that a new Eider starts with.
pub fn defaults() -> Vec<Priority> {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    vec![
        Priority {
            rank: Rank::P1,
            name: "Business critical".into(),
            meaning: "Customers cannot use what we sell, or something is unsafe.".into(),
            examples: vec![
                "Customers cannot use the website or the app.".into(),
                "Production is down.".into(),
                "A security issue.".into(),
            ],
            consequence: "It goes before everything else.".into(),
            respond_seconds: 15 * MINUTE,
            resolve_seconds: HOUR,
            calendar: None,
            retired: false,
        },
        Priority {
            rank: Rank::P2,
            name: "Business affected".into(),
            meaning: "Something internal blocks the business, but customers are still served."
                .into(),
            examples: vec![
                "Customer care cannot open customers’ accounts.".into(),
                "A report that finance needs today is empty.".into(),
            ],
            consequence: "Somebody looks at it today, after anything critical.".into(),
            respond_seconds: HOUR,
            resolve_seconds: 3 * HOUR,
            calendar: None,
            retired: false,
        },
        Priority {
            rank: Rank::P3,
            name: "Business update".into(),
            meaning: "It is not right, and it can wait.".into(),
            examples: vec![
                "A spelling mistake or a picture out of place.".into(),
                "A question about how something works.".into(),
            ],
            consequence: "Somebody answers within a day.".into(),
            respond_seconds: 8 * HOUR,
            resolve_seconds: 24 * HOUR,
            calendar: None,
            retired: false,
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_read_as_people_write_them() {
        assert_eq!(Rank::parse("P1"), Some(Rank::P1));
        assert_eq!(Rank::parse(" p3 "), Some(Rank::P3));
        assert_eq!(Rank::parse("0"), None);
        assert_eq!(Rank::parse("P10"), None);
        assert_eq!(Rank::P2.to_string(), "P2");
    }
}
