//! What a clock answers when it is read against a goal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A moment of a clock's life that people are told about, in order of gravity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Point {
    /// Half of the target has gone.
    Half,
    /// Four fifths of the target have gone.
    FourFifths,
    /// The whole target has gone.
    Breach,
}

impl Point {
    /// All of them, the earliest first.
    pub const ALL: [Self; 3] = [Self::Half, Self::FourFifths, Self::Breach];

    /// How much of the target has gone, in per cent: 50, 80 or 100.
    pub fn percent(self) -> i64 {
        match self {
            Self::Half => 50,
            Self::FourFifths => 80,
            Self::Breach => 100,
        }
    }
}

/// A point that was reached, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Which point.
    pub point: Point,
    /// When it was reached. Where a change of target put the point into the past, it is the moment
    /// of that change.
    pub at: Timestamp,
}

/// How urgent a clock looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Less than half of the target has gone.
    Calm,
    /// At least half has gone.
    Half,
    /// At least four fifths have gone.
    FourFifths,
    /// All of it has gone: it is late under the target that applies.
    Breached,
}

impl From<Option<Point>> for ClockState {
    fn from(reached: Option<Point>) -> Self {
        match reached {
            None => Self::Calm,
            Some(Point::Half) => Self::Half,
            Some(Point::FourFifths) => Self::FourFifths,
            Some(Point::Breach) => Self::Breached,
        }
    }
}

/// A clock read at one moment against one goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Whole working seconds gone, without the stops.
    pub elapsed_seconds: i64,
    /// Working seconds left; 0 or less when it is late.
    pub remaining_seconds: i64,
    /// Running: when it is due. Paused: when it would be due if it went on now. Finished: when it
    /// was due. `None` when the calendar leaves too little time within ten years.
    pub due_at: Option<Timestamp>,
    /// When half of the target is or was gone; only while running.
    pub half_at: Option<Timestamp>,
    /// When four fifths of the target are or were gone; only while running.
    pub four_fifths_at: Option<Timestamp>,
    /// How urgent it looks under the present target.
    pub state: ClockState,
    /// When finished, working seconds after the due time: 0 or more is late, less than 0 is early.
    pub difference_seconds: Option<i64>,
    /// The first breach ever, under whatever target applied then; it stays for good.
    pub breached_at: Option<Timestamp>,
}
