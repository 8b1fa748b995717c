//! Who sends a message to a browser: VAPID, RFC 8292.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use serde_json::Value;

const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// The public key of whoever signed a request to `origin`, as the header `Authorization` tells.
pub(super) fn verified(header: &str, origin: &str, now: Timestamp) -> Result<String, String> {
    let wrong = |what: &str| format!("{what}: {header}");
    let rest = header
        .strip_prefix("vapid ")
        .ok_or_else(|| wrong("no VAPID"))?;
    let part = |name: &str| {
        let mut parts = rest.split(',').map(str::trim);
        parts.find_map(|part| part.strip_prefix(name))
    };
    let (token, key) = match (part("t="), part("k=")) {
        (Some(token), Some(key)) => (token, key),
        _ => return Err(wrong("no token or no key")),
    };
    let (signed, signature) = token.rsplit_once('.').ok_or_else(|| wrong("no token"))?;
    let (head, claims) = signed.split_once('.').ok_or_else(|| wrong("no token"))?;
    let head = json(head).ok_or_else(|| wrong("no header"))?;
    if head["alg"] != "ES256" || head["typ"] != "JWT" {
        return Err(wrong("another header"));
    }
    if !is_signed(signed, signature, key) {
        return Err(wrong("not signed"));
    }
    let claims = json(claims).ok_or_else(|| wrong("no claims"))?;
    if claims["aud"] != origin {
        return Err(wrong("meant for somebody else"));
    }
    let until = claims["exp"].as_i64().map(Timestamp::from_second);
    let Some(Ok(until)) = until else {
        return Err(wrong("no end"));
    };
    if until <= now || until > now + LONGEST {
        return Err(wrong("good for too long, or not any more"));
    }
    let contact = claims["sub"].as_str().unwrap_or_default();
    if !contact.starts_with("mailto:") && !contact.starts_with("https://") {
        return Err(wrong("nobody to write to"));
    }
    Ok(key.to_owned())
}

fn is_signed(signed: &str, signature: &str, key: &str) -> bool {
    let bytes = |text| URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    let key = VerifyingKey::from_sec1_bytes(&bytes(key));
    let signature = Signature::from_slice(&bytes(signature));
    match (key, signature) {
        (Ok(key), Ok(signature)) => key.verify(signed.as_bytes(), &signature).is_ok(),
        _ => false,
    }
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 8292, section 2.4.
    const HEADER: &str = "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2g\
        uZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb\
        7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, \
        k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";

    #[test]
    fn the_example_of_the_standard_is_believed_in_its_time_and_place() {
        let origin = "https://push.example.net";
        let end = Timestamp::from_second(1_453_523_768).unwrap();
        let before = end - SignedDuration::from_hours(1);
        assert!(verified(HEADER, origin, before).is_ok());
        assert!(verified(HEADER, "https://push.example.com", before).is_err());
        assert!(verified(HEADER, origin, end).is_err());
        let long_before = end - SignedDuration::from_hours(25);
        assert!(verified(HEADER, origin, long_before).is_err());
        let forged = HEADER.replace("i3CYb7", "i3CYb8");
        assert!(verified(&forged, origin, before).is_err());
    }
}
