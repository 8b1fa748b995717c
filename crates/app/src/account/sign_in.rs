//! Signing in with an address and a password.

use eider_domain::{
    PersonId,
    account::password::LONGEST_CHARACTERS,
    fact::Fact,
    person::{Standing, parse_email},
};
use eider_store::person;

use super::{
    attempts::{self, Counted},
    password, record,
    session::{self, NewSession},
};
use crate::{Eider, Error, Result};

/// What somebody says who wants to come in.
#[derive(Clone, Copy, Debug)]
pub struct SignIn<'a> {
    /// Their address.
    pub email: &'a str,
    /// Their password.
    pub password: &'a str,
    /// Their browser, as it calls itself.
    pub device: &'a str,
    /// Where they come from, as far as attempts are counted for it; absent when it is not known.
    pub client: Option<&'a str>,
}

/// Signs somebody in.
///
/// # Errors
/// `NotSignedIn`, the same and after the same time whether the address is unknown, the person is
/// disabled or the password is wrong; `TooMany` after too many of those.
pub async fn sign_in(eider: &Eider, asked: SignIn<'_>) -> Result<NewSession> {
    // What is no address is looked for all the same: it has an account to be counted for, too.
    let email = parse_email(asked.email).unwrap_or_else(|_| {
        asked
            .email
            .trim()
            .to_lowercase()
            .chars()
            .take(254)
            .collect()
    });
    let counted = attempts::count(eider, &email, asked.client).await?;
    let person = checked(eider, &email, asked.password).await?;
    let mut tx = eider.db().write().await?;
    let Some(person) = person else {
        if counted.begins_a_wait() {
            record(&mut tx, eider, None, [Fact::SignInBlocked]).await?;
            tx.commit().await?;
            eider.committed();
        }
        return Err(wrong());
    };
    // Somebody may have been disabled while the password was looked at.
    let still = person::by_id(&mut tx, person).await?;
    if still.is_none_or(|person| person.standing != Standing::Active) {
        return Err(wrong());
    }
    attempts::take_back(&mut tx, &counted).await?;
    let begun = session::begin(&mut tx, eider, person, asked.device).await?;
    record(&mut tx, eider, Some(person), [Fact::SignedIn]).await?;
    tx.commit().await?;
    eider.committed();
    Ok(begun)
}

/// Counts an attempt at the password of somebody who is signed in, and looks at it: a session that
/// was left open is no way to guess either.
///
/// # Errors
/// `TooMany` after too many wrong ones; `Invalid` naming `field` when it is wrong.
pub(super) async fn confirm_password(
    eider: &Eider,
    person: PersonId,
    email: &str,
    given: &str,
    field: &'static str,
) -> Result<Counted> {
    let counted = attempts::count(eider, email, None).await?;
    if checked(eider, email, given).await? == Some(person) {
        Ok(counted)
    } else {
        let message = "This is not your present password. Nothing was changed.";
        Err(Error::field(field, message))
    }
}

/// Who has that address and that password and can sign in.
async fn checked(eider: &Eider, email: &str, given: &str) -> Result<Option<PersonId>> {
    let mut tx = eider.db().read().await?;
    let person = person::by_email(&mut tx, email)
        .await?
        .filter(|person| person.standing == Standing::Active);
    let hash = match &person {
        Some(person) => person::password_hash(&mut tx, person.id).await?,
        None => None,
    };
    drop(tx);
    // No password is longer, and hashing should not be paid for by whoever sends more.
    let given: String = given.chars().take(LONGEST_CHARACTERS + 1).collect();
    let is_right = password::verify(eider, &given, hash).await?;
    Ok(person.filter(|_| is_right).map(|person| person.id))
}

fn wrong() -> Error {
    Error::NotSignedIn("The address or the password is not right. Check both and try again.".into())
}
