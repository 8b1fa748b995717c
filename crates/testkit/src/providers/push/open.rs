//! A browser, as far as it reads messages: RFC 8291 and RFC 8188, written from the other side and
//! with other libraries than what is tested.

use hmac::{Hmac, KeyInit, Mac};
use p256::{PublicKey, SecretKey, ecdh::diffie_hellman, elliptic_curve::sec1::ToSec1Point};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sha2::{Digest, Sha256};

const SALT_BYTES: usize = 16;
const TAG_BYTES: usize = 16;
const LAST_RECORD: u8 = 2;

/// The secrets of one browser.
#[derive(Clone)]
pub(super) struct Browser {
    number: usize,
    secret: SecretKey,
    auth: [u8; 16],
}

impl Browser {
    /// The browser of that number; each has keys of its own.
    pub(super) fn new(number: usize) -> Self {
        let secret: [u8; 32] = Sha256::digest(format!("browser {number}")).into();
        let auth: [u8; 32] = Sha256::digest(format!("secret {number}")).into();
        let secret = SecretKey::from_slice(&secret).expect("it is a key of this curve");
        let (auth, _) = auth.split_first_chunk().expect("it is long enough");
        Self {
            number,
            secret,
            auth: *auth,
        }
    }

    pub(super) fn number(&self) -> usize {
        self.number
    }

    pub(super) fn public(&self) -> Vec<u8> {
        let point = self.secret.public_key().to_sec1_point(false);
        point.as_bytes().to_vec()
    }

    pub(super) fn auth(&self) -> [u8; 16] {
        self.auth
    }

    /// What a message says, if it can be read.
    pub(super) fn open(&self, body: &[u8]) -> Option<Vec<u8>> {
        let (salt, rest) = body.split_at_checked(SALT_BYTES)?;
        let (record_bytes, rest) = rest.split_first_chunk::<4>()?;
        let (key_bytes, rest) = rest.split_first()?;
        let (sender, record) = rest.split_at_checked(usize::from(*key_bytes))?;
        // There is one record, which is not longer than it says.
        let record_bytes = u32::from_be_bytes(*record_bytes);
        if record.len() > usize::try_from(record_bytes).ok()? || record.len() <= TAG_BYTES {
            return None;
        }
        let sender_key = PublicKey::from_sec1_bytes(sender).ok()?;
        let agreed = diffie_hellman(self.secret.to_nonzero_scalar(), sender_key.as_affine());
        let info = [b"WebPush: info\0", self.public().as_slice(), sender].concat();
        let input = derived(&self.auth, agreed.raw_secret_bytes().as_slice(), &info);
        let key = derived(salt, &input, b"Content-Encoding: aes128gcm\0");
        let nonce = derived(salt, &input, b"Content-Encoding: nonce\0");
        let key = UnboundKey::new(&AES_128_GCM, key.get(..16)?).ok()?;
        let nonce = Nonce::try_assume_unique_for_key(nonce.get(..12)?).ok()?;
        let mut opened = record.to_vec();
        let plain = LessSafeKey::new(key).open_in_place(nonce, Aad::empty(), &mut opened);
        let plain = plain.ok()?;
        // After the end of what it says there is padding.
        let end = plain.iter().rposition(|byte| *byte != 0)?;
        let (said, delimiter) = (plain.get(..end)?, plain.get(end)?);
        (*delimiter == LAST_RECORD).then(|| said.to_vec())
    }
}

/// HKDF of RFC 5869 with SHA-256, for at most 32 bytes.
fn derived(salt: &[u8], input: &[u8], info: &[u8]) -> [u8; 32] {
    let key = hmac(salt, &[input]);
    hmac(&key, &[info, &[1]])
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key may be of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    #[test]
    fn the_example_of_the_standard_is_read() {
        // RFC 8291, section 5.
        let secret = bytes("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94");
        let browser = Browser {
            number: 0,
            secret: SecretKey::from_slice(&secret).unwrap(),
            auth: bytes("BTBZMqHH6r4Tts7J_aSIgg").try_into().unwrap(),
        };
        let mut sealed = bytes(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc\
             InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLV\
             WGNWQexSgSxsj_Qulcy4a-fN",
        );
        let said = b"When I grow up, I want to be a watermelon";
        assert_eq!(browser.open(&sealed).as_deref(), Some(said.as_slice()));
        *sealed.last_mut().unwrap() ^= 1;
        assert_eq!(browser.open(&sealed), None);
    }
}
