//! Links with which one person answers one page without signing in.

use eider_domain::{
    PageId, PersonId,
    access::{Action, Actor, may},
    person::{Person, Standing},
};
use eider_store::{
    Tx, page,
    person::{self, PersonName},
};

use super::read::{PageView, view_of};
use crate::{Eider, Error, Result, account::secret_hash};

/// A page as the bearer of a link sees it.
#[derive(Clone, Debug)]
pub struct LinkView {
    /// The page.
    pub view: PageView,
    /// Whose link it is.
    pub person: Person,
}

/// The page of a link.
///
/// # Errors
/// `NotFound` when the link is good for nothing.
pub async fn by_link(eider: &Eider, secret: &str) -> Result<LinkView> {
    let mut tx = eider.db().read().await?;
    let found = page::link_of(&mut tx, &secret_hash(secret)).await?;
    let (id, person) = found.ok_or_else(nothing)?;
    let person = person::by_id(&mut tx, person).await?.ok_or_else(nothing)?;
    let page = page::by_id(&mut tx, id).await?.ok_or_else(nothing)?;
    let view = view_of(&mut tx, page).await?;
    Ok(LinkView { view, person })
}

/// The people to whom the bearer of a link may hand its page.
///
/// # Errors
/// `NotFound` when the link is good for nothing.
pub async fn responders_by_link(
    eider: &Eider,
    secret: &str,
) -> Result<Vec<(PersonId, PersonName)>> {
    let mut tx = eider.db().read().await?;
    let found = page::link_of(&mut tx, &secret_hash(secret)).await?;
    found.ok_or_else(nothing)?;
    Ok(person::responders(&mut tx).await?)
}

/// Whose link it is, with what they may, and the page that it is for.
pub(super) async fn bearer(eider: &Eider, secret: &str) -> Result<(Actor, PageId)> {
    let mut tx = eider.db().read().await?;
    let found = page::link_of(&mut tx, &secret_hash(secret)).await?;
    let (id, person) = found.ok_or_else(nothing)?;
    Ok((actor_of(&mut tx, person).await?, id))
}

/// Somebody with the rights of their role.
pub(super) async fn actor_of(tx: &mut Tx, person: PersonId) -> Result<Actor> {
    let found = person::by_id(tx, person).await?;
    let found = found.filter(|person| person.standing == Standing::Active);
    let person = found.ok_or_else(nothing)?;
    let actor = Actor {
        person: person.id,
        role: person.role,
        squads: person.squads,
        scopes: None,
    };
    may(&actor, Action::Work)?;
    Ok(actor)
}

fn nothing() -> Error {
    Error::NotFound("This link".into())
}
