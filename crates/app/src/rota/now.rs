//! Who is on call at an instant, and who is next.

use eider_domain::{
    access::{Action, Actor, may},
    rota::{Rota, Span},
};
use jiff::{SignedDuration, Timestamp};

use super::{Exceptions, People, named_in};
use crate::{Eider, Result};

/// How far ahead the next person is looked for.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 35);

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
    /// The rota.
    pub rota: Rota,
    /// Now. It says until when only where the next was asked for.
    pub now: Span,
    /// Who is next, and until when.
    pub next: Option<Span>,
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
        .filter(|rota| !rota.retired)
        .map(|rota| standing(rota, &exceptions, at, until, ahead))
        .collect();
    rotas.sort_by_cached_key(|standing| {
        let squad = standing.rota.squad.and_then(|id| desk.squad(id));
        let squad = squad.map(|squad| squad.name.to_lowercase());
        (squad, standing.rota.duty, standing.rota.name.to_lowercase())
    });
    let spans = rotas
        .iter()
        .flat_map(|one| [Some(&one.now), one.next.as_ref()]);
    let people = People::load(&mut tx, actor, named_in(spans.flatten())).await?;
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

fn standing(
    rota: &Rota,
    exceptions: &Exceptions,
    at: Timestamp,
    until: Timestamp,
    ahead: Ahead,
) -> Standing {
    let roster = exceptions.roster(rota);
    if ahead == Ahead::Now {
        return Standing {
            now: roster.at(at),
            rota: rota.clone(),
            next: None,
        };
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
    Standing {
        rota: rota.clone(),
        now,
        next,
    }
}
