//! A running `eider`, started as anybody would start it and stopped when dropped.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use crate::http::{Connection, Request};
use crate::process::{cargo, output_of, run_or_fail, target_folder};

const EMAIL: &str = "administrator@example.org";

/// Where nothing listens, instead of the real Slack.
pub const SLACK_NOWHERE: &str = "http://127.0.0.1:9/api";

const START_TIMEOUT: Duration = Duration::from_secs(60);
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// How the binary is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// The one that the tests built.
    Debug,
    /// The one that people run.
    Release,
}

/// A running server.
pub struct Server {
    child: Child,
    lines: Receiver<String>,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start until /healthz answered 200.
    pub ready_after: Duration,
}

impl Build {
    /// Builds the binary `eider` and says where it is.
    ///
    /// The debug build is made of the whole workspace, because cargo would unite the features of
    /// dependencies differently for one package, and compile many of them a second time.
    pub fn binary(self) -> Result<PathBuf, String> {
        let mut build = cargo();
        build.args(["build", "--locked"]);
        let folder = match self {
            Build::Debug => {
                build.args(["--workspace", "--all-targets"]);
                "debug"
            }
            Build::Release => {
                build.args(["--package", "eider", "--release"]);
                "release"
            }
        };
        run_or_fail(&mut build)?;
        Ok(target_folder().join(folder).join("eider"))
    }
}

impl Server {
    /// Starts `eider serve` on a free loopback port, on SQLite in `data` or on `database`.
    pub fn serve(binary: &Path, data: &Path, database: Option<&str>) -> Result<Server, String> {
        let mut command = Command::new(binary);
        command
            .arg("serve")
            .arg("--data")
            .arg(data)
            .args(["--listen", "127.0.0.1:0"]);
        if let Some(url) = database {
            command.args(["--database", url]);
        }
        Server::start(command, "Eider listens on http://")
    }

    /// Starts the sample company on a free loopback port.
    pub fn demo(binary: &Path) -> Result<Server, String> {
        let mut command = Command::new(binary);
        command.args(["demo", "--port", "0"]);
        Server::start(command, "Address: http://")
    }

    /// The process id.
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Starts `command` and waits until it has told its address and answers on it.
    fn start(mut command: Command, announcement: &str) -> Result<Server, String> {
        let started = Instant::now();
        let mut child = command
            .env("EIDER_LOG_LEVEL", "warn")
            // No check calls the real Slack; this port listens to nobody.
            .env("EIDER_SLACK_API_URL", SLACK_NOWHERE)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("eider did not start: {error}"))?;
        let stdout = child.stdout.take().ok_or("eider has no standard output.")?;
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Read on when nobody listens any more: a full pipe would stop the server.
                let _ = sender.send(line);
            }
        });
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        // From here on dropping the server stops the process, also when it never becomes ready.
        let mut server = Server {
            child,
            lines,
            address,
            ready_after: Duration::ZERO,
        };
        let announced = server.wait_for_line(announcement)?;
        server.address = announced
            .trim_end_matches('/')
            .parse()
            .map_err(|_| format!("eider told no address of this machine: {announced}"))?;
        server.wait_until_healthy()?;
        server.ready_after = started.elapsed();
        Ok(server)
    }

    /// Waits for a printed line with `beginning` in it, and answers the rest of that line.
    fn wait_for_line(&self, beginning: &str) -> Result<String, String> {
        let started = Instant::now();
        let mut printed = String::new();
        loop {
            let left = START_TIMEOUT.saturating_sub(started.elapsed());
            let Ok(line) = self.lines.recv_timeout(left) else {
                return Err(format!(
                    "eider did not print \"{beginning}\", only:\n{printed}"
                ));
            };
            if let Some((_, rest)) = line.split_once(beginning) {
                return Ok(rest.trim().to_owned());
            }
            printed.push_str(&line);
            printed.push('\n');
        }
    }

    fn wait_until_healthy(&self) -> Result<(), String> {
        let started = Instant::now();
        let mut last = String::new();
        while started.elapsed() < START_TIMEOUT {
            match Connection::to(self.address).send(&Request::get("/healthz")) {
                Ok(answer) if answer.status == 200 => return Ok(()),
                Ok(answer) => last = format!("status {}", answer.status),
                Err(error) => last = error.to_string(),
            }
            thread::sleep(Duration::from_millis(1));
        }
        Err(format!(
            "http://{}/healthz did not answer 200: {last}",
            self.address
        ))
    }
}

/// A token of a new administrator of the desk in `data` or on `database`, served or not.
pub fn administrator_token(
    binary: &Path,
    data: &Path,
    database: Option<&str>,
) -> Result<String, String> {
    token_of_new(EMAIL, binary, data, database)
}

/// A token of a new administrator with that e-mail address.
pub fn token_of_new(
    email: &str,
    binary: &Path,
    data: &Path,
    database: Option<&str>,
) -> Result<String, String> {
    let mut create = Command::new(binary);
    create.env("EIDER_LOG_LEVEL", "error");
    create.args(["admin", "create", "--email", email]);
    create.arg("--data").arg(data);
    create.args(database.iter().flat_map(|url| ["--database", url]));
    let mut child = create
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("eider did not start: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        writeln!(input, "a long sentence that nobody else types")
            .map_err(|error| format!("eider took no password: {error}"))?;
    }
    let status = child
        .wait()
        .map_err(|error| format!("eider was lost: {error}"))?;
    if !status.success() {
        return Err(format!("`eider admin create` ended with {status}."));
    }
    token_of(email, binary, data, database)
}

/// One more token of the administrator whom `administrator_token` made.
pub fn new_token(binary: &Path, data: &Path, database: Option<&str>) -> Result<String, String> {
    token_of(EMAIL, binary, data, database)
}

fn token_of(
    email: &str,
    binary: &Path,
    data: &Path,
    database: Option<&str>,
) -> Result<String, String> {
    let mut command = Command::new(binary);
    command.env("EIDER_LOG_LEVEL", "error");
    command.args(["token", "create", "--for", email, "--name", "automation"]);
    command.arg("--data").arg(data);
    command.args(database.iter().flat_map(|url| ["--database", url]));
    output_of(&mut command)
}

impl Drop for Server {
    fn drop(&mut self) {
        // Asked first, so that the demo can delete its folder. Each call fails only if the process
        // has ended already.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let asked = Instant::now();
        while asked.elapsed() < STOP_TIMEOUT {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
