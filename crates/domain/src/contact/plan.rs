//! In which order somebody's contact methods are tried, and how soon.

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Time, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{Kind, METHODS_LIMIT, Method};
use crate::MethodId;

/// A method is tried at most this long after the first.
pub const DELAY_LIMIT_SECONDS: i64 = 3_600;

/// Whether it may wake somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Somebody has to look now, asleep or not.
    High,
    /// Somebody should know, when they are awake.
    Low,
}

impl Urgency {
    /// Both.
    pub const ALL: [Self; 2] = [Self::High, Self::Low];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Low => "low",
        }
    }

    /// The urgency of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|urgency| urgency.as_str() == word)
    }

    /// For how long a try that fails is worth trying again.
    pub fn lasts(self) -> SignedDuration {
        match self {
            Self::High => SignedDuration::from_mins(10),
            Self::Low => SignedDuration::from_hours(6),
        }
    }
}

/// One method, tried so long after the first moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// After how many seconds.
    pub after_seconds: i64,
    /// Which method.
    pub method: MethodId,
}

/// The time of day, in a person's own zone, in which what is not urgent waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    /// From when.
    pub from: Time,
    /// Until when; earlier than `from` when the night lies between.
    pub until: Time,
}

/// How somebody wants to be reached. Where nothing is set, what is sensible holds; see
/// [`Reach::tries`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What is tried when it is urgent.
    pub high: Vec<Step>,
    /// What is tried when it is not.
    pub low: Vec<Step>,
    /// When what is not urgent waits.
    pub quiet: Option<Quiet>,
}

/// What is wrong with a plan, as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A method that is not there, or not this person's.
    #[error("One of these contact methods is not there any more. Load the page again.")]
    UnknownMethod,
    /// The same method twice.
    #[error("A contact method can be tried once. Leave one of the two out.")]
    Twice,
    /// Too late.
    #[error("A contact method is tried within an hour. Choose a shorter time.")]
    TooLate,
    /// No time at all.
    #[error(
        "The quiet time begins and ends at the same time. Choose another end, or leave both empty."
    )]
    NoTime,
}

impl Plan {
    /// The steps for an urgency.
    pub fn steps(&self, urgency: Urgency) -> &[Step] {
        match urgency {
            Urgency::High => &self.high,
            Urgency::Low => &self.low,
        }
    }

    /// The plan, if it can be followed with these methods, its steps in their order.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn checked(mut self, methods: &[Method]) -> Result<Self, PlanError> {
        for steps in [&mut self.high, &mut self.low] {
            steps.sort_by_key(|step| step.after_seconds);
            if steps.len() > METHODS_LIMIT {
                return Err(PlanError::Twice);
            }
            for (place, step) in steps.iter().enumerate() {
                if !methods.iter().any(|method| method.id == step.method) {
                    return Err(PlanError::UnknownMethod);
                }
                if steps
                    .iter()
                    .skip(place + 1)
                    .any(|other| other.method == step.method)
                {
                    return Err(PlanError::Twice);
                }
                if !(0..=DELAY_LIMIT_SECONDS).contains(&step.after_seconds) {
                    return Err(PlanError::TooLate);
                }
            }
        }
        match self.quiet {
            Some(quiet) if quiet.from == quiet.until => Err(PlanError::NoTime),
            _ => Ok(self),
        }
    }

    /// The plan without a method that is gone.
    #[must_use]
    pub fn without(mut self, gone: MethodId) -> Self {
        self.high.retain(|step| step.method != gone);
        self.low.retain(|step| step.method != gone);
        self
    }
}

impl Quiet {
    /// Until when it is quiet at `at`; nothing when it is not.
    pub fn holds_until(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = at.to_zoned(zone.clone());
        let time = local.time();
        let is_overnight = self.from > self.until;
        let is_quiet = if is_overnight {
            time >= self.from || time < self.until
        } else {
            time >= self.from && time < self.until
        };
        if !is_quiet {
            return None;
        }
        let ends_tomorrow = is_overnight && time >= self.from;
        let day = if ends_tomorrow {
            local.date().checked_add(1.day()).ok()?
        } else {
            local.date()
        };
        let end = day.to_datetime(self.until).to_zoned(zone.clone()).ok()?;
        // Where the clock is put back, the end of the quiet time may come twice.
        Some(end.timestamp()).filter(|end| *end > at)
    }
}

/// Where somebody is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Which of their methods; none for the address of their account.
    pub method: Option<MethodId>,
    /// How.
    pub kind: Kind,
    /// Where.
    pub address: String,
}

impl Way {
    /// By a method of theirs.
    pub fn of(method: &Method) -> Self {
        Self {
            method: Some(method.id),
            kind: method.kind,
            address: method.address.clone(),
        }
    }
}

/// Something to be tried at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    /// When.
    pub at: Timestamp,
    /// Where.
    pub way: Way,
}

/// Everything by which one person may be reached.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// What they set.
    pub plan: &'a Plan,
    /// Their methods.
    pub methods: &'a [Method],
    /// The e-mail address of their account.
    pub account_email: Option<&'a str>,
    /// The zone they live in.
    pub zone: &'a TimeZone,
    /// What this desk can send.
    pub offered: &'a [Kind],
}

impl Reach<'_> {
    /// What is tried, and when, for something that begins at `at`.
    ///
    /// Only methods that are verified and that this desk can send by are tried. Where the person
    /// has set nothing that can be tried: when it is urgent, everything at once; when it is not,
    /// e-mail, or whatever there is. The e-mail address of the account counts when nothing is there
    /// but Slack, which comes by itself and wakes nobody, so that nobody is out of reach.
    pub fn tries(&self, urgency: Urgency, at: Timestamp) -> Vec<Try> {
        let begin = self.begins(urgency, at);
        let steps = self.plan.steps(urgency).iter();
        let mut tries: Vec<Try> = steps
            .filter_map(|step| {
                let method = self.usable().find(|method| method.id == step.method)?;
                let after = SignedDuration::from_secs(step.after_seconds);
                Some(Try {
                    at: begin.saturating_add(after).unwrap_or(begin),
                    way: Way::of(method),
                })
            })
            .collect();
        if tries.is_empty() {
            tries = self.by_default(urgency, begin);
        }
        tries.sort_by_key(|planned| planned.at);
        tries
    }

    /// The methods that can be used.
    pub fn usable(&self) -> impl Iterator<Item = &Method> {
        self.methods
            .iter()
            .filter(|method| method.is_good() && self.offered.contains(&method.kind))
    }

    /// When the first may be tried.
    pub(super) fn begins(&self, urgency: Urgency, at: Timestamp) -> Timestamp {
        let quiet = self.plan.quiet.filter(|_| urgency == Urgency::Low);
        quiet
            .and_then(|quiet| quiet.holds_until(at, self.zone))
            .unwrap_or(at)
    }

    fn by_default(&self, urgency: Urgency, at: Timestamp) -> Vec<Try> {
        let mut ways: Vec<Way> = match urgency {
            Urgency::High => self.usable().map(Way::of).collect(),
            Urgency::Low => {
                let emails = self.usable().filter(|method| method.kind == Kind::Email);
                emails.map(Way::of).collect()
            }
        };
        if ways.iter().all(|way| way.kind == Kind::Slack) {
            ways.extend(self.account());
        }
        if ways.is_empty() {
            ways.extend(self.usable().next().map(Way::of));
        }
        ways.into_iter().map(|way| Try { at, way }).collect()
    }

    /// By the e-mail address of their account.
    pub(super) fn account(&self) -> Option<Way> {
        let email = self.account_email?;
        self.offered.contains(&Kind::Email).then(|| Way {
            method: None,
            kind: Kind::Email,
            address: email.to_owned(),
        })
    }
}
