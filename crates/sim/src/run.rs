//! Running one world: a week of faults, then calm.

use eider_domain::contact::AttemptState;
use eider_jobs::LEASE;
use eider_store::{
    contact,
    job::{self, Waiting},
    moment::Moment,
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    check::Told,
    deed::{Deed, Outcome, Want},
    fault::{Fault, Planted},
    happen::{Happening, WEEK},
    provider::{Call, lock, page_of},
    report::Report,
    stage::{Step, Stop, Task},
    world::{Failure, Job, Work, World},
};

/// How many jobs one worker of a node does at once.
const JOBS_AT_ONCE: usize = 2;
/// For how long it is calm at least.
const CALM: SignedDuration = SignedDuration::from_hours(2);
/// A world that takes more steps than this does not come to an end.
const MOST_STEPS: u64 = 200_000;
/// How many of the last attempts to reach somebody are looked at.
const ATTEMPTS_A_LOOK: i64 = 50;

/// The kinds of job that have workers of their own, in the order of those.
const OWN_WORKERS: [&str; 4] = [
    "contact.email",
    "contact.sms",
    "contact.voice",
    "contact.ntfy",
];

/// How a world is run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// What is planted in it.
    pub planted: Option<Planted>,
    /// Whether everything that happens is kept in words.
    pub keeps_trace: bool,
}

/// Runs the world of a seed. What cannot go on counts as a violation.
pub fn run(seed: u64, options: Options) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return broken(&error.into()),
    };
    runtime.block_on(async {
        let world = World::new(seed, options.planted, options.keeps_trace).await;
        let mut world = match world {
            Ok(world) => world,
            Err(failure) => return broken(&failure),
        };
        if let Err(failure) = world.play().await {
            let now = world.now;
            world
                .check
                .violate(now, format!("it cannot go on: {failure}"));
        }
        world.end().await
    })
}

fn broken(failure: &Failure) -> Report {
    let mut report = Report::default();
    report.violations.push(crate::report::Violation {
        at: Timestamp::UNIX_EPOCH,
        what: format!("the world cannot be made: {failure}"),
    });
    report
}

impl World {
    async fn play(&mut self) -> Result<(), Failure> {
        self.plan_week();
        let end = self.began_at + WEEK;
        self.until(|world| world.now >= end, end).await?;
        if self.check.violations.is_empty() {
            self.calm().await?;
            let least = self.now + CALM;
            let is_over = |world: &Self| world.now >= least && world.check.is_settled();
            self.until(is_over, Timestamp::MAX).await?;
        }
        Ok(())
    }

    /// Faults stop, and everything is well again.
    async fn calm(&mut self) -> Result<(), Failure> {
        let answers = self.chance.percent(50);
        self.calm = Some(answers);
        self.tell(|| format!("calm; people answer: {answers}"));
        self.happenings
            .retain(|_, happening| Self::outlasts_faults(happening));
        {
            let mut outside = lock(&self.outside);
            outside.rates = None;
            outside.away_until.clear();
        }
        for node in &mut self.nodes {
            node.wrong_by = SignedDuration::ZERO;
            node.stalled_until = None;
        }
        if self.right_since.is_none() {
            self.right_since = Some(self.now);
            self.watch_clocks();
        }
        self.set_clocks();
        for number in 0..self.nodes.len() {
            self.start(number).await?;
        }
        self.check.calm(self.now);
        Ok(())
    }

    /// Goes on until it is over, or a promise was not kept, or `end`.
    async fn until(
        &mut self,
        is_over: impl Fn(&Self) -> bool,
        end: Timestamp,
    ) -> Result<(), Failure> {
        while self.check.violations.is_empty() && !is_over(self) {
            if self.report.steps > MOST_STEPS {
                let what = format!("it takes more than {MOST_STEPS} steps");
                self.check.violate(self.now, what);
                break;
            }
            self.take_effects();
            let first = self.happenings.first_entry();
            if let Some(first) = first.filter(|first| first.key().0 <= self.now) {
                let happening = first.remove();
                self.happen(happening).await?;
                continue;
            }
            self.begin_work().await?;
            let ready: Vec<usize> = (0..self.jobs.len())
                .filter(|index| self.is_ready(&self.jobs[*index]))
                .collect();
            if ready.is_empty() {
                let Some(next) = self.next_at() else {
                    self.check.overdue(Timestamp::MAX, self.right_since);
                    break;
                };
                self.advance(next.min(end));
                self.check.overdue(self.now, self.right_since);
                continue;
            }
            let index = *self.chance.pick(&ready);
            self.step(index).await?;
            let pause = SignedDuration::from_millis(self.chance.between(1, 4));
            self.advance(self.now + pause);
        }
        Ok(())
    }

    fn is_ready(&self, job: &Job) -> bool {
        self.is_up(job.node) && job.waits_until.is_none_or(|until| until <= self.now)
    }

    /// When there is something to do next.
    fn next_at(&self) -> Option<Timestamp> {
        let mut next: Vec<Timestamp> = Vec::new();
        next.extend(self.happenings.first_key_value().map(|((at, _), _)| *at));
        next.extend(self.jobs.iter().filter_map(|job| job.waits_until));
        next.extend(
            self.check
                .late_at()
                .map(|at| at + SignedDuration::from_millis(1)),
        );
        for (number, node) in self.nodes.iter().enumerate() {
            next.extend(node.stalled_until);
            if node.running.is_some() {
                let clock = self.clock_of(number);
                let ahead = clock.duration_since(self.now);
                let waiting = self.due.iter().flatten();
                next.extend(waiting.map(|one| free_at(one, clock) - ahead));
            }
        }
        next.into_iter().filter(|at| *at > self.now).min()
    }

    /// Sets workers to work that have something to do.
    async fn begin_work(&mut self) -> Result<(), Failure> {
        let has_others = self.jobs.iter().any(|job| self.is_ready(job));
        if self.is_due_stale && (!has_others || self.chance.percent(25)) {
            self.look_what_is_due().await?;
        }
        for worker in 0..self.due.len() {
            let can = |number: &usize| {
                let own = self.jobs.iter().filter(|job| {
                    job.node == *number && matches!(job.work, Work::Worker(one) if one == worker)
                });
                let clock = self.clock_of(*number);
                let mut waiting = self.due[worker].iter();
                self.is_up(*number)
                    && waiting.any(|one| free_at(one, clock) <= clock)
                    && own.clone().count() < JOBS_AT_ONCE
                    && own.clone().all(|job| job.has_committed)
            };
            let there: Vec<usize> = (0..self.nodes.len()).filter(can).collect();
            if there.is_empty() {
                continue;
            }
            let number = *self.chance.pick(&there);
            self.set_to_work(number, worker);
        }
        Ok(())
    }

    fn set_to_work(&mut self, number: usize, worker: usize) {
        let Some(running) = &self.nodes[number].running else {
            return;
        };
        let Some(runner) = running.workers.get(worker).cloned() else {
            return;
        };
        let now = self.clock_of(number);
        let task = Task::new(async move { Outcome::Worked(runner.work_off(now).await) });
        self.jobs.push(Job {
            node: number,
            work: Work::Worker(worker),
            task,
            waits_until: None,
            has_committed: false,
            began_at: self.now,
            answered: None,
        });
    }

    async fn look_what_is_due(&mut self) -> Result<(), Failure> {
        let mut tx = self.observer.read().await?;
        let waiting = job::waiting(&mut tx, "").await?;
        let mut due = vec![Vec::new(); OWN_WORKERS.len() + 1];
        for one in waiting {
            let kind = one.kind.strip_suffix(".first").unwrap_or(&one.kind);
            let own = OWN_WORKERS.iter().position(|own| *own == kind);
            due[own.map_or(0, |own| own + 1)].push(one);
        }
        self.due = due;
        self.is_due_stale = false;
        Ok(())
    }

    /// Lets one task go on until it stops where others may go first.
    async fn step(&mut self, index: usize) -> Result<(), Failure> {
        let mut job = self.jobs.swap_remove(index);
        job.waits_until = None;
        loop {
            self.report.steps += 1;
            let stage = self.stage.clone();
            let step = stage.step(&mut job.task).await;
            self.notice_calls(&mut job);
            let stop = match step {
                Step::Done(outcome) => {
                    self.is_due_stale = true;
                    return self.done(job, outcome);
                }
                Step::Stopped(stop) => stop,
            };
            let told = (job.node, &job.work);
            self.tell(|| format!("{told:?} {stop:?}"));
            match stop {
                Stop::Until(at) => {
                    job.waits_until = Some(at);
                    let dies = self.has_fault(|rates| rates.crash_while_sending);
                    return self
                        .leave_standing(job, dies.then_some(Fault::CrashWhileSending))
                        .await;
                }
                Stop::At(Moment::BeforeWriting) => {
                    let dies = self.has_fault(|rates| rates.crash);
                    return self.leave_standing(job, dies.then_some(Fault::Crash)).await;
                }
                Stop::At(Moment::BeforeCommit) => {
                    if self.says_before_it_is_kept(&job) {
                        return Ok(());
                    }
                }
                Stop::At(Moment::AfterCommit) => {
                    job.has_committed = true;
                    self.is_due_stale = true;
                    if let (Some(attempt), Some(since)) = (job.answered.take(), self.right_since) {
                        self.check.cleared(attempt, job.began_at, since, self.now);
                    }
                    // Workers that send append no facts.
                    if !matches!(job.work, Work::Worker(1..)) {
                        self.observe(job.node).await?;
                    }
                }
            }
            if self.has_fault(|rates| rates.crash) {
                if matches!(job.work, Work::Worker(1..)) {
                    self.notice_calls_not_made(job.node).await?;
                }
                return self.leave_standing(job, Some(Fault::Crash)).await;
            }
        }
    }

    /// A node that sends dies between two calls. Where it had noted that it is about to call a
    /// provider, nobody can know that it did not.
    async fn notice_calls_not_made(&mut self, node: usize) -> Result<(), Failure> {
        let mut tx = self.observer.read().await?;
        for worker in &self.company.workers {
            let attempts = contact::attempts_of(&mut tx, worker.person, ATTEMPTS_A_LOOK).await?;
            for attempt in attempts {
                let page = page_of(&attempt);
                let page = page.filter(|_| matches!(attempt.state, AttemptState::Sending { .. }));
                if let Some(page) = page {
                    self.check.not_made(Call::not_made(&attempt, page, node));
                }
            }
        }
        Ok(())
    }

    /// Leaves a task where it stands, so that others may go first, or its node dies there.
    async fn leave_standing(&mut self, job: Job, dies: Option<Fault>) -> Result<(), Failure> {
        let number = job.node;
        self.jobs.push(job);
        if let Some(fault) = dies {
            self.report.count(fault);
            self.kill(number).await;
        } else if self.has_fault(|rates| rates.stall) {
            self.report.count(Fault::Stall);
            let until = self.now + self.chance.seconds(1, 90);
            self.nodes[number].stalled_until = Some(until);
            self.tell(|| format!("node {number} stands still until {until}"));
        }
        Ok(())
    }

    fn has_fault(&mut self, rate: impl Fn(&crate::fault::Rates) -> u64) -> bool {
        let rate = rate(&self.rates);
        self.calm.is_none() && self.chance.in_thousand(rate)
    }

    /// Checks the calls of providers that a step has made.
    fn notice_calls(&mut self, job: &mut Job) {
        let (begun, ended) = {
            let mut outside = lock(&self.outside);
            let begun = std::mem::take(&mut outside.begun);
            (begun, std::mem::take(&mut outside.ended))
        };
        if let Some(attempt) = ended.last() {
            job.answered = Some(*attempt);
        }
        for call in begun {
            self.report.messages += 1;
            self.tell(|| format!("{call:?}"));
            let moment = self.moment(job.node);
            self.check.called(call, moment);
        }
    }

    /// Whether somebody is told that what they did is kept while it is not, where that is planted.
    fn says_before_it_is_kept(&mut self, job: &Job) -> bool {
        match (&job.work, self.planted) {
            (
                Work::Deed(Deed::Answer(message, Want::Acknowledge)),
                Some(Planted::SaidBeforeKept),
            ) if self.chance.percent(20) => {
                let (page, person) = (message.page, message.person);
                self.check.told(page, person, Told::HasIt, self.now);
                true
            }
            (Work::Deed(Deed::Hear { key, signal, .. }), Some(Planted::AlertSaidBeforeKept))
                if self.chance.percent(20) =>
            {
                self.check.kept(key.service, signal, self.now);
                true
            }
            _ => false,
        }
    }

    /// Checks how a task ended.
    fn done(&mut self, job: Job, outcome: Outcome) -> Result<(), Failure> {
        let (node, work) = (job.node, job.work);
        self.tell(|| format!("{:?} is done", (node, &work)));
        match outcome {
            Outcome::Worked(worked) => {
                worked?;
            }
            Outcome::Opened(opened) => {
                opened?;
                self.report.tickets += 1;
            }
            Outcome::Heard(watched, service, signal, heard) => {
                if heard.is_ok() {
                    self.check.kept(service, &signal, self.now);
                } else {
                    let after = self.chance.seconds(5, 60);
                    self.later(after, Happening::Says(watched));
                }
                unless_refused(heard)?;
            }
            Outcome::Done(done) => unless_refused(done)?,
            Outcome::Answered(message, want, answered) => {
                let (page, person) = (message.page, message.person);
                let swallows = self.planted == Some(Planted::RefusalSwallowed);
                match (answered, want) {
                    (Ok(found), Want::Acknowledge) => {
                        self.check.told(page, person, Told::HasIt, self.now);
                        self.resolve_later(person, &found);
                    }
                    (Ok(_), Want::Decline) => {
                        self.check.told(page, person, Told::Declined, self.now);
                    }
                    (Ok(_), _) => {}
                    (Err(_), Want::Acknowledge) if swallows => {
                        self.check.told(page, person, Told::HasIt, self.now);
                    }
                    (Err(error), _) => unless_refused(Err(error))?,
                }
            }
            Outcome::Said(message, said) => {
                let said = said?;
                if message.kind == eider_domain::contact::Kind::Voice
                    && said.starts_with("You have ")
                {
                    let (page, person) = (message.page, message.person);
                    self.check.told(page, person, Told::HasIt, self.now);
                }
            }
        }
        Ok(())
    }
}

/// When a node whose clock shows that may do what waits.
fn free_at(waiting: &Waiting, clock: Timestamp) -> Timestamp {
    let void_after = clock + LEASE + LEASE;
    let held = waiting.leased_until.filter(|until| *until <= void_after);
    held.map_or(waiting.run_at, |until| until.max(waiting.run_at))
}

/// A refusal is an answer; a database that fails is not.
fn unless_refused(done: Result<(), eider_app::Error>) -> Result<(), Failure> {
    match done {
        Err(error @ eider_app::Error::Store(_)) => Err(error.into()),
        _ => Ok(()),
    }
}
