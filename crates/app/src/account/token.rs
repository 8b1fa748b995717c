//! API tokens: made, listed, withdrawn. The secret is shown once.

use eider_domain::{
    PersonId, TokenId,
    access::{Action, Actor, Scope, may},
    fact::Fact,
    person::Standing,
    text,
};
use eider_store::{
    api_token::{self, ApiToken},
    person,
};
use jiff::SignedDuration;

use super::{record, secret_hash};
use crate::{Eider, Error, Result, error::FieldErrors};

/// What every token begins with, so that people and scanners know one when they see it.
pub const TOKEN_PREFIX: &str = "eider_";
/// The longest life of a token that ends, in days.
pub const TOKEN_LONGEST_DAYS: i64 = 3_650;
const NAME_LIMIT_CHARACTERS: usize = 80;
/// More than anybody uses, and few enough to be listed.
const TOKENS_LIMIT: usize = 100;

/// A token to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// What its owner calls it.
    pub name: String,
    /// What it is good for; never more than its owner may.
    pub scopes: Vec<Scope>,
    /// After how many days it ends; never, when absent.
    pub expires_in_days: Option<i64>,
}

/// Makes a token for `actor`. Answers with it and its secret, which is not kept.
///
/// # Errors
/// `Invalid` with what is wrong; `Forbidden` for a token that is not good for it. A token makes
/// none that is good for more than itself.
pub async fn create_token(
    eider: &Eider,
    actor: &Actor,
    new: NewToken,
) -> Result<(ApiToken, String)> {
    may(actor, Action::OwnAccount)?;
    if let Some(own) = &actor.scopes
        && let Some(missing) = new.scopes.iter().find(|scope| !own.contains(scope))
    {
        let message = format!(
            "The token you come with is not good for {}, so it cannot make one that is.",
            missing.as_str()
        );
        return Err(Error::field("scopes", message));
    }
    create(eider, Some(actor.person), actor.person, new).await
}

/// Makes a token for somebody, at the word of whoever has the database at hand.
///
/// # Errors
/// `Invalid` with what is wrong; `NotFound` when there is nobody of that id who can sign in.
pub async fn create_token_for(
    eider: &Eider,
    person: PersonId,
    new: NewToken,
) -> Result<(ApiToken, String)> {
    create(eider, None, person, new).await
}

/// The tokens of `actor`, the newest first, withdrawn and ended ones included.
///
/// # Errors
/// `Forbidden` for a token that is not good for it.
pub async fn tokens(eider: &Eider, actor: &Actor) -> Result<Vec<ApiToken>> {
    may(actor, Action::OwnAccount)?;
    let mut tx = eider.db().read().await?;
    Ok(api_token::of_person(&mut tx, actor.person).await?)
}

/// Withdraws a token of `actor`: it is good for nothing from now on.
///
/// # Errors
/// `NotFound` when they have no such token that is still good.
pub async fn revoke_token(eider: &Eider, actor: &Actor, id: TokenId) -> Result<()> {
    may(actor, Action::OwnAccount)?;
    let mut tx = eider.db().write().await?;
    let Some(name) = api_token::revoke(&mut tx, actor.person, id, eider.now()).await? else {
        return Err(Error::NotFound("This token".into()));
    };
    let fact = Fact::TokenRevoked { name };
    record(&mut tx, eider, Some(actor.person), [fact]).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

async fn create(
    eider: &Eider,
    actor: Option<PersonId>,
    owner: PersonId,
    new: NewToken,
) -> Result<(ApiToken, String)> {
    let now = eider.now();
    let mut errors = FieldErrors::default();
    let name = text::line("The token's name", &new.name, NAME_LIMIT_CHARACTERS);
    let name = errors.check("name", name);
    if new.scopes.is_empty() {
        errors.add("scopes", "Choose at least one thing that it is good for.");
    }
    let days = new.expires_in_days;
    if days.is_some_and(|days| !(1..=TOKEN_LONGEST_DAYS).contains(&days)) {
        let message = format!("Write a number of days from 1 to {TOKEN_LONGEST_DAYS}.");
        errors.add("expires_in_days", message);
    }
    errors.finish()?;
    let mut scopes = Scope::ALL.to_vec();
    scopes.retain(|scope| new.scopes.contains(scope));
    let secret = format!("{TOKEN_PREFIX}{}", eider.ids().secret());
    let token = ApiToken {
        id: eider.ids().id(now),
        person: owner,
        name: name.unwrap_or_default(),
        scopes,
        created_at: now,
        expires_at: days.map(|days| now + SignedDuration::from_hours(24 * days)),
        used_at: None,
        revoked_at: None,
    };
    let mut tx = eider.db().write().await?;
    let person = person::by_id(&mut tx, owner).await?;
    if person.is_none_or(|person| person.standing != Standing::Active) {
        return Err(Error::NotFound("This person".into()));
    }
    let good = api_token::of_person(&mut tx, owner).await?;
    if good.iter().filter(|token| is_good(token, now)).count() >= TOKENS_LIMIT {
        let message = format!("There are {TOKENS_LIMIT} tokens already. Withdraw some first.");
        return Err(Error::Conflict(message));
    }
    api_token::put(&mut tx, &token, &secret_hash(&secret)).await?;
    let fact = Fact::TokenCreated {
        name: token.name.clone(),
    };
    record(&mut tx, eider, actor.or(Some(owner)), [fact]).await?;
    tx.commit().await?;
    eider.committed();
    Ok((token, secret))
}

/// Whether a token is neither withdrawn nor ended.
pub(super) fn is_good(token: &ApiToken, now: jiff::Timestamp) -> bool {
    token.revoked_at.is_none() && token.expires_at.is_none_or(|end| end > now)
}
