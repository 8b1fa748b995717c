//! A request sent twice is done once: the key that a client sends with what creates something.
//!
//! The key is kept in the transaction that makes the thing, so either both are there or neither.

use eider_domain::PersonId;
use eider_store::{
    Tx,
    once::{self, Kept},
};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Eider, Error, Result};

/// For how long a key is kept at least.
pub const KEPT_DAYS: i64 = 7;

/// A key together with the request that it came with. Only hashes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnceKey {
    key_hash: [u8; 32],
    request_hash: [u8; 32],
}

impl OnceKey {
    /// The key that `person` sent to `route` with `request`. The same word from somebody else, or
    /// sent elsewhere, is another key.
    pub fn new(person: PersonId, route: &str, key: &str, request: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(person.0.as_bytes());
        hasher.update((route.len() as u64).to_be_bytes());
        hasher.update(route.as_bytes());
        hasher.update(key.as_bytes());
        Self {
            key_hash: hasher.finalize().into(),
            request_hash: Sha256::digest(request).into(),
        }
    }
}

/// Keeps `key` for the thing with the id `making`, which this transaction is about to make; or
/// answers the id of what the same request made before.
///
/// # Errors
/// `Invalid` when the key came with another request before.
pub(crate) async fn claim(
    tx: &mut Tx,
    key: Option<&OnceKey>,
    making: Uuid,
    now: Timestamp,
) -> Result<Option<Uuid>> {
    let Some(key) = key else { return Ok(None) };
    let wanted = Kept {
        request_hash: key.request_hash,
        made: making,
    };
    match once::claim(tx, &key.key_hash, wanted, now).await? {
        None => Ok(None),
        Some(kept) if kept.request_hash == key.request_hash => Ok(Some(kept.made)),
        Some(_) => Err(Error::field(
            "Idempotency-Key",
            "This key came with another request before. Send a new key with a new request.",
        )),
    }
}

/// A transaction that makes something, or found that it was made before.
pub(crate) enum Begun<Id> {
    /// Make it, with this id.
    New(Tx, Id),
    /// The same request made the thing of this id.
    Before(Tx, Id),
}

/// Begins to make something once for each key.
///
/// # Errors
/// As [`claim`].
pub(crate) async fn begin<Id>(eider: &Eider, key: Option<&OnceKey>) -> Result<Begun<Id>>
where
    Id: From<Uuid>,
{
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let id: Uuid = eider.ids().id(now);
    match claim(&mut tx, key, id, now).await? {
        Some(before) => Ok(Begun::Before(tx, before.into())),
        None => Ok(Begun::New(tx, id.into())),
    }
}

/// Forgets keys that are older than [`KEPT_DAYS`].
pub(crate) async fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<()> {
    if let Ok(before) = now.checked_sub(SignedDuration::from_hours(24 * KEPT_DAYS)) {
        once::forget(tx, before).await?;
    }
    Ok(())
}
