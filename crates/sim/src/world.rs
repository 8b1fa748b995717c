//! One world: its nodes, its people, what will happen in it, and what is known of it.

use std::{
    collections::BTreeMap,
    error::Error,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use eider_domain::{
    AttemptId, PageId,
    alert::{Fired, group_id},
    fact::Fact,
    page::Page,
};
use eider_store::{
    Db,
    fact::{self, Recorded},
    job::Waiting,
};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::{
    chance::Chance,
    check::{Check, Moment},
    company::{self, Beginning, Company},
    deed::{Deed, Outcome},
    fault::{Fault, Planted, Rates},
    happen::Happening,
    monitor::Watched,
    node::{Begun, Node, Running},
    provider::{Outside, lock},
    report::Report,
    stage::{Stage, Task},
};

/// Folders that are kept in memory where there are any.
const IN_MEMORY: &str = "/dev/shm";
/// The most facts that are read at once.
const FACTS_A_LOOK: i64 = 500;

pub(crate) type Failure = Box<dyn Error>;

/// What a task is for.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// The worker of that place looks for something to do.
    Worker(usize),
    /// Somebody does something.
    Deed(Deed),
}

/// A task on a node.
pub(crate) struct Job {
    pub(crate) node: usize,
    pub(crate) work: Work,
    pub(crate) task: Task<Outcome>,
    /// Until when it waits for a provider.
    pub(crate) waits_until: Option<Timestamp>,
    /// Whether it has committed anything.
    pub(crate) has_committed: bool,
    /// When it began, by the true clock.
    pub(crate) began_at: Timestamp,
    /// The attempt whose provider has answered; that is not kept yet.
    pub(crate) answered: Option<AttemptId>,
}

/// A copy of everything as it was.
pub(crate) struct Backup {
    pub(crate) file: PathBuf,
    pub(crate) check: Check,
}

/// One world.
pub struct World {
    pub(crate) now: Timestamp,
    pub(crate) began_at: Timestamp,
    pub(crate) chance: Chance,
    pub(crate) rates: Rates,
    pub(crate) planted: Option<Planted>,
    pub(crate) company: Company,
    pub(crate) check: Check,
    pub(crate) report: Report,
    pub(crate) nodes: Vec<Node>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) happenings: BTreeMap<(Timestamp, u64), Happening>,
    pub(crate) outside: Arc<Mutex<Outside>>,
    pub(crate) stage: Stage,
    pub(crate) observer: Db,
    pub(crate) file: PathBuf,
    pub(crate) folder: TempDir,
    pub(crate) backup: Option<Backup>,
    /// Since when all clocks have been right; never, while one is wrong.
    pub(crate) right_since: Option<Timestamp>,
    /// What waits for each worker.
    pub(crate) due: Vec<Vec<Waiting>>,
    pub(crate) is_due_stale: bool,
    /// Until when clocks, or what they wrote, may be wrong, so that nodes are let look for that.
    pub(crate) clocks_watched_until: Timestamp,
    /// What monitors watch.
    pub(crate) watched: Vec<Watched>,
    /// Once faults have stopped: whether people answer.
    pub(crate) calm: Option<bool>,
    places: u64,
    keeps_trace: bool,
}

impl World {
    /// The world of a seed, at its beginning.
    ///
    /// # Errors
    /// When it cannot be set up; it should be.
    pub async fn new(
        seed: u64,
        planted: Option<Planted>,
        keeps_trace: bool,
    ) -> Result<Self, Failure> {
        let mut chance = Chance::new(seed);
        let rates = Rates::drawn(&mut chance);
        let beginning = Beginning::drawn(&mut chance);
        let folder = folder()?;
        let file = folder.path().join("eider.db");
        std::fs::write(&file, fresh_file().await?)?;
        let outside = Outside::new(chance.fork(), beginning.at, rates.clone(), planted);
        let outside = Arc::new(Mutex::new(outside));
        let stage = Stage::new();
        let first = Running::begin(Begun {
            number: 0,
            file: &file,
            now: beginning.at,
            seed: chance.bytes(),
            outside: &outside,
            stage: &stage,
        })
        .await?;
        let (company, rosters) = company::set_up(&first.eider, &beginning, &mut chance).await?;
        let observer = Db::connect_sqlite(&file, 1).await?;
        let mut tx = observer.read().await?;
        let last_seq = fact::last_seq(&mut tx).await?;
        let mut check = Check::of(rosters, last_seq);
        check.alerts.services = eider_store::service::all(&mut tx).await?;
        drop(tx);
        let mut world = Self {
            now: beginning.at,
            began_at: beginning.at,
            rates,
            planted,
            company,
            check,
            report: Report::default(),
            nodes: vec![Node {
                running: Some(first),
                ..Node::default()
            }],
            jobs: Vec::new(),
            happenings: BTreeMap::new(),
            outside,
            stage,
            observer,
            file,
            folder,
            backup: None,
            right_since: Some(beginning.at),
            due: Vec::new(),
            is_due_stale: true,
            clocks_watched_until: beginning.at,
            watched: Vec::new(),
            calm: None,
            places: 0,
            keeps_trace,
            chance,
        };
        if beginning.has_dst_night() {
            world.report.count(Fault::DstNight);
        }
        let more = if world.chance.percent(80) { 1 } else { 2 };
        for _ in 0..more {
            world.nodes.push(Node::default());
            world.start(world.nodes.len() - 1).await?;
        }
        Ok(world)
    }

    /// Begins the program on a node where it does not run.
    pub(crate) async fn start(&mut self, number: usize) -> Result<(), Failure> {
        if self.nodes[number].running.is_some() {
            return Ok(());
        }
        let split = self.folder.path().join("split.db");
        let file = if self.nodes[number].is_split {
            &split
        } else {
            &self.file
        };
        let running = Running::begin(Begun {
            number,
            file,
            now: self.now,
            seed: self.chance.bytes(),
            outside: &self.outside,
            stage: &self.stage,
        })
        .await?;
        let node = &mut self.nodes[number];
        node.running = Some(running);
        node.stalled_until = None;
        self.set_clocks();
        self.tell(|| format!("node {number} begins"));
        Ok(())
    }

    /// A node dies, with all that it is doing.
    pub(crate) async fn kill(&mut self, number: usize) {
        let dead: Vec<Job> = self.jobs.extract_if(.., |job| job.node == number).collect();
        let deeds: Vec<Deed> = dead
            .iter()
            .filter_map(|job| match &job.work {
                Work::Deed(deed) => Some(deed.clone()),
                Work::Worker(_) => None,
            })
            .collect();
        drop(dead);
        if let Some(running) = self.nodes[number].running.take() {
            running.end().await;
        }
        self.is_due_stale = true;
        self.tell(|| format!("node {number} dies"));
        for deed in deeds {
            if matches!(deed, Deed::LookAtClocks) {
                continue;
            }
            // Whoever heard nothing tries again, or gives up; a monitor never does.
            if matches!(deed, Deed::Hear { .. }) || self.chance.percent(70) {
                let after = self.chance.seconds(2, 90);
                self.later(after, deed.tried_again());
            }
        }
        let after = self.chance.mostly_short(500, 240_000);
        self.later(after, Happening::Restart(number));
    }

    /// Something happens after a while.
    pub(crate) fn later(&mut self, after: SignedDuration, happening: Happening) {
        self.at(self.now + after, happening);
    }

    /// Something happens at an instant.
    pub(crate) fn at(&mut self, at: Timestamp, happening: Happening) {
        self.places += 1;
        self.happenings.insert((at, self.places), happening);
    }

    /// Time goes on to an instant.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
        lock(&self.outside).now = self.now;
        self.set_clocks();
    }

    pub(crate) fn set_clocks(&self) {
        for (number, node) in self.nodes.iter().enumerate() {
            if let Some(running) = &node.running {
                running.set(self.clock_of(number));
            }
        }
    }

    /// What the clock of a node shows.
    pub(crate) fn clock_of(&self, number: usize) -> Timestamp {
        let passed = self.now.duration_since(self.began_at);
        let planted = match self.planted {
            Some(Planted::FastClock) => passed / 10,
            Some(Planted::SlowClock) if passed > SignedDuration::from_hours(72) => {
                SignedDuration::from_hours(-1)
            }
            Some(Planted::LeaseIgnored) if number == 1 => SignedDuration::from_secs(30),
            _ => SignedDuration::ZERO,
        };
        self.now + self.nodes[number].wrong_by + planted
    }

    /// Reads what a node has done, and checks it.
    pub(crate) async fn observe(&mut self, node: usize) -> Result<(), Failure> {
        let mut tx = self.observer.read().await?;
        let facts = fact::after(&mut tx, self.check.last_seq, FACTS_A_LOOK).await?;
        if facts.is_empty() {
            return Ok(());
        }
        for one in &facts {
            self.tell(|| format!("{} {:?}", one.seq, one.happened));
        }
        for one in &facts {
            match &one.happened.fact {
                Fact::TicketOpened { number, .. } => self.handle_later(*number),
                Fact::Configured { part, .. } if part == "service" => {
                    self.check.alerts.services = eider_store::service::all(&mut tx).await?;
                }
                _ => {}
            }
        }
        let mut pages: Vec<Page> = Vec::new();
        let moment = self.moment(node);
        for id in self.check.facts(&facts, moment) {
            pages.extend(eider_store::page::by_id(&mut tx, id).await?);
        }
        drop(tx);
        self.plant_quiet(&facts).await?;
        for page in &pages {
            self.check.compare(page, self.now);
            self.plant_after(page).await?;
        }
        Ok(())
    }

    /// The present, as a node sees it.
    pub(crate) fn moment(&self, node: usize) -> Moment {
        Moment {
            now: self.now,
            clock: self.clock_of(node),
        }
    }

    /// Spoils what was just kept of a page, where that is planted.
    async fn plant_after(&mut self, page: &Page) -> Result<(), Failure> {
        let is_last = page.state.as_str() == "last_resort";
        let spoils = match self.planted {
            Some(Planted::StepForgotten | Planted::MessageForgotten) => self.chance.percent(10),
            Some(Planted::LastResortSilent) => is_last,
            _ => false,
        };
        if !spoils {
            return Ok(());
        }
        let mut tx = self.observer.write().await?;
        if self.planted == Some(Planted::StepForgotten) {
            eider_store::job::cancel(&mut tx, &format!("page.step:{}", page.id)).await?;
        } else {
            for person in page.callees() {
                let attempts = eider_store::contact::attempts_of(&mut tx, person, 20).await?;
                for attempt in attempts.iter().filter(|one| is_about(one, page.id)) {
                    let key = format!("contact.attempt:{}", attempt.id);
                    eider_store::job::cancel(&mut tx, &key).await?;
                }
            }
        }
        tx.commit().await?;
        self.is_due_stale = true;
        Ok(())
    }

    /// Forgets to look again at what is quiet, where that is planted.
    async fn plant_quiet(&mut self, facts: &[Recorded]) -> Result<(), Failure> {
        if self.planted != Some(Planted::QuietForgotten) {
            return Ok(());
        }
        let mut tx = self.observer.write().await?;
        for one in facts {
            if let Fact::AlertsFired(Fired { service, group, .. }) = &one.happened.fact {
                let key = format!("alert.look:{}", group_id(*service, group));
                eider_store::job::cancel(&mut tx, &key).await?;
            }
        }
        tx.commit().await?;
        self.is_due_stale = true;
        Ok(())
    }

    /// Notes what happens, where that was asked for.
    pub(crate) fn tell(&mut self, words: impl FnOnce() -> String) {
        if self.keeps_trace {
            let line = format!("{} {}", self.now, words());
            self.report.trace.push(line);
        }
    }

    /// What it came to.
    pub(crate) async fn end(mut self) -> Report {
        self.jobs.clear();
        for node in &mut self.nodes {
            if let Some(running) = node.running.take() {
                running.end().await;
            }
        }
        self.observer.close().await;
        let mut report = self.report;
        report.passed = self.now.duration_since(self.began_at);
        (report.pages, report.last_resorts) = self.check.counts;
        report.violations = self.check.violations;
        report
    }
}

fn is_about(attempt: &eider_domain::contact::Attempt, page: PageId) -> bool {
    attempt.subject == eider_domain::contact::Subject::Page(page)
        && attempt.state == eider_domain::contact::AttemptState::Waiting
}

fn folder() -> std::io::Result<TempDir> {
    let kept = Path::new(IN_MEMORY);
    if kept.is_dir() {
        tempfile::tempdir_in(kept)
    } else {
        tempfile::tempdir()
    }
}

/// A database of this version without anything in it, made once.
async fn fresh_file() -> Result<&'static [u8], Failure> {
    static FRESH: OnceLock<Vec<u8>> = OnceLock::new();
    if let Some(fresh) = FRESH.get() {
        return Ok(fresh);
    }
    let folder = folder()?;
    let file = folder.path().join("fresh.db");
    let db = Db::open_sqlite(&file).await?;
    db.close().await;
    let fresh = std::fs::read(&file)?;
    Ok(FRESH.get_or_init(|| fresh))
}
