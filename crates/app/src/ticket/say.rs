//! Writing in the thread, correcting it, taking it back.

use eider_domain::{
    MessageId, PersonId, TicketNumber,
    access::{Action, Actor, may},
    fact::{Fact, Happened},
    text::{self, BODY_LIMIT_CHARACTERS},
    ticket::Command,
};
use eider_store::{
    Tx,
    message::{self, Message},
};
use jiff::Timestamp;

use super::act::{act_in, to_change};
use crate::{
    Eider, Error, Result,
    once::{self, OnceKey},
};

/// Writes `body`, in Markdown, in the thread of ticket `number`.
///
/// # Errors
/// `Invalid` when it is empty or too long.
pub async fn say(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    body: &str,
) -> Result<Message> {
    say_once(eider, actor, number, body, None).await
}

/// As [`say`], once for each key: a request that came before is answered with the message that it
/// wrote, as that message is now.
///
/// # Errors
/// As [`say`], and `Invalid` when the key came with another request.
pub async fn say_once(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    body: &str,
    key: Option<&OnceKey>,
) -> Result<Message> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let id: MessageId = eider.ids().id(now);
    if let Some(before) = once::claim(&mut tx, key, id.0, now).await? {
        let message = message::by_id(&mut tx, before.into()).await?;
        // The first request may share this commit: answer once it is on the disk.
        tx.commit().await?;
        return message.ok_or_else(|| Error::NotFound("The message of this key".into()));
    }
    let saying = Saying { id, at: now };
    let message = say_in(eider, &mut tx, actor, number, saying, body).await?;
    tx.commit().await?;
    eider.committed();
    Ok(message)
}

/// As what something is said: its identity, and when it was written. What comes late stands in the
/// thread where it was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saying {
    /// The message.
    pub(crate) id: MessageId,
    /// When it was written.
    pub(crate) at: Timestamp,
}

pub(crate) async fn say_in(
    eider: &Eider,
    tx: &mut Tx,
    actor: &Actor,
    number: TicketNumber,
    saying: Saying,
    body: &str,
) -> Result<Message> {
    may(actor, Action::Reply)?;
    let body = checked(body)?;
    let ticket = to_change(tx, number).await?;
    let mentions = mentions(tx, &body).await?;
    let message = Message {
        id: saying.id,
        ticket: ticket.id,
        author: actor.person,
        at: saying.at,
        body,
        edited_at: None,
        withdrawn_at: None,
    };
    message::put(tx, &message).await?;
    act_in(
        eider,
        tx,
        Some(actor),
        number,
        Command::Say {
            message: saying.id,
            mentions,
        },
    )
    .await?;
    Ok(message)
}

/// Corrects a message. What it said before stays in the facts.
///
/// # Errors
/// `NotFound` when the message is not there or was taken back.
pub async fn edit(eider: &Eider, actor: &Actor, id: MessageId, body: &str) -> Result<Message> {
    let body = checked(body)?;
    change(eider, actor, id, |message, now| {
        let before = std::mem::replace(&mut message.body, body);
        message.edited_at = Some(now);
        Fact::ReplyEdited {
            message: id,
            before,
        }
    })
    .await
}

/// Takes a message back. That it was there stays in the facts.
///
/// # Errors
/// `NotFound` when the message is not there or was taken back.
pub async fn withdraw(eider: &Eider, actor: &Actor, id: MessageId) -> Result<Message> {
    change(eider, actor, id, |message, now| {
        message.body.clear();
        message.withdrawn_at = Some(now);
        Fact::ReplyWithdrawn { message: id }
    })
    .await
}

async fn change(
    eider: &Eider,
    actor: &Actor,
    id: MessageId,
    change: impl FnOnce(&mut Message, Timestamp) -> Fact,
) -> Result<Message> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let found = message::by_id(&mut tx, id).await?;
    let mut message = found
        .filter(|message| message.withdrawn_at.is_none())
        .ok_or_else(|| Error::NotFound("This message".into()))?;
    may(
        actor,
        Action::EditMessage {
            author: message.author,
        },
    )?;
    let fact = change(&mut message, now);
    message::put(&mut tx, &message).await?;
    let desk = eider.desk_in(&mut tx).await?;
    let ticket = eider_store::ticket::by_id(&mut tx, message.ticket).await?;
    let ticket = ticket.ok_or_else(|| Error::NotFound("The ticket of this message".into()))?;
    let mut ticket = to_change(&mut tx, ticket.number).await?;
    let happened = Happened {
        at: now,
        actor: Some(actor.person),
        ticket: Some(ticket.id),
        fact,
    };
    super::save(eider, &mut tx, &desk, &mut ticket, vec![happened], now).await?;
    tx.commit().await?;
    eider.committed();
    Ok(message)
}

fn checked(body: &str) -> Result<String> {
    text::lines("The message", body, BODY_LIMIT_CHARACTERS)
        .map_err(|error| Error::field("body", error))
}

/// The people whose address stands in the text after an @, such as `@ada@example.com`.
async fn mentions(tx: &mut Tx, body: &str) -> Result<Vec<PersonId>> {
    const MENTIONS_LIMIT: usize = 20;
    let addresses = body
        .split_whitespace()
        .filter_map(|word| word.strip_prefix('@'))
        .map(|word| {
            word.trim_end_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase()
        })
        .filter(|word| word.contains('@'))
        .take(MENTIONS_LIMIT);
    let mut people = Vec::new();
    for address in addresses {
        if let Some(person) = eider_store::person::by_email(tx, &address).await?
            && !people.contains(&person.id)
        {
            people.push(person.id);
        }
    }
    Ok(people)
}
