//! What is looked at by itself: what should not be so in the rotas, and whether people are ready.

use eider_domain::{
    SquadId,
    escalation::{Company, Member},
    fact::{Fact, Happened},
    rota::{AHEAD, Roster, Rota},
};
use eider_jobs::{Again, Claimed, Handlers, NewJob};
use eider_store::{Tx, fact, job, person};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

use super::{Exceptions, notice};
use crate::{Eider, Result, desk::Desk, readiness};

const KIND: &str = "rota.watch";
/// It is looked again after this, whatever is known.
const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// How far back changes are read, to see how long somebody has been on call already.
const BEFORE: SignedDuration = SignedDuration::from_hours(24 * 7 * 54);

/// What holds when it is looked.
pub(crate) struct Scene {
    pub(crate) desk: Arc<Desk>,
    pub(crate) now: Timestamp,
    pub(crate) until: Timestamp,
    exceptions: Exceptions,
    members: Vec<Member>,
}

impl Scene {
    pub(crate) async fn load(eider: &Eider, tx: &mut Tx) -> Result<Self> {
        let now = eider.now();
        let until = now.saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
        let before = now.saturating_sub(BEFORE).unwrap_or(now);
        Ok(Self {
            desk: eider.desk_in(tx).await?,
            now,
            until,
            exceptions: Exceptions::load(tx, before, until).await?,
            members: person::members(tx).await?.0,
        })
    }

    /// Who is on call and who leads what.
    pub(crate) fn company(&self) -> Company<'_> {
        Company {
            rotas: &self.desk.rotas,
            changes: &self.exceptions.changes,
            absences: &self.exceptions.absences,
            members: &self.members,
        }
    }

    /// The rotas of a squad that are in use, or of the company.
    pub(super) fn rosters(&self, squad: Option<SquadId>) -> Vec<Roster<'_>> {
        let rotas = self.desk.rotas.iter();
        rotas
            .filter(|rota| rota.squad == squad && !rota.retired)
            .map(|rota| self.exceptions.roster(rota))
            .collect()
    }

    /// Every rota that is in use.
    pub(crate) fn all_rosters(&self) -> Vec<Roster<'_>> {
        let rotas = self.desk.rotas.iter().filter(|rota| !rota.retired);
        rotas.map(|rota| self.exceptions.roster(rota)).collect()
    }

    /// A rota with all that changes it.
    pub(crate) fn roster<'a>(&'a self, rota: &'a Rota) -> Roster<'a> {
        self.exceptions.roster(rota)
    }

    /// The squads that have rotas, and none for the company when it has.
    fn squads(&self) -> Vec<Option<SquadId>> {
        let rotas = self.desk.rotas.iter();
        let mut squads: Vec<_> = rotas.map(|rota| rota.squad).collect();
        squads.sort_unstable();
        squads.dedup();
        squads
    }
}

/// What is done and told in one look.
pub(crate) struct Looking<'a> {
    pub(crate) eider: &'a Eider,
    pub(crate) facts: Vec<Fact>,
    /// When it has to be looked again.
    next_at: Timestamp,
}

impl Looking<'_> {
    /// Has it looked again at `at`.
    pub(crate) fn again_at(&mut self, at: Timestamp) {
        self.next_at = self.next_at.min(at);
    }
}

pub(crate) fn handlers(eider: &Eider, handlers: Handlers) -> Handlers {
    let eider = eider.clone();
    handlers.with(KIND, move |claimed| {
        let eider = eider.clone();
        async move { run(&eider, &claimed).await.map_err(Again::because) }
    })
}

/// Has it looked at once: the rotas may be other ones. There is one such job, however many nodes
/// there are. Call it before anything is appended to the chain of facts.
pub(crate) async fn look_again(eider: &Eider, tx: &mut Tx) -> Result<()> {
    enqueue(eider, tx, eider.now()).await
}

async fn enqueue(eider: &Eider, tx: &mut Tx, run_at: Timestamp) -> Result<()> {
    let new = NewJob {
        id: eider.ids().id(eider.now()),
        kind: KIND,
        payload: String::new(),
        run_at,
        dedup_key: Some(KIND.to_owned()),
    };
    Ok(job::enqueue(tx, &new).await?)
}

/// Looks, tells, and queues the next look. What was told is written down in the same transaction,
/// so that nothing is told twice.
async fn run(eider: &Eider, claimed: &Claimed) -> Result<()> {
    let mut tx = eider.db().read().await?;
    let scene = Scene::load(eider, &mut tx).await?;
    drop(tx);
    if scene.desk.rotas.is_empty() {
        // Nothing is to be looked at until somebody makes a rota, which has it looked at again.
        return Ok(());
    }
    // Reckoned before anything is held, because it may take a while where there are many rotas.
    let squads = scene.squads();
    let found: Vec<_> = squads
        .iter()
        .map(|squad| notice::found(&scene, *squad))
        .collect();
    let mut tx = eider.db().write().await?;
    // Whoever has changed a rota since has moved this job.
    if !job::holds(&mut tx, claimed).await? {
        return Ok(());
    }
    let mut looking = Looking {
        eider,
        facts: Vec::new(),
        next_at: scene.now.saturating_add(EVERY).unwrap_or(Timestamp::MAX),
    };
    for (squad, found) in squads.iter().zip(&found) {
        notice::tell(&mut looking, &mut tx, &scene, *squad, found).await?;
    }
    readiness::look(&mut looking, &mut tx, &scene).await?;
    enqueue(eider, &mut tx, looking.next_at).await?;
    append(&mut tx, looking.facts, scene.now).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

async fn append(tx: &mut Tx, facts: Vec<Fact>, at: Timestamp) -> Result<()> {
    let happened: Vec<Happened> = facts
        .into_iter()
        .map(|fact| Happened {
            at,
            actor: None,
            ticket: None,
            fact,
        })
        .collect();
    if !happened.is_empty() {
        fact::append(tx, &happened, at).await?;
    }
    Ok(())
}
