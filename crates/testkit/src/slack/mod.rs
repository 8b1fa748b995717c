//! A strict Slack at the network's edge.
//!
//! It enforces what Slack documents: limits, errors, scopes, rates, triggers, response URLs. What
//! it takes, the real Slack takes too; what it refuses is kept in [`TestSlack::violations`], so that
//! a story can say that there was none. Time goes by the clock of the test. People act through it
//! (`says`, `clicks`, `fills_and_submits`, …), and what they do reaches Eider as Slack would send it:
//! signed requests ([`TestSlack::connect_http`]) or envelopes through a socket
//! ([`TestSlack::connect_socket`]). Nothing here knows anything of Eider but its address.
//!
//! ```no_run
//! # async fn story(clock: eider_app::Clock, eider: &str) {
//! use eider_testkit::slack::TestSlack;
//!
//! let slack = TestSlack::start(clock).await;
//! slack.connect_http(eider, "signing-secret");
//! let ada = slack.person("Ada Lovelace", "ada@example.com").await;
//! let support = slack.channel("support").with(&[&ada]).await;
//!
//! slack.types_command(&ada, &support, "/support", "").await;
//! let form = slack.until("the form is open", |slack| slack.modal(&ada)).await;
//! let fields = [("what", "text", "Nobody can pay"), ("priority", "pick", "P1")];
//! slack.fills_and_submits(&ada, &form, &fields).await.accepted_or_panic();
//! let card = slack.until("the card is there", |slack| slack.messages(&support).pop()).await;
//! slack.clicks(&ada, &card, &card.button("Take").unwrap()).await.accepted_or_panic();
//! slack.assert_no_violations();
//! # }
//! ```

mod answers;
mod api;
mod blocks;
mod call;
mod channels;
mod chat;
mod deliver;
mod elements;
mod files;
mod forms;
mod limits;
mod manifest;
mod message;
mod methods;
mod mrkdwn;
mod oauth;
mod payloads;
mod people;
mod presses;
mod rates;
mod reactions;
mod response_url;
mod says;
mod schema;
mod seen;
mod socket;
mod state;
mod troubles;
mod usergroups;
mod view_check;
mod view_methods;
mod views;
mod words;
mod workspaces;

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, AtomicUsize},
};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{any, get, post},
};
use eider_app::Clock;
use jiff::Timestamp;
use tokio::{net::TcpListener, sync::watch};

pub use blocks::check_message;
pub use channels::{Channel, NewChannel};
pub use deliver::{Delivery, signature};
pub use elements::check_offered_options;
pub use forms::SubmissionAnswer;
pub use manifest::check_manifest;
pub use message::{Button, Message};
pub use payloads::{Place, Pressable};
pub use people::{NewPerson, Person};
pub use presses::{Aim, Choice};
pub use says::CommandAnswer;
pub use state::Call;
pub use troubles::Trouble;
pub use view_check::check_view;
pub use views::View;

use state::State;

/// A Slack of its own for one test, seen from one workspace. Cheap to clone.
#[derive(Clone)]
pub struct TestSlack {
    inner: Arc<Inner>,
    team: String,
}

struct Inner {
    clock: Clock,
    address: String,
    state: Mutex<State>,
    changes: watch::Sender<()>,
    http: reqwest::Client,
    in_flight: AtomicUsize,
    patience_millis: AtomicU64,
    last_event: Mutex<Option<deliver::Parcel>>,
}

impl TestSlack {
    /// A fresh Slack with one workspace, listening on a free port and going by that clock.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start(clock: Clock) -> Self {
        crate::trust_in_ring();
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client can be made");
        let slack = Self {
            inner: Arc::new(Inner {
                clock,
                address: format!("http://{address}"),
                state: Mutex::new(State::new()),
                changes: watch::Sender::new(()),
                http,
                in_flight: AtomicUsize::new(0),
                patience_millis: AtomicU64::new(3000),
                last_event: Mutex::new(None),
            }),
            team: String::new(),
        };
        let slack = slack.another_workspace("Acme");
        let router = slack.router();
        tokio::spawn(async move {
            axum::serve(listener, router)
                .await
                .expect("the server runs");
        });
        slack
    }

    fn router(&self) -> Router {
        Router::new()
            .route("/api/{method}", any(api::answer))
            .route("/respond/{id}", post(response_url::answer))
            .route("/link/", get(socket::link))
            .route("/upload/{team}/{file}", post(files::upload))
            .route("/files-pri/{file}/{name}", get(files::download))
            .layer(DefaultBodyLimit::max(64 * 1024 * 1024))
            .with_state(self.clone())
    }

    /// Where the Web API is, such as `http://127.0.0.1:40123/api`.
    pub fn api_url(&self) -> String {
        format!("{}/api", self.address())
    }

    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub fn address(&self) -> &str {
        &self.inner.address
    }

    /// The id of the workspace that this looks at.
    pub fn team(&self) -> &str {
        &self.team
    }

    /// What real Slack would have refused, or what breaks its rules, so far.
    pub fn violations(&self) -> Vec<String> {
        self.state().violations.clone()
    }

    /// # Panics
    /// When there were violations.
    pub fn assert_no_violations(&self) {
        let violations = self.violations();
        assert!(
            violations.is_empty(),
            "Slack would refuse:\n{}",
            violations.join("\n")
        );
    }

    /// Forgets violations that the test meant to cause.
    pub fn forgive(&self) {
        self.state().violations.clear();
    }

    /// Every call to the Web API so far.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// The calls of one method so far.
    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        let state = self.state();
        let calls = state.calls.iter();
        calls
            .filter(|call| call.method == method)
            .cloned()
            .collect()
    }

    /// Waits until `condition` answers with something, looking again and again for [`crate::PATIENCE`].
    ///
    /// # Panics
    /// When it never does; `what` says what was waited for.
    pub async fn until<T>(&self, what: &str, mut condition: impl FnMut(&Self) -> Option<T>) -> T {
        for _ in 0..crate::LOOKS {
            if let Some(answer) = condition(self) {
                return answer;
            }
            tokio::time::sleep(crate::LOOK_EVERY).await;
        }
        let violations = self.violations();
        panic!("waited in vain until {what}; violations: {violations:#?}");
    }

    fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A story that panicked while it held the lock has failed already; others may go on.
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn changes(&self) -> watch::Receiver<()> {
        self.inner.changes.subscribe()
    }

    fn note_change(&self) {
        self.inner.changes.send_replace(());
    }
}
