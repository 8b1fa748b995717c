//! What happens to a page by itself, and when to look again.

use jiff::{SignedDuration, Timestamp};

use super::{Because, Event, Helper, Page, State};
use crate::{
    PersonId,
    escalation::{Company, Plan, Target},
};

/// The most things that happen to a page at one instant by themselves.
const MOST_AT_ONCE: usize = 16;
/// How long whoever has it is given to say that they still do.
pub(super) const LEAST_ASKING_SECONDS: i64 = 5 * 60;

/// Whoever answered or did something less than this ago is at it, in seconds.
const AT_IT_SECONDS: i64 = 30 * 60;

/// After how many seconds the last resort is called again while nobody has answered. It has been
/// through everybody by then, so it leaves people time to get up and providers time to come back.
pub const LAST_RESORT_AGAIN_SECONDS: i64 = 30 * 60;

/// What was begun by more than this after now was begun by a clock that was ahead.
pub const CLOCKS_DIFFER_SECONDS: i64 = 60;

/// What holds at the moment besides the page itself.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The plan of the squad.
    pub plan: &'a Plan,
    /// Who is on call.
    pub company: &'a Company<'a>,
    /// The present instant.
    pub now: Timestamp,
    /// From when people may be called for it: `now`, or when hours start.
    pub calls_at: Timestamp,
    /// When whoever has it last did something on its tickets.
    pub active_at: Option<Timestamp>,
    /// Whether all its tickets wait for their reporters, or their alerts are over.
    pub is_resting: bool,
}

impl Page {
    /// Everything that has to happen by itself now, in its order. The page has it all afterwards.
    pub fn settle(&mut self, circumstances: &Circumstances<'_>) -> Vec<Event> {
        let mut events = Vec::new();
        while events.len() < MOST_AT_ONCE {
            let Some(event) = self.due(circumstances) else {
                break;
            };
            self.apply(&event, None, circumstances.now);
            events.push(event);
        }
        events
    }

    /// The next thing that has to happen by itself now; nothing when all is as it should be.
    pub fn due(&self, circumstances: &Circumstances<'_>) -> Option<Event> {
        let now = circumstances.now;
        if let Some(until) = self.put_right_until(now) {
            return Some(Event::ClockPutRight { until });
        }
        if let Some((helper, at)) = self.help_missed_at(circumstances)
            && at <= now
        {
            return Some(Event::HelpMissed {
                person: helper.person,
                by: helper.by,
            });
        }
        match &self.state {
            State::Held { until } if *until <= now => {
                Some(self.next_call(circumstances, None, Because::Begun))
            }
            State::Calling {
                level,
                round,
                people,
                until,
                ..
            } => self.due_while_calling(circumstances, (*level, *round), people, *until),
            State::Acknowledged { by, .. } => {
                if !circumstances.company.is_member(*by) {
                    // Whoever had it has left.
                    return Some(Self::nobodys(*by, circumstances));
                }
                let asks_at = self.asks_at(circumstances)?;
                let rests = circumstances.is_resting || circumstances.calls_at > now;
                (asks_at <= now && !rests).then(|| Event::AskedAgain {
                    person: *by,
                    until: self.asked_until(circumstances),
                })
            }
            State::Asking { by, until, .. } if *until <= now && !circumstances.is_resting => {
                Some(Self::nobodys(*by, circumstances))
            }
            State::LastResort { .. } => {
                let is_due = self.last_resort_again_at()? <= now && !self.waits(circumstances);
                is_due
                    .then(|| self.next_call(circumstances, self.notes.reached, Because::Unanswered))
            }
            State::Held { .. } | State::Asking { .. } | State::Ended { .. } => None,
        }
    }

    /// Alerts fire again that were over: whoever has it was told that they were, and is asked
    /// whether they still have it. Nothing follows where nobody has it, where calling waits, or where
    /// they answered or did something only just: they are at it.
    pub fn fires_again(&self, circumstances: &Circumstances<'_>) -> Option<Event> {
        let now = circumstances.now;
        let by = match self.state {
            State::Acknowledged { by, at, .. } => {
                let last_at = circumstances.active_at.map_or(at, |active| active.max(at));
                let is_at_it = later(last_at, AT_IT_SECONDS) > now;
                (!is_at_it).then_some(by)
            }
            // What they were asked before it was over they need not have answered.
            State::Asking { by, until, .. } => (until <= now).then_some(by),
            _ => None,
        };
        let by = by.filter(|_| circumstances.calls_at <= now)?;
        Some(Event::AskedAgain {
            person: by,
            until: self.asked_until(circumstances),
        })
    }

    /// When something may have to happen by itself, if nobody does anything before.
    pub fn next_at(&self, circumstances: &Circumstances<'_>) -> Option<Timestamp> {
        let missed_at = self.help_missed_at(circumstances).map(|(_, at)| at);
        let next_at = self.next_step_at(circumstances);
        next_at.into_iter().chain(missed_at).min()
    }

    /// Who was called besides and has not answered, and when whoever asked for them is told.
    fn help_missed_at(&self, circumstances: &Circumstances<'_>) -> Option<(&Helper, Timestamp)> {
        if !self.is_open() {
            return None;
        }
        let first = circumstances.plan.levels.first();
        let seconds = first.map_or(LEAST_ASKING_SECONDS, |level| level.acknowledge_seconds);
        let called = self.notes.helpers.iter();
        called
            .filter_map(|helper| Some((helper, later(helper.since?, seconds))))
            .min_by_key(|(_, at)| *at)
    }

    fn next_step_at(&self, circumstances: &Circumstances<'_>) -> Option<Timestamp> {
        let now = circumstances.now;
        match &self.state {
            State::Asking { until, .. } if *until <= now => {
                Some(later(now, circumstances.plan.ask_again_seconds.max(60)))
            }
            State::Held { until } | State::Asking { until, .. } => Some(*until),
            State::Calling { level, until, .. } => {
                let level = circumstances.plan.level(*level);
                let change = level.and_then(|level| {
                    let company = circumstances.company;
                    company.next_change(&level.targets, self.squad, now, *until)
                });
                Some(change.unwrap_or(*until))
            }
            State::Acknowledged { .. } => {
                let asks_at = self.asks_at(circumstances)?;
                if asks_at > now {
                    Some(asks_at)
                } else if circumstances.calls_at > now {
                    Some(circumstances.calls_at)
                } else {
                    Some(later(now, circumstances.plan.ask_again_seconds.max(60)))
                }
            }
            State::LastResort { .. } => {
                let again_at = self.last_resort_again_at()?;
                if again_at <= now && self.waits(circumstances) {
                    return Some(circumstances.calls_at);
                }
                Some(again_at)
            }
            State::Ended { .. } => None,
        }
    }

    /// When the last resort is called again, if nobody answers before. That of a drill is not.
    pub fn last_resort_again_at(&self) -> Option<Timestamp> {
        match self.state {
            State::LastResort { since, again, .. } if !self.is_drill => {
                Some(later(again.unwrap_or(since), LAST_RESORT_AGAIN_SECONDS))
            }
            _ => None,
        }
    }

    /// Whether nobody is called anew before hours start. What somebody said cannot wait does not.
    fn waits(&self, circumstances: &Circumstances<'_>) -> bool {
        circumstances.calls_at > circumstances.now && self.notes.reason.is_none()
    }

    /// Until when it waits as long as it was to, where a clock that was ahead began that: otherwise
    /// it would wait for as long again as that clock was ahead.
    fn put_right_until(&self, now: Timestamp) -> Option<Timestamp> {
        let (since, until) = match &self.state {
            // What is held until another time is held until a time of day, which is what it was.
            State::Held { until } if *until <= self.changed_at => (*until, *until),
            State::Calling { since, until, .. } | State::Asking { since, until, .. } => {
                (*since, *until)
            }
            State::Acknowledged {
                at,
                ask_at: Some(ask_at),
                ..
            } => (*at, *ask_at),
            State::LastResort { since, again, .. } => {
                (again.unwrap_or(*since), self.last_resort_again_at()?)
            }
            _ => return None,
        };
        let is_ahead = since > later(now, CLOCKS_DIFFER_SECONDS);
        is_ahead.then(|| later(now, until.duration_since(since).as_secs()))
    }

    fn due_while_calling(
        &self,
        circumstances: &Circumstances<'_>,
        place: (u16, u8),
        people: &[PersonId],
        until: Timestamp,
    ) -> Option<Event> {
        let now = circumstances.now;
        if until <= now {
            return Some(self.next_call(circumstances, Some(place), Because::Unanswered));
        }
        let level = circumstances.plan.level(place.0);
        let on_duty = level.map_or_else(Vec::new, |level| {
            self.callable(circumstances, &level.targets)
        });
        if on_duty.is_empty() {
            let because = if people.iter().any(|one| self.notes.declined.contains(one)) {
                Because::Declined
            } else {
                Because::Duty
            };
            return Some(self.next_call(circumstances, Some(place), because));
        }
        let callees: Vec<PersonId> = people
            .iter()
            .copied()
            .filter(|person| !self.notes.declined.contains(person))
            .collect();
        let is_same =
            on_duty.len() == callees.len() && on_duty.iter().all(|person| callees.contains(person));
        (!is_same).then(|| Event::Called {
            people: on_duty,
            level: place.0,
            round: place.1,
            because: Because::Duty,
            until,
            empty: Vec::new(),
        })
    }

    /// The first level after a place that has anybody; the last resort when none has.
    pub(super) fn next_call(
        &self,
        circumstances: &Circumstances<'_>,
        after: Option<(u16, u8)>,
        because: Because,
    ) -> Event {
        let plan = circumstances.plan;
        let levels = u16::try_from(plan.levels.len()).unwrap_or(u16::MAX);
        let places =
            (1..=plan.rounds).flat_map(|round| (1..=levels).map(move |level| (level, round)));
        let left = places.filter(|(level, round)| {
            after.is_none_or(|(last_level, last_round)| (*round, *level) > (last_round, last_level))
        });
        let mut empty = Vec::new();
        for (number, round) in left {
            let Some(level) = plan.level(number) else {
                continue;
            };
            let people = self.callable(circumstances, &level.targets);
            if !people.is_empty() {
                return Event::Called {
                    people,
                    level: number,
                    round,
                    because,
                    until: later(circumstances.now, level.acknowledge_seconds),
                    empty,
                };
            }
            if !empty.contains(&number) {
                empty.push(number);
            }
        }
        Event::LastResortCalled {
            people: self.last_people(circumstances),
            empty,
            again: matches!(self.state, State::LastResort { .. }),
        }
    }

    /// The people of the last resort. Whoever said that they cannot is called only when nobody else
    /// is there.
    fn last_people(&self, circumstances: &Circumstances<'_>) -> Vec<PersonId> {
        let company = circumstances.company;
        let targets = &circumstances.plan.last_resort;
        let people = company.last_resort(targets, self.squad, circumstances.now);
        let willing: Vec<PersonId> = people
            .iter()
            .copied()
            .filter(|person| !self.notes.declined.contains(person))
            .collect();
        if willing.is_empty() { people } else { willing }
    }

    fn callable(&self, circumstances: &Circumstances<'_>, targets: &[Target]) -> Vec<PersonId> {
        let company = circumstances.company;
        let mut people = company.reached(targets, self.squad, circumstances.now);
        people.retain(|person| !self.notes.declined.contains(person));
        people
    }

    /// When whoever has it is asked again: some time after they last did something.
    fn asks_at(&self, circumstances: &Circumstances<'_>) -> Option<Timestamp> {
        let State::Acknowledged {
            ask_at: Some(ask_at),
            ..
        } = self.state
        else {
            return None;
        };
        let after_doing = circumstances
            .active_at
            .map(|at| later(at, circumstances.plan.ask_again_seconds));
        Some(after_doing.map_or(ask_at, |after| after.max(ask_at)))
    }

    /// It is nobody's: calling begins anew, or when hours start.
    fn nobodys(person: PersonId, circumstances: &Circumstances<'_>) -> Event {
        Event::Unacknowledged {
            person,
            until: circumstances.calls_at.max(circumstances.now),
        }
    }

    fn asked_until(&self, circumstances: &Circumstances<'_>) -> Timestamp {
        let first = circumstances.plan.levels.first();
        let seconds = first.map_or(LEAST_ASKING_SECONDS, |level| level.acknowledge_seconds);
        later(circumstances.now, seconds.max(LEAST_ASKING_SECONDS))
    }
}

/// The instant so many seconds later; the end of time where there is none.
pub(super) fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}
