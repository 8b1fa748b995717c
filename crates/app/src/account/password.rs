//! Passwords as they are kept: argon2id with the parameters that OWASP names first.

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::PasswordHash,
};
use tokio::sync::Semaphore;

use crate::{Eider, Error, Result};

/// OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Each hash holds 19 MiB while it runs, so only so many run at once; others wait their turn.
const AT_ONCE: usize = 2;

/// Takes turns at hashing.
#[derive(Debug)]
pub(crate) struct Passwords(Semaphore);

impl Default for Passwords {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

/// The hash of a password with a new salt, as a PHC string.
///
/// # Errors
/// When the hash cannot be made, which only a lack of memory explains.
pub(super) async fn hash(eider: &Eider, password: &str) -> Result<String> {
    let salt: [u8; 16] = eider.ids().random();
    let password = password.to_owned();
    in_turn(eider, move || {
        hasher()?
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(cannot_hash)
    })
    .await
}

/// Whether the password is that of the hash. Without a hash the answer is no, after the same work,
/// so that time does not tell whether there is one.
///
/// # Errors
/// As [`hash`].
pub(super) async fn verify(eider: &Eider, password: &str, hash: Option<String>) -> Result<bool> {
    let password = password.to_owned();
    in_turn(eider, move || {
        let hasher = hasher()?;
        let known = hash
            .as_deref()
            .and_then(|hash| PasswordHash::new(hash).ok());
        match known {
            Some(known) => Ok(hasher.verify_password(password.as_bytes(), &known).is_ok()),
            None => hasher
                .hash_password_with_salt(password.as_bytes(), &[0; 16])
                .map(|_: PasswordHash| false)
                .map_err(cannot_hash),
        }
    })
    .await
}

async fn in_turn<T: Send + 'static>(
    eider: &Eider,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    // The semaphore is never closed; without it the work would only be less orderly.
    let turn = eider.shared().passwords.0.acquire().await;
    let done = tokio::task::spawn_blocking(work).await;
    drop(turn);
    done.map_err(cannot_hash)?
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(cannot_hash)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn cannot_hash(error: impl std::fmt::Display) -> Error {
    Error::Store(eider_store::Error::Unusable(format!(
        "The password could not be checked: {error}. Try again in a moment."
    )))
}
