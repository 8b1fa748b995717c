//! Asking for a swap, and answering.

use eider_domain::{
    PersonId, RotaId, SwapId,
    access::{Action, Actor, may},
    fact::Fact,
    person::Standing,
    rota::{Rota, Swap, SwapCommand, SwapError, SwapState},
};
use eider_store::{Tx, person, rota};
use jiff::Timestamp;

use super::{Exceptions, change::changed, existing, record, swap_news};
use crate::{
    Eider, Error, Result,
    once::{self, OnceKey},
};

/// "Who takes my time on call?"
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskSwap {
    /// Who is asked; none for all in the rota.
    pub asked: Option<PersonId>,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// Asks one colleague or all to take the actor's time on call in a rota, once for each key.
///
/// # Errors
/// `Invalid` when the time is not the actor's, `Forbidden`, `NotFound`.
pub async fn ask_swap(
    eider: &Eider,
    actor: &Actor,
    id: RotaId,
    ask: AskSwap,
    key: Option<&OnceKey>,
) -> Result<Swap> {
    may(actor, Action::Work)?;
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let rota = existing(&desk, id)?;
    let swap = Swap {
        id: eider.ids().id(now),
        rota: id,
        asker: actor.person,
        asked: ask.asked,
        from: ask.from,
        until: ask.until,
        made_at: now,
        state: SwapState::Open { offers: Vec::new() },
    };
    if let Some(before) = once::claim(&mut tx, key, swap.id.0, now).await? {
        let before = rota::swap_by_id(&mut tx, before.into()).await?;
        // The first request may share this commit: answer once it is on the disk.
        tx.commit().await?;
        return before.ok_or_else(|| Error::NotFound("This request".into()));
    }
    if let Some(asked) = ask.asked {
        let asked = person::by_id(&mut tx, asked).await?;
        if !asked.is_some_and(|asked| asked.standing == Standing::Active) {
            return Err(Error::field("asked", "Choose somebody who can sign in."));
        }
    }
    let exceptions = Exceptions::load(&mut tx, ask.from.min(ask.until), ask.until).await?;
    let swap = swap.ask(&exceptions.roster(rota), now)?;
    rota::put_swap(&mut tx, &swap).await?;
    swap_news::asked(eider, &mut tx, rota, &swap).await?;
    let fact = Fact::SwapAsked {
        swap: swap.id,
        rota: id,
        asked: swap.asked,
        from: swap.from,
        until: swap.until,
    };
    record(eider, tx, actor, vec![fact]).await?;
    Ok(swap)
}

/// Answers a request: takes it, offers, accepts, declines, withdraws. The first acceptance wins.
///
/// # Errors
/// `Conflict` says who was first or why it cannot be, `Forbidden` for whoever is not in the rota,
/// `NotFound`.
pub async fn answer_swap(
    eider: &Eider,
    actor: &Actor,
    id: SwapId,
    command: SwapCommand,
) -> Result<Swap> {
    answer_once(eider, actor, id, command, None).await
}

/// As [`answer_swap`], once for each key: a request that came before is answered as it was.
///
/// # Errors
/// As [`answer_swap`].
pub async fn answer_once(
    eider: &Eider,
    actor: &Actor,
    id: SwapId,
    command: SwapCommand,
    key: Option<&OnceKey>,
) -> Result<Swap> {
    may(actor, Action::Work)?;
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let came_before = once::claim(&mut tx, key, id.0, now).await?.is_some();
    let desk = eider.desk_in(&mut tx).await?;
    let swap = rota::swap_by_id(&mut tx, id).await?;
    let swap = swap.ok_or_else(|| Error::NotFound("This request".into()))?;
    if came_before {
        // The first request may share this commit: answer once it is on the disk.
        tx.commit().await?;
        return Ok(swap);
    }
    let rota = existing(&desk, swap.rota)?;
    if !is_party(actor, rota, &swap, now) {
        let sentence = "Only people of this rota or its squad answer this request.";
        return Err(Error::Conflict(sentence.into()));
    }
    let (from, until) = looked_at(&swap, &command);
    let exceptions = Exceptions::load(&mut tx, from, until).await?;
    let ids = [eider.ids().id(now), eider.ids().id(now)];
    let roster = exceptions.roster(rota);
    let decided = match swap.decide(&command, actor.person, &roster, ids, now) {
        Ok(decided) => decided,
        Err(error) => return Err(refusal(&mut tx, error).await?),
    };
    rota::put_swap(&mut tx, &decided.swap).await?;
    for change in &decided.changes {
        rota::put_change(&mut tx, change).await?;
    }
    swap_news::answered(eider, &mut tx, &decided.swap, actor.person, now).await?;
    let mut facts = vec![told(&decided.swap, command)];
    facts.extend(decided.changes.iter().map(changed));
    record(eider, tx, actor, facts).await?;
    Ok(decided.swap)
}

/// Whether somebody may answer: who asked, who was asked, and people of the rota or its squad.
pub(super) fn is_party(actor: &Actor, rota: &Rota, swap: &Swap, now: Timestamp) -> bool {
    swap.asker == actor.person
        || swap.asked == Some(actor.person)
        || rota.people_from(now).contains(&actor.person)
        || rota
            .squad
            .is_some_and(|squad| actor.squads.contains(&squad))
}

/// The time that an answer is about: that of the request and of what is given in return.
fn looked_at(swap: &Swap, command: &SwapCommand) -> (Timestamp, Timestamp) {
    let mut times = vec![(swap.from, swap.until)];
    if let SwapCommand::Offer { from, until } = command {
        times.push((*from, *until));
    }
    if let SwapState::Open { offers } = &swap.state {
        times.extend(offers.iter().map(|offer| (offer.from, offer.until)));
    }
    let from = times.iter().map(|(from, _)| *from).min();
    let until = times.iter().map(|(_, until)| *until).max();
    (from.unwrap_or(swap.from), until.unwrap_or(swap.until))
}

fn told(swap: &Swap, command: SwapCommand) -> Fact {
    let id = swap.id;
    match (command, &swap.state) {
        (SwapCommand::Offer { from, until }, _) => Fact::SwapOffered {
            swap: id,
            from,
            until,
        },
        (SwapCommand::Decline, _) => Fact::SwapDeclined { swap: id },
        (_, SwapState::Taken { by, .. }) => Fact::SwapTaken { swap: id, by: *by },
        _ => Fact::SwapWithdrawn { swap: id },
    }
}

/// The refusal in words, with the name of whoever was first.
async fn refusal(tx: &mut Tx, error: SwapError) -> Result<Error> {
    let SwapError::Taken { by } = error else {
        return Ok(error.into());
    };
    let names = person::names(tx, &[by]).await?;
    Ok(match names.get(&by) {
        Some(name) => Error::Conflict(format!("{} was first and has this time now.", name.name)),
        None => error.into(),
    })
}
