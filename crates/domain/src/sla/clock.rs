//! The clock of one target on one ticket: when it ran, when it stood still, what became of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::reading::{ClockState, Point, Reached, Reading};
use super::target::Goal;

const MICROSECONDS_A_SECOND: i64 = 1_000_000;

/// A stretch during which no time counted: waiting for the reporter, or between being finished
/// and being reopened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// When it stood still.
    pub from: Timestamp,
    /// When it went on.
    pub until: Timestamp,
}

/// What a clock is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Phase {
    /// Time counts, within the hours of the goal.
    Running,
    /// Time stands still since then.
    Paused {
        /// When it stood still.
        since: Timestamp,
    },
    /// The target's work is done, with this outcome.
    Finished {
        /// When it was done.
        at: Timestamp,
        /// How it ended. It no longer changes with priorities, calendars or holidays.
        outcome: Outcome,
    },
}

/// How a finished clock ended, by the goal that applied then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Whole working seconds it took.
    pub elapsed_seconds: i64,
    /// Working seconds it was allowed.
    pub target_seconds: i64,
    /// When it was due, if ever.
    pub due_at: Option<Timestamp>,
}

impl Outcome {
    /// Working seconds after the due time: 0 or more is late, less than 0 is early.
    pub fn difference_seconds(self) -> i64 {
        self.elapsed_seconds.saturating_sub(self.target_seconds)
    }

    /// Whether it ended before it was due. The due instant itself is late.
    pub fn is_kept(self) -> bool {
        self.difference_seconds() < 0
    }
}

/// One clock, stored with its ticket as JSON.
///
/// Every change is total: repeating it, or making it where it makes no sense, does nothing, and a
/// time before the last change counts as the time of the last change, since machines' clocks jump.
/// The first breach is kept whatever happens later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ClockDocument")]
pub struct Clock {
    started_at: Timestamp,
    stops: Vec<Stop>,
    phase: Phase,
    /// The gravest point that was announced under the present target; those before it are settled.
    announced: Option<Point>,
    breached_at: Option<Timestamp>,
    /// When the target last changed. No point of the present target was reached before.
    target_since: Option<Timestamp>,
    changed_at: Timestamp,
}

impl Clock {
    /// A clock that runs from this instant.
    pub fn start(at: Timestamp) -> Self {
        Self {
            started_at: at,
            stops: Vec::new(),
            phase: Phase::Running,
            announced: None,
            breached_at: None,
            target_since: None,
            changed_at: at,
        }
    }

    /// Lets time stand still; does nothing unless it is running.
    pub fn pause(&mut self, at: Timestamp) {
        if self.phase == Phase::Running {
            self.phase = Phase::Paused {
                since: self.advance(at),
            };
        }
    }

    /// Lets time go on; does nothing unless it is paused.
    pub fn resume(&mut self, at: Timestamp) {
        if let Phase::Paused { since } = self.phase {
            let until = self.advance(at);
            self.add_stop(Stop { from: since, until });
            self.phase = Phase::Running;
        }
    }

    /// Ends the clock, from running or paused, and settles its outcome by this goal; a breach that
    /// nobody announced yet is recorded. Does nothing when it is finished already.
    pub fn finish(&mut self, goal: Goal<'_>, at: Timestamp) {
        if let Phase::Finished { .. } = self.phase {
            return;
        }
        let at = self.advance(at);
        if let Some(breach) = self.reached(goal, Point::Breach, at) {
            self.breached_at.get_or_insert(breach.at);
        }
        let reading = self.reading(goal, at);
        if let Phase::Paused { since } = self.phase {
            self.add_stop(Stop {
                from: since,
                until: at,
            });
        }
        let outcome = Outcome {
            elapsed_seconds: reading.elapsed_seconds,
            target_seconds: goal.target.seconds(),
            due_at: reading.due_at,
        };
        self.phase = Phase::Finished { at, outcome };
    }

    /// Runs on from a finished state. The time since it was finished becomes a stop and the outcome
    /// is forgotten, but not a breach. Does nothing unless it is finished.
    ///
    /// The goal is the one that applies from now on; what it has not reached may be announced
    /// again. A goal that came while it was finished is reached from now on, and not before.
    pub fn reopen(&mut self, goal: Goal<'_>, at: Timestamp) {
        if let Phase::Finished {
            at: finished_at, ..
        } = self.phase
        {
            let until = self.advance(at);
            self.target_since = self.target_since.map(|since| match since {
                since if since < finished_at => since,
                _ => until,
            });
            self.add_stop(Stop {
                from: finished_at,
                until,
            });
            self.phase = Phase::Running;
            self.announced = self.announced.min(self.last_reached(goal, until));
        }
    }

    /// Changes the goal, when the priority changes. The time gone so far is kept and counts
    /// against the new target, in the new hours.
    ///
    /// Gives back what the old goal had reached before and nobody had announced; it counts as
    /// announced, and a breach is recorded. What the new goal has reached already is then told by
    /// [`Clock::due_points`] as reached at this moment. A warning that was given for a shorter
    /// target and is not reached under the new one will be given again when it is. On a finished
    /// clock the outcome stays as it is.
    pub fn change_goal(&mut self, old: Goal<'_>, new: Goal<'_>, at: Timestamp) -> Vec<Reached> {
        let at = self.advance(at);
        let missed = self.due_points(old, at);
        for reached in &missed {
            self.announce(*reached);
        }
        self.target_since = Some(at);
        if !matches!(self.phase, Phase::Finished { .. }) {
            self.announced = self.announced.min(self.last_reached(new, at));
        }
        missed
    }

    /// Records that people were told of this point, and a first breach.
    ///
    /// Points before it count as announced too.
    pub fn announce(&mut self, reached: Reached) {
        self.announced = self.announced.max(Some(reached.point));
        if reached.point == Point::Breach {
            self.breached_at.get_or_insert(reached.at);
        }
    }

    /// The points reached by `now` and not announced yet, in order.
    ///
    /// All of them are facts; where there are several, people need to hear of the last alone. Once
    /// the clock is finished only a breach is worth telling.
    pub fn due_points(&self, goal: Goal<'_>, now: Timestamp) -> Vec<Reached> {
        if let Phase::Finished { at, outcome } = self.phase {
            if outcome.is_kept() || self.announced == Some(Point::Breach) {
                return Vec::new();
            }
            return vec![Reached {
                point: Point::Breach,
                at: self.honest(outcome.due_at, at),
            }];
        }
        Point::ALL
            .into_iter()
            .filter(|point| Some(*point) > self.announced)
            .map_while(|point| self.reached(goal, point, now))
            .collect()
    }

    /// When the next point that was not announced is reached, if nothing changes. It may lie in the
    /// past when nobody asked [`Clock::due_points`] in time.
    ///
    /// `None` while paused or finished, once the breach is announced, or when the hours never get
    /// there.
    pub fn next_point_at(&self, goal: Goal<'_>) -> Option<Timestamp> {
        if self.phase != Phase::Running {
            return None;
        }
        let next = Point::ALL
            .into_iter()
            .find(|point| Some(*point) > self.announced)?;
        let at = self.instant_of(goal, next, self.changed_at)?;
        Some(self.honest(Some(at), at))
    }

    /// Reads the clock at `now` against a goal.
    ///
    /// A finished clock answers with its outcome, whatever the goal is now.
    pub fn reading(&self, goal: Goal<'_>, now: Timestamp) -> Reading {
        if let Phase::Finished { outcome, .. } = self.phase {
            return self.finished_reading(outcome);
        }
        let is_running = self.phase == Phase::Running;
        let elapsed_seconds = self.elapsed_microseconds(goal, now) / MICROSECONDS_A_SECOND;
        let while_running = |point| {
            if is_running {
                self.instant_of(goal, point, now)
            } else {
                None
            }
        };
        let breach = self
            .reached(goal, Point::Breach, now)
            .map(|reached| reached.at);
        Reading {
            elapsed_seconds,
            remaining_seconds: goal.target.seconds() - elapsed_seconds,
            due_at: self.instant_of(goal, Point::Breach, now),
            half_at: while_running(Point::Half),
            four_fifths_at: while_running(Point::FourFifths),
            state: ClockState::from(self.last_reached(goal, now)),
            difference_seconds: None,
            breached_at: self.breached_at.or(breach),
        }
    }

    /// When it started to count.
    pub fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// What it is doing.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The stops that are over, in order.
    pub fn stops(&self) -> &[Stop] {
        &self.stops
    }

    /// When it was finished, if it is.
    pub fn finished_at(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Finished { at, .. } => Some(at),
            Phase::Running | Phase::Paused { .. } => None,
        }
    }

    /// The first breach that was recorded. Once here, it never changes.
    pub fn breached_at(&self) -> Option<Timestamp> {
        self.breached_at
    }

    /// The gravest point that was announced under the present target.
    pub fn announced(&self) -> Option<Point> {
        self.announced
    }
}

impl Clock {
    /// The time of a change, never before the last one.
    fn advance(&mut self, at: Timestamp) -> Timestamp {
        self.changed_at = self.changed_at.max(at);
        self.changed_at
    }

    /// Remembers a stop; one that begins where the last ended lengthens that one.
    fn add_stop(&mut self, stop: Stop) {
        if stop.until <= stop.from {
            return;
        }
        match self.stops.last_mut() {
            Some(last) if last.until == stop.from => last.until = stop.until,
            _ => self.stops.push(stop),
        }
    }

    /// Where the last stretch of running began.
    fn went_on_at(&self) -> Timestamp {
        self.stops.last().map_or(self.started_at, |stop| stop.until)
    }

    /// The stretches of running that are over because of a stop.
    fn ended_stretches(&self) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let starts = std::iter::once(self.started_at).chain(self.stops.iter().map(|s| s.until));
        starts.zip(self.stops.iter().map(|stop| stop.from))
    }

    fn elapsed_microseconds(&self, goal: Goal<'_>, now: Timestamp) -> i64 {
        let until = match self.phase {
            Phase::Running => now,
            Phase::Paused { since } => since,
            Phase::Finished { at, .. } => at,
        };
        self.ended_stretches()
            .chain(std::iter::once((self.went_on_at(), until)))
            .map(|(from, until)| goal.hours.working_microseconds_between(from, until))
            .sum()
    }

    /// When the point is or was reached; while paused, when it would be if time went on at `now`.
    fn instant_of(&self, goal: Goal<'_>, point: Point, now: Timestamp) -> Option<Timestamp> {
        let mut left = point_microseconds(goal, point);
        for (from, until) in self.ended_stretches() {
            let worked = goal.hours.working_microseconds_between(from, until);
            if worked >= left {
                return goal.hours.add_working_microseconds(from, left);
            }
            left -= worked;
        }
        let from = self.went_on_at();
        if let Phase::Paused { since } = self.phase {
            let worked = goal.hours.working_microseconds_between(from, since);
            if worked < left {
                return goal
                    .hours
                    .add_working_microseconds(now.max(since), left - worked);
            }
        }
        goal.hours.add_working_microseconds(from, left)
    }

    /// The point and when it was reached, if it was by `now`.
    fn reached(&self, goal: Goal<'_>, point: Point, now: Timestamp) -> Option<Reached> {
        if self.elapsed_microseconds(goal, now) < point_microseconds(goal, point) {
            return None;
        }
        let at = self.honest(self.instant_of(goal, point, now), now);
        Some(Reached { point, at })
    }

    fn last_reached(&self, goal: Goal<'_>, now: Timestamp) -> Option<Point> {
        let elapsed = self.elapsed_microseconds(goal, now);
        Point::ALL
            .into_iter()
            .rev()
            .find(|point| elapsed >= point_microseconds(goal, *point))
    }

    /// When a point was really reached: not before its target applied. `fallback` stands in where
    /// the point lies beyond the horizon of the hours and was reached all the same.
    fn honest(&self, at: Option<Timestamp>, fallback: Timestamp) -> Timestamp {
        let at = at.unwrap_or(fallback);
        self.target_since.map_or(at, |since| at.max(since))
    }

    fn finished_reading(&self, outcome: Outcome) -> Reading {
        let elapsed = outcome.elapsed_seconds;
        let reached = Point::ALL.into_iter().rev().find(|point| {
            elapsed.saturating_mul(100) >= outcome.target_seconds.saturating_mul(point.percent())
        });
        Reading {
            elapsed_seconds: elapsed,
            remaining_seconds: outcome.difference_seconds().saturating_neg(),
            due_at: outcome.due_at,
            half_at: None,
            four_fifths_at: None,
            state: ClockState::from(reached),
            difference_seconds: Some(outcome.difference_seconds()),
            breached_at: self.breached_at,
        }
    }
}

/// The working time after which a point is reached, in microseconds; exact, since a hundredth of a
/// second is a whole number of them.
fn point_microseconds(goal: Goal<'_>, point: Point) -> i64 {
    goal.target.seconds() * (MICROSECONDS_A_SECOND / 100) * point.percent()
}

/// A stored clock whose times do not follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The stored clock is damaged: its times are not in order. Restore it from a backup.")]
pub struct ClockError;

/// A clock as it is written down, before it is checked.
#[derive(Deserialize)]
struct ClockDocument {
    started_at: Timestamp,
    stops: Vec<Stop>,
    phase: Phase,
    announced: Option<Point>,
    breached_at: Option<Timestamp>,
    target_since: Option<Timestamp>,
    changed_at: Timestamp,
}

impl TryFrom<ClockDocument> for Clock {
    type Error = ClockError;

    fn try_from(document: ClockDocument) -> Result<Self, ClockError> {
        let ClockDocument {
            started_at,
            stops,
            phase,
            announced,
            breached_at,
            target_since,
            changed_at,
        } = document;
        let mut last = started_at;
        for stop in &stops {
            if stop.from < last || stop.until < stop.from {
                return Err(ClockError);
            }
            last = stop.until;
        }
        let phase_at = match phase {
            Phase::Running => last,
            Phase::Paused { since } => since,
            Phase::Finished { at, .. } => at,
        };
        if phase_at < last || changed_at < phase_at {
            return Err(ClockError);
        }
        Ok(Self {
            started_at,
            stops,
            phase,
            announced,
            breached_at,
            target_since,
            changed_at,
        })
    }
}
