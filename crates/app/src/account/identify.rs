//! Whom a secret belongs to.

use eider_domain::{
    PersonId, TokenId,
    access::{Actor, Scope},
    person::{Person, Standing},
};
use eider_store::{Tx, api_token, person};
use jiff::{SignedDuration, Timestamp};

use super::{secret_hash, session};
use crate::{Eider, Result};

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

/// Whose session this secret is, if it is one. Using a session keeps it alive.
///
/// # Errors
/// When the database fails.
pub async fn by_session(eider: &Eider, secret: &str) -> Result<Option<Identified>> {
    let hash = secret_hash(secret);
    let mut tx = eider.db().read().await?;
    let Some(found) = eider_store::session::by_hash(&mut tx, &hash, eider.now()).await? else {
        return Ok(None);
    };
    let who = identified(&mut tx, found.person, None, Way::Session(hash)).await?;
    drop(tx);
    if who.is_some() && is_to_be_noted(Some(found.seen_at), eider.now()) {
        session::keep_alive(eider, &found).await;
    }
    Ok(who)
}

/// Whose token this secret is, if it is one.
///
/// # Errors
/// When the database fails.
pub async fn by_token(eider: &Eider, secret: &str) -> Result<Option<Identified>> {
    let mut tx = eider.db().read().await?;
    let found = api_token::by_hash(&mut tx, &secret_hash(secret), eider.now()).await?;
    let Some(token) = found else { return Ok(None) };
    let way = Way::Token(token.id);
    let who = identified(&mut tx, token.person, Some(token.scopes), way).await?;
    drop(tx);
    if who.is_some() && is_to_be_noted(token.used_at, eider.now()) {
        note_use(eider, token.id).await;
    }
    Ok(who)
}

async fn identified(
    tx: &mut Tx,
    id: PersonId,
    scopes: Option<Vec<Scope>>,
    way: Way,
) -> Result<Option<Identified>> {
    let person = person::by_id(tx, id).await?;
    let active = person.filter(|person| person.standing == Standing::Active);
    Ok(active.map(|person| {
        let actor = Actor {
            person: person.id,
            role: person.role,
            squads: person.squads.clone(),
            scopes,
        };
        Identified { person, actor, way }
    }))
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
