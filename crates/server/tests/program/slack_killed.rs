//! A server that is killed after it has answered Slack, and before it has done the work, loses
//! nothing of it and does nothing twice.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use eider_app::Clock;
use eider_testkit::{
    Database,
    slack::{Channel, Message, Person, TestSlack, Trouble},
};
use serde_json::{Value, json};

use crate::running::{EMAIL, Program, Running, administrator_token, eider, place};

const SIGNING_SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
/// A lease of a job that a killed server held ends after a quarter of a minute.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is killed while people write.
const KILLS: u64 = 6;
const REPLIES_A_LIFE: u64 = 8;
/// The longest that a server goes on after people begin to write, before it is killed.
const LIFE_MILLISECONDS: u64 = 120;

/// A desk that is connected to a Slack, and its server.
struct Killed<'a> {
    place: Vec<&'a str>,
    key: &'a Path,
    program: Program,
    slack: TestSlack,
    channel: Channel,
    server: Option<Running>,
}

impl<'a> Killed<'a> {
    async fn new(place: Vec<&'a str>, key: &'a Path) -> Self {
        let program = Program::new(&administrator_token(&place));
        let slack = TestSlack::start(Clock::machine(now)).await;
        let channel = slack.channel("support").await;
        let mut desk = Self {
            place,
            key,
            program,
            slack,
            channel,
            server: None,
        };
        desk.starts();
        desk.connects().await;
        desk
    }

    fn starts(&mut self) {
        let mut command = eider(&["serve", "--listen", "127.0.0.1:0", "--log-level", "error"]);
        command
            .args(&self.place)
            .arg("--secret-key-file")
            .arg(self.key)
            .env("EIDER_SLACK_API_URL", self.slack.api_url());
        let server = Running::start(command, "Eider listens on ");
        self.slack.connect_http(&server.address, SIGNING_SECRET);
        self.server = Some(server);
    }

    async fn is_killed(&mut self) {
        let server = self.server.take().unwrap();
        tokio::task::spawn_blocking(move || server.kill())
            .await
            .unwrap();
    }

    fn address(&self) -> &str {
        &self.server.as_ref().unwrap().address
    }

    async fn connects(&self) {
        let settings = json!({"wire": "http", "signing_secret": SIGNING_SECRET,
            "command": "/support", "nudges": false, "members_may_ask": true});
        self.writes("slack", settings).await;
        let token = json!({"bot_token": self.slack.bot_token()});
        self.writes("slack/token", token).await;
        self.until("the workspace is looked at", async || {
            let told = self.asks("slack").await;
            let found = told.pointer("/workspaces/0/found/0");
            found.is_some().then_some(())
        })
        .await;
        let channel = format!("slack/channels/{}/{}", self.channel.team, self.channel.id);
        self.writes(&channel, json!({})).await;
    }

    async fn writes(&self, path: &str, body: Value) {
        let url = format!("{}/api/v1/{path}", self.address());
        let status = self.program.put(&url, &body).await.unwrap().status();
        assert_eq!(status, 200, "{path}");
    }

    async fn asks(&self, path: &str) -> Value {
        let url = format!("{}/api/v1/{path}", self.address());
        let told = self.program.get(&url).await.unwrap();
        told.json().await.unwrap()
    }

    async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "waited in vain until {what}; violations: {:#?}",
                self.slack.violations()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Somebody who is in the channel.
    async fn person(&self, name: &str, email: &str) -> Person {
        let person = self.slack.person(name, email).await;
        self.slack.joins(&person, &self.channel).await;
        person
    }

    /// What the thread of the only ticket says here.
    async fn kept(&self) -> Vec<String> {
        let told = self.asks("tickets/T-1001/messages").await;
        let items = told["items"].as_array().cloned().unwrap_or_default();
        let bodies = items.iter().filter_map(|one| one["body"].as_str());
        bodies.map(str::to_owned).collect()
    }

    /// What that person wrote below the card, in the order of Slack.
    fn written(&self, card: &Message, person: &Person) -> Vec<String> {
        let thread = self.slack.thread(&self.channel, &card.ts).into_iter();
        let theirs = thread.filter(|message| message.user == person.id);
        theirs.map(|message| message.text).collect()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the server goes by the machine's clock, and so does its Slack"
)]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_on_sqlite_is_done_once_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("desk");
    let key = key_in(folder.path());
    let desk = Killed::new(place(&data, None), &key).await;
    killed_again_and_again(desk).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_on_postgresql_is_done_once_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("desk");
    let key = key_in(folder.path());
    let database = Database::postgres().await;
    let desk = Killed::new(place(&data, Some(&database.address)), &key).await;
    killed_again_and_again(desk).await;
}

fn key_in(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("key");
    std::fs::write(&path, "5a".repeat(32)).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&path, private).unwrap();
    path
}

async fn killed_again_and_again(mut desk: Killed<'_>) {
    let cleo = desk.person("Cleo Care", "cleo@example.org").await;
    let ada = desk.person("Ada Lovelace", EMAIL).await;
    let card = a_form_is_filed(&mut desk, &cleo).await;
    a_reply_and_a_press_are_done(&mut desk, &cleo, &ada, &card).await;
    while_people_write(&mut desk, &cleo, &card).await;
    desk.slack.assert_no_violations();
}

/// The form is answered; that its sender has to be looked up keeps the work from being done.
async fn a_form_is_filed(desk: &mut Killed<'_>, cleo: &Person) -> Message {
    desk.slack.trouble_with("users.info", Trouble::Held);
    desk.slack
        .types_command(cleo, &desk.channel, "/support", "The till is frozen")
        .await;
    let form = desk
        .slack
        .until("the form is open", |slack| slack.modal(cleo))
        .await;
    let fields = [
        ("what", "what", "Nothing moves."),
        ("priority", "priority", "P2"),
    ];
    desk.slack
        .fills_and_submits(cleo, &form, &fields)
        .await
        .accepted_or_panic();
    desk.is_killed().await;
    desk.slack.heal();
    assert!(desk.slack.messages(&desk.channel).is_empty());
    desk.starts();
    desk.until("the card is there", async || {
        desk.slack.messages(&desk.channel).pop()
    })
    .await
}

/// Both are answered; whoever is mentioned, and whoever pressed, have to be looked up.
async fn a_reply_and_a_press_are_done(
    desk: &mut Killed<'_>,
    cleo: &Person,
    ada: &Person,
    card: &Message,
) {
    desk.slack.trouble_with("users.info", Trouble::Held);
    let root = Some(card.ts.as_str());
    let ben = desk.person("Ben Buddy", "ben@example.org").await;
    let first = format!("first, {}", ben.mention());
    desk.slack.says(cleo, &desk.channel, root, &first).await;
    desk.slack.says(cleo, &desk.channel, root, "second").await;
    desk.slack
        .clicks(ada, card, "take")
        .await
        .accepted_or_panic();
    desk.is_killed().await;
    desk.slack.heal();
    desk.starts();
    let kept = desk
        .until("both are kept", async || {
            let kept = desk.kept().await;
            (kept.len() == 2).then_some(kept)
        })
        .await;
    assert!(kept[0].starts_with("first"), "{kept:?}");
    assert_eq!(kept[1], "second");
    desk.until("it is taken", async || {
        let ticket = desk.asks("tickets/T-1001").await;
        let thread = desk.slack.thread(&desk.channel, &card.ts);
        let told = thread.iter().filter(|one| one.words().contains("has it"));
        (ticket["owner"]["name"].is_string() && told.count() == 1).then_some(())
    })
    .await;
}

/// People go on writing while it is killed again and again; what it did not answer Slack sends
/// again.
async fn while_people_write(desk: &mut Killed<'_>, cleo: &Person, card: &Message) {
    for life in 0..KILLS {
        let (slack, channel) = (desk.slack.clone(), desk.channel.clone());
        let (person, root) = (cleo.clone(), card.ts.clone());
        let writes = tokio::spawn(async move {
            for number in 0..REPLIES_A_LIFE {
                let text = format!("reply {life} {number}");
                slack.says(&person, &channel, Some(&root), &text).await;
            }
        });
        // Moments that look random and are the same in each run.
        let moment = (life * 7919 + 13) % LIFE_MILLISECONDS;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        desk.is_killed().await;
        writes.await.unwrap();
        desk.starts();
        desk.slack.deliver_retries().await;
    }
    let written = desk.written(card, cleo);
    assert_eq!(
        written.len() as u64,
        2 + KILLS * REPLIES_A_LIFE,
        "{written:#?}"
    );
    let kept = desk
        .until("everything is kept", async || {
            let kept = desk.kept().await;
            (kept.len() >= written.len()).then_some(kept)
        })
        .await;
    assert_eq!(kept[1..], written[1..], "each once, and in its order");
    assert_eq!(desk.slack.waiting_retries(), 0);
    assert_eq!(desk.slack.messages(&desk.channel).len(), 1, "one card");
    let tickets = desk.asks("tickets").await;
    assert_eq!(tickets["items"].as_array().unwrap().len(), 1);
}
