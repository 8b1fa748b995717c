//! What people write in a thread of Slack, kept here.

use std::fmt::Write as _;

use eider_domain::{
    MessageId, TicketNumber,
    access::Actor,
    text::{self, BODY_LIMIT_CHARACTERS},
};
use eider_store::{
    Tx, message,
    slack::message::{self as same, Same, Standing},
};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::{
    Eider, Error, Result,
    once::{self, OnceKey},
    ticket::{self, NewFile, Saying},
};

/// Clocks may differ by this much; Slack's own signatures allow no more.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);

/// Where in Slack something was written.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The channel.
    pub channel_id: &'a str,
    /// The message.
    pub ts: &'a str,
}

impl Origin<'_> {
    fn key(&self, actor: &Actor) -> OnceKey {
        let place = format!("{} {}", self.channel_id, self.ts);
        OnceKey::new(actor.person, "slack", &place, &[])
    }

    /// When it was written, as Slack tells; parts of it stand one after the other. What came late, or
    /// had to be tried again, stands in the thread where it was said. A clock of Slack's that is far
    /// ahead is not believed.
    fn written_at(&self, part: usize, now: Timestamp) -> Timestamp {
        let written = instant_of(self.ts).unwrap_or(now);
        let latest = now.saturating_add(CLOCKS_DIFFER).unwrap_or(now);
        let written = if written > latest { now } else { written };
        let after = SignedDuration::from_micros(i64::try_from(part).unwrap_or(0));
        written.saturating_add(after).unwrap_or(written)
    }

    fn same(&self, message: MessageId, part: usize, body: &str) -> Same {
        Same {
            channel_id: self.channel_id.to_owned(),
            ts: self.ts.to_owned(),
            message,
            part: i64::try_from(part).unwrap_or(i64::MAX),
            standing: Standing::Said,
            body_hash: body_hash(body),
        }
    }
}

/// The instant in a `ts` of Slack: seconds, a dot, and microseconds.
fn instant_of(ts: &str) -> Option<Timestamp> {
    let (seconds, micros) = ts.split_once('.')?;
    let micros: i32 = format!("{micros:0<6}").get(..6)?.parse().ok()?;
    Timestamp::new(seconds.parse().ok()?, micros * 1_000).ok()
}

/// A digest of what a message says, by which both sides are known to say the same.
pub fn body_hash(body: &str) -> String {
    let digest = Sha256::digest(body.as_bytes());
    digest.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a text cannot fail.
        let _written = write!(hex, "{byte:02x}");
        hex
    })
}

/// Keeps what was written in a thread of Slack, with its files. What is too long for one message
/// comes in several `bodies`. Again does nothing.
///
/// # Errors
/// `Invalid` when there is nothing at all, or a text or file cannot be kept; then nothing is.
pub async fn say(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    origin: Origin<'_>,
    bodies: &[String],
    files: Vec<NewFile>,
) -> Result<()> {
    let now = eider.now();
    let key = origin.key(actor);
    let mut tx = eider.db().write().await?;
    let id: MessageId = eider.ids().id(now);
    if once::claim(&mut tx, Some(&key), id.0, now).await?.is_some() {
        return Ok(());
    }
    let first = bodies.first().map_or("", String::as_str);
    let at = origin.written_at(0, now);
    let saying = Saying { id, at };
    let said =
        ticket::say_with_files_in(eider, &mut tx, actor, number, saying, first, files).await?;
    if let Some(message) = said.message {
        same::put(&mut tx, &origin.same(message, 0, &cleaned(first)?)).await?;
    }
    for file in said.files {
        same::put_file(&mut tx, file, origin.channel_id, origin.ts).await?;
    }
    for (part, body) in bodies.iter().enumerate().skip(1) {
        say_part(eider, &mut tx, actor, number, origin, part, body).await?;
    }
    tx.commit().await?;
    eider.committed();
    Ok(())
}

async fn say_part(
    eider: &Eider,
    tx: &mut Tx,
    actor: &Actor,
    number: TicketNumber,
    origin: Origin<'_>,
    part: usize,
    body: &str,
) -> Result<()> {
    let now = eider.now();
    let saying = Saying {
        id: eider.ids().id(now),
        at: origin.written_at(part, now),
    };
    let said =
        ticket::say_with_files_in(eider, tx, actor, number, saying, body, Vec::new()).await?;
    if let Some(message) = said.message {
        same::put(tx, &origin.same(message, part, &cleaned(body)?)).await?;
    }
    Ok(())
}

/// Corrects what was written, as it was corrected in Slack. Answers whether it is kept here at all.
/// Again does nothing.
///
/// # Errors
/// `Invalid` when the new text cannot be kept, `Forbidden` when somebody else wrote it.
pub async fn edit(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    origin: Origin<'_>,
    bodies: &[String],
) -> Result<bool> {
    let mut tx = eider.db().read().await?;
    let kept = same::at(&mut tx, origin.channel_id, origin.ts).await?;
    drop(tx);
    for (part, before) in kept.iter().enumerate() {
        match bodies.get(part) {
            Some(body) => correct(eider, actor, before, body).await?,
            None => take_back(eider, actor, before).await?,
        }
    }
    if !kept.is_empty() && kept.len() < bodies.len() {
        let mut tx = eider.db().write().await?;
        for (part, body) in bodies.iter().enumerate().skip(kept.len()) {
            say_part(eider, &mut tx, actor, number, origin, part, body).await?;
        }
        tx.commit().await?;
        eider.committed();
    }
    Ok(!kept.is_empty())
}

/// That both sides say the same is noted before it is so, so that whoever tells Slack of the
/// correction finds nothing to tell.
async fn correct(eider: &Eider, actor: &Actor, before: &Same, body: &str) -> Result<()> {
    let body = cleaned(body)?;
    let mut tx = eider.db().write().await?;
    let now_same = Same {
        body_hash: body_hash(&body),
        standing: Standing::Said,
        ..before.clone()
    };
    same::put(&mut tx, &now_same).await?;
    let message = message::by_id(&mut tx, before.message).await?;
    tx.commit().await?;
    let is_other =
        message.is_some_and(|message| message.withdrawn_at.is_none() && message.body != body);
    if is_other {
        ticket::edit(eider, actor, before.message, &body).await?;
    }
    Ok(())
}

/// Takes back what was written, as it was taken back in Slack. What is not kept here yet will not
/// be. Again does nothing.
///
/// # Errors
/// `Forbidden` when somebody else wrote it.
pub async fn withdraw(eider: &Eider, actor: &Actor, origin: Origin<'_>) -> Result<()> {
    let mut tx = eider.db().write().await?;
    let kept = same::at(&mut tx, origin.channel_id, origin.ts).await?;
    if kept.is_empty() {
        let now = eider.now();
        let id = eider.ids().id(now);
        once::claim(&mut tx, Some(&origin.key(actor)), id, now).await?;
    }
    tx.commit().await?;
    for before in &kept {
        take_back(eider, actor, before).await?;
    }
    Ok(())
}

async fn take_back(eider: &Eider, actor: &Actor, before: &Same) -> Result<()> {
    let mut tx = eider.db().write().await?;
    let gone = Same {
        standing: Standing::Gone,
        ..before.clone()
    };
    same::put(&mut tx, &gone).await?;
    tx.commit().await?;
    match ticket::withdraw(eider, actor, before.message).await {
        // It was taken back before.
        Err(Error::NotFound(_)) => Ok(()),
        done => done.map(drop),
    }
}

/// The text as it is kept.
fn cleaned(body: &str) -> Result<String> {
    text::lines("The message", body, BODY_LIMIT_CHARACTERS)
        .map_err(|error| Error::field("body", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(ts: &str, part: usize) -> String {
        let origin = Origin {
            channel_id: "C1",
            ts,
        };
        let now = "2026-03-02T09:00:00Z".parse().expect("an instant");
        origin.written_at(part, now).to_string()
    }

    #[test]
    fn a_message_stands_where_slack_says_that_it_was_written() {
        assert_eq!(written("1772441999.200200", 0), "2026-03-02T08:59:59.2002Z");
        assert_eq!(
            written("1772441999.000200", 2),
            "2026-03-02T08:59:59.000202Z"
        );
        assert_eq!(written("1772442060.5", 0), "2026-03-02T09:01:00.5Z");
    }

    #[test]
    fn what_is_no_time_or_far_ahead_stands_where_it_came() {
        for ts in ["", "yesterday", "1772442000", "1772452000.000100", "1.x"] {
            assert_eq!(written(ts, 0), "2026-03-02T09:00:00Z", "{ts}");
        }
    }
}
