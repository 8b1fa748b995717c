//! Requests that are sent twice.

use eider_domain::{access::Scope, person::Role};
use eider_testkit::{Client, on_both, on_sqlite};
use serde_json::{Value, json};

use super::{read, served};

#[tokio::test]
async fn the_same_request_with_the_same_key_is_done_once() {
    on_both(async |database| {
        let (server, client) = served(database).await;
        let send = async |client: &Client, key: &str, title: &str| {
            let body = json!({"title": title, "what": "It does not work"});
            let request = client.request("POST", "/api/v1/tickets").json(&body);
            let request = request.header("Idempotency-Key", key);
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let answer: Value = response.json().await.unwrap();
            (status, answer["number"].as_str().map(str::to_owned))
        };
        let first = send(&client, "one", "Login fails").await;
        assert_eq!(first, (201, Some("T-1001".to_owned())));
        assert_eq!(send(&client, "one", "Login fails").await, first);
        let (status, _) = send(&client, "one", "Something else").await;
        assert_eq!(status, 422);
        let (status, other) = send(&client, "two", "Login fails").await;
        assert_eq!((status, other != first.1), (201, true));

        let (grace, _) = server.desk.person("Grace", Role::Reporter).await;
        let grace = server.with_token(&grace, &[Scope::Write]).await;
        let (status, hers) = send(&grace, "one", "Login fails").await;
        assert_eq!((status, hers != first.1), (201, true));
    })
    .await;
}

#[tokio::test]
async fn a_request_sent_many_times_at_once_is_done_once() {
    on_both(async |database| {
        let (_server, client) = served(database).await;
        let send = |client: Client| async move {
            let body = json!({"title": "Login fails", "what": "It does not work"});
            let request = client.request("POST", "/api/v1/tickets").json(&body);
            let response = request.header("Idempotency-Key", "k").send().await.unwrap();
            assert_eq!(response.status(), 201);
            let ticket: Value = response.json().await.unwrap();
            ticket["number"].as_str().unwrap().to_owned()
        };
        let sent: Vec<_> = (0..12)
            .map(|_| tokio::spawn(send(client.clone())))
            .collect();
        let mut numbers = Vec::new();
        for one in sent {
            numbers.push(one.await.unwrap());
        }
        numbers.dedup();
        assert_eq!(numbers.len(), 1, "{numbers:?}");
        let listed = read(&client, "/api/v1/tickets").await;
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_of_a_request_that_failed_is_free_again() {
    on_sqlite(async |database| {
        let (_server, client) = served(database).await;
        let send = async |title: &str| {
            let body = json!({"title": title, "what": "It does not work"});
            let request = client.request("POST", "/api/v1/tickets").json(&body);
            let response = request.header("Idempotency-Key", "k").send().await.unwrap();
            response.status().as_u16()
        };
        assert_eq!(send(" ").await, 422);
        assert_eq!(send("Login fails").await, 201);
    })
    .await;
}
