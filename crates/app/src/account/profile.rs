//! What people change about themselves.

use eider_domain::{
    access::{Action, Actor, may},
    account::password::check,
    fact::Fact,
    person::{Person, initials_of},
    text,
};
use eider_store::{counter, person, session};

use super::{
    attempts, password,
    people::{Draft, NAME_LIMIT_CHARACTERS},
    record,
    sign_in::confirm_password,
};
use crate::{Eider, Error, Result, error::FieldErrors};

const INITIALS_LIMIT_CHARACTERS: usize = 3;

/// What people say about themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Full name.
    pub name: String,
    /// The zone they live in, an IANA name.
    pub zone: String,
    /// One to three letters; those of the name when empty.
    pub initials: String,
    /// How they like to be addressed; by their first name when empty.
    pub address_as: String,
}

/// A new password for somebody who is signed in.
#[derive(Clone, Copy, Debug)]
pub struct PasswordChange<'a> {
    /// The present one; it does not matter for somebody who has none.
    pub current: &'a str,
    /// The new one.
    pub new: &'a str,
    /// The hash of the session that goes on; all others end.
    pub kept_session: Option<[u8; 32]>,
}

/// Changes what `actor` says about themselves.
///
/// # Errors
/// `Invalid` with what is wrong.
pub async fn update_profile(eider: &Eider, actor: &Actor, profile: Profile) -> Result<Person> {
    may(actor, Action::OwnAccount)?;
    let mut errors = FieldErrors::default();
    let draft = Draft::check(&mut errors, &profile.name, &profile.zone);
    let initials = errors.check("initials", initials(&profile.initials, &draft.name));
    let address_as = match profile.address_as.trim() {
        "" => None,
        written => {
            let line = text::line("How you are addressed", written, NAME_LIMIT_CHARACTERS);
            errors.check("address_as", line)
        }
    };
    errors.finish()?;
    let mut tx = eider.db().write().await?;
    counter::step(&mut tx, counter::PEOPLE).await?;
    let before = person::by_id(&mut tx, actor.person)
        .await?
        .ok_or_else(|| Error::NotFound("Your profile".into()))?;
    let after = Person {
        name: draft.name,
        zone: draft.zone,
        initials: initials.unwrap_or_default(),
        address_as,
        ..before.clone()
    };
    if after == before {
        return Ok(after);
    }
    person::put(&mut tx, &after, eider.now()).await?;
    record(&mut tx, eider, Some(actor.person), [Fact::ProfileChanged]).await?;
    tx.commit().await?;
    eider.committed();
    Ok(after)
}

/// Gives `actor` a new password and ends their other sessions.
///
/// # Errors
/// `Invalid` naming `current` or `password`; `TooMany` after too many wrong present ones.
pub async fn change_password(
    eider: &Eider,
    actor: &Actor,
    change: PasswordChange<'_>,
) -> Result<()> {
    may(actor, Action::OwnAccount)?;
    let mut tx = eider.db().read().await?;
    let person = person::by_id(&mut tx, actor.person)
        .await?
        .ok_or_else(|| Error::NotFound("Your profile".into()))?;
    let has_one = person::password_hash(&mut tx, person.id).await?.is_some();
    drop(tx);
    let email = person.email.unwrap_or_default();
    check(change.new, &email, &person.name).map_err(|weak| Error::field("password", weak))?;
    let counted = if has_one {
        Some(confirm_password(eider, person.id, &email, change.current, "current").await?)
    } else {
        None
    };
    let hash = password::hash(eider, change.new).await?;
    let mut tx = eider.db().write().await?;
    if let Some(counted) = &counted {
        attempts::take_back(&mut tx, counted).await?;
    }
    person::put_password_hash(&mut tx, person.id, &hash).await?;
    session::delete_of_person(&mut tx, person.id, change.kept_session.as_ref()).await?;
    record(&mut tx, eider, Some(person.id), [Fact::PasswordChanged]).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

fn initials(written: &str, name: &str) -> std::result::Result<String, &'static str> {
    let initials: String = written.trim().to_uppercase();
    if initials.is_empty() {
        return Ok(initials_of(name));
    }
    let fits = initials.chars().count() <= INITIALS_LIMIT_CHARACTERS
        && initials.chars().all(char::is_alphanumeric);
    if fits {
        Ok(initials)
    } else {
        Err("Write one to three letters, such as AL.")
    }
}
