//! A real process of Eider, connected to the strict Slack as an administrator would connect it.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::Options;
use eider_jobs::Clock;
use eider_testkit::{
    RunningProgram, printed,
    slack::{Channel, Person, TestSlack},
};
use jiff::Timestamp;
use serde_json::{Value, json};

const SIGNING_SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
/// With what the tokens of Slack are sealed, in hexadecimal digits.
const SECRET_KEY: &str = "3fb1c0de5a97246e8d10b7f2496c38a53fb1c0de5a97246e8d10b7f2496c38a5";
const PASSWORD: &str = "a long sentence that nobody else types";
/// Those who take tickets.
const OWNERS: usize = 5;

/// Where everything happens.
pub struct Desk {
    pub slack: TestSlack,
    pub channel: Channel,
    /// Those who take tickets; Eider knows them.
    pub owners: Vec<Person>,
    /// Those who ask and reply; Eider meets them when they first do.
    pub people: Vec<Person>,
    http: reqwest::Client,
    address: String,
    token: String,
    _server: RunningProgram,
    _folder: tempfile::TempDir,
}

impl Desk {
    /// Starts everything and connects it.
    pub async fn start(options: &Options) -> Result<Self, String> {
        eider_testkit::trust_in_ring();
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let secret_key_file = secret_key_in(folder.path()).map_err(|error| error.to_string())?;
        let slack = TestSlack::start(Clock::machine(now)).await;
        let place = |command: &mut Command| {
            command.arg("--data").arg(folder.path());
            if let Some(url) = &options.database {
                command.args(["--database", url]);
            }
            command.env("EIDER_SECRET_KEY_FILE", &secret_key_file);
            command.env("EIDER_LOG_LEVEL", "warn");
            command.env("EIDER_SLACK_API_URL", slack.api_url());
        };
        for number in 0..OWNERS {
            let mut create = Command::new(&options.binary);
            create.args(["admin", "create", "--email", &email(number)]);
            create.args(["--name", &format!("Owner {number}")]);
            place(&mut create);
            printed(&mut create, PASSWORD)?;
        }
        let mut token = Command::new(&options.binary);
        token.args(["token", "create", "--for", &email(0), "--name", "storm"]);
        place(&mut token);
        let token = printed(&mut token, "")?.trim().to_owned();
        let mut serve = Command::new(&options.binary);
        serve.args(["serve", "--listen", "127.0.0.1:0"]);
        place(&mut serve);
        let server = RunningProgram::serve(serve)?;
        let address = server.address.clone();
        let channel = slack.channel("support").await;
        let mut owners = Vec::new();
        for number in 0..OWNERS {
            owners.push(
                slack
                    .person(&format!("Owner {number}"), &email(number))
                    .await,
            );
        }
        let mut people = Vec::new();
        for number in 0..options.people {
            let email = format!("person{number}@example.com");
            people.push(slack.person(&format!("Person {number}"), &email).await);
        }
        for person in owners.iter().chain(&people) {
            slack.joins(person, &channel).await;
        }
        slack.connect_http(&address, SIGNING_SECRET);
        let desk = Self {
            slack,
            channel,
            owners,
            people,
            http: reqwest::Client::new(),
            address,
            token,
            _server: server,
            _folder: folder,
        };
        desk.connect().await?;
        Ok(desk)
    }

    /// What an administrator does under Settings, Slack. The channel is that of one squad, so that
    /// what programs open through the API for nobody in particular stays out of Slack.
    async fn connect(&self) -> Result<(), String> {
        let settings = json!({
            "wire": "http", "signing_secret": SIGNING_SECRET, "command": "/support",
            "nudges": true, "members_may_ask": true, "digest_at": null,
        });
        self.api("PUT", "slack", Some(settings)).await?;
        let token = json!({ "bot_token": self.slack.bot_token() });
        self.api("PUT", "slack/token", Some(token)).await?;
        loop {
            let found = self.api("GET", "slack", None).await?;
            if found["workspaces"][0]["found"][0].is_object() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let squad = json!({ "name": "Shop", "rate_cents_per_hour": 0 });
        let squad = self.api("POST", "squads", Some(squad)).await?;
        let place = format!("slack/channels/{}/{}", self.channel.team, self.channel.id);
        let body = json!({ "squad": squad["id"] });
        self.api("PUT", &place, Some(body)).await?;
        Ok(())
    }

    /// Asks the API.
    pub async fn api(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, String> {
        let method = method.parse().map_err(|_| format!("no method {method}"))?;
        let mut request = self
            .http
            .request(method, format!("{}/api/v1/{path}", self.address))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.map_err(|error| error.to_string())?;
        let status = response.status();
        let text = response.text().await.map_err(|error| error.to_string())?;
        if !status.is_success() {
            return Err(format!("{path}: {status} {text}"));
        }
        Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// How many jobs wait or run.
    pub async fn jobs(&self) -> Result<u64, String> {
        let response = self
            .http
            .get(format!("{}/metrics", self.address))
            .bearer_auth(&self.token)
            .send()
            .await
            .map_err(|error| error.to_string())?;
        let text = response.text().await.map_err(|error| error.to_string())?;
        let line = text
            .lines()
            .find(|line| line.starts_with("eider_jobs_waiting"))
            .ok_or_else(|| format!("no eider_jobs_waiting in {text}"))?;
        let count = line.rsplit(' ').next().and_then(|count| count.parse().ok());
        count.ok_or_else(|| format!("no number in {line}"))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a real process goes by the machine's clock, and so must Slack"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

/// A file with the secret key: beside a PostgreSQL the server makes none by itself.
fn secret_key_in(folder: &Path) -> io::Result<PathBuf> {
    let path = folder.join("secret.key");
    fs::write(&path, SECRET_KEY)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    Ok(path)
}

fn email(owner: usize) -> String {
    format!("owner{owner}@example.com")
}
