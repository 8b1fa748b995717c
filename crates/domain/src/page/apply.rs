//! Making true what happened to a page.

use jiff::Timestamp;

use super::{Called, Event, Helper, Page, Paged, PutOff, State, Way, Why};
use crate::{PersonId, TicketId};

impl Page {
    /// Makes what happened true.
    pub fn apply(&mut self, event: &Event, ticket: Option<TicketId>, at: Timestamp) {
        match event {
            Event::Started { .. } => {}
            Event::Joined { number, rank, .. } => {
                if let Some(ticket) = ticket {
                    self.tickets.push(Paged {
                        ticket,
                        number: *number,
                        rank: *rank,
                    });
                }
            }
            Event::Left { .. } => self.tickets.retain(|paged| Some(paged.ticket) != ticket),
            Event::Held {
                until,
                why,
                reason,
                by,
            } => self.hold(*until, *why, reason.as_deref(), *by, at),
            Event::Called {
                people,
                level,
                round,
                until,
                ..
            } => self.call(people, *level, *round, *until, at),
            Event::Acknowledged { by, way, ask_at } => self.acknowledge(*by, *way, *ask_at, at),
            Event::Declined { by, .. } => {
                if !self.notes.declined.contains(by) {
                    self.notes.declined.push(*by);
                }
                self.refuse(*by);
                self.forget_asker(*by);
                if self.holder() == Some(*by) {
                    self.wait(at);
                }
            }
            Event::Unreachable { person } => {
                for list in [&mut self.notes.declined, &mut self.notes.out_of_reach] {
                    if !list.contains(person) {
                        list.push(*person);
                    }
                }
                self.refuse(*person);
            }
            Event::AskedAgain { person, until } => {
                self.count_call(*person, at);
                self.state = State::Asking {
                    by: *person,
                    since: at,
                    until: *until,
                };
            }
            Event::Unacknowledged { until, .. } => self.wait(*until),
            Event::HelpCalled {
                people,
                hand_over,
                by,
            } => self.call_besides(people, *hand_over, *by, at),
            Event::HelpCame { by, way } => {
                self.notes.helpers.retain(|helper| helper.person != *by);
                self.note_answer(*by, *way, at);
            }
            Event::HelpMissed { person, .. } => {
                let mut helpers = self.notes.helpers.iter_mut();
                if let Some(helper) = helpers.find(|helper| helper.person == *person) {
                    helper.since = None;
                }
            }
            Event::HandOverEnded => self.notes.helpers.retain(|helper| !helper.hand_over),
            Event::LastResortCalled { people, .. } => {
                for person in people {
                    self.count_call(*person, at);
                }
                let (since, again) = match self.state {
                    State::LastResort { since, .. } => (since, Some(at)),
                    _ => (at, None),
                };
                self.state = State::LastResort {
                    people: people.clone(),
                    since,
                    again,
                };
            }
            Event::ClockPutRight { until } => self.put_right(*until, at),
            Event::Ended { how } => {
                self.notes.helpers.clear();
                self.state = State::Ended { how: *how, at };
            }
        }
        self.changed_at = self.changed_at.max(at);
    }

    /// People are called besides whoever has it or is called for it.
    fn call_besides(
        &mut self,
        people: &[PersonId],
        hand_over: bool,
        by: Option<PersonId>,
        at: Timestamp,
    ) {
        // It can only be handed to one: whoever was to have it before is called no more.
        let stays = |one: &Helper| !(hand_over && one.hand_over);
        self.notes.helpers.retain(stays);
        self.notes.refused.retain(stays);
        for person in people {
            self.count_call(*person, at);
            for list in [&mut self.notes.helpers, &mut self.notes.refused] {
                list.retain(|one| one.person != *person);
            }
            self.notes.helpers.push(Helper {
                person: *person,
                hand_over,
                by,
                since: Some(at),
            });
        }
    }

    /// Whoever cannot take it themselves is told of nobody whom they asked for before.
    fn forget_asker(&mut self, person: PersonId) {
        let notes = &mut self.notes;
        let asked = notes.helpers.iter_mut().chain(&mut notes.refused);
        for helper in asked.filter(|helper| helper.by == Some(person)) {
            helper.by = None;
        }
    }

    /// Whoever was called besides cannot: they are called no more.
    fn refuse(&mut self, person: PersonId) {
        let helpers = &mut self.notes.helpers;
        if let Some(place) = helpers.iter().position(|helper| helper.person == person) {
            let helper = helpers.remove(place);
            self.notes.refused.push(helper);
        }
    }

    fn put_right(&mut self, new_until: Timestamp, now: Timestamp) {
        match &mut self.state {
            State::Held { until } => *until = new_until,
            State::Calling { since, until, .. } | State::Asking { since, until, .. } => {
                (*since, *until) = (now, new_until);
            }
            State::Acknowledged { at, ask_at, .. } => {
                (*at, *ask_at) = (now, Some(new_until));
            }
            State::LastResort { since, again, .. } => {
                *since = now.min(*since);
                if let Some(again) = again {
                    *again = now;
                }
            }
            State::Ended { .. } => {}
        }
        self.changed_at = now;
    }

    fn hold(
        &mut self,
        until: Timestamp,
        why: Why,
        reason: Option<&str>,
        by: Option<PersonId>,
        at: Timestamp,
    ) {
        if until > at {
            // What waits calls nobody, not even those who were called besides.
            self.notes.helpers.clear();
            self.notes.refused.clear();
        }
        if why == Why::Asked {
            self.notes.reason = reason.map(str::to_owned);
        }
        self.wait(until);
        self.notes.put_off = by.map(|by| PutOff {
            by,
            reason: reason.map(str::to_owned),
        });
    }

    /// Calling begins anew at that instant.
    fn wait(&mut self, until: Timestamp) {
        self.state = State::Held { until };
        self.notes.calls_at = Some(until);
        self.notes.put_off = None;
    }

    fn call(
        &mut self,
        people: &[PersonId],
        level: u16,
        round: u8,
        until: Timestamp,
        at: Timestamp,
    ) {
        // While the same level is called, only whoever comes on duty hears it for the first time.
        let (before, since) = match &self.state {
            State::Calling {
                level: now_level,
                round: now_round,
                people,
                since,
                ..
            } if (*now_level, *now_round) == (level, round) => (people.clone(), *since),
            _ => (Vec::new(), at),
        };
        for person in people.iter().filter(|person| !before.contains(person)) {
            self.count_call(*person, at);
        }
        self.notes.reached = Some((level, round));
        self.state = State::Calling {
            level,
            round,
            people: people.to_vec(),
            since,
            until,
        };
    }

    fn acknowledge(&mut self, by: PersonId, way: Way, ask_at: Option<Timestamp>, at: Timestamp) {
        self.note_answer(by, way, at);
        // Whoever it was to be handed to has no call left once it is somebody's anew.
        self.notes
            .helpers
            .retain(|helper| helper.person != by && !helper.hand_over);
        self.notes.refused.clear();
        self.notes.declined.retain(|person| *person != by);
        self.state = State::Acknowledged { by, at, ask_at };
    }

    fn count_call(&mut self, person: PersonId, at: Timestamp) {
        self.notes.out_of_reach.retain(|one| *one != person);
        match self
            .notes
            .called
            .iter_mut()
            .find(|one| one.person == person)
        {
            Some(called) => called.times = called.times.saturating_add(1),
            None => self.notes.called.push(Called {
                person,
                at,
                times: 1,
                answered: None,
            }),
        }
    }

    fn note_answer(&mut self, person: PersonId, way: Way, at: Timestamp) {
        let mut called = self.notes.called.iter_mut();
        if let Some(called) = called.find(|one| one.person == person) {
            called.answered.get_or_insert((at, way));
        }
    }
}
