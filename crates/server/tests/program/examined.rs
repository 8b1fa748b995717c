use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::Value;
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::running::{Running, administrator_token, place, run, told};

/// What the doctor found, by name, with whether it is fine.
fn examined(place: &[&str]) -> (Option<i32>, Vec<(String, bool)>) {
    let output = run(&[&["doctor", "--json"], place].concat());
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let checks = answer["checks"].as_array().unwrap();
    let told = checks
        .iter()
        .map(|check| {
            let name = check["name"].as_str().unwrap().to_owned();
            let is_fine = check["ok"].as_bool().unwrap();
            assert_eq!(check["mend"].is_null(), is_fine, "{check}");
            (name, is_fine)
        })
        .collect();
    (output.status.code(), told)
}

fn ill(place: &[&str]) -> Vec<String> {
    let (code, checks) = examined(place);
    assert_eq!(code, Some(1));
    let ill = checks.into_iter().filter(|(_, is_fine)| !is_fine);
    ill.map(|(name, _)| name).collect()
}

#[test]
fn a_healthy_desk_is_found_healthy() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("desk");
    let place = place(&data, None);
    administrator_token(&place);
    let (code, checks) = examined(&place);
    assert_eq!(code, Some(0), "{checks:?}");
    assert!(checks.iter().all(|(_, is_fine)| *is_fine), "{checks:?}");
    for name in [
        "SQLite",
        "journal",
        "durability",
        "integrity",
        "disk",
        "clock",
    ] {
        assert!(checks.iter().any(|(known, _)| known == name), "{name}");
    }
    let words = told(&[&["doctor"], &place[..]].concat());
    assert!(words.contains("whole, "), "{words}");
}

#[tokio::test]
async fn a_fact_that_was_altered_by_hand_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("desk");
    let place = place(&data, None);
    administrator_token(&place);
    let options = SqliteConnectOptions::new().filename(data.join("eider.db"));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("UPDATE fact SET data = replace(data, 'automation', 'innocent')")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    assert_eq!(ill(&place), ["chain of facts"]);
}

#[test]
fn a_folder_that_anybody_may_read_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("desk");
    let place = place(&data, None);
    administrator_token(&place);
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(ill(&place), ["file rights"]);
}

#[test]
fn what_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(ill(&place(folder.path(), None)), ["database"]);
    assert!(!folder.path().join("eider.db").exists());
    let url = "postgres://eider@127.0.0.1:1/eider";
    assert_eq!(ill(&["--database", url]), ["database"]);
    assert_eq!(ill(&["--config", "/nowhere/eider.toml"]), ["configuration"]);
    let far = ["--listen", "0.0.0.0:80"];
    let ill = ill(&[&far, &place(folder.path(), None)[..]].concat());
    assert_eq!(ill, ["configuration", "database"]);
}

#[tokio::test]
async fn a_secret_key_that_opens_nothing_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("desk");
    let place = place(&data, None);
    administrator_token(&place);
    let options = SqliteConnectOptions::new().filename(data.join("eider.db"));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("INSERT INTO setting (name, value) VALUES ('slack', $1)")
        .bind(r#"{"app_token": "sealed with a key that was lost"}"#)
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    assert_eq!(ill(&place), ["secret key"]);
    // A server makes no new key, which would hide that the right one is missing.
    assert!(Running::serve(&place).stop().success());
    assert!(!data.join("secret.key").exists());
    fs::write(data.join("secret.key"), "ab".repeat(32)).unwrap();
    assert_eq!(ill(&place), ["secret key"]);
}

#[test]
fn a_server_makes_its_secret_key_for_itself_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("desk");
    let place = place(&data, None);
    assert!(Running::serve(&place).stop().success());
    let key = data.join("secret.key");
    let mode = fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let first = fs::read_to_string(&key).unwrap();
    assert!(Running::serve(&place).stop().success());
    assert_eq!(fs::read_to_string(&key).unwrap(), first);
}
