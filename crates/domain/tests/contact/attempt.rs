//! What becomes of one try.

use eider_domain::{
    AttemptId,
    contact::{Arrival, AttemptState, Others, Outcome, Subject, Then, Urgency},
};
use jiff::SignedDuration;
use proptest::prelude::*;
use uuid::Uuid;

use crate::waiting;

fn busy() -> Outcome {
    Outcome::Busy {
        why: "Too many at once.".into(),
    }
}

fn silent() -> Outcome {
    Outcome::Silent {
        why: "No answer in time.".into(),
    }
}

fn lost() -> Arrival {
    Arrival::Lost {
        why: "The text message was lost on its way.".into(),
    }
}

#[test]
fn a_provider_that_does_not_take_it_is_followed_by_the_next_and_then_by_another_try() {
    let mut attempt = waiting(Urgency::High);
    let now = attempt.due_at;
    attempt.begin("smtp", now);
    assert_eq!(attempt.fence, 1);
    let then = attempt.end("smtp", &busy(), Others::Remain, now);
    assert_eq!(
        (then, &attempt.state),
        (Then::Again, &AttemptState::Waiting)
    );
    attempt.begin("smtp-2", now);
    let then = attempt.end("smtp-2", &busy(), Others::Exhausted, now);
    assert_eq!(
        (then, &attempt.state),
        (Then::Again, &AttemptState::Waiting)
    );
    let late = attempt.until();
    attempt.begin("smtp", late);
    let then = attempt.end("smtp", &busy(), Others::Exhausted, late);
    assert_eq!(then, Then::Nothing);
    assert!(matches!(attempt.state, AttemptState::Failed { .. }));
}

#[test]
fn what_is_not_known_is_said_once_more_and_not_over_and_over() {
    let mut attempt = waiting(Urgency::High);
    let now = attempt.due_at;
    attempt.begin("smtp", now);
    assert_eq!(
        attempt.end("smtp", &silent(), Others::Remain, now),
        Then::Repeat
    );
    let mut repeat = attempt.repeat(AttemptId(Uuid::from_u128(10)), "smtp", now, now);
    assert_eq!(repeat.repeats.as_deref(), Some("smtp"));
    assert_eq!(repeat.state, AttemptState::Waiting);
    repeat.begin("smtp-2", now);
    assert_eq!(repeat.interrupted(now), Then::Nothing);
    assert_eq!(
        repeat.state,
        AttemptState::Unknown {
            provider: "smtp-2".into()
        }
    );
}

#[test]
fn what_a_provider_broke_at_is_said_again_with_a_mark_until_it_is_taken() {
    let mut attempt = waiting(Urgency::High);
    let (now, late) = (attempt.due_at, attempt.until());
    let broke = Outcome::Broke {
        why: "500 Internal Server Error".into(),
    };
    attempt.begin("twilio", now);
    let then = attempt.end("twilio", &broke, Others::Exhausted, now);
    assert_eq!(
        (then, attempt.state.as_str()),
        (Then::Repeat, "unknown"),
        "without a mark it is said once"
    );
    let mut repeat = attempt.repeat(AttemptId(Uuid::from_u128(10)), "twilio", now, now);
    for others in [Others::Remain, Others::Exhausted, Others::Exhausted] {
        repeat.begin("twilio", now);
        let then = repeat.end("twilio", &broke, others, now);
        assert_eq!((then, repeat.state.as_str()), (Then::Again, "waiting"));
    }
    repeat.begin("twilio", late);
    let then = repeat.end("twilio", &broke, Others::Exhausted, late);
    assert_eq!((then, repeat.state.as_str()), (Then::Nothing, "unknown"));
}

#[test]
fn word_that_it_arrived_stands_whatever_comes_after_it() {
    let mut attempt = waiting(Urgency::High);
    let now = attempt.due_at;
    attempt.begin("twilio", now);
    let accepted = Outcome::Accepted {
        reference: "SM1".into(),
    };
    attempt.end("twilio", &accepted, Others::Exhausted, now);
    assert_eq!(attempt.hear("SM2", &lost(), now), Then::Nothing);
    assert_eq!(attempt.state.as_str(), "accepted", "that was another one");
    attempt.hear("SM1", &Arrival::Arrived, now);
    assert_eq!(attempt.hear("SM1", &lost(), now), Then::Nothing);
    assert_eq!(attempt.state.as_str(), "delivered");
}

#[test]
fn what_is_lost_on_the_way_is_said_once_more_and_what_nobody_answers_is_not() {
    let now = waiting(Urgency::High).due_at;
    let accepted = Outcome::Accepted {
        reference: "CA1".into(),
    };
    let mut attempt = waiting(Urgency::High);
    attempt.begin("twilio", now);
    attempt.end("twilio", &accepted, Others::Exhausted, now);
    let mut unanswered = attempt.clone();
    let nobody = Arrival::NotAnswered {
        why: "Nobody answered the call.".into(),
    };
    assert_eq!(unanswered.hear("CA1", &nobody, now), Then::Nothing);
    let mut too_late = attempt.clone();
    let late = attempt.until();
    assert_eq!(too_late.hear("CA1", &lost(), late), Then::Nothing);
    assert_eq!(attempt.hear("CA1", &lost(), now), Then::Repeat);
    for failed in [attempt, unanswered, too_late] {
        assert_eq!(failed.state.as_str(), "failed");
    }
}

#[test]
fn word_that_it_arrived_ends_doubt() {
    let mut attempt = waiting(Urgency::High);
    let now = attempt.due_at;
    attempt.begin("twilio", now);
    attempt.end("twilio", &silent(), Others::Exhausted, now);
    assert_eq!(attempt.hear("SM1", &lost(), now), Then::Nothing);
    assert_eq!(attempt.state.as_str(), "unknown");
    attempt.hear("SM1", &Arrival::Arrived, now);
    assert_eq!(attempt.state.as_str(), "delivered");
}

#[test]
fn a_subject_survives_storage() {
    let id = Uuid::from_u128(7);
    for subject in [
        Subject::Verification,
        Subject::TestPage,
        Subject::LostMethod(id.into()),
        Subject::Page(id.into()),
    ] {
        assert_eq!(subject.to_string().parse(), Ok(subject));
    }
    assert!("dinner".parse::<Subject>().is_err());
}

proptest! {
    /// Whatever providers do, an attempt ends within its time and a little, is sent again at most
    /// once where nobody knows, and never stays being sent.
    #[test]
    fn an_attempt_always_ends(outcomes in proptest::collection::vec(0_u8..7, 1..200)) {
        let mut attempt = waiting(Urgency::High);
        let mut now = attempt.due_at;
        let (mut repeats, mut accepted) = (0, 0);
        let mut outcomes = outcomes.into_iter().cycle();
        for round in 0..200 {
            let others = if round % 2 == 0 { Others::Remain } else { Others::Exhausted };
            attempt.begin("twilio", now);
            let then = match outcomes.next().unwrap() {
                0 => {
                    accepted += 1;
                    let reference = "SM1".to_owned();
                    attempt.end("twilio", &Outcome::Accepted { reference }, others, now)
                }
                1 => attempt.end("twilio", &Outcome::Refused { why: "No.".into() }, others, now),
                2 => attempt.end("twilio", &busy(), others, now),
                3 => attempt.end("twilio", &silent(), others, now),
                4 => {
                    let at = now + SignedDuration::from_secs(60);
                    let later = Outcome::Later { why: "Later.".into(), at };
                    attempt.end("twilio", &later, others, now)
                }
                5 => attempt.end("twilio", &Outcome::Gone { why: "Gone.".into() }, others, now),
                _ => attempt.interrupted(now),
            };
            prop_assert_ne!(attempt.state.as_str(), "sending");
            match then {
                Then::Nothing | Then::Lost => break,
                Then::Again => prop_assert_eq!(&attempt.state, &AttemptState::Waiting),
                Then::Repeat => {
                    repeats += 1;
                    attempt = attempt.repeat(AttemptId(Uuid::from_u128(100)), "twilio", now, now);
                }
            }
            now += SignedDuration::from_secs(10);
        }
        prop_assert_ne!(attempt.state.as_str(), "waiting");
        prop_assert!(repeats <= 1 && accepted <= 1);
    }
}
