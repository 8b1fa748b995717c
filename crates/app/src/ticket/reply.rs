//! Words and files together, in one transaction.

use eider_domain::{AttachmentId, MessageId, TicketNumber, access::Actor, ticket::Ticket};
use eider_store::Tx;

use super::{
    attach::{Place, attach_in},
    open::open_in,
    say::{Saying, say_in},
};
use crate::{
    Eider, Error, Result,
    ticket::{Ask, NewFile},
};

/// Writes `body` in the thread of ticket `number`, with `files` beside it. The body may be empty
/// when there are files.
///
/// # Errors
/// `Invalid` when there is nothing at all, or a text or file cannot be kept; then nothing is.
pub async fn reply(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    body: &str,
    files: Vec<NewFile>,
) -> Result<()> {
    let mut tx = eider.db().write().await?;
    let at = eider.now();
    let saying = Saying {
        id: eider.ids().id(at),
        at,
    };
    say_with_files_in(eider, &mut tx, actor, number, saying, body, files).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// What came of writing something with files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The message; none without a body.
    pub(crate) message: Option<MessageId>,
    /// The files.
    pub(crate) files: Vec<AttachmentId>,
}

/// Writes `body` as that message, with `files` beside it. Without a body there is no message.
pub(crate) async fn say_with_files_in(
    eider: &Eider,
    tx: &mut Tx,
    actor: &Actor,
    number: TicketNumber,
    saying: Saying,
    body: &str,
    files: Vec<NewFile>,
) -> Result<Said> {
    if body.trim().is_empty() && files.is_empty() {
        return Err(Error::field("body", "Write something, or choose a file."));
    }
    let message = if body.trim().is_empty() {
        None
    } else {
        Some(say_in(eider, tx, actor, number, saying, body).await?.id)
    };
    let mut said = Said {
        message,
        files: Vec::new(),
    };
    for file in files {
        let id = eider.ids().id(eider.now());
        let place = Place { id, message };
        attach_in(eider, tx, actor, number, place, file).await?;
        said.files.push(id);
    }
    Ok(said)
}

/// Opens a ticket with files.
///
/// # Errors
/// `Invalid` names every field that cannot be used; then nothing is kept.
pub async fn open_with_files(
    eider: &Eider,
    actor: &Actor,
    ask: Ask,
    files: Vec<NewFile>,
) -> Result<Ticket> {
    let mut tx = eider.db().write().await?;
    let id = eider.ids().id(eider.now());
    let ticket = open_in(eider, &mut tx, actor, id, ask).await?;
    for file in files {
        let id = eider.ids().id(eider.now());
        let place = Place { id, message: None };
        attach_in(eider, &mut tx, actor, ticket.number, place, file).await?;
    }
    tx.commit().await?;
    eider.committed();
    Ok(ticket)
}
