//! A node: a process that runs the real program on the shared file, by a clock of its own.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use eider_app::{Clock, Eider, Ids, SealKey, Timers};
use eider_delivery::{Carrier, Delivery};
use eider_domain::contact::Kind;
use eider_jobs::Runner;
use eider_store::Db;
use jiff::{SignedDuration, Timestamp};

use crate::{
    provider::{Outside, Played},
    stage::Stage,
};

/// How many readers a node has.
const READERS: u32 = 3;
/// The providers of every node, in the order in which they are asked.
const PROVIDERS: [(&str, &[Kind]); 5] = [
    ("smtp", &[Kind::Email]),
    ("smtp-2", &[Kind::Email]),
    ("twilio", &[Kind::Sms, Kind::Voice]),
    ("twilio-2", &[Kind::Sms, Kind::Voice]),
    ("ntfy", &[Kind::Ntfy]),
];

/// The names of the providers.
pub(crate) fn providers() -> impl Iterator<Item = &'static str> {
    PROVIDERS.iter().map(|(name, _)| *name)
}

/// A machine on which the program runs, or not.
#[derive(Default)]
pub(crate) struct Node {
    /// The program, while it runs.
    pub(crate) running: Option<Running>,
    /// By how much its clock is wrong.
    pub(crate) wrong_by: SignedDuration,
    /// Until when it stands still.
    pub(crate) stalled_until: Option<Timestamp>,
    /// Whether it works on a copy of its own, which it should not.
    pub(crate) is_split: bool,
}

/// The program.
pub(crate) struct Running {
    pub(crate) eider: Eider,
    /// What happens by itself, then what is sent.
    pub(crate) workers: Vec<Arc<Runner>>,
    clock: Clock,
    db: Db,
}

/// What a node is begun with.
pub(crate) struct Begun<'a> {
    pub(crate) number: usize,
    pub(crate) file: &'a Path,
    pub(crate) now: Timestamp,
    pub(crate) seed: [u8; 32],
    pub(crate) outside: &'a Arc<Mutex<Outside>>,
    pub(crate) stage: &'a Stage,
}

impl Running {
    /// Begins the program.
    pub(crate) async fn begin(begun: Begun<'_>) -> eider_store::Result<Self> {
        let db = Db::connect_sqlite(begun.file, READERS).await?;
        let clock = Clock::moved_by_hand(begun.now);
        let eider = Eider::new(
            db.clone(),
            clock.clone(),
            Ids::from_seed(begun.seed),
            // Nodes on one database share the key.
            Some(SealKey::new([7; 32])),
        );
        let carriers = PROVIDERS.iter().map(|&(name, kinds)| {
            let played = Played {
                name,
                kinds,
                node: begun.number,
                outside: Arc::clone(begun.outside),
                stage: begun.stage.clone(),
            };
            Box::new(played) as Box<dyn Carrier>
        });
        let delivery = Delivery::by_carriers(eider.clone(), carriers.collect());
        let name = format!("node-{}", begun.number);
        // Several workers that do one job each are stepped one by one.
        let mut workers = vec![Timers::new(eider.clone(), name.clone()).runner()];
        workers.extend(delivery.runners(&name));
        let workers = workers.into_iter();
        Ok(Self {
            workers: workers.map(|one| Arc::new(one.doing_at_once(1))).collect(),
            eider,
            clock,
            db,
        })
    }

    pub(crate) fn set(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// Ends it. What is under way has been dropped before.
    pub(crate) async fn end(self) {
        let db = self.db.clone();
        drop(self);
        db.close().await;
    }
}
