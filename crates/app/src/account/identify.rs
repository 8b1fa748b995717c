//! Whom a secret belongs to.

use eider_domain::{
    PersonId,
    access::{Actor, Scope},
    person::{Person, Standing},
};
use eider_store::{Tx, api_token, person, session};

use super::secret_hash;
use crate::{Eider, Result};

/// Somebody who was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identified {
    /// Who, as a person.
    pub person: Person,
    /// Who, as somebody with rights.
    pub actor: Actor,
}

/// Whose session this secret is, if it is one.
///
/// # Errors
/// When the database fails.
pub async fn by_session(eider: &Eider, secret: &str) -> Result<Option<Identified>> {
    let mut tx = eider.db().read().await?;
    let found = session::by_hash(&mut tx, &secret_hash(secret), eider.now()).await?;
    match found {
        Some(session) => identified(&mut tx, session.person, None).await,
        None => Ok(None),
    }
}

/// Whose token this secret is, if it is one.
///
/// # Errors
/// When the database fails.
pub async fn by_token(eider: &Eider, secret: &str) -> Result<Option<Identified>> {
    let mut tx = eider.db().read().await?;
    let found = api_token::by_hash(&mut tx, &secret_hash(secret), eider.now()).await?;
    match found {
        Some(token) => identified(&mut tx, token.person, Some(token.scopes)).await,
        None => Ok(None),
    }
}

async fn identified(
    tx: &mut Tx,
    id: PersonId,
    scopes: Option<Vec<Scope>>,
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
        Identified { person, actor }
    }))
}
