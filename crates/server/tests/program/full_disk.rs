//! A disk that is really full: a small one of memory, which only the program sees.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use rustix::process::getuid;
use serde_json::Value;

use crate::running::{Program, Running, administrator_token, eider, place, told};

/// A small disk in a mount namespace of its own. It is gone with the process that holds it, and
/// that ends with its input, so nothing is left behind however a test ends.
struct SmallDisk {
    holder: Child,
    folder: tempfile::TempDir,
}

impl SmallDisk {
    fn new(megabytes: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("unshare");
        if !getuid().is_root() {
            command.arg("--map-root-user");
        }
        let script = format!(
            "mount -t tmpfs -o size={megabytes}m,mode=700 tmpfs \"$1\" && echo mounted && exec cat"
        );
        let mut holder = command
            .args(["--mount", "sh", "-c", &script, "sh"])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare is there");
        let mut line = String::new();
        let output = holder.stdout.as_mut().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        assert_eq!(
            line, "mounted\n",
            "this machine lets nobody mount a disk of memory in a namespace (unshare --mount)"
        );
        Self { holder, folder }
    }

    /// The path of the disk, as those see it who are within.
    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The same path as it is seen from here.
    fn seen_from_outside(&self, path: &Path) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        root.join(path.strip_prefix("/").unwrap())
    }

    /// A command that sees the disk.
    fn within(&self, command: &Command) -> Command {
        let mut within = Command::new("nsenter");
        within.args(["--target", &self.holder.id().to_string(), "--mount"]);
        if !getuid().is_root() {
            within.args(["--user", "--preserve-credentials"]);
        }
        within.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => within.env(name, value),
                None => within.env_remove(name),
            };
        }
        within
    }

    fn ballast(&self) -> PathBuf {
        self.seen_from_outside(&self.path().join("ballast"))
    }

    /// Leaves only so much free.
    fn fill(&self, left_bytes: u64) {
        let mut ballast = fs::File::create(self.ballast()).unwrap();
        for size in [1024 * 1024, 4096] {
            while ballast.write_all(&vec![0; size]).is_ok() {}
        }
        let filled = ballast.metadata().unwrap().len();
        ballast.set_len(filled - left_bytes).unwrap();
    }

    fn free(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(self.holder.stdin.take());
        // It ends with its input.
        let _ended = self.holder.wait();
    }
}

/// Tickets that were acknowledged, by their key.
type Acknowledged = BTreeMap<String, Value>;

/// Opens four tickets at once, again and again, until all four are refused. Answers the keys of
/// those, and what they were told.
async fn open_until_refused(
    program: &Program,
    address: &str,
    acknowledged: &mut Acknowledged,
) -> Vec<(String, Value)> {
    for round in 0..500 {
        let opening = (0..4).map(|one| {
            let (program, address) = (program.clone(), address.to_owned());
            let key = format!("during-{round}-{one}");
            tokio::spawn(async move {
                let answer = program.open(&address, &key).await.unwrap();
                (key, answer)
            })
        });
        let mut refused = Vec::new();
        for opened in opening.collect::<Vec<_>>() {
            match opened.await.unwrap() {
                (key, (201, document)) => {
                    acknowledged.insert(key, document["number"].clone());
                }
                (key, (status, document)) => {
                    assert_eq!(status, 503, "{document}");
                    refused.push((key, document));
                }
            }
        }
        if refused.len() == 4 {
            return refused;
        }
    }
    panic!("the disk is never full");
}

/// A desk on that disk: a program with a token, and the commands that serve and examine it.
fn desk_on(disk: &SmallDisk) -> (Program, Command, Command) {
    let data = disk.path().join("desk");
    // Made elsewhere, because making the token types a password into the command.
    let elsewhere = tempfile::tempdir().unwrap();
    let made = elsewhere.path().join("desk");
    let program = Program::new(&administrator_token(&place(&made, None)));
    let mut copy = Command::new("cp");
    copy.arg("-a").args([&made, &data]);
    assert!(disk.within(&copy).status().unwrap().success());
    let place = place(&data, None);
    let serve = ["serve", "--listen", "127.0.0.1:0", "--log-level", "error"];
    let serve = eider(&[&serve, &place[..]].concat());
    let doctor = eider(&[&["doctor"], &place[..]].concat());
    (program, serve, doctor)
}

async fn numbers(program: &Program, address: &str) -> Vec<Value> {
    let mut numbers = Vec::new();
    let mut next = Some(String::new());
    while let Some(cursor) = next {
        let list = format!("{address}/api/v1/tickets?limit=200{cursor}");
        let page: Value = program.get(&list).await.unwrap().json().await.unwrap();
        let items = page["items"].as_array().unwrap();
        numbers.extend(items.iter().map(|ticket| ticket["number"].clone()));
        next = page["next_cursor"].as_str().map(|c| format!("&cursor={c}"));
    }
    numbers.sort_by_key(ToString::to_string);
    numbers
}

#[tokio::test]
async fn a_disk_that_is_really_full_refuses_goes_on_reading_and_recovers() {
    let disk = SmallDisk::new(16);
    let (program, serve, doctor) = desk_on(&disk);
    let server = Running::start(disk.within(&serve), "Eider listens on ");
    let address = &server.address;
    let mut acknowledged = Acknowledged::new();
    let (_, first) = program.open(address, "before").await.unwrap();
    acknowledged.insert("before".into(), first["number"].clone());

    disk.fill(512 * 1024);
    let refused = open_until_refused(&program, address, &mut acknowledged).await;
    assert!(acknowledged.len() > 10, "{}", acknowledged.len());
    for (_, problem) in &refused {
        let words = problem["detail"].as_str().unwrap();
        assert!(
            words.contains("disk that holds the database is full"),
            "{words}"
        );
        assert!(words.contains("nothing was saved"), "{words}");
    }
    let wanted = {
        let mut wanted: Vec<_> = acknowledged.values().cloned().collect();
        wanted.sort_by_key(ToString::to_string);
        wanted
    };
    assert_eq!(numbers(&program, address).await, wanted);
    let ticket = format!("/tickets/{}", first["number"].as_str().unwrap());
    for path in [
        "/",
        &ticket,
        "/api/v1/search?text=work",
        "/healthz",
        "/readyz",
        "/metrics",
    ] {
        let answer = program.get(&format!("{address}{path}")).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    let examined = disk.within(&doctor).output().unwrap();
    let words = String::from_utf8(examined.stdout).unwrap();
    assert_eq!(examined.status.code(), Some(1), "{words}");
    assert!(words.contains("Only 0.0 GB are free"), "{words}");
    assert!(words.contains("chain of facts  whole"), "{words}");

    disk.free();
    program.open_patiently(address, "after").await;
    // What was refused can be sent again, and what was acknowledged is not done twice.
    let (again, _) = &refused[0];
    assert_eq!(program.open(address, again).await.unwrap().0, 201);
    for (key, number) in &acknowledged {
        let (_, document) = program.open(address, key).await.unwrap();
        assert_eq!(document["number"], *number, "{key}");
    }
    let all = numbers(&program, address).await;
    assert_eq!(all.len(), acknowledged.len() + 2);
    assert!(server.stop().success());
    // The doctor wants room for a backup besides, which so small a disk never has.
    let larger = tempfile::tempdir().unwrap();
    let desk = larger.path().join("desk");
    let from = disk.seen_from_outside(&disk.path().join("desk"));
    let copied = Command::new("cp").arg("-a").args([&from, &desk]).status();
    assert!(copied.unwrap().success());
    told(&[&["doctor"], &place(&desk, None)[..]].concat());
}

#[tokio::test]
async fn a_start_on_a_full_disk_is_refused_with_a_sentence() {
    let disk = SmallDisk::new(16);
    let (program, serve, doctor) = desk_on(&disk);
    disk.fill(0);
    let refused = disk.within(&serve).output().unwrap();
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(
        words.contains("The disk that holds the database is full"),
        "{words}"
    );
    let examined = disk.within(&doctor).output().unwrap();
    assert_eq!(examined.status.code(), Some(1), "{examined:?}");
    let words = String::from_utf8(examined.stdout).unwrap();
    assert!(
        words.contains("The disk that holds the database is full"),
        "{words}"
    );
    disk.free();
    let server = Running::start(disk.within(&serve), "Eider listens on ");
    program.open_patiently(&server.address, "after").await;
    assert!(server.stop().success());
}
