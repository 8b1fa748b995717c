//! Monitors: what they watch breaks, becomes worse and mends, and they say so until they are told that
//! it is kept; what people do to tickets besides answering pages.

use eider_domain::{
    TicketNumber,
    alert::{Says, Signal},
    priority::Rank,
    service::Severity,
    ticket::Command,
};

use crate::{
    deed::{Deed, resolution},
    happen::Happening,
    neglect::SAID_AGAIN,
    world::{Job, Work, World},
};

/// In how many groups the alerts of a service are.
const GROUPS: u64 = 3;

/// Something that a monitor watches.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    /// The place of the key of its service.
    service: usize,
    name: String,
    group: String,
    severity: Severity,
    is_broken: bool,
}

impl Watched {
    /// What its monitor says of it now.
    fn signal(&self) -> Signal {
        let says = match self.is_broken {
            true => Says::Firing,
            false => Says::Over,
        };
        let title = format!("{} is broken", self.name);
        Signal::new(&self.name, says, self.severity, &title).grouped(&self.group)
    }
}

impl World {
    /// Something of a service breaks.
    pub(crate) fn break_something(&mut self) {
        let service = self.chance.place(self.company.keys.len());
        let watched = Watched {
            service,
            name: format!("Thing {}", self.watched.len()),
            group: format!("Group {}", self.chance.below(GROUPS)),
            severity: self.severity(),
            is_broken: false,
        };
        self.watched.push(watched);
        self.turn(self.watched.len() - 1);
    }

    fn severity(&mut self) -> Severity {
        match self.chance.below(10) {
            0..5 => Severity::Critical,
            5..7 => Severity::Error,
            7..9 => Severity::Warning,
            _ => Severity::Info,
        }
    }

    /// What mended breaks again, and the other way round.
    pub(crate) fn turn(&mut self, place: usize) {
        let is_broken = !self.watched[place].is_broken;
        self.watched[place].is_broken = is_broken;
        self.say(place);
        if is_broken {
            self.later(SAID_AGAIN, Happening::SaysAgain(place));
            let after = self.chance.mostly_short(20_000, 10 * 3_600_000);
            self.later(after, Happening::Turns(place));
            // Work on a service shows in its monitors.
            if self.rates.maintenance > 0 && self.chance.percent(15) {
                let service = self.company.keys[self.watched[place].service].service;
                self.maintain(service);
            }
            if self.chance.percent(30) {
                let after = self.chance.mostly_short(5_000, 3 * 3_600_000);
                self.later(after, Happening::Worsens(place));
            }
        } else if self.chance.percent(50) {
            let after = self.chance.mostly_short(5_000, 12 * 3_600_000);
            self.later(after, Happening::Turns(place));
        }
    }

    /// What is broken is worse than it was.
    pub(crate) fn worsen(&mut self, place: usize) {
        let severity = self.severity();
        let watched = &mut self.watched[place];
        watched.severity = watched.severity.max(severity);
        if watched.is_broken {
            self.say(place);
        }
    }

    /// A monitor says again what still fires.
    pub(crate) fn say_again(&mut self, place: usize) {
        if self.watched[place].is_broken {
            self.say(place);
            self.later(SAID_AGAIN, Happening::SaysAgain(place));
        }
    }

    /// Everything was put back to a copy: monitors do not say again what mended since it was made.
    pub(crate) fn mended_are_silent(&mut self) {
        for mended in self.watched.iter().filter(|one| !one.is_broken) {
            let service = self.company.keys[mended.service].service;
            self.check.alerts.kept(service, &mended.signal());
        }
    }

    /// A monitor says how something is, one word after the other.
    pub(crate) fn say(&mut self, place: usize) {
        let is_said = |job: &Job| matches!(&job.work, Work::Deed(Deed::Hear { watched, .. }) if *watched == place);
        if self.jobs.iter().any(is_said) {
            let after = self.chance.seconds(1, 10);
            self.later(after, Happening::Says(place));
            return;
        }
        let watched = &self.watched[place];
        let deed = Deed::Hear {
            watched: place,
            key: Box::new(self.company.keys[watched.service].clone()),
            signal: Box::new(watched.signal()),
        };
        self.begin(deed);
    }

    /// Whether somebody does something to a ticket that was opened, and when.
    pub(crate) fn handle_later(&mut self, number: TicketNumber) {
        for _ in 0..self.chance.below(self.rates.acts + 1) {
            let after = self.chance.mostly_short(5_000, 8 * 3_600_000);
            self.later(after, Happening::Handles(number));
        }
    }

    /// Somebody does something to a ticket.
    pub(crate) fn handle(&mut self, number: TicketNumber) {
        let owner = self.check.tickets.owner(number);
        let mut workers = self.company.workers.clone();
        workers.retain(|worker| self.check.rosters.works(worker.person));
        let owner = workers.iter().find(|one| Some(one.person) == owner);
        let actor = match owner.cloned() {
            Some(owner) if self.chance.percent(50) => owner,
            _ if self.chance.percent(10) => self.company.reporter.clone(),
            _ => self.chance.pick(&workers).clone(),
        };
        let command = self.command();
        self.begin(Deed::Act {
            actor,
            number,
            command: Box::new(command),
        });
    }

    fn command(&mut self) -> Command {
        match self.chance.below(100) {
            0..15 => Command::Take,
            15..30 => Command::Assign {
                to: self.chance.pick(&self.company.workers).person,
            },
            30..40 => Command::Release,
            40..47 => Command::Start,
            47..52 => Command::Acknowledge,
            52..56 => Command::Wait { question: None },
            56..60 => Command::Resume,
            60..80 => Command::Prioritise {
                to: *self.chance.pick(&[Rank::P1, Rank::P1, Rank::P2, Rank::P3]),
                reason: None,
            },
            80..88 => Command::ChangeSquad {
                to: Some(self.chance.pick(&self.company.features).1),
            },
            88..92 => Command::Resolve(resolution()),
            92..97 => Command::Reopen { why: None },
            _ => {
                let all = self.check.tickets.numbers();
                Command::Merge {
                    into: *self.chance.pick(&all),
                }
            }
        }
    }
}
