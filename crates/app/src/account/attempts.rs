//! Counts wrong passwords, so that nobody can guess for long.
//!
//! An attempt is counted before the password is looked at and taken back when it was right. So a
//! hundred guesses sent at once count as a hundred.

use eider_domain::account::throttle::{Attempts, FORGOTTEN_AFTER, Subject};
use eider_store::{Tx, attempt, setting};
use sha2::{Digest, Sha256};

use crate::{Eider, Error, Result};

/// The name under which the key of the subjects is stored.
const KEY: &str = "attempt_key";

/// An attempt that was counted and is not answered yet.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    account: [u8; 32],
    client: Option<[u8; 32]>,
    reached_limit: Limit,
}

/// Whether this attempt, if it fails, is the one after which somebody has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    Reached,
    NotReached,
}

impl Counted {
    /// Whether, if this attempt fails, waiting begins.
    pub(super) fn begins_a_wait(&self) -> bool {
        self.reached_limit == Limit::Reached
    }
}

/// Counts an attempt for the account of that address, and for the client if it is known.
///
/// # Errors
/// `TooMany` when one of them has to wait; then nothing is counted.
pub(super) async fn count(eider: &Eider, email: &str, client: Option<&str>) -> Result<Counted> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let key = key(&mut tx, eider).await?;
    let account = subject(&key, "account", email);
    let client = client.map(|client| subject(&key, "client", client));
    let subjects = [
        Some((Subject::Account, account)),
        client.map(|client| (Subject::Client, client)),
    ];
    let mut counted: Vec<([u8; 32], Attempts)> = Vec::new();
    let mut wait_seconds = 0;
    let mut reached_limit = Limit::NotReached;
    // Accounts are always counted before clients, so that two attempts cannot wait for each other.
    for (kind, hash) in subjects.into_iter().flatten() {
        let before = attempt::to_change(&mut tx, &hash, now).await?;
        wait_seconds = wait_seconds.max(before.wait_seconds(kind, now));
        let after = before.and_one(now);
        if after.failures == kind.free_attempts() {
            reached_limit = Limit::Reached;
        }
        counted.push((hash, after));
    }
    if wait_seconds > 0 {
        return Err(Error::TooMany {
            retry_after_seconds: wait_seconds,
        });
    }
    for (hash, attempts) in counted {
        attempt::put(&mut tx, &hash, attempts).await?;
    }
    attempt::delete_some_before(&mut tx, now - FORGOTTEN_AFTER).await?;
    tx.commit().await?;
    Ok(Counted {
        account,
        client,
        reached_limit,
    })
}

/// The password was right: the account begins anew, and the client gets its attempt back. The
/// client is not forgiven its others, else one good account would pay for guesses at many.
///
/// # Errors
/// When the database fails.
pub(super) async fn take_back(tx: &mut Tx, counted: &Counted) -> Result<()> {
    attempt::delete(tx, &counted.account).await?;
    if let Some(client) = &counted.client {
        attempt::take_one_back(tx, client).await?;
    }
    Ok(())
}

/// The key with which addresses are hashed, made when it is first needed, so that the table alone
/// tells nobody who tried to sign in from where. Of two who need it first at once, one makes it.
async fn key(tx: &mut Tx, eider: &Eider) -> Result<[u8; 32]> {
    if let Some(key) = setting::get(tx, KEY).await? {
        return Ok(key);
    }
    let key: [u8; 32] = eider.ids().random();
    Ok(setting::put_first(tx, KEY, key).await?)
}

/// The key comes first and has a fixed length, and nobody sees the hash but the database, so this
/// needs no more than SHA-256.
fn subject(key: &[u8; 32], kind: &str, name: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(key);
    hasher.update(kind);
    hasher.update([0]);
    hasher.update(name);
    hasher.finalize().into()
}
