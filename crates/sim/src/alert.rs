//! Alerts, reckoned a second time from what their monitors were told is kept: whether each that fires
//! has a ticket, or a reason why nobody is bothered.

use std::collections::BTreeMap;

use eider_domain::{
    ServiceId, TicketId, TicketNumber,
    alert::{Says, Signal},
    fact::{Fact, Happened},
    priority::Rank,
    service::{Service, Severity},
};
use jiff::Timestamp;

use crate::ticket::Tickets;

/// Alerts of one service that belong together.
#[derive(Clone, Debug)]
struct Group {
    /// What fires, as its monitor was told is kept.
    firing: BTreeMap<String, Severity>,
    /// Its ticket, as the facts tell.
    ticket: Option<TicketId>,
    /// How many fire, as the facts tell, and how bad they are.
    left: i64,
    severity: Severity,
    /// As urgent its ticket has to be at least: alerts became worse, and no person held otherwise.
    owed: Option<Rank>,
    /// When the last of them ended, by the true clock.
    over_since: Option<Timestamp>,
}

/// All alerts.
#[derive(Clone, Debug, Default)]
pub struct Alerts {
    /// The services, as they are set up.
    pub services: Vec<Service>,
    groups: BTreeMap<(ServiceId, String), Group>,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            firing: BTreeMap::new(),
            ticket: None,
            left: 0,
            severity: Severity::Info,
            owed: None,
            over_since: None,
        }
    }
}

impl Alerts {
    /// A monitor was told that what it said of a service is kept.
    pub fn kept(&mut self, service: ServiceId, signal: &Signal) {
        let place = (service, signal.group.clone());
        let group = self.groups.entry(place).or_default();
        match signal.says {
            Says::Firing => {
                group.firing.insert(signal.key.clone(), signal.severity);
            }
            Says::Over => {
                group.firing.remove(&signal.key);
            }
            Says::Seen | Says::Assigned => {}
        }
    }

    /// Takes note of what happened, at `now` by the true clock.
    pub fn take(&mut self, happened: &Happened, tickets: &Tickets, now: Timestamp) {
        match &happened.fact {
            Fact::AlertsFired(fired) => {
                let service = self.services.iter().find(|one| one.id == fired.service);
                let worth = service.and_then(|one| one.worth.of(fired.severity));
                let place = (fired.service, fired.group.clone());
                let group = self.groups.entry(place).or_default();
                if happened.ticket.is_some() {
                    if group.ticket != happened.ticket {
                        (group.ticket, group.owed) = (happened.ticket, None);
                    }
                    if fired.severity > group.severity {
                        group.owed = worth.into_iter().chain(group.owed).min();
                    }
                }
                let was = group.severity;
                group.severity = match group.left {
                    0 => fired.severity,
                    _ => was.max(fired.severity),
                };
                group.left += fired.alerts;
                group.over_since = None;
            }
            Fact::AlertsEnded {
                service,
                group,
                left,
                ..
            } => {
                let group = self.groups.entry((*service, group.clone())).or_default();
                group.left = *left;
                group.over_since = (*left == 0).then_some(now);
            }
            Fact::TicketMerged { into, .. } => {
                let going_on = tickets.numbered(*into);
                for group in self.of(happened.ticket) {
                    (group.ticket, group.owed) = (going_on, None);
                }
            }
            // What a person holds of it counts more than what its alerts are worth.
            Fact::PriorityChanged { .. } if happened.actor.is_some() => {
                for group in self.of(happened.ticket) {
                    group.owed = None;
                }
            }
            _ => {}
        }
    }

    fn of(&mut self, ticket: Option<TicketId>) -> impl Iterator<Item = &mut Group> {
        let groups = self.groups.values_mut();
        groups.filter(move |group| group.ticket.is_some() && group.ticket == ticket)
    }

    /// The groups that fire and that nobody would hear of, each in words.
    pub fn unheard(&self, tickets: &Tickets, now: Timestamp) -> Vec<String> {
        let mut unheard = Vec::new();
        for ((id, name), group) in &self.groups {
            let Some(service) = self.services.iter().find(|one| one.id == *id) else {
                continue;
            };
            let worst = group.firing.values().max();
            let Some(rank) = worst.and_then(|worst| service.worth.of(*worst)) else {
                continue;
            };
            if self.is_quiet(service, rank, tickets, now) {
                continue;
            }
            let ticket = group.ticket.and_then(|id| tickets.get(id));
            let why = match ticket.filter(|ticket| ticket.status.is_open()) {
                None => "it fires, and has no open ticket",
                Some(ticket) if group.owed.is_some_and(|owed| owed < ticket.rank) => {
                    "its ticket is less urgent than its alerts"
                }
                Some(_) => continue,
            };
            unheard.push(format!("{name} of {}: {why}", service.name));
        }
        unheard
    }

    fn is_quiet(&self, service: &Service, rank: Rank, tickets: &Tickets, now: Timestamp) -> bool {
        let is_in_trouble = |cause: &ServiceId| {
            let those = self.groups.iter().filter(|((id, _), _)| id == cause);
            let mut those = those.filter(|(_, group)| group.left > 0);
            those.any(|(_, group)| {
                let ticket = group.ticket.and_then(|id| tickets.get(id));
                ticket.is_some_and(|ticket| ticket.status.is_open() && ticket.rank <= rank)
            })
        };
        service.maintenance_until(now).is_some() || service.causes.iter().any(is_in_trouble)
    }

    /// Whether alerts of a ticket ever fired, and all of them are over.
    pub fn are_over(&self, ticket: TicketId) -> bool {
        let those = || {
            self.groups
                .values()
                .filter(|one| one.ticket == Some(ticket))
        };
        those().next().is_some() && those().all(|one| one.left == 0)
    }

    /// The tickets that only monitors ever touched and whose alerts are all over, with since when.
    pub fn over(&self, tickets: &Tickets) -> Vec<(TicketNumber, Timestamp)> {
        let mut over: BTreeMap<TicketId, Option<Timestamp>> = BTreeMap::new();
        for group in self.groups.values() {
            let Some(id) = group.ticket else { continue };
            let since = over.entry(id).or_insert(Some(Timestamp::MIN));
            *since = match (*since, group.over_since) {
                (Some(before), Some(this)) if group.left == 0 => Some(before.max(this)),
                _ => None,
            };
        }
        let over = over.into_iter().filter_map(|(id, since)| {
            let ticket = tickets.get(id)?;
            let is_left = ticket.status.is_open() && ticket.is_untouched;
            is_left.then_some((ticket.number, since?))
        });
        over.collect()
    }
}
