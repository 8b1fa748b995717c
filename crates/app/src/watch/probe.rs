//! Test alerts of a watcher outside: in by the door of monitors, on by the worker that steps pages,
//! out by the worker and the provider that call webhooks. They open no ticket and no page, are no
//! facts, call nobody, and no figure counts them.

use eider_domain::{
    PersonId, ProbeId,
    contact::{Message, Subject},
    person::{Person, Role, Standing},
    watch::Late,
};
use eider_jobs::{Again, Claimed, Handlers, NewJob};
use eider_store::{Tx, contact, job, person, watch};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::{Eider, Error, Result, account::secret_hash, contact as reaching, page};

const KIND: &str = "watch.probe";
/// What became of probes is known for this long.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Every attempt is to reach somebody. Nobody signs in as this one, and nobody else is reached by it.
const WATCH: PersonId = PersonId(Uuid::from_u128(0x0000_0000_0000_7000_8000_6569_6465_7277));

/// The watcher that sends test alerts, as the operator says.
#[derive(Clone)]
pub struct Watcher {
    /// What it proves itself with, and what answers to it are signed with.
    pub key: String,
    /// Where it listens for what comes back.
    pub answer_url: String,
}

impl std::fmt::Debug for Watcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Watcher({})", self.answer_url)
    }
}

/// Takes in a test alert. When it answers, it is on the disk.
///
/// # Errors
/// `NotFound` when the key is not the watcher's or none is configured.
pub async fn take_probe(eider: &Eider, key: &str, probe: ProbeId) -> Result<()> {
    let is_known = |watcher: &&Watcher| secret_hash(&watcher.key) == secret_hash(key);
    if eider.watcher().filter(is_known).is_none() {
        return Err(Error::NotFound("The watch of that key".into()));
    }
    let now = eider.now();
    let new = NewJob {
        id: eider.ids().id(now),
        kind: KIND,
        payload: probe.to_string(),
        run_at: now,
        // Each has a job of its own: one that a lost node still holds must not keep the next waiting.
        dedup_key: Some(format!("{KIND}:{probe}")),
    };
    let mut tx = eider.db().write().await?;
    job::enqueue(&mut tx, &new).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

pub(crate) fn handlers(eider: &Eider, handlers: Handlers) -> Handlers {
    let eider = eider.clone();
    handlers.with(KIND, move |claimed| {
        let eider = eider.clone();
        async move { carry(&eider, &claimed).await.map_err(Again::because) }
    })
}

/// Carries a test alert on as the step of a page would: asks the rules whom they would call, and has
/// the watcher answered.
async fn carry(eider: &Eider, claimed: &Claimed) -> Result<()> {
    let probe = claimed.payload.parse::<ProbeId>();
    let (Ok(probe), Some(watcher)) = (probe, eider.watcher()) else {
        return Ok(());
    };
    let mut tx = eider.db().write().await?;
    if !job::holds(&mut tx, claimed).await? {
        return Ok(());
    }
    let people = page::rehearse(eider, &mut tx).await?;
    tracing::debug!(people, "a test alert of the watch is carried on");
    put_watch(eider, &mut tx).await?;
    if let Ok(before) = eider.now().checked_sub(KEPT) {
        contact::forget_attempts_of(&mut tx, WATCH, before).await?;
    }
    let subject = Subject::Probe(probe);
    // Whoever had this job before may have come so far, and not to its end.
    let answers = contact::attempts_about(&mut tx, WATCH, subject).await?;
    if !answers.is_empty() {
        return Ok(());
    }
    reaching::answer(&mut tx, eider, WATCH, subject, &watcher.answer_url).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

async fn put_watch(eider: &Eider, tx: &mut Tx) -> Result<()> {
    if person::by_id(tx, WATCH).await?.is_some() {
        return Ok(());
    }
    let watch = Person {
        id: WATCH,
        name: "The watch".to_owned(),
        email: None,
        role: Role::Viewer,
        standing: Standing::Imported,
        zone: "UTC".to_owned(),
        initials: "W".to_owned(),
        address_as: None,
        squads: Vec::new(),
    };
    Ok(person::put(tx, &watch, eider.now()).await?)
}

/// What the watcher is answered: nothing but what is older than its time, made when it goes out.
pub(crate) async fn words(eider: &Eider, tx: &mut Tx) -> Result<Message> {
    let late = watch::oldest(tx, eider.now()).await?.late(eider.now());
    let told: Vec<String> = late.iter().map(Late::to_string).collect();
    Ok(Message {
        title: "A test alert of the watch".to_owned(),
        text: told.join(" "),
        short: String::new(),
        spoken: String::new(),
        keys: Vec::new(),
        link: None,
    })
}
