//! What one world, or many, came to.

use std::{collections::BTreeMap, fmt};

use jiff::{SignedDuration, Timestamp};

use crate::fault::Fault;

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// When, by the true clock.
    pub at: Timestamp,
    /// What was not kept, in words.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

/// What one world came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The time that passed in it.
    pub passed: SignedDuration,
    /// How many steps it took.
    pub steps: u64,
    /// How many tickets were opened.
    pub tickets: u64,
    /// How many pages began.
    pub pages: u64,
    /// How many of them reached the last resort.
    pub last_resorts: u64,
    /// How many messages providers were given.
    pub messages: u64,
    /// How many answers people gave.
    pub answers: u64,
    /// What went wrong, and how often.
    pub faults: BTreeMap<Fault, u64>,
    /// The promises that were not kept; a world ends with the first.
    pub violations: Vec<Violation>,
    /// Everything that happened, in words, when that was asked for.
    pub trace: Vec<String>,
}

impl Report {
    /// Notes that something went wrong.
    pub fn count(&mut self, fault: Fault) {
        *self.faults.entry(fault).or_default() += 1;
    }

    /// Adds what another world came to.
    pub fn add(&mut self, other: &Self) {
        self.passed = self.passed.saturating_add(other.passed);
        self.steps += other.steps;
        self.tickets += other.tickets;
        self.pages += other.pages;
        self.last_resorts += other.last_resorts;
        self.messages += other.messages;
        self.answers += other.answers;
        for (fault, count) in &other.faults {
            *self.faults.entry(*fault).or_default() += count;
        }
        self.violations.extend(other.violations.iter().cloned());
    }

    /// The time that passed, in years.
    pub fn years(&self) -> f64 {
        self.passed.as_secs() as f64 / (365.25 * 86_400.0)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "simulated years  {:>10.2}", self.years())?;
        writeln!(f, "steps            {:>10}", self.steps)?;
        writeln!(f, "tickets          {:>10}", self.tickets)?;
        writeln!(f, "pages            {:>10}", self.pages)?;
        writeln!(f, "last resorts     {:>10}", self.last_resorts)?;
        writeln!(f, "messages         {:>10}", self.messages)?;
        writeln!(f, "answers          {:>10}", self.answers)?;
        writeln!(
            f,
            "faults           {:>10}",
            self.faults.values().sum::<u64>()
        )?;
        for (fault, count) in &self.faults {
            writeln!(f, "  {:<22} {count:>8}", format!("{fault:?}"))?;
        }
        write!(f, "violations       {:>10}", self.violations.len())
    }
}
