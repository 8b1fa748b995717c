//! Who we are, told to the services that bring notifications: RFC 8292.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use eider_app::contact::PushKey;
use jiff::{SignedDuration, Timestamp};
use reqwest::Url;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use serde_json::json;

const HEADER: &str = r#"{"typ":"JWT","alg":"ES256"}"#;
/// Services take a day at most; half of it leaves room for clocks that differ.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(12);

/// The header `Authorization` of a request to `service`, in which `contact` may be told what we do
/// wrong. Nothing when the key cannot sign.
pub(super) fn authorization(
    key: &PushKey,
    service: &Url,
    contact: &str,
    now: Timestamp,
) -> Option<String> {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, &key.pkcs8, &random).ok()?;
    let until = now.saturating_add(GOOD_FOR).unwrap_or(Timestamp::MAX);
    let unsigned = unsigned(service, contact, until);
    let signature = pair.sign(&random, unsigned.as_bytes()).ok()?;
    let signature = URL_SAFE_NO_PAD.encode(signature);
    Some(format!("vapid t={unsigned}.{signature}, k={}", key.public))
}

fn unsigned(service: &Url, contact: &str, until: Timestamp) -> String {
    let claims = json!({
        "aud": service.origin().ascii_serialization(),
        "exp": until.as_second(),
        "sub": contact,
    });
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    format!("{}.{claims}", URL_SAFE_NO_PAD.encode(HEADER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_written_as_it_stands_there() {
        // RFC 8292, section 2.4.
        let service: Url = "https://push.example.net/p/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV"
            .parse()
            .unwrap();
        let until = Timestamp::from_second(1_453_523_768).unwrap();
        assert_eq!(
            unsigned(&service, "mailto:push@example.com", until),
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJl\
             eHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0"
        );
    }
}
