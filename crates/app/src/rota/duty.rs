//! My duty: when I am on call, when I am away, and who asks me.

use eider_domain::{
    SwapId,
    access::{Action, Actor, may},
    rota::{Absence, Rota, Shift, Swap, SwapState},
};
use eider_store::rota::{self, Feed};
use jiff::{SignedDuration, Timestamp};

use super::{Exceptions, People, existing, swap::is_party};
use crate::{Eider, Error, Result};

/// How far ahead one's own shifts are shown.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 120);

/// What somebody needs to know of their duty.
#[derive(Clone, Debug)]
pub struct MyDuty {
    /// The instant from which on it is told: shifts under way begin then.
    pub at: Timestamp,
    /// Their shifts, the next first.
    pub shifts: Vec<OwnShift>,
    /// Requests that they made or may answer, by their time.
    pub asked: Vec<Asked>,
    /// When they are away.
    pub absences: Vec<Absence>,
    /// The number at which they are called.
    pub number: Option<String>,
    /// Their calendar feeds.
    pub feeds: Vec<Feed>,
    /// The rotas in use, by name.
    pub rotas: Vec<Rota>,
    /// The people who are named.
    pub people: People,
}

/// One's own time on call.
#[derive(Clone, Debug)]
pub struct OwnShift {
    /// In which rota.
    pub rota: Rota,
    /// When and why.
    pub shift: Shift,
}

/// A request to swap.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The request.
    pub swap: Swap,
    /// Its rota.
    pub rota: Rota,
}

/// The duty of `actor`.
///
/// # Errors
/// `Forbidden` when they do not work on tickets.
pub async fn my_duty(eider: &Eider, actor: &Actor) -> Result<MyDuty> {
    may(actor, Action::Work)?;
    let now = eider.now();
    let until = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let rotas: Vec<Rota> = desk
        .rotas
        .iter()
        .filter(|rota| !rota.retired)
        .cloned()
        .collect();
    let exceptions = Exceptions::load(&mut tx, now, until).await?;
    let mut shifts: Vec<OwnShift> = rotas
        .iter()
        .flat_map(|rota| {
            let shifts = exceptions.roster(rota).shifts(now, until).into_iter();
            shifts
                .filter(|shift| shift.person == actor.person)
                .map(|shift| OwnShift {
                    rota: rota.clone(),
                    shift,
                })
                .collect::<Vec<_>>()
        })
        .collect();
    shifts.sort_by_key(|own| (own.shift.from, own.shift.until));
    let mut asked = Vec::new();
    for swap in rota::swaps_until(&mut tx, now).await? {
        let rota = rotas.iter().find(|rota| rota.id == swap.rota);
        if let Some(rota) = rota.filter(|rota| is_shown(actor, rota, &swap, now)) {
            asked.push(Asked {
                swap,
                rota: rota.clone(),
            });
        }
    }
    let absences = exceptions.absences.iter();
    let absences = absences
        .filter(|absence| absence.person == actor.person)
        .cloned()
        .collect();
    let mut ids = vec![actor.person];
    ids.extend(asked.iter().flat_map(|asked| named(&asked.swap)));
    ids.extend(shifts.iter().filter_map(|own| own.shift.instead_of));
    ids.extend(rotas.iter().flat_map(|rota| rota.people_from(now)));
    Ok(MyDuty {
        at: now,
        shifts,
        absences,
        number: rota::numbers(&mut tx).await?.remove(&actor.person),
        feeds: rota::feeds_of(&mut tx, actor.person).await?,
        people: People::load(eider, &mut tx, actor, ids).await?,
        asked,
        rotas,
    })
}

/// One request with the people who are named in it, for whoever may answer it.
///
/// # Errors
/// `NotFound` when there is none that the actor may answer, `Forbidden` when they do not work on
/// tickets.
pub async fn swap(eider: &Eider, actor: &Actor, id: SwapId) -> Result<(Asked, People)> {
    may(actor, Action::Work)?;
    let now = eider.now();
    let unknown = || Error::NotFound("This request".into());
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let swap = rota::swap_to_read(&mut tx, id).await?.ok_or_else(unknown)?;
    let rota = existing(&desk, swap.rota)?.clone();
    if !is_party(actor, &rota, &swap, now) {
        return Err(unknown());
    }
    let people = People::load(eider, &mut tx, actor, named(&swap)).await?;
    Ok((Asked { swap, rota }, people))
}

/// One's own requests whatever became of them, and others' that are open and for one to answer.
fn is_shown(actor: &Actor, rota: &Rota, swap: &Swap, now: Timestamp) -> bool {
    let for_all_or_me = swap.asked.is_none_or(|asked| asked == actor.person);
    swap.asker == actor.person
        || (swap.is_open(now) && for_all_or_me && is_party(actor, rota, swap, now))
}

fn named(swap: &Swap) -> Vec<eider_domain::PersonId> {
    let mut ids = vec![swap.asker];
    ids.extend(swap.asked);
    match &swap.state {
        SwapState::Open { offers } => ids.extend(offers.iter().map(|offer| offer.by)),
        SwapState::Taken { by, .. } => ids.push(*by),
        SwapState::Declined { .. } | SwapState::Withdrawn { .. } => {}
    }
    ids
}
