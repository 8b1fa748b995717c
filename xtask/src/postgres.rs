//! A PostgreSQL server for one run of the tests: made in a temporary folder, gone afterwards.

use std::fs;
use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::{install, process};

/// The environment variable that names the server's URL to the tests.
pub const URL_VARIABLE: &str = "EIDER_TEST_POSTGRES";

const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Waits on its standard input, then stops the server. The pipe closes when this process ends in
/// whatever way, so that a killed run leaves no server and no folder behind.
const SUPERVISOR: &str = r#"
folder=$1; shift
trap '' INT TERM HUP
"$@" >"$folder/log" 2>&1 &
server=$!
cat >/dev/null
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"/*
"#;

/// Whether the server keeps its promise of durability.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing is forced to disk: right for tests, which nobody needs after a power cut.
    Off,
    /// As a careful operator runs it: right for measurements.
    On,
}

impl Durability {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Durability::Off => &[
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
            ],
            Durability::On => &[],
        }
    }
}

/// What makes a commit wait until a standby has it and shows it.
const WAITS_FOR_STANDBY: &[&str] = &[
    "synchronous_commit=remote_apply",
    "synchronous_standby_names=*",
];

/// A running server, stopped and deleted when dropped.
pub struct Cluster {
    url: String,
    password: String,
    port: u16,
    supervisor: Child,
    lifeline: Option<ChildStdin>,
    _folder: TempDir,
}

/// The account under which a server runs that refuses to run as root, or should not.
pub struct Account {
    /// Its number.
    pub user: u32,
    /// The number of its group.
    pub group: u32,
}

impl Cluster {
    /// Makes and starts a server on a free loopback port, for tests.
    pub fn start() -> Result<Cluster, String> {
        Cluster::start_with(Durability::Off)
    }

    /// Makes and starts a server on a free loopback port, with or without forcing to disk.
    pub fn start_with(durability: Durability) -> Result<Cluster, String> {
        Cluster::make(durability.settings())
    }

    /// Makes and starts a server whose commits wait for a standby, as soon as anything is written.
    pub fn start_primary() -> Result<Cluster, String> {
        Cluster::make(WAITS_FOR_STANDBY)
    }

    /// Makes a copy of `primary` that follows it, and starts it. A commit of the primary waits for it.
    pub fn start_standby(primary: &Cluster) -> Result<Cluster, String> {
        let programs = programs_folder()?;
        let account = account_to_run()?;
        let folder = temporary_folder(account.as_ref())?;
        let mut copy = command(
            &programs.join("pg_basebackup"),
            folder.path(),
            account.as_ref(),
        );
        copy.args(["--write-recovery-conf", "--wal-method=stream", "--no-sync"]);
        copy.args(["--checkpoint=fast", "--dbname", primary.url()]);
        copy.arg("--pgdata").arg(folder.path().join("data"));
        process::output_of(&mut copy)?;
        let standby = Cluster::run(folder, primary.password.clone(), &[], account.as_ref())?;
        let started = Instant::now();
        let follows = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        while primary.ask(follows)? != "1" {
            if started.elapsed() > START_TIMEOUT {
                return Err("The standby does not follow its primary.".to_owned());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(standby)
    }

    fn make(settings: &[&str]) -> Result<Cluster, String> {
        let programs = programs_folder()?;
        let account = account_to_run()?;
        let folder = temporary_folder(account.as_ref())?;
        let password = random_password()?;
        let password_file = folder.path().join("password");
        fs::write(&password_file, &password).map_err(|error| format!("No password: {error}"))?;
        hand_over(&password_file, account.as_ref())?;
        initialise(&programs, folder.path(), &password_file, account.as_ref())?;
        Cluster::run(folder, password, settings, account.as_ref())
    }

    /// Starts a server on what is in `folder`.
    fn run(
        folder: TempDir,
        password: String,
        settings: &[&str],
        account: Option<&Account>,
    ) -> Result<Cluster, String> {
        let programs = programs_folder()?;
        let port = free_port()?;
        let (supervisor, lifeline) = supervise(&programs, folder.path(), port, settings, account)?;
        // From here on dropping the cluster stops the server, also when it never becomes ready.
        let cluster = Cluster {
            url: format!("postgres://eider:{password}@127.0.0.1:{port}/postgres"),
            password,
            port,
            supervisor,
            lifeline: Some(lifeline),
            _folder: folder,
        };
        cluster.wait_until_ready(&programs, port)?;
        Ok(cluster)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// The URL of the same database by way of another address.
    pub fn url_by(&self, address: SocketAddr) -> String {
        format!("postgres://eider:{}@{address}/postgres", self.password)
    }

    /// Stops the server in the middle of whatever it does, as when its machine loses power.
    pub fn stop_at_once(&self) -> Result<(), String> {
        let file = self._folder.path().join("data/postmaster.pid");
        let text = fs::read_to_string(&file).map_err(|error| format!("No process: {error}"))?;
        let id = text.lines().next().unwrap_or_default().trim();
        process::output_of(Command::new("kill").args(["-QUIT", id])).map(drop)
    }

    /// Makes a standby the one that is written to.
    pub fn promote(&self) -> Result<(), String> {
        match self.ask("SELECT pg_promote(true, 60)")?.as_str() {
            "t" => Ok(()),
            other => Err(format!("The standby was not promoted: {other}")),
        }
    }

    /// The one value that a statement answers.
    fn ask(&self, statement: &str) -> Result<String, String> {
        let mut psql = Command::new(programs_folder()?.join("psql"));
        psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--dbname"]);
        psql.arg(self.url()).args(["--command", statement]);
        process::output_of(&mut psql)
    }

    /// The URL of the server's first database, with the name and password of its administrator.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Does at once what the server does by itself in the minutes after much was written: knows what
    /// is in the tables, and which of their pages everybody sees.
    pub fn settle(&self) -> Result<(), String> {
        let mut vacuum = Command::new(programs_folder()?.join("vacuumdb"));
        vacuum.args(["--quiet", "--analyze", "--dbname", self.url()]);
        process::run_or_fail(&mut vacuum).map(drop)
    }

    fn wait_until_ready(&self, programs: &Path, port: u16) -> Result<(), String> {
        let started = Instant::now();
        let mut probe = Command::new(programs.join("pg_isready"));
        probe.args(["--quiet", "--host=127.0.0.1", &format!("--port={port}")]);
        while started.elapsed() < START_TIMEOUT {
            let ready = probe
                .status()
                .map_err(|error| format!("No pg_isready: {error}"))?;
            if ready.success() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(self._folder.path().join("log")).unwrap_or_default();
        Err(format!(
            "PostgreSQL was not ready within {} s:\n{log}",
            START_TIMEOUT.as_secs()
        ))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // The supervisor ends after the server; nothing can be done here if it was killed.
        let _ = self.supervisor.wait();
    }
}

/// The folder of `initdb`, `postgres` and `pg_isready`, links followed.
pub fn programs_folder() -> Result<PathBuf, String> {
    let initdb = install::POSTGRES.ensure()?;
    let initdb = initdb.canonicalize().unwrap_or(initdb);
    initdb
        .parent()
        .map(Path::to_path_buf)
        .ok_or_else(|| "initdb has no folder.".to_owned())
}

/// Whom a server runs as that must not run as root: nobody else, unless this process is root.
pub fn account_to_run() -> Result<Option<Account>, String> {
    install::is_root().then(unprivileged_account).transpose()
}

fn temporary_folder(account: Option<&Account>) -> Result<TempDir, String> {
    let folder = tempfile::Builder::new()
        .prefix("eider-postgres-")
        .permissions(fs::Permissions::from_mode(0o700))
        .tempdir()
        .map_err(|error| format!("No temporary folder for PostgreSQL: {error}"))?;
    hand_over(folder.path(), account)?;
    Ok(folder)
}

fn unprivileged_account() -> Result<Account, String> {
    let number = |flag: &str, name: &str| -> Option<u32> {
        process::output_of(Command::new("id").args([flag, name]))
            .ok()?
            .parse()
            .ok()
    };
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| {
            Some(Account {
                user: number("-u", name)?,
                group: number("-g", name)?,
            })
        })
        .ok_or_else(|| {
            "PostgreSQL refuses to run as root, and there is no account to run it: neither \
             postgres nor nobody. Run the tests as an ordinary person."
                .to_owned()
        })
}

/// Gives a file to that account, if there is one.
pub fn hand_over(path: &Path, account: Option<&Account>) -> Result<(), String> {
    let Some(account) = account else {
        return Ok(());
    };
    chown(path, Some(account.user), Some(account.group))
        .map_err(|error| format!("{} could not be handed over: {error}", path.display()))
}

/// A command that runs under `account`, in a folder that it may read.
pub fn command(program: &Path, folder: &Path, account: Option<&Account>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("LC_ALL", "C");
    if let Some(account) = account {
        command.gid(account.group).uid(account.user);
    }
    command
}

fn initialise(
    programs: &Path,
    folder: &Path,
    password_file: &Path,
    account: Option<&Account>,
) -> Result<(), String> {
    let mut initdb = command(&programs.join("initdb"), folder, account);
    initdb.args([
        "--username=eider",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
    ]);
    initdb
        .arg("--no-sync")
        .arg("--pgdata")
        .arg(folder.join("data"));
    initdb.arg(format!("--pwfile={}", password_file.display()));
    process::output_of(&mut initdb).map(drop)
}

fn supervise(
    programs: &Path,
    folder: &Path,
    port: u16,
    settings: &[&str],
    account: Option<&Account>,
) -> Result<(Child, ChildStdin), String> {
    let mut shell = command(Path::new("sh"), folder, account);
    shell.args(["-c", SUPERVISOR, "supervisor"]).arg(folder);
    shell
        .arg(programs.join("postgres"))
        .arg("-D")
        .arg(folder.join("data"));
    shell.arg("-k").arg(folder).arg("-p").arg(port.to_string());
    shell.args([
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "max_connections=300",
    ]);
    for setting in settings {
        shell.args(["-c", setting]);
    }
    let mut supervisor = shell
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("PostgreSQL did not start: {error}"))?;
    let lifeline = supervisor
        .stdin
        .take()
        .ok_or("PostgreSQL's supervisor has no input.")?;
    Ok((supervisor, lifeline))
}

/// A port that was free a moment ago. Another program may take it first; the start then fails.
pub fn free_port() -> Result<u16, String> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("No free port on loopback: {error}"))
}

/// Thirty-two hexadecimal digits, because other people of this machine can reach its loopback.
fn random_password() -> Result<String, String> {
    let mut bytes = [0_u8; 16];
    fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|error| format!("No random password: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_answers_and_leaves_nothing_behind() {
        let cluster = Cluster::start().unwrap();
        let psql = programs_folder().unwrap().join("psql");
        let select = [
            "--no-psqlrc",
            "--tuples-only",
            "--no-align",
            "--command=SHOW fsync",
        ];
        let answer = process::output_of(Command::new(psql).arg(cluster.url()).args(select));
        assert_eq!(answer.unwrap(), "off");
        let folder = cluster._folder.path().to_path_buf();
        drop(cluster);
        assert!(!folder.exists());
    }

    #[test]
    fn the_server_stops_when_its_starter_is_gone() {
        let mut cluster = Cluster::start().unwrap();
        let data = cluster._folder.path().join("data");
        // A killed starter closes the pipe and does nothing else.
        drop(cluster.lifeline.take());
        assert!(cluster.supervisor.wait().unwrap().success());
        assert!(!data.exists());
    }
}
