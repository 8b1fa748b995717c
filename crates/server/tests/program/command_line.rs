use std::fs;

use crate::running::{Program, Running, administrator_token, complaint, place, run, told};

#[tokio::test]
async fn a_token_made_on_the_database_works_on_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path(), None);
    let token = administrator_token(&place);
    assert!(!token.contains(char::is_whitespace), "{token:?}");
    let server = Running::serve(&place);
    let program = Program::new(&token);
    let me = format!("{}/api/v1/me", server.address);
    assert_eq!(program.get(&me).await.unwrap().status(), 200);
    let stranger = Program::new("eider_0000000000000000000000000000000000000000");
    assert_eq!(stranger.get(&me).await.unwrap().status(), 401);
}

#[test]
fn a_token_needs_somebody_and_a_scope() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path(), None);
    administrator_token(&place);
    let nobody = [
        "token",
        "create",
        "--for",
        "nobody@example.org",
        "--name",
        "x",
    ];
    assert!(complaint(&[&nobody, &place[..]].concat()).contains("Nobody here has the address"));
    let scopes = [
        "token",
        "create",
        "--for",
        crate::running::EMAIL,
        "--name",
        "x",
        "--scopes",
        "read,fly",
    ];
    assert!(complaint(&[&scopes, &place[..]].concat()).contains("“fly” is not a scope"));
}

#[test]
fn an_unknown_key_stops_the_start_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("eider.toml");
    fs::write(&file, "listen = \"127.0.0.1:0\"\nport = 8080\n").unwrap();
    let words = complaint(&["serve", "--config", file.to_str().unwrap()]);
    assert!(words.contains("line 2: unknown field `port`"), "{words}");
}

#[test]
fn a_database_url_in_a_file_is_read_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("url");
    fs::write(&file, "postgres://ada:hunter2@127.0.0.1:1/eider\n").unwrap();
    let file = file.to_str().unwrap();
    let output = run(&[
        "migrate",
        "--database-url-file",
        file,
        "--log-level",
        "debug",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let shown = format!("{output:?}");
    assert!(shown.contains("127.0.0.1:1"), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn migrating_twice_is_migrating_once() {
    let folder = tempfile::tempdir().unwrap();
    let words = [&["migrate"], &place(folder.path(), None)[..]].concat();
    assert_eq!(told(&words), told(&words));
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        assert!(told(&["completions", shell]).contains("doctor"), "{shell}");
    }
}
