//! Sessions: begun by signing in, kept alive by use, ended by people or by time.

use eider_domain::{
    PersonId,
    access::{Action, Actor, may},
    fact::Fact,
};
use eider_store::{
    Tx,
    session::{self, Session},
};
use jiff::{SignedDuration, Timestamp};

use super::{record, secret_hash};
use crate::{Eider, Error, Result};

/// A session that is not used for so long ends.
pub const SESSION_SLIDING_DAYS: i64 = 30;
/// A session ends so long after signing in, however much it is used.
pub const SESSION_LONGEST_DAYS: i64 = 90;
const DEVICE_LIMIT_CHARACTERS: usize = 200;

/// A session that has just begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// The secret for the cookie; it is not kept.
    pub secret: String,
    /// Whose it is.
    pub person: PersonId,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
}

/// Begins a session within a transaction. The fact is the caller's to record.
pub(super) async fn begin(
    tx: &mut Tx,
    eider: &Eider,
    person: PersonId,
    device: &str,
) -> Result<NewSession> {
    let now = eider.now();
    let secret = eider.ids().secret();
    let session = Session {
        token_hash: secret_hash(&secret),
        person,
        created_at: now,
        seen_at: now,
        expires_at: expiry(now, now),
        device: device
            .chars()
            .filter(|c| !c.is_control())
            .take(DEVICE_LIMIT_CHARACTERS)
            .collect(),
    };
    session::delete_ended(tx, person, now).await?;
    session::put(tx, &session).await?;
    Ok(NewSession {
        secret,
        person,
        ends_at: now + days(SESSION_LONGEST_DAYS),
    })
}

/// Notes that a session was used. It is good even while the database can only be read, so a
/// failure is told and passed over.
pub(super) async fn keep_alive(eider: &Eider, session: &Session) {
    let now = eider.now();
    let kept = async {
        let mut tx = eider.db().write().await?;
        let expires_at = expiry(session.created_at, now);
        session::touch(&mut tx, &session.token_hash, now, expires_at).await?;
        tx.commit().await
    };
    if let Err(error) = kept.await {
        tracing::warn!(%error, "the use of a session could not be noted");
    }
}

/// Ends the session of that secret, if it is one.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(eider: &Eider, secret: &str) -> Result<()> {
    let mut tx = eider.db().write().await?;
    let person = session::delete(&mut tx, &secret_hash(secret)).await?;
    if person.is_some() {
        record(&mut tx, eider, person, [Fact::SignedOut]).await?;
        tx.commit().await?;
        eider.committed();
    }
    Ok(())
}

/// The sessions of `actor`, the last used first.
///
/// # Errors
/// `Forbidden` for a token that is not good for it.
pub async fn sessions(eider: &Eider, actor: &Actor) -> Result<Vec<Session>> {
    may(actor, Action::OwnAccount)?;
    let mut tx = eider.db().read().await?;
    Ok(session::of_person(&mut tx, actor.person, eider.now()).await?)
}

/// Ends one of the sessions of `actor`, by the hash of its secret.
///
/// # Errors
/// `NotFound` when they have no such session.
pub async fn end_session(eider: &Eider, actor: &Actor, token_hash: &[u8; 32]) -> Result<()> {
    may(actor, Action::OwnAccount)?;
    let mut tx = eider.db().write().await?;
    if session::delete(&mut tx, token_hash).await? != Some(actor.person) {
        return Err(Error::NotFound("This session".into()));
    }
    record(&mut tx, eider, Some(actor.person), [Fact::SignedOut]).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// Ends every session of `actor` but `kept`. Answers how many there were.
///
/// # Errors
/// `Forbidden` for a token that is not good for it.
pub async fn end_other_sessions(
    eider: &Eider,
    actor: &Actor,
    kept: Option<&[u8; 32]>,
) -> Result<u64> {
    may(actor, Action::OwnAccount)?;
    let mut tx = eider.db().write().await?;
    let ended = session::delete_of_person(&mut tx, actor.person, kept).await?;
    if ended > 0 {
        record(&mut tx, eider, Some(actor.person), [Fact::SignedOut]).await?;
        tx.commit().await?;
        eider.committed();
    }
    Ok(ended)
}

fn expiry(created_at: Timestamp, used_at: Timestamp) -> Timestamp {
    (used_at + days(SESSION_SLIDING_DAYS)).min(created_at + days(SESSION_LONGEST_DAYS))
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}
