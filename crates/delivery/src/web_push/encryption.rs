//! What only one browser can read: RFC 8291, which is RFC 8188 with keys agreed upon by ECDH.

use eider_app::contact::BrowserKeys;
use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
    rand::SystemRandom,
};

/// How much of a message can be encrypted: services take 4,096 bytes, and the header, the end of
/// the padding and the tag are part of these.
pub(super) const PLAIN_LIMIT_BYTES: usize = 4_096 - HEADER_BYTES - 1 - 16;

pub(super) const SALT_BYTES: usize = 16;
const HEADER_BYTES: usize = SALT_BYTES + 4 + 1 + 65;
const RECORD_BYTES: u32 = 4_096;
/// Ends the last record, and so the only one.
const LAST: u8 = 2;

/// Encrypts for one browser, with a key of its own for each message.
///
/// # Errors
/// When the browser's key is none.
pub(super) fn encrypt(
    browser: &BrowserKeys,
    plain: &[u8],
    salt: [u8; SALT_BYTES],
) -> Result<Vec<u8>, Unspecified> {
    let private = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new())?;
    let own = private.compute_public_key()?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, browser.public);
    agree_ephemeral(private, &theirs, |shared| {
        seal(shared, own.as_ref(), browser, plain, salt)
    })?
}

/// Encrypts with the secret that was agreed upon.
fn seal(
    shared: &[u8],
    own: &[u8],
    browser: &BrowserKeys,
    plain: &[u8],
    salt: [u8; SALT_BYTES],
) -> Result<Vec<u8>, Unspecified> {
    if plain.len() > PLAIN_LIMIT_BYTES {
        return Err(Unspecified);
    }
    let agreed = Salt::new(HKDF_SHA256, &browser.auth).extract(shared);
    let both = [b"WebPush: info\0", browser.public.as_slice(), own].concat();
    let input: [u8; 32] = expanded(&agreed, &both)?;
    let key = Salt::new(HKDF_SHA256, &salt).extract(&input);
    let content: [u8; 16] = expanded(&key, b"Content-Encoding: aes128gcm\0")?;
    let nonce: [u8; 12] = expanded(&key, b"Content-Encoding: nonce\0")?;

    let mut record = [plain, &[LAST]].concat();
    let content = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &content)?);
    let nonce = Nonce::assume_unique_for_key(nonce);
    content.seal_in_place_append_tag(nonce, Aad::empty(), &mut record)?;

    let own_length = [u8::try_from(own.len()).map_err(|_| Unspecified)?];
    let record_length = RECORD_BYTES.to_be_bytes();
    Ok([&salt, record_length.as_slice(), &own_length, own, &record].concat())
}

fn expanded<const BYTES: usize>(key: &Prk, info: &[u8]) -> Result<[u8; BYTES], Unspecified> {
    let mut bytes = [0; BYTES];
    key.expand(&[info], Length(BYTES))?.fill(&mut bytes)?;
    Ok(bytes)
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    // RFC 8291, section 5 and appendix A.
    const BROWSER: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZ\
                           GH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const OWN: &str = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w\
                       EqKK6PBru3jl7A8";
    const SHARED: &str = "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs";
    const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
    const PLAIN: &[u8] = b"When I grow up, I want to be a watermelon";
    const SEALED: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg\
                          Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVB\
                          St2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    fn browser() -> BrowserKeys {
        BrowserKeys::parse(BROWSER, AUTH).unwrap()
    }

    #[test]
    fn the_example_of_the_standard_is_encrypted_as_it_stands_there() {
        let salt = bytes(SALT).try_into().unwrap();
        let sealed = seal(&bytes(SHARED), &bytes(OWN), &browser(), PLAIN, salt).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(sealed), SEALED);
    }

    #[test]
    fn what_is_encrypted_is_never_longer_than_services_take() {
        let longest = vec![b'a'; PLAIN_LIMIT_BYTES];
        let sealed = encrypt(&browser(), &longest, [1; 16]).unwrap();
        assert_eq!(sealed.len(), 4_096);
        let longer = vec![b'a'; PLAIN_LIMIT_BYTES + 1];
        assert!(encrypt(&browser(), &longer, [1; 16]).is_err());
    }

    #[test]
    fn a_key_that_lies_on_no_curve_is_refused() {
        let mut browser = browser();
        browser.public[64] ^= 1;
        assert!(encrypt(&browser, PLAIN, [1; 16]).is_err());
    }
}
