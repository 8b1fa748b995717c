//! Who begins to be on call soon, and whether they are ready.

use std::collections::BTreeSet;

use eider_domain::{
    PersonId, SquadId,
    access::{Action, Actor, may},
    contact::{Attempt, Subject},
    readiness::{Reachable, Readiness, Start},
    rota::Rota,
};
use eider_store::{Tx, contact as store, person};
use jiff::Timestamp;

use super::{
    handover::{Handover, handover},
    known,
    look::beginning,
};
use crate::{
    Eider, Result, contact,
    rota::{People, watch::Scene},
};

/// How many attempts are looked through for those of the last test page.
const ATTEMPTS_LOOKED_AT: i64 = 40;

/// Somebody begins to be on call.
#[derive(Clone, Debug)]
pub struct Upcoming {
    /// In which rota.
    pub rota: Rota,
    /// Who and when.
    pub start: Start,
    /// How they can be reached.
    pub reachable: Reachable,
    /// When they were asked whether they are ready.
    pub asked_at: Option<Timestamp>,
    /// When others were told that something is open.
    pub told_at: Option<Timestamp>,
    /// When they said that they are ready.
    pub ready_at: Option<Timestamp>,
}

impl Upcoming {
    /// Whether they said that they are ready, and can be reached.
    pub fn is_ready(&self) -> bool {
        self.ready_at.is_some() && !self.reachable.is_out_of_reach()
    }
}

/// What somebody needs to see before they say that they are ready.
#[derive(Clone, Debug)]
pub struct Ready {
    /// When they begin, the next first, and what they take over each time.
    pub starts: Vec<(Upcoming, Handover)>,
    /// What the last test page came to, where it is not known that it arrived.
    pub tests: Vec<Attempt>,
    /// The people who are named.
    pub people: People,
}

/// Whoever begins to be on call within a week, the next first.
///
/// # Errors
/// `Forbidden` when the actor does not work on tickets.
pub async fn upcoming(eider: &Eider, actor: &Actor) -> Result<(Vec<Upcoming>, People)> {
    may(actor, Action::Work)?;
    let mut tx = eider.db().read().await?;
    let scene = Scene::load(eider, &mut tx).await?;
    let found = load(eider, &mut tx, &scene, beginning(&scene)).await?;
    let ids = found.iter().flat_map(|one| {
        let before = one.start.before.iter().copied();
        before.chain([one.start.person])
    });
    let people = People::names(&mut tx, ids.collect()).await?;
    Ok((found, people))
}

/// Those of these people whom nothing reaches when it is urgent.
///
/// # Errors
/// `Forbidden` when the actor does not work on tickets.
pub async fn out_of_reach(
    eider: &Eider,
    actor: &Actor,
    people: BTreeSet<PersonId>,
) -> Result<BTreeSet<PersonId>> {
    may(actor, Action::Work)?;
    let mut tx = eider.db().read().await?;
    let mut found = BTreeSet::new();
    for id in people {
        let Some(person) = person::by_id(&mut tx, id).await? else {
            continue;
        };
        let reachable = contact::reachable(&mut tx, eider, &person, true).await?;
        if reachable.is_out_of_reach() {
            found.insert(id);
        }
    }
    Ok(found)
}

/// When the actor begins to be on call within a week, and what there is to see to before.
///
/// # Errors
/// `Forbidden` when they do not work on tickets.
pub async fn mine(eider: &Eider, actor: &Actor) -> Result<Ready> {
    may(actor, Action::Work)?;
    let mut tx = eider.db().read().await?;
    let scene = Scene::load(eider, &mut tx).await?;
    let mut starts = beginning(&scene);
    starts.retain(|start| start.person == actor.person);
    let mut ids = vec![actor.person];
    let mut ready = Vec::new();
    for one in load(eider, &mut tx, &scene, starts).await? {
        let takes_over = handover(&mut tx, &one.rota, &one.start.before).await?;
        ids.extend(&takes_over.from);
        ready.push((one, takes_over));
    }
    let mut tests = store::attempts_of(&mut tx, actor.person, ATTEMPTS_LOOKED_AT).await?;
    tests.retain(|attempt| attempt.subject == Subject::TestPage && attempt.is_taken());
    Ok(Ready {
        starts: ready,
        tests,
        people: People::names(&mut tx, ids).await?,
    })
}

async fn load(
    eider: &Eider,
    tx: &mut Tx,
    scene: &Scene,
    starts: Vec<Start>,
) -> Result<Vec<Upcoming>> {
    let known = known(tx, scene.now).await?;
    let mut found = Vec::new();
    for start in starts {
        let Some(rota) = scene.desk.rota(start.rota) else {
            continue;
        };
        let Some(person) = person::by_id(tx, start.person).await? else {
            continue;
        };
        let reachable = contact::reachable(tx, eider, &person, rota.duty.is_called()).await?;
        let of = |wanted: &&Readiness| wanted.is_of(&start);
        let own = known.iter().find(of);
        let said = known.iter().filter(|one| one.holds_for(&start));
        let said = said.chain(own).filter_map(|one| one.ready_at).max();
        found.push(Upcoming {
            rota: rota.clone(),
            reachable,
            asked_at: own.and_then(|one| one.asked_at),
            told_at: own.and_then(|one| one.told_at),
            ready_at: said,
            start,
        });
    }
    sort(scene, &mut found);
    Ok(found)
}

fn sort(scene: &Scene, found: &mut [Upcoming]) {
    let squad = |id: SquadId| scene.desk.squad(id).map(|squad| squad.name.to_lowercase());
    found.sort_by_cached_key(|one| {
        let rota = &one.rota;
        let squad = rota.squad.and_then(squad);
        (one.start.from, squad, rota.duty, rota.name.to_lowercase())
    });
}
