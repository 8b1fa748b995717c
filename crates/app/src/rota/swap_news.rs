//! Telling people of swaps: whoever may take the time that it is asked for, and whoever asked what
//! became of it. It can wait, so it goes by the ways that they want for that.

use eider_domain::{
    PersonId, SwapId,
    contact::{Message, Subject, Urgency},
    person::Person,
    rota::{Rota, Swap, SwapState},
};
use eider_store::{Tx, rota};
use jiff::Timestamp;

use super::{People, sentence};
use crate::{Eider, Result, contact};

/// Tells whoever may take the time that somebody asks.
pub(super) async fn asked(eider: &Eider, tx: &mut Tx, rota: &Rota, swap: &Swap) -> Result<()> {
    let mut people = match swap.asked {
        Some(asked) => vec![asked],
        None => rota.people_from(swap.made_at),
    };
    people.retain(|person| *person != swap.asker);
    for person in people {
        let about = Subject::Swap(swap.id);
        contact::call(tx, eider, person, about, Urgency::Low, swap.made_at).await?;
    }
    Ok(())
}

/// Tells what somebody's answer made of a request: the asker, or whoever's offer the asker took.
pub(super) async fn answered(
    eider: &Eider,
    tx: &mut Tx,
    swap: &Swap,
    by: PersonId,
    now: Timestamp,
) -> Result<()> {
    let about = Subject::Swap(swap.id);
    if !matches!(swap.state, SwapState::Open { .. }) {
        contact::stop(tx, eider, about, None).await?;
    }
    let whom = match swap.state {
        SwapState::Withdrawn { .. } => return Ok(()),
        SwapState::Taken { by: taker, .. } if by == swap.asker => taker,
        _ => swap.asker,
    };
    contact::call(tx, eider, whom, about, Urgency::Low, now).await?;
    Ok(())
}

/// What is said to `reader` of a swap, as it is when it goes out. Nothing when there is nothing to
/// do or to know about it any more.
pub(crate) async fn words(
    eider: &Eider,
    tx: &mut Tx,
    id: SwapId,
    reader: &Person,
) -> Result<Option<Message>> {
    let Some(swap) = rota::swap_to_read(tx, id).await? else {
        return Ok(None);
    };
    let desk = eider.desk_in(tx).await?;
    let Some(rota) = desk.rota(swap.rota) else {
        return Ok(None);
    };
    let mut named = vec![swap.asker];
    named.extend(swap.asked);
    match &swap.state {
        SwapState::Open { offers } => named.extend(offers.iter().map(|offer| offer.by)),
        SwapState::Taken { by, .. } => named.push(*by),
        SwapState::Declined { .. } | SwapState::Withdrawn { .. } => {}
    }
    let people = People::names(tx, named).await?;
    let told = if reader.id == swap.asker {
        to_asker(&swap, rota, &people)
    } else {
        to_other(&swap, rota, &people, reader.id, eider.now())
    };
    Ok(told.map(|(title, sentence)| message(&title, &sentence, reader)))
}

/// A title, and what is to be known besides.
type Told = Option<(String, String)>;

fn to_asker(swap: &Swap, rota: &Rota, people: &People) -> Told {
    let when = sentence::span(swap.from, swap.until, rota);
    let yours = format!("your time in {}, {when}", rota.name);
    match &swap.state {
        SwapState::Open { offers } => {
            let offer = offers.last()?;
            let name = people.name(offer.by);
            let theirs = sentence::span(offer.from, offer.until, rota);
            Some((
                format!("{name} offers to take your time on call"),
                format!(
                    "{name} would take {yours}, if you take theirs in return, {theirs}. Accept it \
                     under My duty, or wait for another."
                ),
            ))
        }
        SwapState::Taken { by, in_return, .. } => {
            let name = people.name(*by);
            let mut sentence = format!("{name} is on call instead of you: {yours}.");
            if let Some(offer) = in_return {
                let theirs = sentence::span(offer.from, offer.until, rota);
                sentence.push_str(&format!(" You are in return, {theirs}."));
            }
            Some((format!("{name} takes your time on call"), sentence))
        }
        SwapState::Declined { .. } => {
            let name = people.name(swap.asked?);
            Some((
                format!("{name} cannot take your time on call"),
                format!("You are still on call: {yours}. You may ask somebody else, or all."),
            ))
        }
        SwapState::Withdrawn { .. } => None,
    }
}

fn to_other(swap: &Swap, rota: &Rota, people: &People, reader: PersonId, now: Timestamp) -> Told {
    let asker = people.name(swap.asker);
    let when = sentence::span(swap.from, swap.until, rota);
    match &swap.state {
        SwapState::Open { .. } if swap.is_open(now) => {
            let title = match swap.asked {
                Some(_) => format!("{asker} asks you to take their time on call"),
                None => format!("{asker} asks who takes their time on call"),
            };
            let sentence = format!(
                "It is in {}, {when}. Under My duty you can take it, or offer to take it for some \
                 of your own time. The first to take it has it.",
                rota.name
            );
            Some((title, sentence))
        }
        SwapState::Taken {
            by,
            in_return: Some(offer),
            ..
        } if *by == reader => {
            let theirs = sentence::span(offer.from, offer.until, rota);
            Some((
                format!("{asker} takes your offer"),
                format!(
                    "You are on call in {}, {when}. {asker} is in return, {theirs}.",
                    rota.name
                ),
            ))
        }
        _ => None,
    }
}

fn message(title: &str, sentence: &str, reader: &Person) -> Message {
    Message {
        title: title.to_owned(),
        text: format!("{}, {title}.\n\n{sentence}", reader.called()),
        short: format!("Eider: {title}. {sentence}"),
        spoken: format!("This is Eider. {title}. {sentence}"),
        keys: Vec::new(),
        link: Some("/my-duty".into()),
    }
}
