//! What the watch makes of what comes back, from an Eider that answers as a story wants.

use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use eider_delivery::{SIGNATURE_HEADER, signature};
use serde_json::{Value, json};

use super::{KEY, TROUBLE, Watched};

const ANOTHER_KEY: &str = "fedcba9876543210fedcba9876543210fedcba98";
const ANOTHER: &str = "01957b6e-3f00-7000-8000-0123456789ab";
const LATE: &str = "A page has waited for 45 s beyond its time.";

/// What comes back of a test alert.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Well,
    Late,
    SignedWithAnotherKey,
    OfAnotherTestAlert,
    Nothing,
}

struct Played {
    /// Where the watch listens.
    watch: String,
    /// How the next test alerts are answered; those after them are answered with nothing.
    answers: Mutex<std::vec::IntoIter<Answer>>,
}

/// Plays the Eider that is watched.
async fn play(watched: &Watched, answers: Vec<Answer>) {
    eider_testkit::trust_in_ring();
    let played = Played {
        watch: format!("http://{}", watched.watch),
        answers: Mutex::new(answers.into_iter()),
    };
    let router = Router::new()
        .route("/hooks/watch", post(take))
        .with_state(Arc::new(played));
    let listener = tokio::net::TcpListener::bind(&watched.server)
        .await
        .unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
}

async fn take(State(played): State<Arc<Played>>, Json(body): Json<Value>) -> StatusCode {
    let answer = played.answers.lock().unwrap().next();
    let probe = body["probe"].as_str().unwrap();
    let (probe, text, key) = match answer.unwrap_or(Answer::Nothing) {
        Answer::Well => (probe, "", KEY),
        Answer::Late => (probe, LATE, KEY),
        Answer::SignedWithAnotherKey => (probe, "", ANOTHER_KEY),
        Answer::OfAnotherTestAlert => (ANOTHER, "", KEY),
        Answer::Nothing => return StatusCode::ACCEPTED,
    };
    let body = json!({ "about": format!("probe:{probe}"), "text": text }).to_string();
    let signed = signature(key, &body, now());
    let request = reqwest::Client::new().post(&played.watch);
    let request = request.header(SIGNATURE_HEADER, signed).body(body);
    request.send().await.unwrap();
    StatusCode::ACCEPTED
}

#[expect(
    clippy::disallowed_methods,
    reason = "the watch goes by the machine's clock, and so does what answers it"
)]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_eider_says_is_late_is_told() {
    let watched = Watched::new().await;
    play(&watched, vec![Answer::Late, Answer::Late]).await;
    assert_eq!(watched.look(&watched.state()), 3);
    assert_eq!(watched.titles(), [TROUBLE]);
    let text = watched.told.last().json()["text"].to_string();
    assert!(text.contains(LATE), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_test_alert_that_is_lost_is_told_to_nobody() {
    let watched = Watched::new().await;
    play(&watched, vec![Answer::Nothing, Answer::Well]).await;
    assert_eq!(watched.look(&watched.state()), 0);
    assert_eq!(watched.titles(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_own_answer_with_its_own_signature_says_that_all_is_well() {
    for wrong in [Answer::SignedWithAnotherKey, Answer::OfAnotherTestAlert] {
        let watched = Watched::new().await;
        play(&watched, vec![wrong, wrong]).await;
        assert_eq!(watched.look(&watched.state()), 3, "{wrong:?}");
        assert_eq!(watched.titles(), [TROUBLE], "{wrong:?}");
        let text = watched.told.last().json()["text"].to_string();
        assert!(text.contains("did not come back within 2 s"), "{text}");
    }
}
