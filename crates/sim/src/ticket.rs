//! Tickets, reckoned a second time from the facts that tell them: whether somebody sees to each that
//! is worth waking people for.

use std::collections::{BTreeMap, BTreeSet};

use crate::{alert::Alerts, duty::Rosters, shadow::Shadow};
use eider_domain::{
    PageId, PersonId, TicketId, TicketNumber,
    fact::{Fact, Happened},
    page::Event,
    priority::Rank,
    ticket::StatusKind,
};
use jiff::Timestamp;

/// A ticket, by what was told of it.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its number.
    pub number: TicketNumber,
    /// How urgent it is held to be.
    pub rank: Rank,
    /// Where it stands.
    pub status: StatusKind,
    /// The open page that calls for it.
    pub page: Option<PageId>,
    /// Whether no person has ever done anything about it.
    pub is_untouched: bool,
    reporter: PersonId,
    owner: Option<PersonId>,
    /// Whoever showed that they know of it, as urgent as it is now.
    knows: BTreeSet<PersonId>,
}

/// All tickets.
#[derive(Clone, Debug, Default)]
pub struct Tickets {
    told: BTreeMap<TicketId, Told>,
    numbers: BTreeMap<TicketNumber, TicketId>,
}

impl Tickets {
    /// Takes note of what happened.
    pub fn take(&mut self, happened: &Happened) {
        if let Fact::PageChanged { page, event } = &happened.fact {
            self.paged(*page, event, happened.ticket);
            return;
        }
        let Some(id) = happened.ticket else {
            return;
        };
        if let Fact::TicketOpened {
            number,
            priority,
            reporter,
            ..
        } = &happened.fact
        {
            let told = Told {
                number: *number,
                rank: *priority,
                status: StatusKind::New,
                page: None,
                is_untouched: happened.actor.is_none(),
                reporter: *reporter,
                owner: None,
                knows: BTreeSet::new(),
            };
            self.numbers.insert(*number, id);
            self.told.insert(id, told);
        } else if let Some(told) = self.told.get_mut(&id) {
            told.take(happened);
        }
    }

    fn paged(&mut self, page: PageId, event: &Event, ticket: Option<TicketId>) {
        let named = ticket.and_then(|id| self.told.get_mut(&id));
        match (event, named) {
            (Event::Started { .. } | Event::Joined { .. }, Some(told)) => told.page = Some(page),
            (Event::Left { .. }, Some(told)) if told.page == Some(page) => told.page = None,
            _ => {}
        }
        for told in self.told.values_mut().filter(|one| one.page == Some(page)) {
            match event {
                Event::Ended { .. } => told.page = None,
                Event::Acknowledged { by, .. } => {
                    told.knows.insert(*by);
                    told.is_untouched = false;
                }
                Event::Declined { by, .. } | Event::Unacknowledged { person: by, .. } => {
                    told.knows.remove(by);
                    told.is_untouched = false;
                }
                _ => {}
            }
        }
    }

    /// The ticket of that number.
    pub fn numbered(&self, number: TicketNumber) -> Option<TicketId> {
        self.numbers.get(&number).copied()
    }

    /// One of them.
    pub fn get(&self, id: TicketId) -> Option<&Told> {
        self.told.get(&id)
    }

    /// Who has the one of that number.
    pub fn owner(&self, number: TicketNumber) -> Option<PersonId> {
        self.get(self.numbered(number)?)?.owner
    }

    /// The numbers of all of them.
    pub fn numbers(&self) -> Vec<TicketNumber> {
        self.numbers.keys().copied().collect()
    }

    /// Whether any ticket of a page is worth waking people for.
    pub fn wakes(&self, page: PageId) -> bool {
        let mut those = self.told.values().filter(|one| one.page == Some(page));
        those.any(|one| one.rank == Rank::P1)
    }

    /// Whether nobody has to do anything just now on what a page is about: it waits for its reporter,
    /// or its alerts are over.
    pub fn rest(&self, page: PageId, alerts: &Alerts) -> bool {
        let those = || self.told.iter().filter(|(_, one)| one.page == Some(page));
        let mut all = those();
        let waits = StatusKind::WaitingForReporter;
        those().next().is_some() && all.all(|(id, one)| one.status == waits || alerts.are_over(*id))
    }

    /// The tickets that are worth waking people for and that nobody sees to, each in words.
    pub fn neglected(
        &self,
        pages: &BTreeMap<PageId, Shadow>,
        rosters: &Rosters,
        now: Timestamp,
    ) -> Vec<String> {
        let all = self.told.values();
        all.filter_map(|told| {
            let page = told.page.and_then(|page| pages.get(&page));
            let why = told.why_neglected(page, rosters, now)?;
            Some(format!("{}: {why}", told.number))
        })
        .collect()
    }
}

impl Told {
    fn take(&mut self, happened: &Happened) {
        let actor = happened.actor;
        self.is_untouched &= actor.is_none();
        match &happened.fact {
            Fact::TicketMoved { to, .. } => {
                self.status = *to;
                if *to == StatusKind::Reopened {
                    self.knows.clear();
                } else if actor != Some(self.reporter) {
                    self.knows.extend(actor);
                }
            }
            Fact::TicketResolved { .. } => self.status = StatusKind::Resolved,
            Fact::TicketMerged { .. } => self.status = StatusKind::Merged,
            Fact::OwnerChanged { from, to } => {
                self.owner = *to;
                if to.is_none() {
                    self.knows.retain(|person| Some(*person) != *from);
                } else if *to == actor {
                    self.knows.extend(actor);
                }
            }
            Fact::PriorityChanged { from, to, .. } => {
                self.rank = *to;
                // Rank 1 is the most urgent. Only whoever raised it knows how urgent it is now.
                if to < from {
                    let owner = self.owner;
                    let knew = |person: &PersonId| self.knows.contains(person);
                    let knows = actor.filter(|one| Some(*one) == owner || knew(one));
                    self.knows = knows.into_iter().collect();
                }
            }
            _ => {}
        }
    }

    fn why_neglected(
        &self,
        page: Option<&Shadow>,
        rosters: &Rosters,
        now: Timestamp,
    ) -> Option<&'static str> {
        let waits = self.status == StatusKind::WaitingForReporter;
        if !self.status.is_open() || waits || self.rank != Rank::P1 {
            return None;
        }
        let sees = |person: PersonId| self.knows.contains(&person) && rosters.works(person);
        if let Some(page) = page {
            if page.waits_until().is_some_and(|until| until > now) {
                return Some("its page waits, and nobody said that it can");
            }
            let had_by = page.had_by()?;
            return (!sees(had_by)).then_some("whoever has its page does not know of it");
        }
        match self.owner {
            Some(owner) if sees(owner) => None,
            Some(_) => Some("whoever has it does not know of it"),
            None if self.knows.iter().copied().any(sees) => None,
            None => Some("nobody has it, and nobody is called"),
        }
    }
}
