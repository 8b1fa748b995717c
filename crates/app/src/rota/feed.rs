//! Calendar feeds with a secret address, and the numbers that stand in them.

use eider_domain::{
    PersonId, RotaId,
    access::{Action, Actor, may},
    fact::Fact,
    rota::{Duty, Event, Roster, Rota, Shift, feed},
};
use eider_store::rota::{self, Feed};
use jiff::SignedDuration;

use super::{Exceptions, People, existing, record};
use crate::{Eider, Error, Result, account::secret_hash, desk::Desk};

const BEFORE: SignedDuration = SignedDuration::from_hours(24 * 28);
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 200);
const NUMBER_LIMIT_CHARACTERS: usize = 40;

/// Makes the secret of a feed: of the actor's own shifts, or of a rota. One that they had of the
/// same is good for nothing any more. The secret is not kept.
///
/// # Errors
/// `Forbidden` when they do not work on tickets, `NotFound` when there is no such rota.
pub async fn make_feed(eider: &Eider, actor: &Actor, rota: Option<RotaId>) -> Result<String> {
    may(actor, Action::Work)?;
    may(actor, Action::OwnAccount)?;
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    if let Some(id) = rota {
        existing(&desk, id)?;
    }
    let secret = eider.ids().secret();
    let made = Feed {
        person: actor.person,
        rota,
        made_at: eider.now(),
    };
    rota::put_feed(&mut tx, &secret_hash(&secret), &made).await?;
    record(eider, tx, actor, vec![Fact::FeedMade { rota }]).await?;
    Ok(secret)
}

/// The feed of that secret. Links in it begin with `public_url`.
///
/// # Errors
/// `NotFound` when the secret is good for nothing.
pub async fn feed_text(eider: &Eider, secret: &str, public_url: &str) -> Result<String> {
    let nothing = || Error::NotFound("This calendar".into());
    let mut tx = eider.db().read().await?;
    let found = rota::feed_by_hash(&mut tx, &secret_hash(secret)).await?;
    let found = found.ok_or_else(nothing)?;
    let owner = eider_store::person::by_id(&mut tx, found.person).await?;
    let owner = owner.ok_or_else(nothing)?;
    let desk = eider.desk_in(&mut tx).await?;
    let now = eider.now();
    let from = now.checked_sub(BEFORE).unwrap_or(now);
    let until = now.checked_add(AHEAD).unwrap_or(now);
    let (earliest, latest) = Roster::reaching_over(from, until);
    let exceptions = Exceptions::load(&mut tx, earliest, latest).await?;
    let wanted = |rota: &&Rota| !rota.retired && found.rota.is_none_or(|id| id == rota.id);
    let mut shifts: Vec<(&Rota, Shift)> = Vec::new();
    for rota in desk.rotas.iter().filter(wanted) {
        // A shift that was cut at an edge would be another one for a calendar at each reading.
        let all = exceptions.roster(rota).whole_shifts(from, until);
        let all = all.into_iter();
        let own = all.filter(|shift| found.rota.is_some() || shift.person == found.person);
        shifts.extend(own.map(|shift| (rota, shift)));
    }
    shifts.sort_by_key(|(rota, shift)| (shift.from, rota.id));
    let reader = Actor {
        person: owner.id,
        role: owner.role,
        squads: owner.squads.clone(),
        scopes: None,
    };
    let everybody = desk
        .rotas
        .iter()
        .flat_map(|rota| people_of(rota, &exceptions));
    let people = People::load(eider, &mut tx, &reader, everybody.collect()).await?;
    let title = match found.rota.and_then(|id| desk.rota(id)) {
        Some(rota) => format!("On call: {}", rota.name),
        None => format!("On call: {}", owner.name),
    };
    let events: Vec<Event> = shifts
        .iter()
        .map(|(rota, shift)| Event {
            uid: format!(
                "{}-{}-{}@eider",
                rota.id,
                shift.from.as_second(),
                shift.person
            ),
            from: shift.from,
            until: shift.until,
            stamp: now,
            summary: match found.rota {
                Some(_) => format!("{}: {}", people.name(shift.person), rota.name),
                None => format!("On call, {}: {}", rota.duty.as_str(), rota.name),
            },
            description: description(&desk, rota, shift, &exceptions, &people),
            url: format!("{public_url}/on-call/rotas/{}", rota.id),
        })
        .collect();
    Ok(feed(&title, &events))
}

fn people_of(rota: &Rota, exceptions: &Exceptions) -> Vec<PersonId> {
    let layers = rota.plans.iter().flat_map(|plan| &plan.layers);
    let planned = layers.flat_map(|layer| layer.people().iter().copied());
    let changed = exceptions.changes.iter().map(|change| change.person);
    planned.chain(changed).collect()
}

/// The vital numbers: the person's own, those of whoever is on call with them, and what the squad
/// wrote down.
fn description(
    desk: &Desk,
    rota: &Rota,
    shift: &Shift,
    exceptions: &Exceptions,
    people: &People,
) -> String {
    let mut lines = vec![line(rota.duty, shift.person, people)];
    let others = desk.rotas.iter().filter(|other| {
        other.squad == rota.squad && other.id != rota.id && !other.retired && other.duty.is_called()
    });
    for other in others {
        let mut said: Vec<PersonId> = Vec::new();
        for span in exceptions.roster(other).spans(shift.from, shift.until) {
            for holding in &span.holders {
                if !said.contains(&holding.person) {
                    said.push(holding.person);
                    lines.push(line(other.duty, holding.person, people));
                }
            }
        }
    }
    if let Some(planned) = shift.instead_of {
        lines.push(format!("Instead of {}.", people.name(planned)));
    }
    if !rota.vital.is_empty() {
        lines.push(rota.vital.clone());
    }
    lines.join("\n")
}

fn line(duty: Duty, person: PersonId, people: &People) -> String {
    let (word, name) = (duty.as_str(), people.name(person));
    let mut letters = word.chars();
    let word: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect();
    match people.number(person) {
        Some(number) => format!("{word}: {name}, {number}"),
        None => format!("{word}: {name}"),
    }
}

/// Writes the number at which the actor is called by colleagues; empty takes it away.
///
/// # Errors
/// `Invalid` when it is no number, `Forbidden` when they do not work on tickets.
pub async fn put_number(eider: &Eider, actor: &Actor, number: &str) -> Result<()> {
    may(actor, Action::Work)?;
    may(actor, Action::OwnAccount)?;
    let number = check_number(number)?;
    let mut tx = eider.db().write().await?;
    rota::put_number(&mut tx, actor.person, number.as_deref()).await?;
    record(eider, tx, actor, vec![Fact::DutyNumberChanged]).await
}

fn check_number(text: &str) -> Result<Option<String>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let known = |c: char| c.is_ascii_digit() || " +-()./".contains(c);
    let fine = text.starts_with('+')
        && text.chars().all(known)
        && (7..=15).contains(&digits)
        && text.len() <= NUMBER_LIMIT_CHARACTERS;
    if fine {
        Ok(Some(text.to_owned()))
    } else {
        let message = "Write the number with its country, like +44 20 7946 0958.";
        Err(Error::field("number", message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_its_country() {
        assert_eq!(check_number(" ").unwrap(), None);
        let number = "+44 20 7946 0958";
        assert_eq!(check_number(number).unwrap().as_deref(), Some(number));
        for bad in ["020 7946 0958", "+44", "+44 call me", "tel:+442079460958"] {
            assert!(check_number(bad).is_err(), "{bad}");
        }
    }
}
