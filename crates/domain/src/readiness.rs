//! Readiness: whether whoever is on call next can be reached, and says that they are ready.
//!
//! A [`Start`] is the moment at which somebody begins to be on call; [`starts`] finds them in a
//! roster. A [`Readiness`] is what was asked and said about one, and [`Readiness::due`] says what
//! happens next: they are asked the day before, once more an hour before, and whoever leads and
//! whoever leaves are told while something can still be done.

use jiff::{SignedDuration, Timestamp, ToSpan as _, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    PersonId, ReadinessId, RotaId,
    rota::{Roster, Shift},
    wall,
};

/// Starts are known so long before, so that people can say early that they are ready.
pub const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 7);
/// The hour of the day before at which somebody is asked, where they live.
const ASKED_HOUR: i8 = 10;
/// They are asked once more so long before.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// Others are told so long before that nobody has said anything.
const TOLD: SignedDuration = SignedDuration::from_mins(30);
/// Whoever was asked has this long to answer before anything follows.
const PATIENCE: SignedDuration = SignedDuration::from_mins(15);
/// What was said holds for other turns of the same rota that begin within this.
pub const LASTS: SignedDuration = SignedDuration::from_hours(72);
/// A turn may rest so long; who goes on after that is not asked again.
const REST_WITHIN_TURN: SignedDuration = SignedDuration::from_hours(96);
/// At least so many verified ways reach somebody who may be woken.
pub const WAYS_WANTED: usize = 2;
/// Something has to have reached them within this.
pub const REACHED_WITHIN: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Somebody begins to be on call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The rota.
    pub rota: RotaId,
    /// Who.
    pub person: PersonId,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Whoever is on call until then.
    pub before: Vec<PersonId>,
}

/// When people begin to be on call in a rota after `now` and before `until`. Whoever goes on, or
/// comes back within one turn, does not begin.
pub fn starts(roster: &Roster<'_>, now: Timestamp, until: Timestamp) -> Vec<Start> {
    let earlier = now.checked_sub(REST_WITHIN_TURN).unwrap_or(now);
    // What begins shortly before `until` is to be seen as long as it is.
    let beyond = until.checked_add(AHEAD).unwrap_or(until);
    let shifts = roster.shifts(earlier, beyond);
    let goes_on = |shift: &Shift| {
        shifts.iter().any(|before| {
            let is_earlier = before.person == shift.person && before.from < shift.from;
            let is_same_turn = before.turn.is_some() && before.turn == shift.turn;
            is_earlier && (before.until >= shift.from || is_same_turn)
        })
    };
    let begins = |shift: &&Shift| now < shift.from && shift.from < until && !goes_on(shift);
    shifts
        .iter()
        .filter(begins)
        .map(|shift| Start {
            rota: roster.rota().id,
            person: shift.person,
            from: shift.from,
            until: shift.until,
            before: shifts
                .iter()
                .filter(|other| other.person != shift.person)
                .filter(|other| other.from < shift.from && other.until >= shift.from)
                .map(|other| other.person)
                .collect(),
        })
        .collect()
}

/// What was asked and said about one start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// Identity.
    pub id: ReadinessId,
    /// The rota.
    pub rota: RotaId,
    /// Who.
    pub person: PersonId,
    /// From when they are on call.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// When they were asked.
    pub asked_at: Option<Timestamp>,
    /// When they were asked once more.
    pub again_at: Option<Timestamp>,
    /// When others were told that something is open.
    pub told_at: Option<Timestamp>,
    /// When they said that they are ready.
    pub ready_at: Option<Timestamp>,
}

/// What happens about a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The person is asked.
    Ask,
    /// The person is asked once more.
    AskAgain,
    /// Whoever leads and whoever leaves are told.
    Tell,
}

/// What is kept of it for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The person was asked.
    Asked,
    /// Whoever leads and whoever leaves are told that something is open.
    Told {
        /// Who is told.
        people: Vec<PersonId>,
    },
    /// The person said that they are ready.
    Said,
}

/// How somebody can be reached when it is urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reachable {
    /// In how many verified ways that are tried.
    pub ways: usize,
    /// When something reached them last.
    pub last_at: Option<Timestamp>,
    /// Whether they may be called at all in their duty.
    pub is_called: bool,
}

impl Reachable {
    /// Whether they are to be called, and nothing reaches them.
    pub fn is_out_of_reach(self) -> bool {
        self.is_called && self.ways == 0
    }

    /// Whether they have fewer ways than are wanted.
    pub fn wants_ways(self) -> bool {
        self.is_called && self.ways < WAYS_WANTED
    }

    /// Whether it is long ago, or never, that something reached them.
    pub fn wants_test(self, now: Timestamp) -> bool {
        let lately = now.saturating_sub(REACHED_WITHIN).unwrap_or(Timestamp::MIN);
        self.is_called && self.ways > 0 && self.last_at.is_none_or(|at| at < lately)
    }
}

impl Readiness {
    /// Of a start about which nothing was asked or said.
    pub fn of(id: ReadinessId, start: &Start) -> Self {
        Self {
            id,
            rota: start.rota,
            person: start.person,
            from: start.from,
            until: start.until,
            asked_at: None,
            again_at: None,
            told_at: None,
            ready_at: None,
        }
    }

    /// Whether this was about that start, which may have moved since.
    pub fn is_of(&self, start: &Start) -> bool {
        (self.rota, self.person) == (start.rota, start.person)
            && self.from < start.until
            && start.from < self.until
    }

    /// Whether what was said here holds for that start too.
    pub fn holds_for(&self, start: &Start) -> bool {
        let is_recent = |at: Timestamp| {
            let until = at.saturating_add(LASTS).unwrap_or(Timestamp::MAX);
            start.from <= until
        };
        (self.rota, self.person) == (start.rota, start.person)
            && self.ready_at.is_some_and(is_recent)
    }

    /// What is to be done at `now`, and when something has to be done next. `zone` is where the
    /// person lives.
    pub fn due(
        &self,
        reachable: Reachable,
        zone: &TimeZone,
        now: Timestamp,
    ) -> (Option<Step>, Option<Timestamp>) {
        if now >= self.from {
            return (None, None);
        }
        let ask_at = self.ask_at(zone);
        let before = |time: SignedDuration| self.from.saturating_sub(time).unwrap_or(self.from);
        let patient = |at: Option<Timestamp>, then: Timestamp| {
            let answered_by = at.and_then(|at| at.checked_add(PATIENCE).ok());
            answered_by.map_or(then, |by| by.max(then))
        };
        let mut steps: Vec<(Timestamp, Step)> = Vec::new();
        if self.ready_at.is_none() {
            match (self.asked_at, self.again_at) {
                (None, _) => steps.push((ask_at, Step::Ask)),
                (Some(_), None) => {
                    steps.push((patient(self.asked_at, before(AGAIN)), Step::AskAgain));
                }
                (Some(_), Some(_)) => {}
            }
        }
        if self.told_at.is_none() {
            if reachable.is_out_of_reach() {
                steps.push((ask_at, Step::Tell));
            } else if self.ready_at.is_none() && self.asked_at.is_some() {
                steps.push((patient(self.asked_at, before(TOLD)), Step::Tell));
            }
        }
        steps.retain(|(at, _)| *at < self.from);
        steps.sort_by_key(|(at, _)| *at);
        match steps.first() {
            Some((at, step)) if *at <= now => (Some(*step), None),
            Some((at, _)) => (None, Some(*at)),
            None => (None, None),
        }
    }

    /// The day before at ten, where they live.
    fn ask_at(&self, zone: &TimeZone) -> Timestamp {
        let day = self.from.to_zoned(zone.clone()).date();
        let day = day.checked_sub(1.day()).unwrap_or(day);
        wall::begins(zone, day.at(ASKED_HOUR, 0, 0, 0)).unwrap_or(self.from)
    }

    /// Notes that a step was done.
    pub fn done(&mut self, step: Step, now: Timestamp) {
        match step {
            Step::Ask => self.asked_at = Some(now),
            Step::AskAgain => self.again_at = Some(now),
            Step::Tell => self.told_at = Some(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const FINE: Reachable = Reachable {
        ways: 2,
        last_at: None,
        is_called: true,
    };
    const NOWHERE: Reachable = Reachable {
        ways: 0,
        last_at: None,
        is_called: true,
    };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn readiness(from: &str) -> Readiness {
        let start = Start {
            rota: RotaId(Uuid::from_u128(1)),
            person: PersonId(Uuid::from_u128(2)),
            from: at(from),
            until: at(from) + SignedDuration::from_hours(168),
            before: Vec::new(),
        };
        Readiness::of(ReadinessId(Uuid::from_u128(3)), &start)
    }

    /// Everything that happens until the start, when nobody answers.
    fn steps(from: &str, zone: &str, reachable: Reachable) -> Vec<(String, Step)> {
        let zone = TimeZone::get(zone).unwrap();
        let mut readiness = readiness(from);
        let mut now = at("2026-01-01T00:00:00Z");
        let mut steps = Vec::new();
        loop {
            match readiness.due(reachable, &zone, now) {
                (Some(step), _) => {
                    readiness.done(step, now);
                    steps.push((now.to_string(), step));
                }
                (None, Some(next)) => now = next,
                (None, None) => return steps,
            }
        }
    }

    #[test]
    fn they_are_asked_the_day_before_and_an_hour_before_and_then_others_are_told() {
        let done = steps("2026-03-09T09:00:00Z", "Europe/London", FINE);
        let expected = [
            ("2026-03-08T10:00:00Z", Step::Ask),
            ("2026-03-09T08:00:00Z", Step::AskAgain),
            ("2026-03-09T08:30:00Z", Step::Tell),
        ];
        let expected: Vec<_> = expected.map(|(at, step)| (at.to_owned(), step)).into();
        assert_eq!(done, expected);
    }

    #[test]
    fn the_day_before_is_that_of_where_they_live_and_follows_the_clocks() {
        // Clocks go forward in London in the night before.
        let london = steps("2026-03-30T08:00:00Z", "Europe/London", FINE);
        assert_eq!(london[0].0, "2026-03-29T09:00:00Z");
        let sydney = steps("2026-03-09T09:00:00Z", "Australia/Sydney", FINE);
        assert_eq!(sydney[0].0, "2026-03-07T23:00:00Z");
    }

    #[test]
    fn whom_nothing_reaches_is_told_of_the_day_before() {
        let done = steps("2026-03-09T09:00:00Z", "Europe/London", NOWHERE);
        let told: Vec<_> = done
            .iter()
            .filter(|(_, step)| *step == Step::Tell)
            .collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, "2026-03-08T10:00:00Z");
        let zone = TimeZone::get("Europe/London").unwrap();
        let mut ready = readiness("2026-03-09T09:00:00Z");
        ready.ready_at = Some(at("2026-03-07T00:00:00Z"));
        let (step, _) = ready.due(NOWHERE, &zone, at("2026-03-08T10:00:00Z"));
        assert_eq!(step, Some(Step::Tell), "to say so is not to be reached");
        assert_eq!(
            ready.due(FINE, &zone, at("2026-03-08T10:00:00Z")),
            (None, None)
        );
    }

    #[test]
    fn whoever_learns_of_it_late_has_time_to_answer() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let mut late = readiness("2026-03-09T09:00:00Z");
        let now = at("2026-03-09T08:40:00Z");
        assert_eq!(late.due(FINE, &zone, now).0, Some(Step::Ask));
        late.done(Step::Ask, now);
        let (step, next) = late.due(FINE, &zone, now);
        assert_eq!((step, next), (None, Some(at("2026-03-09T08:55:00Z"))));
        let mut too_late = readiness("2026-03-09T09:00:00Z");
        too_late.done(Step::Ask, at("2026-03-09T08:50:00Z"));
        let now = at("2026-03-09T08:51:00Z");
        assert_eq!(too_late.due(FINE, &zone, now), (None, None));
    }
}
