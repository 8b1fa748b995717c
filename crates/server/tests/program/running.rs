//! The binary `eider` in a process of its own.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

pub const EMAIL: &str = "administrator@example.org";
const PASSWORD: &str = "a long sentence that nobody else types";
const PATIENCE: Duration = Duration::from_secs(120);

/// The binary, unaware of any configuration around it.
pub fn eider(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_eider"));
    command.args(words);
    for (name, _) in std::env::vars() {
        if name.starts_with("EIDER_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs the binary to its end.
pub fn run(words: &[&str]) -> Output {
    eider(words).output().expect("the binary starts")
}

/// Runs the binary to its end, which has to be a good one, and answers with what it printed.
pub fn told(words: &[&str]) -> String {
    let output = run(words);
    assert!(output.status.success(), "eider {words:?}: {output:?}");
    String::from_utf8(output.stdout).expect("it prints UTF-8")
}

/// Runs the binary to its end, which has to be a failure, and answers with its complaint.
pub fn complaint(words: &[&str]) -> String {
    let output = run(words);
    assert_eq!(output.status.code(), Some(1), "eider {words:?}: {output:?}");
    String::from_utf8(output.stderr).expect("it complains in UTF-8")
}

/// Where a desk is, as flags.
pub fn place<'a>(data: &'a Path, database: Option<&'a str>) -> Vec<&'a str> {
    let data = data.to_str().expect("temporary folders are UTF-8");
    let mut words = vec!["--data", data];
    if let Some(url) = database {
        words.extend(["--database", url]);
    }
    words
}

/// A token of a new administrator.
pub fn administrator_token(place: &[&str]) -> String {
    let mut create = eider(&["admin", "create", "--email", EMAIL]);
    let mut child = create
        .args(place)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let mut input = child.stdin.take().expect("its input is piped");
    writeln!(input, "{PASSWORD}").expect("it reads the password");
    drop(input);
    assert!(child.wait().expect("it ends").success());
    let words = ["token", "create", "--for", EMAIL, "--name", "automation"];
    let token = told(&[&words, place].concat());
    token.trim_end().to_owned()
}

/// A server that is running; killed when it is dropped.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    /// Where it answers, such as `http://127.0.0.1:40123`.
    pub address: String,
}

impl Running {
    /// Starts `eider serve` on a free port.
    pub fn serve(place: &[&str]) -> Self {
        let mut command = eider(&["serve", "--listen", "127.0.0.1:0", "--log-level", "error"]);
        command.args(place);
        Self::start(command, "Eider listens on ")
    }

    /// Starts `command` and waits until it has printed its address after `announcement`.
    pub fn start(mut command: Command, announcement: &str) -> Self {
        eider_testkit::trust_in_ring();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stdout = child.stdout.take().expect("its output is piped");
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Nobody has to listen any more; a full pipe would stop the server.
                let _listener = sender.send(line);
            }
        });
        let mut running = Self {
            child,
            lines,
            address: String::new(),
        };
        running.address = running.line_after(announcement);
        running
    }

    /// The rest of the next printed line that begins so.
    pub fn line_after(&self, beginning: &str) -> String {
        let begun = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(begun.elapsed());
            let line = self.lines.recv_timeout(left).unwrap_or_else(|_| {
                panic!("eider printed no line that begins with {beginning:?}");
            });
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.trim().to_owned();
            }
        }
    }

    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it is there");
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "eider does not stop");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// A program that talks to a server with a token.
#[derive(Clone)]
pub struct Program {
    http: reqwest::Client,
    token: String,
}

impl Program {
    pub fn new(token: &str) -> Self {
        eider_testkit::trust_in_ring();
        Self {
            http: reqwest::Client::new(),
            token: token.to_owned(),
        }
    }

    pub async fn get(&self, url: &str) -> reqwest::Result<reqwest::Response> {
        self.http.get(url).bearer_auth(&self.token).send().await
    }

    pub async fn put(&self, url: &str, body: &Value) -> reqwest::Result<reqwest::Response> {
        let request = self.http.put(url).bearer_auth(&self.token).json(body);
        request.send().await
    }

    /// Opens a ticket under an idempotency key. Answers with the status and the document.
    pub async fn open(&self, address: &str, key: &str) -> reqwest::Result<(u16, Value)> {
        let response = self
            .http
            .post(format!("{address}/api/v1/tickets"))
            .bearer_auth(&self.token)
            .header("Idempotency-Key", key)
            .json(&json!({"title": format!("Ticket {key}"), "what": "It does not work."}))
            .send()
            .await?;
        let status = response.status().as_u16();
        Ok((status, response.json().await?))
    }

    /// Opens tickets until one is opened; for a server that comes back by itself.
    pub async fn open_patiently(&self, address: &str, key: &str) {
        let begun = Instant::now();
        loop {
            match self.open(address, key).await {
                Ok((201, _)) => return,
                answer => assert!(begun.elapsed() < PATIENCE, "{answer:?}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
