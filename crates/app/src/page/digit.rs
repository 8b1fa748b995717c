//! Answers by a digit: a key of a telephone, or a text message.

use eider_domain::{
    PageId, PersonId, TicketNumber,
    page::{Page, Way},
};
use eider_store::page;

use super::{
    act::{Answer, act_in},
    link,
};
use crate::{Eider, Error, Result};

/// The digits that mean something, and what for.
pub(super) const DIGITS: [(u8, &str); 4] = [
    (1, "to acknowledge"),
    (2, "to call your buddy"),
    (3, "to call the next level"),
    (4, "if you cannot"),
];

/// What people write instead of 1.
const ACKNOWLEDGEMENTS: [&str; 4] = ["ack", "acknowledge", "acknowledged", "yes"];

/// The most open pages that are looked at for those that call somebody.
const LOOKED_AT: i64 = 1_000;

/// Does what a digit asks of a page, for somebody whom it called. Answers what is said back to them.
///
/// # Errors
/// When the database fails.
pub(crate) async fn answered_by_digit(
    eider: &Eider,
    person: PersonId,
    id: PageId,
    digit: u8,
    way: Way,
) -> Result<String> {
    let answer = match digit {
        1 => Answer::Acknowledge,
        2 => Answer::CallBuddy,
        3 => Answer::Escalate,
        4 => Answer::Decline { reason: None },
        _ => return Ok("That means nothing here. 1 is to acknowledge.".to_owned()),
    };
    let mut tx = eider.db().write().await?;
    let answered = match link::actor_of(&mut tx, person).await {
        Ok(actor) => act_in(eider, &mut tx, &actor, id, answer.clone(), way).await,
        Err(error) => Err(error),
    };
    match answered {
        Ok(page) => {
            tx.commit().await?;
            eider.committed();
            Ok(said_back(&page, person, &answer))
        }
        Err(Error::Store(error)) => Err(error.into()),
        // The sentence says why not.
        Err(error) => Ok(error.to_string()),
    }
}

/// Does what a text message from one of `people` asks of a page: a digit, with the number of a ticket
/// where several may be meant. Without one nothing is done then: it would not be known which.
///
/// # Errors
/// When the database fails.
pub(crate) async fn answered_by_message(
    eider: &Eider,
    people: &[PersonId],
    reply: Reply,
) -> Result<String> {
    let Reply { digit, about } = reply;
    let meant = meant_by(eider, people, about).await?;
    match (meant.as_slice(), about) {
        ([], Some(number)) => Ok(format!("You were not called for {number}, or it is over.")),
        ([], None) => {
            Ok("You are not being called, and what you were called for is over.".to_owned())
        }
        ([(page, person)], _) => answered_by_digit(eider, *person, page.id, digit, Way::Sms).await,
        (several, _) => {
            let numbers: Vec<String> = several
                .iter()
                .filter_map(|(page, _)| Some(page.lead()?.number.to_string()))
                .collect();
            let one = numbers.first().map_or("T-1", String::as_str);
            Ok(format!(
                "You are called for {}. Say which one: {digit} {one}",
                numbers.join(", ")
            ))
        }
    }
}

/// What one of `people` may answer by text message, while there is anything that they may answer.
///
/// # Errors
/// When the database fails.
pub(crate) async fn answers_of(eider: &Eider, people: &[PersonId]) -> Result<Option<String>> {
    let is_asked = !meant_by(eider, people, None).await?.is_empty();
    let codes = DIGITS.map(|(digit, what)| format!("{digit} {what}"));
    Ok(is_asked.then(|| format!("Answer {}.", codes.join(", "))))
}

/// The pages that one of `people` may mean, and who it is: those that call them, else those that
/// they have or that called them and nobody has, else those that called them and somebody else has.
/// Where they name a ticket, only its page is looked at. What they may do about it, the rules of the
/// page say.
async fn meant_by(
    eider: &Eider,
    people: &[PersonId],
    about: Option<TicketNumber>,
) -> Result<Vec<(Page, PersonId)>> {
    let mut tx = eider.db().read().await?;
    let open = page::open(&mut tx, LOOKED_AT).await?;
    drop(tx);
    let is_named = |page: &Page| {
        about.is_none_or(|number| page.tickets.iter().any(|paged| paged.number == number))
    };
    let near = open.into_iter().filter(is_named).filter_map(|page| {
        let distances = people
            .iter()
            .filter_map(|one| Some((distance(&page, *one)?, *one)));
        let (distance, person) = distances.min_by_key(|(distance, _)| *distance)?;
        Some((distance, page, person))
    });
    let near: Vec<(u8, Page, PersonId)> = near.collect();
    let nearest = near.iter().map(|(distance, ..)| *distance).min();
    let meant = near
        .into_iter()
        .filter(|(distance, ..)| Some(*distance) == nearest)
        .map(|(_, page, person)| (page, person));
    Ok(meant.collect())
}

/// How far an open page is from somebody, if it ever came to them.
fn distance(page: &Page, person: PersonId) -> Option<u8> {
    let was_called = page.notes.called.iter().any(|one| one.person == person);
    match page.holder() {
        _ if page.is_calling(person) => Some(0),
        Some(holder) if holder == person => Some(1),
        None if was_called => Some(1),
        _ => was_called.then_some(2),
    }
}

/// What somebody answers by a text message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    /// What they ask for.
    digit: u8,
    /// The ticket that they mean.
    about: Option<TicketNumber>,
}

impl Reply {
    /// Reads "1", "1.", "1 T-1042", "ack" or "yes T-1042". Nothing for anything else: "ok" may only
    /// mean that it was read.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut words = text
            .split_whitespace()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
        let first = words.next()?.to_lowercase();
        let digit: u8 = if ACKNOWLEDGEMENTS.contains(&first.as_str()) {
            1
        } else {
            first.parse().ok()?
        };
        let about = words.next().map(str::parse).transpose().ok()?;
        let is_all = words.next().is_none() && (1..=9).contains(&digit);
        is_all.then_some(Self { digit, about })
    }
}

fn said_back(page: &Page, person: PersonId, answer: &Answer) -> String {
    let numbers: Vec<String> = page
        .tickets
        .iter()
        .map(|paged| paged.number.to_string())
        .collect();
    let what = match numbers.as_slice() {
        [] => "the drill".to_owned(),
        numbers => numbers.join(", "),
    };
    match answer {
        Answer::Acknowledge if page.is_drill => "Thank you. That was the drill.".to_owned(),
        Answer::Acknowledge if page.holder() == Some(person) => format!("You have {what}."),
        Answer::Acknowledge => "Thank you. They know that you are coming.".to_owned(),
        Answer::CallBuddy => "Your buddy is being called.".to_owned(),
        Answer::Escalate => "The next level is being called.".to_owned(),
        _ => "Noted. Somebody else is being called.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_a_digit_and_perhaps_a_number() {
        let reply = |digit, about: Option<i64>| {
            let about = about.map(TicketNumber);
            Some(Reply { digit, about })
        };
        assert_eq!(Reply::read(" 1 "), reply(1, None));
        assert_eq!(Reply::read("4 T-1042"), reply(4, Some(1042)));
        assert_eq!(Reply::read("2 1042"), reply(2, Some(1042)));
        for text in ["ACK", "acknowledge", "1.", "Yes!", "(1)", "#1"] {
            assert_eq!(Reply::read(text), reply(1, None), "{text}");
        }
        assert_eq!(Reply::read("Ack T-1042."), reply(1, Some(1042)));
        for text in [
            "", "0", "10", "123456", "123 456", "1 yes", "1 2 3", "ok", "no", "-",
        ] {
            assert_eq!(Reply::read(text), None, "{text}");
        }
    }
}
