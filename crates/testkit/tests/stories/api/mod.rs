//! The JSON API, as a program sees it.

mod configuration;
mod fact;
mod once;
mod problem;
mod thread;
mod ticket;

use eider_domain::{access::Scope, person::Role};
use eider_testkit::{Client, Database, TestServer, at};
use serde_json::{Value, json};

/// A server, and a client with a token of an administrator called Ada.
pub(super) async fn served(database: Database) -> (TestServer, Client) {
    let server = TestServer::new(database, at("2026-03-02T09:00:00Z")).await;
    let (ada, _) = server.desk.person("Ada", Role::Administrator).await;
    let client = server.with_token(&ada, &Scope::ALL).await;
    (server, client)
}

pub(super) async fn open(client: &Client, title: &str) -> String {
    let body = json!({"title": title, "what": "It does not work"});
    let (status, ticket) = client.json("POST", "/api/v1/tickets", Some(body)).await;
    assert_eq!(status, 201, "{ticket}");
    ticket["number"].as_str().unwrap().to_owned()
}

pub(super) async fn ask(client: &Client, path: &str, body: Value) -> Value {
    let (status, answer) = client.json("POST", path, Some(body)).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

pub(super) async fn read(client: &Client, path: &str) -> Value {
    let (status, answer) = client.json("GET", path, None).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}
