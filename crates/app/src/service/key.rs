//! The keys with which monitors send. A secret is shown once and kept only as a hash.

use eider_domain::{
    ServiceId, ServiceKeyId,
    access::{Action, Actor, may},
    service::{Heartbeat, KeyOptions, Mapping, ServiceKey, Source},
    text,
};
use eider_store::{
    Tx,
    service::{self, KeptKey},
};

use super::{NAME_LIMIT_CHARACTERS, existing};
use crate::{
    Eider, Error, Result,
    account::secret_hash,
    alert,
    configure::{checked, keep},
    error::FieldErrors,
};

/// More than anybody uses, and few enough to be listed.
const KEYS_LIMIT: usize = 100;

/// What facts call a key.
pub(crate) const PART: &str = "key for alerts";

/// A key to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// What kind of monitor sends with it.
    pub source: Source,
    /// What people call it.
    pub name: String,
    /// How JSON of its own is read; as usual, when nothing is said.
    pub mapping: Option<Mapping>,
    /// How often it is to be heard of; a heartbeat needs it.
    pub heartbeat: Option<Heartbeat>,
    /// What Sentry signs with; without it, what comes with the key is believed.
    pub client_secret: Option<String>,
}

impl NewKey {
    /// A key of which nothing else has to be known.
    pub fn of(source: Source, name: &str) -> Self {
        Self {
            source,
            name: name.to_owned(),
            mapping: None,
            heartbeat: None,
            client_secret: None,
        }
    }
}

/// Makes a key for a service. Answers with it and its secret, which is not kept.
///
/// # Errors
/// `NotFound` when there is no such service, `Forbidden` when its squad is not the actor's,
/// `Invalid` with what is wrong.
pub async fn make_key(
    eider: &Eider,
    actor: &Actor,
    service: ServiceId,
    new: NewKey,
) -> Result<(ServiceKey, String)> {
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let found = existing(&desk, service)?;
    may(actor, Action::ManageSquad { squad: found.squad })?;
    let key = decide(eider, service, &new)?;
    room_for(desk.keys_of(service).count() + 1)?;
    let secret = put(eider, &mut tx, &key).await?;
    keep(eider, tx, actor, PART, &told(&key, &found.name)).await?;
    Ok((key, secret))
}

/// The key that `new` makes for a service, when it can be used.
pub(crate) fn decide(eider: &Eider, service: ServiceId, new: &NewKey) -> Result<ServiceKey> {
    let mut errors = FieldErrors::default();
    let name = text::line("The name", &new.name, NAME_LIMIT_CHARACTERS);
    let name = errors.check("name", name);
    let options = options(eider, new, &mut errors)?;
    errors.finish()?;
    let now = eider.now();
    Ok(ServiceKey {
        id: eider.ids().id(now),
        service,
        source: new.source,
        name: checked(name, "name")?,
        options,
        made_at: now,
        withdrawn_at: None,
    })
}

/// Refuses more keys than a service may have.
pub(crate) fn room_for(keys: usize) -> Result<()> {
    if keys > KEYS_LIMIT {
        let message = format!("There are {KEYS_LIMIT} keys already. Withdraw some first.");
        return Err(Error::Conflict(message));
    }
    Ok(())
}

/// Writes a key that was decided. Answers with its secret, which is not kept.
pub(crate) async fn put(eider: &Eider, tx: &mut Tx, key: &ServiceKey) -> Result<String> {
    let secret = new_secret(eider);
    let kept = KeptKey {
        key: key.clone(),
        token_hash: secret_hash(&secret),
    };
    service::put_key(tx, &kept).await?;
    Ok(secret)
}

/// What facts call a key of that service.
pub(crate) fn told(key: &ServiceKey, service: &str) -> String {
    format!("{} of {service}", key.name)
}

/// The keys of a service that are good, the newest first.
///
/// # Errors
/// `NotFound` when there is no such service, `Forbidden` when its squad is not the actor's.
pub async fn keys(eider: &Eider, actor: &Actor, service: ServiceId) -> Result<Vec<ServiceKey>> {
    let desk = eider.desk().await?;
    let found = existing(&desk, service)?;
    may(actor, Action::ManageSquad { squad: found.squad })?;
    Ok(desk.keys_of(service).cloned().collect())
}

/// Withdraws a key: what is sent with it is refused from now on.
///
/// # Errors
/// `NotFound` when the service has no such key that is good, `Forbidden` when its squad is not the
/// actor's.
pub async fn withdraw_key(
    eider: &Eider,
    actor: &Actor,
    service: ServiceId,
    id: ServiceKeyId,
) -> Result<()> {
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let found = existing(&desk, service)?;
    may(actor, Action::ManageSquad { squad: found.squad })?;
    let key = desk.keys_of(service).find(|key| key.id == id);
    let key = key.ok_or_else(|| Error::NotFound("This key".into()))?;
    withdraw(eider, &mut tx, key).await?;
    keep(eider, tx, actor, PART, &told(key, &found.name)).await
}

/// Makes a key good for nothing.
pub(crate) async fn withdraw(eider: &Eider, tx: &mut Tx, key: &ServiceKey) -> Result<()> {
    service::withdraw_key(tx, key.id, eider.now()).await?;
    if key.source == Source::Heartbeat {
        alert::no_longer_expected(eider, tx, key.id).await?;
    }
    Ok(())
}

/// What has to be known of that kind of monitor; the rest is left out.
fn options(eider: &Eider, new: &NewKey, errors: &mut FieldErrors) -> Result<KeyOptions> {
    let mut options = KeyOptions::default();
    // What is told for another kind of monitor is not kept; it has to be possible all the same.
    let can_be_used = match new.heartbeat {
        Some(heartbeat) => heartbeat.is_fine(),
        None => new.source != Source::Heartbeat,
    };
    if !can_be_used {
        errors.add(
            "every_seconds",
            "Say how often it comes, from once a minute to once in 31 days, and by how much it may \
             be late, a day at most.",
        );
    }
    match new.source {
        Source::Json => {
            let mapping = new.mapping.clone().unwrap_or_default();
            errors.check("mapping", mapping.check());
            options.mapping = Some(mapping);
        }
        Source::Heartbeat => options.heartbeat = new.heartbeat,
        Source::Sentry => {
            let secret = new.client_secret.as_deref().map(str::trim);
            if let Some(secret) = secret.filter(|secret| !secret.is_empty()) {
                options.sealed_client_secret = Some(eider.seal(secret)?);
            }
        }
        _ => {}
    }
    Ok(options)
}

/// 32 hexadecimal digits, 128 bits: as long as PagerDuty's clients want a routing key to be.
fn new_secret(eider: &Eider) -> String {
    let bytes: [u8; 16] = eider.ids().random();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
