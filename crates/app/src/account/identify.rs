//! Whom a secret belongs to.

use std::sync::Arc;

use eider_domain::{
    TokenId,
    access::{Actor, Scope},
    person::{Person, Standing},
};
use eider_store::{api_token, person};
use jiff::{SignedDuration, Timestamp};

use super::{secret_hash, session, token::is_good};
use crate::{Eider, Result, desk::Desk};

/// That something was used is noted at most this often, so that reading seldom writes.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Somebody who was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identified {
    /// Who, as a person.
    pub person: Person,
    /// Who, as somebody with rights.
    pub actor: Actor,
    /// By what they were recognised.
    pub way: Way,
}

/// By what somebody was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A session, by the hash of its secret.
    Session([u8; 32]),
    /// A token.
    Token(TokenId),
}

/// A secret that somebody comes with.
#[derive(Clone, Copy)]
pub enum Credential<'a> {
    /// The secret of a session. Using a session keeps it alive.
    Session(&'a str),
    /// The secret of a token.
    Token(&'a str),
}

impl std::fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Session(_) => "Session",
            Self::Token(_) => "Token",
        })
    }
}

/// Whose session this secret is, if it is one.
///
/// # Errors
/// When the database fails.
pub async fn by_session(eider: &Eider, secret: &str) -> Result<Option<Identified>> {
    let found = recognise(eider, Credential::Session(secret)).await?;
    Ok(found.map(|(who, _)| who))
}

/// Whose token this secret is, if it is one.
///
/// # Errors
/// When the database fails.
pub async fn by_token(eider: &Eider, secret: &str) -> Result<Option<Identified>> {
    let found = recognise(eider, Credential::Token(secret)).await?;
    Ok(found.map(|(who, _)| who))
}

/// Who comes with this secret, and the configuration of the same moment.
///
/// # Errors
/// When the database fails.
pub async fn recognise(
    eider: &Eider,
    credential: Credential<'_>,
) -> Result<Option<(Identified, Arc<Desk>)>> {
    let now = eider.now();
    let mut tx = eider.db().read().await?;
    match credential {
        Credential::Session(secret) => {
            let hash = secret_hash(secret);
            let Some(found) = eider_store::session::by_hash(&mut tx, &hash, now).await? else {
                return Ok(None);
            };
            let person = person::by_id(&mut tx, found.person).await?;
            let who = person.and_then(|person| identified(person, None, Way::Session(hash)));
            let Some(who) = who else { return Ok(None) };
            let desk = eider.desk_in(&mut tx).await?;
            drop(tx);
            if is_to_be_noted(Some(found.seen_at), now) {
                session::keep_alive(eider, &found).await;
            }
            Ok(Some((who, desk)))
        }
        Credential::Token(secret) => {
            let hash = secret_hash(secret);
            let found = api_token::with_owner(&mut tx, &hash, now).await?;
            let Some((token, owner)) = found else {
                return Ok(None);
            };
            let who = identified(owner, Some(token.scopes), Way::Token(token.id));
            let Some(who) = who else { return Ok(None) };
            let desk = eider.desk_in(&mut tx).await?;
            drop(tx);
            if is_to_be_noted(token.used_at, now) {
                note_use(eider, token.id).await;
            }
            Ok(Some((who, desk)))
        }
    }
}

/// Who somebody that was recognised is now; nobody when what they came with is good no longer.
/// This is no use of it, and does not keep a session alive.
///
/// # Errors
/// When the database fails.
pub async fn recognise_again(eider: &Eider, who: &Identified) -> Result<Option<Identified>> {
    let now = eider.now();
    let mut tx = eider.db().read().await?;
    let is_good = match &who.way {
        Way::Session(hash) => {
            let session = eider_store::session::by_hash(&mut tx, hash, now).await?;
            session.is_some()
        }
        Way::Token(id) => {
            let tokens = api_token::of_person(&mut tx, who.person.id).await?;
            let token = tokens.iter().find(|token| token.id == *id);
            token.is_some_and(|token| is_good(token, now))
        }
    };
    if !is_good {
        return Ok(None);
    }
    let person = person::by_id(&mut tx, who.person.id).await?;
    let scopes = who.actor.scopes.clone();
    Ok(person.and_then(|person| identified(person, scopes, who.way)))
}

fn identified(person: Person, scopes: Option<Vec<Scope>>, way: Way) -> Option<Identified> {
    let actor = Actor {
        person: person.id,
        role: person.role,
        squads: person.squads.clone(),
        scopes,
    };
    let is_active = person.standing == Standing::Active;
    is_active.then_some(Identified { person, actor, way })
}

fn is_to_be_noted(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_none_or(|last| now.duration_since(last).abs() >= NOTED_EVERY)
}

/// A token is good even while the database can only be read, so a failure is told and passed over.
async fn note_use(eider: &Eider, token: TokenId) {
    let noted = async {
        let mut tx = eider.db().write().await?;
        api_token::touch(&mut tx, token, eider.now()).await?;
        tx.commit().await
    };
    if let Err(error) = noted.await {
        tracing::warn!(%error, "the use of a token could not be noted");
    }
}
