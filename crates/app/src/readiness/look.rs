//! Looking whether anybody has to be asked or told now.

use eider_domain::{
    PersonId,
    contact::{Subject, Urgency},
    escalation::Target,
    fact::Fact,
    readiness::{AHEAD, Event, Readiness, Start, Step, starts},
    rota::Rota,
};
use eider_store::{Tx, person, readiness};
use jiff::{SignedDuration, tz::TimeZone};

use super::{alone, known};
use crate::{
    Result, contact,
    rota::watch::{Looking, Scene},
};

/// Nobody is asked earlier, wherever they live.
const ASKED_WITHIN: SignedDuration = SignedDuration::from_hours(48);

/// Whoever begins to be on call within the next days, by their start.
pub(super) fn beginning(scene: &Scene) -> Vec<Start> {
    let until = scene.now.saturating_add(AHEAD).unwrap_or(scene.until);
    let mut all: Vec<Start> = scene
        .all_rosters()
        .iter()
        .flat_map(|roster| starts(roster, scene.now, until))
        .collect();
    all.sort_by_key(|start| (start.from, start.rota, start.person));
    all
}

/// Asks and tells what is due, and says when it has to be looked again.
pub(crate) async fn look(looking: &mut Looking<'_>, tx: &mut Tx, scene: &Scene) -> Result<()> {
    let now = scene.now;
    let starts = beginning(scene);
    alone(tx).await?;
    let known = known(tx, now).await?;
    for gone in known.iter().filter(|one| one.from > now) {
        if !starts.iter().any(|start| gone.is_of(start)) {
            contact::stop(tx, looking.eider, Subject::Readiness(gone.id), None).await?;
            readiness::remove(tx, gone.id).await?;
        }
    }
    for start in &starts {
        let Some(rota) = scene.desk.rota(start.rota) else {
            continue;
        };
        let before = known.iter().find(|one| one.is_of(start)).cloned();
        let within = start.from.duration_since(now) <= ASKED_WITHIN;
        if before.is_none() && !within {
            let asked_at = start.from.saturating_sub(ASKED_WITHIN).unwrap_or(now);
            looking.again_at(asked_at);
            continue;
        }
        let mut one = of(looking, before.as_ref(), &known, start);
        follow(looking, tx, scene, rota, start, &mut one).await?;
        if before.as_ref() != Some(&one) {
            readiness::put(tx, &one).await?;
        }
    }
    Ok(())
}

/// What is known about a start, moved where it has moved. What was said of another turn of the same
/// rota a moment ago holds for this one too.
fn of(
    looking: &Looking<'_>,
    before: Option<&Readiness>,
    known: &[Readiness],
    start: &Start,
) -> Readiness {
    let new = || Readiness::of(looking.eider.ids().id(looking.eider.now()), start);
    let mut one = before.cloned().unwrap_or_else(new);
    (one.from, one.until) = (start.from, start.until);
    if one.ready_at.is_none() {
        let holds = known.iter().filter(|other| other.holds_for(start));
        one.ready_at = holds.filter_map(|other| other.ready_at).max();
    }
    one
}

/// Does every step that is due.
async fn follow(
    looking: &mut Looking<'_>,
    tx: &mut Tx,
    scene: &Scene,
    rota: &Rota,
    start: &Start,
    one: &mut Readiness,
) -> Result<()> {
    let Some(person) = person::by_id(tx, start.person).await? else {
        return Ok(());
    };
    let zone = TimeZone::get(&person.zone).unwrap_or(TimeZone::UTC);
    let reachable = contact::reachable(tx, looking.eider, &person, rota.duty.is_called()).await?;
    loop {
        let (step, next_at) = one.due(reachable, &zone, scene.now);
        if let Some(at) = next_at {
            looking.again_at(at);
        }
        let Some(step) = step else {
            return Ok(());
        };
        take(looking, tx, scene, rota, start, one, step).await?;
        one.done(step, scene.now);
    }
}

async fn take(
    looking: &mut Looking<'_>,
    tx: &mut Tx,
    scene: &Scene,
    rota: &Rota,
    start: &Start,
    one: &Readiness,
    step: Step,
) -> Result<()> {
    let people = match step {
        Step::Ask | Step::AskAgain => vec![start.person],
        Step::Tell => whom(scene, rota, start),
    };
    for person in &people {
        let about = Subject::Readiness(one.id);
        contact::call(tx, looking.eider, *person, about, Urgency::Low, scene.now).await?;
    }
    looking.facts.push(Fact::ReadinessChanged {
        rota: start.rota,
        person: start.person,
        from: start.from,
        event: match step {
            Step::Ask | Step::AskAgain => Event::Asked,
            Step::Tell => Event::Told { people },
        },
    });
    Ok(())
}

/// Whoever leads, and whoever is on call until then.
fn whom(scene: &Scene, rota: &Rota, start: &Start) -> Vec<PersonId> {
    let company = scene.company();
    let mut people = company.last_resort(&[Target::Leads], rota.squad, scene.now);
    for before in &start.before {
        if !people.contains(before) {
            people.push(*before);
        }
    }
    people.retain(|person| *person != start.person);
    people
}
