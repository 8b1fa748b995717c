//! What is promised: so many working seconds, counted in such hours.

use serde::{Deserialize, Serialize};

use super::hours::Hours;

/// The longest target: 366 days of working time, in seconds.
pub const MAX_TARGET_SECONDS: i64 = 366 * 24 * 60 * 60;

/// How much working time a response or a resolution may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Target {
    seconds: i64,
}

impl Target {
    /// A target of this many working seconds.
    ///
    /// # Errors
    /// [`TargetError`] unless it lies between 1 and [`MAX_TARGET_SECONDS`].
    pub fn from_seconds(seconds: i64) -> Result<Self, TargetError> {
        if (1..=MAX_TARGET_SECONDS).contains(&seconds) {
            Ok(Self { seconds })
        } else {
            Err(TargetError { seconds })
        }
    }

    /// The working seconds it allows; from 1 to [`MAX_TARGET_SECONDS`].
    pub fn seconds(self) -> i64 {
        self.seconds
    }
}

impl TryFrom<i64> for Target {
    type Error = TargetError;

    fn try_from(seconds: i64) -> Result<Self, TargetError> {
        Self::from_seconds(seconds)
    }
}

impl From<Target> for i64 {
    fn from(target: Target) -> Self {
        target.seconds
    }
}

/// A target outside its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "A target of {seconds} seconds cannot be kept. Use at least one second and at most 366 days."
)]
pub struct TargetError {
    /// What was given.
    pub seconds: i64,
}

/// A target and the hours in which it counts; what a priority asks of a ticket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal<'a> {
    /// The working time allowed.
    pub target: Target,
    /// When time counts.
    pub hours: &'a Hours,
}

impl<'a> Goal<'a> {
    /// This target in these hours.
    pub fn new(target: Target, hours: &'a Hours) -> Self {
        Self { target, hours }
    }
}
