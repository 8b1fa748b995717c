//! A page, reckoned a second time from the facts that tell it.

use std::collections::{BTreeMap, BTreeSet};

use eider_domain::{
    PersonId, SquadId,
    page::{Event, LAST_RESORT_AGAIN_SECONDS, Page, Way, Why},
};
use jiff::{SignedDuration, Timestamp};

/// Where a page stands, by what was told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody is called before that.
    Held {
        /// When.
        until: Timestamp,
    },
    /// A level is called.
    Calling {
        /// The level.
        level: u16,
        /// The round.
        round: u8,
        /// Who.
        people: BTreeSet<PersonId>,
        /// When the next is called.
        until: Timestamp,
        /// Since when, by the true clock.
        since: Timestamp,
    },
    /// Somebody has it.
    Had {
        /// Who.
        by: PersonId,
    },
    /// Somebody is asked whether they still have it.
    Asking {
        /// Who.
        by: PersonId,
        /// Until when.
        until: Timestamp,
    },
    /// Everybody was called.
    LastResort {
        /// Who was called last.
        people: BTreeSet<PersonId>,
    },
    /// It is over.
    Ended,
}

/// A page, by what was told of it.
#[derive(Clone, Debug)]
pub struct Shadow {
    /// Whose people.
    pub squad: Option<SquadId>,
    /// Whether people are called for practice.
    pub is_drill: bool,
    /// Where it stands.
    pub standing: Standing,
    /// Whoever is called besides, and whether it becomes theirs.
    pub helpers: BTreeMap<PersonId, bool>,
    /// Whoever cannot, or cannot be reached.
    pub declined: BTreeSet<PersonId>,
    /// When it goes on by itself at the latest, by the true clock.
    pub due_by: Timestamp,
    /// The level and round that were called last.
    pub reached: Option<(u16, u8)>,
    /// How often each was called.
    pub calls: BTreeMap<PersonId, u32>,
    /// Whoever ever answered that they have it, or come.
    pub answered: BTreeSet<PersonId>,
    /// Whoever ever said that they cannot.
    pub said_no: BTreeSet<PersonId>,
    /// Whether somebody, or a monitor, said that it can wait.
    pub is_put_off: bool,
}

/// What an event made of a page.
#[derive(Clone, Debug, Default)]
pub struct Turned {
    /// Whom it calls now who was not being called by the same level.
    pub called: Vec<PersonId>,
    /// Whoever had it before, when somebody else has it now who was not asked to take it over.
    pub taken_from: Option<PersonId>,
}

impl Shadow {
    /// The page that an event begins, at `at` by the clock of a node and `now` by the true one.
    pub fn start(event: &Event, at: Timestamp, now: Timestamp) -> Option<Self> {
        let Event::Started {
            squad, until, why, ..
        } = event
        else {
            return None;
        };
        Some(Self {
            squad: *squad,
            is_drill: *why == Why::Drill,
            standing: Standing::Held { until: *until },
            helpers: BTreeMap::new(),
            declined: BTreeSet::new(),
            due_by: if *until > at { *until } else { now },
            reached: None,
            calls: BTreeMap::new(),
            answered: BTreeSet::new(),
            said_no: BTreeSet::new(),
            is_put_off: *why == Why::Seen,
        })
    }

    /// Who has it.
    pub fn holder(&self) -> Option<PersonId> {
        match self.standing {
            Standing::Had { by } | Standing::Asking { by, .. } => Some(by),
            _ => None,
        }
    }

    /// Whether somebody has it, everybody was called, or it is over.
    pub fn is_settled(&self) -> bool {
        matches!(
            self.standing,
            Standing::Had { .. } | Standing::LastResort { .. } | Standing::Ended
        )
    }

    /// Until when nobody is called although nobody said that it can wait.
    pub fn waits_until(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Held { until } if !self.is_put_off => Some(until),
            _ => None,
        }
    }

    /// Who has it and is not asked whether they still do.
    pub fn had_by(&self) -> Option<PersonId> {
        match self.standing {
            Standing::Had { by } => Some(by),
            _ => None,
        }
    }

    /// Whether something has to happen to it by itself at `due_by`; `wakes` says whether it is
    /// certain that people are woken for what it is about.
    pub fn goes_on(&self, wakes: bool) -> bool {
        match self.standing {
            Standing::LastResort { .. } => wakes && !self.is_drill,
            _ => !self.is_settled(),
        }
    }

    /// Everybody who is being called.
    pub fn callees(&self) -> BTreeSet<PersonId> {
        let mut people = match &self.standing {
            Standing::Calling { people, .. } => {
                let willing = |person: &&PersonId| !self.declined.contains(*person);
                people.iter().filter(willing).copied().collect()
            }
            Standing::LastResort { people } => people.clone(),
            Standing::Asking { by, .. } => BTreeSet::from([*by]),
            Standing::Held { .. } | Standing::Had { .. } => BTreeSet::new(),
            Standing::Ended => return BTreeSet::new(),
        };
        people.extend(self.helpers.keys());
        people
    }

    /// What differs from the page as it is stored, if anything does.
    pub fn differs_from(&self, page: &Page) -> Option<String> {
        let stored: BTreeSet<PersonId> = page.callees().into_iter().collect();
        if self.holder() != page.holder() {
            return Some("its facts name another holder than its row".into());
        }
        if self.callees() != stored {
            return Some("its facts say that others are called than its row".into());
        }
        let is_open = self.standing != Standing::Ended;
        (is_open != page.is_open()).then(|| "its facts and its row differ on its end".into())
    }

    /// Takes note of what happened to it, at `now` by the true clock.
    pub fn take(&mut self, event: &Event, at: Timestamp, now: Timestamp) -> Turned {
        let mut turned = Turned::default();
        let before = self.standing.clone();
        match event {
            Event::Started { .. }
            | Event::Joined { .. }
            | Event::Left { .. }
            | Event::HelpMissed { .. } => {}
            Event::Held { until, why, .. } => {
                self.is_put_off = matches!(why, Why::NotNow | Why::Seen);
                if *until > at {
                    self.helpers.clear();
                }
                self.standing = Standing::Held { until: *until };
            }
            Event::Called {
                people,
                level,
                round,
                until,
                ..
            } => turned.called = self.call(people, (*level, *round), *until, now),
            Event::Acknowledged { by, way, .. } => {
                let before = self.holder().filter(|holder| holder != by);
                let is_handed = self.helpers.get(by) == Some(&true);
                // Whoever takes the ticket takes it from whoever had it, and knows that they do.
                turned.taken_from = before.filter(|_| !is_handed && *way != Way::Ticket);
                self.answered.insert(*by);
                self.declined.remove(by);
                self.helpers
                    .retain(|person, hand_over| person != by && !*hand_over);
                self.standing = Standing::Had { by: *by };
            }
            Event::Declined { by, .. } => {
                self.said_no.insert(*by);
                self.declined.insert(*by);
                self.helpers.remove(by);
                if self.holder() == Some(*by) {
                    self.standing = Standing::Held { until: at };
                }
            }
            Event::Unreachable { person } => {
                self.declined.insert(*person);
                self.helpers.remove(person);
            }
            Event::AskedAgain { person, until } => {
                self.count(*person);
                turned.called.push(*person);
                self.standing = Standing::Asking {
                    by: *person,
                    until: *until,
                };
            }
            Event::Unacknowledged { until, .. } => self.standing = Standing::Held { until: *until },
            Event::HelpCalled {
                people, hand_over, ..
            } => {
                self.helpers
                    .retain(|_, is_given| !(*hand_over && *is_given));
                for person in people {
                    self.count(*person);
                    self.helpers.insert(*person, *hand_over);
                }
                turned.called.clone_from(people);
            }
            Event::HandOverEnded => self.helpers.retain(|_, is_given| !*is_given),
            Event::HelpCame { by, .. } => {
                self.answered.insert(*by);
                self.helpers.remove(by);
            }
            Event::LastResortCalled { people, .. } => {
                for person in people {
                    self.count(*person);
                }
                turned.called.clone_from(people);
                self.standing = Standing::LastResort {
                    people: people.iter().copied().collect(),
                };
            }
            Event::ClockPutRight { until: new } => match &mut self.standing {
                Standing::Held { until } | Standing::Asking { until, .. } => *until = *new,
                Standing::Calling { until, since, .. } => (*until, *since) = (*new, now),
                Standing::Had { .. } | Standing::LastResort { .. } | Standing::Ended => {}
            },
            Event::Ended { .. } => {
                self.helpers.clear();
                self.standing = Standing::Ended;
            }
        }
        // The last resort may be called again as it was before.
        let is_again = matches!(
            event,
            Event::LastResortCalled { .. } | Event::ClockPutRight { .. }
        );
        if self.standing != before || is_again {
            self.due_by = self.reckon_due_by(at, now);
        }
        turned
    }

    /// A wait is as long as the node that began it said, and begins now whatever its clock shows;
    /// only what waits for a time of day waits for that.
    fn reckon_due_by(&self, at: Timestamp, now: Timestamp) -> Timestamp {
        match &self.standing {
            Standing::Held { until } if *until > at => *until,
            Standing::Calling { since, .. } if *since < now => self.due_by,
            Standing::Calling { until, .. } | Standing::Asking { until, .. } => {
                now + until.duration_since(at)
            }
            Standing::LastResort { .. } => {
                now + SignedDuration::from_secs(LAST_RESORT_AGAIN_SECONDS)
            }
            _ => now,
        }
    }

    fn call(
        &mut self,
        people: &[PersonId],
        place: (u16, u8),
        until: Timestamp,
        now: Timestamp,
    ) -> Vec<PersonId> {
        let (before, since) = match &self.standing {
            Standing::Calling {
                level,
                round,
                people,
                since,
                ..
            } if (*level, *round) == place => (people.clone(), *since),
            _ => (BTreeSet::new(), now),
        };
        let new: Vec<PersonId> = people
            .iter()
            .copied()
            .filter(|person| !before.contains(person))
            .collect();
        for person in &new {
            self.count(*person);
        }
        self.reached = Some(place);
        self.standing = Standing::Calling {
            level: place.0,
            round: place.1,
            people: people.iter().copied().collect(),
            until,
            since,
        };
        new
    }

    fn count(&mut self, person: PersonId) {
        *self.calls.entry(person).or_default() += 1;
    }
}
