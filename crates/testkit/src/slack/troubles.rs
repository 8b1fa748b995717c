//! Troubles that are switched on: errors, silence, answers that are lost.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use jiff::SignedDuration;

use super::TestSlack;

/// Something that goes wrong at Slack, until [`TestSlack::heal`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Every call is answered 503.
    Down,
    /// So many calls of a hundred are answered 5xx before anything is done, drawn from a seed.
    RandomErrors {
        /// Where the draw begins.
        seed: u64,
        /// How many of a hundred.
        percent: u64,
    },
    /// Calls wait before anything is done, until [`TestSlack::release`].
    Held,
    /// The work is done, and the answer waits until [`TestSlack::release`].
    AnswersHeld,
    /// The work is done, and the connection drops before the answer, for so many calls.
    LostAnswers(usize),
    /// The next so many calls are answered 429 with these seconds to wait.
    RateLimited {
        /// How many calls.
        calls: usize,
        /// The seconds in `Retry-After`.
        seconds: u64,
    },
}

#[derive(Default)]
pub(super) struct Troubles {
    /// Each with the method that it is limited to.
    present: Vec<(Option<String>, Trouble)>,
    drawn: u64,
}

impl Troubles {
    fn of<'a>(&'a mut self, method: &'a str) -> impl Iterator<Item = &'a mut Trouble> {
        self.present
            .iter_mut()
            .filter(move |(only, _)| only.as_deref().is_none_or(|only| only == method))
            .map(|(_, trouble)| trouble)
    }
}

impl TestSlack {
    /// Lets this go wrong with every method.
    pub fn trouble(&self, trouble: Trouble) {
        self.state().troubles.present.push((None, trouble));
    }

    /// Lets this go wrong with one method, such as `chat.postMessage`.
    pub fn trouble_with(&self, method: &str, trouble: Trouble) {
        let only = Some(method.to_owned());
        self.state().troubles.present.push((only, trouble));
    }

    /// Lets the `Date` of answers be so many seconds ahead of the clock of the test.
    pub fn runs_ahead(&self, seconds: i64) {
        self.state().clock_ahead = SignedDuration::from_secs(seconds);
    }

    /// Ends every trouble, and lets go what was held.
    pub fn heal(&self) {
        self.state().troubles.present.clear();
        self.note_change();
    }

    /// Lets go what is held; what comes later is not held.
    pub fn release(&self) {
        let is_holding =
            |trouble: &Trouble| matches!(trouble, Trouble::Held | Trouble::AnswersHeld);
        let mut state = self.state();
        state
            .troubles
            .present
            .retain(|(_, trouble)| !is_holding(trouble));
        drop(state);
        self.note_change();
    }

    pub(super) async fn wait_while_held(&self, method: &str) {
        self.wait_while(method, &Trouble::Held).await;
    }

    pub(super) async fn wait_while_answers_are_held(&self, method: &str) {
        self.wait_while(method, &Trouble::AnswersHeld).await;
    }

    async fn wait_while(&self, method: &str, held: &Trouble) {
        let mut changes = self.changes();
        loop {
            let is_held = self
                .state()
                .troubles
                .of(method)
                .any(|trouble| trouble == held);
            if !is_held || changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// The answer of a Slack that does not work, if it does not.
    pub(super) fn broken(&self, method: &str) -> Option<Response> {
        let mut state = self.state();
        state.troubles.drawn += 1;
        let drawn = state.troubles.drawn;
        for trouble in state.troubles.of(method) {
            match trouble {
                Trouble::Down => return Some(plain(StatusCode::SERVICE_UNAVAILABLE)),
                Trouble::RandomErrors { seed, percent } => {
                    let number = mixed(*seed ^ drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15));
                    if number % 100 < *percent {
                        let statuses = [
                            StatusCode::INTERNAL_SERVER_ERROR,
                            StatusCode::BAD_GATEWAY,
                            StatusCode::SERVICE_UNAVAILABLE,
                            StatusCode::GATEWAY_TIMEOUT,
                        ];
                        let which = usize::try_from(number / 100 % 4).unwrap_or(0);
                        return Some(plain(statuses[which]));
                    }
                }
                Trouble::RateLimited { calls, seconds } if *calls > 0 => {
                    *calls -= 1;
                    let answer = (
                        StatusCode::TOO_MANY_REQUESTS,
                        [("retry-after", seconds.to_string())],
                        axum::Json(serde_json::json!({"ok": false, "error": "ratelimited"})),
                    );
                    return Some(answer.into_response());
                }
                _ => {}
            }
        }
        None
    }

    pub(super) fn loses_answer(&self, method: &str) -> bool {
        let mut state = self.state();
        for trouble in state.troubles.of(method) {
            if let Trouble::LostAnswers(left) = trouble
                && *left > 0
            {
                *left -= 1;
                return true;
            }
        }
        false
    }
}

fn plain(status: StatusCode) -> Response {
    (status, "upstream connect error").into_response()
}

/// A number that looks random, of a number (splitmix64).
fn mixed(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
