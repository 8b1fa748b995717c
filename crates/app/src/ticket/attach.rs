//! Files in a thread.

use eider_domain::{
    AttachmentId, MessageId, TicketNumber,
    access::{Action, Actor, may},
    text::{self, SHORT_LIMIT_CHARACTERS},
    ticket::Command,
};
use eider_store::{
    Tx,
    attachment::{self, Attachment},
};

use super::act::{act_in, to_change};
use crate::{
    Eider, Error, Result,
    once::{self, OnceKey},
};

/// The largest file that is kept, in bytes: 10 MiB.
pub const ATTACHMENT_LIMIT_BYTES: usize = 10 * 1024 * 1024;
const MEDIA_TYPE_LIMIT_CHARACTERS: usize = 120;

/// A file as it came in. It is kept as it is and never opened, so nothing in it can unfold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Its name.
    pub name: String,
    /// The media type that its sender gave.
    pub media_type: String,
    /// What is in it.
    pub content: Vec<u8>,
}

/// Adds a file to the thread of ticket `number`.
///
/// # Errors
/// `Invalid` when it is empty or larger than [`ATTACHMENT_LIMIT_BYTES`].
pub async fn attach(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    file: NewFile,
) -> Result<Attachment> {
    attach_once(eider, actor, number, file, None).await
}

/// As [`attach`], once for each key: a request that came before is answered with the file that it
/// added.
///
/// # Errors
/// As [`attach`], and `Invalid` when the key came with another request.
pub async fn attach_once(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    file: NewFile,
    key: Option<&OnceKey>,
) -> Result<Attachment> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let id: AttachmentId = eider.ids().id(now);
    if let Some(before) = once::claim(&mut tx, key, id.0, now).await? {
        let found = attachment::by_id(&mut tx, before.into()).await?;
        // The first request may share this commit: answer once it is on the disk.
        tx.commit().await?;
        return found.ok_or_else(|| Error::NotFound("The file of this key".into()));
    }
    let place = Place { id, message: None };
    let attachment = attach_in(eider, &mut tx, actor, number, place, file).await?;
    tx.commit().await?;
    eider.committed();
    Ok(attachment)
}

/// As what a file is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Its identity.
    pub(super) id: AttachmentId,
    /// The message it came with, if it came with one.
    pub(super) message: Option<MessageId>,
}

/// Adds a file within a transaction.
pub(super) async fn attach_in(
    eider: &Eider,
    tx: &mut Tx,
    actor: &Actor,
    number: TicketNumber,
    place: Place,
    file: NewFile,
) -> Result<Attachment> {
    may(actor, Action::Reply)?;
    let name = checked_name(&file)?;
    let now = eider.now();
    let ticket = to_change(tx, number).await?;
    let attachment = Attachment {
        id: place.id,
        ticket: ticket.id,
        message: place.message,
        author: actor.person,
        at: now,
        name: name.clone(),
        media_type: media_type(&file),
        size_bytes: i64::try_from(file.content.len()).unwrap_or(i64::MAX),
    };
    attachment::put(tx, &attachment, &file.content).await?;
    let command = Command::Attach {
        attachment: attachment.id,
        name,
        size_bytes: attachment.size_bytes,
    };
    act_in(eider, tx, Some(actor), number, command).await?;
    Ok(attachment)
}

fn checked_name(file: &NewFile) -> Result<String> {
    let invalid = |message: String| Error::field("file", message);
    let name = text::line("The name of the file", &file.name, SHORT_LIMIT_CHARACTERS)
        .map_err(|error| invalid(error.to_string()))?;
    if file.content.is_empty() {
        return Err(invalid(format!("“{name}” is empty. Choose another file.")));
    }
    if file.content.len() > ATTACHMENT_LIMIT_BYTES {
        return Err(invalid(format!(
            "“{name}” is too large: at most 10 MiB can be kept. Make it smaller, or put a link to it."
        )));
    }
    Ok(name)
}

/// A file with what is in it.
///
/// # Errors
/// `NotFound` when it is not there.
pub async fn attachment(
    eider: &Eider,
    actor: &Actor,
    id: AttachmentId,
) -> Result<(Attachment, Vec<u8>)> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    attachment::with_content(&mut tx, id)
        .await?
        .ok_or_else(|| Error::NotFound("This file".into()))
}

/// The media type of a picture that browsers show, told by how its content begins: PNG, JPEG, GIF
/// or WebP. The signatures are those of <https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm>.
pub fn picture_type(content: &[u8]) -> Option<&'static str> {
    match content {
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}

/// Pictures are what they are; of other files the sender's word is kept, unless it claims a picture.
fn media_type(file: &NewFile) -> String {
    if let Some(picture) = picture_type(&file.content) {
        return picture.to_owned();
    }
    let given = file.media_type.as_str();
    let fine = given.len() <= MEDIA_TYPE_LIMIT_CHARACTERS
        && given.contains('/')
        && !given.starts_with("image/")
        && given
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/+-.;= ".contains(c));
    if fine {
        given.to_owned()
    } else {
        "application/octet-stream".to_owned()
    }
}
