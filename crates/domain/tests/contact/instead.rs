//! What is done when a way turns out to be gone.

use eider_domain::{
    AttemptId,
    contact::{
        Attempt, AttemptState, Instead, Kind, Method, Others, Outcome, Plan, Reach, Subject, Then,
        Urgency, Way,
    },
};
use jiff::{SignedDuration, tz::TimeZone};
use uuid::Uuid;

use crate::{method, waiting};

/// An attempt by a method, so many seconds after the first.
fn attempt(number: u128, method: &Method, after_seconds: i64, state: AttemptState) -> Attempt {
    let first = waiting(Urgency::High);
    Attempt {
        id: AttemptId(Uuid::from_u128(number)),
        way: Way::of(method),
        due_at: first.due_at + SignedDuration::from_secs(after_seconds),
        state,
        ..first
    }
}

fn accepted() -> AttemptState {
    AttemptState::Accepted {
        provider: "twilio".into(),
        reference: "1".into(),
    }
}

fn failed() -> AttemptState {
    AttemptState::Failed {
        why: "Gone.".into(),
    }
}

/// What is done for the first of these attempts; the others are by methods that are there.
fn instead(methods: &[Method], attempts: &[Attempt]) -> Instead {
    let plan = Plan::default();
    let reach = Reach {
        plan: &plan,
        methods,
        account_email: Some("account@example.com"),
        zone: &TimeZone::UTC,
        offered: &Kind::ALL,
    };
    let now = attempts[0].due_at;
    reach.instead(&attempts[0], attempts, now)
}

fn lost_and_phone() -> (Method, Method) {
    let mut lost = method(1, Kind::WebPush, "https://push.example/1");
    lost.lost_at = lost.verified_at;
    (lost, method(2, Kind::Sms, "+447700900123"))
}

fn addresses(instead: Instead) -> Vec<String> {
    match instead {
        Instead::Tries(tries) => tries.into_iter().map(|one| one.way.address).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_gone_is_told_from_what_refuses() {
    let mut attempt = waiting(Urgency::High);
    let now = attempt.due_at;
    attempt.begin("web-push", now);
    let gone = Outcome::Gone {
        why: "Gone.".into(),
    };
    assert_eq!(
        attempt.end("web-push", &gone, Others::Exhausted, now),
        Then::Lost
    );
    assert_eq!(attempt.state, failed());
}

#[test]
fn what_was_to_come_later_comes_now() {
    let (lost, phone) = lost_and_phone();
    let attempts = [
        attempt(1, &lost, 0, failed()),
        attempt(2, &phone, 600, AttemptState::Waiting),
        attempt(3, &phone, 300, AttemptState::Waiting),
    ];
    let next = AttemptId(Uuid::from_u128(3));
    assert_eq!(instead(&[lost, phone], &attempts), Instead::Sooner(next));
}

#[test]
fn nothing_more_is_done_for_somebody_who_was_reached_in_the_same_call() {
    let (lost, phone) = lost_and_phone();
    let methods = [lost.clone(), phone.clone()];
    let gone = attempt(1, &lost, 0, failed());
    for (after_seconds, state) in [
        (0, accepted()),
        (-300, accepted()),
        (0, AttemptState::Waiting),
    ] {
        let other = attempt(2, &phone, after_seconds, state);
        assert_eq!(instead(&methods, &[gone.clone(), other]), Instead::Nothing);
    }
    let earlier = attempt(2, &phone, -7_200, accepted());
    let found = addresses(instead(&methods, &[gone, earlier]));
    assert_eq!(found, ["+447700900123"], "that was another call");
}

#[test]
fn where_nothing_was_planned_every_other_way_is_tried_once() {
    let (lost, phone) = lost_and_phone();
    let mut second = method(3, Kind::WebPush, "https://push.example/2");
    let gone = attempt(1, &lost, 0, failed());
    let methods = [lost.clone(), phone.clone(), second.clone()];
    let found = addresses(instead(&methods, std::slice::from_ref(&gone)));
    assert_eq!(found, ["+447700900123", "https://push.example/2"]);

    // Two that are lost in the same moment do not take each other for an answer.
    let sending = AttemptState::Sending {
        provider: "web-push".into(),
    };
    let other = attempt(2, &second, 0, sending);
    let both = [gone, other];
    assert_eq!(addresses(instead(&methods, &both)), ["+447700900123"]);
    second.lost_at = second.verified_at;
    let found = addresses(instead(&[lost, second], &both));
    assert_eq!(found, ["account@example.com"], "nobody is out of reach");
}

#[test]
fn a_code_goes_nowhere_else() {
    let (lost, phone) = lost_and_phone();
    let mut gone = attempt(1, &lost, 0, failed());
    gone.subject = Subject::Verification;
    assert_eq!(instead(&[lost, phone], &[gone]), Instead::Nothing);
}
