use std::{fs, path::Path};

use eider_testkit::{Database, slack::signature};
use jiff::fmt::rfc2822;
use reqwest::StatusCode;
use serde_json::json;

use crate::running::{Program, Running, administrator_token, complaint, place, run};

const SIGNING_SECRET: &str = "8f742231b10e8888abcd99";

/// What the doctor says of the secret key.
fn examined(place: &[&str]) -> String {
    let output = run(&[&["doctor"], place].concat());
    let words = String::from_utf8(output.stdout).unwrap();
    let mut lines = words.lines().filter(|line| line.contains("secret key"));
    lines.next().unwrap().to_owned()
}

/// What the server answers to a request that Slack signed, which only the sealed secret proves.
async fn slack_asks(server: &Running) -> StatusCode {
    let client = reqwest::Client::new();
    let health = format!("{}/healthz", server.address);
    let answer = client.get(health).send().await.unwrap();
    let now = answer.headers()["date"].to_str().unwrap();
    let now = rfc2822::parse(now).unwrap().timestamp().as_second();
    let body = json!({"type": "url_verification", "challenge": "c"}).to_string();
    let asked = client
        .post(format!("{}/slack/events", server.address))
        .header("Content-Type", "application/json")
        .header("X-Slack-Request-Timestamp", now)
        .header("X-Slack-Signature", signature(SIGNING_SECRET, now, &body))
        .body(body);
    asked.send().await.unwrap().status()
}

async fn enter_secret(program: &Program, server: &Running) -> (StatusCode, String) {
    let body = json!({
        "wire": "http",
        "signing_secret": SIGNING_SECRET,
        "command": "/support",
        "nudges": true,
        "members_may_ask": true,
    });
    let url = format!("{}/api/v1/slack", server.address);
    let answer = program.put(&url, &body).await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

fn write(path: &Path, key: &str) {
    fs::write(path, key).unwrap();
}

#[tokio::test]
async fn nodes_on_postgresql_share_the_key_in_the_file_that_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::postgres().await;
    let without = place(folder.path(), Some(&database.address));
    let program = Program::new(&administrator_token(&without));
    let key = folder.path().join("the.key");
    let with = [&without[..], &["--secret-key-file", key.to_str().unwrap()]].concat();

    // Without a key nothing is sealed, and it is said what to do.
    let keyless = Running::serve(&without);
    let (status, problem) = enter_secret(&program, &keyless).await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    assert!(problem.contains("--secret-key-file"), "{problem}");
    assert!(keyless.stop().success());
    let words = complaint(&[&["serve", "--listen", "127.0.0.1:0"], &with[..]].concat());
    assert!(words.contains("openssl rand -hex 32"), "{words}");

    write(&key, &format!("{}\n", "5e".repeat(32)));
    let one = Running::serve(&with);
    let (status, answer) = enter_secret(&program, &one).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert!(!answer.contains(SIGNING_SECRET), "{answer}");
    let other = Running::serve(&with);
    for node in [&one, &other] {
        assert_eq!(slack_asks(node).await, StatusCode::OK);
    }
    assert!(one.stop().success() && other.stop().success());
    let told = examined(&with);
    assert!(told.contains("opens all that is sealed"), "{told}");

    // The file, and it alone, opens what is sealed.
    let told = examined(&without);
    assert!(told.contains("no key to open them"), "{told}");
    write(&key, &"ab".repeat(32));
    let told = examined(&with);
    assert!(told.contains("does not open what is sealed"), "{told}");
    let stranger = Running::serve(&with);
    assert_eq!(slack_asks(&stranger).await, StatusCode::SERVICE_UNAVAILABLE);
    assert!(stranger.stop().success());
}
