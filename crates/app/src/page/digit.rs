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

/// Does what a text message from one of `people` asks of the page that calls them: a digit, with the
/// number of a ticket where several call. Without one nothing is done then: it would not be known
/// which is meant.
///
/// # Errors
/// When the database fails.
pub(crate) async fn answered_by_message(
    eider: &Eider,
    people: &[PersonId],
    reply: Reply,
) -> Result<String> {
    let Reply { digit, about } = reply;
    let mut tx = eider.db().read().await?;
    let open = page::open(&mut tx, LOOKED_AT).await?;
    drop(tx);
    let calls = |page: &Page| people.iter().copied().find(|one| page.is_calling(*one));
    let is_meant = |page: &Page| {
        about.is_none_or(|number| page.tickets.iter().any(|paged| paged.number == number))
    };
    let called: Vec<(&Page, PersonId)> = open
        .iter()
        .filter(|page| is_meant(page))
        .filter_map(|page| Some((page, calls(page)?)))
        .collect();
    match called.as_slice() {
        [] => Ok("Nobody is calling you now: somebody else has it, or it is over.".to_owned()),
        [(page, person)] => answered_by_digit(eider, *person, page.id, digit, Way::Sms).await,
        several => {
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

/// What somebody answers by a text message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    /// What they ask for.
    digit: u8,
    /// The ticket that they mean.
    about: Option<TicketNumber>,
}

impl Reply {
    /// Reads "1", "1 T-1042" or "1 1042". Nothing for anything else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let digit: u8 = words.next()?.parse().ok()?;
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
        for text in ["", "0", "10", "123456", "123 456", "1 yes", "1 2 3", "yes"] {
            assert_eq!(Reply::read(text), None, "{text}");
        }
    }
}
