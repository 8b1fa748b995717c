//! From a history to a ticket and its facts.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    Event, History, Snapshot, What,
    states::{Before, moves},
};
use crate::{
    FeatureId, PersonId, SquadId, TicketId, TicketNumber,
    fact::{Fact, Happened},
    priority::ServiceLevels,
    ticket::{NewTicket, Report, StatusKind, Ticket},
};

/// Who and what the names of an export stand for, whatever their case.
#[derive(Clone, Debug, Default)]
pub struct Names {
    people: HashMap<String, PersonId>,
    squads: HashMap<String, SquadId>,
    features: HashMap<String, FeatureId>,
}

/// A name of a history stands for nobody; whoever replays it must say first who that is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” of an imported history has no counterpart here")]
pub struct Unnamed(String);

/// The key under which a name is known.
fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Names {
    /// From now on `name` stands for this person.
    pub fn add_person(&mut self, name: &str, id: PersonId) {
        self.people.insert(name_key(name), id);
    }

    /// From now on `name` stands for this squad.
    pub fn add_squad(&mut self, name: &str, id: SquadId) {
        self.squads.insert(name_key(name), id);
    }

    /// From now on `name` stands for this feature.
    pub fn add_feature(&mut self, name: &str, id: FeatureId) {
        self.features.insert(name_key(name), id);
    }

    /// The person of that name.
    ///
    /// # Errors
    /// When nobody was added by it.
    pub fn person(&self, name: &str) -> Result<PersonId, Unnamed> {
        let id = self.people.get(&name_key(name)).copied();
        id.ok_or_else(|| Unnamed(name.to_owned()))
    }

    /// The squad of that name.
    ///
    /// # Errors
    /// When none was added by it.
    pub fn squad(&self, name: &str) -> Result<SquadId, Unnamed> {
        let id = self.squads.get(&name_key(name)).copied();
        id.ok_or_else(|| Unnamed(name.to_owned()))
    }

    /// The feature of that name.
    ///
    /// # Errors
    /// When none was added by it.
    pub fn feature(&self, name: &str) -> Result<FeatureId, Unnamed> {
        let id = self.features.get(&name_key(name)).copied();
        id.ok_or_else(|| Unnamed(name.to_owned()))
    }
}

impl History {
    /// The ticket of this history and all its facts, each with its original time, in order.
    ///
    /// Breaches of service levels are facts of the history, at the moments when `levels` were
    /// breached. Warnings are not: nobody was warned.
    ///
    /// # Errors
    /// When a name of the history is not among `names`.
    pub fn replay(
        &self,
        id: TicketId,
        number: TicketNumber,
        names: &Names,
        levels: &ServiceLevels,
        now: Timestamp,
    ) -> Result<(Ticket, Vec<Happened>), Unnamed> {
        let opening = &self.opening;
        let what = match opening.description.as_str() {
            "" => opening.title.clone(),
            told => told.to_owned(),
        };
        let new = NewTicket {
            id,
            number,
            title: opening.title.clone(),
            report: Report {
                what,
                ..Report::default()
            },
            priority: opening.priority,
            feature: opening
                .feature
                .as_deref()
                .map(|f| names.feature(f))
                .transpose()?,
            squad: opening
                .squad
                .as_deref()
                .map(|s| names.squad(s))
                .transpose()?,
            reporter: names.person(&opening.reporter)?,
        };
        let (ticket, opened) = Ticket::open(new, opening.at);
        let mut replay = Replay {
            ticket,
            facts: vec![opened],
            names,
            levels,
        };
        for event in &self.events {
            replay.event(event)?;
        }
        replay.breaches(now);
        Ok((replay.ticket, replay.facts))
    }

    /// Brings a ticket that was imported before, and that nobody has touched here since, to where
    /// this history ends. Answers the facts by which it changed.
    ///
    /// What happened after `since`, the last thing that the earlier import told, is told event by
    /// event. What is different all the same is told as of the last row, but not before `since`.
    ///
    /// # Errors
    /// When a name of the history is not among `names`.
    pub fn catch_up(
        &self,
        ticket: Ticket,
        since: Timestamp,
        names: &Names,
        levels: &ServiceLevels,
        now: Timestamp,
    ) -> Result<(Ticket, Vec<Happened>), Unnamed> {
        let mut replay = Replay {
            ticket,
            facts: Vec::new(),
            names,
            levels,
        };
        let mut latest = since;
        for event in self.events.iter().filter(|event| event.at > since) {
            replay.event(event)?;
            latest = event.at;
        }
        replay.differences(&self.last, latest)?;
        replay.breaches(now);
        Ok((replay.ticket, replay.facts))
    }
}

struct Replay<'a> {
    ticket: Ticket,
    facts: Vec<Happened>,
    names: &'a Names,
    levels: &'a ServiceLevels,
}

impl Replay<'_> {
    fn event(&mut self, event: &Event) -> Result<(), Unnamed> {
        let actor = event
            .author
            .as_deref()
            .map(|a| self.names.person(a))
            .transpose()?;
        if let Some(fact) = self.fact(&event.what)? {
            self.push(event.at, actor, fact);
        }
        Ok(())
    }

    fn push(&mut self, at: Timestamp, actor: Option<PersonId>, fact: Fact) {
        self.breaches(at);
        let happened = Happened {
            at,
            actor,
            ticket: Some(self.ticket.id),
            fact,
        };
        self.ticket.apply(&happened, self.levels);
        self.facts.push(happened);
    }

    /// The fact that makes it so; none when it is so already.
    fn fact(&self, what: &What) -> Result<Option<Fact>, Unnamed> {
        let ticket = &self.ticket;
        let (names, from) = (self.names, ticket.status.kind());
        let is_changed = |changed: bool, fact| changed.then_some(fact);
        Ok(match what {
            What::Title(to) => {
                let (from, to) = (ticket.title.clone(), to.clone());
                is_changed(from != to, Fact::TitleChanged { from, to })
            }
            What::Priority(to) => {
                let (from, to, reason) = (ticket.priority, *to, None);
                is_changed(from != to, Fact::PriorityChanged { from, to, reason })
            }
            What::Squad(name) => {
                let to = name.as_deref().map(|name| names.squad(name)).transpose()?;
                let from = ticket.squad;
                is_changed(from != to, Fact::SquadChanged { from, to })
            }
            What::Feature(name) => {
                let to = name
                    .as_deref()
                    .map(|name| names.feature(name))
                    .transpose()?;
                let from = ticket.feature;
                is_changed(from != to, Fact::FeatureChanged { from, to })
            }
            What::Owner(name) => {
                let to = name.as_deref().map(|name| names.person(name)).transpose()?;
                let from = ticket.owner;
                is_changed(from != to, Fact::OwnerChanged { from, to })
            }
            What::Moved { to, word } => Some(Fact::TicketMoved {
                from,
                to: *to,
                note: Some(word.clone()).filter(|word| !word.is_empty()),
            }),
            What::Resolved(resolution) => Some(Fact::TicketResolved {
                from,
                resolution: resolution.clone(),
            }),
        })
    }

    /// Records the breaches up to `until`.
    fn breaches(&mut self, until: Timestamp) {
        let mut due = self.ticket.service_level_facts(self.levels, until);
        due.retain(|happened| matches!(happened.fact, Fact::ServiceLevelBreached { .. }));
        due.sort_by_key(|happened| happened.at);
        for happened in due {
            self.ticket.apply(&happened, self.levels);
            self.facts.push(happened);
        }
    }

    /// Makes the ticket what `last` tells, as far as its events have not.
    fn differences(&mut self, last: &Snapshot, since: Timestamp) -> Result<(), Unnamed> {
        let mut whats = vec![
            What::Title(last.title.clone()),
            What::Feature(last.feature.clone()),
            What::Squad(last.squad.clone()),
            What::Owner(last.owner.clone()),
        ];
        whats.extend(last.priority.map(What::Priority));
        for what in whats {
            self.event(&Event {
                at: since.max(last.at),
                author: last.author.clone(),
                what,
            })?;
        }
        let before = Before {
            kind: self.standing_of(last),
            word: None,
            since,
            reopened_count: self.ticket.tally.reopened,
        };
        let mut latest = since.max(last.at);
        for event in moves(std::slice::from_ref(last), before) {
            self.event(&event)?;
            latest = latest.max(event.at);
        }
        self.correct_resolution(last, latest)
    }

    /// How the ticket was resolved is known by its last row, even when an earlier one moved it.
    fn correct_resolution(&mut self, last: &Snapshot, at: Timestamp) -> Result<(), Unnamed> {
        let (from, to) = match self.ticket.status.resolution() {
            Some(from) if *from != last.resolution => (from.clone(), last.resolution.clone()),
            _ => return Ok(()),
        };
        let actor = last
            .author
            .as_deref()
            .map(|a| self.names.person(a))
            .transpose()?;
        self.push(at, actor, Fact::ResolutionCorrected { from, to });
        Ok(())
    }

    /// Where the ticket stands, as the other tracker would say: reopened is no status there, but a
    /// move to the one that it has.
    fn standing_of(&self, last: &Snapshot) -> StatusKind {
        match (self.ticket.status.kind(), &last.state) {
            (StatusKind::Reopened, Some(state)) if state.kind == StatusKind::New => state.kind,
            (kind, _) => kind,
        }
    }
}
