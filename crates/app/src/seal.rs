//! Secrets, such as the tokens of Slack and what webhooks are signed with: sealed in the
//! database, so that neither a backup nor an export gives them away.
//!
//! ChaCha20-Poly1305 (RFC 8439) with a key that is kept outside of the database and a random nonce
//! for each secret. A sealed text is the nonce and the ciphertext in base64.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead};
use eider_store::{Db, contact};

use crate::{Eider, Error, Result, contact::sealed_push_key, slack};

const NONCE_BYTES: usize = 12;

/// The key that secrets are sealed with.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl SealKey {
    /// The key of these bytes, which were drawn at random and are kept secret.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey")
    }
}

/// Everything that is sealed in the database, to see whether the key still opens it.
///
/// # Errors
/// When the database fails.
pub async fn sealed(db: &Db) -> Result<Vec<String>> {
    let mut all = slack::sealed(db).await?;
    let mut tx = db.read().await?;
    all.extend(contact::secrets(&mut tx).await?);
    all.extend(sealed_push_key(&mut tx).await?);
    Ok(all)
}

impl Eider {
    /// Seals a secret.
    ///
    /// # Errors
    /// When this Eider has no key.
    pub fn seal(&self, secret: &str) -> Result<String> {
        let nonce: [u8; NONCE_BYTES] = self.ids().random();
        let sealed = self
            .cipher()?
            .encrypt(&nonce.into(), secret.as_bytes())
            .map_err(|_| Error::Conflict("A secret could not be sealed.".into()))?;
        Ok(STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// The secret that was sealed.
    ///
    /// # Errors
    /// When this Eider has no key, or another than the one that it was sealed with.
    pub fn unseal(&self, sealed: &str) -> Result<String> {
        let other_key = || {
            Error::Conflict(
                "A stored secret cannot be opened: the secret key is not the one that it was sealed \
                 with. Bring the key file of this database back, or enter the secret again."
                    .into(),
            )
        };
        let bytes = STANDARD_NO_PAD.decode(sealed).map_err(|_| other_key())?;
        let (nonce, sealed) = bytes
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or_else(other_key)?;
        let secret = self
            .cipher()?
            .decrypt(&(*nonce).into(), sealed)
            .map_err(|_| other_key())?;
        String::from_utf8(secret).map_err(|_| other_key())
    }

    fn cipher(&self) -> Result<ChaCha20Poly1305> {
        let key = self.shared().seal_key.as_ref().ok_or_else(|| {
            Error::Conflict(
                "There is no secret key, so secrets cannot be kept. Name a file for it with \
                 --secret-key-file, or EIDER_SECRET_KEY_FILE."
                    .into(),
            )
        })?;
        Ok(ChaCha20Poly1305::new(&key.0.into()))
    }
}
