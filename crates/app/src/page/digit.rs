//! Answers by a digit: a key of a telephone, or a text message.

use eider_domain::{
    PageId, PersonId, TicketNumber,
    page::{Page, Way},
    text::{SHORT_LIMIT_CHARACTERS, cut_line},
    ticket::{Change, Resolution},
};
use eider_store::page;

use super::{
    act::{Answer, act_in, resolve, unknown},
    link,
};
use crate::{Eider, Error, Result};

/// The digits that mean something, and what for.
pub(super) const DIGITS: [(u8, &str); 5] = [
    (1, "to acknowledge"),
    (2, "to call your buddy"),
    (3, "to call the next level"),
    (4, "if you cannot"),
    (RESOLVED, "if it is put right"),
];

/// Far from the 4 on a telephone.
const RESOLVED: u8 = 6;
/// How many tickets are named in an answer.
const NAMED: usize = 5;

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
    answered(eider, person, id, (digit, ""), way).await
}

/// As [`answered_by_digit`], with what they wrote behind the digit.
async fn answered(
    eider: &Eider,
    person: PersonId,
    id: PageId,
    (digit, words): (u8, &str),
    way: Way,
) -> Result<String> {
    if digit == RESOLVED {
        return match resolved(eider, person, id, words, way).await {
            Err(Error::Store(error)) => Err(error.into()),
            Err(error) => Ok(error.to_string()),
            Ok(said) => Ok(said),
        };
    }
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
            Ok(said_back(&page, person, &answer, way))
        }
        Err(Error::Store(error)) => Err(error.into()),
        // The sentence says why not.
        Err(error) => Ok(error.to_string()),
    }
}

/// Resolves everything that a page is about. What it was is what they wrote, or is left to be written
/// down in the day.
async fn resolved(
    eider: &Eider,
    person: PersonId,
    id: PageId,
    words: &str,
    way: Way,
) -> Result<String> {
    let mut tx = eider.db().read().await?;
    let actor = link::actor_of(&mut tx, person).await?;
    let page = page::by_id(&mut tx, id).await?.ok_or_else(unknown)?;
    drop(tx);
    if page.is_drill {
        return Box::pin(answered(eider, person, id, (1, ""), way)).await;
    }
    let by = match way {
        Way::Sms => "by text message",
        _ => "by telephone",
    };
    let cause = match words {
        "" => format!("Not written down yet: it was resolved {by}."),
        words => cut_line(words, SHORT_LIMIT_CHARACTERS),
    };
    let resolution = Resolution {
        cause,
        how_known: format!("Whoever resolved it said so {by}."),
        change: Change::No,
        customer_outcome: None,
        known_issue: None,
    };
    let about = named(&page);
    resolve(eider, &actor, id, resolution).await?;
    Ok(format!(
        "{about}: resolved. When you are awake, write down in Eider what it was."
    ))
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
    let Reply {
        digit,
        about,
        words,
    } = reply;
    let meant = meant_by(eider, people, about).await?;
    match (meant.as_slice(), about) {
        ([], Some(number)) => Ok(format!("You were not called for {number}, or it is over.")),
        ([], None) => {
            Ok("You are not being called, and what you were called for is over.".to_owned())
        }
        ([(page, person)], _) => answered(eider, *person, page.id, (digit, &words), Way::Sms).await,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    /// What they ask for.
    digit: u8,
    /// The ticket that they mean.
    about: Option<TicketNumber>,
    /// What it was, where it is put right.
    words: String,
}

impl Reply {
    /// Reads "1", "1.", "1 T-1042", "ack" or "yes T-1042", and "6 T-1042 a full disk". Nothing for
    /// anything else: "ok" may only mean that it was read.
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
        if digit == RESOLVED {
            return Some(Self::resolved(text));
        }
        let about = words.next().map(str::parse).transpose().ok()?;
        let is_all = words.next().is_none() && (1..=9).contains(&digit);
        is_all.then_some(Self {
            digit,
            about,
            words: String::new(),
        })
    }

    /// "6" and what it was, perhaps after a ticket.
    fn resolved(text: &str) -> Self {
        let (_, after) = text
            .trim()
            .split_once(char::is_whitespace)
            .unwrap_or_default();
        let (first, others) = after
            .trim()
            .split_once(char::is_whitespace)
            .unwrap_or((after, ""));
        let word = first.trim_matches(|c: char| !c.is_alphanumeric());
        // A number alone may be what it was about: "6 2 disks were full".
        let is_named = word.contains('-') || others.is_empty();
        let about = word.parse().ok().filter(|_| is_named);
        let words = if about.is_some() { others } else { after };
        Self {
            digit: RESOLVED,
            about,
            words: words.trim().to_owned(),
        }
    }
}

/// What a page is about, by its first few tickets.
fn named(page: &Page) -> String {
    let numbers = page.tickets.iter().map(|paged| paged.number.to_string());
    let first: Vec<String> = numbers.take(NAMED).collect();
    let named = first.join(", ");
    match page.tickets.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

fn said_back(page: &Page, person: PersonId, answer: &Answer, way: Way) -> String {
    let what = named(page);
    match answer {
        Answer::Acknowledge if page.is_drill => "Thank you. That was the drill.".to_owned(),
        Answer::Acknowledge if page.holder() == Some(person) && way == Way::Sms => {
            format!("You have {what}. When it is put right, answer {RESOLVED} and what it was.")
        }
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
            Some(Reply {
                digit,
                about,
                words: String::new(),
            })
        };
        assert_eq!(Reply::read(" 1 "), reply(1, None));
        assert_eq!(Reply::read("4 T-1042"), reply(4, Some(1042)));
        assert_eq!(Reply::read("2 1042"), reply(2, Some(1042)));
        for text in ["ACK", "acknowledge", "1.", "Yes!", "(1)", "#1"] {
            assert_eq!(Reply::read(text), reply(1, None), "{text}");
        }
        assert_eq!(Reply::read("Ack T-1042."), reply(1, Some(1042)));
        let resolved = |about: Option<i64>, words: &str| {
            Some(Reply {
                digit: 6,
                about: about.map(TicketNumber),
                words: words.to_owned(),
            })
        };
        assert_eq!(Reply::read("6"), resolved(None, ""));
        assert_eq!(Reply::read("6. T-1042"), resolved(Some(1042), ""));
        assert_eq!(Reply::read("6 1042"), resolved(Some(1042), ""));
        let full = "a full disk, again";
        assert_eq!(Reply::read(&format!("6 {full}")), resolved(None, full));
        let named = format!("6 T-1042: {full}");
        assert_eq!(Reply::read(&named), resolved(Some(1042), full));
        let two = "2 disks were full";
        assert_eq!(Reply::read(&format!("6 {two}")), resolved(None, two));
        for text in [
            "", "0", "10", "123456", "123 456", "1 yes", "1 2 3", "ok", "no", "-",
        ] {
            assert_eq!(Reply::read(text), None, "{text}");
        }
    }
}
