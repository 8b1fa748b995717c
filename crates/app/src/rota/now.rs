//! Who is on call at an instant, and who is next.

use std::{collections::HashMap, sync::Arc};

use eider_domain::{
    PersonId, SquadId,
    access::{Action, Actor, may},
    rota::{Duty, Rota, Span},
};
use jiff::{SignedDuration, Timestamp};

use super::{Exceptions, People, named_in};
use crate::{Eider, Result, desk::Desk};

/// How far ahead the next person is looked for.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 35);
/// What follows the rotas by itself looks again after this at the latest.
const LOOKED_AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Who is on call in every rota that is in use.
#[derive(Clone, Debug)]
pub struct OnCall {
    /// The rotas: by squad, those of the company first, and primaries before secondaries.
    pub rotas: Vec<Standing>,
    /// The people who are named.
    pub people: People,
}

/// Who is on call in one rota.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What is configured: a thousand rotas are not copied for each question.
    pub desk: Arc<Desk>,
    /// The place of the rota in it.
    pub place: usize,
    /// Now. It says until when only where the next was asked for.
    pub now: Span,
    /// Who is next, and until when.
    pub next: Option<Span>,
}

impl Standing {
    /// The rota.
    pub fn rota(&self) -> &Rota {
        &self.desk.rotas[self.place]
    }
}

/// Who is on call at an instant; as far ahead as is asked for.
///
/// # Errors
/// `Forbidden` when the actor may not read.
pub async fn on_call(eider: &Eider, actor: &Actor, at: Timestamp, ahead: Ahead) -> Result<OnCall> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let until = match ahead {
        Ahead::Now => at.checked_add(SignedDuration::from_micros(1)),
        Ahead::Next => at.checked_add(AHEAD),
    };
    let until = until.unwrap_or(Timestamp::MAX);
    let exceptions = Exceptions::load(&mut tx, at, until).await?;
    let mut rotas: Vec<Standing> = desk
        .rotas
        .iter()
        .enumerate()
        .filter(|(_, rota)| !rota.retired)
        .map(|(place, rota)| {
            let (now, next) = now_and_next(rota, &exceptions, at, until, ahead);
            Standing {
                desk: Arc::clone(&desk),
                place,
                now,
                next,
            }
        })
        .collect();
    // The desk has squads and rotas in the order of their names, which stays so within a squad.
    let places = desk.squads.iter().enumerate();
    let places: HashMap<SquadId, usize> = places.map(|(place, squad)| (squad.id, place)).collect();
    rotas.sort_by_key(|standing| {
        let rota = standing.rota();
        (rota.squad.and_then(|id| places.get(&id)), rota.duty)
    });
    let spans = rotas
        .iter()
        .flat_map(|one| [Some(&one.now), one.next.as_ref()]);
    let people = People::load(eider, &mut tx, actor, named_in(spans.flatten())).await?;
    Ok(OnCall { rotas, people })
}

/// How far a question looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// Only at the instant: quick for very many rotas.
    Now,
    /// To whoever is next, five weeks ahead at most.
    Next,
}

/// Who is on call in a rota, and who is next if that is asked for.
fn now_and_next(
    rota: &Rota,
    exceptions: &Exceptions,
    at: Timestamp,
    until: Timestamp,
    ahead: Ahead,
) -> (Span, Option<Span>) {
    let roster = exceptions.roster(rota);
    if ahead == Ahead::Now {
        return (roster.at(at), None);
    }
    let mut spans = roster.spans(at, until).into_iter();
    let mut now = spans.next().unwrap_or_else(|| roster.at(at));
    // The same people on another turn are not somebody else.
    let people = |span: &Span| -> Vec<_> { span.holders.iter().map(|held| held.person).collect() };
    let mut next: Option<Span> = None;
    for span in spans {
        match &mut next {
            None if people(&span) == people(&now) => now.until = span.until,
            None => next = Some(span),
            Some(after) if people(&span) == people(after) => after.until = span.until,
            Some(_) => break,
        }
    }
    (now, next)
}

/// Who holds which duty for whom, for what follows the rotas by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnDuty {
    /// Each duty of each squad, or of the company, for which there is a rota: whoever holds it.
    pub duties: Vec<Held>,
    /// When somebody else holds one of them, as far as it is known.
    pub changes_at: Timestamp,
}

/// One duty, and whoever holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The duty.
    pub duty: Duty,
    /// The squad; none for the company.
    pub squad: Option<SquadId>,
    /// Who, each once; nobody in a gap.
    pub people: Vec<PersonId>,
}

/// Who holds which duty at an instant, and when that changes.
///
/// # Errors
/// When the database fails.
pub async fn on_duty(eider: &Eider, at: Timestamp) -> Result<OnDuty> {
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let until = at.checked_add(LOOKED_AHEAD).unwrap_or(Timestamp::MAX);
    let exceptions = Exceptions::load(&mut tx, at, until).await?;
    let mut changes_at = until;
    let mut duties: Vec<Held> = Vec::new();
    for rota in desk.rotas.iter().filter(|rota| !rota.retired) {
        let (now, _) = now_and_next(rota, &exceptions, at, until, Ahead::Next);
        // What is over already would be looked at again and again.
        if now.until > at {
            changes_at = changes_at.min(now.until);
        }
        let place = duties
            .iter()
            .position(|held| held.duty == rota.duty && held.squad == rota.squad);
        let place = place.unwrap_or_else(|| {
            duties.push(Held {
                duty: rota.duty,
                squad: rota.squad,
                people: Vec::new(),
            });
            duties.len() - 1
        });
        for holding in &now.holders {
            if !duties[place].people.contains(&holding.person) {
                duties[place].people.push(holding.person);
            }
        }
    }
    Ok(OnDuty { duties, changes_at })
}

/// Who is on call now in each rota, by its name; of one squad and the company, when it is given.
pub(crate) async fn standing_now(
    eider: &Eider,
    squad: Option<SquadId>,
) -> Result<Vec<(String, Vec<PersonId>)>> {
    let now = eider.now();
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let until = now.checked_add(SignedDuration::from_micros(1));
    let exceptions = Exceptions::load(&mut tx, now, until.unwrap_or(Timestamp::MAX)).await?;
    let mut rotas: Vec<&Rota> = desk
        .rotas
        .iter()
        .filter(|rota| !rota.retired)
        .filter(|rota| squad.is_none() || rota.squad.is_none() || rota.squad == squad)
        .collect();
    rotas.sort_by_cached_key(|rota| (rota.duty, rota.name.to_lowercase()));
    Ok(rotas
        .into_iter()
        .map(|rota| {
            let holders = exceptions.roster(rota).at(now).holders;
            let people = holders.into_iter().map(|held| held.person).collect();
            (rota.name.clone(), people)
        })
        .collect())
}
