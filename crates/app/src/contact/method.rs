//! Adding a way to be reached, and taking one away.

use eider_domain::{
    MethodId,
    access::{Action, Actor, may},
    contact::{Kind, METHODS_LIMIT, Method, parse_address},
    fact::Fact,
    text,
};
use eider_store::contact;

use super::{BrowserKeys, own, record, verify::queue_code};
use crate::{Eider, Error, Result};

const LABEL_LIMIT_CHARACTERS: usize = 60;

/// A way to be reached, as its owner writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMethod {
    /// How.
    pub kind: Kind,
    /// Where.
    pub address: String,
    /// What they call it; may be empty.
    pub label: String,
    /// The keys of a browser; nothing for all that is none.
    pub keys: Option<BrowserKeys>,
}

/// A way to be reached that was just added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// The method, still to be verified.
    pub method: Method,
    /// What requests to a webhook are signed with. It is shown this once.
    pub secret: Option<String>,
}

/// Adds a way in which the actor is reached, and sends a code there. It is used once it is
/// verified.
///
/// # Errors
/// `Invalid` when the address cannot be used, `TooMany` when too many codes were sent, `Forbidden`
/// when they do not work on tickets.
pub async fn add_method(eider: &Eider, actor: &Actor, new: NewMethod) -> Result<Added> {
    may(actor, Action::OwnContact)?;
    if !eider.offered().contains(&new.kind) {
        let message = "This desk cannot send that. An administrator can set it up.";
        return Err(Error::field("kind", message));
    }
    let address = parse_address(new.kind, &new.address)?;
    let label = match new.label.trim() {
        "" => String::new(),
        label => text::line("The name", label, LABEL_LIMIT_CHARACTERS)
            .map_err(|error| Error::field("label", error))?,
    };
    let secret = secret_of(eider, &new)?;
    let now = eider.now();
    let method = Method {
        id: eider.ids().id(now),
        person: actor.person,
        kind: new.kind,
        address,
        label,
        added_at: now,
        verified_at: None,
        lost_at: None,
    };
    let mut tx = eider.db().write().await?;
    let before = contact::methods_of(&mut tx, actor.person).await?;
    if before.len() >= METHODS_LIMIT {
        let message = format!("There are {METHODS_LIMIT} already. Take one away first.");
        return Err(Error::field("address", message));
    }
    let is_same = |other: &Method| other.kind == method.kind && other.address == method.address;
    if before.iter().any(is_same) {
        return Err(Error::field("address", "You have this one already."));
    }
    contact::put_method(&mut tx, &method).await?;
    if let Some(secret) = &secret {
        contact::set_secret(&mut tx, method.id, &eider.seal(secret)?).await?;
    }
    queue_code(&mut tx, eider, &method).await?;
    let fact = Fact::ContactMethodAdded {
        method: method.id,
        how: method.kind,
    };
    record(eider, tx, actor.person, fact).await?;
    let secret = secret.filter(|_| method.kind == Kind::Webhook);
    Ok(Added { method, secret })
}

/// What is signed or encrypted with for a new method, if something is.
fn secret_of(eider: &Eider, new: &NewMethod) -> Result<Option<String>> {
    match (new.kind, &new.keys) {
        (Kind::Webhook, _) => Ok(Some(eider.ids().secret())),
        (Kind::WebPush, Some(keys)) => Ok(Some(keys.to_secret())),
        (Kind::WebPush, None) => {
            let message = "A browser is added in that browser, under My duty, Contact methods.";
            Err(Error::field("kind", message))
        }
        _ => Ok(None),
    }
}

/// Takes a way to be reached away; nothing goes there any more.
///
/// # Errors
/// `NotFound` when it is not the actor's.
pub async fn remove_method(eider: &Eider, actor: &Actor, id: MethodId) -> Result<()> {
    may(actor, Action::OwnContact)?;
    let mut tx = eider.db().write().await?;
    let method = own(&mut tx, actor, id).await?;
    let plan = contact::plan_of(&mut tx, actor.person).await?;
    contact::put_plan(&mut tx, actor.person, &plan.without(id)).await?;
    contact::remove_method(&mut tx, method.id).await?;
    let fact = Fact::ContactMethodRemoved { method: id };
    record(eider, tx, actor.person, fact).await
}
