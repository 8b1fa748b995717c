//! Asking for help in Slack: a ticket whose thread begins where it was asked.

use eider_domain::{
    TicketId, TicketNumber,
    access::{Action, Actor, may},
    page::Way,
    ticket::Ticket,
};
use eider_store::{
    Tx, fact,
    slack::{channel, thread, thread::Thread},
};

use crate::{
    Eider, Error, Result,
    once::{self, OnceKey},
    page,
    ticket::{self, Ask, Saying},
};

/// What somebody asks in Slack.
#[derive(Clone, Debug)]
pub struct Asking {
    /// The question.
    pub ask: Ask,
    /// Whose question it is, when somebody else files it for them.
    pub reporter: Option<Actor>,
    /// Workspace and channel in which it was asked. Its thread begins there, if that channel is
    /// one for support.
    pub place: Option<(String, String)>,
    /// Why it cannot wait until hours start, if it cannot: people are called for it now.
    pub cannot_wait: Option<String>,
}

/// Opens a ticket once for each key, with its thread. A request that came before is answered with
/// the ticket that it opened.
///
/// # Errors
/// `Invalid` names every field that cannot be used.
pub async fn ask(eider: &Eider, actor: &Actor, asking: Asking, key: &OnceKey) -> Result<Ticket> {
    may(actor, Action::Ask)?;
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let id: TicketId = eider.ids().id(now);
    if let Some(before) = once::claim(&mut tx, Some(key), id.0, now).await? {
        let ticket = eider_store::ticket::by_id(&mut tx, before.into()).await?;
        // The first request may share this commit: answer once it is on the disk.
        tx.commit().await?;
        return ticket.ok_or_else(|| Error::NotFound("The ticket of this form".into()));
    }
    let reporter = asking.reporter.as_ref().unwrap_or(actor);
    let mut ticket = ticket::open_in(eider, &mut tx, reporter, id, asking.ask).await?;
    begin_thread(&mut tx, id, asking.place).await?;
    if let Some(reason) = &asking.cannot_wait {
        wake(eider, &mut tx, actor, ticket.number, reason).await?;
    }
    if reporter.person != actor.person {
        // Whoever files it for somebody else says so.
        let saying = Saying {
            id: eider.ids().id(now),
            at: now,
        };
        let words = "I made this ticket from your message.";
        let number = ticket.number;
        ticket::say_with_files_in(eider, &mut tx, actor, number, saying, words, Vec::new()).await?;
        if let Some(now_is) = eider_store::ticket::by_id(&mut tx, id).await? {
            ticket = now_is;
        }
    }
    tx.commit().await?;
    eider.committed();
    Ok(ticket)
}

/// Has people called for what would wait. Where they are called already, that is what is wanted.
/// Whoever asks may say that it cannot wait, for somebody else's message too.
async fn wake(
    eider: &Eider,
    tx: &mut Tx,
    actor: &Actor,
    number: TicketNumber,
    reason: &str,
) -> Result<()> {
    let asked = ticket::to_change(tx, number).await?;
    match page::call_in(eider, tx, actor, &asked, reason, Way::Slack).await {
        Ok(_) | Err(Error::Conflict(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn begin_thread(tx: &mut Tx, id: TicketId, place: Option<(String, String)>) -> Result<()> {
    let Some((team_id, channel_id)) = place else {
        return Ok(());
    };
    let channels = channel::all(tx).await?;
    let is_for_support = channels
        .iter()
        .any(|channel| channel.team_id == team_id && channel.channel_id == channel_id);
    if !is_for_support {
        return Ok(());
    }
    let opened = fact::of_ticket_after(tx, id, 0, 1).await?;
    let begun = Thread {
        ticket: id,
        team_id,
        channel_id,
        ts: None,
        card_hash: None,
        card_at: None,
        told_seq: opened.first().map_or(0, |recorded| recorded.seq),
        telling_seq: None,
        told_parts: 0,
        trouble: None,
    };
    Ok(thread::put(tx, &begun).await?)
}
