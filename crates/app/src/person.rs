//! Finding people.

use eider_domain::{
    PersonId,
    access::{Action, Actor, may},
    person::Person,
};
use eider_store::person;

use crate::{Eider, Error, Result};

/// The people who can sign in or could, by name.
///
/// # Errors
/// `Forbidden` when the actor may not read.
pub async fn all(eider: &Eider, actor: &Actor) -> Result<Vec<Person>> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    Ok(person::all(&mut tx).await?)
}

/// The person of that id.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn by_id(eider: &Eider, actor: &Actor, id: PersonId) -> Result<Person> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let found = person::by_id(&mut tx, id).await?;
    found.ok_or_else(|| Error::NotFound("This person".into()))
}

/// The person of that id or address, as somebody wrote it in `field`; `me` is who asks.
///
/// # Errors
/// `Invalid` when there is none.
pub async fn find(
    eider: &Eider,
    actor: &Actor,
    field: &'static str,
    text: &str,
) -> Result<PersonId> {
    may(actor, Action::Read)?;
    let text = text.trim();
    if text == "me" {
        return Ok(actor.person);
    }
    let mut tx = eider.db().read().await?;
    let found = if let Ok(id) = text.parse() {
        person::by_id(&mut tx, id).await?
    } else if let Ok(email) = eider_domain::person::parse_email(text) {
        person::by_email(&mut tx, &email).await?
    } else {
        None
    };
    found.map(|person| person.id).ok_or_else(|| {
        let message = "There is nobody with this id or address. Write an address like ada@example.com, an id, or “me”.";
        Error::field(field, message)
    })
}
