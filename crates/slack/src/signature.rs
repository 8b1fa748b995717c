//! Whether a request comes from Slack: `v0` of
//! <https://docs.slack.dev/authentication/verifying-requests-from-slack>.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

/// Older or newer requests are refused, so that none can be sent again by somebody else.
const FRESH_SECONDS: i64 = 300;

/// Whether `signature` is that of `body`, sent at `timestamp` and received at `now`. Compared in
/// constant time.
pub(crate) fn is_slacks(
    secret: &str,
    timestamp: &str,
    body: &[u8],
    signature: &str,
    now: Timestamp,
) -> bool {
    let Ok(sent) = timestamp.parse::<i64>() else {
        return false;
    };
    if (now.as_second() - sent).abs() > FRESH_SECONDS {
        return false;
    }
    let Some(expected) = signature.strip_prefix("v0=").and_then(bytes_of_hex) else {
        return false;
    };
    // A key of any length is good for HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return false;
    };
    mac.update(b"v0:");
    mac.update(timestamp.as_bytes());
    mac.update(b":");
    mac.update(body);
    mac.verify_slice(&expected).is_ok()
}

fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
        &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
        &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands\
        %2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
        &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

    fn received(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_example_of_the_documentation_is_slacks() {
        let now = received(1_531_420_618);
        assert!(is_slacks(
            SECRET,
            "1531420618",
            BODY.as_bytes(),
            SIGNATURE,
            now
        ));
    }

    #[test]
    fn anything_else_is_not() {
        let now = received(1_531_420_618);
        let checks = [
            (SECRET, "1531420619", BODY, SIGNATURE),
            ("another secret", "1531420618", BODY, SIGNATURE),
            (SECRET, "1531420618", "token=x", SIGNATURE),
            (SECRET, "1531420618", BODY, &SIGNATURE[3..]),
            (SECRET, "1531420618", BODY, "v0="),
            (SECRET, "yesterday", BODY, SIGNATURE),
        ];
        for (secret, timestamp, body, signature) in checks {
            assert!(!is_slacks(
                secret,
                timestamp,
                body.as_bytes(),
                signature,
                now
            ));
        }
        for late in [1_531_420_618 + 301, 1_531_420_618 - 301] {
            let body = BODY.as_bytes();
            assert!(!is_slacks(
                SECRET,
                "1531420618",
                body,
                SIGNATURE,
                received(late)
            ));
        }
    }
}
