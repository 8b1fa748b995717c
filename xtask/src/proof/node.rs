//! One running `eider`, at an address that stays the same when it is started again.

use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::http::{Connection, Request};
use crate::server::SLACK_NOWHERE;

const READY_TIMEOUT: Duration = Duration::from_secs(60);
const STOP_TIMEOUT: Duration = Duration::from_secs(30);

/// Everything that starting a node takes.
#[derive(Clone)]
pub struct Place {
    /// The program.
    pub binary: PathBuf,
    /// Its folder, also where it writes its log.
    pub data: PathBuf,
    /// Its database, unless it is the file in the folder.
    pub database: Option<String>,
    /// Where it listens.
    pub address: SocketAddr,
    /// What it is told besides, by the environment.
    pub environment: Vec<(String, String)>,
}

/// A running node, killed when dropped.
pub struct Node {
    child: Child,
    place: Place,
}

impl Place {
    /// Starts it, and does not wait.
    pub fn start(&self) -> Result<Node, String> {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.data.join("log"))
            .map_err(|error| format!("No log in {}: {error}", self.data.display()))?;
        let mut command = Command::new(&self.binary);
        command.arg("serve").arg("--data").arg(&self.data);
        command.args(["--listen", &self.address.to_string()]);
        command.args(self.database.iter().flat_map(|url| ["--database", url]));
        command
            .env("EIDER_LOG_LEVEL", "warn")
            .env("EIDER_SLACK_API_URL", SLACK_NOWHERE)
            .envs(self.environment.iter().cloned());
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("eider did not start: {error}"))?;
        Ok(Node {
            child,
            place: self.clone(),
        })
    }

    /// The last lines of its log.
    pub fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.data.join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

impl Node {
    /// Waits until it says that it is ready. Answers how long that took.
    pub fn wait_until_ready(&mut self) -> Result<Duration, String> {
        let started = Instant::now();
        let mut last = String::new();
        while started.elapsed() < READY_TIMEOUT {
            match Connection::to(self.place.address).send(&Request::get("/readyz")) {
                Ok(answer) if answer.status == 200 => return Ok(started.elapsed()),
                Ok(answer) => last = format!("status {}", answer.status),
                Err(error) => last = error.to_string(),
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                let words = self.place.last_words();
                return Err(format!("eider ended with {status}:\n{words}"));
            }
            thread::sleep(Duration::from_millis(2));
        }
        let words = self.place.last_words();
        Err(format!("eider did not become ready: {last}\n{words}"))
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Ends it at this instant: the process has no say in it.
    pub fn kill(mut self) -> Result<(), String> {
        self.child
            .kill()
            .and_then(|()| self.child.wait())
            .map(drop)
            .map_err(|error| format!("eider was not killed: {error}"))
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> Result<(), String> {
        let id = self.child.id().to_string();
        let _asked = Command::new("kill").arg(id).status();
        let asked = Instant::now();
        while asked.elapsed() < STOP_TIMEOUT {
            match self.child.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(status)) => return Err(format!("eider ended with {status}.")),
                _ => thread::sleep(Duration::from_millis(20)),
            }
        }
        Err("eider did not stop when asked.".to_owned())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Both fail only when it has ended and was waited for.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}
