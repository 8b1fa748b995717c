//! A desk that is about to be connected to Slack.

use eider_app::slack::{self as app, Edit, Overview, Settings};
use eider_domain::{access::Actor, person::Role};
use eider_slack::Slack;
use eider_store::slack::channel::Channel;
use eider_testkit::{
    DESK_URL, Database, TestDesk, at,
    slack::{self, TestSlack},
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

const MONDAY: &str = "2026-03-02T09:00:00Z";

/// A desk that is not connected yet, and a Slack to connect it to.
pub(super) struct Joining {
    pub(super) desk: TestDesk,
    pub(super) slack: TestSlack,
    pub(super) eider_slack: Slack,
    pub(super) administrator: Actor,
    pub(super) stop: CancellationToken,
}

impl Joining {
    pub(super) async fn new(database: Database) -> Self {
        let desk = TestDesk::new(database, at(MONDAY)).await;
        let slack = TestSlack::start(desk.eider.clock().clone()).await;
        let (_, administrator) = desk.person("Adi Minister", Role::Administrator).await;
        let eider_slack = Slack::new(desk.eider.clone(), DESK_URL.into(), slack.api_url());
        let joining = Self {
            desk,
            slack,
            eider_slack,
            administrator,
            stop: CancellationToken::new(),
        };
        joining.node("node-1");
        joining
    }

    /// Eider's side of Slack on one more node.
    pub(super) fn node(&self, name: &str) -> JoinHandle<()> {
        let running = self.eider_slack.clone();
        tokio::spawn(running.run(name.to_owned(), self.stop.clone()))
    }

    pub(super) async fn overview(&self) -> Overview {
        app::overview(&self.desk.eider, &self.administrator)
            .await
            .unwrap()
    }

    /// Waits until what is known of the connection answers with something.
    pub(super) async fn until<T>(
        &self,
        what: &str,
        condition: impl Fn(&Overview) -> Option<T>,
    ) -> T {
        self.desk
            .until(what, async || condition(&self.overview().await))
            .await
    }

    pub(super) async fn enter(&self, token: &str) {
        app::enter_token(&self.desk.eider, &self.administrator, token)
            .await
            .unwrap();
    }

    pub(super) async fn edit(&self, edit: Edit) {
        app::edit_settings(&self.desk.eider, &self.administrator, edit)
            .await
            .unwrap();
    }

    /// Connects the workspace by its token, and waits until its channels are known.
    pub(super) async fn connect(&self) {
        self.enter(&self.slack.bot_token()).await;
        let team = self.slack.team().to_owned();
        self.until("the workspace is connected and looked at", |overview| {
            let known = overview.workspaces.iter();
            known
                .filter(|one| one.workspace.team_id == team)
                .find(|one| !one.found.is_empty())
                .map(drop)
        })
        .await;
    }

    pub(super) async fn supports(&self, channel: &slack::Channel, name: &str) {
        let placed = Channel {
            team_id: channel.team.clone(),
            channel_id: channel.id.clone(),
            name: name.to_owned(),
            squad: None,
            trouble: None,
        };
        app::place_channel(&self.desk.eider, &self.administrator, placed)
            .await
            .unwrap();
    }

    /// The address at which Eider's side of Slack answers.
    pub(super) async fn served(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = self.eider_slack.router();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        format!("http://{address}")
    }

    pub(super) fn socket_mode(&self) -> Edit {
        Edit {
            app_token: Some(self.slack.app_token()),
            ..usual()
        }
    }

    /// Waits until exactly so many lines are open.
    pub(super) async fn lines(&self, wanted: usize) {
        let what = format!("{wanted} lines are open");
        self.slack
            .until(&what, |slack| {
                (slack.open_sockets() == wanted).then_some(())
            })
            .await;
    }

    /// Waits until Slack was asked for so many lines and one is left.
    pub(super) async fn line_after(&self, asked: usize) {
        let what = format!("the line after {asked} is open alone");
        self.slack
            .until(&what, |slack| {
                let asked_for = slack.calls_of("apps.connections.open").len();
                (asked_for > asked && slack.open_sockets() == 1).then_some(())
            })
            .await;
    }
}

impl Drop for Joining {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// How Slack is used when nobody says otherwise.
pub(super) fn usual() -> Edit {
    let settings = Settings::default();
    Edit {
        command: settings.command,
        nudges: settings.nudges,
        members_may_ask: settings.members_may_ask,
        digest_at: settings.digest_at,
        ..Edit::default()
    }
}

/// What is wrong with a workspace.
pub(super) fn trouble_of(overview: &Overview, team: &str) -> Option<String> {
    let mut known = overview.workspaces.iter();
    let known = known.find(|one| one.workspace.team_id == team);
    known.and_then(|one| one.workspace.trouble.clone())
}
