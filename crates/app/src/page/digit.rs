//! Answers by a digit: a key of a telephone, or a text message.

use eider_domain::{
    PageId, PersonId, TicketNumber,
    page::{Page, Way},
    text::{SHORT_LIMIT_CHARACTERS, cut_line},
    ticket::{Change, Command, Resolution},
};
use eider_store::page;

use super::{
    act::{Answer, act_in, unknown},
    link,
};
use crate::{Eider, Error, Result, ticket as tickets};

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
    if digit == RESOLVED {
        return said(resolved_by_key(eider, person, id, way).await);
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

/// What is said back: a refusal is an answer, a database that fails is not.
fn said(done: Result<String>) -> Result<String> {
    match done {
        Err(Error::Store(error)) => Err(error.into()),
        Err(error) => Ok(error.to_string()),
        done => done,
    }
}

/// Resolves the ticket of a page by a key. Which of several is meant, a key cannot say.
async fn resolved_by_key(eider: &Eider, person: PersonId, id: PageId, way: Way) -> Result<String> {
    let mut tx = eider.db().read().await?;
    let page = page::by_id(&mut tx, id).await?.ok_or_else(unknown)?;
    drop(tx);
    match page.tickets.as_slice() {
        [only] => resolved(eider, person, only.number, "", way).await,
        [] => Ok("This is a drill. 1 is to acknowledge.".to_owned()),
        several => Ok(format!(
            "It is about {} tickets. Resolve them in Eider.",
            several.len()
        )),
    }
}

/// Resolves one ticket, whose open page calls them, or was answered by them, or by nobody. What it was
/// is what they wrote, or is left to be written down in the day.
async fn resolved(
    eider: &Eider,
    person: PersonId,
    number: TicketNumber,
    words: &str,
    way: Way,
) -> Result<String> {
    let mut tx = eider.db().write().await?;
    let actor = link::actor_of(&mut tx, person).await?;
    let ticket = tickets::to_change(&mut tx, number).await?;
    let page = page::open_of_ticket_to_change(&mut tx, ticket.id).await?;
    let is_theirs = |page: &Page| match page.holder() {
        Some(holder) => holder == person || page.is_calling(person),
        None => distance(page, person).is_some(),
    };
    if !page.as_ref().is_some_and(is_theirs) {
        return Ok(format!(
            "You are not called for {number} and do not have it, or it is over."
        ));
    }
    let by = match way {
        Way::Sms => "by text message",
        _ => "by telephone",
    };
    let cause = match words {
        "" => format!("Not written down yet: it was resolved {by}."),
        words => cut_line(words, SHORT_LIMIT_CHARACTERS),
    };
    let command = Command::Resolve(Resolution {
        cause,
        how_known: format!("Whoever resolved it said so {by}."),
        change: Change::No,
        customer_outcome: None,
        known_issue: None,
    });
    tickets::act_in(eider, &mut tx, Some(&actor), number, command).await?;
    tx.commit().await?;
    eider.committed();
    Ok(format!(
        "{number} is resolved. When you are awake, write down in Eider what it was."
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
    // A message may come twice, and something else may have begun to ring since it was written.
    if let (RESOLVED, Some(number), [(_, person)]) = (digit, about, meant.as_slice()) {
        return said(resolved(eider, *person, number, &words, Way::Sms).await);
    }
    match (meant.as_slice(), about) {
        ([], Some(number)) => Ok(format!("You were not called for {number}, or it is over.")),
        ([], None) => {
            Ok("You are not being called, and what you were called for is over.".to_owned())
        }
        ([(page, person)], _) if digit != RESOLVED || page.is_drill => {
            answered_by_digit(eider, *person, page.id, digit, Way::Sms).await
        }
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
    let notes = &page.notes;
    let was_called = notes.called.iter().any(|one| one.person == person);
    let mut asked = notes.helpers.iter().chain(&notes.refused);
    let has_asked = asked.any(|one| one.by == Some(person));
    match page.holder() {
        _ if page.is_calling(person) => Some(0),
        Some(holder) if holder == person => Some(1),
        None if was_called => Some(1),
        _ => (was_called || has_asked).then_some(2),
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
    /// anything else: "ok" may only mean that it was read, and "6 minutes" is no resolution.
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
        let written = match about {
            Some(_) if digit == RESOLVED => after_two(text),
            _ => "",
        };
        let is_all = !written.is_empty() || words.next().is_none();
        (is_all && (1..=9).contains(&digit)).then(|| Self {
            digit,
            about,
            words: written.to_owned(),
        })
    }
}

/// What stands behind the first two words.
fn after_two(text: &str) -> &str {
    let behind = |text: &'_ str| -> usize {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        text.len() - text[end..].trim_start().len()
    };
    let text = text.trim();
    let second = &text[behind(text)..];
    &second[behind(second)..]
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
            let one = page
                .lead()
                .map_or_else(String::new, |one| one.number.to_string());
            format!(
                "You have {what}. When it is put right, answer {RESOLVED} {one} and what it was."
            )
        }
        Answer::Acknowledge if page.holder() == Some(person) => format!("You have {what}."),
        Answer::Acknowledge => "Thank you. They know that you are coming.".to_owned(),
        Answer::CallBuddy => "Your buddy is being called.".to_owned(),
        Answer::Escalate => "The next level is being called.".to_owned(),
        Answer::Decline { .. } if page.holder().is_some_and(|holder| holder != person) => {
            "Noted. Whoever called you is told.".to_owned()
        }
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
        let named = format!("6 T-1042:  {full}");
        assert_eq!(Reply::read(&named), resolved(Some(1042), full));
        let bare = format!("6 1042 {full}");
        assert_eq!(Reply::read(&bare), resolved(Some(1042), full));
        for text in ["6 minutes", "6 minutes, on my way", "6 full", "1 T-1 now"] {
            assert_eq!(Reply::read(text), None, "{text}");
        }
        for text in [
            "", "0", "10", "123456", "123 456", "1 yes", "1 2 3", "ok", "no", "-",
        ] {
            assert_eq!(Reply::read(text), None, "{text}");
        }
    }
}
