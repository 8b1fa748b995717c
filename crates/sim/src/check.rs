//! What is promised, checked.
//!
//! Safety holds at every moment: nobody is called who is not on call or not to be called any more,
//! what may have been said is said once more at most and says so, one person has a page, and what
//! somebody was told is on the disk. Liveness holds once faults have stopped: every page goes on when
//! its time has come, also one at its last resort that nobody answers; every call reaches a provider,
//! and all comes to its end in time. What nobody sees to is told by [`neglect`](crate::neglect).

mod in_time;

use std::collections::{BTreeMap, BTreeSet};

use eider_domain::{
    AttemptId, PageId, PersonId, ServiceId,
    alert::Signal,
    escalation::Plan,
    fact::Fact,
    page::{Because, Event, Page},
};
use eider_store::fact::Recorded;
use jiff::{SignedDuration, Timestamp};

use crate::{
    alert::Alerts,
    duty::Rosters,
    neglect::Neglect,
    provider::Call,
    report::Violation,
    shadow::{Shadow, Standing},
    ticket::Tickets,
};

/// What is due is done within this, once faults have stopped: a claim of a dead node, and a little.
const SLACK: SignedDuration = SignedDuration::from_secs(60);
/// What took longer from the claim to the end may have been taken over by another node.
const SURE_WITHIN: SignedDuration = SignedDuration::from_secs(14);

/// When something is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// By the true clock.
    pub now: Timestamp,
    /// By the clock of the node that did it.
    pub clock: Timestamp,
}

/// Somebody whom a message has to reach.
#[derive(Clone, Copy, Debug)]
struct Expected {
    page: PageId,
    person: PersonId,
    by: Timestamp,
}

/// What somebody was told that they did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// They have it, or come to help.
    HasIt,
    /// They need not.
    Declined,
}

/// Everything that is known of a world, and whether it may be so.
#[derive(Clone, Debug, Default)]
pub struct Check {
    /// Who is on call.
    pub rosters: Rosters,
    /// The place of the last fact that was seen.
    pub last_seq: i64,
    /// What was not kept.
    pub violations: Vec<Violation>,
    /// How many pages began, and how many reached the last resort.
    pub counts: (u64, u64),
    /// The tickets.
    pub tickets: Tickets,
    /// The alerts.
    pub alerts: Alerts,
    neglect: Neglect,
    /// When nobody had to answer last whether they still have a page.
    rested_at: BTreeMap<PageId, Timestamp>,
    shadows: BTreeMap<PageId, Shadow>,
    calls: Vec<Call>,
    calm_since: Option<Timestamp>,
    expected: Vec<Expected>,
    settled_by: BTreeMap<PageId, Timestamp>,
}

impl Check {
    /// What is known of a world at its beginning.
    pub fn of(rosters: Rosters, last_seq: i64) -> Self {
        Self {
            rosters,
            last_seq,
            ..Self::default()
        }
    }

    /// Takes note of what happened. Answers with the pages that it touched.
    pub fn facts(&mut self, recorded: &[Recorded], moment: Moment) -> BTreeSet<PageId> {
        let mut touched = BTreeSet::new();
        for one in recorded {
            self.last_seq = one.seq;
            self.rosters.take(&one.happened);
            self.tickets.take(&one.happened);
            self.alerts.take(&one.happened, &self.tickets, moment.now);
            if let Fact::PageChanged { page, event } = &one.happened.fact {
                touched.insert(*page);
                self.event(*page, event, one.happened.at, moment);
            }
        }
        self.look_for_neglect(moment.now);
        touched
    }

    /// A monitor was told that what it said of a service is kept.
    pub fn kept(&mut self, service: ServiceId, signal: &Signal, now: Timestamp) {
        self.alerts.kept(service, signal);
        self.look_for_neglect(now);
    }

    fn event(&mut self, id: PageId, event: &Event, at: Timestamp, moment: Moment) {
        let now = moment.now;
        let Some(mut shadow) = self.shadows.remove(&id) else {
            match Shadow::start(event, at, now) {
                Some(shadow) => {
                    self.counts.0 += 1;
                    self.shadows.insert(id, shadow);
                    self.expect_end(id, now);
                }
                None => self.violate(now, format!("page {id} changes before it begins")),
            }
            return;
        };
        self.before(id, &shadow, event, at, moment);
        let turned = shadow.take(event, at, now);
        if let Some(holder) = turned.taken_from {
            let what = format!("page {id} is somebody else's while {holder} has it");
            self.violate(now, what);
        }
        if let Event::LastResortCalled { .. } = event {
            self.counts.1 += 1;
        }
        let callees = shadow.callees();
        self.shadows.insert(id, shadow);
        self.expected
            .retain(|one| one.page != id || callees.contains(&one.person));
        if self.calm_since.is_some() {
            let by = now + SLACK;
            let expect = |person| Expected {
                page: id,
                person,
                by,
            };
            let called = turned.called.into_iter();
            self.expected
                .extend(called.filter(|person| callees.contains(person)).map(expect));
        }
        self.expect_end(id, now);
    }

    /// Whether what happens to a page may happen to it. A node reads its clock, waits for its turn to
    /// write, and reads it again, so what was reckoned may be of `at` or of `moment`.
    fn before(
        &mut self,
        id: PageId,
        shadow: &Shadow,
        event: &Event,
        at: Timestamp,
        moment: Moment,
    ) {
        let now = moment.now;
        let plan = self.rosters.plan(shadow.squad);
        let wrong = match event {
            Event::Called {
                people,
                level,
                round,
                because,
                until,
                ..
            } => {
                let called = Called {
                    people: people.iter().copied().collect(),
                    place: (*level, *round),
                    until: *until,
                };
                self.wrong_time(&plan, shadow, &called, (at, moment.clock))
                    .or_else(|| {
                        self.wrong_call(shadow, &plan, &called, at)?;
                        self.wrong_call(shadow, &plan, &called, moment.clock)
                    })
                    .or_else(|| self.too_early(shadow, &plan, *because, now))
            }
            Event::LastResortCalled { people, .. } => {
                let left = |at| match self.next_place(shadow, &plan, at) {
                    Some(Some((place, _))) => Some(format!("level {place:?} was not called")),
                    _ => None,
                };
                if people.is_empty() {
                    Some("the last resort is nobody".to_owned())
                } else {
                    left(at).and_then(|_| left(moment.clock))
                }
            }
            Event::HelpCalled { people, .. } => people
                .iter()
                .find(|person| !self.rosters.works(**person))
                .map(|person| format!("{person} is asked to help, and does not work here")),
            Event::AskedAgain { person, .. } if shadow.holder() != Some(*person) => {
                Some(format!("{person} is asked, and does not have it"))
            }
            _ => None,
        };
        if let Some(wrong) = wrong {
            self.violate(now, format!("page {id}: {wrong}"));
        }
    }

    fn wrong_call(
        &self,
        shadow: &Shadow,
        plan: &Plan,
        called: &Called,
        at: Timestamp,
    ) -> Option<String> {
        if let Standing::Calling { level, round, .. } = &shadow.standing
            && (*level, *round) == called.place
        {
            // The same level, because duty changed hands.
            let meant = self.willing(shadow, plan, *level, at)?;
            return (meant != called.people)
                .then(|| format!("level {level} calls {:?}, not {meant:?}", called.people));
        }
        match self.next_place(shadow, plan, at)? {
            Some(next) if next == (called.place, called.people.clone()) => None,
            next => Some(format!(
                "{:?} of {:?} are called, not {next:?}",
                called.people, called.place
            )),
        }
    }

    /// Each level has its whole time from the moment in which it is called.
    fn wrong_time(
        &self,
        plan: &Plan,
        shadow: &Shadow,
        called: &Called,
        (at, clock): (Timestamp, Timestamp),
    ) -> Option<String> {
        if let Standing::Calling { level, round, .. } = &shadow.standing
            && (*level, *round) == called.place
        {
            return None;
        }
        let seconds = plan.level(called.place.0)?.acknowledge_seconds;
        let called_at = called.until - SignedDuration::from_secs(seconds);
        let place = called.place.0;
        let is_whole = at.min(clock) <= called_at && called_at <= at.max(clock);
        (!is_whole).then(|| format!("level {place} does not have {seconds} s"))
    }

    /// Once clocks are right, nobody is called before their time.
    fn too_early(
        &self,
        shadow: &Shadow,
        plan: &Plan,
        because: Because,
        now: Timestamp,
    ) -> Option<String> {
        let calm_since = self.calm_since?;
        let second = SignedDuration::from_secs(1);
        let not_before = match &shadow.standing {
            Standing::Held { until } if because == Because::Begun => *until,
            Standing::Calling { level, since, .. }
                if because == Because::Unanswered && *since > calm_since =>
            {
                let seconds = plan.level(*level)?.acknowledge_seconds;
                *since + SignedDuration::from_secs(seconds)
            }
            _ => return None,
        };
        (now + second < not_before).then(|| format!("called before {not_before}"))
    }

    /// Whom a level means who has not said no; nothing when that is not certain.
    fn willing(
        &self,
        shadow: &Shadow,
        plan: &Plan,
        level: u16,
        at: Timestamp,
    ) -> Option<BTreeSet<PersonId>> {
        let targets = &plan.level(level)?.targets;
        let meant = self.rosters.meant(targets, shadow.squad, at);
        let willing = meant.people.difference(&shadow.declined).copied().collect();
        meant.is_certain.then_some(willing)
    }

    /// The place that is called next, with its people: none when there is none left. Nothing when
    /// that is not certain.
    fn next_place(&self, shadow: &Shadow, plan: &Plan, at: Timestamp) -> Option<Option<Place>> {
        let after = match shadow.standing {
            Standing::Held { .. } => None,
            _ => shadow.reached,
        };
        for round in 1..=plan.rounds {
            for level in 1..=u16::try_from(plan.levels.len()).unwrap_or(u16::MAX) {
                if after.is_some_and(|(last, last_round)| (round, level) <= (last_round, last)) {
                    continue;
                }
                let people = self.willing(shadow, plan, level, at)?;
                if !people.is_empty() {
                    return Some(Some(((level, round), people)));
                }
            }
        }
        Some(None)
    }

    /// Compares a page as it is stored with what was told of it.
    pub fn compare(&mut self, page: &Page, now: Timestamp) {
        let shadow = self.shadows.get(&page.id);
        if let Some(what) = shadow.and_then(|shadow| shadow.differs_from(page)) {
            self.violate(now, format!("page {}: {what}", page.id));
        }
    }

    /// A provider is called: may it be?
    pub fn called(&mut self, call: Call, moment: Moment) {
        let now = moment.now;
        if let Some(what) = self.wrong_message(&call, moment.clock) {
            let (page, person) = (call.page, call.person);
            self.violate(now, format!("page {page}, message to {person}: {what}"));
        }
        if call.is_taken {
            self.expected
                .retain(|one| (one.page, one.person) != (call.page, call.person));
        }
        self.calls.push(call);
    }

    /// A node died that was about to make this call, unless it is known already that it was made.
    pub fn not_made(&mut self, call: Call) {
        let mut before = self.calls.iter().rev();
        let last = before.find(|other| other.attempt == call.attempt);
        if last.is_none_or(|last| last.is_clear) {
            self.calls.push(call);
        }
    }

    fn wrong_message(&self, call: &Call, clock: Timestamp) -> Option<String> {
        let Some(shadow) = self.shadows.get(&call.page) else {
            return Some("there is no such page".into());
        };
        let person = call.person;
        if !shadow.callees().contains(&person) {
            return Some(format!("they are not to be called: {:?}", shadow.standing));
        }
        if let Standing::Calling { level, .. } = &shadow.standing
            && !shadow.helpers.contains_key(&person)
        {
            let plan = self.rosters.plan(shadow.squad);
            let targets = plan.level(*level).map(|level| level.targets.clone());
            let targets = targets.unwrap_or_default();
            let means = |at| {
                let meant = self.rosters.meant(&targets, shadow.squad, at);
                meant.people.contains(&person)
            };
            if !means(call.asked_at) && !means(clock) {
                return Some("they are not on call".into());
            }
        }
        if call.is_repeat != call.is_marked {
            return Some("it does not say truly whether it may be a repeat".into());
        }
        let before = || self.calls.iter().filter(|other| other.is_about(call));
        if before().any(|other| other.attempt == call.attempt && other.is_the_only()) {
            return Some("the same attempt may reach them twice".into());
        }
        let attempts = |of: &dyn Fn(&&Call) -> bool| {
            let ids = before().filter(of).map(|other| other.attempt);
            ids.collect::<BTreeSet<AttemptId>>()
        };
        if call.is_repeat {
            let in_doubt = attempts(&|other| !other.is_repeat && other.is_in_doubt()).len();
            let mut repeats = attempts(&|other| other.is_repeat);
            repeats.insert(call.attempt);
            let said = repeats.len();
            return (said > in_doubt)
                .then(|| format!("said again {said} times, in doubt {in_doubt} times"));
        }
        let mut first = attempts(&|other| !other.is_repeat);
        first.insert(call.attempt);
        let (said, calls) = (first.len(), shadow.calls.get(&person).copied());
        let calls = usize::try_from(calls.unwrap_or(0)).unwrap_or(usize::MAX);
        (said > calls).then(|| format!("said {said} times, called {calls} times"))
    }

    /// A provider answered for an attempt, which was claimed at `claimed_at`, and that is kept now.
    /// Clocks have been right since then.
    pub fn cleared(
        &mut self,
        attempt: AttemptId,
        claimed_at: Timestamp,
        right_since: Timestamp,
        now: Timestamp,
    ) {
        let is_sure = now.duration_since(claimed_at) < SURE_WITHIN && claimed_at >= right_since;
        let mut calls = self.calls.iter_mut().rev();
        if let Some(call) = calls.find(|call| call.attempt == attempt) {
            call.is_clear = is_sure && (call.is_taken || !call.may_arrive);
        }
    }

    /// Somebody was told what they did: it has to be so.
    pub fn told(&mut self, page: PageId, person: PersonId, told: Told, now: Timestamp) {
        let is_so = self.shadows.get(&page).is_some_and(|shadow| match told {
            Told::HasIt => shadow.answered.contains(&person),
            Told::Declined => shadow.said_no.contains(&person),
        });
        if !is_so {
            self.violate(now, format!("page {page}: {person} was told {told:?}"));
        }
    }

    /// Notes that a promise was not kept.
    pub fn violate(&mut self, at: Timestamp, what: String) {
        self.violations.push(Violation { at, what });
    }
}

type Place = ((u16, u8), BTreeSet<PersonId>);

/// A call of a level, as it was told.
struct Called {
    people: BTreeSet<PersonId>,
    place: (u16, u8),
    until: Timestamp,
}

impl Call {
    fn is_about(&self, other: &Self) -> bool {
        (self.page, self.person, &self.address) == (other.page, other.person, &other.address)
    }

    /// Whether a node could not know what became of it.
    fn is_in_doubt(&self) -> bool {
        self.is_lost || !self.is_clear
    }
}
