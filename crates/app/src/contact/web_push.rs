//! Notifications in browsers: the key pair by which this desk is known to the services that bring
//! them (VAPID, RFC 8292), and the keys by which only one browser can read them (RFC 8291).

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use eider_domain::access::{Action, Actor, may};
use eider_store::{Tx, setting};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde::{Deserialize, Serialize};

use crate::{Eider, Error, FieldError, Result};

/// The setting that keeps the key pair.
const KEY: &str = "web_push_key";

const PUBLIC_BYTES: usize = 65;
const AUTH_BYTES: usize = 16;
/// A public key begins with this byte when both of its coordinates follow.
const UNCOMPRESSED: u8 = 4;

/// Base64 as browsers write it, with or without signs that fill it up.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The key pair of this desk.
#[derive(Clone)]
pub struct PushKey {
    /// What browsers are given, in base64 for addresses.
    pub public: String,
    /// Both halves, in the form of PKCS #8.
    pub pkcs8: Vec<u8>,
}

impl std::fmt::Debug for PushKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PushKey").field(&self.public).finish()
    }
}

/// The keys of one browser, as it gives them.
#[derive(Clone, PartialEq, Eq)]
pub struct BrowserKeys {
    /// Its public key, `p256dh`.
    pub public: [u8; PUBLIC_BYTES],
    /// The secret that it shares with this desk, `auth`.
    pub auth: [u8; AUTH_BYTES],
}

impl std::fmt::Debug for BrowserKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrowserKeys")
    }
}

impl BrowserKeys {
    /// The keys that a browser wrote as `p256dh` and `auth`.
    ///
    /// # Errors
    /// `Invalid`, for each that is none.
    pub fn parse(p256dh: &str, auth: &str) -> Result<Self> {
        let is_point = |key: &[u8; PUBLIC_BYTES]| key.first() == Some(&UNCOMPRESSED);
        match (decoded(p256dh).filter(is_point), decoded(auth)) {
            (Some(public), Some(auth)) => Ok(Self { public, auth }),
            (public, _) => {
                let field = if public.is_none() { "p256dh" } else { "auth" };
                let message = "This is not what a browser gives. Add it in the browser itself, \
                               under My duty, Contact methods.";
                Err(Error::Invalid(vec![FieldError::new(field, message)]))
            }
        }
    }

    /// The keys as they are sealed.
    pub(super) fn to_secret(&self) -> String {
        let (public, auth) = (BASE64.encode(self.public), BASE64.encode(self.auth));
        format!("{public}.{auth}")
    }

    /// The keys that were sealed so, if they were.
    pub fn from_secret(secret: &str) -> Option<Self> {
        let (public, auth) = secret.split_once('.')?;
        Self::parse(public, auth).ok()
    }
}

fn decoded<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    BASE64.decode(text.trim()).ok()?.try_into().ok()
}

/// The key pair, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    public: String,
    /// Both halves in base64, sealed.
    sealed: String,
}

/// The key pair of this desk, which is made when it is asked for first and stays the same: browsers
/// take notifications from nobody else.
///
/// # Errors
/// `Conflict` when this Eider keeps no secrets, or cannot open this one.
pub async fn push_key(eider: &Eider) -> Result<PushKey> {
    let mut tx = eider.db().read().await?;
    let found = setting::get(&mut tx, KEY).await?;
    drop(tx);
    let kept = match found {
        Some(kept) => kept,
        None => make(eider).await?,
    };
    let pkcs8 = BASE64.decode(eider.unseal(&kept.sealed)?).map_err(|_| {
        Error::Conflict("The key for notifications in browsers cannot be read.".into())
    })?;
    Ok(PushKey {
        public: kept.public,
        pkcs8,
    })
}

/// The key pair, for the browser of whoever is reached.
///
/// # Errors
/// As [`push_key`], and `Forbidden` when they do not work on tickets.
pub async fn my_push_key(eider: &Eider, actor: &Actor) -> Result<PushKey> {
    may(actor, Action::OwnContact)?;
    push_key(eider).await
}

/// Makes a key pair and keeps it, unless another node was faster.
async fn make(eider: &Eider) -> Result<Kept> {
    let failed = |_| Error::Conflict("A key for notifications could not be made.".into());
    // The library draws keys from the machine itself, as it does for every connection.
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(failed)?;
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random)
        .map_err(|_| Error::Conflict("A key for notifications could not be made.".into()))?;
    let kept = Kept {
        public: BASE64.encode(pair.public_key()),
        sealed: eider.seal(&BASE64.encode(pkcs8.as_ref()))?,
    };
    let mut tx = eider.db().write().await?;
    let kept = setting::put_first(&mut tx, KEY, kept).await?;
    tx.commit().await?;
    eider.committed();
    Ok(kept)
}

/// The key pair as it is sealed, if there is one.
pub(crate) async fn sealed_push_key(tx: &mut Tx) -> Result<Option<String>> {
    let kept: Option<Kept> = setting::get(tx, KEY).await?;
    Ok(kept.map(|kept| kept.sealed))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Of the example in RFC 8291, section 5.
    const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH\
                          6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    #[test]
    fn keys_are_read_as_browsers_write_them_and_again_as_they_are_sealed() {
        let keys = BrowserKeys::parse(P256DH, AUTH).unwrap();
        let filled_up = BrowserKeys::parse(&format!("{P256DH}="), &format!("{AUTH}=="));
        assert_eq!(filled_up.unwrap(), keys);
        assert_eq!(BrowserKeys::from_secret(&keys.to_secret()), Some(keys));
    }

    #[test]
    fn what_no_browser_gives_is_refused_by_its_field() {
        let refused = |p256dh: &str, auth: &str| match BrowserKeys::parse(p256dh, auth) {
            Err(Error::Invalid(fields)) => fields[0].field,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused("", AUTH), "p256dh");
        assert_eq!(refused(AUTH, AUTH), "p256dh");
        let compressed = P256DH.replacen('B', "A", 1);
        assert_eq!(refused(&compressed, AUTH), "p256dh");
        assert_eq!(refused(P256DH, "BTBZMqHH6r4Tts7J_aSIg"), "auth");
        assert_eq!(refused(P256DH, "not base64!"), "auth");
    }
}
