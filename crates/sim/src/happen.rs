//! What happens in a world besides what its nodes do by themselves.

use eider_domain::{
    PersonId, ServiceId, TicketNumber, contact::Arrival, priority::Rank, ticket::Command,
};
use eider_store::backup::copy_sqlite;
use jiff::{SignedDuration, Timestamp};

use crate::{
    deed::{Deed, resolution},
    fault::{Fault, Planted},
    node,
    people::{prompt, reactions},
    provider::{Effect, Message, lock},
    stage::Task,
    world::{Backup, Failure, Job, Work, World},
};

/// How often nodes look for what clocks have put off, and for how long after it may have been.
const CLOCKS_LOOKED_AT: SignedDuration = SignedDuration::from_secs(30);
const CLOCKS_WATCHED: SignedDuration = SignedDuration::from_mins(10);
/// How long faults happen.
pub(crate) const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Something that happens at an instant.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    /// Somebody asks for help, so many times in a row.
    Asks(i64),
    /// Somebody has people called for practice.
    Drill,
    /// Something is done on some node.
    Do(Deed),
    /// Something breaks that a monitor watches.
    Breaks,
    /// It mends, or breaks again.
    Turns(usize),
    /// It becomes worse.
    Worsens(usize),
    /// A monitor says how it is.
    Says(usize),
    /// A monitor says again that it is broken.
    SaysAgain(usize),
    /// A service is worked on.
    Maintained,
    /// Somebody does something to a ticket.
    Handles(TicketNumber),
    /// A message reaches somebody.
    Arrives(Message),
    /// A node begins again.
    Restart(usize),
    /// The clock of one node, or of all, is wrong by so much.
    ClockWrong(Option<usize>, SignedDuration),
    /// All clocks are right again.
    ClocksRight,
    /// A provider is away until then.
    Outage(&'static str, Timestamp),
    /// A copy of everything is made.
    Backup,
    /// Everything is put back to the copy.
    Restore,
    /// Duty changes hands, or somebody is away.
    DutyChanges,
    /// Somebody loses their access, and has it again later.
    Leaves,
    /// Nodes work on copies of their own.
    Splits,
    /// Every node looks whether a clock that was ahead has put anything off, as it does by itself
    /// every so often; here only where that may be.
    LooksAtClocks,
}

impl World {
    /// Draws what will happen in the week.
    pub(crate) fn plan_week(&mut self) {
        let asks = self.chance.between(8, 20);
        for _ in 0..asks {
            let in_a_row = if self.chance.percent(15) { 3 } else { 1 };
            self.some_time(Happening::Asks(in_a_row));
        }
        if self.chance.percent(50) {
            self.some_time(Happening::Drill);
        }
        for _ in 0..self.rates.outages {
            let at = self.began_at + self.chance.seconds(0, WEEK.as_secs());
            let until = at + self.chance.seconds(30, 3 * 3_600);
            let names: Vec<&'static str> = node::providers().collect();
            let name = *self.chance.pick(&names);
            self.at(at, Happening::Outage(name, until));
        }
        let (one, all) = (self.rates.clocks_of_one, self.rates.clocks_of_all);
        for place in 0..one + all {
            let node = self.chance.place(self.nodes.len());
            let at = self.began_at + self.chance.seconds(0, WEEK.as_secs());
            let wrong_by = self.chance.seconds(-4 * 3_600, 4 * 3_600);
            let which = (place < one).then_some(node);
            self.at(at, Happening::ClockWrong(which, wrong_by));
            let until = at + self.chance.seconds(20, 2 * 3_600);
            self.at(until, Happening::ClocksRight);
        }
        let is_naive = self.planted == Some(Planted::NaiveBackup);
        for _ in 0..self.rates.restores.max(u64::from(is_naive)) {
            let at = self.began_at + self.chance.seconds(3_600, WEEK.as_secs());
            self.at(at, Happening::Backup);
            let restored_at = at + self.chance.seconds(60, 3_600);
            self.at(restored_at, Happening::Restore);
        }
        for _ in 0..self.rates.duty_changes {
            self.some_time(Happening::DutyChanges);
        }
        for _ in 0..self.rates.leavers {
            self.some_time(Happening::Leaves);
        }
        for _ in 0..self.rates.breaks {
            self.some_time(Happening::Breaks);
        }
        for _ in 0..self.rates.maintenance {
            self.some_time(Happening::Maintained);
        }
        if self.planted == Some(Planted::SplitBrain) {
            self.some_time(Happening::Splits);
        }
    }

    fn some_time(&mut self, happening: Happening) {
        let at = self.began_at + self.chance.seconds(0, WEEK.as_secs());
        self.at(at, happening);
    }

    /// Takes from the world outside what follows there.
    pub(crate) fn take_effects(&mut self) {
        let (effects, faults) = {
            let mut outside = lock(&self.outside);
            let effects = std::mem::take(&mut outside.effects);
            (effects, std::mem::take(&mut outside.faults))
        };
        for fault in faults {
            self.report.count(fault);
        }
        for (at, effect) in effects {
            match effect {
                Effect::Arrives(message) => self.at(at, Happening::Arrives(message)),
                Effect::Tells(attempt, reference, arrival) => {
                    let deed = Deed::Tell(attempt, reference, arrival);
                    self.at(at, Happening::Do(deed));
                }
            }
        }
    }

    /// Lets something happen.
    pub(crate) async fn happen(&mut self, happening: Happening) -> Result<(), Failure> {
        self.tell(|| format!("{happening:?}"));
        match happening {
            Happening::Asks(times) => self.ask(times),
            Happening::Drill => {
                let (_, squad) = *self.chance.pick(&self.company.features);
                let actor = self.company.administrator.clone();
                self.begin(Deed::Drill { actor, squad });
            }
            Happening::Breaks => {
                let at_once = if self.chance.percent(15) { 3 } else { 1 };
                for _ in 0..at_once {
                    self.break_something();
                }
            }
            Happening::Turns(place) => self.turn(place),
            Happening::Worsens(place) => self.worsen(place),
            Happening::Says(place) => self.say(place),
            Happening::SaysAgain(place) => self.say_again(place),
            Happening::Maintained => {
                let service = self.chance.pick(&self.company.keys).service;
                self.maintain(service);
            }
            Happening::Handles(number) => self.handle(number),
            Happening::Do(deed) => self.begin(deed),
            Happening::Arrives(message) => self.arrive(&message),
            Happening::Restart(number) => self.start(number).await?,
            Happening::ClockWrong(which, wrong_by) => self.put_clocks(which, wrong_by),
            Happening::ClocksRight => {
                for node in &mut self.nodes {
                    node.wrong_by = SignedDuration::ZERO;
                }
                self.right_since = Some(self.now);
                self.set_clocks();
                self.watch_clocks();
            }
            Happening::Outage(name, until) => {
                self.report.count(Fault::Outage);
                lock(&self.outside)
                    .away_until
                    .insert(name.to_owned(), until);
            }
            Happening::Backup => self.back_up().await?,
            Happening::Restore => self.restore().await?,
            Happening::DutyChanges => self.change_duty(),
            Happening::Leaves => self.leave(),
            Happening::Splits => self.split().await?,
            Happening::LooksAtClocks => self.look_at_clocks(),
        }
        Ok(())
    }

    fn ask(&mut self, times: i64) {
        for _ in 0..times {
            let (feature, _) = *self.chance.pick(&self.company.features);
            let rank = match self.chance.below(10) {
                0..7 => Rank::P1,
                7..9 => Rank::P2,
                _ => Rank::P3,
            };
            let actor = self.company.reporter.clone();
            self.begin(Deed::Ask {
                actor,
                rank,
                feature,
            });
        }
    }

    /// Begins something on some node that runs; later, while none does.
    pub(crate) fn begin(&mut self, deed: Deed) {
        let there: Vec<usize> = (0..self.nodes.len())
            .filter(|number| self.is_up(*number))
            .collect();
        if there.is_empty() {
            let after = self.chance.seconds(5, 60);
            self.later(after, deed.tried_again());
            return;
        }
        let number = *self.chance.pick(&there);
        self.begin_on(number, deed);
    }

    fn begin_on(&mut self, number: usize, deed: Deed) {
        let Some(running) = &self.nodes[number].running else {
            return;
        };
        let task = Task::new(deed.clone().play(running.eider.clone()));
        self.jobs.push(Job {
            node: number,
            work: Work::Deed(deed),
            task,
            waits_until: None,
            has_committed: false,
            began_at: self.now,
            answered: None,
        });
    }

    /// Whether a node runs and does not stand still.
    pub(crate) fn is_up(&self, number: usize) -> bool {
        let node = &self.nodes[number];
        node.running.is_some() && node.stalled_until.is_none_or(|until| until <= self.now)
    }

    fn arrive(&mut self, message: &Message) {
        let reactions = match self.calm {
            Some(false) => Vec::new(),
            Some(true) => vec![prompt(&mut self.chance)],
            None => {
                let mut faults = Vec::new();
                let (company, rates) = (&self.company, &self.rates);
                let person = message.person;
                let reactions = reactions(&mut self.chance, rates, company, person, &mut faults);
                for fault in faults {
                    self.report.count(fault);
                }
                reactions
            }
        };
        for (after, want) in reactions {
            self.report.answers += 1;
            let deed = Deed::Answer(message.clone(), want);
            self.later(after, Happening::Do(deed));
        }
    }

    /// From now on nodes look every so often for what clocks have put off.
    pub(crate) fn watch_clocks(&mut self) {
        let is_watched = self.clocks_watched_until > self.now;
        self.clocks_watched_until = self.now + CLOCKS_WATCHED;
        if !is_watched {
            self.later(CLOCKS_LOOKED_AT, Happening::LooksAtClocks);
        }
    }

    fn look_at_clocks(&mut self) {
        for number in 0..self.nodes.len() {
            let works = |job: &Job| {
                job.node == number && matches!(job.work, Work::Deed(Deed::LookAtClocks))
            };
            let forgets = self.planted == Some(Planted::PutOffForgotten);
            if self.is_up(number) && !forgets && !self.jobs.iter().any(works) {
                self.begin_on(number, Deed::LookAtClocks);
            }
        }
        if self.right_since.is_none() {
            self.clocks_watched_until = self.now + CLOCKS_WATCHED;
        }
        if self.clocks_watched_until > self.now {
            self.later(CLOCKS_LOOKED_AT, Happening::LooksAtClocks);
        }
    }

    fn put_clocks(&mut self, which: Option<usize>, wrong_by: SignedDuration) {
        self.report.count(match which {
            Some(_) => Fault::ClockOfOne,
            None => Fault::ClockOfAll,
        });
        for (number, node) in self.nodes.iter_mut().enumerate() {
            if which.is_none_or(|which| which == number) {
                node.wrong_by = wrong_by;
            }
        }
        self.right_since = None;
        self.set_clocks();
        self.watch_clocks();
    }

    /// A service is worked on from soon on.
    pub(crate) fn maintain(&mut self, service: ServiceId) {
        let deed = Deed::Maintain {
            actor: self.company.administrator.clone(),
            service,
            from_seconds: self.chance.between(0, 3_600),
            seconds: self.chance.between(600, 6 * 3_600),
        };
        self.begin(deed);
    }

    async fn back_up(&mut self) -> Result<(), Failure> {
        let file = self.folder.path().join("backup.db");
        if file.exists() {
            std::fs::remove_file(&file)?;
        }
        if self.planted == Some(Planted::NaiveBackup) {
            std::fs::copy(&self.file, &file)?;
        } else {
            copy_sqlite(&self.file, &file).await?;
        }
        let check = self.check.clone();
        self.backup = Some(Backup { file, check });
        Ok(())
    }

    async fn restore(&mut self) -> Result<(), Failure> {
        let Some(backup) = self.backup.take() else {
            return Ok(());
        };
        self.report.count(Fault::Restore);
        self.right_since = self.right_since.map(|_| self.now);
        self.watch_clocks();
        for number in 0..self.nodes.len() {
            self.kill(number).await;
        }
        self.observer.close().await;
        for end in ["", "-wal", "-shm"] {
            let path = format!("{}{end}", self.file.display());
            if std::fs::exists(&path)? {
                std::fs::remove_file(&path)?;
            }
        }
        std::fs::rename(&backup.file, &self.file)?;
        self.observer = eider_store::Db::connect_sqlite(&self.file, 1).await?;
        self.check = backup.check;
        self.mended_are_silent();
        let mut tx = self.observer.read().await?;
        let last_seq = eider_store::fact::last_seq(&mut tx).await?;
        drop(tx);
        if last_seq != self.check.last_seq {
            let what = format!(
                "the copy ends with fact {last_seq}, and was made after fact {}",
                self.check.last_seq
            );
            self.check.violate(self.now, what);
        }
        Ok(())
    }

    fn change_duty(&mut self) {
        self.report.count(Fault::DutyChanged);
        let actor = self.chance.pick(&self.company.workers).clone();
        let seconds = self.chance.between(1_800, 36 * 3_600);
        let deed = if self.chance.percent(50) {
            let from_seconds = self.chance.between(0, 7_200);
            Deed::Away {
                actor,
                from_seconds,
                seconds,
            }
        } else {
            let rota = *self.chance.pick(&self.company.rotas);
            Deed::StandIn {
                person: actor.person,
                actor: self.company.administrator.clone(),
                rota,
                seconds,
            }
        };
        self.begin(deed);
    }

    fn leave(&mut self) {
        self.report.count(Fault::LeftForGood);
        let others: Vec<PersonId> = self
            .company
            .workers
            .iter()
            .map(|worker| worker.person)
            .filter(|person| *person != self.company.administrator.person)
            .collect();
        let person = *self.chance.pick(&others);
        let actor = self.company.administrator.clone();
        let back = Deed::Enable {
            actor: actor.clone(),
            person,
        };
        let after = self.chance.seconds(3_600, 48 * 3_600);
        self.later(after, Happening::Do(back));
        self.begin(Deed::Disable { actor, person });
    }

    /// The second node goes on with a copy of its own.
    async fn split(&mut self) -> Result<(), Failure> {
        let copy = self.folder.path().join("split.db");
        copy_sqlite(&self.file, &copy).await?;
        self.kill(1).await;
        self.nodes[1].is_split = true;
        self.start(1).await
    }

    /// Whoever has a ticket puts it right after a while, most of the time.
    pub(crate) fn resolve_later(&mut self, person: PersonId, page: &eider_domain::page::Page) {
        let mut workers = self.company.workers.iter();
        let Some(actor) = workers.find(|one| one.person == person).cloned() else {
            return;
        };
        for paged in &page.tickets {
            if self.chance.percent(60) {
                let after = self.chance.seconds(300, 5 * 3_600);
                let deed = Deed::Act {
                    actor: actor.clone(),
                    number: paged.number,
                    command: Box::new(Command::Resolve(resolution())),
                };
                self.later(after, Happening::Do(deed));
            }
        }
    }

    /// Whether something that waits to happen is still to happen once faults have stopped.
    pub(crate) fn outlasts_faults(happening: &Happening) -> bool {
        match happening {
            Happening::Restart(_)
            | Happening::Arrives(_)
            | Happening::Says(_)
            | Happening::SaysAgain(_)
            | Happening::LooksAtClocks => true,
            Happening::Do(Deed::Tell(_, _, arrival)) => *arrival == Arrival::Arrived,
            _ => false,
        }
    }
}
