//! What people write in a thread of Slack, kept here.

use eider_domain::{MessageId, TicketNumber, access::Actor};
use eider_store::{message::Message, slack::message as same};

use crate::{
    Eider, Result,
    once::{self, OnceKey},
    ticket::{self, NewFile},
};

/// Where in Slack something was written.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The channel.
    pub channel_id: &'a str,
    /// The message.
    pub ts: &'a str,
}

/// Keeps what was written in a thread of Slack, with its files. Again does nothing.
///
/// # Errors
/// `Invalid` when there is nothing at all, or a text or file cannot be kept; then nothing is.
pub async fn say(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    origin: Origin<'_>,
    body: &str,
    files: Vec<NewFile>,
) -> Result<()> {
    let now = eider.now();
    let place = format!("{} {}", origin.channel_id, origin.ts);
    let key = OnceKey::new(actor.person, "slack", &place, &[]);
    let mut tx = eider.db().write().await?;
    let id: MessageId = eider.ids().id(now);
    if once::claim(&mut tx, Some(&key), id.0, now).await?.is_some() {
        return Ok(());
    }
    let said = ticket::say_with_files_in(eider, &mut tx, actor, number, id, body, files).await?;
    if let Some(id) = said {
        same::put(&mut tx, origin.channel_id, origin.ts, id).await?;
    }
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// Corrects what was written, as it was corrected in Slack. What is not kept here is left alone.
///
/// # Errors
/// `Invalid` when the new text cannot be kept, `Forbidden` when somebody else wrote it.
pub async fn edit(
    eider: &Eider,
    actor: &Actor,
    origin: Origin<'_>,
    body: &str,
) -> Result<Option<Message>> {
    match kept(eider, origin).await? {
        Some(id) => ticket::edit(eider, actor, id, body).await.map(Some),
        None => Ok(None),
    }
}

/// Takes back what was written, as it was taken back in Slack. What is not kept here is left alone.
///
/// # Errors
/// `Forbidden` when somebody else wrote it.
pub async fn withdraw(eider: &Eider, actor: &Actor, origin: Origin<'_>) -> Result<Option<Message>> {
    match kept(eider, origin).await? {
        Some(id) => ticket::withdraw(eider, actor, id).await.map(Some),
        None => Ok(None),
    }
}

async fn kept(eider: &Eider, origin: Origin<'_>) -> Result<Option<MessageId>> {
    let mut tx = eider.db().read().await?;
    Ok(same::at(&mut tx, origin.channel_id, origin.ts).await?)
}
