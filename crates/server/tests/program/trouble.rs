//! A disk that is full, a file that cannot be written, a database that goes away.

use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    time::{Duration, Instant},
};

use eider_testkit::{Database, postgres};
use rustix::process::{Pid, Resource, Rlimit, getuid, prlimit};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::running::{Program, Running, administrator_token, eider, place, run, told};

/// Limits the size of the files that a process may write, as a disk without room would.
fn limit_files(process_id: u32, bytes: Option<u64>) {
    let pid = Pid::from_raw(process_id.try_into().unwrap());
    let limit = Rlimit {
        current: bytes,
        maximum: None,
    };
    prlimit(pid, Resource::Fsize, limit).unwrap();
}

#[tokio::test]
async fn a_disk_without_room_refuses_clearly_and_recovers_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("desk");
    let place = place(&data, None);
    let program = Program::new(&administrator_token(&place));
    // The signal that comes with the limit would end the process; a full disk sends none.
    let mut command = std::process::Command::new("sh");
    let words = [
        "-c",
        "trap '' XFSZ; exec \"$@\"",
        "sh",
        env!("CARGO_BIN_EXE_eider"),
    ];
    command.args(words);
    command.args(["serve", "--listen", "127.0.0.1:0", "--log-level", "error"]);
    let server = Running::start(
        {
            command.args(&place);
            command
        },
        "Eider listens on ",
    );
    program.open_patiently(&server.address, "before").await;

    let written = fs::metadata(data.join("eider.db-wal")).unwrap().len();
    limit_files(server.process_id(), Some(written + 64 * 1024));
    let mut kept = 1;
    let refused = loop {
        let (status, answer) = program
            .open(&server.address, &format!("during-{kept}"))
            .await
            .unwrap();
        if status != 201 {
            break (status, answer);
        }
        kept += 1;
        assert!(kept < 500, "the limit is never reached");
    };
    assert_eq!(refused.0, 503, "{}", refused.1);
    let words = refused.1["detail"].as_str().unwrap();
    assert!(words.contains("othing was saved"), "{words}");
    let health = format!("{}/healthz", server.address);
    assert_eq!(reqwest::get(health).await.unwrap().status(), 200);

    limit_files(server.process_id(), None);
    program.open_patiently(&server.address, "after").await;
    let list = format!("{}/api/v1/tickets?limit=200", server.address);
    let list: serde_json::Value = program.get(&list).await.unwrap().json().await.unwrap();
    assert_eq!(list["items"].as_array().unwrap().len(), kept + 1);
    assert!(server.stop().success());
    told(&[&["doctor"], &place[..]].concat());
}

#[test]
fn a_file_that_cannot_be_written_is_told_of() {
    const NOBODY: u32 = 65_534;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("desk");
    let place = place(&data, None);
    administrator_token(&place);
    let file = data.join("eider.db");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let mut doctor = eider(&[&["doctor"], &place[..]].concat());
    let mut serve = eider(&[&["serve", "--listen", "127.0.0.1:0"], &place[..]].concat());
    // The administrator of a machine may write to everything, so somebody else has to try.
    if getuid().is_root() {
        let binary = folder.path().join("eider");
        fs::copy(env!("CARGO_BIN_EXE_eider"), &binary).unwrap();
        for path in [folder.path(), &binary] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        chown(&data, Some(NOBODY), Some(NOBODY)).unwrap();
        for entry in fs::read_dir(&data).unwrap() {
            chown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let by_nobody = |words: &[&str]| {
            let mut command = std::process::Command::new(&binary);
            command.args(words).current_dir("/").uid(NOBODY).gid(NOBODY);
            command
        };
        doctor = by_nobody(&[&["doctor"], &place[..]].concat());
        serve = by_nobody(&[&["serve", "--listen", "127.0.0.1:0"], &place[..]].concat());
    }
    let examined = doctor.output().unwrap();
    assert_eq!(examined.status.code(), Some(1), "{examined:?}");
    let words = String::from_utf8(examined.stdout).unwrap();
    assert!(words.contains("eider.db cannot be written"), "{words}");
    assert!(words.contains("chown"), "{words}");
    let served = serve.output().unwrap();
    assert_eq!(served.status.code(), Some(1), "{served:?}");
    let words = String::from_utf8(served.stderr).unwrap();
    assert!(words.contains("can be read but not written"), "{words}");
}

#[tokio::test]
async fn a_database_that_goes_away_and_comes_back_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::postgres().await;
    let place = place(folder.path(), Some(&database.address));
    let program = Program::new(&administrator_token(&place));
    let server = Running::serve(&place);
    program.open_patiently(&server.address, "before").await;

    let name = database.address.rsplit('/').next().unwrap();
    let name = name.split('?').next().unwrap();
    let mut operator = PgConnection::connect(&postgres::server_url())
        .await
        .unwrap();
    let reachable = |is_so: bool| format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {is_so}");
    operator
        .execute(AssertSqlSafe(reachable(false)))
        .await
        .unwrap();
    sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1")
        .bind(name)
        .execute(&mut operator)
        .await
        .unwrap();
    let (status, answer) = program.open(&server.address, "during").await.unwrap();
    assert_eq!(status, 503, "{answer}");
    let ready = format!("{}/readyz", server.address);
    assert_eq!(reqwest::get(&ready).await.unwrap().status(), 503);

    operator
        .execute(AssertSqlSafe(reachable(true)))
        .await
        .unwrap();
    program.open_patiently(&server.address, "during").await;
    let begun = Instant::now();
    while reqwest::get(&ready).await.unwrap().status() != 200 {
        assert!(begun.elapsed() < Duration::from_secs(120), "it stays away");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let list = format!("{}/api/v1/tickets", server.address);
    let list: serde_json::Value = program.get(&list).await.unwrap().json().await.unwrap();
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert!(server.stop().success());
    // The server of the tests is careless of power cuts, which the doctor rightly minds.
    let examined = run(&[&["doctor"], &place[..]].concat());
    let words = String::from_utf8(examined.stdout).unwrap();
    assert!(words.contains("chain of facts         whole"), "{words}");
}
