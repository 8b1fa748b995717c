//! A desk that is connected to a strict Slack, ready for a story.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use eider_app::slack as app_slack;
use eider_domain::{
    SquadId,
    access::Actor,
    person::{Person, Role},
};
use eider_slack::Slack;
use eider_store::{
    fact, job, setting,
    slack::{channel, workspace::Workspace},
};
use jiff::{SignedDuration, Timestamp};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    Database, PATIENCE, TestDesk,
    slack::{self, TestSlack},
};

/// Where people reach the desk, as its links say.
pub const DESK_URL: &str = "https://desk.example";

/// What Slack signs its requests with.
const SIGNING_SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
/// Whatever Slack's jobs put off for longer than this is a timer of the story's own.
const SOON: SignedDuration = SignedDuration::from_mins(2);

/// Somebody who is known both here and in Slack, by the same address.
pub struct Known {
    /// The person here.
    pub person: Person,
    /// What they may here.
    pub actor: Actor,
    /// The person in Slack.
    pub slack: slack::Person,
}

/// A desk, a Slack that it is connected to by HTTP, and a channel for support.
pub struct SlackDesk {
    /// The desk.
    pub desk: TestDesk,
    /// Slack, for acting as people and for looking at what they see.
    pub slack: TestSlack,
    /// Eider's side of Slack.
    pub eider_slack: Slack,
    /// The channel for support, `#support`.
    pub channel: slack::Channel,
    /// Somebody who may configure.
    pub administrator: Actor,
    stop: CancellationToken,
    running: Option<JoinHandle<()>>,
}

impl SlackDesk {
    /// A fresh desk at `now`, connected.
    pub async fn new(database: Database, now: Timestamp) -> Self {
        Self::on(Arc::new(database), now).await
    }

    /// A desk on that database at `now`, connected.
    pub async fn on(database: Arc<Database>, now: Timestamp) -> Self {
        let desk = TestDesk::on(database, now, 1).await;
        let slack = TestSlack::start(desk.eider.clock().clone()).await;
        let (_, administrator) = desk.person("Adi Minister", Role::Administrator).await;
        let channel = slack.channel("support").await;
        let eider_slack = Slack::new(desk.eider.clone(), DESK_URL.into(), slack.api_url());
        let stop = CancellationToken::new();
        let running = tokio::spawn(eider_slack.clone().run("node-1".into(), stop.clone()));
        let ready = Self {
            desk,
            slack,
            eider_slack,
            channel,
            administrator,
            stop,
            running: Some(running),
        };
        ready.connect().await;
        ready
    }

    async fn connect(&self) {
        let eider = &self.desk.eider;
        let seal = |secret: &str| eider.seal(secret).expect("this desk has a key");
        let settings = app_slack::Settings {
            wire: app_slack::Wire::Http,
            signing_secret: Some(seal(SIGNING_SECRET)),
            // A story that is about the digest asks for it.
            digest_at: None,
            ..app_slack::Settings::default()
        };
        app_slack::save_settings(eider, &self.administrator, settings)
            .await
            .expect("an administrator sets up Slack");
        let workspace = Workspace {
            team_id: self.slack.team().to_owned(),
            name: "Acme".into(),
            app_id: self.slack.app_id(),
            bot_user_id: self.slack.bot_user(),
            bot_id: "B1".into(),
            token: seal(&self.slack.bot_token()),
            refresh_token: None,
            token_expires_at: None,
            connected_at: eider.now(),
            trouble: None,
        };
        app_slack::connect(eider, &self.administrator, workspace)
            .await
            .expect("an administrator connects a workspace");
        self.supports(&self.channel, "support", None).await;
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let router = self.eider_slack.router();
        tokio::spawn(async move {
            axum::serve(listener, router)
                .await
                .expect("the server runs");
        });
        self.slack
            .connect_http(&format!("http://{address}"), SIGNING_SECRET);
    }

    /// Makes a channel one for support, of that squad or of all.
    pub async fn supports(&self, channel: &slack::Channel, name: &str, squad: Option<SquadId>) {
        let placed = channel::Channel {
            team_id: channel.team.clone(),
            channel_id: channel.id.clone(),
            name: name.to_owned(),
            squad,
            trouble: None,
        };
        app_slack::place_channel(&self.desk.eider, &self.administrator, placed)
            .await
            .expect("an administrator places a channel");
    }

    /// Somebody of that name and role who is known here and in Slack, by the same address, and
    /// who is in the channel.
    pub async fn known(&self, name: &str, role: Role) -> Known {
        let (person, actor) = self.desk.person(name, role).await;
        let email = person.email.clone().unwrap_or_default();
        let slack = self.slack.person(name, &email).await;
        self.slack.joins(&slack, &self.channel).await;
        Known {
            person,
            actor,
            slack,
        }
    }

    /// Somebody who is in the channel, and whom Eider has not met.
    pub async fn stranger(&self, name: &str, email: &str) -> slack::Person {
        let person = self.slack.person(name, email).await;
        self.slack.joins(&person, &self.channel).await;
        person
    }

    /// Waits until everything that Slack sent is worked off and everything that happened is told,
    /// and moves the clock on as far as pauses between two calls need it. Timers that are further
    /// away than two minutes are left alone.
    ///
    /// # Panics
    /// When that takes longer than [`PATIENCE`].
    pub async fn settle(&self) {
        let begun = Instant::now();
        let mut quiet = 0;
        loop {
            self.slack.settled().await;
            if self.is_quiet().await {
                quiet += 1;
            } else {
                quiet = 0;
            }
            // What one look finds quiet may just be between two steps.
            if quiet >= 3 {
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "Slack does not settle: {:?}; violations: {:#?}",
                self.waiting().await,
                self.slack.violations()
            );
            tokio::time::sleep(Duration::from_millis(8)).await;
        }
    }

    async fn waiting(&self) -> Vec<job::Waiting> {
        let mut tx = self.desk.db().read().await.expect("the database is there");
        job::waiting(&mut tx, "slack.")
            .await
            .expect("jobs can be read")
    }

    /// Whether nothing is under way or soon due. Moves the clock on to what is soon due.
    async fn is_quiet(&self) -> bool {
        let mut tx = self.desk.db().read().await.expect("the database is there");
        let followed: Option<i64> = setting::get(&mut tx, app_slack::FOLLOWED)
            .await
            .expect("settings can be read");
        let last = fact::last_seq(&mut tx).await.expect("facts can be read");
        let waiting = job::waiting(&mut tx, "slack.")
            .await
            .expect("jobs can be read");
        let mut called = job::waiting(&mut tx, "contact.slack")
            .await
            .expect("jobs can be read");
        let steps = job::waiting(&mut tx, "page.")
            .await
            .expect("jobs can be read");
        drop(tx);
        called.extend(steps);
        let now = self.desk.eider.now();
        // A lease that ended a while ago is that of a node that died.
        let is_held = |job: &job::Waiting| job.leased_until.is_some_and(|until| until + SOON > now);
        let is_under_way = waiting.iter().any(|job| is_held(job) || job.run_at <= now);
        let is_called = called
            .iter()
            .any(|job| is_leased(job, now) || job.run_at <= now);
        if followed.is_some_and(|followed| followed < last) || is_under_way || is_called {
            return false;
        }
        let soon = waiting.iter().find(|job| job.run_at <= now + SOON);
        if let Some(next) = soon {
            self.desk.set(next.run_at);
            return false;
        }
        true
    }

    /// Ends Eider's side of Slack, after what it is doing.
    pub async fn stop(&mut self) {
        self.stop.cancel();
        if let Some(running) = self.running.take() {
            running.await.expect("it ends without a panic");
        }
    }

    /// Ends Eider's side of Slack in the middle of whatever it does, as a power cut would.
    pub fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
        }
    }

    /// Another node of Eider's side of Slack, on the same desk, until `stop`.
    pub fn another_node(&self, name: &str, stop: CancellationToken) -> JoinHandle<()> {
        tokio::spawn(self.eider_slack.clone().run(name.to_owned(), stop))
    }
}

/// Whether somebody works on a job at `now`.
fn is_leased(job: &job::Waiting, now: Timestamp) -> bool {
    job.leased_until.is_some_and(|until| until > now)
}

impl Drop for SlackDesk {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
