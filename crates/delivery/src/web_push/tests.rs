//! What is sent to the service of a browser, and what its answers mean.

use super::*;
use eider_domain::{
    AttemptId, MethodId, PersonId,
    contact::{AttemptState, Kind, Message, Subject, Way},
};

fn now() -> Timestamp {
    "2026-03-02T03:00:00Z".parse().unwrap()
}

fn sending(title: &str, text: &str) -> Sending {
    let id = |number| uuid::Uuid::from_u128(number);
    Sending {
        attempt: Attempt {
            id: AttemptId(id(1)),
            person: PersonId(id(2)),
            way: Way {
                method: Some(MethodId(id(3))),
                kind: Kind::WebPush,
                address: "https://push.example/1".into(),
            },
            subject: Subject::TestPage,
            urgency: Urgency::High,
            due_at: now(),
            state: AttemptState::Waiting,
            changed_at: now(),
            repeats: None,
            fence: 1,
        },
        message: Message {
            title: title.into(),
            text: text.into(),
            short: String::new(),
            spoken: String::new(),
            keys: Vec::new(),
            link: Some("/p/0123".into()),
        },
        secret: None,
    }
}

#[test]
fn whatever_is_said_fits_into_one_notification() {
    for letter in ["a", "é", "\u{1F986}", "\u{1}", "\""] {
        let long = letter.repeat(5_000);
        let payload = payload(&sending(&long, &long), "topic");
        assert!(payload.len() <= PLAIN_LIMIT_BYTES, "{letter}");
        let read: serde_json::Value = serde_json::from_str(&payload).unwrap();
        let text = read["text"].as_str().unwrap();
        assert!(text.len() > 100, "{letter}: {text}");
        assert_eq!(read["link"], "/p/0123");
    }
}

#[test]
fn answers_mean_what_the_standard_says() {
    let outcome = |status: u16, retry_after: Option<&'static str>| {
        let mut headers = HeaderMap::new();
        if let Some(text) = retry_after {
            headers.insert(RETRY_AFTER, text.parse().unwrap());
        }
        answered(StatusCode::from_u16(status).unwrap(), &headers, now())
    };
    assert!(matches!(outcome(201, None), Outcome::Accepted { .. }));
    for gone in [404, 410] {
        assert!(matches!(outcome(gone, None), Outcome::Gone { .. }));
    }
    for refused in [301, 400, 401, 403, 413] {
        assert!(matches!(outcome(refused, None), Outcome::Refused { .. }));
    }
    for busy in [429, 500, 503] {
        assert!(matches!(outcome(busy, None), Outcome::Busy { .. }));
        for (text, seconds) in [("120", 120), ("Mon, 02 Mar 2026 03:05:00 GMT", 300)] {
            let Outcome::Later { at, .. } = outcome(busy, Some(text)) else {
                panic!("{busy} with {text}");
            };
            assert_eq!(at.as_second() - now().as_second(), seconds);
        }
        assert!(matches!(outcome(busy, Some("soon")), Outcome::Busy { .. }));
    }
}

#[test]
fn topics_tell_nothing_and_are_the_same_for_the_same() {
    let keys = |byte| BrowserKeys {
        public: [4; 65],
        auth: [byte; 16],
    };
    let mut attempt = sending("", "").attempt;
    let first = topic(&attempt, &keys(1));
    assert_eq!(first.len(), 32);
    assert_eq!(topic(&attempt, &keys(1)), first);
    assert_ne!(topic(&attempt, &keys(2)), first);
    attempt.subject = Subject::Verification;
    assert_ne!(topic(&attempt, &keys(1)), first);
}

#[test]
fn a_service_keeps_it_as_long_as_it_is_worth_trying() {
    let attempt = sending("", "").attempt;
    assert_eq!(seconds_left(&attempt, now()), 600);
    let later = now() + SignedDuration::from_mins(4);
    assert_eq!(seconds_left(&attempt, later), 360);
    let late = now() + SignedDuration::from_hours(1);
    assert_eq!(seconds_left(&attempt, late), 0);
}
