//! `eider watch`: a process of its own that notices when Eider carries nothing through.

mod answers;

use std::{
    net::TcpListener,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use eider_testkit::providers::{Mood, TestWebhook};

use crate::running::{Running, complaint, eider, place};

const KEY: &str = "0123456789abcdef0123456789abcdef01234567";
const LISTENS: &str = "The watch listens on ";
const PATIENCE: Duration = Duration::from_secs(120);

/// An Eider that can be started again at the same address, whoever watches it, and who is told.
struct Watched {
    folder: tempfile::TempDir,
    server: String,
    watch: String,
    told: TestWebhook,
}

/// An address at which nobody listens.
fn free() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

impl Watched {
    async fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            server: free(),
            watch: free(),
            told: TestWebhook::start().await,
        }
    }

    fn serve(&self, answer_to: &str) -> Running {
        let data = self.folder.path().join("desk");
        let mut command = eider(&["serve", "--listen", &self.server, "--log-level", "error"]);
        command
            .args(place(&data, None))
            .env("EIDER_WATCHED_BY_KEY", KEY)
            .env("EIDER_WATCHED_BY_ANSWER_URL", format!("http://{answer_to}"));
        Running::start(command, "Eider listens on ")
    }

    fn command(&self, state: &Path) -> Command {
        let mut command = eider(&["watch"]);
        command
            .env("EIDER_WATCH_SERVER", format!("http://{}", self.server))
            .env("EIDER_WATCH_KEY", KEY)
            .env("EIDER_WATCH_LISTEN", &self.watch)
            .env("EIDER_WATCH_EVERY_SECONDS", "1")
            .env("EIDER_WATCH_WITHIN_SECONDS", "2")
            .env("EIDER_WATCH_STATE", state)
            .env(
                "EIDER_WATCH_TELL",
                format!("webhook:{}/told", self.told.address()),
            );
        command
    }

    fn state(&self) -> std::path::PathBuf {
        self.folder.path().join("state.json")
    }

    /// Looks once. Answers with the exit code.
    fn look(&self, state: &Path) -> i32 {
        let output = self.command(state).arg("--once").output().unwrap();
        output.status.code().unwrap()
    }

    /// The titles of everything that was told.
    fn titles(&self) -> Vec<String> {
        let taken = self.told.taken();
        let title = |told: &eider_testkit::providers::Delivered| {
            assert!(told.signed_with(KEY).is_some(), "it is signed with the key");
            told.json()["title"].as_str().unwrap().to_owned()
        };
        taken.iter().map(title).collect()
    }

    /// Waits until the watch has kept that somebody was told, so that it can be killed.
    async fn until_kept(&self) {
        let begun = Instant::now();
        let kept = || {
            let text = std::fs::read_to_string(self.state()).ok()?;
            let state: serde_json::Value = serde_json::from_str(&text).ok()?;
            state["told_at"].as_str().map(str::to_owned)
        };
        while kept().is_none() {
            assert!(begun.elapsed() < PATIENCE, "nothing is kept");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn until_told(&self, titles: &[&str]) {
        let begun = Instant::now();
        while self.titles() != titles {
            let told = self.titles();
            assert!(begun.elapsed() < PATIENCE, "{told:?} and not {titles:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

const TROUBLE: &str = "Eider may call nobody";
const WELL: &str = "Eider is well again";

#[tokio::test(flavor = "multi_thread")]
async fn looking_once_tells_by_its_exit_code() {
    let watched = Watched::new().await;
    let state = watched.state();
    let server = watched.serve(&watched.watch);
    assert_eq!(watched.look(&state), 0);
    assert_eq!(watched.titles(), [""; 0]);
    server.kill();
    // Nobody can be told: it is said again until somebody is.
    watched.told.is(Mood::Busy);
    assert_eq!(watched.look(&state), 4);
    watched.told.is(Mood::Well);
    assert_eq!(watched.look(&state), 3);
    assert_eq!(watched.look(&state), 3);
    assert_eq!(watched.titles(), [TROUBLE], "once in a while is enough");
    let text = watched.told.last().json()["text"].to_string();
    assert!(text.contains(&watched.server), "{text}");
    let _server = watched.serve(&watched.watch);
    assert_eq!(watched.look(&state), 0);
    assert_eq!(watched.look(&state), 0);
    assert_eq!(watched.titles(), [TROUBLE, WELL]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_alert_that_is_taken_in_and_goes_nowhere_is_trouble() {
    let watched = Watched::new().await;
    // Eider answers the door, and what it sends arrives nowhere.
    let _server = watched.serve(&free());
    assert_eq!(watched.look(&watched.state()), 3);
    let text = watched.told.last().json()["text"].to_string();
    assert!(text.contains("did not come back within 2 s"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_watching_and_remembers_over_a_restart() {
    let watched = Watched::new().await;
    let state = watched.state();
    let server = watched.serve(&watched.watch);
    let watch = Running::start(watched.command(&state), LISTENS);
    let answer = reqwest::get(format!("{}/healthz", watch.address)).await;
    assert_eq!(answer.unwrap().status(), 200);
    let begun = Instant::now();
    while !state.exists() {
        assert!(begun.elapsed() < PATIENCE, "nothing came back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let status = format!("/proc/{}/status", watch.process_id());
    if let Ok(status) = std::fs::read_to_string(status) {
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        println!("the watch takes {}", line.unwrap_or_default());
    }
    server.kill();
    watched.until_told(&[TROUBLE]).await;
    watched.until_kept().await;
    watch.kill();
    let watch = Running::start(watched.command(&state), LISTENS);
    let server = watched.serve(&watched.watch);
    watched.until_told(&[TROUBLE, WELL]).await;
    assert!(server.stop().success());
    watched.until_told(&[TROUBLE, WELL, TROUBLE]).await;
    assert!(watch.stop().success());
}

#[test]
fn it_says_what_it_misses() {
    assert!(complaint(&["watch"]).contains("server"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("watch.toml");
    let config = path.to_str().unwrap();
    let says = |text: &str| {
        std::fs::write(&path, text).unwrap();
        complaint(&["watch", "--once", "--config", config])
    };
    let server = "server = \"https://desk.example.com\"\n";
    assert!(says(server).contains("key_file"));
    let keyed = format!("{server}key = \"{KEY}\"\n");
    assert!(says(&keyed).contains("nobody to tell"));
    let told = "[[tell]]\nkind = \"sms\"\naddress = \"+447700900123\"\n";
    assert!(says(&format!("{keyed}{told}")).contains("no provider"));
    assert!(says(&format!("{keyed}every = 7\n")).contains("line 3"));
    let short = format!("{server}key = \"short\"\n{told}");
    assert!(says(&short).contains("openssl rand"));
}
